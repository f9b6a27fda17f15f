//! What an estimate is made of: the desk at one moment, and what is believed of times. Both are plain values, so that
//! whoever keeps a desk (the machine, the benchmark's replay) describes it alike.
//!
//! All times are seconds; ages count back from the moment, shifts forward from it.

use super::durations::Survival;
use crate::ids::{AgentId, GroupId};

/// The desk at one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// The skill groups; everything else names them by their place in this list.
    pub groups: Vec<GroupId>,
    pub agents: Vec<AgentNow>,
    /// Whoever waits, next in line first.
    pub queue: Vec<Waiting>,
    /// How much earlier than they come a point of priority lets people stand in line, in seconds; [`STRICT`] where whoever
    /// has more of them always goes first.
    pub point: f64,
    /// How much of each group's conversations agents may have at a time; groups beyond the list as much as they can.
    pub room: Vec<Option<u32>>,
}

/// A point's worth where priority is everything: longer than anybody waits.
pub const STRICT: f64 = 1e7;

/// An agent at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentNow {
    pub id: AgentId,
    pub groups: Vec<usize>,
    /// Conversations the agent takes at a time.
    pub capacity: u32,
    /// What the agent has.
    pub open: Vec<Open>,
    /// Whether the agent is there and takes conversations.
    pub on: bool,
    /// For how long that has been so.
    pub since: f64,
    /// Seconds until a free slot takes somebody: the agent finishes up, or is expected to accept by then.
    pub ready: f64,
    /// Planned shifts that have not ended, in order; a negative start lies in the past.
    pub shifts: Vec<(f64, f64)>,
    /// Whether there is a plan for this agent at all. Without one, whoever is there is expected to stay.
    pub planned: bool,
    /// Of the languages that anybody waits for ([`Waiting::narrow`]), those the agent does not speak, not even nearly.
    pub mute: Vec<u32>,
}

/// A conversation an agent has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Open {
    pub group: usize,
    /// For how long.
    pub age: f64,
    /// How many others the agent had when it began.
    pub beside: u32,
    /// How much of the agent's capacity it takes.
    pub weight: u32,
}

/// A visitor who waits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waiting {
    pub group: usize,
    pub priority: i32,
    /// For how long.
    pub waited: f64,
    /// Since when they would have to wait without priority to stand where they do, in seconds from now: below 0.
    pub stands: f64,
    /// How much of an agent's capacity they take.
    pub weight: u32,
    /// When they come, in seconds from now; 0 who is here.
    pub arrives: f64,
    /// The language that only those who speak it are given, and for how many seconds from now.
    pub narrow: Option<(u32, f64)>,
}

impl Waiting {
    /// One of a line in which priority is everything, who takes one slot.
    #[must_use]
    pub fn strictly(group: usize, priority: i32, waited: f64) -> Self {
        Self {
            group,
            priority,
            waited,
            stands: -f64::from(priority) * STRICT - waited,
            weight: 1,
            arrives: 0.0,
            narrow: None,
        }
    }
}

impl Snapshot {
    /// How many paths are worth drawing: a hundred, and fewer of long lines, which differ less from path to path.
    #[must_use]
    pub fn paths(&self) -> usize {
        (20_000 / self.cost()).clamp(24, 100)
    }

    /// What one path costs, in slots and visitors; at least 1.
    #[must_use]
    pub fn cost(&self) -> usize {
        let slots: usize = self.agents.iter().map(|a| a.open.len().max(a.capacity.min(64) as usize)).sum();
        (slots + self.queue.len()).max(1)
    }

    /// Whether anybody serves the group, or is planned to.
    #[must_use]
    pub fn is_served(&self, group: usize) -> bool {
        self.agents.iter().any(|agent| {
            agent.capacity > 0 && agent.groups.contains(&group) && (agent.on || !agent.shifts.is_empty())
        })
    }
}

/// What is believed of times. The lists run like those of the snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub groups: Vec<GroupModel>,
    /// Each agent's handle times, as a multiple of the groups'.
    pub pace: Vec<f64>,
    /// How many times as long a conversation takes with so many others beside it. The last one holds beyond.
    pub beside: Vec<f64>,
    pub absence: AbsenceModel,
    /// Seconds from a slot's becoming free to its next conversation, while somebody waits.
    pub pickup: f64,
}

/// What is believed of a skill group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupModel {
    /// How long a conversation keeps its slot.
    pub handle: Survival,
    /// Relative standard deviation of what is known about its mean.
    pub doubt: f64,
    /// How long visitors wait before they give up.
    pub patience: Survival,
    /// Arrivals a second by priority.
    pub arrivals: Vec<(i32, f64)>,
}

/// What is believed of agents' coming and going against the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct AbsenceModel {
    /// Unplanned leaves a second of somebody who is there.
    pub leaves: f64,
    /// How long they last.
    pub back: Survival,
    /// How much later than planned a shift begins, on average.
    pub late: f64,
    /// How much later than planned it ends, on average; negative when earlier.
    pub over: f64,
    /// How much longer somebody stays whose shift has ended.
    pub stays: f64,
}

impl AbsenceModel {
    /// Everybody keeps to the plan.
    #[must_use]
    pub fn none() -> Self {
        Self { leaves: 0.0, back: Survival::exponential(900.0), late: 0.0, over: 0.0, stays: 60.0 }
    }
}
