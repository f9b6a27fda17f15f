//! Frames of the conversation socket, for visitors and agents alike; what a role may send is the
//! conversation machine's to decide.

use serde::{Deserialize, Serialize};

use super::error::ErrorCode;
use super::message::Message;
use super::stage::{PageContext, Stage};
use crate::ids::{ClientId, ConversationId, EntryId, GroupId};
use crate::lang::Lang;
use crate::time::Millis;

/// From client to server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// First frame on every socket: what the client has (`after` is the last sequence it holds, 0 for none).
    /// Answered by `welcome`, then pages up to the present, then live frames.
    Hello {
        after: u64,
        /// The language the visitor's panel is in; agents leave it out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lang: Option<Lang>,
        /// The page the visitor looks at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page: Option<PageContext>,
    },
    /// A message. Resending the same `client_id` returns the first acknowledgement.
    Send { client_id: ClientId, text: String },
    /// A visitor picks an offered or suggested entry; logged as the visitor's words, answered at once.
    Pick { client_id: ClientId, entry: EntryId, title: String },
    /// An internal note (agents).
    Note { client_id: ClientId, text: String },
    /// Typing began or goes on (`true`) or ended (`false`). Never stored, never replayed.
    Typing { on: bool },
    /// Everything up to `seq` was seen by a person.
    Read { seq: u64 },
    /// Everything up to `seq` reached this client, shown or not. Clients send it by themselves.
    Delivered { seq: u64 },
    /// Ask for the messages after `after`: a gap was noticed, or a page said `ask`.
    Resume { after: u64 },
    /// The page changed without a new socket.
    Page { page: PageContext },
    /// The visitor chose the panel's language; `None` lets it follow the conversation again.
    Language {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lang: Option<Lang>,
    },
    /// Whether the answer with sequence `seq` helped, and if it did not, why.
    Helpful {
        seq: u64,
        yes: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        /// In the visitor's own words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    /// A human, please. In the offline stage: try again.
    Handoff,
    /// Whom the visitor wishes to talk to, should they ask for a human; `None`: anybody.
    Choose {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<GroupId>,
    },
    /// Leave the queue, keep the bot.
    LeaveQueue,
    /// Leave a message for later (stages bot, offline and queued).
    LeaveMessage {
        client_id: ClientId,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact: Option<String>,
        /// To be called back in one's turn instead: the place in line is kept. Needs a contact.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        call_back: bool,
    },
    /// End the conversation.
    End,
    /// Rate it after the end: 1 to 5.
    Rate {
        score: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
}

/// The frame that nearly all are. What names its variant need not be looked for before the rest is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    r#type: SentType,
    client_id: ClientId,
    text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum SentType {
    Send,
}

impl ClientFrame {
    /// The frame that a JSON text is.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn read(json: &str) -> Result<Self, serde_json::Error> {
        if json.starts_with(r#"{"type":"send","#)
            && let Ok(Sent { r#type: SentType::Send, client_id, text }) = serde_json::from_str(json)
        {
            return Ok(Self::Send { client_id, text });
        }
        Self::read_any(json)
    }

    #[inline(never)]
    fn read_any(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The sender's id of the message this frame carries, when it carries one.
    #[must_use]
    pub const fn client_id(&self) -> Option<&ClientId> {
        match self {
            Self::Send { client_id, .. }
            | Self::Pick { client_id, .. }
            | Self::Note { client_id, .. }
            | Self::LeaveMessage { client_id, .. } => Some(client_id),
            _ => None,
        }
    }
}

/// From server to client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// Answer to `hello`. `last` is the newest sequence this reader may see.
    Welcome {
        conversation: ConversationId,
        last: u64,
        stage: Stage,
        lang: Lang,
        /// The visitor's own choice, when the panel's language was pinned.
        pinned: bool,
        read: Marks,
        /// A renewed token, when the old one has aged.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
        /// The page the visitor looks at (agents only).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page: Option<PageContext>,
        /// Whether the visitor is connected (agents only; `false` to visitors).
        #[serde(default)]
        visitor_here: bool,
        /// Answers marked helpful or not so far: (seq, yes).
        #[serde(default)]
        helpful: Vec<(u64, bool)>,
        /// Why not, of those that were told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        reasons: Vec<(u64, Reason)>,
    },
    /// The messages this reader may see after sequence `after`, oldest first, without a gap. `more`: another page
    /// follows by itself; with `ask` as well, the window (`limits::RESUME_PAGES`) is spent and the client sends
    /// `resume` for the rest. Every `welcome` and every `resume` is followed by at least one page.
    Page {
        after: u64,
        messages: Vec<Message>,
        more: bool,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ask: bool,
    },
    /// A new message. `prev` is the sequence of the message before it that this reader may see: a client whose
    /// newest is another one has missed a frame and sends `resume`.
    Message { prev: u64, message: Message },
    /// The message is durable.
    Ack { client_id: ClientId, seq: u64, at: Millis },
    /// The frame was refused. With `client_id`: that message will not be stored, however often it is resent.
    Error {
        code: ErrorCode,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_id: Option<ClientId>,
        /// Milliseconds to wait before trying again (`rate_limited`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
    /// Somebody of the other side is typing.
    Typing { from: Party, on: bool },
    /// How far each side has read.
    Read { read: Marks },
    /// The stage changed.
    Stage { stage: Stage },
    /// The conversation's language changed because the visitor writes in it; `pinned` ones never change so.
    Language { lang: Lang, pinned: bool },
    /// The visitor's page changed (agents only).
    PageContext { page: PageContext },
    /// The visitor came or went (agents only).
    VisitorHere { here: bool },
    /// Marked helpful or not, and why.
    Helpful {
        seq: u64,
        yes: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
    },
}

/// Why an answer did not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is not true, or not what was asked.
    Wrong,
    Unclear,
    /// It was true once.
    Outdated,
    Other,
}

impl Reason {
    /// Every reason, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Wrong, Self::Unclear, Self::Outdated, Self::Other];

    /// Its name, as on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::Unclear => "unclear",
            Self::Outdated => "outdated",
            Self::Other => "other",
        }
    }
}

/// How far each side has got, as sequences. `read ≤ delivered`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Marks {
    /// The newest message shown to the visitor.
    pub visitor: u64,
    /// The newest message that reached a visitor's client.
    pub visitor_delivered: u64,
    /// The newest message shown to an agent.
    pub agent: u64,
    /// The newest message that reached an agent's client.
    pub agent_delivered: u64,
}

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    Visitor,
    Agent,
}
