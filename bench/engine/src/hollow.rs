//! A stand-in for the FAQ engine that knows nothing: what a build with it is smaller by is the engine's size.

use shared::faq::{Damaged, Decision, Entry, Question, Reply};
use shared::ids::EntryId;

/// In place of [`shared::faq::Training`].
#[derive(Debug)]
pub struct Training;

impl Training {
    pub fn run(&mut self, _work: usize) {}
}

/// In place of [`shared::faq::Index`].
#[derive(Debug)]
pub struct Index(Vec<EntryId>);

impl Index {
    #[must_use]
    pub fn build(entries: &[Entry]) -> Self {
        Self(entries.iter().map(|entry| entry.id.clone()).collect())
    }

    pub const fn training(&self) -> Option<Training> {
        None
    }

    pub fn learn(&mut self, _training: &Training) {}

    #[must_use]
    pub const fn store(&self) -> Vec<u8> {
        Vec::new()
    }

    /// Loads nothing, so that a new one is built.
    ///
    /// # Errors
    /// Always.
    pub const fn load(_bytes: &[u8]) -> Result<Self, Damaged> {
        Err(Damaged::Foreign)
    }

    pub fn put(&mut self, entry: &Entry) {
        self.0.push(entry.id.clone());
    }

    #[must_use]
    pub const fn reply(&self, _question: &Question<'_>) -> Reply {
        Reply { lang: None, decision: Decision::Offer, ranked: Vec::new() }
    }

    #[must_use]
    pub const fn evidence(&self, _question: &Question<'_>) -> Option<(EntryId, Vec<f32>)> {
        None
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
