//! What agents and visitors see of a desk, case by case.

mod agents;
mod availability;
mod away;
mod bad_input;
mod bounds;
mod clock;
mod consoles;
mod decided;
mod estimates;
mod handoff;
mod insights;
mod long_line;
mod message;
mod passes;
mod requests;
mod restoring;
mod roster;
mod routing;
mod shifts;
mod signatures;
mod told;
mod transfers;

use super::harness::{Harness, Step, agent_id, brief, conv, profile};
use super::{AgentProfile, Attachment, Desk, Input};
use crate::conversation::SocketId;
use crate::exchange::{FromDesk, HandoffNo, ToDesk};
use crate::ids::{ConversationId, GroupId};
use crate::lang::Lang;
use crate::limits;
use crate::protocol::desk::{AgentState, Presence, WaitingKind};
use crate::protocol::stage::{Availability, QueuePlace};
use crate::protocol::{DeskFrame, DeskRequest, ErrorCode, WaitShown, close};
use crate::site::Role;
use crate::time::{MINUTE, Millis, SECOND};

fn supervisor(name: &str, capacity: u32) -> AgentProfile {
    AgentProfile { role: Role::Supervisor, ..profile(name, capacity) }
}

fn speaking(name: &str, capacity: u32, languages: &[Lang]) -> AgentProfile {
    AgentProfile { languages: languages.to_vec(), ..profile(name, capacity) }
}

const NOTHING: [&str; 0] = [];
