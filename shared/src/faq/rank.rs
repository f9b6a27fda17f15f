//! Puts the scores of both spaces together.

use super::confidence::Standing;
use super::features::Features;
use super::space::{Bag, Doc, Space};
use super::train::{Classifier, Example};

/// What each score weighs in the total. The totals of a perfect match come near 1.
const PHRASING: f32 = 0.40;
const POOLED: f32 = 0.5;
const ANSWER: f32 = 0.12;
const CONCEPT_PHRASING: f32 = 0.15;
const CONCEPT_POOLED: f32 = 0.15;
const CONCEPT_ANSWER: f32 = 0.12;

/// What the classifier's probability weighs; its root is taken, as it is too sure of itself.
const TRAINED: f32 = 0.55;
/// The share of words and of concepts in what the classifier sees.
const WORD_SHARE: f32 = 0.8;
const CONCEPT_SHARE: f32 = 0.2;

/// Both spaces of an index, and what was learned over them.
#[derive(Debug)]
pub(super) struct Ranker {
    words: Space,
    concepts: Space,
    classifier: Classifier,
    entries: usize,
}

impl Ranker {
    pub(super) fn build(words: &[Doc], concepts: &[Doc], entries: usize) -> Self {
        let mut ranker = Self {
            words: Space::build(words, entries),
            concepts: Space::build(concepts, entries),
            classifier: Classifier::default(),
            entries,
        };
        // The phrasings of an entry stand in the same order in both: language by language.
        let mut examples = Vec::new();
        let mut taken = vec![0usize; entries];
        for doc in words {
            let group = doc.group as usize;
            for bag in &doc.phrasings {
                let meaning = concepts.get(group).and_then(|d| d.phrasings.get(taken[group]));
                taken[group] += 1;
                examples.push((ranker.example(bag, meaning.unwrap_or(&Bag::new())), doc.group));
            }
        }
        let features = ranker.words.terms() + ranker.concepts.terms();
        ranker.classifier = Classifier::train(features, entries, &examples);
        ranker
    }

    fn example(&self, words: &Bag, concepts: &Bag) -> Example {
        let offset = self.words.terms() as u32;
        let words = self.words.unit_vector(words).into_iter().map(|(id, w)| (id, w * WORD_SHARE));
        let concepts = self.concepts.unit_vector(concepts).into_iter();
        words.chain(concepts.map(|(id, w)| (offset + id, w * CONCEPT_SHARE))).collect()
    }

    /// The standing of every entry.
    pub(super) fn score(&self, asked: &Features) -> Standing {
        let words = self.words.score(&asked.words);
        let concepts = self.concepts.score(&asked.concepts);
        let mut learned = vec![0.0; self.entries];
        self.classifier.odds(&self.example(&asked.words, &asked.concepts), &mut learned);
        let totals = (0..self.entries)
            .map(|at| {
                let matched = PHRASING * words.phrasing[at]
                    + POOLED * words.pooled[at]
                    + ANSWER * words.answer[at]
                    + CONCEPT_PHRASING * concepts.phrasing[at]
                    + CONCEPT_POOLED * concepts.pooled[at]
                    + CONCEPT_ANSWER * concepts.answer[at];
                if matched > 0.0 { matched + TRAINED * learned[at].sqrt() } else { 0.0 }
            })
            .collect();
        Standing { totals, words, concepts, learned }
    }
}
