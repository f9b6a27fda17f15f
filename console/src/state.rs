//! What the console knows. The modules of lists, rows and times are plain functions; `model` and `thread` hold
//! them in signals.

pub mod connections;
pub mod inbox;
pub mod kb;
pub mod look;
pub mod model;
pub mod page;
pub mod roster;
pub mod routing;
pub mod thread;
pub mod time;
pub mod transcript;
pub mod waits;
