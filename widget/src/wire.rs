//! The protocol's types to and from JSON trees, by hand.
//!
//! `shared` derives the same for every type. Compiled for the widget, derived code for tagged enums came to 290 KB of
//! wasm, a third of the whole; this is a twentieth of it. The tests hold every form against the derived one.

mod read;
mod write;

pub(crate) use self::read::Read;
pub(crate) use self::write::{Write, map, text};
