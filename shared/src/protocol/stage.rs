//! Where a conversation stands, and the people and pages around it.

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, GroupId};
use crate::time::Millis;

/// Where a conversation stands, as everybody in it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Stage {
    /// The bot answers.
    Bot,
    /// A human was asked for and nobody will serve the visitor now.
    Offline {
        /// When somebody is planned to be there next.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opens: Option<Millis>,
        /// People are there, and the line is as long as it may be.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        full: bool,
        #[serde(default, skip_serializing_if = "Fallback::is_usual")]
        offer: Fallback,
    },
    /// Waiting for a human. `place` is absent until the desk has answered.
    Queued {
        since: Millis,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<QueuePlace>,
    },
    /// With a human.
    Assigned { agent: AgentCard },
    /// A message was left; an agent will answer when back.
    MessageLeft,
    /// Over, until the visitor writes again.
    Ended {
        by: EndedBy,
        at: Millis,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rating: Option<u8>,
    },
}

impl Stage {
    /// Offline, with nothing known of when that ends.
    pub const OFFLINE: Self = Self::Offline { opens: None, full: false, offer: Fallback::LeaveMessage };
}

/// What a visitor is offered whom nobody will serve now. The bot goes on in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    #[default]
    LeaveMessage,
    /// To be called back when it is their turn: `leave_message` with `call_back`.
    CallBack,
    /// A message that is answered by e-mail: `leave_message` with an e-mail address as contact.
    Email,
    /// Nothing else.
    BotOnly,
}

impl Fallback {
    /// Whether it is to leave a message.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::LeaveMessage
    }
}

/// Who ended a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    Visitor,
    Agent,
    /// Nobody wrote for `limits::IDLE_CLOSE`.
    Idle,
}

/// A waiting visitor's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuePlace {
    /// Counted from 1 within skill group and priority; never shown rising, unless together with a new `moved`.
    pub position: u32,
    pub wait: WaitShown,
    /// The desk closes then, and will probably not have come to this visitor before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes: Option<Millis>,
    /// The visitor may ask to be called back instead of waiting (`leave_message` with `call_back`), and keeps the place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub call_back: bool,
    /// Somebody stands behind this visitor. Said once, when it becomes true, and withdrawn when it is no longer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub followed: bool,
    /// Why the wait is longer than was promised before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risen: Option<Risen>,
    /// The visitor stands in another group's line than at first: the position is of that line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
}

/// That a visitor was moved to another group's line. With a new one, and only then, a shown position may rise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The how-manieth time it is, from 1.
    pub times: u32,
    /// How the group is called to visitors, in their language, if it is one that they may choose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// Why a promise was renewed for later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risen {
    /// Fewer people serve the group than before.
    Staff,
    /// Somebody more pressing, or somebody who had been waiting before, stands in front.
    Overtaken,
    /// Conversations take longer than usual.
    Slower,
}

impl QueuePlace {
    /// A place with nothing else to say about it.
    #[must_use]
    pub const fn new(position: u32, wait: WaitShown) -> Self {
        Self { position, wait, closes: None, call_back: false, followed: false, risen: None, moved: None }
    }
}

/// What a waiting visitor is told about the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum WaitShown {
    /// Too uncertain for a number.
    Unknown,
    /// Between `low_min` and `high_min` minutes, both on the display ladder.
    Range { low_min: u32, high_min: u32 },
    /// More than `min` minutes.
    Over { min: u32 },
}

/// What a visitor sees of an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentCard {
    pub id: AgentId,
    pub name: String,
}

/// Whether humans can be reached now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Availability {
    /// Whether any agent is on duty.
    pub online: bool,
    /// What somebody asking now would be told; absent when offline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<WaitShown>,
    /// When offline: the next time somebody is planned to be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<Millis>,
    /// When online: the desk closes then, and would probably not come to somebody asking now before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes: Option<Millis>,
}

impl Availability {
    /// Offline, with nothing known of when that ends.
    pub const OFFLINE: Self = Self { online: false, wait: None, opens: None, closes: None };
}

/// The page the visitor looks at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PageContext {
    pub url: String,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
}

/// The product on that page, as the page's schema.org data names it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Product {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// As shown, with its currency: `129.00 USD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

/// The group every site has.
#[must_use]
pub fn default_group() -> GroupId {
    // "support" is a sound id; the fallback is never taken.
    GroupId::new("support").unwrap_or_else(|_| GroupId::from_random(0))
}
