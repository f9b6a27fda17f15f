//! The widget: the chat panel on the storefront, a Leptos application inside the loader's shadow root.
//!
//! The loader (`public/loader`) imports this module when a shopper means it, and calls [`start`] once.

mod actions;
mod chat;
mod components;
mod host;
mod i18n;
mod language;
mod links;
mod net;
mod page;
mod persist;
mod proactive;
mod state;
mod watch;

pub use host::start;
