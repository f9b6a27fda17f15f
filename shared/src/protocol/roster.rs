//! Bodies of the console's roster.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::ErrorCode;
use super::stage::AgentCard;
use crate::ids::{AgentId, GroupId};
use crate::roster::{Fault, Roster, Span, Stretch};
use crate::time::Millis;

/// `GET /v1/console/roster`, and the answer to a save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterPage {
    /// Counts the saves: who saves names the edition they saw.
    pub edition: u64,
    pub roster: Roster,
    /// Everybody with an account.
    pub members: Vec<RosterMember>,
    /// What is worth knowing about it.
    pub faults: Vec<Fault>,
}

/// Somebody who may be planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterMember {
    pub agent: AgentCard,
    /// The groups the agent belongs to, the default one at least.
    pub groups: Vec<GroupId>,
}

/// `PUT /v1/console/roster`: replaces the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveRoster {
    pub edition: u64,
    pub roster: Roster,
}

/// Why a save is refused, with status 400.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsoundRoster {
    pub error: ErrorCode,
    pub faults: Vec<Fault>,
}

/// `POST /v1/console/roster/preview`: what a roster would come to. Changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRoster {
    pub roster: Roster,
    /// The time to be pictured: at most 15 days.
    pub from: Millis,
    pub to: Millis,
}

/// Plans as instants.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// What is wrong with the roster, or worth knowing.
    pub faults: Vec<Fault>,
    /// When those who are planned are there.
    pub agents: BTreeMap<AgentId, Vec<Span>>,
    /// How many are there, by group.
    pub groups: BTreeMap<GroupId, GroupCoverage>,
    /// How many are there in all: nobody is a gap.
    pub people: Vec<Stretch>,
}

/// How a group is staffed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GroupCoverage {
    /// Its own hours, where it has some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<Vec<Span>>,
    pub people: Vec<Stretch>,
}
