//! "What if one more agent were there from 19 to 21?": a day played through, with the handle times and the patience
//! that the desk has learned, under two staffings.
//!
//! Both are given the same visitors: who asks when, how long they take and how patient they are is drawn once, so that
//! the difference is the staffing's (common random numbers). Waits are *offered* ones, as in the estimate: what
//! somebody who does not give up would wait.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::desk::estimate::Chance;
use crate::desk::estimate::durations::Survival;

/// Hours of a day.
pub const HOURS: usize = 24;
const HOUR: f64 = 3_600.0;
/// Visitors of all days drawn, at most, and days.
const VISITORS: f64 = 300_000.0;
const DAYS: usize = 400;
/// Asking in one day, at most.
const ASKING: usize = 50_000;
const SEED: u64 = 0x57AF_F164;

/// A day: who asks, and who is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// Expected to ask, by hour.
    pub asking: [f64; HOURS],
    /// Conversations there is room for at a time, by hour.
    pub slots: [u32; HOURS],
    pub handle: Survival,
    pub patience: Survival,
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
    at: f64,
    takes: f64,
    stays: f64,
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
    /// The same day with so many more slots from one hour to another; past midnight means into the small hours of the
    /// same picture.
    #[must_use]
    pub fn with(&self, slots: u32, from: usize, to: usize) -> Self {
        let mut day = self.clone();
        let to = if to > from { to } else { to + HOURS };
        for hour in from..to.min(from + HOURS) {
            let room = &mut day.slots[hour % HOURS];
            *room = room.saturating_add(slots);
        }
        day
    }

    /// Plays the day as often as is worth while: the same numbers for the same day.
    #[must_use]
    pub fn play(&self) -> Played {
        self.play_up_to(DAYS)
    }

    fn play_up_to(&self, most: usize) -> Played {
        let asking: f64 = self.asking.iter().map(|n| rate(*n)).sum();
        let days = ((VISITORS / asking.max(1.0)) as usize).clamp(8, most.max(8));
        let mut seen: [Seen; HOURS] = std::array::from_fn(|_| Seen::default());
        for day in 0..days {
            self.play_one(&mut Chance::new(SEED ^ (day as u64) << 32), &mut seen);
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

    fn play_one(&self, chance: &mut Chance, seen: &mut [Seen; HOURS]) {
        let end = HOURS as f64 * HOUR;
        let mut busy: BinaryHeap<Reverse<u64>> = BinaryHeap::new();
        // Whoever is served begins after whoever was served before.
        let mut front = 0.0f64;
        for visitor in self.visitors(chance) {
            let mut now = visitor.at.max(front);
            let served = loop {
                if now >= end {
                    break None;
                }
                while busy.peek().is_some_and(|Reverse(free)| *free as f64 / 1e3 <= now) {
                    busy.pop();
                }
                let hour = ((now / HOUR) as usize).min(HOURS - 1);
                if busy.len() < self.slots[hour] as usize {
                    break Some(now);
                }
                // Something changes when a slot becomes free, or with the hour.
                let free = busy.peek().map_or(f64::INFINITY, |Reverse(free)| *free as f64 / 1e3);
                now = free.min((hour + 1) as f64 * HOUR).max(now + 1e-3);
            };
            let hour = &mut seen[((visitor.at / HOUR) as usize).min(HOURS - 1)];
            let wait = served.unwrap_or(end) - visitor.at;
            hour.waits.push(wait as f32);
            hour.waited += wait.min(visitor.stays);
            match served {
                Some(at) if wait <= visitor.stays => {
                    front = at;
                    busy.push(Reverse(((at + visitor.takes) * 1e3) as u64));
                }
                _ => hour.lost += 1,
            }
        }
    }

    fn visitors(&self, chance: &mut Chance) -> Vec<Visitor> {
        let mut visitors = Vec::new();
        for (hour, asking) in self.asking.iter().enumerate() {
            let (begin, end) = (hour as f64 * HOUR, (hour + 1) as f64 * HOUR);
            let rate = rate(*asking) / HOUR;
            let mut at = begin + chance.after(rate);
            while at < end && visitors.len() < ASKING {
                let takes = self.handle.quantile(chance.part());
                visitors.push(Visitor { at, takes, stays: self.patience.quantile(chance.part()) });
                at += chance.after(rate);
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn day(asking: f64, slots: u32) -> Day {
        Day {
            asking: [asking; HOURS],
            slots: [slots; HOURS],
            handle: Survival::exponential(600.0),
            patience: Survival::exponential(1e6),
        }
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
        busy.asking[19] = 40.0;
        busy.asking[20] = 30.0;
        let found = busy.suggest(3, 2).unwrap();
        assert!((18..=20).contains(&found.from), "{found:?}");
        assert!(found.after.median < found.before.median / 2.0, "{found:?}");
        assert!(found.after.lost <= found.before.lost);
        // Nobody waits: nothing is suggested.
        assert_eq!(day(1.0, 10).suggest(1, 2), None);
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
        let odd = Day { asking: [f64::NAN; HOURS], ..day(0.0, 1) };
        assert_eq!(odd.play().all.asking, 0.0);
        let flood = Day { asking: [f64::INFINITY; HOURS], ..day(0.0, 1) };
        assert!(flood.play_up_to(8).all.asking > 0.0);
    }

    #[test]
    fn a_window_may_pass_midnight() {
        assert_eq!(day(1.0, 1).with(1, 0, 24).slots, [2; HOURS]);
        let day = day(1.0, 1).with(2, 22, 2);
        assert_eq!(
            (day.slots[21], day.slots[22], day.slots[23], day.slots[0], day.slots[2]),
            (1, 3, 3, 3, 1)
        );
    }
}
