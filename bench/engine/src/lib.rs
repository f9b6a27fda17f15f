//! Benchmarks without files and clocks, so that they run natively and as WebAssembly alike.

pub mod data;
#[cfg(feature = "desk")]
pub mod desk;
#[cfg(feature = "desk")]
pub mod estimate;
pub mod replies;
pub mod synthetic;
#[cfg(target_family = "wasm")]
pub mod wasm;

/// Milliseconds since some moment.
pub type Clock = fn() -> f64;
