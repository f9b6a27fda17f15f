//! The FAQ benchmark without files and clocks, so that it runs natively and as WebAssembly alike.

pub mod data;
pub mod replies;
pub mod synthetic;
#[cfg(target_family = "wasm")]
pub mod wasm;

/// Milliseconds since some moment.
pub type Clock = fn() -> f64;
