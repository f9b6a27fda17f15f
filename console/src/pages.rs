//! The pages.

pub mod connections;
pub mod knowledge;
pub mod questions;
pub mod roster;
pub mod routing;
pub mod sign_in;
pub mod waits;
pub mod workspace;
