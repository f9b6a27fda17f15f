//! What the stream shows of a conversation: rows made from the log and the outbox.

use shared::ids::ClientId;
use shared::link::{Delivery, Line, Pending};
use shared::protocol::stage::{AgentCard, Stage};
use shared::protocol::{Body, Message, Sender};
use shared::time::Millis;

use crate::i18n;

/// One row of the stream. Its contents never change under one key; what does change about it (its delivery, its
/// helpfulness) is looked up in [`Chat`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) key: String,
    pub(crate) at: Millis,
    /// Whether the time is shown above.
    pub(crate) stamped: bool,
    pub(crate) from: Sender,
    pub(crate) body: Body,
    /// 0 until it is in the log.
    pub(crate) seq: u64,
    pub(crate) client_id: Option<ClientId>,
}

/// The conversation as the components see it; made anew whenever the link says that something changed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chat {
    /// Whether the shopper has said anything yet.
    pub(crate) begun: bool,
    pub(crate) rows: Vec<Row>,
    pub(crate) stage: Stage,
    pub(crate) line: Line,
    /// Whether the agent is typing.
    pub(crate) typing: bool,
    /// The newest own message, and how it stands.
    pub(crate) latest: Option<(ClientId, Delivery)>,
    /// Own messages that were not sent.
    pub(crate) failed: Vec<ClientId>,
    /// Answers marked as helpful or not.
    pub(crate) helpful: Vec<(u64, bool)>,
}

impl Default for Chat {
    fn default() -> Self {
        Self {
            begun: false,
            rows: vec![],
            stage: Stage::Bot,
            line: Line::Idle,
            typing: false,
            latest: None,
            failed: vec![],
            helpful: vec![],
        }
    }
}

impl Chat {
    /// The agent the conversation is with.
    pub(crate) fn agent(&self) -> Option<&AgentCard> {
        match &self.stage {
            Stage::Assigned { agent } => Some(agent),
            _ => None,
        }
    }

    /// How the message stands, where that is worth a line: below the newest, and wherever one failed.
    pub(crate) fn delivery(&self, id: &ClientId) -> Option<Delivery> {
        self.latest.as_ref().filter(|(latest, _)| latest == id).map(|(_, delivery)| *delivery)
    }

    /// Whether the bot owes an answer: dots are shown until it comes.
    pub(crate) fn is_bot_busy(&self) -> bool {
        let last = self.rows.last();
        self.stage == Stage::Bot
            && self.line == Line::Live
            && last.is_some_and(|row| row.seq > 0 && row.is_own())
    }
}

impl Row {
    /// Whether the shopper wrote it.
    pub(crate) fn is_own(&self) -> bool {
        self.from == Sender::Visitor && !matches!(self.body, Body::Event { .. })
    }
}

/// The rows of `messages`, then of what `outbox` still holds. `ahead` is the local offset to UTC in minutes.
pub(crate) fn rows(messages: &[Message], outbox: &[Pending], ahead: i64) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::with_capacity(messages.len() + outbox.len());
    for message in messages.iter().filter(|m| m.is_public()) {
        let key = match (&message.from, &message.client_id) {
            // The same key before and after the acknowledgement: the bubble stays where it is.
            (Sender::Visitor, Some(id)) => id.to_string(),
            _ => message.seq.to_string(),
        };
        rows.push(Row {
            key,
            at: message.at,
            stamped: i18n::is_stamped(rows.last().map(|r| r.at), message.at, ahead),
            from: message.from.clone(),
            body: message.body.clone(),
            seq: message.seq,
            client_id: message.client_id.clone(),
        });
    }
    for pending in outbox {
        let id = pending.draft.client_id();
        if rows.iter().any(|r| r.key == id.as_str()) {
            continue;
        }
        rows.push(Row {
            key: id.to_string(),
            at: pending.at,
            stamped: i18n::is_stamped(rows.last().map(|r| r.at), pending.at, ahead),
            from: Sender::Visitor,
            body: Body::Text { text: pending.draft.text().to_owned(), lang: None },
            seq: 0,
            client_id: Some(id.clone()),
        });
    }
    rows
}
