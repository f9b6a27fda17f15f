//! The bank of intents: what shoppers ask shops, in their own words.
//!
//! Questions and entries are both described by the intents they come near, and meet there although they share no
//! word; intents that no entry covers tell a near miss from a hit. `intents.txt` is the data; its head explains the
//! form. What ships is `bank.bin`, learned from it beforehand by `cargo xtask train` (see `bank/learn.rs`).

mod learn;
mod profile;

use std::sync::LazyLock;

use super::bytes::{Damaged, Reader, Writer};
use super::features::Features;
use super::matcher::Matcher;
use super::rank;
use super::space::Space;

pub use learn::learn;
pub(super) use profile::{Profile, Profiles};

/// Texts that are tried for the fit; of more, a share spread over all.
const TRIED: usize = 600;
/// The fit of a knowledge base with one phrasing per entry, which cannot be tried.
const UNTRIED: f32 = 0.5;
/// A best match from here on counts in full.
const STRONG: f32 = 0.68;
/// What each score weighs in how near an intent comes.
const POOLED: f32 = 0.35;
const CONCEPT_POOLED: f32 = 0.08;
const TRAINED: f32 = 0.55;

#[derive(Debug, Default)]
pub(super) struct Bank {
    matcher: Matcher,
    /// The intents' names.
    names: Vec<String>,
    /// The hash of what it was learned from.
    sources: u64,
}

/// The bank that ships. Were it damaged, the engine would do without.
pub(super) static BANK: LazyLock<Bank> =
    LazyLock::new(|| Bank::read(include_bytes!("bank.bin")).unwrap_or_default());

/// Changes whenever concepts or intents do.
pub(super) fn version() -> u64 {
    BANK.sources
}

impl Bank {
    fn read(bytes: &[u8]) -> Result<Self, Damaged> {
        let mut reader = Reader::checked(bytes)?;
        let sources = reader.u64()?;
        let names = (0..reader.count()?).map(|_| reader.text()).collect::<Result<_, _>>()?;
        let matcher = Matcher::read(&mut reader)?;
        reader.finish()?;
        Ok(Self { matcher, names, sources })
    }

    fn write(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.u64(self.sources);
        writer.number(self.names.len() as u32);
        self.names.iter().for_each(|name| writer.text(name));
        self.matcher.write(&mut writer);
        writer.checked()
    }

    /// The words of what shoppers ask shops.
    pub(super) const fn words(&self) -> &Space {
        &self.matcher.words
    }

    /// The profile of a text.
    pub(super) fn profile(&self, asked: &Features) -> Profile {
        let matched = self.matcher.score(asked);
        let (words, concepts) = (&matched.words.pooled, &matched.concepts.pooled);
        let near = (0..matched.learned.len()).map(|at| {
            let met = POOLED * words[at] + CONCEPT_POOLED * concepts[at];
            if met > 0.0 { met + TRAINED * matched.learned[at].sqrt().sqrt() } else { 0.0 }
        });
        let near: Vec<f32> = near.collect();
        let best = rank::most(&near);
        if best <= 0.0 {
            return Profile::default();
        }
        // Only what comes close to the best counts: the power of 4.5.
        let close = near.iter().map(|near| {
            let part = near / best;
            (part * part).powi(2) * part.sqrt()
        });
        Profile::new(close, (best / STRONG).min(1.0))
    }

    /// The name of the intent a text comes nearest to, and how near.
    pub(super) fn nearest(&self, asked: &Features) -> Option<(String, f32)> {
        let profile = self.profile(asked);
        let (intent, near) = profile.nearest()?;
        Some((self.names.get(usize::from(intent))?.clone(), near * profile.strength))
    }

    /// The profiles of several texts together, of length 1.
    pub(super) fn sum(&self, profiles: &[Profile]) -> Profile {
        let mut all = vec![0.0f32; self.matcher.words.groups()];
        profiles.iter().for_each(|profile| profile.add_to(&mut all));
        Profile::new(all.into_iter(), 1.0)
    }

    /// How well the bank tells the groups of a knowledge base apart: the share of their texts, each of which given by
    /// its profile, that are nearer to the rest of their own group than to any other. Near 0 where the knowledge base
    /// is about something else than shops.
    pub(super) fn fit(&self, groups: &[Vec<Profile>]) -> f32 {
        let sums = Profiles::new(groups.iter().map(|group| self.sum(group)));
        let texts: usize = groups.iter().map(Vec::len).sum();
        let step = texts.div_ceil(TRIED).max(1);
        let (mut told, mut all, mut turn) = (0u32, 0u32, 0usize);
        for (own, group) in groups.iter().enumerate().filter(|(_, group)| group.len() > 1) {
            for (at, profile) in group.iter().enumerate() {
                turn += 1;
                if turn % step != 0 {
                    continue;
                }
                let mut rest = vec![0.0; self.matcher.words.groups()];
                let others = group.iter().enumerate().filter(|(other, _)| *other != at);
                others.for_each(|(_, other)| other.add_to(&mut rest));
                let mine = Profile::new(rest.into_iter(), 1.0).cosine(profile) * profile.strength;
                let kinship = sums.kinship(profile, groups.len());
                let others = kinship.iter().enumerate().filter(|(other, _)| *other != own);
                all += 1;
                told += u32::from(mine > 0.0 && others.map(|(_, kin)| *kin).all(|kin| kin <= mine));
            }
        }
        if all == 0 { UNTRIED } else { told as f32 / all as f32 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::features;
    use super::*;
    use crate::text::normalize::normalize;

    fn profile(text: &str) -> Profile {
        BANK.profile(&features::of(&normalize(text, 400)))
    }

    #[test]
    fn the_bank_fits_shops() {
        let group = |texts: &[&str]| -> Vec<Profile> { texts.iter().map(|text| profile(text)).collect() };
        let shop = [
            group(&["I entered a discount code but the price stayed the same", "my voucher is not valid"]),
            group(&["when is my pre-order sent", "I've paid in full, when does the new model go out"]),
        ];
        let other = [group(&["mauve", "zyx"]), group(&["lorem", "wug"])];
        assert!(BANK.fit(&shop) > BANK.fit(&other));
        assert_eq!(BANK.fit(&[]), UNTRIED);
    }

    #[test]
    fn the_shipped_bank_was_learned_from_these_sources() {
        assert_eq!(BANK.sources, learn::sources(), "run `cargo xtask train` and commit what it writes");
    }

    #[test]
    fn the_shipped_bank_knows_its_own_phrasings() {
        let heads = include_str!("intents.txt").lines().filter(|l| l.starts_with('[')).count();
        assert_eq!(BANK.matcher.words.groups(), heads);
        let profile = profile("how do I put money down on something that's not out yet");
        assert!(profile.of(0) > 0.8 && profile.strength > 0.9, "{profile:?}");
        assert_eq!(BANK.profile(&features::of("")).strength, 0.0);
    }
}
