//! The bank of intents: what shoppers ask shops, in their own words.
//!
//! Questions and entries are both described by the intents they come near, and meet there although they share no
//! word; intents that no entry covers tell a near miss from a hit. `intents.txt` is the data; its head explains the
//! form. What ships is `bank.bin`, learned from it beforehand by `cargo xtask train` (see `bank/learn.rs`).

mod learn;
mod profile;

use std::sync::LazyLock;

use super::features::Features;
use super::matcher::Matcher;
use super::rank;
use super::space::{self, Usual};
use crate::text::coder::{self, Bit, Coder, Decoder, Encoder};

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

/// How many intents have a letter gram is kept in steps of half an octave.
const COUNT_BITS: u32 = 4;

fn step_of(count: u16) -> u32 {
    (f32::from(count.max(1)).log2() * 2.0 + 0.5) as u32 & !(!0 << COUNT_BITS)
}

fn count_of(step: u32) -> u16 {
    (step as f32 / 2.0).exp2().round() as u16
}

#[derive(Debug, Default)]
pub(super) struct Bank {
    matcher: Matcher,
    /// The letter grams' keys, and how many intents have each. The matcher does without: they took two fifths of the
    /// bank, and what they told, a longer training tells too.
    letters: Vec<(u32, u16)>,
    /// Derived of both.
    usual: Usual,
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
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut bank = Self::default();
        bank.code(&mut Decoder::new(bytes)?)?;
        Some(bank)
    }

    /// What ships. `None` when there is more of something than that has room for.
    fn write(mut self) -> Option<Vec<u8>> {
        let mut encoder = Encoder::new();
        self.code(&mut encoder)?;
        Some(encoder.finish())
    }

    fn code(&mut self, coder: &mut impl Coder) -> Option<()> {
        let sources = [0, 16, 32, 48]
            .map(|shift| u64::from(coder.even(16, (self.sources >> shift) as u32 & 0xffff)) << shift);
        self.sources = sources.iter().sum();
        let groups = coder.even(8, self.names.len() as u32) as usize;
        self.names.resize(groups, String::new());
        coder::names(coder, &mut self.names);
        self.matcher.code(coder, groups)?;
        self.code_letters(coder)?;
        self.usual = Usual::new(&self.matcher.words, &self.letters);
        Some(())
    }

    fn code_letters(&mut self, coder: &mut impl Coder) -> Option<()> {
        let letters = coder.even(16, self.letters.len() as u32) as usize;
        self.letters.resize(letters, (0, 0));
        let mut keys: Vec<u32> = self.letters.iter().map(|(key, _)| *key).collect();
        space::keys(coder, &mut keys)?;
        let mut counts = [Bit::NEW; 1 << COUNT_BITS];
        for ((to, count), key) in self.letters.iter_mut().zip(keys) {
            *to = key;
            *count = count_of(coder.symbol(&mut counts, COUNT_BITS, step_of(*count)));
        }
        Some(())
    }

    /// How usual words, and groups of their letters, are in what shoppers ask shops.
    pub(super) const fn usual(&self) -> &Usual {
        &self.usual
    }

    /// The profile of a text.
    pub(super) fn profile(&self, asked: &Features) -> Profile {
        let matched = self.matcher.score(&asked.without_letters());
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
    use crate::text::coder::noise;
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
    fn damaged_bytes_are_no_bank() {
        let bytes = include_bytes!("bank.bin");
        assert!(Bank::read(bytes).is_some() && Bank::read(&bytes[..bytes.len() / 2]).is_none());
        for len in 0..300 {
            // Whether it means anything is of no matter.
            drop(Bank::read(&noise(len)));
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let bytes = include_bytes!("bank.bin");
        assert_eq!(Bank::read(bytes).and_then(Bank::write).as_deref(), Some(&bytes[..]));
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
