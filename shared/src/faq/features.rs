//! What a text is made of, as bags of weighted terms: words and grams, and concepts.

use crate::text::tokens::{self, Kind};

use super::lexicon::{self, COMMON, LEXICON};
use super::terms::{Bag, GRAM, Weighted, arrange, gather, unite};

/// A text as the index sees it.
#[derive(Debug, Default, Clone)]
pub(super) struct Features {
    /// Words, their everyday senses, character grams, letter grams; small words' grams and pairs of words for the
    /// classifier only.
    pub(super) words: Bag,
    /// Concepts of the lexicon.
    pub(super) concepts: Bag,
    /// How much there is in it that tells by itself what it is about.
    pub(super) telling: f32,
}

/// How much a token of each kind tells beside the others.
#[derive(Debug, Clone, Copy)]
struct Weight {
    /// In search; 0 when it is left out.
    search: f32,
    /// For a classifier.
    style: f32,
}

const fn weight(kind: Kind) -> Weight {
    let (search, style) = match kind {
        Kind::Word => (1.0, 1.0),
        Kind::StopWord => (0.45, 0.8),
        Kind::StandIn => (0.3, 0.3),
        Kind::Single => (0.5, 0.8),
        Kind::Double => (0.8, 0.8),
        Kind::Triple => (0.3, 0.3),
        Kind::Letters => (0.25, 0.4),
        Kind::StopLetters => (0.0, 0.4),
        Kind::Pair => (0.0, 0.7),
        Kind::Number => (0.3, 0.5),
    };
    Weight { search, style }
}

/// How much an everyday sense tells: a classifier learns most of what it knows from a few phrasings by senses.
const SENSE: Weight = Weight { search: 0.7, style: 1.3 };

/// How much a token tells by itself what a text is about.
fn tells(kind: Kind, token: &str) -> f32 {
    match kind {
        Kind::Word if !token.starts_with(|c: char| c.is_ascii_digit()) => 1.0,
        Kind::Single | Kind::Double => 0.5,
        _ => 0.0,
    }
}

/// The bit that the terms of letter grams have, and no others.
const LETTERS: u64 = 1;

/// The bits of a term that say what it is.
const KINDS: u64 = LETTERS | GRAM;

/// The term of an everyday sense.
fn sense(number: u16) -> u64 {
    (u64::from(number) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) & !KINDS
}

/// Whether a term is a letter gram.
pub(super) const fn is_letters(term: u64) -> bool {
    term & LETTERS > 0
}

impl Features {
    /// The same without letter grams.
    pub(super) fn without_letters(&self) -> Self {
        let words = self.words.iter().copied().filter(|weighted| !is_letters(weighted.term));
        Self { words: words.collect(), concepts: self.concepts.clone(), telling: self.telling }
    }
}

/// The features of normalised text.
pub(super) fn of(text: &str) -> Features {
    let mut words: Bag = Vec::with_capacity(128);
    let mut telling = 0.0;
    tokens::for_each(text, |kind, token| {
        // Letter grams and words are different terms although they may be spelt alike.
        let letters = matches!(kind, Kind::Letters | Kind::StopLetters);
        let gram = matches!(kind, Kind::Double | Kind::Triple);
        let term = tokens::hash(token) & !KINDS | u64::from(letters) | if gram { GRAM } else { 0 };
        let weight = weight(kind);
        words.push(Weighted { term, search: weight.search, style: weight.style });
        telling += tells(kind, token);
    });
    let units = lexicon::hashes(text);
    COMMON.all(&units, |number| {
        words.push(Weighted { term: sense(number), search: SENSE.search, style: SENSE.style });
    });
    gather(&mut words);
    let found = LEXICON.concepts(&units).into_iter();
    let mut concepts: Bag = found
        .map(|(concept, weight)| Weighted { term: u64::from(concept), search: weight, style: weight })
        .collect();
    arrange(&mut concepts);
    Features { words, concepts, telling }
}

/// Two texts as one: the terms of `other` with a share of their weight; a term of both keeps the larger.
pub(super) fn joined(text: &Features, other: &Features, share: f32) -> Features {
    let less = |w: &Weighted| Weighted { term: w.term, search: w.search * share, style: w.style * share };
    let join = |a: &Bag, b: &Bag| {
        let mut bag: Bag = a.iter().copied().chain(b.iter().map(less)).collect();
        unite(&mut bag);
        bag
    };
    Features {
        words: join(&text.words, &other.words),
        concepts: join(&text.concepts, &other.concepts),
        telling: text.telling + share * other.telling,
    }
}
