//! One open conversation: its link machine and what the agent is writing into it.

use leptos::prelude::*;
use shared::ids::ConversationId;
use shared::link::Link;

/// Messages shown before "show earlier" is pressed, and per press.
pub const SHOWN: usize = 150;

/// One open conversation. Clones share everything.
#[derive(Debug, Clone)]
pub struct Thread {
    pub id: ConversationId,
    /// Notified only when the machine says that something shown changed.
    pub link: ArcRwSignal<Link>,
    /// What is being written.
    pub draft: ArcRwSignal<String>,
    /// Whether it is an internal note.
    pub noting: ArcRwSignal<bool>,
    /// The newest message that had been read when the conversation was opened.
    pub divider: ArcRwSignal<Option<u64>>,
    /// How many messages are shown, counted from the newest.
    pub shown: ArcRwSignal<usize>,
}

impl PartialEq for Thread {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Thread {
    /// A thread around a link machine.
    #[must_use]
    pub fn new(id: ConversationId, link: Link) -> Self {
        Self {
            id,
            link: ArcRwSignal::new(link),
            draft: ArcRwSignal::default(),
            noting: ArcRwSignal::new(false),
            divider: ArcRwSignal::new(None),
            shown: ArcRwSignal::new(SHOWN),
        }
    }

    /// Reads the machine; the reader follows its changes.
    pub fn read<T>(&self, f: impl FnOnce(&Link) -> T) -> T {
        self.link.with(f)
    }

    /// Reads the machine once.
    pub fn peek<T>(&self, f: impl FnOnce(&Link) -> T) -> T {
        self.link.with_untracked(f)
    }

    /// Visitor's messages that no agent has seen.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.read(Link::unread)
    }
}
