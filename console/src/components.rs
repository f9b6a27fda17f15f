//! The parts of the pages. They read the model and call actions; none sees a socket.

pub mod acts;
pub mod answer;
pub mod avatar;
pub mod banner;
pub mod card;
pub mod composer;
pub mod connections;
pub mod context;
pub mod dialog;
pub mod icon;
pub mod inbox;
pub mod kb;
pub mod menu;
pub mod message;
pub mod notices;
pub mod places;
pub mod presence;
pub mod rail;
pub mod roster;
pub mod routing;
pub mod team;
pub mod transcript;
pub mod transfer;
