//! Bodies of the console's API for the knowledge base and for unanswered questions.

use serde::{Deserialize, Serialize};

use super::message::Social;
use crate::faq::mood::Mood;
use crate::ids::EntryId;
use crate::kb::check::Problem;
use crate::kb::diff::Changes;
use crate::kb::exchange::Problems;
use crate::kb::list::EntryRow;
use crate::kb::questions::Cluster;
use crate::kb::{Action, Content, Entry, Stamp};
use crate::lang::Lang;

/// `GET /v1/console/kb?q=&filter=&offset=`: up to `limits::KB_PAGE` rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KbList {
    /// Counts every change of the knowledge base, drafts included.
    pub revision: u64,
    /// The site's languages, its own first.
    pub languages: Vec<Lang>,
    /// Entries in all.
    pub total: u32,
    /// Of these, those that something waits to be published of.
    pub unpublished: u32,
    /// Entries that the search finds.
    pub found: u32,
    pub entries: Vec<EntryRow>,
}

/// An entry with its history: `GET /v1/console/kb/entries/{id}`, and the answer to whatever changes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KbEntry {
    pub id: EntryId,
    /// Absent when it is gone; its versions then say what it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Entry>,
    /// The newest version's number: what the next change names as its base.
    pub newest: u64,
    /// The newest first, up to `limits::KB_VERSIONS`.
    pub versions: Vec<VersionRow>,
}

/// A version without its contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionRow {
    pub version: u64,
    pub stamp: Stamp,
    pub action: Action,
}

/// `PUT /v1/console/kb/entries/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveEntry {
    /// The version its author saw; 0 for a new entry. Another one by now: `conflict`.
    pub base: u64,
    pub content: Content,
    /// Publish it at once, instead of keeping it as a draft.
    #[serde(default)]
    pub publish: bool,
}

/// `POST /v1/console/kb/entries/{id}`: everything else that is done to an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EntryAction {
    /// Publishes what is pending, a removal too.
    Publish { base: u64 },
    /// Makes it say again what version `to` said.
    Revert {
        base: u64,
        to: u64,
        #[serde(default)]
        publish: bool,
    },
    /// Marks it to go, or with `publish` takes it away at once.
    Remove {
        base: u64,
        #[serde(default)]
        publish: bool,
    },
    /// Adds a phrasing, whatever the version: an entry that has it already stays as it is.
    AddPhrasing {
        lang: Lang,
        phrasing: String,
        #[serde(default)]
        publish: bool,
    },
}

/// `POST /v1/console/kb/publish`: publishes everything that is pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishAll {
    /// The revision its author saw; another one by now: `conflict`.
    pub revision: u64,
}

/// Answer to [`PublishAll`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedAll {
    pub entries: u32,
}

/// What is refused of an entry or a file: `400 bad_value`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsound {
    pub error: super::ErrorCode,
    pub problems: Vec<Problem>,
}

/// What becomes of entries that a file does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportMode {
    /// They stay.
    #[default]
    Merge,
    /// They go.
    Replace,
}

/// `POST /v1/console/kb/import?format=&mode=&lang=`, the file as the body: what it would change. With `revision=` as the
/// preview named it, and `publish=`, it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPreview {
    /// The revision this is a preview of; after an import, the one it made.
    pub revision: u64,
    /// Whether the file was imported: it was confirmed and has no errors.
    pub imported: bool,
    pub problems: Problems,
    pub changes: Changes,
}

/// `POST /v1/console/kb/test`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestQuestion {
    pub text: String,
    /// What the visitor said before, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// Ask the drafts, instead of what is published.
    #[serde(default)]
    pub draft: bool,
}

/// What the engine makes of a [`TestQuestion`], and why (SPEC.md R-45).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestReply {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    pub decision: TestDecision,
    pub ranked: Vec<TestRanked>,
    /// Whether the question was read together with what was said before.
    #[serde(default)]
    pub context: bool,
    /// The intent of the engine's bank that the question comes nearest to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intent: Option<TestIntent>,
    /// The answer the first ranked entry would give, whatever was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<TestAnswer>,
    /// What the words show, as routing goes by it.
    #[serde(default, skip_serializing_if = "Mood::is_neutral")]
    pub mood: Mood,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
}

/// What the bot would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TestDecision {
    Answer,
    Offer,
    Handoff,
    Social { kind: Social },
}

/// A ranked entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestRanked {
    pub entry: EntryId,
    pub title: String,
    /// The probability that it is the right one.
    pub confidence: f32,
    /// Why it is ranked; absent from an edge that does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<TestWhy>,
}

/// What speaks for a ranked entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestWhy {
    /// The phrasing that is most like the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phrasing: Option<TestPhrasing>,
    /// Words of the question that the entry's phrasings have too.
    #[serde(default)]
    pub words: Vec<String>,
    /// Concepts of the engine's lexicon ("deposit", "refund") that both are about.
    #[serde(default)]
    pub concepts: Vec<String>,
    /// How near entry and question come to the same intents, 0..=1.
    #[serde(default)]
    pub kinship: f32,
    /// The share of the question that the entry's answer covers, 0..=1.
    #[serde(default)]
    pub answer: f32,
}

impl TestWhy {
    /// The kinship from which on an intent says something about an entry.
    pub const KIN: f32 = 0.5;

    /// Whether a meaning beyond the words themselves, an intent, speaks for the entry.
    #[must_use]
    pub fn is_kin(&self) -> bool {
        self.kinship >= Self::KIN
    }
}

/// A phrasing of an entry, beside a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestPhrasing {
    pub text: String,
    pub lang: Lang,
    /// How like the question it is, 0..=1.
    pub similarity: f32,
}

/// An intent of the engine's bank.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TestIntent {
    /// Its name: "return-window".
    pub name: String,
    /// How near the question by itself comes to it, 0..=1.
    pub nearness: f32,
}

impl TestIntent {
    /// Whether it is near enough to say something about the question.
    #[must_use]
    pub fn is_near(&self) -> bool {
        self.nearness >= TestWhy::KIN
    }
}

/// An answer in the language it was found in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestAnswer {
    pub text: String,
    pub lang: Lang,
}

/// `GET /v1/console/questions`: what shoppers asked in vain, most frequent first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionList {
    pub clusters: Vec<Cluster>,
}

/// `POST /v1/console/questions/{id}`. A cluster that is gone already is no error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum QuestionAction {
    /// Adds a wording to an entry as a phrasing; the cluster is done with.
    Add {
        entry: EntryId,
        wording: String,
        #[serde(default)]
        publish: bool,
    },
    /// An entry was made of it: the cluster is done with.
    Resolve,
    /// Not worth an answer: it and its like are not shown again.
    Dismiss,
}
