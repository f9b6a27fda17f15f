//! One entry of a conversation's append-only log.

use serde::{Deserialize, Serialize};

use super::stage::{AgentCard, EndedBy};
use crate::ids::{CampaignId, ClientId, EntryId};
use crate::kb::SlotKind;
use crate::lang::Lang;
use crate::time::Millis;

/// One entry of the log. `seq` counts from 1 without gaps in the whole log; a visitor does not see notes,
/// so the sequence a visitor sees has gaps (SPEC.md says how a client still notices a lost frame).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub seq: u64,
    pub at: Millis,
    pub from: Sender,
    pub body: Body,
    /// The sender's own id; (sender, client id) is unique.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<ClientId>,
}

/// How the JSON of a visitor's words goes on after their sequence and time.
pub const WORDS: &str = r#""from":{"type":"visitor"},"body":{"type":"text","text":""#;

/// [`ServerFrame::Message`](super::ServerFrame::Message) of an entry and the one before it.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename = "message")]
pub struct MessageFrame<'a> {
    pub prev: u64,
    pub message: &'a Message,
}

/// What a log has to hold of an entry whose sequence and time it holds besides: of the JSON of its [`MessageFrame`],
/// from where on, up to the last brace, and whether what comes before that ends with [`WORDS`].
///
/// ```
/// use shared::protocol::message::held;
/// let head = r#"{"type":"message","prev":6,"message":{"seq":7,"at":9,"#;
/// let words = r#""from":{"type":"visitor"},"body":{"type":"text","text":"Hi"},"client_id":"a"}}"#;
/// assert_eq!(held(&format!("{head}{words}")), (head.len() + words.find("Hi").unwrap(), true));
/// let other = r#""from":{"type":"bot"},"body":{"type":"offer","options":[]}}}"#;
/// assert_eq!(held(&format!("{head}{other}")), (head.len(), false));
/// ```
#[must_use]
pub fn held(frame: &str) -> (usize, bool) {
    let rest = frame.match_indices(',').nth(3).map_or(0, |(comma, _)| comma + 1);
    match frame.get(rest..).is_some_and(|rest| rest.starts_with(WORDS)) {
        true => (rest + WORDS.len(), true),
        false => (rest, false),
    }
}

impl Message {
    /// Whether the visitor may see it.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        !matches!(self.body, Body::Note { .. })
    }
}

/// Who a message is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Sender {
    Visitor,
    Bot,
    Agent { agent: AgentCard },
    System,
}

/// What a message says. Texts are plain text: a reader renders them as inert text nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body {
    /// Words of a visitor or an agent, in the language they were recognised in.
    Text {
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lang: Option<Lang>,
    },
    /// The bot answers from the knowledge base. `lang` is the answer's language; `asked` the visitor's,
    /// when the entry has no text in it.
    Answer {
        entry: EntryId,
        title: String,
        text: String,
        lang: Lang,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asked: Option<Lang>,
        /// The entries that a language model drafted this answer from; empty when it is `entry`'s own.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        sources: Vec<Offered>,
        /// Before it answers, the entry asks for something: `text` is that question.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ask: Option<Ask>,
    },
    /// The bot does not know, says so, and offers related entries (possibly none) and a human.
    Offer { options: Vec<Offered> },
    /// The bot returns a greeting or thanks; readers render it in their own language.
    Social { kind: Social },
    /// The widget spoke first: the campaign's text as the visitor saw it.
    Opener { campaign: CampaignId, text: String, lang: Lang },
    /// For agents only.
    Note { text: String },
    /// Something happened; readers render it in their own language.
    Event { event: Event },
}

/// What the bot asks for before it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    pub kind: SlotKind,
    /// How often the visitor's reply was no such thing; readers say so in their own language.
    #[serde(default)]
    pub again: u32,
}

/// An entry offered instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    pub entry: EntryId,
    /// The entry's first phrasing in the visitor's language.
    pub title: String,
}

/// Small talk the bot recognises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Social {
    Greeting,
    Thanks,
    /// "Are you a robot?"
    AreYouBot,
}

/// Things that happen in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A human was asked for.
    HandoffRequested,
    /// A human was asked for and nobody is on duty.
    NobodyOnline,
    /// A human was asked for, and the line is as long as it may be, or the visitor has waited as long as anybody may.
    QueueFull,
    /// The visitor left the queue and keeps the bot.
    LeftQueue,
    AgentJoined {
        agent: AgentCard,
    },
    /// The agent vanished; the conversation waits again at its old place.
    AgentLost {
        agent: AgentCard,
    },
    /// The agent, or a supervisor, gave the conversation back; it waits again at its old place.
    HandedBack {
        agent: AgentCard,
    },
    /// The visitor left a message, to be answered at `contact` when given.
    MessageLeft {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact: Option<String>,
    },
    /// What the visitor left could not be taken: too many messages, or wishes to be called back, wait already.
    MessageNotTaken,
    Ended {
        by: EndedBy,
    },
    Reopened,
    Rated {
        score: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
}
