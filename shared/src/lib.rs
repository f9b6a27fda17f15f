//! Everything in Edgedesk that decides something from data.
//!
//! Pure Rust: no clock, no randomness, no I/O. Time and seeds are arguments; what should happen comes
//! back as effects for a shell (`edge`, `widget`, `console`) to perform.

pub mod assist;
pub mod conversation;
pub mod desk;
pub mod exchange;
pub mod faq;
pub mod hooks;
pub mod ids;
pub mod kb;
pub mod lang;
pub mod limits;
pub mod link;
pub mod outside;
pub mod pace;
pub mod protocol;
pub mod roster;
pub mod routing;
pub mod security;
pub mod site;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod text;
pub mod time;
pub mod trigger;
