//! The desk's side of the wait estimate: what it describes of itself, what it learns, and when it estimates anew.
//!
//! An estimate for everybody is made at most every `limits::ESTIMATE_EVERY`, whenever something happens, and every
//! `limits::ESTIMATE_AGAIN` while somebody waits and nothing does. In between promises count down, and whoever is new in
//! line has a position and no number yet.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::cells::{Agent, Handoff, Standing, TEAM, in_line};
use super::estimate::display::Wait;
use super::estimate::{AgentNow, Forecast, Learned, Open, Snapshot, Waiting};
use super::index::InLine;
use super::insights::{GroupTimes, Record, Skills, Staff, What};
use super::machine::Desk;
use super::{AgentProfile, Effect};
use crate::ids::{AgentId, ConversationId, GroupId};
use crate::lang::Lang;
use crate::protocol::WaitShown;
use crate::protocol::desk::Presence;
use crate::protocol::stage::default_group;
use crate::time::{HOUR, Millis};

/// A forgotten conversation that is closed by rule after a day says nothing about handling: longer ones count as this.
const LONGEST_HANDLE: u64 = 2 * HOUR;
/// How long somebody who gave up is followed, and how many of them.
const GHOST_LIFE: u64 = 4 * HOUR;
const GHOSTS: usize = 500;

/// What was told first to somebody who waits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct First {
    pub(super) at: Millis,
    forecast: Forecast,
    /// The end of the range shown, in milliseconds from then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    promised: Option<u64>,
}

impl First {
    pub(super) fn new(at: Millis, forecast: Forecast, shown: &WaitShown) -> Self {
        let promised = match shown {
            WaitShown::Range { high_min, .. } => Some(u64::from(*high_min) * crate::time::MINUTE),
            WaitShown::Over { .. } | WaitShown::Unknown => None,
        };
        Self { at, forecast, promised }
    }
}

/// Somebody who gave up, until their place would have been served: what they were told would come true then. Without
/// them only the waits of the patient would teach. Cell `ghost/{conversation}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Ghost {
    group: GroupId,
    priority: i32,
    since: Millis,
    #[serde(default)]
    head_start: i64,
    first: First,
}

/// What the desk has learned, and which cells of it changed: `learned/{group}`, `pace/{agent}`, `estimate/common`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct History {
    pub(super) learned: Learned,
    groups: BTreeSet<GroupId>,
    agents: BTreeSet<AgentId>,
    common: bool,
    /// What happened and is still to be counted.
    records: Vec<Record>,
}

pub(super) fn secs(ms: u64) -> f64 {
    ms as f64 / 1e3
}

impl History {
    fn handled(&mut self, group: &GroupId, agent: &AgentId, (at, ms): (Millis, u64), beside: u32) {
        self.learned.handled(group, agent, (secs(at.0), secs(ms.min(LONGEST_HANDLE))), beside);
        self.groups.insert(group.clone());
        self.agents.insert(agent.clone());
        self.common = true;
    }

    fn outcome(&mut self, group: &GroupId, first: &First, now: Millis) {
        let (wait, promised) = (secs(now.since(first.at)), first.promised.map(secs));
        self.learned.common.calibration.learn(&first.forecast, wait, promised);
        self.common = true;
        self.record(now, group, What::Told { forecast: first.forecast, promised, secs: wait });
    }

    fn record(&mut self, at: Millis, group: &GroupId, what: What) {
        self.records.push(Record { group: group.clone(), at, what });
    }

    /// The effects that make the cells what was learned.
    pub(super) fn persist(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        for id in std::mem::take(&mut self.groups) {
            effects.extend(put(format!("learned/{id}"), self.learned.groups.get(&id)));
        }
        for id in std::mem::take(&mut self.agents) {
            effects.extend(put(format!("pace/{id}"), self.learned.agents.get(&id)));
        }
        if std::mem::take(&mut self.common) {
            effects.extend(put("estimate/common".into(), Some(&self.learned.common)));
        }
        effects.extend(self.records.drain(..).map(Effect::Record));
        effects
    }
}

/// The groups an agent serves.
fn groups_of(profile: &AgentProfile) -> Vec<GroupId> {
    if profile.groups.is_empty() { vec![default_group()] } else { profile.groups.clone() }
}

fn put(key: String, value: Option<&impl Serialize>) -> Option<Effect> {
    let json = serde_json::to_string(value?).ok()?;
    Some(Effect::Put { key, json })
}

impl Desk {
    /// The desk as the simulation sees it, with one more who waits if asked. Those who take conversations by
    /// themselves serve; of the others nobody can say when they will.
    ///
    /// The simulation serves in the order of the line, head starts included, by weight, by what groups may have, and for
    /// as long as they wait for that by those who speak their language. What it does not play is to whom of several free
    /// agents somebody goes (an agent they know, or who speaks best): that changes whom they get, not when.
    pub(super) fn picture(&self, now: Millis, newcomer: Option<&GroupId>) -> Snapshot {
        let mut places: BTreeMap<GroupId, usize> = BTreeMap::new();
        let mut place = |id: &GroupId| {
            let next = places.len();
            *places.entry(id.clone()).or_insert(next)
        };
        // The languages that somebody waits for.
        let mut langs: Vec<Lang> = Vec::new();
        let mut queue: Vec<Waiting> = self
            .waiting()
            .map(|(id, h)| {
                let from = self.places.get(id).map_or(now, |place| place.from);
                Waiting {
                    group: place(&h.group),
                    priority: h.priority,
                    waited: secs(now.since(from)),
                    stands: (h.in_line(id).0 as f64 - now.0 as f64) / 1e3,
                    weight: h.weight,
                    arrives: 0.0,
                    narrow: h.narrow.filter(|_| self.is_narrow(h)).map(|until| {
                        let lang = h.brief.lang;
                        let known = langs.iter().position(|l| *l == lang).unwrap_or_else(|| {
                            langs.push(lang);
                            langs.len() - 1
                        });
                        (known as u32, secs(until.since(now)))
                    }),
                }
            })
            .collect();
        if let Some(group) = newcomer {
            let at = self.place_of_newcomer(now);
            let (group, priority) = (place(group), 0);
            queue.insert(at, Waiting { stands: 0.0, ..Waiting::strictly(group, priority, 0.0) });
        }
        let mut agents = Vec::new();
        let bounded = self.routing().groups.iter().any(|group| group.capacity.is_some());
        for (id, agent) in self.agents.iter() {
            let on = agent.presence == Presence::Online;
            // What those have who take nothing new counts where groups may have only so much.
            if !on && (!bounded || self.held(id) == 0) {
                continue;
            }
            let groups = groups_of(&agent.profile);
            let mut open = Vec::new();
            for conversation in self.index.assigned.get(id).into_iter().flatten() {
                let Some(handoff) = self.handoffs.get(conversation) else { continue };
                if let Standing::Assigned { at, beside, .. } = handoff.standing {
                    let age = secs(now.since(at).min(LONGEST_HANDLE));
                    open.push(Open { group: place(&handoff.group), age, beside, weight: handoff.weight });
                }
            }
            agents.push(AgentNow {
                id: id.clone(),
                groups: groups.iter().map(&mut place).collect(),
                capacity: agent.profile.capacity,
                open,
                on,
                since: secs(now.since(agent.since)),
                ready: agent.wrap_up.map_or(0.0, |until| secs(until.since(now))),
                shifts: if on { self.shifts(now, id) } else { vec![] },
                planned: self.is_planned(id),
                mute: (0u32..).zip(&langs).filter(|(_, l)| agent.misfit(**l) == 2).map(|(n, _)| n).collect(),
            });
        }
        for agent in self.expected(now) {
            let groups = self.groups_of(&agent.id).iter().map(&mut place).collect();
            agents.push(AgentNow { groups, ..agent });
        }
        let mut groups: Vec<(usize, GroupId)> = places.into_iter().map(|(id, n)| (n, id)).collect();
        groups.sort_unstable();
        let groups: Vec<GroupId> = groups.into_iter().map(|(_, id)| id).collect();
        let routing = self.routing();
        let room =
            groups.iter().map(|id| Some(routing.capacity(id)).filter(|most| *most < u32::MAX)).collect();
        Snapshot { groups, agents, queue, point: f64::from(routing.point), room }
    }

    /// Where somebody without a head start who comes now would stand.
    fn place_of_newcomer(&self, now: Millis) -> usize {
        let now = i64::try_from(now.0).unwrap_or(i64::MAX);
        self.index.waiting.iter().take_while(|(at, ..)| *at <= now).count()
    }

    /// What somebody asking now would be told.
    pub(super) fn outlook(&self, now: Millis, group: &GroupId) -> (WaitShown, Option<Forecast>) {
        let ahead = self.waiting().any(|(_, handoff)| handoff.group == *group);
        if !ahead && self.agents.iter().any(|(id, _)| self.can_serve(id, group)) {
            return (Wait::NONE.shown(), None);
        }
        let snapshot = self.picture(now, Some(group));
        let last = self.place_of_newcomer(now);
        let forecast = self.forecast_of(snapshot, now, last);
        (forecast.map_or(WaitShown::Unknown, |forecast| Wait::from(&forecast).shown()), forecast)
    }

    pub(super) fn learn_arrived(&mut self, now: Millis, group: &GroupId, priority: i32) {
        self.history.learned.arrived(group, priority, secs(now.0));
        self.history.groups.insert(group.clone());
        self.history.record(now, group, What::Asked);
    }

    /// An assigned conversation ended at `at`.
    pub(super) fn learn_handled(&mut self, handoff: &Handoff, at: Millis) {
        if let Standing::Assigned { agent, at: since, beside, .. } = &handoff.standing {
            self.history.handled(&handoff.group, agent, (at, at.since(*since)), *beside);
        }
    }

    /// An assigned conversation left its agent without having ended.
    pub(super) fn learn_cut(&mut self, handoff: &Handoff, now: Millis) {
        if let Standing::Assigned { at, .. } = handoff.standing {
            let ms = now.since(at).min(LONGEST_HANDLE);
            self.history.learned.cut(&handoff.group, secs(ms));
            self.history.groups.insert(handoff.group.clone());
        }
    }

    /// A wait that began at `from` is over: by being served, by giving up, or (`None`) by nobody's being there.
    pub(super) fn learn_waited(
        &mut self,
        now: Millis,
        id: &ConversationId,
        (from, first): (Millis, Option<First>),
        gave_up: Option<bool>,
    ) {
        let Some(handoff) = self.handoffs.get(id) else { return };
        let (group, priority, since) = (handoff.group.clone(), handoff.priority, handoff.since);
        let head_start = handoff.head_start;
        let ms = now.since(from).min(LONGEST_HANDLE);
        self.history.learned.waited(&group, secs(ms), gave_up == Some(true));
        self.history.groups.insert(group.clone());
        let secs = secs(ms);
        match gave_up {
            Some(true) => self.history.record(now, &group, What::GaveUp { secs }),
            Some(false) => self.history.record(now, &group, What::Served { secs }),
            None => {}
        }
        match (first, gave_up) {
            (Some(first), Some(true)) => {
                self.ghosts.put(id.clone(), Ghost { group, priority, since, head_start, first });
            }
            (Some(first), Some(false)) => self.history.outcome(&group, &first, now),
            _ => {}
        }
    }

    /// A wait without a place ended: it did not last.
    pub(super) fn note_served_at_once(&mut self, now: Millis, id: &ConversationId, gave_up: Option<bool>) {
        if let (Some(handoff), Some(false)) = (self.handoffs.get(id), gave_up) {
            self.history.record(now, &handoff.group, What::Served { secs: 0.0 });
        }
    }

    /// Ghosts a slot has come to: those in front of `taken`, which the agent was just given.
    pub(super) fn settle_ghosts_before(&mut self, now: Millis, agent: &AgentId, taken: &InLine) {
        let Some(agent) = self.agents.get(agent) else { return };
        let before = |(id, g): &(&ConversationId, &Ghost)| {
            agent.serves(&g.group) && in_line(g.since, g.head_start, id) < *taken
        };
        let come: Vec<_> = self.ghosts.iter().filter(before).map(|(id, _)| id.clone()).collect();
        self.end_ghosts(now, come);
    }

    /// Ghosts a slot has come to: one that is free though everybody was offered it. Old ones are forgotten.
    pub(super) fn settle_ghosts(&mut self, now: Millis) {
        let old = |g: &Ghost| g.first.at > now || now.since(g.first.at) > GHOST_LIFE;
        let surplus = self.ghosts.iter().count().saturating_sub(GHOSTS);
        let old = self.ghosts.iter().enumerate().filter(|(n, (_, g))| *n < surplus || old(g));
        let old: Vec<_> = old.map(|(_, (id, _))| id.clone()).collect();
        old.iter().for_each(|id| self.ghosts.remove(id));
        let free = |group: &GroupId| self.agents.iter().any(|(id, _)| self.can_serve(id, group));
        let groups: BTreeSet<GroupId> = self.ghosts.iter().map(|(_, g)| g.group.clone()).collect();
        let groups: BTreeSet<GroupId> = groups.into_iter().filter(|group| free(group)).collect();
        let come = self.ghosts.iter().filter(|(_, g)| groups.contains(&g.group));
        let come = come.map(|(id, _)| id.clone()).collect();
        self.end_ghosts(now, come);
    }

    fn end_ghosts(&mut self, now: Millis, come: Vec<ConversationId>) {
        for id in come {
            if let Some(ghost) = self.ghosts.get(&id).cloned() {
                self.history.outcome(&ghost.group, &ghost.first, now);
                self.ghosts.remove(&id);
            }
        }
    }

    /// An agent's presence changes, or (`None`) the agent vanishes.
    pub(super) fn learn_presence(&mut self, now: Millis, agent: &Agent, presence: Option<Presence>) {
        let online = presence == Some(Presence::Online);
        let edge = self.shift_edge(now, &agent.profile.agent.id, online);
        let absence = &mut self.history.learned.common.absence;
        let lasted = secs(now.since(agent.since));
        match (agent.presence == Presence::Online, online) {
            (true, false) => {
                absence.was_there(lasted);
                match edge {
                    Some(late) => absence.ended(late),
                    None => absence.leaves(),
                }
                let slots = agent.profile.capacity;
                for group in groups_of(&agent.profile) {
                    self.history.record(now, &group, What::Staffed { secs: lasted, slots });
                }
            }
            (false, true) if let Some(late) = edge => absence.begun(late),
            (false, true) if agent.since > Millis(0) => absence.returned(lasted),
            _ => return,
        }
        self.history.common = true;
    }

    /// What the desk has learned of each group's times, for those who ask "what if".
    #[must_use]
    pub fn times(&self, now: Millis) -> Vec<GroupTimes> {
        let learned = &self.history.learned;
        let mut groups: BTreeSet<GroupId> = learned.groups.keys().cloned().collect();
        groups.extend(self.agents.iter().flat_map(|(_, agent)| groups_of(&agent.profile)));
        let snapshot = Snapshot { groups: groups.into_iter().collect(), ..Snapshot::default() };
        let model = learned.model(&snapshot, secs(now.0));
        let slots = |group: &GroupId| {
            let mut rooms: Vec<u32> = self
                .agents
                .iter()
                .map(|(_, agent)| &agent.profile)
                .filter(|profile| profile.capacity > 0 && groups_of(profile).contains(group))
                .map(|profile| profile.capacity)
                .collect();
            rooms.sort_unstable();
            rooms.get(rooms.len() / 2).copied().unwrap_or(1)
        };
        let times = snapshot.groups.iter().zip(model.groups);
        times
            .map(|(group, model)| GroupTimes {
                group: group.clone(),
                handled: learned.seen(group),
                handle: model.handle,
                patience: model.patience,
                slots: slots(group),
                priorities: model.arrivals,
            })
            .collect()
    }

    /// Who there is to serve, as far as is known: those with an account, or else those who are there.
    #[must_use]
    pub fn staff(&self) -> Staff {
        let members = self.team.get(&TEAM).map_or(&[][..], |team| &team.members);
        let mut sets: BTreeMap<Vec<GroupId>, u32> = BTreeMap::new();
        let mut add = |mut groups: Vec<GroupId>, capacity: u32| {
            groups.sort_unstable();
            let slots = sets.entry(groups).or_default();
            *slots = slots.saturating_add(capacity);
        };
        for member in members {
            add(self.groups_of(&member.agent), member.capacity);
        }
        let unknown = |id: &AgentId| members.iter().all(|member| member.agent != *id);
        for (_, agent) in self.agents.iter().filter(|(id, _)| unknown(id)) {
            add(groups_of(&agent.profile), agent.profile.capacity);
        }
        let sets = sets.into_iter().filter(|(_, slots)| *slots > 0);
        let teams = sets.map(|(groups, slots)| Skills { groups, slots }).collect();
        let bounded = self.routing().groups.iter();
        let rooms = bounded.filter_map(|group| Some((group.id.clone(), group.capacity?))).collect();
        Staff { teams, point: f64::from(self.routing().point), rooms }
    }
}
