//! Everything that reaches outside the page: sockets, timers, HTTP, storage, the clock.

pub mod api;
pub mod browser;
pub mod clock;
pub mod conversation;
pub mod desk;
pub mod lines;
pub mod socket;
pub mod storage;
pub mod uplink;
