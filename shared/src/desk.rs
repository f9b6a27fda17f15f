//! The desk machine: one per site. Who waits, who is on duty, who takes what, and what waiting visitors are told.
//!
//! `Desk::handle(now, Input) -> Vec<Effect>`; durable effects first ([`Effect::Put`], [`Effect::Delete`],
//! [`Effect::Post`]), then sends. After every input the desk settles: whoever can be served is served in the order
//! of priority and arrival, and what waiting visitors are shown is brought up to date.
//!
//! - **On duty** for a skill group is an agent of that group who is online or busy and has a capacity above 0. An
//!   agent who is away or offline is not: with nobody else there, visitors are told "offline".
//! - Only **online** agents get conversations by themselves. Busy, away and offline ones keep what they have.
//! - An agent without groups belongs to the default one.
//! - Visitors who still wait when nobody is on duty any more are told "offline" after `limits::OFF_DUTY_GRACE`.
//! - An agent without a window for `limits::AGENT_RECONNECT`, or silent for `limits::AGENT_SILENT`, has vanished: off
//!   duty, and every conversation waits again at the place it had.
//! - A visitor who waits and has gone away keeps the place without being in line: nobody is given the conversation by
//!   itself, and others are told as if it were not there. Agents see it and may take it.
//! - A left message is listed until somebody takes it. From then on it is a conversation like any other: when it comes
//!   back it waits in the queue.
//! - A [`Team`]'s plans say when people are expected, for the wait estimate and the next opening; a group with hours of its
//!   own takes nobody new outside of them. Rules say what happens when a group is closed, full, or slow.
//! - Who asked to be called back keeps the place in line without being there, and is sent away by no rule.
//! - Positions count within skill group and priority, from 1, without two alike, and never rise.

mod agents;
mod candidates;
mod cells;
mod decisions;
mod drawing;
pub mod estimate;
mod estimating;
mod frames;
mod handoffs;
#[cfg(test)]
mod harness;
mod hours;
mod index;
pub mod insights;
mod machine;
mod places;
mod requests;
mod routing;
mod rules;
mod shifts;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
mod transfers;

pub use machine::Desk;

use serde::{Deserialize, Serialize};

use crate::conversation::SocketId;
use crate::exchange::{FromDesk, ToDesk};
use crate::ids::{AgentId, ConversationId, GroupId};
use crate::lang::Lang;
use crate::protocol::stage::{AgentCard, default_group};
use crate::protocol::{DeskFrame, DeskRequest, ErrorCode};
use crate::roster::Team;
use crate::routing::Routing;
use crate::security::pass::Pass;
use crate::security::secrets::Believed;
use crate::site::Role;

/// A console account, as the site object describes it to the desk when its socket connects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentProfile {
    pub agent: AgentCard,
    pub role: Role,
    pub capacity: u32,
    pub groups: Vec<GroupId>,
    pub languages: Vec<Lang>,
}

impl AgentProfile {
    /// Whether the account belongs to the group; without any group, to the default one.
    #[must_use]
    pub fn serves(&self, group: &GroupId) -> bool {
        if self.groups.is_empty() { *group == default_group() } else { self.groups.contains(group) }
    }
}

/// What happens to a desk.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A console window connected; without a pass, a lease.
    Connect { socket: SocketId, profile: AgentProfile, pass: Option<Pass> },
    /// Sessions of agents have ended.
    SignedOut { sessions: Vec<u64> },
    /// A frame arrived.
    Frame { socket: SocketId, request: DeskRequest },
    /// A frame arrived that is no frame.
    BadFrame { socket: SocketId, code: ErrorCode },
    /// A console window disconnected.
    Disconnect { socket: SocketId },
    /// The line to this socket was proved at this time (a ping was answered). Told before every [`Input::Tick`].
    Alive { socket: SocketId, at: crate::time::Millis },
    /// A conversation speaks.
    Conversation(ToDesk),
    /// The roster, or who it is about, was changed.
    Roster(Team),
    /// The site's routing, and whose signatures it believes, of this version of the site; one that is not newer than the
    /// last is ignored.
    Routing { version: u64, routing: Routing, believed: Believed },
    /// An account was changed. Of somebody who has no window open nothing is kept here.
    Profile { profile: AgentProfile },
    /// An account was removed: its conversations go back to the queue.
    Removed { agent: AgentId },
    /// The time `Desk::next_due` named has come.
    Tick,
}

/// What the shell must do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Persist: the cell under `key` now holds this JSON. `Desk::restore` gets all cells back.
    Put { key: String, json: String },
    /// Persist: the cell is gone.
    Delete { key: String },
    /// Persist: put into the outbox for a conversation.
    Post { conversation: ConversationId, item: FromDesk },
    /// Persist: count it, in the hour it happened in.
    Record(insights::Record),
    /// Send to one console window.
    Send { socket: SocketId, frame: DeskFrame },
    /// Close a console window's socket.
    Close { socket: SocketId, code: u16 },
}

/// A socket's attachment: survives hibernation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub socket: SocketId,
    pub agent: AgentId,
}
