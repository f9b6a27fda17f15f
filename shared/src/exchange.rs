//! What the objects tell each other. Carried by an outbox: at least once, in order per pair of objects, so every
//! receiver discards items it has already handled (by the sender's item number) before its machine sees them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, ConversationId, EntryId, VisitorId};
use crate::protocol::conversation::Reason;
use crate::protocol::desk::Brief;
use crate::protocol::stage::{AgentCard, Fallback, QueuePlace};
use crate::time::Millis;

/// Counts a conversation's requests for a human from 1; an answer to an older one is stale and ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HandoffNo(pub u32);

/// From a conversation to its site's desk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToDesk {
    /// A human is wanted. `at` is when the visitor asked. Answered by `queued`, `assigned` or `offline`.
    Handoff {
        conversation: ConversationId,
        handoff: HandoffNo,
        at: Millis,
        brief: Brief,
        /// Whose it is: who comes back goes to the agent they know.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        visitor: Option<VisitorId>,
    },
    /// The visitor no longer waits (left the queue, or ended). Also frees the agent if one was just assigned.
    Withdraw { conversation: ConversationId, handoff: HandoffNo },
    /// A message was left for later, or with `call_back` to be answered when it is its turn.
    MessageLeft {
        conversation: ConversationId,
        handoff: HandoffNo,
        at: Millis,
        brief: Brief,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        call_back: bool,
    },
    /// The conversation with its agent ended: frees capacity. `replied` is whether the agent ever wrote.
    Ended { conversation: ConversationId, handoff: HandoffNo, at: Millis, replied: bool },
    /// The agent who has it attends to it: has begun to write.
    Attended { conversation: ConversationId, handoff: HandoffNo },
    /// The visitor who waits has been gone for `limits::ABSENT_AFTER`, or is back. What was said last under a number
    /// holds until something else is said under it.
    Visitor { conversation: ConversationId, handoff: HandoffNo, here: bool },
    /// Card contents changed (language, last words, page).
    Brief { conversation: ConversationId, handoff: HandoffNo, brief: Brief },
}

/// From a desk to a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromDesk {
    /// Waiting, at this place; also sent whenever what is shown changes.
    Queued { handoff: HandoffNo, place: QueuePlace },
    /// Nobody will serve the visitor now; the fields are those of the stage.
    Offline {
        handoff: HandoffNo,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opens: Option<Millis>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        full: bool,
        #[serde(default, skip_serializing_if = "Fallback::is_usual")]
        offer: Fallback,
    },
    /// An agent has it.
    Assigned { handoff: HandoffNo, agent: AgentCard },
    /// A note for whoever gets the conversation, written by who sent it on.
    Note { handoff: HandoffNo, from: AgentCard, text: String },
    /// The message left under this number, or the wish to be called back, could not be taken: there are too many.
    NotTaken { handoff: HandoffNo },
    /// The agent vanished or gave it back: it waits again, at its old place. `place` is absent while the visitor is away.
    Requeued {
        handoff: HandoffNo,
        lost: AgentId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<QueuePlace>,
        /// Given back, by the agent or a supervisor.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        given_back: bool,
    },
}

impl FromDesk {
    /// Nobody is there, and nothing is known of when somebody will be.
    #[must_use]
    pub const fn offline(handoff: HandoffNo) -> Self {
        Self::Offline { handoff, opens: None, full: false, offer: Fallback::LeaveMessage }
    }
}

/// From a conversation to its site's archive: the newest summary replaces the former one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub conversation: ConversationId,
    pub started: Millis,
    pub last: Millis,
    pub lang: crate::lang::Lang,
    pub stage: String,
    pub agent: Option<AgentCard>,
    pub messages: u64,
    pub answers: u32,
    pub helpful: u32,
    pub unhelpful: u32,
    /// Why, as often as it was told.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<Reason, u32>,
    pub handoffs: u32,
    pub rating: Option<u8>,
    pub rating_comment: Option<String>,
    pub preview: String,
}

/// From a conversation to its site's archive: a question the knowledge base did not answer, or not well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unanswered {
    /// When it was asked.
    pub at: Millis,
    pub lang: crate::lang::Lang,
    /// The visitor's words, masked.
    pub text: String,
    pub miss: Miss,
    /// The entry that answered, or came nearest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
    /// Why it did not help: with this or a comment it adds to what was told before and is not counted again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The same in the visitor's own words, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// What went wrong with a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Miss {
    /// Nothing came near.
    Nothing,
    /// Nothing sure enough; related entries were offered.
    Offered,
    /// It was answered, and the visitor then asked for a human.
    Handoff,
    /// It was answered, and the visitor said that this did not help.
    Unhelpful,
}
