//! A simulated contact centre: yields the log of what happens, and knows what nobody in it knows.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use super::chance::Chance;
use super::events::Event;
use super::scenarios::Scenario;

const DAY: f64 = 86_400.0;
const HOUR: f64 = 3_600.0;
/// Opening and last arrivals, in hours.
const OPEN: f64 = 8.0;
const LAST: f64 = 19.25;
/// Whoever waits asks again after so many seconds.
const ASK_AGAIN: f64 = 30.0;

/// What is going to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Day,
    Close,
    On(usize),
    Off(usize),
    BreakBegins(usize),
    BreakEnds(usize),
    SilenceBegins(usize),
    SilenceEnds(usize),
    Incident(bool),
    Ended(usize),
    Freed(usize),
    GivesUp(usize),
    Arrives(usize, bool),
    Ask,
}

/// An agent, as it really is.
#[derive(Debug)]
pub(super) struct Agent {
    pub(super) groups: Vec<usize>,
    pub(super) capacity: u32,
    pub(super) pace: f64,
    pub(super) shifts: Vec<(f64, f64)>,
    pub(super) on_shift: bool,
    /// On a break, or silently gone, since.
    pub(super) gone: Option<f64>,
    silent: bool,
    pub(super) held: BTreeMap<usize, u32>,
    turn: u64,
}

impl Agent {
    pub(super) fn takes(&self) -> bool {
        self.on_shift && self.gone.is_none()
    }
}

/// A conversation, as it really is.
#[derive(Debug)]
pub(super) struct Conversation {
    pub(super) group: usize,
    pub(super) priority: i32,
    pub(super) since: f64,
    pub(super) begun: f64,
    /// The place in line; also of those who gave up, until a slot comes to it.
    place: Option<(Reverse<i32>, usize)>,
    pub(super) left: bool,
    agent: Option<usize>,
    /// What somebody who does not give up waits.
    pub(super) offered: Option<f64>,
}

/// The contact centre.
#[derive(Debug)]
pub(crate) struct World<'a> {
    pub(super) spec: &'a Scenario,
    chance: Chance,
    pub(super) now: f64,
    due: BinaryHeap<Reverse<(u64, u64, Due)>>,
    count: u64,
    pub(super) agents: Vec<Agent>,
    pub(super) conversations: Vec<Conversation>,
    pub(super) line: BTreeMap<(Reverse<i32>, usize), usize>,
    pub(super) incident: bool,
    out: VecDeque<(f64, Event)>,
    day: u32,
}

impl<'a> World<'a> {
    pub(crate) fn new(spec: &'a Scenario, seed: u64) -> Self {
        let mut chance = Chance::new(seed.wrapping_mul(0x9E37_79B9).wrapping_add(spec.name.len() as u64));
        let mut agents = Vec::new();
        for alike in &spec.agents {
            for _ in 0..alike.count {
                agents.push(Agent {
                    groups: alike.groups.clone(),
                    capacity: alike.capacity,
                    pace: (chance.normal() * spec.paces).exp(),
                    shifts: alike.shifts.iter().map(|(from, to)| (from * HOUR, to * HOUR)).collect(),
                    on_shift: false,
                    gone: None,
                    silent: false,
                    held: BTreeMap::new(),
                    turn: 0,
                });
            }
        }
        let mut world = Self {
            spec,
            chance,
            now: 0.0,
            due: BinaryHeap::new(),
            count: 0,
            agents,
            conversations: Vec::new(),
            line: BTreeMap::new(),
            incident: false,
            out: VecDeque::new(),
            day: 0,
        };
        world.at(0.0, Due::Day);
        world
    }

    fn at(&mut self, at: f64, due: Due) {
        self.count += 1;
        self.due.push(Reverse(((at.max(0.0) * 1e3) as u64, self.count, due)));
    }

    /// The next event: its time in milliseconds, and what. `None` after the last day.
    pub(crate) fn next(&mut self) -> Option<(f64, Event)> {
        loop {
            if let Some(event) = self.out.pop_front() {
                return Some(event);
            }
            let Reverse((at, _, due)) = self.due.pop()?;
            self.now = at as f64 / 1e3;
            self.happen(due);
        }
    }

    fn say(&mut self, event: Event) {
        self.out.push_back(((self.now * 1e3).round(), event));
    }

    /// Whether the present day's waits count.
    pub(crate) fn counts(&self) -> bool {
        self.day > self.spec.days.0
    }

    /// The number behind a conversation's name.
    pub(crate) fn number(name: &str) -> usize {
        name[1..].parse().unwrap_or(0)
    }

    fn happen(&mut self, due: Due) {
        match due {
            Due::Day => self.begin_day(),
            Due::Close => {
                let line = std::mem::take(&mut self.line);
                for conversation in line.into_values() {
                    let c = &mut self.conversations[conversation];
                    c.place = None;
                    if !std::mem::replace(&mut c.left, true) {
                        self.say(Event::Abandon { conv: format!("c{conversation}") });
                    }
                }
            }
            Due::On(agent) => {
                self.agents[agent].on_shift = true;
                self.agents[agent].gone = None;
                self.say(Event::AgentOn { agent: format!("a{agent}") });
                self.plan_absence(agent);
                self.fill(&[agent]);
            }
            Due::Off(agent) => {
                let a = &mut self.agents[agent];
                a.on_shift = false;
                let told = a.gone.take().is_some() && !std::mem::take(&mut a.silent);
                if !told {
                    self.say(Event::AgentOff { agent: format!("a{agent}") });
                }
            }
            Due::BreakBegins(agent) | Due::SilenceBegins(agent) => {
                let silent = due == Due::SilenceBegins(agent);
                if self.agents[agent].takes() {
                    self.agents[agent].gone = Some(self.now);
                    self.agents[agent].silent = silent;
                    if !silent {
                        self.say(Event::AgentOff { agent: format!("a{agent}") });
                    }
                    let back = self.now + self.spec.away.draw(&mut self.chance);
                    self.at(back, if silent { Due::SilenceEnds(agent) } else { Due::BreakEnds(agent) });
                }
            }
            Due::BreakEnds(agent) | Due::SilenceEnds(agent) => {
                if self.agents[agent].on_shift && self.agents[agent].gone.take().is_some() {
                    self.agents[agent].silent = false;
                    if due == Due::BreakEnds(agent) {
                        self.say(Event::AgentOn { agent: format!("a{agent}") });
                    }
                    self.plan_absence(agent);
                    self.fill(&[agent]);
                }
            }
            Due::Incident(on) => self.incident = on,
            Due::Ended(conversation) => {
                self.say(Event::End { conv: format!("c{conversation}") });
                if self.spec.wrap_up > 0.0 {
                    self.at(self.now + self.spec.wrap_up, Due::Freed(conversation));
                } else {
                    self.happen(Due::Freed(conversation));
                }
            }
            Due::Freed(conversation) => {
                if let Some(agent) = self.conversations[conversation].agent.take() {
                    self.agents[agent].held.remove(&conversation);
                    self.fill(&[agent]);
                }
            }
            Due::GivesUp(conversation) => {
                let c = &mut self.conversations[conversation];
                if c.place.is_some() && !c.left {
                    c.left = true;
                    self.say(Event::Abandon { conv: format!("c{conversation}") });
                }
            }
            Due::Arrives(group, usual) => self.arrive(group, usual),
            Due::Ask => {
                let here = self.line.values().filter(|c| !self.conversations[**c].left);
                let asks: Vec<Event> = here.map(|c| Event::Ask { conv: format!("c{c}") }).collect();
                asks.into_iter().for_each(|ask| self.say(ask));
                if self.now < f64::from(self.day - 1) * DAY + 21.0 * HOUR {
                    self.at(self.now + ASK_AGAIN, Due::Ask);
                }
            }
        }
    }

    fn begin_day(&mut self) {
        let (midnight, open) = (f64::from(self.day) * DAY, f64::from(self.day) * DAY + OPEN * HOUR);
        if self.day >= self.spec.days.0 + self.spec.days.1 {
            return;
        }
        self.day += 1;
        for n in 0..self.agents.len() {
            let shifts: Vec<(f64, f64)> =
                self.agents[n].shifts.iter().map(|(from, to)| (midnight + from, midnight + to)).collect();
            for (from, to) in &shifts {
                self.at(*from, Due::On(n));
                self.at(*to, Due::Off(n));
            }
            let skills = self.agents[n].groups.iter().map(|g| format!("g{g}")).collect();
            let shifts = shifts.iter().map(|(from, to)| (from * 1e3, to * 1e3)).collect();
            let capacity = self.agents[n].capacity;
            self.say(Event::Roster { agent: format!("a{n}"), skills, capacity, shifts });
        }
        for group in 0..self.spec.groups.len() {
            self.at(open, Due::Arrives(group, true));
        }
        let (bursts, size) = self.spec.bursts;
        let mut at = open;
        loop {
            at += if bursts > 0.0 { self.chance.exponential(11.0 * HOUR / bursts) } else { DAY };
            if at > midnight + (LAST - 0.5) * HOUR {
                break;
            }
            let arrivals = (size * (0.5 + self.chance.part())) as u32;
            for _ in 0..arrivals {
                let within = at + 300.0 * self.chance.part();
                self.at(within, Due::Arrives(0, false));
            }
        }
        if self.chance.part() < self.spec.incident.0 {
            let begin = open + 9.0 * HOUR * self.chance.part();
            self.at(begin, Due::Incident(true));
            self.at(begin + 2_400.0, Due::Incident(false));
        }
        if self.counts() {
            self.at(open, Due::Ask);
        }
        self.at(midnight + 23.0 * HOUR, Due::Close);
        self.at(midnight + DAY, Due::Day);
    }

    fn plan_absence(&mut self, agent: usize) {
        let (breaks, silent) = (self.spec.breaks, self.spec.silent);
        if breaks > 0.0 {
            let at = self.now + self.chance.exponential(HOUR / breaks);
            self.at(at, Due::BreakBegins(agent));
        }
        if silent > 0.0 {
            let at = self.now + self.chance.exponential(HOUR / silent);
            self.at(at, Due::SilenceBegins(agent));
        }
    }

    /// The group's arrivals a second at this moment.
    pub(super) fn rate(&self, group: usize, now: f64) -> f64 {
        let hour = (now % DAY) / HOUR;
        if !(OPEN..LAST).contains(&hour) {
            return 0.0;
        }
        let more = if self.incident { self.spec.incident.1 } else { 1.0 };
        let curve = self.spec.curve.get((hour - OPEN) as usize).copied().unwrap_or(0.0);
        self.spec.groups[group].an_hour * curve * more / HOUR
    }

    /// How much longer than usual everything takes.
    pub(super) fn slower(&self) -> f64 {
        if self.incident { self.spec.incident.1 } else { 1.0 }
    }

    fn arrive(&mut self, group: usize, usual: bool) {
        if usual {
            let most = self.spec.groups[group].an_hour * 3.0 / HOUR;
            let next = self.now + self.chance.exponential(1.0 / most);
            if (next % DAY) / HOUR < LAST {
                self.at(next, Due::Arrives(group, true));
            }
            // Thinning (Lewis and Shedler, 1979).
            if self.chance.part() > self.rate(group, self.now) / most {
                return;
            }
        }
        let priority = i32::from(self.chance.part() < self.spec.vip);
        let n = self.conversations.len();
        let place = (Reverse(priority), n);
        self.conversations.push(Conversation {
            group,
            priority,
            since: self.now,
            begun: 0.0,
            place: Some(place),
            left: false,
            agent: None,
            offered: None,
        });
        self.line.insert(place, n);
        let gives_up = self.now + self.spec.groups[group].patience.draw(&mut self.chance);
        self.at(gives_up, Due::GivesUp(n));
        self.say(Event::Enqueue { conv: format!("c{n}"), skill: format!("g{group}"), priority });
        let fits = |a: &Agent| a.takes() && a.groups.contains(&group) && (a.held.len() as u32) < a.capacity;
        let free = (0..self.agents.len()).filter(|a| fits(&self.agents[*a]));
        let least = |a: &usize| {
            (
                self.agents[*a].held.len() * 1_000 / self.agents[*a].capacity.max(1) as usize,
                self.agents[*a].turn,
            )
        };
        match free.min_by_key(least) {
            Some(agent) => self.fill(&[agent]),
            None => self.say(Event::Ask { conv: format!("c{n}") }),
        }
    }

    /// The agents' free slots take the next in line that fit.
    fn fill(&mut self, agents: &[usize]) {
        for agent in agents {
            while self.agents[*agent].takes()
                && (self.agents[*agent].held.len() as u32) < self.agents[*agent].capacity
            {
                let fits = |c: &&usize| self.agents[*agent].groups.contains(&self.conversations[**c].group);
                let Some(n) = self.line.values().find(fits).copied() else { break };
                let c = &mut self.conversations[n];
                c.offered = Some(self.now - c.since);
                if let Some(place) = c.place.take() {
                    self.line.remove(&place);
                }
                if c.left {
                    continue;
                }
                c.agent = Some(*agent);
                c.begun = self.now;
                let group = c.group;
                let a = &mut self.agents[*agent];
                let beside = a.held.len() as u32;
                self.count += 1;
                a.turn = self.count;
                let pace = a.pace * (1.0 + self.spec.beside * f64::from(beside));
                a.held.insert(n, beside);
                let takes = self.spec.groups[group].handle.draw(&mut self.chance) * pace * self.slower();
                self.say(Event::Assign { conv: format!("c{n}"), agent: format!("a{agent}") });
                self.at(self.now + takes, Due::Ended(n));
            }
        }
    }
}
