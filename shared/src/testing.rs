//! In-memory ports, the contract every port must keep, and the seeded simulation. For tests and benches.

pub mod log;

pub use log::{MemoryLog, log_contract};
