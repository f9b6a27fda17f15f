//! What a desk decided, for those who ask why.

use serde::{Deserialize, Serialize};

use super::{Explanation, Facts};
use crate::ids::{AgentId, ConversationId, GroupId};
use crate::protocol::stage::{AgentCard, Fallback};
use crate::time::Millis;

/// One decision about a conversation. A desk keeps the newest `limits::DESK_DECISIONS`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Counts a desk's decisions.
    pub n: u64,
    pub at: Millis,
    pub conversation: ConversationId,
    pub what: What,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum What {
    /// It was sent to a group.
    Routed {
        facts: Facts,
        why: Explanation,
        /// Members of the group on duty then.
        on_duty: u32,
        /// Others who waited for the group then.
        waiting: u32,
    },
    /// Nobody was there for it, or the line was full, or (`late`) the wait was as long as it may be: the visitor was told
    /// so, and offered this instead.
    Refused {
        group: GroupId,
        full: bool,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
        #[serde(default, skip_serializing_if = "Fallback::is_usual")]
        offer: Fallback,
    },
    /// By a rule of the roster it went on to another group.
    Diverted { from: GroupId, group: GroupId, why: Diverted },
    /// The visitor left a message for the group.
    Left { group: GroupId },
    /// The visitor is to be called back when it is their turn; with `kept` at the place they had.
    CalledBack { group: GroupId, kept: bool },
    /// The group's visitor left a message, or asked to be called back, and the desk holds as many as it may. They were
    /// told so.
    NotTaken { group: GroupId },
    /// Nobody who speaks the language had it in time: now it may go to anybody.
    Widened,
    /// It was given to an agent.
    Given {
        agent: AgentCard,
        why: Given,
        /// Agents who could have been given it.
        among: u32,
        /// How long it had waited, in milliseconds.
        waited: u64,
    },
    /// It came back to the queue.
    Back { agent: AgentId, why: LeftWhy },
    /// Somebody sent it to a group.
    Moved { by: AgentCard, group: GroupId },
}

/// Why this agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Given {
    /// Had this visitor's last conversation.
    Familiar,
    /// The only one who could.
    Only,
    /// Speaks the language best.
    Language,
    /// Has the smallest part of the capacity taken.
    LeastLoaded,
    /// Among equals, whose turn was longest ago.
    Turn,
    /// Took it.
    Took,
    /// A supervisor took it over.
    TookOver { from: AgentId },
    /// A colleague sent it.
    Sent { by: AgentCard },
}

/// Why another group got it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Diverted {
    /// The first one was closed, or nobody of it was there.
    Closed,
    /// The first one's line was full.
    Full,
    /// Another group helps after a while.
    Overflow,
    /// The wait was as long as it may be.
    Late,
}

/// Why a conversation left its agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftWhy {
    /// Given back, or declined.
    GivenBack,
    /// The agent vanished.
    Vanished,
    /// The agent did not attend to it in time.
    NoAnswer,
    /// The account was removed.
    Removed,
}
