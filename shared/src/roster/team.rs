//! The roster as the desk has it: who is planned when, in instants.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::calendar::{Calendar, Span, joined};
use super::plan::Plan;
use super::setup::{Member, Roster, Rules};
use crate::ids::{AgentId, GroupId};
use crate::time::{DAY, Millis};

/// A roster with everybody it is about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Team {
    /// Counts the changes of roster and accounts: an older one does not replace a newer one.
    pub revision: u64,
    pub members: Vec<Member>,
    #[serde(default)]
    pub roster: Roster,
}

/// The plans of a team between two instants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timetable {
    pub from: Millis,
    pub to: Millis,
    /// When those who have a plan are there.
    pub agents: BTreeMap<AgentId, Vec<Span>>,
    /// When the groups that have hours are open.
    pub groups: BTreeMap<GroupId, Opening>,
}

/// When a group is open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Opening {
    pub spans: Vec<Span>,
    /// When it next opens after the last of them.
    pub later: Option<Millis>,
    /// Whether the hours are its own rather than its members' plans together.
    pub own: bool,
}

impl Opening {
    /// When it closes, if it is open and that is to be seen.
    #[must_use]
    pub fn closes(&self, now: Millis) -> Option<Millis> {
        self.spans.iter().find(|span| span.has(now)).map(|span| span.end)
    }

    /// When it opens, if it is not open.
    #[must_use]
    pub fn opens(&self, now: Millis) -> Option<Millis> {
        let next = self.spans.iter().find(|span| now < span.end);
        match next {
            Some(span) if span.start <= now => None,
            Some(span) => Some(span.start),
            None => self.later,
        }
    }
}

impl Timetable {
    const PAST: u64 = DAY;
    const AHEAD: u64 = 9 * DAY;
    const SPARE: u64 = 2 * DAY;

    /// Whether it tells enough about the time around `now`.
    #[must_use]
    pub fn covers(&self, now: Millis) -> bool {
        self.from <= now && now.plus(Self::SPARE) <= self.to
    }
}

impl Team {
    /// The rules of a group.
    #[must_use]
    pub fn rules(&self, group: &GroupId) -> Option<&Rules> {
        self.roster.groups.get(group)
    }

    /// The plans around `now`.
    #[must_use]
    pub fn around(&self, now: Millis) -> Timetable {
        let from = Millis(now.0.saturating_sub(Timetable::PAST));
        self.between(from, now.plus(Timetable::AHEAD))
    }

    /// The plans between two instants. A plan that cannot be read counts as none.
    #[must_use]
    pub fn between(&self, from: Millis, to: Millis) -> Timetable {
        let of = |plan: &Plan| Calendar::new(plan).ok().map(|calendar| calendar.spans(from, to));
        let later = |plan: &Plan| Calendar::new(plan).ok().and_then(|calendar| calendar.next_opening(to));
        let mut table = Timetable { from, to, ..Timetable::default() };
        // The members' own plans, by group.
        let mut members: BTreeMap<&GroupId, Vec<(&AgentId, &Plan)>> = BTreeMap::new();
        for Member { agent, groups, capacity } in &self.members {
            let Some(plan) = self.roster.agents.get(agent) else { continue };
            let Some(spans) = of(plan) else { continue };
            table.agents.insert(agent.clone(), spans);
            // Whoever is given nothing opens no group.
            for group in groups.iter().filter(|_| *capacity > 0) {
                members.entry(group).or_default().push((agent, plan));
            }
        }
        for (group, planned) in &members {
            let spans = planned.iter().filter_map(|(agent, _)| table.agents.get(*agent)).flatten();
            let spans = joined(spans.copied().collect());
            let later = planned.iter().filter_map(|(_, plan)| later(plan)).min();
            table.groups.insert((*group).clone(), Opening { spans, later, own: false });
        }
        for (group, rules) in &self.roster.groups {
            let Some(hours) = &rules.hours else { continue };
            let Some(spans) = of(hours) else { continue };
            table.groups.insert(group.clone(), Opening { spans, later: later(hours), own: true });
        }
        self.follow_groups(&mut table);
        table
    }

    /// Whoever has no plan is expected while any of their groups that have hours of their own is open.
    fn follow_groups(&self, table: &mut Timetable) {
        for Member { agent, groups, .. } in &self.members {
            if table.agents.contains_key(agent) {
                continue;
            }
            let own = groups.iter().filter_map(|group| table.groups.get(group)).filter(|hours| hours.own);
            let spans: Vec<Span> = own.flat_map(|hours| hours.spans.iter().copied()).collect();
            let bound = groups.iter().all(|group| table.groups.get(group).is_some_and(|hours| hours.own));
            if bound && !groups.is_empty() {
                table.agents.insert(agent.clone(), joined(spans));
            }
        }
    }
}
