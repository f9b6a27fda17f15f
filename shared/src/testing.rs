//! In-memory ports, the contract every port must keep, and the seeded simulation. For tests and benches.

#[cfg(test)]
mod fuzz;
pub mod log;
pub mod rng;
pub mod sim;

pub use log::{MemoryLog, log_contract};
pub use rng::Rng;
