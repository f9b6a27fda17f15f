//! What is drawn. Components read signals and call actions; none sees a socket.
//!
//! They are plain functions: `#[component]` builds a props type for each, which every shopper would download. No
//! element is wholly static either, because Leptos writes such ones through `innerHTML`, which pages with trusted
//! types refuse; and a text only ever becomes a text node.

pub(crate) mod answer;
pub(crate) mod banner;
pub(crate) mod bubble;
pub(crate) mod composer;
pub(crate) mod event;
pub(crate) mod header;
pub(crate) mod icon;
pub(crate) mod languages;
pub(crate) mod leave;
pub(crate) mod offer;
pub(crate) mod panel;
pub(crate) mod queue;
pub(crate) mod rating;
pub(crate) mod stream;
pub(crate) mod suggestions;
pub(crate) mod teaser;
pub(crate) mod text;
pub(crate) mod welcome;
