//! The pages.

pub mod sign_in;
pub mod workspace;
