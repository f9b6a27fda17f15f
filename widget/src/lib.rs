//! The widget: the chat panel on the storefront, a Leptos application inside the loader's shadow root.
//!
//! The loader (`public/loader`) imports this module when a shopper means it, and calls [`start`] once.

mod actions;
mod chat;
mod components;
mod host;
mod i18n;
mod language;
mod net;
mod node;
mod page;
mod persist;
mod proactive;
mod slot;
mod state;
mod suggest;
mod view;
mod watch;
mod wire;

pub use host::start;
