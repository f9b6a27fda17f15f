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
    /// A human was asked for and nobody is on duty: the visitor is offered to leave a message.
    Offline,
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
    /// Counted from 1 within skill group and priority; never shown rising.
    pub position: u32,
    pub wait: WaitShown,
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
