//! Puts the scores of both spaces and of the bank together.

use super::bank::{BANK, Profile, Profiles};
use super::confidence::Standing;
use super::features::Features;
use super::matcher::Matcher;
use super::space::Doc;
use super::train::Training;

/// What each score weighs in the total. The totals of a perfect match come near 1.
const PHRASING: f32 = 0.16;
const POOLED: f32 = 0.2;
const ANSWER: f32 = 0.1;
/// Times how much concepts count in the knowledge base at hand.
const CONCEPT_PHRASING: f32 = 0.04;
const CONCEPT_POOLED: f32 = 0.04;
const CONCEPT_ANSWER: f32 = 0.05;
/// What the classifier's probability weighs; its fourth root is taken, as it is too sure of itself.
const TRAINED: f32 = 0.55;

/// What meeting in the bank of intents weighs, and how much concepts count, where the bank fits the knowledge base
/// perfectly; otherwise times the square of how well it fits. Where it does not, in a bank's knowledge base say, shops'
/// words are words like others.
const KINSHIP: f32 = 0.8;
const CONCEPTS: f32 = 2.0;
/// An entry no word of which is in the question must be this near to it in the bank to count.
const WORDLESS: f32 = 0.3;

/// Phrasings a question is compared with one by one: those of the entries that are best without it.
const CLOSELY: usize = 30;
/// Entries whose phrasings are compared in any case.
const CLOSELY_ENTRIES: usize = 5;

/// The matcher of an index, and where its entries stand in the bank of intents.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Ranker {
    pub(super) matcher: Matcher,
    pub(super) profiles: Profiles,
    /// How well the bank fits the knowledge base, in 0..=1.
    pub(super) fit: f32,
}

impl Ranker {
    /// A ranker whose classifier has learned nothing yet. `texts` are the phrasings of every group.
    pub(super) fn build(words: &[Doc], concepts: &[Doc], texts: &[Vec<Features>]) -> Self {
        let profiles: Vec<Vec<Profile>> =
            texts.iter().map(|texts| texts.iter().map(|text| BANK.profile(text)).collect()).collect();
        let fit = BANK.fit(&profiles);
        let profiles = Profiles::new(profiles.iter().map(|profiles| BANK.sum(profiles)));
        let mut ranker = Self { matcher: Matcher::build(words, concepts, texts.len()), profiles, fit };
        ranker.compare();
        ranker
    }

    /// Compares the knowledge base's words with those of shops in general: after it was loaded or has changed.
    pub(super) fn compare(&mut self) {
        self.matcher.words.compare(BANK.words());
    }

    /// Begins to teach the classifier the phrasings of every group.
    pub(super) fn training(&self, texts: &[Vec<Features>]) -> Training {
        let groups = (0u32..).zip(texts);
        Training::new(
            &self.matcher,
            groups.flat_map(|(group, texts)| texts.iter().map(move |text| (group, text))),
        )
    }

    /// The standing of every entry.
    pub(super) fn score(&self, asked: &Features) -> Standing {
        let mut matched = self.matcher.score(asked);
        let fit = self.fit * self.fit;
        let gate = CONCEPTS * fit;
        let profile = BANK.profile(asked);
        let kinship = self.profiles.kinship(&profile, matched.learned.len());
        let (words, concepts) = (&matched.words, &matched.concepts);
        let mut totals: Vec<f32> = (0..matched.learned.len())
            .map(|at| {
                let met = POOLED * words.pooled[at]
                    + ANSWER * words.answer[at]
                    + gate * (CONCEPT_POOLED * concepts.pooled[at] + CONCEPT_ANSWER * concepts.answer[at]);
                let total = if met > 0.0 { met + TRAINED * matched.learned[at].sqrt().sqrt() } else { 0.0 };
                let kin = KINSHIP * fit * kinship[at];
                if total > 0.0 || kinship[at] > WORDLESS { total + kin } else { total }
            })
            .collect();
        for group in self.worth_a_close_look(&totals) {
            self.matcher.look_closely(&mut matched, group);
            totals[group] += PHRASING * matched.words.phrasing[group]
                + gate * CONCEPT_PHRASING * matched.concepts.phrasing[group];
        }
        Standing {
            totals,
            words: matched.words,
            learned: matched.learned,
            clear: matched.clear,
            specific: BANK.words().against(&matched.specific),
            telling: asked.telling,
            kinship,
            fit: self.fit,
            lean: 0.0,
        }
    }

    /// The best groups, as many as have the phrasings that may be compared.
    fn worth_a_close_look(&self, totals: &[f32]) -> Vec<usize> {
        let mut order: Vec<(f32, usize)> = totals
            .iter()
            .enumerate()
            .filter(|(_, total)| **total > 0.0)
            .map(|(at, total)| (*total, at))
            .collect();
        let by_total = |a: &(f32, usize), b: &(f32, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        // No group has less than one phrasing worth comparing.
        if order.len() > CLOSELY {
            order.select_nth_unstable_by(CLOSELY, by_total);
            order.truncate(CLOSELY);
        }
        order.sort_unstable_by(by_total);
        let mut phrasings = 0;
        let mut taken = 0;
        let groups = order.into_iter().map(|(_, group)| group);
        groups
            .take_while(|group| {
                let before = phrasings;
                phrasings += self.matcher.words.phrasings_of(*group);
                taken += 1;
                before < CLOSELY || taken <= CLOSELY_ENTRIES
            })
            .collect()
    }
}
