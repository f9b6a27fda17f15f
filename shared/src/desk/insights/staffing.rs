//! "What if one more agent were there from 19 to 21?": a day played through under two staffings, by the forward simulation of
//! the wait estimate with its routing rule: who serves which groups, priorities and their head starts, and the handle
//! times and the patience that the desk has learned.
//!
//! Both are given the same visitors: who asks when, how long they take and how patient they are is drawn once, so that
//! the difference is the staffing's (common random numbers). Waits are *offered* ones, as in the estimate: what
//! somebody who does not give up would wait. Groups have at a time what the routing allows them. What the recorded hours do
//! not tell is not played: languages and weights.

mod pools;

pub use pools::pools;

use crate::desk::estimate::durations::Survival;
use crate::desk::estimate::snapshot::{AbsenceModel, GroupModel};
use crate::desk::estimate::{AgentNow, Chance, Model, Snapshot, Waiting, play};
use crate::ids::{AgentId, GroupId};

/// Hours of a day.
pub const HOURS: usize = 24;
const HOUR: f64 = 3_600.0;
/// Visitors of all days drawn, at most, and days.
const VISITORS: f64 = 120_000.0;
const DAYS: usize = 200;
/// Asking in one day, at most, and slots that are played.
const ASKING: usize = 50_000;
const SLOTS: usize = 600;
const SEED: u64 = 0x57AF_F164;

/// A day: who asks for what, and who is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    pub groups: Vec<Asked>,
    pub pools: Vec<Pool>,
    /// The group that is asked about.
    pub of: usize,
    /// How much earlier than they come a point of priority lets people stand in line, in seconds.
    pub point: f64,
    /// How many conversations of each group agents may have at a time; groups beyond the list as many as they can.
    pub room: Vec<Option<u32>>,
}

/// Those who ask for a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub group: GroupId,
    /// Expected to ask, by hour.
    pub asking: [f64; HOURS],
    /// How they are spread over the priorities: a weight of each. None: all of the usual one.
    pub priorities: Vec<(i32, f64)>,
    pub handle: Survival,
    pub patience: Survival,
}

/// Those who serve exactly these groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    pub groups: Vec<usize>,
    /// Conversations they have room for at a time, by hour.
    pub slots: [u32; HOURS],
}

/// What becomes of those who ask in some hours.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Outcome {
    /// How many ask, on average.
    pub asking: f64,
    /// The offered waits' median and 90 % quantile, in seconds.
    pub median: f64,
    pub ninety: f64,
    /// The part that gives up, or is not served by the end of the day.
    pub lost: f64,
}

/// What becomes of everybody.
#[derive(Debug, Clone, PartialEq)]
pub struct Played {
    pub hours: [Outcome; HOURS],
    pub all: Outcome,
    /// Seconds waited by all together in a day, on average.
    pub waited: f64,
}

/// One more agent for some hours, and what it brings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suggestion {
    pub from: usize,
    /// The hour it ends at.
    pub to: usize,
    /// Those who ask in these hours, without and with.
    pub before: Outcome,
    pub after: Outcome,
}

/// One visitor of one day.
struct Visitor {
    group: usize,
    priority: i32,
    at: f64,
    /// Parts of all who are more patient, and who take longer.
    drawn: (f64, f64),
}

/// What was seen of the visitors of some hours.
#[derive(Default)]
struct Seen {
    waits: Vec<f32>,
    lost: usize,
    waited: f64,
}

impl Seen {
    fn outcome(&mut self, days: usize) -> Outcome {
        self.waits.sort_unstable_by(f32::total_cmp);
        let at = |part: f64| {
            let place = (part * self.waits.len() as f64) as usize;
            self.waits.get(place.min(self.waits.len().saturating_sub(1))).map_or(0.0, |wait| f64::from(*wait))
        };
        let count = self.waits.len();
        Outcome {
            asking: count as f64 / days.max(1) as f64,
            median: at(0.5),
            ninety: at(0.9),
            lost: if count > 0 { self.lost as f64 / count as f64 } else { 0.0 },
        }
    }
}

impl Day {
    /// The same day with so many more slots for the group from one hour to another; past midnight means into the small hours
    /// of the same picture.
    #[must_use]
    pub fn with(&self, slots: u32, from: usize, to: usize) -> Self {
        let mut day = self.clone();
        let alone = |pool: &Pool| pool.groups == [self.of];
        let at = day.pools.iter().position(alone).unwrap_or_else(|| {
            day.pools.push(Pool { groups: vec![self.of], slots: [0; HOURS] });
            day.pools.len() - 1
        });
        let to = if to > from { to } else { to + HOURS };
        for hour in from..to.min(from + HOURS) {
            let room = &mut day.pools[at].slots[hour % HOURS];
            *room = room.saturating_add(slots);
        }
        day
    }

    /// Plays the day as often as is worth while, and says what becomes of those who ask for the group: the same numbers for
    /// the same day.
    #[must_use]
    pub fn play(&self) -> Played {
        self.play_up_to(DAYS)
    }

    fn play_up_to(&self, most: usize) -> Played {
        let asking: f64 = self.groups.iter().flat_map(|group| group.asking).map(rate).sum();
        let days = ((VISITORS / asking.max(1.0)) as usize).clamp(8, most.max(8));
        let mut seen: [Seen; HOURS] = std::array::from_fn(|_| Seen::default());
        let (mut snapshot, model) = (self.floor(), self.model());
        for day in 0..days {
            self.play_one(&mut Chance::new(SEED ^ (day as u64) << 32), (&mut snapshot, &model), &mut seen);
        }
        let mut all = Seen::default();
        for hour in &seen {
            all.waits.extend(&hour.waits);
            all.lost += hour.lost;
            all.waited += hour.waited;
        }
        let waited = all.waited / days as f64;
        Played { hours: seen.map(|mut hour| hour.outcome(days)), all: all.outcome(days), waited }
    }

    fn play_one(
        &self,
        chance: &mut Chance,
        (snapshot, model): (&mut Snapshot, &Model),
        seen: &mut [Seen; HOURS],
    ) {
        let end = HOURS as f64 * HOUR;
        let visitors = self.visitors(chance);
        let waiting = |visitor: &Visitor| Waiting {
            stands: visitor.at - f64::from(visitor.priority) * self.point,
            // Nobody is there before the day begins.
            arrives: visitor.at.max(1e-3),
            ..Waiting::strictly(visitor.group, visitor.priority, 0.0)
        };
        snapshot.queue = visitors.iter().map(waiting).collect();
        let drawn: Vec<(f64, f64)> = visitors.iter().map(|visitor| visitor.drawn).collect();
        for (visitor, served) in visitors.iter().zip(play(snapshot, model, &drawn)) {
            if visitor.group != self.of {
                continue;
            }
            let hour = &mut seen[((visitor.at / HOUR) as usize).min(HOURS - 1)];
            let stays = model.groups[visitor.group].patience.quantile(visitor.drawn.0);
            let served = served.filter(|at| *at < end);
            let wait = (served.unwrap_or(end) - visitor.at).max(0.0);
            hour.waits.push(wait as f32);
            hour.waited += wait.min(stays);
            if served.is_none() || wait > stays {
                hour.lost += 1;
            }
        }
    }

    /// The desk without visitors: one agent for each slot.
    fn floor(&self) -> Snapshot {
        let mut agents: Vec<AgentNow> = Vec::new();
        for pool in &self.pools {
            for n in 0..pool.slots.iter().copied().max().unwrap_or(0) as usize {
                let Some(id) =
                    AgentId::new(format!("a{}", agents.len())).ok().filter(|_| agents.len() < SLOTS)
                else {
                    break;
                };
                let shifts = there(&pool.slots, n);
                agents.push(AgentNow {
                    id,
                    groups: pool.groups.clone(),
                    capacity: 1,
                    open: vec![],
                    on: shifts.first().is_some_and(|(from, _)| *from <= 0.0),
                    since: 0.0,
                    ready: 0.0,
                    shifts,
                    planned: true,
                    mute: vec![],
                });
            }
        }
        let groups = self.groups.iter().map(|asked| asked.group.clone()).collect();
        Snapshot { groups, agents, queue: vec![], point: self.point, room: self.room.clone() }
    }

    fn model(&self) -> Model {
        let group = |asked: &Asked| GroupModel {
            handle: asked.handle.clone(),
            doubt: 0.0,
            patience: asked.patience.clone(),
            arrivals: vec![],
        };
        Model {
            groups: self.groups.iter().map(group).collect(),
            pace: vec![1.0; SLOTS],
            beside: vec![1.0],
            absence: AbsenceModel::none(),
            pickup: 0.0,
        }
    }

    /// Everybody who asks in a day, by when.
    fn visitors(&self, chance: &mut Chance) -> Vec<Visitor> {
        let mut visitors = Vec::new();
        for (group, asked) in self.groups.iter().enumerate() {
            let weights: f64 = asked.priorities.iter().map(|(_, weight)| weight.max(0.0)).sum();
            for (hour, asking) in asked.asking.iter().enumerate() {
                let (begin, end) = (hour as f64 * HOUR, (hour + 1) as f64 * HOUR);
                let rate = rate(*asking) / HOUR;
                let mut at = begin + chance.after(rate);
                while at < end && visitors.len() < ASKING {
                    let drawn = (chance.part(), chance.part());
                    let mut left = chance.part() * weights;
                    let of = asked.priorities.iter().find(|(_, weight)| {
                        left -= weight.max(0.0);
                        left <= 0.0
                    });
                    visitors.push(Visitor {
                        group,
                        priority: of.map_or(0, |(priority, _)| *priority),
                        at,
                        drawn,
                    });
                    at += chance.after(rate);
                }
            }
        }
        visitors.sort_by(|a, b| a.at.total_cmp(&b.at));
        visitors
    }

    /// Where one more agent, for `hours` hours and with room for `slots` conversations, saves the most waiting; `None`
    /// when nobody waits to speak of.
    #[must_use]
    pub fn suggest(&self, slots: u32, hours: usize) -> Option<Suggestion> {
        /// Seconds of waiting a day that are worth a suggestion.
        const WORTH: f64 = 60.0;
        let hours = hours.clamp(1, HOURS - 1);
        // Few days tell where; all of them tell how much.
        let now = self.play_up_to(40).waited;
        let saved = |from: &usize| now - self.with(slots, *from, from + hours).play_up_to(40).waited;
        let tried = (0..=HOURS - hours).map(|from| (saved(&from), from));
        let (saved, from) = tried.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
        if saved < WORTH {
            return None;
        }
        let to = from + hours;
        let (before, after) = (self.play(), self.with(slots, from, to).play());
        Some(Suggestion { from, to, before: before.between(from, to), after: after.between(from, to) })
    }
}

impl Played {
    /// The hours from one to another together. Quantiles are those of the hours, weighed by who asks.
    #[must_use]
    pub fn between(&self, from: usize, to: usize) -> Outcome {
        let hours = &self.hours[from.min(HOURS)..to.clamp(from.min(HOURS), HOURS)];
        let asking: f64 = hours.iter().map(|hour| hour.asking).sum();
        let mean = |of: fn(&Outcome) -> f64| match asking > 0.0 {
            true => hours.iter().map(|hour| of(hour) * hour.asking).sum::<f64>() / asking,
            false => 0.0,
        };
        Outcome { asking, median: mean(|h| h.median), ninety: mean(|h| h.ninety), lost: mean(|h| h.lost) }
    }
}

/// Not a number, or below nothing, is nobody.
fn rate(asking: f64) -> f64 {
    if asking > 0.0 { asking.min(ASKING as f64) } else { 0.0 }
}

/// When the slot of this number is there, in seconds.
fn there(slots: &[u32; HOURS], n: usize) -> Vec<(f64, f64)> {
    let mut spans: Vec<(f64, f64)> = Vec::new();
    for (hour, _) in slots.iter().enumerate().filter(|(_, slots)| **slots as usize > n) {
        let (from, to) = (hour as f64 * HOUR, (hour + 1) as f64 * HOUR);
        match spans.last_mut().filter(|(_, end)| *end >= from) {
            Some((_, end)) => *end = to,
            None => spans.push((from, to)),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &str, asking: f64) -> Asked {
        Asked {
            group: GroupId::new(name).unwrap(),
            asking: [asking; HOURS],
            priorities: vec![],
            handle: Survival::exponential(600.0),
            patience: Survival::exponential(1e6),
        }
    }

    fn day(asking: f64, slots: u32) -> Day {
        let pools = vec![Pool { groups: vec![0], slots: [slots; HOURS] }];
        Day { groups: vec![asked("support", asking)], pools, of: 0, point: 300.0, room: vec![] }
    }

    #[test]
    fn waits_are_those_of_queueing_theory() {
        // M/M/5 with 24 an hour and 10 minutes each: 4 Erlang. Erlang C says that 55.4 % wait, and the mean of those
        // who do is 10 minutes / (5 - 4).
        let played = day(24.0, 5).play();
        let mean = played.waited / played.all.asking;
        assert!((mean - 0.554 * 600.0).abs() < 30.0, "{mean}");
        assert!((played.all.asking - 576.0).abs() < 6.0, "{}", played.all.asking);
        // Half of those who ask wait less than: (1 - F) = 0.554 e^(-t/600).
        let median = 600.0 * (0.554f64 / 0.5).ln();
        assert!((played.all.median - median).abs() < 30.0, "{} {median}", played.all.median);
        assert!(played.all.lost < 0.01);
    }

    #[test]
    fn one_more_agent_helps_where_it_is_missing() {
        let mut busy = day(6.0, 3);
        busy.groups[0].asking[19] = 40.0;
        busy.groups[0].asking[20] = 30.0;
        let found = busy.suggest(3, 2).unwrap();
        assert!((18..=20).contains(&found.from), "{found:?}");
        assert!(found.after.median < found.before.median / 2.0, "{found:?}");
        assert!(found.after.lost <= found.before.lost);
        // Nobody waits: nothing is suggested.
        assert_eq!(day(1.0, 10).suggest(1, 2), None);
    }

    #[test]
    fn r_187_a_groups_capacity_bounds_what_more_agents_bring() {
        let five = day(24.0, 5);
        let bounded = Day { room: vec![Some(5)], ..day(24.0, 8) };
        let (five, bounded, eight) = (five.play().waited, bounded.play().waited, day(24.0, 8).play().waited);
        assert!(eight < five / 4.0, "{eight} {five}");
        assert!((bounded - five).abs() < five * 0.02, "{bounded} {five}");
    }

    #[test]
    fn more_agents_never_make_waiting_worse() {
        let scarce = day(20.0, 3);
        let mut last = f64::INFINITY;
        for more in 0..4 {
            let waited = scarce.with(more, 0, 23).play().waited;
            assert!(waited <= last, "{more}: {waited} {last}");
            last = waited;
        }
    }

    #[test]
    fn nobody_there_serves_nobody() {
        let closed = day(10.0, 0).play();
        assert_eq!(closed.all.lost, 1.0);
        assert_eq!(day(0.0, 3).play().all, Outcome::default());
        assert_eq!(day(f64::NAN, 1).play().all.asking, 0.0);
        assert!(day(f64::INFINITY, 1).play_up_to(8).all.asking > 0.0);
    }

    #[test]
    fn a_window_may_pass_midnight() {
        assert_eq!(day(1.0, 1).with(1, 0, 24).pools[0].slots, [2; HOURS]);
        let slots = day(1.0, 1).with(2, 22, 2).pools[0].slots;
        assert_eq!((slots[21], slots[22], slots[23], slots[0], slots[2]), (1, 3, 3, 3, 1));
    }

    #[test]
    fn r_187_who_serves_two_groups_helps_where_it_is_busy() {
        // Support has too few of its own; those of sales, who have little to do, may serve it or not.
        let play = |shared: bool| {
            let groups = vec![asked("support", 24.0), asked("sales", 3.0)];
            let helpers = if shared { vec![0, 1] } else { vec![1] };
            let pools = vec![
                Pool { groups: vec![0], slots: [4; HOURS] },
                Pool { groups: helpers, slots: [2; HOURS] },
            ];
            Day { groups, pools, of: 0, point: 300.0, room: vec![] }.play().all
        };
        let (alone, helped) = (play(false), play(true));
        assert!(helped.ninety < alone.ninety / 3.0, "{alone:?} {helped:?}");
        assert_eq!(alone.asking, helped.asking, "the same visitors");
    }

    #[test]
    fn r_187_the_more_pressing_are_served_first_and_the_others_later() {
        let mut day = day(24.0, 4);
        // Support's visitors are the usual ones; others of the same pool's go first.
        day.groups.push(Asked { priorities: vec![(5, 1.0)], ..asked("vip", 6.0) });
        day.pools = vec![Pool { groups: vec![0, 1], slots: [6; HOURS] }];
        let usual = day.play().all;
        let pressing = Day { of: 1, ..day.clone() }.play().all;
        assert!(pressing.ninety < usual.ninety / 2.0, "{pressing:?} {usual:?}");
        // Without head starts everybody waits alike.
        let alike = Day { of: 1, point: 0.0, ..day }.play().all;
        assert!(alike.ninety > 1.5 * pressing.ninety, "{alike:?} {pressing:?}");
    }

    #[test]
    fn who_comes_to_a_line_serves_it() {
        // Nobody until nine, then three: those who asked in the night are served from nine on.
        let mut day = day(2.0, 0);
        (9..HOURS).for_each(|hour| day.pools[0].slots[hour] = 3);
        let played = day.play();
        assert!(played.hours[8].median < 3_600.0 + 1_800.0, "{:?}", played.hours[8]);
        assert!(played.hours[14].median < 60.0, "{:?}", played.hours[14]);
        // And after a pause those who came meanwhile.
        day.pools[0].slots[12] = 0;
        assert!(day.play().hours[12].ninety < 3_700.0, "{:?}", day.play().hours[12]);
    }
}
