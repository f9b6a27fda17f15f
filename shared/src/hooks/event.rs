//! What happened in a conversation, as others are told.
//!
//! The log is where events come from, so an event's id, `<conversation>.<seq>`, is the same however often it is told, and
//! the order of a conversation's events is that of its log. Told is what happens once a human was asked for, and the one
//! entry before that. Notes are never told.

use serde::{Deserialize, Serialize};

use crate::conversation::State;
use crate::ids::{ClientId, ConversationId, SiteKey};
use crate::protocol::message::{Body, Event, Message, Sender};
use crate::protocol::stage::{AgentCard, EndedBy};
use crate::time::Millis;

/// The body of a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookEvent {
    /// The same at every try: whoever has handled an id ignores it.
    pub id: String,
    pub site: SiteKey,
    /// Absent in a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// The log entry's sequence. Rises from event to event of a conversation, with gaps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    pub at: Millis,
    pub event: Happened,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Happened {
    /// A human was asked for; the conversation waits for one.
    HandoffRequested,
    /// Nobody is on duty: the visitor was offered to leave a message.
    NobodyOnline,
    /// Too many wait already: the visitor was offered to leave a message.
    QueueFull,
    /// The visitor left the queue.
    LeftQueue,
    /// An agent has it now.
    Assigned { agent: AgentCard },
    /// It waits again: the agent vanished, or with `given_back` returned it.
    Returned { agent: AgentCard, given_back: bool },
    /// Somebody wrote, or the bot answered.
    Message {
        from: Sender,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_id: Option<ClientId>,
    },
    /// A message was left for later: its text is the message before.
    MessageLeft {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact: Option<String>,
    },
    /// What was left could not be taken, as too much of the kind waits already; the visitor was told so.
    MessageNotTaken,
    /// The conversation is over.
    Ended { by: EndedBy },
    /// Its visitor wrote again.
    Reopened,
    /// The visitor rated it, 1 to 5.
    Rated {
        score: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    /// Somebody pressed "test" in the console.
    Test,
}

/// What an endpoint can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Asked for a human, nobody online, left the queue, returned, reopened.
    Handoff,
    Assigned,
    Message,
    MessageLeft,
    Ended,
    Rated,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Handoff, Self::Assigned, Self::Message, Self::MessageLeft, Self::Ended, Self::Rated];

    /// The kind as it crosses the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Handoff => "handoff",
            Self::Assigned => "assigned",
            Self::Message => "message",
            Self::MessageLeft => "message_left",
            Self::Ended => "ended",
            Self::Rated => "rated",
        }
    }
}

impl Happened {
    /// What an endpoint asks for to be told this; nobody needs to ask for a test.
    #[must_use]
    pub const fn kind(&self) -> Option<Kind> {
        match self {
            Self::HandoffRequested
            | Self::NobodyOnline
            | Self::QueueFull
            | Self::LeftQueue
            | Self::Returned { .. }
            | Self::Reopened => Some(Kind::Handoff),
            Self::Assigned { .. } => Some(Kind::Assigned),
            Self::Message { .. } => Some(Kind::Message),
            Self::MessageLeft { .. } | Self::MessageNotTaken => Some(Kind::MessageLeft),
            Self::Ended { .. } => Some(Kind::Ended),
            Self::Rated { .. } => Some(Kind::Rated),
            Self::Test => None,
        }
    }

    /// What a log entry tells; `None` of what is not told.
    #[must_use]
    pub fn of(message: &Message) -> Option<Self> {
        let words = |text: &str| {
            let (from, client_id) = (message.from.clone(), message.client_id.clone());
            Some(Self::Message { from, text: text.to_owned(), client_id })
        };
        match &message.body {
            Body::Text { text, .. } | Body::Answer { text, .. } | Body::Opener { text, .. } => words(text),
            Body::Offer { .. } | Body::Social { .. } | Body::Note { .. } => None,
            Body::Event { event } => Some(Self::of_event(event)),
        }
    }

    fn of_event(event: &Event) -> Self {
        match event.clone() {
            Event::HandoffRequested => Self::HandoffRequested,
            Event::NobodyOnline => Self::NobodyOnline,
            Event::QueueFull => Self::QueueFull,
            Event::LeftQueue => Self::LeftQueue,
            Event::AgentJoined { agent } => Self::Assigned { agent },
            Event::AgentLost { agent } => Self::Returned { agent, given_back: false },
            Event::HandedBack { agent } => Self::Returned { agent, given_back: true },
            Event::MessageLeft { contact } => Self::MessageLeft { contact },
            Event::MessageNotTaken => Self::MessageNotTaken,
            Event::Ended { by } => Self::Ended { by },
            Event::Reopened => Self::Reopened,
            Event::Rated { score, comment } => Self::Rated { score, comment },
        }
    }
}

impl HookEvent {
    /// What a log entry tells others; `None` of what is not told.
    #[must_use]
    pub fn of(site: &SiteKey, conversation: &ConversationId, message: &Message) -> Option<Self> {
        let event = Happened::of(message)?;
        let id = format!("{conversation}.{}", message.seq);
        let (site, conversation) = (site.clone(), Some(conversation.clone()));
        Some(Self { id, site, conversation, seq: Some(message.seq), at: message.at, event })
    }

    /// A test of an endpoint.
    #[must_use]
    pub fn test(site: SiteKey, id: String, at: Millis) -> Self {
        Self { id, site, conversation: None, seq: None, at, event: Happened::Test }
    }
}

/// Whether what happens in a conversation is told: once a human was asked for, or a message left.
#[must_use]
pub const fn is_told(state: &State) -> bool {
    state.handoff.0 > 0
}

/// The sequence after which a log is told, when `message` is the entry with which telling begins: a human was asked for,
/// or a message left. What the visitor wrote or was answered right before is told too.
#[must_use]
pub const fn begins_after(message: &Message) -> Option<u64> {
    match &message.body {
        Body::Event { event: Event::HandoffRequested | Event::MessageLeft { .. } } => {
            Some(message.seq.saturating_sub(2))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::AgentId;

    fn message(seq: u64, body: Body) -> Message {
        Message { seq, at: Millis(5), from: Sender::System, client_id: None, body }
    }

    #[test]
    fn r_150_an_entry_has_the_same_id_however_often_it_is_told() {
        let (site, id) = (SiteKey::new("tidewater").unwrap(), ConversationId::new("c1").unwrap());
        let entry = message(7, Body::Event { event: Event::Ended { by: EndedBy::Agent } });
        let told = HookEvent::of(&site, &id, &entry).unwrap();
        assert_eq!(told.id, "c1.7");
        assert_eq!(HookEvent::of(&site, &id, &entry).as_ref(), Some(&told));
    }

    #[test]
    fn r_151_notes_are_never_told() {
        assert_eq!(Happened::of(&message(1, Body::Note { text: "psst".into() })), None);
    }

    #[test]
    fn r_151_telling_begins_with_the_entry_before_the_request() {
        assert_eq!(begins_after(&message(9, Body::Event { event: Event::HandoffRequested })), Some(7));
        assert_eq!(
            begins_after(&message(1, Body::Event { event: Event::MessageLeft { contact: None } })),
            Some(0)
        );
        assert_eq!(begins_after(&message(3, Body::Text { text: "x".into(), lang: None })), None);
    }

    #[test]
    fn every_kind_has_the_name_it_has_on_the_wire() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
        let agent = AgentCard { id: AgentId::new("a").unwrap(), name: "A".into() };
        assert_eq!(Happened::Returned { agent, given_back: true }.kind(), Some(Kind::Handoff));
        assert_eq!(Happened::Test.kind(), None);
    }
}
