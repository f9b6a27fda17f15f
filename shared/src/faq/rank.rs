//! Puts the scores of both spaces together.

use super::confidence::Standing;
use super::features::Features;
use super::space::Space;

/// What each score weighs in the total. The totals of a perfect match come near 1.
const PHRASING: f32 = 0.40;
const POOLED: f32 = 0.35;
const ANSWER: f32 = 0.12;
const CONCEPT_PHRASING: f32 = 0.25;
const CONCEPT_POOLED: f32 = 0.30;
const CONCEPT_ANSWER: f32 = 0.05;

/// Both spaces of an index.
#[derive(Debug)]
pub(super) struct Ranker {
    words: Space,
    concepts: Space,
}

impl Ranker {
    pub(super) const fn new(words: Space, concepts: Space) -> Self {
        Self { words, concepts }
    }

    /// The standing of every entry.
    pub(super) fn score(&self, asked: &Features) -> Standing {
        let words = self.words.score(&asked.words);
        let concepts = self.concepts.score(&asked.concepts);
        let totals = (0..words.phrasing.len())
            .map(|at| {
                PHRASING * words.phrasing[at]
                    + POOLED * words.pooled[at]
                    + ANSWER * words.answer[at]
                    + CONCEPT_PHRASING * concepts.phrasing[at]
                    + CONCEPT_POOLED * concepts.pooled[at]
                    + CONCEPT_ANSWER * concepts.answer[at]
            })
            .collect();
        Standing { totals, words, concepts }
    }
}
