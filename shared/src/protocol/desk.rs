//! Frames of the desk socket: one per console window, for everything that is not one conversation's content.

use serde::{Deserialize, Serialize};

use super::error::ErrorCode;
use super::stage::{AgentCard, PageContext};
use crate::faq::mood::Mood;
use crate::ids::{AgentId, ConversationId, EntryId, GroupId};
use crate::lang::Lang;
use crate::routing::{Decision, Explanation, Facts, Fault, Given, Routing};
use crate::security::identity::Customer;
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
    /// Take what another agent has (supervisors).
    TakeOver { conversation: ConversationId },
    /// Send an assigned conversation to another agent, or to a skill group, with a note for whoever gets it.
    Transfer {
        conversation: ConversationId,
        to: TransferTo,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Somebody is at this console.
    Active,
    /// Wrapping up is done.
    Ready,
    /// The newest decisions, of one conversation or of all, or the newest of those before one (supervisors); answered by
    /// `decisions`.
    Decisions {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<ConversationId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<u64>,
    },
    /// Where a handoff of these facts would go, by the present rules or by others (supervisors); answered by `explained`.
    Explain {
        facts: Facts,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        routing: Option<Routing>,
    },
}

/// Who a conversation is sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TransferTo {
    Agent { agent: AgentId },
    Group { group: GroupId },
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
        /// The skill groups a conversation can be sent to, the default one first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        groups: Vec<GroupCard>,
    },
    /// A waiting conversation or left message is new or changed.
    Waiting { card: WaitingCard },
    /// A conversation is assigned (to anybody), or its card changed.
    Assigned { card: AssignedCard },
    /// The conversation is neither waiting nor assigned any more.
    Gone { conversation: ConversationId },
    /// An agent's presence or load changed.
    Agent { agent: AgentState },
    /// The desk has made this agent away.
    SentAway { reason: AwayReason },
    /// Decisions, newest first; with `more` there are older ones.
    Decisions {
        decisions: Vec<Decision>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        more: bool,
    },
    /// Where the handoff would go, who is on duty there, and what is wrong with the rules it was asked of.
    Explained {
        explanation: Explanation,
        on_duty: u32,
        waiting: u32,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        faults: Vec<Fault>,
        /// The members of the group who are signed in: whoever would be given it now first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        candidates: Vec<Candidate>,
    },
    /// A request was refused.
    Error {
        code: ErrorCode,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<ConversationId>,
    },
}

/// A member of a group as somebody who could be given a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub agent: AgentState,
    pub speaks: Speaks,
    /// Why this one would be given it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Given>,
    /// What keeps this one from being given it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unfit: Option<Unfit>,
}

/// How well an agent speaks a visitor's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaks {
    Well,
    /// Its kin; or nothing is known of the agent's languages.
    Nearly,
    No,
}

/// What keeps an agent from being given a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfit {
    /// Not online.
    Presence,
    WrappingUp,
    /// Has not room for so much more.
    NoRoom,
    /// The group has as much as it may have at a time.
    GroupFull,
    /// Somebody who speaks the visitor's language is waited for.
    Language,
}

/// A skill group as agents see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupCard {
    pub group: GroupId,
    pub name: String,
}

/// Why the desk made an agent away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AwayReason {
    /// Conversations were not attended to in time.
    NoAnswer,
    /// Nobody has been at the console for long.
    Idle,
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
    /// What the conversations now take of it.
    pub load: u32,
    /// Until when the agent wraps up and gets nothing new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrap_up: Option<Millis>,
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
    /// That entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
    /// What the visitor's words showed last, neutral ones apart.
    #[serde(default, skip_serializing_if = "Mood::is_neutral")]
    pub mood: Mood,
    /// Whether they showed that it is urgent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// The group the visitor chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<GroupId>,
    /// The level the shop's signed identity names, 0 without one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub vip: u8,
    /// Who that says it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// The number of the secret that this was signed with.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub signed: u32,
}

fn is_nought(n: &u32) -> bool {
    *n == 0
}

fn is_zero(n: &u8) -> bool {
    *n == 0
}

impl Brief {
    /// A brief of nothing but the language.
    #[must_use]
    pub const fn empty(lang: Lang) -> Self {
        Self {
            lang,
            preview: String::new(),
            topic: None,
            page: None,
            contact: None,
            entry: None,
            mood: Mood::Neutral,
            urgent: false,
            choice: None,
            vip: 0,
            customer: None,
            signed: 0,
        }
    }

    /// What routing goes by.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let path = self.page.as_ref().map(|page| path(&page.url).to_owned()).unwrap_or_default();
        Facts {
            lang: self.lang,
            entry: self.entry.clone(),
            page: path,
            mood: self.mood,
            urgent: self.urgent,
            choice: self.choice.clone(),
            vip: self.vip,
        }
    }
}

/// The path of an address, with its leading slash.
fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.find('/').map_or("/", |at| &rest[at..]);
    rest.find(['?', '#']).map_or(rest, |end| &rest[..end])
}
