//! What a shell shows.

use super::machine::Link;
use super::{Delivery, Pending, Side};
use crate::ids::ConversationId;
use crate::lang::Lang;
use crate::limits;
use crate::protocol::ErrorCode;
use crate::protocol::conversation::{Marks, Reason};
use crate::protocol::message::Message;
use crate::protocol::stage::{PageContext, Stage};
use crate::time::Millis;

impl Link {
    /// The log as far as it is known, in order, without gaps.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.replica.log
    }

    /// One's own messages that are not in the log yet, to be shown after it, oldest first.
    #[must_use]
    pub fn pending(&self) -> &[Pending] {
        &self.outbox
    }

    /// What could not be sent, as it stands: what is to be stored. What failed stays failed.
    #[must_use]
    pub fn outbox(&self) -> Vec<Pending> {
        let mut outbox = self.outbox.clone();
        outbox.retain(|p| !self.acked.contains(p.draft.client_id()));
        outbox
    }

    /// The link to a new conversation that says what could not be said in this one, in the same order: what failed
    /// because of this conversation (ended, full, gone) is tried again there, and a person is asked for again.
    #[must_use]
    pub fn successor(&self, side: Side) -> Self {
        let mut outbox = self.outbox();
        for pending in &mut outbox {
            if matches!(pending.failed, Some(ErrorCode::Ended | ErrorCode::Full | ErrorCode::NotFound)) {
                pending.failed = None;
            }
        }
        let mut next = Self::new(side, outbox);
        next.page.clone_from(&self.page);
        if self.asks_for_person() {
            next.ask_for_person(self);
        }
        next
    }

    /// Whether anything waits for a conversation to be said in.
    #[must_use]
    pub fn has_unsaid(&self) -> bool {
        !self.outbox.is_empty() || self.asks_for_person()
    }

    /// Whether another message can be written; `Write` is ignored when not.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.outbox.len() < limits::OUTBOX_MESSAGES
    }

    /// How a logged message of one's own side stands; `None` for anybody else's.
    #[must_use]
    pub fn delivery(&self, message: &Message) -> Option<Delivery> {
        if !self.replica.is_own(message) {
            return None;
        }
        let (read, delivered) = self.replica.other_marks();
        Some(if !message.is_public() || message.seq > delivered {
            Delivery::Sent
        } else if message.seq > read {
            Delivery::Delivered
        } else {
            Delivery::Read
        })
    }

    /// How a pending message stands.
    #[must_use]
    pub fn pending_delivery(&self, pending: &Pending) -> Delivery {
        match pending.failed {
            Some(code) => Delivery::Failed(code),
            None if self.acked.contains(pending.draft.client_id()) => Delivery::Sent,
            None => Delivery::Sending,
        }
    }

    /// The conversation's id, once welcomed.
    #[must_use]
    pub const fn conversation(&self) -> Option<&ConversationId> {
        self.replica.conversation.as_ref()
    }

    /// Where the conversation stands.
    #[must_use]
    pub const fn stage(&self) -> &Stage {
        &self.replica.stage
    }

    /// The conversation's language: the panel's, unless the visitor chose otherwise on the page.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.replica.lang
    }

    /// Whether the visitor chose the language.
    #[must_use]
    pub const fn pinned(&self) -> bool {
        self.replica.pinned
    }

    /// How far each side has read.
    #[must_use]
    pub const fn marks(&self) -> Marks {
        self.replica.marks
    }

    /// Whether the other side is typing at `now`.
    #[must_use]
    pub fn typing(&self, now: Millis) -> bool {
        self.typing.is_some_and(|until| now < until)
    }

    /// The page the visitor looks at (agents).
    #[must_use]
    pub const fn page(&self) -> Option<&PageContext> {
        self.replica.visitor_page.as_ref()
    }

    /// Whether the visitor is connected (agents).
    #[must_use]
    pub const fn visitor_here(&self) -> bool {
        self.replica.visitor_here
    }

    /// Why the answer `seq` did not help, when that was told.
    #[must_use]
    pub fn reason(&self, seq: u64) -> Option<Reason> {
        self.replica.reasons.iter().find(|(s, _)| *s == seq).map(|(_, reason)| *reason)
    }

    /// Whether the answer `seq` was marked as helpful.
    #[must_use]
    pub fn helpful(&self, seq: u64) -> Option<bool> {
        self.replica.helpful.iter().find(|(s, _)| *s == seq).map(|(_, yes)| *yes)
    }

    /// Messages of the other side (for agents: of the visitor) that nobody of this side has seen.
    #[must_use]
    pub fn unread(&self) -> usize {
        let seen = self.seen.max(self.replica.own_marks().0);
        let log = self.replica.log.iter().rev();
        log.take_while(|m| m.seq > seen).filter(|m| self.replica.is_news(m)).count()
    }
}
