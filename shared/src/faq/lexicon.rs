//! The concept lexicon: what shoppers' words mean, whatever the language and however colloquial.
//!
//! `lexicon.txt` is the data; its head explains the form. A text becomes the set of concepts whose surface forms
//! occur in it, so that two texts meet although they share no word.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::normalize::normalize;
use crate::text::tokens::{self, Script, Unit};

use super::terms::Hashed;

/// Longest surface form, in units.
const LONGEST: usize = 18;
/// How far apart the parts of a split form (`send..back`) may stand: words count 3, characters 1.
const REACH: usize = 15;

/// The number of a concept, in order of the file.
pub(super) type Concept = u16;

/// A surface form's meaning: the concept, or the first part of a split form.
#[derive(Debug, Clone, Copy)]
enum Sense {
    Whole(Concept),
    /// The form's first part; the second part has this hash.
    First {
        concept: Concept,
        second: u64,
    },
}

#[derive(Debug, Default)]
pub(super) struct Lexicon {
    names: Vec<String>,
    facet: Vec<bool>,
    parents: Vec<Vec<Concept>>,
    senses: Hashed<Vec<Sense>>,
    /// Second parts, which are only looked for after their first parts.
    seconds: Hashed<()>,
    /// The longest form starting with a unit.
    longest: Hashed<u8>,
}

/// The lexicon that ships.
pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("lexicon.txt")));

/// Everyday words by sense (`common.txt`): what they mean in any knowledge base, not only in a shop's.
pub(super) static COMMON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(include_str!("common.txt")));

/// What a concept weighs when implied by another, and when it only says how something is asked.
const IMPLIED: f32 = 0.5;
const FACET: f32 = 0.6;

fn is_article(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "the"
            | "my"
            | "your"
            | "our"
            | "their"
            | "his"
            | "her"
            | "this"
            | "these"
            | "those"
            | "please"
    )
}

/// The units of normalised text without articles.
fn counted(text: &str) -> impl Iterator<Item = Unit<'_>> {
    tokens::units(text).filter(|unit| unit.script != Script::Spaced || !is_article(unit.text))
}

/// Appends what a unit is compared by. A negated verb is not its stem: "don't" and "dont" are one, "do" another.
fn push_compared(unit: Unit<'_>, out: &mut String) {
    const SHORT: [&str; 10] =
        ["dont", "cant", "wont", "isnt", "arent", "didnt", "doesnt", "wasnt", "hasnt", "havent"];
    let word = unit.text.trim_matches('\'');
    if let Some(verb) = word.strip_suffix("n't") {
        out.push_str(verb);
        out.push_str("nt");
    } else if SHORT.contains(&word) {
        out.push_str(word);
    } else {
        tokens::push_stem(unit, out);
    }
}

/// The units of a text as lexicons look them up: each one's hash and place; words are 3 apart, characters 1.
pub(super) type Hashes = Vec<(u64, usize)>;

/// The units of normalised text.
pub(super) fn hashes(text: &str) -> Hashes {
    let mut stem = String::new();
    let mut place = 0;
    let mut found = Vec::new();
    for unit in counted(text) {
        place += if unit.script == Script::Spaced { 3 } else { 1 };
        stem.clear();
        push_compared(unit, &mut stem);
        found.push((tokens::hash(&stem), place));
    }
    found
}

/// The hash of a sequence of units, one more at a time.
fn extend(sequence: u64, unit: u64) -> u64 {
    (sequence.rotate_left(5) ^ unit).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn sequence(text: &str) -> Option<(u64, u64, u8)> {
    let text = normalize(text, 200);
    // A form such as a hotline's number would match every number.
    if tokens::units(&text).any(|unit| unit.script == Script::StandIn) {
        return None;
    }
    let units = hashes(&text);
    let first = units.first()?.0;
    (units.len() <= LONGEST)
        .then(|| (first, units.iter().fold(0, |h, (unit, _)| extend(h, *unit)), units.len() as u8))
}

impl Lexicon {
    /// Reads the form described at the head of `lexicon.txt`.
    pub(super) fn parse(text: &str) -> Self {
        let mut lexicon = Self::default();
        let mut numbers: HashMap<&str, Concept> = HashMap::new();
        let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        for line in lines {
            let Some((head, forms)) = line.split_once('=') else { continue };
            let mut head = head.split_whitespace();
            let Some(name) = head.next() else { continue };
            let (name, facet) = name.strip_prefix('~').map_or((name, false), |n| (n, true));
            let next = lexicon.names.len() as Concept;
            let concept = *numbers.entry(name).or_insert(next);
            if concept == next {
                lexicon.names.push(name.to_owned());
                lexicon.facet.push(facet);
                lexicon.parents.push(Vec::new());
            }
            for parent in head.filter(|w| *w != "<") {
                if let Some(parent) = numbers.get(parent) {
                    lexicon.parents[usize::from(concept)].push(*parent);
                }
            }
            for form in forms.split(',') {
                lexicon.insert(concept, form.trim());
            }
        }
        lexicon
    }

    fn insert(&mut self, concept: Concept, form: &str) {
        let (first, second) = form.split_once("..").map_or((form, None), |(a, b)| (a, Some(b)));
        let Some((start, whole, len)) = sequence(first) else { return };
        let sense = match second {
            None => Sense::Whole(concept),
            Some(second) => {
                let Some((second_start, second, second_len)) = sequence(second) else { return };
                self.seconds.insert(second, ());
                let longest = self.longest.entry(second_start).or_default();
                *longest = (*longest).max(second_len);
                Sense::First { concept, second }
            }
        };
        self.senses.entry(whole).or_default().push(sense);
        let longest = self.longest.entry(start).or_default();
        *longest = (*longest).max(len);
    }

    /// The concepts of a text with their weights, each once.
    pub(super) fn concepts(&self, units: &Hashes) -> Vec<(Concept, f32)> {
        let mut found = Vec::new();
        self.scan_units(units, |concept, _, _| self.add(concept, &mut found));
        found
    }

    /// Calls `found` with every concept whose form occurs, also where a longer form starts at the same unit.
    pub(super) fn all(&self, units: &Hashes, mut found: impl FnMut(Concept)) {
        for start in 0..units.len() {
            let Some(longest) = self.longest.get(&units[start].0) else { continue };
            let mut whole = 0;
            for (unit, _) in units.iter().skip(start).take(usize::from(*longest)) {
                whole = extend(whole, *unit);
                for sense in self.senses.get(&whole).into_iter().flatten() {
                    if let Sense::Whole(concept) = sense {
                        found(*concept);
                    }
                }
            }
        }
    }

    /// Calls `found` with every concept and the first and last unit of its form; the number of units. Of the forms
    /// that start at one unit only the longest counts.
    pub(super) fn scan(&self, text: &str, found: impl FnMut(Concept, usize, usize)) -> usize {
        let units = hashes(text);
        self.scan_units(&units, found);
        units.len()
    }

    fn scan_units(&self, units: &Hashes, mut found: impl FnMut(Concept, usize, usize)) {
        let mut open: Vec<(Concept, u64, usize)> = Vec::new();
        for start in 0..units.len() {
            let Some(longest) = self.longest.get(&units[start].0) else { continue };
            let mut whole = 0;
            let mut best: Option<(&Vec<Sense>, usize)> = None;
            for (at, (unit, place)) in units.iter().enumerate().skip(start).take(usize::from(*longest)) {
                whole = extend(whole, *unit);
                if self.seconds.contains_key(&whole) {
                    for (concept, second, until) in &open {
                        if *second == whole && units[start].1 <= *until {
                            found(*concept, start, at);
                        }
                    }
                }
                if let Some(senses) = self.senses.get(&whole) {
                    for sense in senses {
                        if let Sense::First { concept, second } = sense {
                            open.push((*concept, *second, place + REACH));
                        }
                    }
                    best = Some((senses, at));
                }
            }
            if let Some((senses, end)) = best {
                for sense in senses {
                    if let Sense::Whole(concept) = sense {
                        found(*concept, start, end);
                    }
                }
            }
        }
    }

    fn add(&self, concept: Concept, found: &mut Vec<(Concept, f32)>) {
        let own = if self.facet[usize::from(concept)] { FACET } else { 1.0 };
        let mut put = |concept: Concept, weight: f32| match found.iter_mut().find(|(c, _)| *c == concept) {
            Some((_, old)) => *old = old.max(weight),
            None => found.push((concept, weight)),
        };
        put(concept, own);
        for parent in &self.parents[usize::from(concept)] {
            put(*parent, own * IMPLIED);
        }
    }

    /// The words of the units `first` to `last` of normalised text, as [`Lexicon::scan`] counts them.
    pub(super) fn words(text: &str, first: usize, last: usize) -> &str {
        let mut units = counted(text).map(|unit| unit.text.as_ptr() as usize - text.as_ptr() as usize);
        let Some(start) = units.nth(first) else { return "" };
        let end = match counted(text).nth(last) {
            Some(unit) => unit.text.as_ptr() as usize - text.as_ptr() as usize + unit.text.len(),
            None => text.len(),
        };
        text.get(start..end).unwrap_or_default()
    }

    /// The name of a concept.
    pub(super) fn name(&self, concept: Concept) -> &str {
        &self.names[usize::from(concept)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concepts(lexicon: &Lexicon, text: &str) -> Vec<String> {
        lexicon
            .concepts(&hashes(&normalize(text, 500)))
            .into_iter()
            .map(|(c, _)| lexicon.name(c).to_owned())
            .collect()
    }

    #[test]
    fn forms_of_any_language_give_the_concept() {
        let lexicon = Lexicon::parse(
            "presale = 预售\ndeposit presale = 定金, down payment, 予約金\n~when = 什么时候, when",
        );
        for text in ["定金呢", "what about the DOWN payments?", "予約金は", "訂金 or 定金"] {
            assert_eq!(concepts(&lexicon, text), ["deposit", "presale"], "{text}");
        }
        assert_eq!(concepts(&lexicon, "什麼時候"), ["when"]);
        assert_eq!(concepts(&lexicon, "hello"), Vec::<String>::new());
    }

    #[test]
    fn split_forms_reach_over_a_few_words() {
        let lexicon = Lexicon::parse("return = send..back, 退..回去");
        assert_eq!(concepts(&lexicon, "can I send these shoes back"), ["return"]);
        assert_eq!(concepts(&lexicon, "退这个回去"), ["return"]);
        assert_eq!(
            concepts(&lexicon, "send me a very long letter about everything and then come back"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn the_shipped_lexicon_is_sound() {
        assert!(LEXICON.names.len() > 100);
        for (head, _) in include_str!("lexicon.txt")
            .lines()
            .filter(|l| !l.starts_with('#') && !l.is_empty())
            .map(|l| l.split_once('=').unwrap_or_else(|| panic!("no '=' in {l}")))
        {
            for name in head.split_whitespace().map(|n| n.trim_start_matches('~')) {
                assert!(LEXICON.names.iter().any(|n| n == name), "unknown or later parent {name} in {head}");
            }
        }
    }
}
