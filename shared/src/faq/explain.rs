//! Why the engine ranks entries as it does, in terms a person who edits them understands.

use crate::ids::EntryId;
use crate::lang::Lang;
use crate::text::normalize::normalize;
use crate::text::tokens::{self, Script, Unit};
use crate::text::words::is_stop_word;

use super::Reply;
use super::features::{self, Features};
use super::lexicon::LEXICON;
use crate::text::sort::sort;

/// Characters of a text that are compared.
const CHARS: usize = 400;
/// Terms told of each kind at most.
const TERMS: usize = 12;

/// A reply with the reasons for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What [`super::Index::reply`] replies.
    pub reply: Reply,
    /// One for each ranked entry, in the same order.
    pub reasons: Vec<Reasons>,
    /// How much the question leans on what was said before, 0..=1; from 0.5 on it is read together with that.
    pub lean: f32,
    /// The intent of the bank that the question comes nearest to ("return-window"), and how near: 0..=1.
    pub intent: Option<(String, f32)>,
}

/// What speaks for an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Reasons {
    /// The entry.
    pub entry: EntryId,
    /// The phrasing that is most like the question.
    pub phrasing: Option<BestPhrasing>,
    /// Words of the question that the entry's phrasings have too, in the question's order and folded as they are
    /// matched.
    pub words: Vec<String>,
    /// Concepts of the lexicon ("deposit", "refund") that both are about.
    pub concepts: Vec<String>,
    /// How near entry and question come to the same intents of the bank, 0..=1.
    pub kinship: f32,
    /// The share of the question that the entry's answer covers, 0..=1.
    pub answer: f32,
    /// The classifier's probability of the entry, 0..=1; of no meaning before it was trained.
    pub learned: f32,
}

/// A phrasing of an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct BestPhrasing {
    /// The phrasing as it was written.
    pub text: String,
    /// Its language.
    pub lang: Lang,
    /// How like the question it is, 0..=1.
    pub similarity: f32,
}

/// The hash of a unit's stem.
fn stem_of(unit: Unit<'_>) -> u64 {
    let mut stem = String::new();
    tokens::push_stem(unit, &mut stem);
    tokens::hash(&stem)
}

/// The words of a question that phrasings have too.
pub(super) fn words_in_common<'a>(question: &str, phrasings: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut theirs: Vec<u64> = Vec::new();
    for phrasing in phrasings {
        let text = normalize(phrasing, CHARS);
        theirs.extend(tokens::units(&text).map(stem_of));
    }
    sort(&mut theirs);
    let mut words: Vec<String> = Vec::new();
    let mut run = String::new();
    let mut put = |word: &mut String, long: bool| {
        // A single character tells too little.
        if (long || word.chars().count() > 1) && words.len() < TERMS && !words.contains(word) {
            words.push(word.clone());
        }
        word.clear();
    };
    for unit in tokens::units(question) {
        let spaced = unit.script == Script::Spaced;
        if spaced || !unit.joined {
            put(&mut run, false);
        }
        let shared = theirs.binary_search(&stem_of(unit)).is_ok();
        match (spaced, shared) {
            (true, true) if !is_stop_word(unit.text) => put(&mut unit.text.to_owned(), true),
            (true, _) => {}
            (false, true) => run.push_str(unit.text),
            (false, false) => put(&mut run, false),
        }
    }
    put(&mut run, false);
    words
}

/// The names of the concepts that both texts are about.
pub(super) fn concepts_in_common<'a>(asked: &Features, texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut theirs: Vec<u64> = Vec::new();
    for text in texts {
        theirs.extend(features::of(&normalize(text, CHARS)).concepts.iter().map(|concept| concept.term));
    }
    sort(&mut theirs);
    let shared = asked.concepts.iter().filter(|concept| theirs.binary_search(&concept.term).is_ok());
    shared.take(TERMS).map(|concept| LEXICON.name(concept.term as u16).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_as_the_shopper_wrote_them() {
        let common = |question: &str, phrasing: &str| {
            words_in_common(&normalize(question, 200), std::iter::once(phrasing))
        };
        assert_eq!(
            common("Tracking the ORDERS of my aunt", "how do I track an order?"),
            ["tracking", "orders"]
        );
        assert_eq!(common("定金还能退吗，亲", "退定金"), ["定金"]);
        assert_eq!(common("hello", "track"), Vec::<String>::new());
    }

    #[test]
    fn concepts_meet_across_languages() {
        let asked = features::of(&normalize("定金", 100));
        let names = concepts_in_common(&asked, std::iter::once("the down payment"));
        assert!(names.contains(&"deposit".to_owned()), "{names:?}");
    }
}
