//! The bank of intents: what shoppers ask shops, in their own words.
//!
//! Questions and entries are both described by the intents they come near, and meet there although they share no
//! word; intents that no entry covers tell a near miss from a hit. `intents.txt` is the data; its head explains the
//! form.

use std::sync::LazyLock;

use crate::text::normalize::normalize;

use super::features::{self, Features};
use super::rank::Matcher;
use super::space::Doc;

/// A best match from here on counts in full.
const STRONG: f32 = 0.6;

/// How near a text comes to each intent, of length 1, and how strongly it does at all, in 0..=1.
#[derive(Debug, Default, Clone)]
pub(super) struct Profile {
    pub(super) near: Vec<f32>,
    pub(super) strength: f32,
}

#[derive(Debug)]
pub(super) struct Bank {
    matcher: Matcher,
    intents: usize,
}

/// The bank that ships.
pub(super) static BANK: LazyLock<Bank> = LazyLock::new(|| Bank::parse(include_str!("intents.txt")));

impl Bank {
    fn parse(text: &str) -> Self {
        let mut words: Vec<Doc> = Vec::new();
        let mut concepts: Vec<Doc> = Vec::new();
        for line in text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
            if line.starts_with('[') {
                concepts.push(Doc { group: concepts.len() as u32, ..Doc::default() });
                continue;
            }
            let Some(meaning) = concepts.last_mut() else { continue };
            // Each line is in a language of its own; docs of a class are compared in length.
            let mut doc = Doc { group: meaning.group, ..Doc::default() };
            for phrasing in line.split('|') {
                let found = features::of(&normalize(phrasing, 400));
                doc.phrasings.push(found.words);
                meaning.phrasings.push(found.concepts);
            }
            words.push(doc);
        }
        let intents = concepts.len();
        Self { matcher: Matcher::build(&words, &concepts, intents), intents }
    }

    /// The profile of a text.
    pub(super) fn profile(&self, asked: &Features) -> Profile {
        let mut near = self.matcher.score(asked).totals;
        let best = near.iter().copied().fold(0.0f32, f32::max);
        if best <= 0.0 {
            return Profile { near, strength: 0.0 };
        }
        // Only what comes close to the best counts.
        near.iter_mut().for_each(|n| *n = (*n / best).powi(6));
        make_unit(&mut near);
        Profile { near, strength: (best / STRONG).min(1.0) }
    }

    /// The profile of several texts together.
    pub(super) fn profile_of_all<'a>(&self, texts: impl Iterator<Item = &'a Features>) -> Vec<f32> {
        let mut all = vec![0.0f32; self.intents];
        for text in texts {
            let profile = self.profile(text);
            for (sum, near) in all.iter_mut().zip(&profile.near) {
                *sum += near * profile.strength;
            }
        }
        make_unit(&mut all);
        all
    }
}

fn make_unit(vector: &mut [f32]) {
    let length = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|v| *v /= length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_bank_knows_its_own_phrasings() {
        let text = include_str!("intents.txt");
        let heads = text.lines().filter(|l| l.starts_with('[')).count();
        assert_eq!(BANK.intents, heads);
        let profile = BANK.profile(&features::of(&normalize(
            "how do I put money down on something that's not out yet",
            400,
        )));
        assert!(profile.near[0] > 0.9 && profile.strength > 0.9);
        assert_eq!(BANK.profile(&features::of("")).strength, 0.0);
    }
}
