//! The whole roster of a site: everybody's plans, what every group does when it cannot serve, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::plan::{Plan, Problem};
use crate::ids::{AgentId, GroupId};
use crate::limits;
use crate::protocol::stage::Fallback;
use crate::time::Millis;

/// A site's roster.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Roster {
    /// Planned shifts, by agent. Who has none follows the hours of their groups, where those have some.
    #[serde(default)]
    pub agents: BTreeMap<AgentId, Plan>,
    #[serde(default)]
    pub groups: BTreeMap<GroupId, Rules>,
}

/// When a group is open, and what happens when it is not, or cannot take more.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rules {
    /// Business hours of its own. Without them the group has those its members have planned together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Plan>,
    /// What happens when the group is closed, or nobody of it is on duty.
    #[serde(default)]
    pub closed: Otherwise,
    /// The most who may wait for it at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_waiting: Option<u32>,
    /// The longest anybody waits for it, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longest_wait: Option<u32>,
    /// What happens when either is reached.
    #[serde(default)]
    pub full: Otherwise,
    /// Another group that helps after a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overflow: Option<Overflow>,
}

/// Who has waited for so long waits for another group, where that is no step back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overflow {
    /// Minutes.
    pub after: u32,
    pub group: GroupId,
}

/// What happens instead of waiting.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Otherwise {
    /// The visitor may leave a message.
    #[default]
    LeaveMessage,
    /// The visitor may ask to be called back, and keeps the place.
    CallBack,
    /// The visitor may leave a message that is answered by e-mail.
    Email,
    /// The bot goes on; nothing else is offered.
    BotOnly,
    /// Another group takes over.
    Group { group: GroupId },
}

impl Otherwise {
    /// What the visitor is offered; leaving a message where another group was to help and cannot.
    #[must_use]
    pub const fn offer(&self) -> Fallback {
        match self {
            Self::LeaveMessage | Self::Group { .. } => Fallback::LeaveMessage,
            Self::CallBack => Fallback::CallBack,
            Self::Email => Fallback::Email,
            Self::BotOnly => Fallback::BotOnly,
        }
    }

    const fn group(&self) -> Option<&GroupId> {
        match self {
            Self::Group { group } => Some(group),
            _ => None,
        }
    }
}

/// What is wrong with a roster, or worth knowing about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Fault {
    /// An agent's plan.
    Agent { agent: AgentId, problem: Problem },
    /// A group's own hours.
    Group { group: GroupId, problem: Problem },
    /// These groups hand over to each other in a circle.
    Loop { groups: Vec<GroupId> },
    /// A limit of 0, or past [`limits::DESK_WAITING`] visitors or a day.
    BadNumber { group: GroupId },
    /// More agents, groups or bytes than a roster may have.
    TooLarge,
    /// Worth knowing: nobody belongs to the group; whoever is sent there is told that nobody is there.
    NoMembers { group: GroupId },
    /// Worth knowing: a plan for somebody who has no account (any more). It counts for nothing.
    NoAccount { agent: AgentId },
}

impl Fault {
    /// Whether the roster works all the same.
    #[must_use]
    pub const fn is_notice(&self) -> bool {
        match self {
            Self::Agent { problem, .. } | Self::Group { problem, .. } => problem.is_notice(),
            Self::NoMembers { .. } | Self::NoAccount { .. } => true,
            Self::Loop { .. } | Self::BadNumber { .. } | Self::TooLarge => false,
        }
    }
}

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub agent: AgentId,
    /// The groups the agent belongs to; the default one at least.
    pub groups: Vec<GroupId>,
    /// Conversations at once.
    #[serde(default)]
    pub capacity: u32,
}

impl Roster {
    /// Everything wrong with it, and with notices what is worth knowing about the time after `now`.
    #[must_use]
    pub fn faults(&self, members: &[Member], now: Millis) -> Vec<Fault> {
        let bytes = serde_json::to_string(self).map_or(usize::MAX, |json| json.len());
        let most = limits::ROSTER_ENTRIES;
        if self.agents.len() > most || self.groups.len() > most || bytes > limits::ROSTER_BYTES {
            return vec![Fault::TooLarge];
        }
        let mut faults = Vec::new();
        for (agent, plan) in &self.agents {
            let found = plan.problems(now).into_iter();
            faults.extend(found.map(|problem| Fault::Agent { agent: agent.clone(), problem }));
            if !members.iter().any(|member| member.agent == *agent) {
                faults.push(Fault::NoAccount { agent: agent.clone() });
            }
        }
        let mut named: BTreeSet<&GroupId> = BTreeSet::new();
        for (group, rules) in &self.groups {
            let found = rules.hours.iter().flat_map(|hours| hours.problems(now));
            faults.extend(found.map(|problem| Fault::Group { group: group.clone(), problem }));
            let fits = |n: Option<u32>, most: usize| n.is_none_or(|n| n > 0 && n as usize <= most);
            let after = rules.overflow.as_ref().map(|overflow| overflow.after);
            if !fits(rules.most_waiting, limits::DESK_WAITING)
                || !fits(rules.longest_wait, limits::DAY_MINUTES)
                || !fits(after, limits::DAY_MINUTES)
            {
                faults.push(Fault::BadNumber { group: group.clone() });
            }
            named.insert(group);
            named.extend(self.leads_to(group));
        }
        let empty = |group: &&GroupId| !members.iter().any(|m| m.groups.contains(group));
        faults.extend(named.into_iter().filter(empty).map(|group| Fault::NoMembers { group: group.clone() }));
        faults.extend(self.find_loop().map(|groups| Fault::Loop { groups }));
        faults
    }

    /// The groups that one hands over to, for whatever reason.
    fn leads_to(&self, group: &GroupId) -> impl Iterator<Item = &GroupId> {
        let rules = self.groups.get(group);
        rules.into_iter().flat_map(|rules| {
            let later = rules.overflow.as_ref().map(|overflow| &overflow.group);
            rules.closed.group().into_iter().chain(rules.full.group()).chain(later)
        })
    }

    /// Groups that lead back to themselves: one such circle.
    fn find_loop(&self) -> Option<Vec<GroupId>> {
        let mut done: BTreeSet<&GroupId> = BTreeSet::new();
        for start in self.groups.keys() {
            // The way from the start, each step with what is still to be tried from there.
            let mut way: Vec<(&GroupId, Vec<&GroupId>)> = vec![(start, self.leads_to(start).collect())];
            while let Some((group, next)) = way.last_mut() {
                let Some(next) = next.pop() else {
                    done.insert(group);
                    way.pop();
                    continue;
                };
                if let Some(at) = way.iter().position(|(seen, _)| *seen == next) {
                    return Some(way[at..].iter().map(|(group, _)| (*group).clone()).collect());
                }
                if !done.contains(next) {
                    way.push((next, self.leads_to(next).collect()));
                }
            }
        }
        None
    }
}
