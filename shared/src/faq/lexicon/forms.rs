//! The units that surface forms are made of, and how they are compared.

use crate::text::normalize::normalize;
use crate::text::tokens::{self, Script, Unit};

/// Longest surface form, in units.
pub(super) const LONGEST: usize = 18;

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
pub(super) fn counted(text: &str) -> impl Iterator<Item = Unit<'_>> {
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
pub(in super::super) type Hashes = Vec<(u64, usize)>;

/// The units of normalised text.
pub(in super::super) fn hashes(text: &str) -> Hashes {
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
pub(super) fn extend(sequence: u64, unit: u64) -> u64 {
    (sequence.rotate_left(5) ^ unit).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The units of a surface form.
pub(super) fn units_of(form: &str) -> Option<Hashes> {
    let text = normalize(form, 200);
    // A form such as a hotline's number would match every number.
    if tokens::units(&text).any(|unit| unit.script == Script::StandIn) {
        return None;
    }
    Some(hashes(&text)).filter(|units| (1..=LONGEST).contains(&units.len()))
}
