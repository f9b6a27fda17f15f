//! The console: where agents work.

pub mod actions;
pub mod app;
pub mod components;
pub mod net;
pub mod pages;
pub mod state;
pub mod texts;
