//! Puts the scores of both spaces together.

use super::bank::BANK;
use super::confidence::Standing;
use super::features::Features;
use super::space::{Doc, Scores, Space};
use super::train::{Classifier, Example};

/// What each score weighs in the total. The totals of a perfect match come near 1.
const PHRASING: f32 = 0.40;
const POOLED: f32 = 0.5;
const ANSWER: f32 = 0.25;
const CONCEPT_PHRASING: f32 = 0.15;
const CONCEPT_POOLED: f32 = 0.15;
const CONCEPT_ANSWER: f32 = 0.12;

/// What the classifier's probability weighs; its root is taken, as it is too sure of itself.
const TRAINED: f32 = 0.55;
/// The share of words and of concepts in what the classifier sees.
const WORD_SHARE: f32 = 0.8;
const CONCEPT_SHARE: f32 = 0.2;

/// What meeting in the bank of intents weighs.
const KINSHIP: f32 = 0.3;

/// Both spaces, words with their grams and concepts, and a classifier learned over them.
#[derive(Debug)]
pub(super) struct Matcher {
    words: Space,
    concepts: Space,
    classifier: Classifier,
}

/// What a text scores in every group.
#[derive(Debug)]
pub(super) struct Matched {
    pub(super) totals: Vec<f32>,
    pub(super) words: Scores,
    pub(super) concepts: Scores,
    /// The classifier's probabilities.
    pub(super) learned: Vec<f32>,
}

/// The phrasings of each group. They stand in the same order in both: document by document.
fn phrasings(words: &[Doc], concepts: &[Doc], groups: usize) -> Vec<Vec<Features>> {
    let mut phrasings: Vec<Vec<Features>> = vec![Vec::new(); groups];
    for doc in words {
        let group = doc.group as usize;
        for bag in &doc.phrasings {
            let meaning = concepts.get(group).and_then(|d| d.phrasings.get(phrasings[group].len()));
            phrasings[group]
                .push(Features { words: bag.clone(), concepts: meaning.cloned().unwrap_or_default() });
        }
    }
    phrasings
}

impl Matcher {
    /// `concepts` has one document per group, in order; `words` may have several.
    pub(super) fn build(words: &[Doc], concepts: &[Doc], groups: usize) -> Self {
        let mut matcher = Self {
            words: Space::build(words, groups),
            concepts: Space::build(concepts, groups),
            classifier: Classifier::default(),
        };
        let examples: Vec<(Example, u32)> = phrasings(words, concepts, groups)
            .iter()
            .enumerate()
            .flat_map(|(group, texts)| texts.iter().map(move |text| (group as u32, text)))
            .map(|(group, text)| (matcher.example(text), group))
            .collect();
        let features = matcher.words.terms() + matcher.concepts.terms();
        matcher.classifier = Classifier::train(features, groups, &examples);
        matcher
    }

    pub(super) fn score(&self, asked: &Features) -> Matched {
        let words = self.words.score(&asked.words);
        let concepts = self.concepts.score(&asked.concepts);
        let mut learned = vec![0.0; words.phrasing.len()];
        self.classifier.odds(&self.example(asked), &mut learned);
        let totals = (0..learned.len())
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
        Matched { totals, words, concepts, learned }
    }

    fn example(&self, asked: &Features) -> Example {
        let offset = self.words.terms() as u32;
        let words = self.words.unit_vector(&asked.words).into_iter().map(|(id, w)| (id, w * WORD_SHARE));
        let concepts = self.concepts.unit_vector(&asked.concepts).into_iter();
        words.chain(concepts.map(|(id, w)| (offset + id, w * CONCEPT_SHARE))).collect()
    }
}

/// The matcher of an index, and where its entries stand in the bank of intents.
#[derive(Debug)]
pub(super) struct Ranker {
    matcher: Matcher,
    profiles: Vec<Vec<f32>>,
}

impl Ranker {
    pub(super) fn build(words: &[Doc], concepts: &[Doc], entries: usize) -> Self {
        let texts = phrasings(words, concepts, entries);
        let profiles = texts.iter().map(|texts| BANK.profile_of_all(texts.iter())).collect();
        Self { matcher: Matcher::build(words, concepts, entries), profiles }
    }

    /// The standing of every entry.
    pub(super) fn score(&self, asked: &Features) -> Standing {
        let Matched { mut totals, words, concepts, learned } = self.matcher.score(asked);
        let profile = BANK.profile(asked);
        let kinship: Vec<f32> = self
            .profiles
            .iter()
            .map(|entry| {
                let cosine: f32 = entry.iter().zip(&profile.near).map(|(a, b)| a * b).sum();
                cosine * profile.strength
            })
            .collect();
        for (total, kinship) in totals.iter_mut().zip(&kinship) {
            if *total > 0.0 || *kinship > 0.3 {
                *total += KINSHIP * kinship;
            }
        }
        Standing { totals, words, concepts, learned, kinship, strength: profile.strength }
    }
}
