//! Frames of the desk socket: one per console window, for everything that is not one conversation's content.

use serde::{Deserialize, Serialize};

use super::error::ErrorCode;
use super::stage::{AgentCard, PageContext};
use crate::ids::{AgentId, ConversationId, GroupId};
use crate::lang::Lang;
use crate::time::Millis;

/// From console to desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DeskRequest {
    /// First frame on every socket; answered by `snapshot`.
    Hello,
    /// Go online, busy, away or offline.
    Presence { presence: Presence },
    /// Take a waiting conversation or a left message out of turn.
    Take { conversation: ConversationId },
    /// Give an assigned conversation back to the queue, at its old place.
    Return { conversation: ConversationId },
}

/// From desk to console.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DeskFrame {
    /// Everything this agent may see now; later frames change it.
    Snapshot {
        me: AgentState,
        agents: Vec<AgentState>,
        waiting: Vec<WaitingCard>,
        assigned: Vec<AssignedCard>,
    },
    /// A waiting conversation or left message is new or changed.
    Waiting { card: WaitingCard },
    /// A conversation is assigned (to anybody), or its card changed.
    Assigned { card: AssignedCard },
    /// The conversation is neither waiting nor assigned any more.
    Gone { conversation: ConversationId },
    /// An agent's presence or load changed.
    Agent { agent: AgentState },
    /// A request was refused.
    Error {
        code: ErrorCode,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<ConversationId>,
    },
}

/// An agent's availability for new conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Online,
    Busy,
    Away,
    #[default]
    Offline,
}

/// An agent as colleagues see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentState {
    pub agent: AgentCard,
    pub presence: Presence,
    /// Conversations at once.
    pub capacity: u32,
    /// Conversations now.
    pub load: u32,
}

/// What a card in the queue shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingCard {
    pub conversation: ConversationId,
    pub kind: WaitingKind,
    pub since: Millis,
    pub group: GroupId,
    pub priority: i32,
    /// The visitor has gone away and keeps the place; nobody is given the conversation meanwhile.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub away: bool,
    pub brief: Brief,
}

/// Whether somebody waits or left a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingKind {
    /// A visitor waits now.
    Live,
    /// A message to answer later; never assigned by itself.
    Message,
    /// A visitor who is to be called back when it is their turn.
    CallBack,
}

/// What a card of an assigned conversation shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignedCard {
    pub conversation: ConversationId,
    pub agent: AgentId,
    pub since: Millis,
    pub group: GroupId,
    /// The visitor is to be called back at the brief's contact.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub call_back: bool,
    pub brief: Brief,
}

/// What an agent should know before opening a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    pub lang: Lang,
    /// The visitor's last words, shortened to `limits::SHORT_CHARS`.
    pub preview: String,
    /// The entry the bot thought of last, when it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<PageContext>,
    /// Where to answer a left message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}
