//! The parts of the knowledge base's pages.

pub mod asks;
pub mod editor;
pub mod entries;
pub mod history;
pub mod import;
pub mod problems;
pub mod reasons;
pub mod schedule;
pub mod trial;
pub mod words;
