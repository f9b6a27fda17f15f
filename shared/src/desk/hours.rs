//! Who is planned when: what the desk makes of its roster, and what visitors are told of opening and closing.

use super::cells::{Agent, Place, TEAM};
use super::estimate::{AgentNow, Forecast};
use super::machine::Desk;
use crate::ids::{AgentId, GroupId};
use crate::protocol::desk::Presence;
use crate::protocol::stage::{Availability, WaitShown, default_group};
use crate::roster::{Opening, Rules, Span, Team, Timetable};
use crate::time::{DAY, HOUR, MINUTE, Millis};

/// Who waits when nobody is on duty is not sent away if somebody is planned to begin within this time, or should have
/// begun no longer ago.
const SOON: u64 = 10 * MINUTE;
/// A desk that closes later than this is not closing.
const CLOSING: u64 = 2 * HOUR;
/// Whoever comes or goes within this time of a shift's begin or end begins or ends it.
const EDGE: u64 = 30 * MINUTE;

/// The plans as instants. It follows from the roster and the time, so that it is not kept and equals any other.
#[derive(Debug, Clone, Default)]
pub(super) struct Hours(Option<Timetable>);

impl PartialEq for Hours {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

fn secs(from: Millis, to: Millis) -> f64 {
    (to.0 as f64 - from.0 as f64) / 1e3
}

impl Desk {
    /// The roster was changed; an older one than the desk has changes nothing.
    pub(super) fn handle_roster(&mut self, now: Millis, team: Team) {
        if self.team.get(&TEAM).is_some_and(|had| had.revision > team.revision) {
            return;
        }
        self.hours = Hours(Some(team.around(now)));
        self.team.put(TEAM, team);
    }

    /// Makes sure that the plans of the time around `now` are known.
    pub(super) fn renew_hours(&mut self, now: Millis) {
        if self.hours.0.as_ref().is_none_or(|table| !table.covers(now)) {
            self.hours = Hours(self.team.get(&TEAM).map(|team| team.around(now)));
        }
    }

    /// The rules of a group.
    pub(super) fn group_rules(&self, group: &GroupId) -> Option<&Rules> {
        self.team.get(&TEAM)?.rules(group)
    }

    fn opening(&self, group: &GroupId) -> Option<&Opening> {
        self.hours.0.as_ref()?.groups.get(group)
    }

    fn spans(&self, agent: &AgentId) -> Option<&[Span]> {
        Some(self.hours.0.as_ref()?.agents.get(agent)?)
    }

    /// Whether the group takes anybody: it is within its own hours, if it has any.
    pub(super) fn is_open(&self, group: &GroupId, now: Millis) -> bool {
        self.opening(group).is_none_or(|hours| !hours.own || hours.closes(now).is_some())
    }

    /// When the group is planned to open; `None` also when it should be open now and is not.
    pub(super) fn opens(&self, group: &GroupId, now: Millis) -> Option<Millis> {
        let hours = self.opening(group)?;
        if !hours.own || hours.closes(now).is_some() {
            return hours.opens(now);
        }
        // Open by the sign on the door, and by the plans of those behind it.
        hours.opens(now).map(|opens| {
            let members = self.hours.0.iter().flat_map(|table| table.agents.iter());
            let members = members.filter(|(id, _)| self.belongs(id, group)).flat_map(|(_, spans)| spans);
            let there = members.filter(|span| opens < span.end).map(|span| span.start.max(opens));
            there.min().unwrap_or(opens)
        })
    }

    fn belongs(&self, agent: &AgentId, group: &GroupId) -> bool {
        let team = self.team.get(&TEAM);
        let mut members = team.into_iter().flat_map(|team| &team.members);
        members.any(|member| member.agent == *agent && member.groups.contains(group))
    }

    /// Whether somebody of the group is due within [`SOON`], and not on duty now.
    pub(super) fn is_expected(&self, group: &GroupId, now: Millis) -> bool {
        let Some(table) = &self.hours.0 else { return false };
        let soon = |span: &Span| {
            span.start <= now.plus(SOON) && now < span.start.plus(SOON.min(span.end.since(span.start)))
        };
        let due = |(id, spans): (&AgentId, &Vec<Span>)| {
            self.belongs(id, group)
                && self.agents.get(id).is_none_or(|a| !is_there(a))
                && spans.iter().any(soon)
        };
        table.agents.iter().any(due)
    }

    /// When the group closes, if it is closing: by its own hours, or when the last of its members on duty is planned to
    /// leave. Somebody without a plan might stay.
    pub(super) fn closes(&self, group: &GroupId, now: Millis) -> Option<Millis> {
        let hours = self.opening(group)?;
        let bound = |(id, _): (&AgentId, &Agent)| self.spans(id).is_some();
        let mut there = self.agents.iter().filter(|(_, agent)| is_there(agent) && agent.serves(group));
        if !hours.own && !there.all(bound) {
            return None;
        }
        hours.closes(now).filter(|end| *end <= now.plus(CLOSING))
    }

    /// What a waiting visitor is told of closing: when it is likelier than not that their turn does not come before. Said
    /// once, it is taken back only when it is clearly wrong.
    pub(super) fn closing(
        now: Millis,
        closes: Option<Millis>,
        forecast: Option<&Forecast>,
        old: Option<&Place>,
    ) -> Option<Millis> {
        let closes = closes?;
        let told = old.is_some_and(|place| place.shown.closes.is_some());
        let Some(forecast) = forecast else { return told.then_some(closes) };
        let wait = forecast.quantiles[if told { 3 } else { 2 }];
        (wait >= secs(now, closes)).then_some(closes)
    }

    /// Whether humans can be reached at `now`, and what somebody is told of whom nothing is known. Where visitors choose,
    /// any of the groups will do, and nobody is told less than they may be once they have chosen.
    pub(super) fn reachable(&self, now: Millis) -> Availability {
        let routing = self.routing();
        let usual = Some(routing.otherwise.group()).filter(|group| routing.knows(group));
        let mut groups = vec![usual.unwrap_or_else(default_group)];
        for choice in &routing.choices {
            if !groups.contains(&choice.group) && routing.knows(&choice.group) {
                groups.push(choice.group.clone());
            }
        }
        let mut all: Vec<Availability> = groups.iter().map(|group| self.reaches(now, group)).collect();
        let opens = all.iter().filter_map(|one| one.opens).min();
        all.retain(|one| one.online);
        let longest = |wait: Option<WaitShown>| match wait {
            Some(WaitShown::Over { min }) => (2, min),
            Some(WaitShown::Range { low_min, high_min }) => (1, high_min * 100 + low_min),
            // Nobody knows how long.
            Some(WaitShown::Unknown) | None => (3, 0),
        };
        let told = all.into_iter().max_by_key(|one| longest(one.wait));
        told.unwrap_or(Availability { opens, ..Availability::OFFLINE })
    }

    fn reaches(&self, now: Millis, group: &GroupId) -> Availability {
        match self.admit(now, group.clone()) {
            (group, None) => {
                let (wait, forecast) = self.outlook(now, &group);
                let closes = Self::closing(now, self.closes(&group, now), forecast.as_ref(), None);
                Availability { online: true, wait: Some(wait), opens: None, closes }
            }
            (_, Some(refusal)) => Availability { opens: refusal.opens, ..Availability::OFFLINE },
        }
    }

    /// The agent's planned shifts as the estimate takes them: seconds from now.
    pub(super) fn shifts(&self, now: Millis, agent: &AgentId) -> Vec<(f64, f64)> {
        let spans = self.spans(agent).unwrap_or_default();
        let near = spans.iter().filter(|span| now < span.end && span.start < now.plus(DAY));
        near.map(|span| (secs(now, span.start), secs(now, span.end))).collect()
    }

    /// Whether there is a plan for the agent.
    pub(super) fn is_planned(&self, agent: &AgentId) -> bool {
        self.spans(agent).is_some()
    }

    /// Those who do not take conversations now and are planned to within a day, with their groups. Of whoever is busy
    /// nobody can say when they will.
    pub(super) fn expected(&self, now: Millis) -> Vec<AgentNow> {
        let Some(team) = self.team.get(&TEAM) else { return Vec::new() };
        let mut expected = Vec::new();
        for member in &team.members {
            let known = self.agents.get(&member.agent);
            let out = known.is_none_or(|a| matches!(a.presence, Presence::Away | Presence::Offline));
            let shifts = self.shifts(now, &member.agent);
            // Whoever has only the group's hours may come or not.
            if !out || shifts.is_empty() || !team.roster.agents.contains_key(&member.agent) {
                continue;
            }
            let begun = shifts.first().map_or(0.0, |(start, _)| (-start).max(0.0));
            let since = known.map_or(begun, |agent| secs(agent.since, now).min(begun));
            expected.push(AgentNow {
                id: member.agent.clone(),
                groups: vec![],
                capacity: member.capacity,
                open: vec![],
                on: false,
                since,
                ready: 0.0,
                shifts,
                planned: true,
                mute: vec![],
            });
        }
        expected
    }

    /// The groups of somebody with an account.
    pub(super) fn groups_of(&self, agent: &AgentId) -> Vec<GroupId> {
        let members = self.team.get(&TEAM).map_or(&[][..], |team| &team.members);
        let groups = members.iter().find(|m| m.agent == *agent).map(|m| m.groups.clone());
        groups.filter(|groups| !groups.is_empty()).unwrap_or_else(|| vec![default_group()])
    }

    /// How much later than planned a shift began or ended just now, in seconds; `None` when none did.
    pub(super) fn shift_edge(&self, now: Millis, agent: &AgentId, begins: bool) -> Option<f64> {
        let edge = |span: &Span| if begins { span.start } else { span.end };
        let near = |at: &Millis| now.since(*at) <= EDGE && at.since(now) <= EDGE;
        self.spans(agent)?.iter().map(edge).find(near).map(|at| secs(at, now))
    }
}

fn is_there(agent: &Agent) -> bool {
    matches!(agent.presence, Presence::Online | Presence::Busy)
}
