//! The roster's parts.

pub mod faults;
pub mod picture;
pub mod plan;
pub mod rules;
