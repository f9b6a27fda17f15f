//! The parts of the page "Routing".

pub mod choices;
pub mod condition;
pub mod decisions;
pub mod fields;
pub mod groups;
pub mod numbers;
pub mod rules;
pub mod trial;
pub mod words;
