//! The parts of the page "Connections".

pub mod hook_form;
pub mod hooks;
pub mod identity;
pub mod letters;
pub mod secret;
pub mod tokens;
pub mod words;
