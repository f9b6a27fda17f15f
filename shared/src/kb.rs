//! The knowledge base: entries with drafts, schedules and versions.
//!
//! Shoppers see what is published and valid now ([`live`]); everything else here is for those who write it. Changing an
//! entry is a function from what there was to what there is ([`edit`]), which names the version it started from, so
//! that two people who write at once do not overwrite each other. SPEC.md are the rules; R-96 is the edge's
//! part.

pub mod check;
pub mod diff;
pub mod edit;
pub mod exchange;
pub mod list;
pub mod questions;
mod reindex;
mod schedule;
pub mod slots;
pub mod topics;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::faq::EntryText;
use crate::ids::EntryId;
use crate::lang::Lang;
use crate::protocol::stage::AgentCard;
use crate::time::Millis;

pub use reindex::reindexed;
pub use schedule::{active_variant, live, live_entries, next_switch};
pub use slots::{Slot, SlotKind};

/// Everything an entry says, in every language it has. This is what is versioned.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Content {
    /// What the entry is about, for lists and browsing; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub topic: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Phrasings and answer per language; the first phrasing is the title.
    pub texts: BTreeMap<Lang, EntryText>,
    /// When the entry is shown at all.
    #[serde(default, skip_serializing_if = "Window::is_always")]
    pub valid: Window,
    /// Answers that take the usual one's place for a while.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<Variant>,
    /// What to ask the shopper before answering.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ask: Vec<Slot>,
}

impl Content {
    /// The first phrasing, in the first language that has one.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.texts.values().find_map(|text| text.questions.first()).map(String::as_str)
    }
}

/// A span of time: from an instant on, until (not including) another. Either may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Window {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Millis>,
}

impl Window {
    /// Whether it has neither beginning nor end.
    #[must_use]
    pub const fn is_always(&self) -> bool {
        self.from.is_none() && self.until.is_none()
    }

    /// Whether `now` lies in it.
    #[must_use]
    pub fn contains(&self, now: Millis) -> bool {
        self.from.is_none_or(|from| from <= now) && self.until.is_none_or(|until| now < until)
    }

    /// Whether some instant lies in both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let before = |a: &Self, b: &Self| a.until.zip(b.from).is_some_and(|(until, from)| until <= from);
        !before(self, other) && !before(other, self)
    }
}

/// An answer for a while: "during 618 the deposit is refunded within 7 days". Languages it does not name keep the usual
/// answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// What its authors call it.
    pub name: String,
    pub valid: Window,
    pub answers: BTreeMap<Lang, String>,
}

/// Who did something, and when. The operator's scripts have no card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    pub at: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AgentCard>,
}

/// What waits to be published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Pending {
    /// New contents.
    Content { content: Content },
    /// The entry is to go.
    Removal,
}

/// An entry as its authors see it. At least one of `published` and `pending` is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: EntryId,
    /// The number of its newest version. Whoever changes it names the number they saw.
    pub version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Content>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<Pending>,
    /// The newest change.
    pub edited: Stamp,
}

impl Entry {
    /// What an author goes on writing: what is pending, else what is published. `None` when the entry is to go.
    #[must_use]
    pub const fn working(&self) -> Option<&Content> {
        match &self.pending {
            Some(Pending::Content { content }) => Some(content),
            Some(Pending::Removal) => None,
            None => self.published.as_ref(),
        }
    }
}

/// One change of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Counts an entry's changes from 1, also past a removal.
    pub version: u64,
    pub stamp: Stamp,
    pub action: Action,
    /// What the entry says since; `None` when it was removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
}

/// What was done to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Action {
    /// Changed, not yet published.
    Saved,
    Published,
    /// Came with a file.
    Imported {
        published: bool,
    },
    /// Made to say again what version `to` said.
    Reverted {
        to: u64,
        published: bool,
    },
    /// Marked to go, or gone.
    Removed {
        published: bool,
    },
}

impl Action {
    /// Whether shoppers may notice it.
    #[must_use]
    pub const fn is_public(self) -> bool {
        match self {
            Self::Saved => false,
            Self::Published => true,
            Self::Imported { published } | Self::Reverted { published, .. } | Self::Removed { published } => {
                published
            }
        }
    }
}
