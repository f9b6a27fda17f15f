//! Text: normalising, tokenising, telling languages apart.

pub(crate) mod coder;
pub mod han;
mod kana;
pub mod language;
pub mod markdown;
pub mod normalize;
pub(crate) mod sort;
mod stem;
pub mod tokens;
pub(crate) mod words;
