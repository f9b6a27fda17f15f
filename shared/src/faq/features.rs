//! What a text is made of, as bags of weighted terms: words and grams, and concepts.

use crate::text::tokens::{self, Kind};

use super::lexicon::LEXICON;
use super::space::{Bag, gather};

/// A text as the index sees it.
#[derive(Debug, Default, Clone)]
pub(super) struct Features {
    /// Words, character grams, letter grams.
    pub(super) words: Bag,
    /// Concepts of the lexicon.
    pub(super) concepts: Bag,
}

/// How much a token of each kind tells beside the others.
const fn weight(kind: Kind) -> f32 {
    match kind {
        Kind::Word => 1.0,
        Kind::StopWord => 0.45,
        Kind::StandIn => 0.3,
        Kind::Single => 0.5,
        Kind::Double => 0.8,
        Kind::Triple => 0.3,
        Kind::Letters => 0.25,
    }
}

/// The features of normalised text.
pub(super) fn of(text: &str) -> Features {
    let mut words: Bag = Vec::with_capacity(64);
    tokens::for_each(text, |kind, token| {
        // Letter grams and words are different terms although they may be spelt alike.
        let seed = if kind == Kind::Letters { 0x5bd1_e995 } else { 0 };
        words.push((tokens::hash(token) ^ seed, weight(kind)));
    });
    gather(&mut words);
    let mut concepts: Bag =
        LEXICON.concepts(text).into_iter().map(|(concept, weight)| (u64::from(concept), weight)).collect();
    concepts.sort_unstable_by_key(|(concept, _)| *concept);
    Features { words, concepts }
}

/// Keeps each term once, with its largest weight.
pub(super) fn unite(bag: &mut Bag) {
    bag.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    bag.dedup_by_key(|(term, _)| *term);
}
