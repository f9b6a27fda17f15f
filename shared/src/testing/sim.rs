//! The simulation: visitors' and agents' links, conversations and a desk, all of them the real machines, over a
//! network that cuts, delays, goes silent and delivers twice, with objects that are evicted and crash and clocks that
//! jump. Every run is a function of its seed.
//!
//! `sim::run(seed, &Plan::of(seed))` returns what happened, or the first rule that did not hold with the trace that
//! led there. [`shrink`] finds a smaller plan that still fails. [`Bug`] plants known mistakes, to show that the
//! simulation would find them.

mod check;
mod clients;
mod desk;
mod objects;
mod people;
mod rooms;
#[cfg(test)]
mod tests;
mod world;

use super::Rng;
use world::World;

/// How much happens in a run, and which faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub visitors: usize,
    /// Tabs of each visitor at the beginning.
    pub tabs: usize,
    pub agents: usize,
    /// Simulated time with people acting and faults happening, before the calm in which all must converge.
    pub seconds: u64,
    /// Connections are cut, all at once too (a deploy).
    pub cuts: bool,
    /// Connections go silent without being closed.
    pub silence: bool,
    /// Objects are evicted and restored.
    pub evictions: bool,
    /// Objects crash before and after what is durable.
    pub crashes: bool,
    /// Clocks of objects and clients jump, forwards and backwards.
    pub clocks: bool,
    /// Items between objects and the bot's replies come twice; replies are lost.
    pub repeats: bool,
    /// Agents vanish and return.
    pub vanishing: bool,
    /// A live message does not reach a socket that stays open, or what is sent arrives twice.
    pub losses: bool,
    /// Messages of an earlier visit that each conversation begins with.
    pub history: u64,
    /// Seconds more, in which people act seldom and visitors go away for minutes, mostly while they wait; 0: they stay.
    pub absences: u64,
    /// One more agent is a supervisor, who looks into any conversation and acts there.
    pub supervisor: bool,
    /// Ends the lively time after so many events, whatever `seconds` says.
    pub steps: Option<u64>,
    pub bug: Option<Bug>,
}

impl Plan {
    /// The plan of a seed: most have all faults, some only a few.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut rng = Rng::new(seed ^ 0x5EED);
        let few = rng.chance(250);
        let mut fault = || !few || rng.chance(400);
        Self {
            cuts: fault(),
            silence: fault(),
            evictions: fault(),
            crashes: fault(),
            clocks: fault(),
            repeats: fault(),
            vanishing: fault(),
            visitors: 1 + seed as usize % 3,
            tabs: 1 + seed as usize / 3 % 2,
            agents: 1 + seed as usize / 6 % 2,
            seconds: rng.between(20, 120),
            losses: rng.chance(600),
            history: match rng.below(100) {
                0 => rng.between(2_000, 2_400),
                1..=9 => rng.between(90, 450),
                _ => 0,
            },
            absences: if rng.chance(500) { rng.between(300, 700) } else { 0 },
            supervisor: rng.chance(400),
            steps: None,
            bug: None,
        }
    }
}

/// A mistake planted into the shell around the machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// Sends go out before what is durable is written.
    SendBeforePersist,
    /// The log does not find what a client id was used for.
    ForgetDedupe,
    /// Pages lack their last message.
    ShortPages,
    /// The row is not written with the log.
    SkipSave,
    /// The newest item for the other object goes first.
    ReorderItems,
    /// Items for the other object are kept in memory only.
    LoseItems,
    /// After an eviction sockets count as not greeted.
    ForgetGreeted,
    /// Now and then a live message is not sent.
    SkipLive,
}

impl Bug {
    /// Every planted bug.
    pub const ALL: &'static [Self] = &[
        Self::SendBeforePersist,
        Self::ForgetDedupe,
        Self::ShortPages,
        Self::SkipSave,
        Self::ReorderItems,
        Self::LoseItems,
        Self::ForgetGreeted,
        Self::SkipLive,
    ];
}

/// What happened in a run without failure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    pub events: u64,
    /// Entries in all logs.
    pub messages: u64,
    /// Acknowledgements that reached a client.
    pub acknowledged: u64,
    pub connections: u64,
    pub evictions: u64,
    pub crashes: u64,
    /// Times an agent took a conversation.
    pub assignments: u64,
    /// Times a visitor who waited was told of as away.
    pub absences: u64,
}

impl std::ops::AddAssign for Report {
    fn add_assign(&mut self, other: Self) {
        self.events += other.events;
        self.messages += other.messages;
        self.acknowledged += other.acknowledged;
        self.connections += other.connections;
        self.evictions += other.evictions;
        self.crashes += other.crashes;
        self.assignments += other.assignments;
        self.absences += other.absences;
    }
}

/// A rule that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub seed: u64,
    pub plan: Plan,
    /// Milliseconds since the beginning of the run.
    pub at: u64,
    pub what: String,
    /// The last events before.
    pub trace: Vec<String>,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for line in &self.trace {
            writeln!(f, "  {line}")?;
        }
        write!(f, "seed {} at {} ms: {}\n  {:?}", self.seed, self.at, self.what, self.plan)
    }
}

/// Runs a seed by a plan.
///
/// # Errors
/// The first rule that did not hold. (Boxed: it carries a trace.)
pub fn run(seed: u64, plan: &Plan) -> Result<Report, Box<Failure>> {
    match attempt(seed, plan, false) {
        Ok(report) => Ok(report),
        // The same again, this time taking notes.
        Err(failure) => Err(attempt(seed, plan, true).err().unwrap_or(failure)),
    }
}

/// One run; a panic of a machine is a failure like any other.
fn attempt(seed: u64, plan: &Plan, tracing: bool) -> Result<Report, Box<Failure>> {
    let run = std::panic::catch_unwind(|| World::new(seed, *plan, tracing).run());
    run.unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a word");
        let what = format!("a panic: {said}");
        Err(Box::new(Failure { seed, plan: *plan, at: 0, what, trace: Vec::new() }))
    })
}

/// A smaller plan that still fails, and how: fewer faults, people and seconds, one at a time. `None` when the plan
/// does not fail.
#[must_use]
pub fn shrink(seed: u64, plan: &Plan) -> Option<Box<Failure>> {
    let mut failure = run(seed, plan).err()?;
    let smaller: &[fn(&mut Plan)] = &[
        |p| p.cuts = false,
        |p| p.silence = false,
        |p| p.evictions = false,
        |p| p.crashes = false,
        |p| p.clocks = false,
        |p| p.repeats = false,
        |p| p.vanishing = false,
        |p| p.losses = false,
        |p| p.absences = 0,
        |p| p.absences -= p.absences / 3,
        |p| p.supervisor = false,
        |p| p.history = 0,
        |p| p.history -= p.history / 3,
        |p| p.visitors -= usize::from(p.visitors > 1),
        |p| p.tabs -= usize::from(p.tabs > 1),
        |p| p.agents -= usize::from(p.agents > 0),
        |p| p.seconds -= p.seconds / 3,
        |p| p.seconds -= p.seconds.min(1),
        |p| p.steps = p.steps.map(|n| n - n / 3),
    ];
    loop {
        let mut found = false;
        for change in smaller {
            let mut plan = failure.plan;
            change(&mut plan);
            if plan != failure.plan
                && let Err(smaller) = run(seed, &plan)
            {
                (failure, found) = (smaller, true);
            }
        }
        if !found {
            return Some(failure);
        }
    }
}
