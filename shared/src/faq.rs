//! The FAQ engine: whether a shopper's words are answered, offered related entries, or handed to a human.

mod bank;
mod bytes;
mod confidence;
mod context;
mod explain;
mod features;
mod index;
mod lexicon;
mod matcher;
pub mod mood;
mod rank;
mod smalltalk;
mod space;
mod suggest;
mod terms;
#[cfg(test)]
mod tests;
mod train;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::EntryId;
use crate::lang::Lang;
use crate::protocol::http::KbLine;
use crate::protocol::message::Social;

pub use bank::learn as learn_bank;
pub use bytes::Damaged;
pub use explain::{BestPhrasing, Explanation, Reasons};
pub use index::{Index, Training, version};
pub use lexicon::source::pack_all as pack_lexicons;

/// Whether this is a build that tells how large the engine is: everything is there but knows nothing.
pub(crate) const HOLLOW: bool = cfg!(feature = "hollow");

/// One knowledge-base entry in every language it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: EntryId,
    pub texts: BTreeMap<Lang, EntryText>,
}

/// An entry in one language: how people ask, and the answer. The first question is the entry's title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryText {
    pub questions: Vec<String>,
    pub answer: String,
}

/// Lines of one id in several languages become one entry; order of first appearance is kept.
#[must_use]
pub fn entries_from_lines(lines: Vec<KbLine>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut places = BTreeMap::new();
    for line in lines {
        let place = *places.entry(line.id.clone()).or_insert_with(|| {
            entries.push(Entry { id: line.id.clone(), texts: BTreeMap::new() });
            entries.len() - 1
        });
        entries[place].texts.insert(line.lang, EntryText { questions: line.questions, answer: line.answer });
    }
    entries
}

/// What was said before, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    Visitor(String),
    /// The bot answered with this entry.
    Bot(EntryId),
}

/// A shopper's words and what the engine may know about them.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub text: &'a str,
    /// The last few turns, oldest first.
    pub context: &'a [Turn],
    /// The site's languages; empty for no restriction.
    pub languages: &'a [Lang],
}

/// What the engine makes of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The language the question is in; `None` when the text does not tell ("ok", "12345").
    pub lang: Option<Lang>,
    pub decision: Decision,
    /// Up to ten entries, best first.
    pub ranked: Vec<Ranked>,
}

/// What to do with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The first ranked entry answers it.
    Answer,
    /// Unsure: offer the first ranked entries and a human.
    Offer,
    /// A human is asked for.
    Handoff,
    /// Small talk.
    Social(Social),
}

/// An entry with the probability that it is the right one.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    pub entry: EntryId,
    pub confidence: f32,
}

/// An entry's answer, in the language it was found in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub entry: EntryId,
    /// The entry's first phrasing in `lang`; its id when it has none.
    pub title: String,
    pub text: String,
    pub lang: Lang,
}
