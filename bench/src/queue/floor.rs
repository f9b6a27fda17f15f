//! A contact centre as its log tells it: follows the events, learns from them, and answers how long somebody will wait.
//!
//! This is the adapter that the desk machine has for its own state; everything that decides is `shared::desk::estimate`.

mod answers;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result, bail};
use shared::desk::estimate::display::Promise;
use shared::desk::estimate::{Forecast, Learned, Snapshot, Waits};
use shared::ids::{AgentId, GroupId};
use shared::protocol::WaitShown;

use super::events::Event;

/// Seconds after which a free agent who has not taken somebody who waits was absent and not just slow.
const ABSENT: f64 = 180.0;
/// Ends of shifts are met within this time, in seconds; whoever leaves earlier leaves unplanned.
const SHIFT_END: f64 = 900.0;
/// Those who gave up that are followed, and for how long, in seconds.
const GHOSTS: usize = 2_000;
const GHOST_LIFE: f64 = 4.0 * 3_600.0;

/// Where somebody stands in line.
type Place = (Reverse<i32>, u64);

#[derive(Debug)]
struct Agent {
    id: AgentId,
    groups: Vec<usize>,
    capacity: u32,
    shifts: Vec<(f64, f64)>,
    planned: bool,
    on: bool,
    since: f64,
    /// The begin of the last shift the agent was seen in.
    seen_in: f64,
    counted: f64,
    /// Conversations: group, since when, and how many were beside.
    held: BTreeMap<usize, (usize, f64, u32)>,
    /// Since when the agent could have taken somebody and did not.
    could: Option<f64>,
    missing: bool,
    counted_absent: bool,
}

impl Agent {
    fn shift(&self, now: f64) -> Option<(f64, f64)> {
        self.shifts.iter().copied().find(|(from, to)| *from - SHIFT_END <= now && now < *to)
    }

    fn free(&self) -> bool {
        self.on && (self.held.len() as u32) < self.capacity
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    Waiting(Place),
    Assigned(usize),
    Gone,
}

#[derive(Debug)]
struct Conversation {
    group: usize,
    priority: i32,
    since: f64,
    stage: Stage,
    first: Option<First>,
    promise: Option<Promise>,
    position: Option<u32>,
}

/// What was told first.
#[derive(Debug, Clone, Copy)]
struct First {
    at: f64,
    forecast: Forecast,
    promised: Option<f64>,
}

/// Somebody who gave up, until their place would have been served.
#[derive(Debug)]
struct Ghost {
    place: Place,
    group: usize,
    first: First,
}

/// What somebody who waits is answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Wait {
        position: u32,
        forecast: Forecast,
        shown: WaitShown,
        shown_position: u32,
    },
    Offline,
    /// Not waiting any more.
    Gone,
}

/// The contact centre.
#[derive(Debug, Default)]
pub(crate) struct Floor {
    pub(crate) learned: Learned,
    now: f64,
    skills: HashMap<String, usize>,
    names: HashMap<String, usize>,
    groups: Vec<GroupId>,
    agents: Vec<Agent>,
    known: HashMap<String, usize>,
    conversations: Vec<Conversation>,
    queue: BTreeMap<Place, usize>,
    arrivals: u64,
    waiting: Vec<u32>,
    ghosts: Vec<Ghost>,
    /// The last simulation, until something happens.
    waits: Option<(f64, Waits, Snapshot)>,
}

impl Floor {
    /// Takes in what happened at `t`, in milliseconds.
    pub(crate) fn happen(&mut self, t: f64, event: &Event) -> Result<()> {
        self.now = t / 1e3;
        self.waits = None;
        match event {
            Event::Roster { agent, skills, capacity, shifts } => {
                self.roster(agent, skills, *capacity, shifts)
            }
            Event::AgentOn { agent } => self.agent_on(agent),
            Event::AgentOff { agent } => self.agent_off(agent),
            Event::Enqueue { conv, skill, priority } => self.enqueue(conv, skill, *priority),
            Event::Assign { conv, agent } => self.assign(conv, agent)?,
            Event::End { conv } => self.end(conv)?,
            Event::Abandon { conv } => self.abandon(conv)?,
            Event::Ask { .. } => {}
        }
        self.watch();
        Ok(())
    }

    fn skill(&mut self, name: &str) -> usize {
        let next = self.skills.len();
        let group = *self.skills.entry(name.to_owned()).or_insert(next);
        if group == self.groups.len() {
            self.groups.extend(GroupId::new(format!("g{group}")));
            self.waiting.push(0);
        }
        group
    }

    fn agent(&mut self, name: &str) -> usize {
        if let Some(agent) = self.names.get(name) {
            return *agent;
        }
        let at = self.agents.len();
        if let Ok(id) = AgentId::new(format!("a{at}")) {
            self.names.insert(name.to_owned(), at);
            self.agents.push(Agent {
                id,
                groups: vec![],
                capacity: 0,
                shifts: vec![],
                planned: false,
                on: false,
                since: self.now,
                seen_in: f64::NEG_INFINITY,
                counted: self.now,
                held: BTreeMap::new(),
                could: None,
                missing: false,
                counted_absent: false,
            });
        }
        at
    }

    fn conversation(&self, name: &str) -> Result<usize> {
        self.known.get(name).copied().with_context(|| format!("conversation {name} was never enqueued"))
    }

    fn roster(&mut self, agent: &str, skills: &[String], capacity: u32, shifts: &[(f64, f64)]) {
        let at = self.agent(agent);
        let groups = skills.iter().map(|skill| self.skill(skill)).collect();
        let agent = &mut self.agents[at];
        agent.groups = groups;
        agent.capacity = capacity;
        agent.planned = !shifts.is_empty();
        agent.shifts = shifts.iter().map(|(from, to)| (from / 1e3, to / 1e3)).collect();
        agent.shifts.sort_by(|a, b| a.0.total_cmp(&b.0));
    }

    fn agent_on(&mut self, name: &str) {
        let (now, at) = (self.now, self.agent(name));
        let agent = &mut self.agents[at];
        if agent.on {
            return;
        }
        if let Some((from, _)) = agent.shift(now) {
            if agent.seen_in == from {
                self.learned.common.absence.returned(now - agent.since);
            } else {
                self.learned.common.absence.begun(now - from);
            }
            agent.seen_in = from;
        }
        (agent.on, agent.since, agent.counted) = (true, now, now);
        (agent.could, agent.missing, agent.counted_absent) = (None, false, false);
        self.settle_ghosts(at, None);
    }

    fn agent_off(&mut self, name: &str) {
        let (now, at) = (self.now, self.agent(name));
        let agent = &mut self.agents[at];
        if !agent.on {
            return;
        }
        let absence = &mut self.learned.common.absence;
        absence.was_there(now - agent.counted);
        match agent.shift(now) {
            Some((_, to)) if to - now > SHIFT_END => absence.leaves(),
            Some((_, to)) => absence.ended(now - to),
            None => {
                let last = agent.shifts.iter().rev().find(|(_, to)| *to <= now && now - to < 7_200.0);
                match last {
                    Some((_, to)) => absence.ended(now - to),
                    None if !agent.planned => absence.leaves(),
                    None => {}
                }
            }
        }
        (agent.on, agent.since) = (false, now);
        (agent.could, agent.missing, agent.counted_absent) = (None, false, false);
    }

    fn enqueue(&mut self, name: &str, skill: &str, priority: i32) {
        let group = self.skill(skill);
        if let Some(old) = self.known.get(name).copied() {
            self.leave(old);
        }
        self.learned.arrived(&self.groups[group], priority, self.now);
        self.arrivals += 1;
        let place = (Reverse(priority), self.arrivals);
        let at = self.conversations.len();
        self.conversations.push(Conversation {
            group,
            priority,
            since: self.now,
            stage: Stage::Waiting(place),
            first: None,
            promise: None,
            position: None,
        });
        self.known.insert(name.to_owned(), at);
        self.queue.insert(place, at);
        self.waiting[group] += 1;
    }

    /// Takes a conversation out of wherever it stands.
    fn leave(&mut self, at: usize) -> Stage {
        let conversation = &mut self.conversations[at];
        let stage = std::mem::replace(&mut conversation.stage, Stage::Gone);
        match stage {
            Stage::Waiting(place) => {
                self.queue.remove(&place);
                self.waiting[conversation.group] -= 1;
            }
            Stage::Assigned(agent) => {
                self.agents[agent].held.remove(&at);
            }
            Stage::Gone => {}
        }
        stage
    }

    fn assign(&mut self, name: &str, agent: &str) -> Result<()> {
        let (now, at, by) = (self.now, self.conversation(name)?, self.agent(agent));
        let stage = self.leave(at);
        if let Stage::Assigned(_) = stage {
            bail!("conversation {name} is assigned already");
        }
        let Conversation { group, since, first, .. } = self.conversations[at];
        if let Stage::Waiting(place) = stage {
            self.learned.waited(&self.groups[group], now - since, false);
            if let Some(first) = first {
                self.learned.common.calibration.learn(&first.forecast, now - first.at, first.promised);
            }
            self.settle_ghosts(by, Some(place));
        }
        let agent = &mut self.agents[by];
        if !agent.groups.contains(&group) && !agent.planned {
            // Nobody has said what this agent does: what is seen counts.
            agent.groups.push(group);
        }
        let beside = agent.held.len() as u32;
        if !agent.planned {
            agent.capacity = agent.capacity.max(beside + 1);
        }
        if let Some(could) = agent.could.take() {
            let absence = &mut self.learned.common.absence;
            if now - could > ABSENT {
                absence.returned(now - could);
            } else {
                absence.picked_up(now - could);
            }
        }
        (agent.missing, agent.counted_absent) = (false, false);
        agent.held.insert(at, (group, now, beside));
        self.conversations[at].stage = Stage::Assigned(by);
        self.settle_ghosts(by, None);
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<()> {
        let (now, at) = (self.now, self.conversation(name)?);
        let held = match self.conversations[at].stage {
            Stage::Assigned(by) => self.agents[by].held.get(&at).copied().map(|held| (by, held)),
            _ => None,
        };
        self.leave(at);
        if let Some((by, (group, since, beside))) = held {
            let agent = &mut self.agents[by];
            let id = agent.id.clone();
            if agent.on {
                self.learned.common.absence.was_there(now - agent.counted);
                agent.counted = now;
            }
            self.learned.handled(&self.groups[group], &id, (now, now - since), beside);
            self.settle_ghosts(by, None);
        }
        Ok(())
    }

    fn abandon(&mut self, name: &str) -> Result<()> {
        let at = self.conversation(name)?;
        if let Stage::Waiting(place) = self.leave(at) {
            let Conversation { group, since, first, .. } = self.conversations[at];
            self.learned.waited(&self.groups[group], self.now - since, true);
            if let Some(first) = first {
                self.ghosts.push(Ghost { place, group, first });
                if self.ghosts.len() > GHOSTS {
                    self.ghosts.remove(0);
                }
            }
        }
        Ok(())
    }

    /// Ghosts that a slot of this agent would have come to: those ahead of whom it takes, or all when it stays free
    /// and nobody it fits waits.
    fn settle_ghosts(&mut self, agent: usize, taken: Option<Place>) {
        let now = self.now;
        let agent = &self.agents[agent];
        let idle = agent.free() && agent.groups.iter().all(|group| self.waiting[*group] == 0);
        if taken.is_none() && !idle {
            return;
        }
        let calibration = &mut self.learned.common.calibration;
        self.ghosts.retain(|ghost| {
            let come = agent.groups.contains(&ghost.group) && taken.is_none_or(|taken| ghost.place < taken);
            if come {
                calibration.learn(&ghost.first.forecast, now - ghost.first.at, ghost.first.promised);
            }
            !come && now - ghost.first.at < GHOST_LIFE
        });
    }

    /// Notes who could take somebody and does not.
    fn watch(&mut self) {
        let (now, silent) = (self.now, self.learned.common.absence.silent());
        for agent in &mut self.agents {
            let could = agent.free() && agent.groups.iter().any(|group| self.waiting[*group] > 0);
            if !could {
                // Nothing speaks for somebody who was missing until they take something.
                if !agent.missing {
                    agent.could = None;
                }
            } else if let Some(since) = agent.could {
                agent.missing |= now - since > silent;
                if !agent.counted_absent && now - since > ABSENT {
                    agent.counted_absent = true;
                    self.learned.common.absence.leaves();
                }
            } else {
                agent.could = Some(now);
            }
        }
    }
}
