//! The forward simulation: the routing rule, played on from the present moment to the end of everybody's wait.
//!
//! One path draws how much longer the open conversations take given how long they have taken, when those who wait give
//! up, who arrives with a higher priority, and who leaves or comes when; then slots become free one after the other,
//! and each takes the next in line that its agent can serve. A wait is *offered* (Garnett, Mandelbaum and Reiman,
//! "Designing a call center with impatient customers", 2002): what somebody who does not give up would wait. Who gives
//! up stays in line as a ghost, whose wait ends when a slot comes to it, and takes none. So one path gives
//! every visitor's wait at once. That the present state, ages included, tells more than any history of waits is Ibrahim
//! and Whitt's finding ("Real-time delay estimation in overloaded multiserver queues with abandonments", 2009).

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::chance::Chance;
use super::snapshot::{AgentNow, Model, Snapshot};
use super::waits::Waits;

/// No path looks further ahead, in seconds.
pub(super) const HORIZON: f64 = 86_400.0;
/// Arrivals one path draws at most: a flood of higher priorities is bounded work.
const ARRIVALS: u32 = 4_000;

/// Room that an agent gets: when (in microseconds), whose, and what ended there, if anything did.
type Free = Reverse<(u64, u32, Option<Ended>)>;

/// In place of an agent: somebody comes, of the group that is named.
const NOBODY: u32 = u32::MAX;

/// A conversation that ended: its group and its weight.
type Ended = (u32, u32);

fn micros(secs: f64) -> u64 {
    (secs.clamp(0.0, HORIZON * 2.0) * 1e6) as u64
}

/// Those of one group and priority, and of one language where that counts.
struct Class {
    group: usize,
    priority: i32,
    /// Who waits for somebody who speaks this language; each of them for a time.
    narrow: Option<u32>,
    /// Places in the queue, in order.
    line: Vec<usize>,
    /// How much earlier than they come those who arrive stand in line, in seconds.
    head: f64,
    /// Arrivals a second that matter to somebody who waits, and until when they do.
    rate: f64,
    until: f64,
}

/// An open conversation: its agent, group, what of its kind lasts longer, its age at the agent's usual pace, and that pace.
struct Running {
    agent: usize,
    group: usize,
    still: f64,
    age: f64,
    pace: f64,
    weight: u32,
}

pub(super) struct Simulation<'a> {
    snapshot: &'a Snapshot,
    model: &'a Model,
    classes: Vec<Class>,
    /// The classes each agent serves, higher priorities first.
    serves: Vec<Vec<usize>>,
    running: Vec<Running>,
    /// When those who wait for a speaker may go to anybody, with their groups.
    widens: Vec<(u64, u32)>,
    /// What part of the group's visitors is more patient than this one has been.
    patient: Vec<f64>,
    /// How patient each visitor is and how long they take, as parts of all, where that was drawn beforehand.
    drawn: &'a [(f64, f64)],
}

/// What one path changes; kept from path to path for its memory.
#[derive(Default)]
pub(super) struct Path {
    free: BinaryHeap<Free>,
    /// When each agent is there: `(from, to)`, by agent.
    there: Vec<Vec<(f64, f64)>>,
    held: Vec<u32>,
    /// The weight of what each agent has, and what of it each group has.
    load: Vec<u32>,
    groups: Vec<u32>,
    idle: Vec<u32>,
    /// Who keeps room for something heavier than there is room for.
    keeps: Vec<bool>,
    heads: Vec<usize>,
    /// Those who arrived in the simulation, by class.
    arrived: Vec<VecDeque<f64>>,
    next: Vec<f64>,
    slower: Vec<f64>,
    arrivals: u32,
}

/// Whether everything named is there, so that nothing below can be out of bounds.
pub(super) fn fits(snapshot: &Snapshot, model: &Model) -> bool {
    let groups = snapshot.groups.len().min(model.groups.len());
    model.pace.len() >= snapshot.agents.len()
        && !model.beside.is_empty()
        && snapshot.queue.iter().all(|w| w.group < groups)
        && snapshot.agents.iter().all(|a| a.groups.iter().all(|g| *g < groups))
        && snapshot.agents.iter().all(|a| a.open.iter().all(|o| o.group < groups))
}

impl<'a> Simulation<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, model: &'a Model) -> Self {
        let last = snapshot.queue.iter().map(|w| sound(w.stands)).fold(f64::NEG_INFINITY, f64::max);
        let mut classes: Vec<Class> = Vec::new();
        for (place, waiting) in snapshot.queue.iter().enumerate() {
            let narrow = waiting.narrow.map(|(lang, _)| lang);
            class(&mut classes, waiting.group, waiting.priority, narrow).line.push(place);
        }
        for (group, believed) in model.groups.iter().enumerate().take(snapshot.groups.len()) {
            for (priority, rate) in &believed.arrivals {
                let head = f64::from(*priority) * sound(snapshot.point);
                // Later ones stand behind everybody who waits now.
                let until = last + head;
                if until > 0.0 {
                    let class = class(&mut classes, group, *priority, None);
                    (class.head, class.rate, class.until) = (head, rate.clamp(0.0, 10.0), until);
                }
            }
        }
        classes.sort_by_key(|class| Reverse(class.priority));
        let serves = |agent: &AgentNow| {
            let fits = |class: &Class| agent.groups.contains(&class.group);
            (0..classes.len()).filter(|n| fits(&classes[*n])).collect()
        };
        let serves = snapshot.agents.iter().map(serves).collect();
        let mut running = Vec::new();
        for (n, agent) in snapshot.agents.iter().enumerate() {
            for open in &agent.open {
                let pace = model.pace[n] * beside(model, open.beside);
                let age = open.age.max(0.0) / pace;
                let still = model.groups[open.group].handle.still(age);
                running.push(Running {
                    agent: n,
                    group: open.group,
                    still,
                    age,
                    pace,
                    weight: open.weight.max(1),
                });
            }
        }
        let patient = snapshot.queue.iter().map(|w| model.groups[w.group].patience.still(w.waited.max(0.0)));
        let patient = patient.collect();
        let widens = snapshot.queue.iter().filter_map(|waiting| {
            let (_, until) = waiting.narrow?;
            Some((micros(until) + 2, waiting.group as u32))
        });
        let widens = widens.collect();
        Self { snapshot, model, classes, serves, running, widens, patient, drawn: &[] }
    }

    /// The same with what was drawn of each visitor beforehand.
    pub(super) fn with(self, drawn: &'a [(f64, f64)]) -> Self {
        Self { drawn, ..self }
    }

    pub(super) fn run(
        &self,
        path: &mut Path,
        chance: &mut Chance,
        (n, paths): (usize, usize),
        waits: &mut Waits,
    ) {
        self.begin(path, chance, n, paths);
        let mut left = self.snapshot.queue.len();
        while left > 0 {
            let Some(Reverse((at, agent, ended))) = path.free.pop() else { return };
            let (now, agent) = (at as f64 / 1e6, agent as usize);
            if now > HORIZON {
                return;
            }
            if agent == NOBODY as usize {
                let group = ended.map_or(0, |(group, _)| group as usize);
                if let Some(agent) = self.idle(path, now, group) {
                    path.idle[agent] -= 1;
                    left -= self.serve(path, chance, now, agent, n, waits);
                }
                continue;
            }
            // What ends may leave less room than it took, when there was too much.
            let mut room = 1;
            if let Some((group, weight)) = ended {
                path.held[agent] = path.held[agent].saturating_sub(1);
                path.load[agent] = path.load[agent].saturating_sub(weight);
                let group = group as usize;
                path.groups[group] = path.groups[group].saturating_sub(weight);
                room = weight;
                if std::mem::take(&mut path.keeps[agent]) {
                    room = u32::MAX;
                }
                if self.room(group).is_some() {
                    // Others may have waited for the group's room rather than for their own.
                    self.wake(path, at, agent, group);
                }
            }
            let free = self.snapshot.agents[agent].capacity.saturating_sub(path.load[agent]).min(room);
            if free == 0 {
                continue;
            }
            match path.there[agent].iter().find(|(_, to)| *to > now) {
                Some((from, _)) if *from > now => {
                    for _ in 0..free.min(64) {
                        path.free.push(Reverse((micros(*from).max(at + 1), agent as u32, None)));
                    }
                    continue;
                }
                Some(_) => {}
                None => continue,
            }
            self.arrive(path, chance, now);
            for _ in 0..free.min(64) {
                if path.keeps[agent] || path.load[agent] >= self.snapshot.agents[agent].capacity {
                    break;
                }
                left -= self.serve(path, chance, now, agent, n, waits);
            }
        }
    }

    /// How much of the group's conversations agents may have at a time, if that is bounded.
    fn room(&self, group: usize) -> Option<u32> {
        self.snapshot.room.get(group).copied().flatten()
    }

    /// Whether the group may have so much more. One that has nothing may have anything.
    fn lets(&self, path: &Path, group: usize, weight: u32) -> bool {
        let load = path.groups[group];
        self.room(group).is_none_or(|most| most > 0 && (load == 0 || load.saturating_add(weight) <= most))
    }

    /// Those who have room and nobody to serve look again, as the group may have more; the agent just freed looks anyway.
    fn wake(&self, path: &mut Path, at: u64, but: usize, group: usize) {
        for (n, agent) in self.snapshot.agents.iter().enumerate() {
            if n != but && path.idle[n] > 0 && agent.groups.contains(&group) {
                path.idle[n] -= 1;
                path.free.push(Reverse((at, n as u32, None)));
            }
        }
    }

    fn begin(&self, path: &mut Path, chance: &mut Chance, n: usize, paths: usize) {
        let agents = &self.snapshot.agents;
        path.arrivals = 0;
        path.free.clear();
        path.held.clear();
        path.idle.clear();
        path.idle.resize(agents.len(), 0);
        path.keeps.clear();
        path.keeps.resize(agents.len(), false);
        path.load.clear();
        path.groups.clear();
        path.groups.resize(self.model.groups.len().max(self.snapshot.groups.len()), 0);
        path.there.resize(agents.len(), Vec::new());
        path.heads.clear();
        path.heads.resize(self.classes.len(), 0);
        path.arrived.resize(self.classes.len(), VecDeque::new());
        path.arrived.iter_mut().for_each(VecDeque::clear);
        path.next.clear();
        path.next.extend(self.classes.iter().map(|class| chance.after(class.rate)));
        path.slower.clear();
        for (group, believed) in self.model.groups.iter().enumerate() {
            // The mean is what it is for a whole path; the paths go evenly through what it may be.
            let place = (n * (2 * group + 1) * 7 + group) % paths.max(1);
            let part = (place as f64 + 0.5) / paths.max(1) as f64;
            let sigma = believed.doubt.clamp(0.0, 1.0);
            let slower = (sigma * (part / (1.0 - part)).ln() / 1.702 - sigma * sigma / 2.0).exp();
            path.slower.push(slower);
        }
        for (n, agent) in agents.iter().enumerate() {
            self.windows(agent, chance, &mut path.there[n]);
            let open = u32::try_from(agent.open.len()).unwrap_or(u32::MAX);
            let load = agent.open.iter().fold(0u32, |load, open| load.saturating_add(open.weight.max(1)));
            path.held.push(open);
            path.load.push(load);
            agent.open.iter().for_each(|open| {
                path.groups[open.group] = path.groups[open.group].saturating_add(open.weight.max(1));
            });
            for slot in 0..agent.capacity.saturating_sub(load).min(64) {
                // Agents who come together take turns.
                path.free.push(Reverse((micros(agent.ready) + u64::from(slot + open), n as u32, None)));
            }
        }
        for waiting in self.snapshot.queue.iter().filter(|waiting| waiting.arrives > 0.0) {
            let comes = Some((waiting.group as u32, 0));
            path.free.push(Reverse((micros(waiting.arrives), NOBODY, comes)));
        }
        for (at, group) in &self.widens {
            // Whoever is free by then may have them.
            path.free.push(Reverse((*at, NOBODY, Some((*group, 0)))));
        }
        if !self.drawn.is_empty() {
            // Whoever comes back finds those who came meanwhile.
            for (n, there) in path.there.iter().enumerate().take(agents.len()) {
                for (from, _) in there.iter().filter(|(from, _)| *from > 0.0) {
                    path.free.push(Reverse((micros(*from), n as u32, None)));
                }
            }
        }
        for open in &self.running {
            let handle = &self.model.groups[open.group].handle;
            let slower = path.slower[open.group];
            // What is left grows with the doubt; what has passed does not.
            let rest = (handle.quantile(chance.part() * open.still) - open.age).max(0.0);
            path.free.push(Reverse((
                micros(rest * open.pace * slower + self.model.pickup),
                open.agent as u32,
                Some((open.group as u32, open.weight)),
            )));
        }
    }

    /// When the agent is there in this path.
    fn windows(&self, agent: &AgentNow, chance: &mut Chance, there: &mut Vec<(f64, f64)>) {
        there.clear();
        let absence = &self.model.absence;
        let mut add = |from: f64, to: f64, chance: &mut Chance| {
            let mut from = from;
            while from < to && from < HORIZON && there.len() < 32 {
                let leaves = from + chance.after(absence.leaves);
                there.push((from, leaves.min(to)));
                from = leaves + 1.0 + absence.back.quantile(chance.part());
            }
        };
        let mut shifts = agent.shifts.iter().map(|(from, to)| (*from, to + absence.over)).peekable();
        let within = shifts.next_if(|(from, _)| *from <= 0.0);
        match (agent.on, within) {
            (true, Some((_, to))) if to > 0.0 => add(0.0, to, chance),
            (true, None) if !agent.planned => add(0.0, HORIZON, chance),
            // Past the end of the shift, or ahead of its begin.
            (true, _) => {
                let stays = chance.after(1.0 / absence.stays.max(1.0));
                add(0.0, stays.max(30.0), chance);
            }
            (false, Some((_, to))) => {
                let gone = agent.since.max(0.0);
                let back = absence.back.quantile(chance.part() * absence.back.still(gone)) - gone;
                add(back.max(1.0), to, chance);
            }
            (false, None) => {}
        }
        for (from, to) in shifts {
            let late = if absence.late > 0.0 { chance.after(1.0 / absence.late) } else { 0.0 };
            add(from + late, to, chance);
        }
    }

    /// Those who have arrived until now; whoever finds an idle agent is served at once.
    fn arrive(&self, path: &mut Path, chance: &mut Chance, now: f64) {
        for (n, class) in self.classes.iter().enumerate() {
            while path.next[n] <= now {
                let at = path.next[n];
                path.arrivals += 1;
                let more = path.arrivals < ARRIVALS;
                path.next[n] = if more { at + chance.after(class.rate) } else { f64::INFINITY };
                if path.next[n] >= class.until {
                    path.next[n] = f64::INFINITY;
                }
                let free = self.idle(path, at, class.group);
                match free.filter(|_| self.lets(path, class.group, 1)) {
                    Some(agent) => {
                        path.idle[agent] -= 1;
                        self.take(path, chance.part(), at, agent, (class.group, 1));
                    }
                    None => path.arrived[n].push_back(at),
                }
            }
        }
    }

    /// The agent who is there, has room and nobody to serve, and serves this group.
    fn idle(&self, path: &Path, at: f64, group: usize) -> Option<usize> {
        let idle = |agent: &usize| {
            path.idle[*agent] > 0
                && path.load[*agent] < self.snapshot.agents[*agent].capacity
                && self.snapshot.agents[*agent].groups.contains(&group)
                && path.there[*agent].iter().any(|(from, to)| *from <= at && at < *to)
        };
        (0..path.idle.len()).filter(idle).min_by_key(|agent| path.held[*agent])
    }

    /// A slot of `agent` is free: it takes the next in line. Returns how many waits came to their end.
    fn serve(
        &self,
        path: &mut Path,
        chance: &mut Chance,
        now: f64,
        agent: usize,
        n: usize,
        waits: &mut Waits,
    ) -> usize {
        let mut ended = 0;
        loop {
            // Whoever stands first in line, of the queue and of those who arrived since.
            let mut best: Option<(f64, usize, usize)> = None;
            for class in &self.serves[agent] {
                let Class { line, head, group, narrow, .. } = &self.classes[*class];
                // Events come at whole microseconds.
                let here = |place: &&usize| self.snapshot.queue[**place].arrives <= now + 2e-6;
                let head_of_line = line.get(path.heads[*class]).filter(here);
                if let (Some(lang), Some(place)) = (narrow, head_of_line)
                    && self.snapshot.queue[*place].narrow.is_some_and(|(_, until)| now < until)
                    && self.snapshot.agents[agent].mute.contains(lang)
                {
                    continue;
                }
                let (stands, place) = match (head_of_line, path.arrived[*class].front()) {
                    (Some(place), _) => (sound(self.snapshot.queue[*place].stands), *place),
                    (None, Some(at)) => (at - head, usize::MAX),
                    (None, None) => continue,
                };
                let first = best.is_none_or(|(other, at, _)| (stands, place) < (other, at));
                let weight = self.snapshot.queue.get(place).map_or(1, |waiting| waiting.weight);
                if first && self.lets(path, *group, weight) {
                    best = Some((stands, place, *class));
                }
            }
            let Some((_, place, class)) = best else {
                path.idle[agent] += 1;
                return ended;
            };
            let group = self.classes[class].group;
            let weight = self.snapshot.queue.get(place).map_or(1, |waiting| waiting.weight.max(1));
            if path.load[agent] > 0
                && path.load[agent].saturating_add(weight) > self.snapshot.agents[agent].capacity
            {
                path.keeps[agent] = true;
                return ended;
            }
            if place == usize::MAX {
                path.arrived[class].pop_front();
                self.take(path, chance.part(), now, agent, (group, weight));
                return ended;
            }
            path.heads[class] += 1;
            waits.set(place, n, now);
            ended += 1;
            let waiting = &self.snapshot.queue[place];
            let (patience, takes) = match self.drawn.get(place) {
                Some((patience, takes)) => (*patience, Some(*takes)),
                None => (chance.part(), None),
            };
            let gives_up = self.model.groups[group].patience.quantile(patience * self.patient[place]);
            if gives_up - waiting.waited.max(0.0) > now - waiting.arrives.max(0.0) {
                let takes = takes.unwrap_or_else(|| chance.part());
                self.take(path, takes, now, agent, (group, weight));
                return ended;
            }
        }
    }

    fn take(&self, path: &mut Path, part: f64, now: f64, agent: usize, (group, weight): (usize, u32)) {
        let pace = self.model.pace[agent] * beside(self.model, path.held[agent]);
        path.held[agent] += 1;
        path.load[agent] = path.load[agent].saturating_add(weight);
        path.groups[group] = path.groups[group].saturating_add(weight);
        let takes = self.model.groups[group].handle.quantile(part) * pace * path.slower[group];
        let ended = Some((group as u32, weight));
        path.free.push(Reverse((micros(now + takes + self.model.pickup), agent as u32, ended)));
    }
}

fn class(classes: &mut Vec<Class>, group: usize, priority: i32, narrow: Option<u32>) -> &mut Class {
    let found = classes.iter().position(|c| c.group == group && c.priority == priority && c.narrow == narrow);
    let at = found.unwrap_or(classes.len());
    if found.is_none() {
        classes.push(Class { group, priority, narrow, line: Vec::new(), head: 0.0, rate: 0.0, until: 0.0 });
    }
    &mut classes[at]
}

/// Nothing in place of what is no number.
fn sound(secs: f64) -> f64 {
    if secs.is_finite() { secs } else { 0.0 }
}

fn beside(model: &Model, others: u32) -> f64 {
    let last = model.beside.len() - 1;
    model.beside[(others as usize).min(last)].clamp(0.05, 20.0)
}
