//! The concept lexicon: what shoppers' words mean, whatever the language and however colloquial.
//!
//! `lexicon.txt` is the data; its head explains the form. A text becomes the set of concepts whose surface forms
//! occur in it, so that two texts meet although they share no word. What ships is `lexicon.bin`, which `cargo xtask
//! train` makes of it (see `lexicon/source.rs`): of the forms it has only hashes.

mod forms;
mod packed;
mod redundant;
pub(super) mod source;

use std::sync::LazyLock;

use super::terms::Terms;
use forms::{counted, extend};
use packed::{Form, KEY_BITS, Packed};

pub(super) use forms::{Hashes, hashes};

/// How far apart the parts of a split form (`send..back`) may stand: words count 3, characters 1.
const REACH: usize = 15;

/// The number of a concept, in order of the file.
pub(super) type Concept = u16;

/// What a surface form means: the concept, or that it is a part of a split form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sense {
    /// A split form's second part, by a number that its first parts name.
    Second(u16),
    First {
        concept: Concept,
        second: u16,
    },
    Whole(Concept),
}

/// The forms of so many units: keys of their hashes, and where the senses of each start.
#[derive(Debug, Default)]
struct Forms {
    terms: Terms,
    starts: Vec<u32>,
    senses: Vec<Sense>,
}

impl Forms {
    /// From forms in order of their keys.
    fn new(forms: &[Form]) -> Self {
        let mut all = Self::default();
        let mut keys: Vec<u32> = Vec::new();
        for form in forms {
            if keys.last() != Some(&form.key) {
                keys.push(form.key);
                all.starts.push(all.senses.len() as u32);
            }
            all.senses.push(form.sense);
        }
        all.starts.push(all.senses.len() as u32);
        all.terms = Terms::new(KEY_BITS, keys);
        all
    }

    fn of(&self, sequence: u64) -> &[Sense] {
        let Some(number) = self.terms.find(sequence) else { return &[] };
        let ends = self.starts.get(number as usize).zip(self.starts.get(number as usize + 1));
        ends.and_then(|(from, to)| self.senses.get(*from as usize..*to as usize)).unwrap_or_default()
    }
}

#[derive(Debug, Default)]
pub(super) struct Lexicon {
    names: Vec<String>,
    facet: Vec<bool>,
    parents: Vec<Vec<Concept>>,
    /// Forms of one unit, of two, and so on.
    forms: Vec<Forms>,
}

macro_rules! shipped {
    ($file:literal) => {
        LazyLock::new(|| Lexicon::read(include_bytes!(concat!($file, ".bin"))))
    };
}

/// The lexicon that ships.
pub(super) static LEXICON: LazyLock<Lexicon> = shipped!("lexicon");

/// Everyday words by sense (`common.txt`): what they mean in any knowledge base, not only in a shop's.
pub(super) static COMMON: LazyLock<Lexicon> = shipped!("common");

/// Words that show a mood.
pub(super) static MOOD: LazyLock<Lexicon> = shipped!("mood");

/// What is said to a chat beside questions.
pub(super) static SMALLTALK: LazyLock<Lexicon> = shipped!("smalltalk");

/// Forms of follow-ups.
pub(super) static LEANING: LazyLock<Lexicon> = shipped!("leaning");

/// What a concept weighs when implied by another, and when it only says how something is asked.
const IMPLIED: f32 = 0.5;
const FACET: f32 = 0.6;

impl Lexicon {
    /// Reads what `source` packed. Were that damaged, the engine would do without.
    fn read(bytes: &[u8]) -> Self {
        Packed::read(bytes).map(Self::new).unwrap_or_default()
    }

    fn new(packed: Packed) -> Self {
        let forms = packed.forms.iter().map(|forms| Forms::new(forms)).collect();
        Self { names: packed.names, facet: packed.facet, parents: packed.parents, forms }
    }

    /// The concepts of a text with their weights, each once.
    pub(super) fn concepts(&self, units: &Hashes) -> Vec<(Concept, f32)> {
        let mut found = Vec::new();
        self.scan_units(units, &mut |concept, _, _| self.add(concept, &mut found));
        found
    }

    /// What the forms that start at a unit mean, from the shortest on, each with its last unit.
    fn starting<'a>(
        &'a self,
        units: &'a Hashes,
        start: usize,
    ) -> impl Iterator<Item = (usize, &'a [Sense])> + 'a {
        let mut whole = 0;
        units.iter().enumerate().skip(start).zip(&self.forms).map(move |((at, (unit, _)), forms)| {
            whole = extend(whole, *unit);
            (at, forms.of(whole))
        })
    }

    /// Calls `found` with every concept whose form occurs, also where a longer form starts at the same unit.
    pub(super) fn all(&self, units: &Hashes, mut found: impl FnMut(Concept)) {
        for start in 0..units.len() {
            for sense in self.starting(units, start).flat_map(|(_, senses)| senses) {
                if let Sense::Whole(concept) = sense {
                    found(*concept);
                }
            }
        }
    }

    /// Calls `found` with every concept and the first and last unit of its form; the number of units. Of the forms
    /// that start at one unit only the longest counts.
    pub(super) fn scan(&self, text: &str, mut found: impl FnMut(Concept, usize, usize)) -> usize {
        let units = hashes(text);
        self.scan_units(&units, &mut found);
        units.len()
    }

    /// Not generic, and so only once in the Worker.
    #[inline(never)]
    fn scan_units(&self, units: &Hashes, found: &mut dyn FnMut(Concept, usize, usize)) {
        let mut open: Vec<(Concept, u16, usize)> = Vec::new();
        for start in 0..units.len() {
            let mut best: Option<(&[Sense], usize)> = None;
            for (at, senses) in self.starting(units, start) {
                for sense in senses {
                    match sense {
                        Sense::Second(number) => {
                            for (concept, second, until) in &open {
                                if second == number && units[start].1 <= *until {
                                    found(*concept, start, at);
                                }
                            }
                        }
                        Sense::First { concept, second } => {
                            open.push((*concept, *second, units[at].1 + REACH))
                        }
                        Sense::Whole(_) => {}
                    }
                }
                if senses.iter().any(|sense| !matches!(sense, Sense::Second(_))) {
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
    use crate::text::normalize::normalize;

    fn parsed(text: &str) -> Lexicon {
        Lexicon::read(&source::pack("lexicon", text))
    }

    fn concepts(lexicon: &Lexicon, text: &str) -> Vec<String> {
        lexicon
            .concepts(&hashes(&normalize(text, 500)))
            .into_iter()
            .map(|(c, _)| lexicon.name(c).to_owned())
            .collect()
    }

    #[test]
    fn forms_of_any_language_give_the_concept() {
        let lexicon =
            parsed("presale = 预售\ndeposit presale = 定金, down payment, 予約金\n~when = 什么时候, when");
        for text in ["定金呢", "what about the DOWN payments?", "予約金は", "訂金 or 定金"] {
            assert_eq!(concepts(&lexicon, text), ["deposit", "presale"], "{text}");
        }
        assert_eq!(concepts(&lexicon, "什麼時候"), ["when"]);
        assert_eq!(concepts(&lexicon, "hello"), Vec::<String>::new());
    }

    #[test]
    fn split_forms_reach_over_a_few_words() {
        let lexicon = parsed("return = send..back, 退..回去");
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
