//! What is drawn. Components read slots and call actions; none sees a socket.

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
pub(crate) mod parts;
pub(crate) mod queue;
pub(crate) mod rating;
mod rich;
pub(crate) mod stream;
pub(crate) mod suggestions;
pub(crate) mod teaser;
mod topics;
pub(crate) mod welcome;
