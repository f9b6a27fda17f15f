//! Edge tests.
