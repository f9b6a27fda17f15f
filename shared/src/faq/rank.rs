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

/// The square of a fit that makes next to no difference.
const NO_FIT: f32 = 0.012;

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
        self.matcher.words.compare(BANK.usual());
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
        // Where the bank fits nothing it is not asked.
        let kinship = match fit > NO_FIT {
            true => self.profiles.kinship(&BANK.profile(asked), matched.learned.len()),
            false => vec![0.0; matched.learned.len()],
        };
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
            specific: BANK.usual().against(&matched.specific),
            telling: asked.telling,
            kinship,
            fit: self.fit,
            lean: 0.0,
        }
    }

    /// The best groups, as many as have the phrasings that may be compared.
    fn worth_a_close_look(&self, totals: &[f32]) -> Vec<usize> {
        let mut phrasings = 0;
        let mut taken = 0;
        // No group has less than one phrasing worth comparing.
        let groups = best(totals, CLOSELY).into_iter().map(|(group, _)| group);
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

/// The `count` largest of the scores above 0, best first, and where they are. Of equal ones the first come first.
pub(super) fn best(scores: &[f32], count: usize) -> Vec<(usize, f32)> {
    let mut best: Vec<(usize, f32)> = Vec::with_capacity(count + 1);
    let mut least = 0.0;
    for (at, score) in scores.iter().copied().enumerate() {
        if score > least {
            let place = best.partition_point(|(_, other)| *other >= score);
            best.insert(place, (at, score));
            best.truncate(count);
            if best.len() == count {
                least = best.last().map_or(0.0, |(_, least)| *least);
            }
        }
    }
    best
}

/// The largest of the scores, or nothing's: minus infinity. Four at a time, which do not wait for each other.
pub(super) fn most(scores: &[f32]) -> f32 {
    let (fours, rest) = scores.as_chunks::<4>();
    let larger = |score: f32, most: f32| if score > most { score } else { most };
    let mut most = [f32::NEG_INFINITY; 4];
    for four in fours {
        let ([a, b, c, d], [e, f, g, h]) = (most, *four);
        most = [larger(e, a), larger(f, b), larger(g, c), larger(h, d)];
    }
    most.iter().chain(rest).copied().fold(f32::NEG_INFINITY, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_are_found_in_order() {
        let scores: Vec<f32> = (0..100u32).map(|at| (at * 37 % 50) as f32).collect();
        let mut sorted: Vec<(usize, f32)> =
            scores.iter().copied().enumerate().filter(|(_, s)| *s > 0.0).collect();
        sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for count in [1, 7, 98, 200] {
            assert_eq!(best(&scores, count), sorted[..count.min(sorted.len())]);
        }
        assert_eq!((best(&[], 3), best(&[0.0, -1.0], 3)), (Vec::new(), Vec::new()));
        assert_eq!((most(&scores), most(&[]), most(&[-0.5, -0.7])), (49.0, f32::NEG_INFINITY, -0.5));
    }
}
