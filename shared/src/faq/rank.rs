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

/// Both spaces: words with their grams, and concepts.
#[derive(Debug)]
pub(super) struct Matcher {
    words: Space,
    concepts: Space,
}

impl Matcher {
    pub(super) fn build(words: &[Doc], concepts: &[Doc], groups: usize) -> Self {
        Self { words: Space::build(words, groups), concepts: Space::build(concepts, groups) }
    }

    /// The total of each group, and the scores it is made of.
    pub(super) fn score(&self, asked: &Features) -> (Vec<f32>, Scores, Scores) {
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
        (totals, words, concepts)
    }

    fn example(&self, asked: &Features) -> Example {
        let offset = self.words.terms() as u32;
        let words = self.words.unit_vector(&asked.words).into_iter().map(|(id, w)| (id, w * WORD_SHARE));
        let concepts = self.concepts.unit_vector(&asked.concepts).into_iter();
        words.chain(concepts.map(|(id, w)| (offset + id, w * CONCEPT_SHARE))).collect()
    }
}

/// The matcher of an index, what was learned over it, and where its entries stand in the bank of intents.
#[derive(Debug)]
pub(super) struct Ranker {
    matcher: Matcher,
    classifier: Classifier,
    profiles: Vec<Vec<f32>>,
}

impl Ranker {
    pub(super) fn build(words: &[Doc], concepts: &[Doc], entries: usize) -> Self {
        let matcher = Matcher::build(words, concepts, entries);
        // The phrasings of an entry stand in the same order in both: language by language.
        let mut phrasings: Vec<Vec<Features>> = vec![Vec::new(); entries];
        for doc in words {
            let group = doc.group as usize;
            for bag in &doc.phrasings {
                let meaning = concepts.get(group).and_then(|d| d.phrasings.get(phrasings[group].len()));
                phrasings[group]
                    .push(Features { words: bag.clone(), concepts: meaning.cloned().unwrap_or_default() });
            }
        }
        let examples: Vec<(Example, u32)> = phrasings
            .iter()
            .enumerate()
            .flat_map(|(group, texts)| texts.iter().map(move |text| (group as u32, text)))
            .map(|(group, text)| (matcher.example(text), group))
            .collect();
        let features = matcher.words.terms() + matcher.concepts.terms();
        let classifier = Classifier::train(features, entries, &examples);
        let profiles = phrasings.iter().map(|texts| BANK.profile_of_all(texts.iter())).collect();
        Self { matcher, classifier, profiles }
    }

    /// The standing of every entry.
    pub(super) fn score(&self, asked: &Features) -> Standing {
        let (mut totals, words, concepts) = self.matcher.score(asked);
        let mut learned = vec![0.0; totals.len()];
        self.classifier.odds(&self.matcher.example(asked), &mut learned);
        let profile = BANK.profile(asked);
        let kinship: Vec<f32> = self
            .profiles
            .iter()
            .map(|entry| {
                let cosine: f32 = entry.iter().zip(&profile.near).map(|(a, b)| a * b).sum();
                cosine * profile.strength
            })
            .collect();
        for ((total, learned), kinship) in totals.iter_mut().zip(&learned).zip(&kinship) {
            if *total > 0.0 || *kinship > 0.3 {
                *total += TRAINED * learned.sqrt() + KINSHIP * kinship;
            }
        }
        Standing { totals, words, concepts, learned, kinship, strength: profile.strength }
    }
}
