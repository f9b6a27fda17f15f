//! Learning the bank from its sources, beforehand: `cargo xtask train`.

use crate::text::normalize::normalize;
use crate::text::tokens;

use super::super::features::{self, Features, is_letters};
use super::super::matcher::Matcher;
use super::super::space::{Doc, KEY_BITS, kept as terms_kept};
use super::super::terms::Terms;
use super::super::train::Training;
use super::Bank;

/// What the features of a text are made of; a new number when their code changes.
const FEATURES: u64 = 4;
const INTENTS: &str = include_str!("../intents.txt");
const LEXICON: &str = include_str!("../lexicon.txt");
const COMMON: &str = include_str!("../common.txt");

/// Steps are larger than for a knowledge base by this.
const RATE: f32 = 1.5;

/// Letter grams of fewer phrasings are as good as strange.
const LETTER_USES: usize = 30;
/// Terms that tell no more than this in search are left out: pairs of words, and grams of three characters.
const TELLING: f32 = 0.4;

/// The hash of everything the bank is learned from.
pub(super) fn sources() -> u64 {
    let sources = [INTENTS, LEXICON, COMMON];
    sources.iter().fold(FEATURES, |hash, text| (hash.rotate_left(7)) ^ tokens::hash(text))
}

/// Learns the bank from `intents.txt` and `lexicon.txt`: what belongs into `bank.bin`.
#[must_use]
pub fn learn() -> Vec<u8> {
    learned(INTENTS).write().unwrap_or_default()
}

fn learned(text: &str) -> Bank {
    let mut words: Vec<Doc> = Vec::new();
    let mut concepts: Vec<Doc> = Vec::new();
    let mut texts: Vec<Vec<Features>> = Vec::new();
    let mut names = Vec::new();
    // The letter grams of every phrasing, with its group.
    let mut letters: Vec<(u64, u32)> = Vec::new();
    for line in text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[') {
            names.push(name.trim_end_matches(']').to_owned());
            concepts.push(Doc { group: concepts.len() as u32, ..Doc::default() });
            texts.push(Vec::new());
            continue;
        }
        let (Some(meaning), Some(texts)) = (concepts.last_mut(), texts.last_mut()) else { continue };
        // Each line is in a language of its own; docs of a class are compared in length.
        let mut doc = Doc { group: meaning.group, ..Doc::default() };
        for phrasing in line.split('|') {
            let found = features::of(&normalize(phrasing, 400));
            let own = found.words.iter().map(|weighted| weighted.term).filter(|term| is_letters(*term));
            letters.extend(own.map(|term| (term, meaning.group)));
            let found = found.without_letters();
            doc.phrasings.push(found.words.clone());
            meaning.phrasings.push(found.concepts.clone());
            texts.push(found);
        }
        words.push(doc);
    }
    for bag in words.iter_mut().flat_map(|doc| &mut doc.phrasings) {
        bag.retain(|weighted| weighted.search > TELLING);
    }
    let mut matcher = Matcher::build(&words, &concepts, texts.len());
    let groups = (0u32..).zip(&texts);
    let examples = groups.flat_map(|(group, texts)| texts.iter().map(move |text| (group, text)));
    let mut training = Training::new(&matcher, examples).quickened(RATE);
    while !training.run(usize::MAX) {}
    matcher.adopt(&training);
    matcher.words.coarsen();
    matcher.concepts.coarsen();
    Bank { matcher, letters: usual_letters(letters), names, sources: sources(), ..Bank::default() }
}

/// The keys of letter grams that enough phrasings have, and how many groups have each.
fn usual_letters(mut letters: Vec<(u64, u32)>) -> Vec<(u32, u16)> {
    letters.sort_unstable();
    let grams = letters.chunk_by(|a, b| a.0 == b.0).filter(|phrasings| phrasings.len() >= LETTER_USES);
    let own = terms_kept(Vec::new());
    let mut kept: Vec<(u32, u16)> = grams
        .map(|phrasings| {
            let groups = phrasings.chunk_by(|a, b| a.1 == b.1).count();
            (own.shortened(KEY_BITS, Terms::key(KEY_BITS, phrasings[0].0)), groups as u16)
        })
        .collect();
    kept.sort_unstable();
    kept.dedup_by_key(|(key, _)| *key);
    kept
}
