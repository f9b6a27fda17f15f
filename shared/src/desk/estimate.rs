//! The first wait estimate: how long the n-th in line will wait, from the queue's own history.
//!
//! The line is taken as a queue with exponential handle times and impatient visitors (M/M/s+M, "Erlang-A"; Garnett,
//! Mandelbaum and Reiman, "Designing a call center with impatient customers", 2002). With `s` slots of mean handle
//! time `1/μ`, all taken, and visitors who give up at rate `θ`, the line in front of somebody with `n` ahead shrinks at
//! the rates `sμ + nθ, …, sμ + θ`, and the last step takes `1/(sμ)`: the wait of one who does not give up is a sum of
//! exponential times of mean `Σ 1/(sμ + kθ)` over `k = 0..=n` (Whitt, "Improving service by informing customers about
//! anticipated delays", 1999). Quantiles come from the gamma distribution of the same mean and variance through the
//! cube-root normal approximation (Wilson and Hilferty, 1931); only arithmetic that every machine rounds alike is used.

use super::cells::{Group, Promise};
use crate::limits;
use crate::protocol::stage::WaitShown;
use crate::time::{HOUR, MINUTE, Millis, SECOND};

/// The minutes that are shown.
const LADDER: [u32; 11] = [1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60];
/// Beyond the ladder: "more than 30 minutes".
const OVER: u32 = 30;
/// The handle time assumed before any was seen, and how many seen ones it weighs as much as.
const PRIOR_HANDLE: u64 = 8 * MINUTE;
const PRIOR_HANDLE_WEIGHT: u64 = 10;
/// The patience assumed before anybody gave up (one in this time), and how many of those it weighs as much as.
const PRIOR_PATIENCE: u64 = 20 * MINUTE;
const PRIOR_PATIENCE_WEIGHT: u64 = 4;
/// A forgotten conversation that is closed by rule after a day says nothing about handling: longer ones count as this.
const LONGEST_HANDLE: u64 = 2 * HOUR;
/// Past this many who gave up, the older half of what was learned about patience is forgotten.
const PATIENCE_MEMORY: u64 = 200;
/// The normal distribution's 80 % quantile.
const Z80: f64 = 0.841_621;

impl Group {
    /// A conversation kept a slot for `ms`.
    pub(super) fn learn_handled(&mut self, ms: u64) {
        if self.handled.len() >= limits::HANDLE_TIMES {
            self.handled.drain(..=self.handled.len() - limits::HANDLE_TIMES);
        }
        self.handled.push(ms.clamp(SECOND, LONGEST_HANDLE));
    }

    /// A wait came to its end after `ms`, by giving up or otherwise.
    pub(super) fn learn_waited(&mut self, ms: u64, gave_up: bool) {
        self.waited = self.waited.saturating_add(ms.min(LONGEST_HANDLE));
        self.gave_up += u64::from(gave_up);
        if self.gave_up > PATIENCE_MEMORY {
            self.gave_up /= 2;
            self.waited /= 2;
        }
    }

    /// The waits of those with 0, 1, 2 … ahead of them, with this many slots; `None` without any slot.
    pub(super) fn line(&self, slots: u32) -> Option<Line> {
        if slots == 0 {
            return None;
        }
        let seen = self.handled.len() as u64 + PRIOR_HANDLE_WEIGHT;
        let handle = self.handled.iter().sum::<u64>() + PRIOR_HANDLE * PRIOR_HANDLE_WEIGHT;
        let waited = self.waited.saturating_add(PRIOR_PATIENCE * PRIOR_PATIENCE_WEIGHT);
        Some(Line {
            served: f64::from(slots) * seen as f64 / handle as f64,
            gives_up: (self.gave_up + PRIOR_PATIENCE_WEIGHT) as f64 / waited as f64,
            doubt: 1.0 / seen as f64,
            ahead: 0.0,
            mean: 0.0,
            variance: 0.0,
        })
    }
}

/// Yields the wait with 0 ahead, then with 1 ahead, and so on for ever.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Slots becoming free per millisecond.
    served: f64,
    /// Each waiting visitor's rate of giving up, per millisecond.
    gives_up: f64,
    /// Relative variance of what is known about the handle time.
    doubt: f64,
    ahead: f64,
    mean: f64,
    variance: f64,
}

impl Iterator for Line {
    type Item = Wait;

    fn next(&mut self) -> Option<Wait> {
        let step = 1.0 / (self.served + self.ahead * self.gives_up);
        self.ahead += 1.0;
        self.mean += step;
        self.variance += step * step;
        let squared = self.mean * self.mean;
        let shape = squared / (self.variance + squared * self.doubt);
        let quantile = |z: f64| {
            let root = (1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt())).max(0.0);
            (self.mean * root * root * root).round() as u64
        };
        Some(Wait { q20: quantile(-Z80), q50: quantile(0.0), q80: quantile(Z80) })
    }
}

/// Quantiles of a wait, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) q20: u64,
    pub(super) q50: u64,
    pub(super) q80: u64,
}

impl Wait {
    /// No wait at all.
    pub(super) const NONE: Self = Self { q20: 0, q50: 0, q80: 0 };

    /// What somebody told for the first time is told.
    pub(super) fn shown(self) -> WaitShown {
        match self.promise(Millis(0)) {
            Some(promise) => promise.shown(Millis(0)),
            // Beyond the ladder: that the wait is long is said only when it is likelier than not.
            None if self.q50 >= u64::from(OVER) * MINUTE => WaitShown::Over { min: OVER },
            None => WaitShown::Unknown,
        }
    }

    fn promise(self, now: Millis) -> Option<Promise> {
        let late = rung(self.q80)?;
        Some(Promise { early: now.plus(self.q20), late: now.plus(u64::from(late) * MINUTE) })
    }
}

impl Promise {
    fn shown(self, now: Millis) -> WaitShown {
        let longest = LADDER[LADDER.len() - 1];
        let high_min = rung(self.late.since(now)).unwrap_or(longest);
        let low_min = rung(self.early.since(now)).unwrap_or(longest).min(high_min);
        WaitShown::Range { low_min, high_min }
    }

    /// When [`Self::kept`] or what is shown of it next changes, if nothing else happens.
    pub(super) fn next_change(self, shown: &WaitShown, wait: Wait) -> Millis {
        let WaitShown::Range { low_min, high_min } = *shown else { return self.late };
        let broken = Millis(self.late.0.saturating_sub(wait.q50)).plus(1);
        let falls =
            |end: Millis, minutes: u32| Millis(end.0.saturating_sub(u64::from(below(minutes)) * MINUTE));
        // A low end of one minute has nowhere to fall.
        let low = if low_min > 1 { falls(self.early, low_min) } else { broken };
        broken.min(low).min(falls(self.late, high_min))
    }
}

/// The sticky display: a promise is kept while it counts down; it is renewed earlier only on a clear gain (a minute and
/// a quarter of what is left), and later only once it is more likely than not to be broken.
pub(super) fn show(now: Millis, kept: Option<Promise>, wait: Option<Wait>) -> (WaitShown, Option<Promise>) {
    let Some(wait) = wait else { return (WaitShown::Unknown, None) };
    let fresh = wait.promise(now);
    let promise = match (kept, fresh) {
        (Some(old), _) if wait.q50 > old.late.since(now) => fresh,
        // Further off than any promise: the clock went backwards.
        (Some(old), _) if rung(old.late.since(now)).is_none() => fresh,
        (Some(old), Some(new)) => {
            let gain = MINUTE.max(old.late.since(now) / 4);
            Some(if new.late.plus(gain) <= old.late { new } else { old })
        }
        (Some(old), None) => Some(old),
        (None, fresh) => fresh,
    };
    match promise {
        Some(promise) => (promise.shown(now), Some(promise)),
        None => (wait.shown(), None),
    }
}

/// The ladder's first rung at or above `ms`; `None` beyond it.
fn rung(ms: u64) -> Option<u32> {
    LADDER.into_iter().find(|&minutes| ms <= u64::from(minutes) * MINUTE)
}

/// The rung below `minutes`, 0 below the first.
fn below(minutes: u32) -> u32 {
    LADDER.into_iter().rev().find(|&rung| rung < minutes).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low_min: u32, high_min: u32) -> WaitShown {
        WaitShown::Range { low_min, high_min }
    }

    fn nth(group: &Group, slots: u32, ahead: usize) -> Wait {
        group.line(slots).unwrap().nth(ahead).unwrap()
    }

    #[test]
    fn typical_values_read_like_people_expect() {
        let cold = Group::default();
        assert_eq!(nth(&cold, 4, 0).shown(), range(1, 5));
        assert_eq!(nth(&cold, 4, 1).shown(), range(2, 7));
        assert_eq!(nth(&cold, 3, 1).shown(), range(2, 10));
        assert_eq!(nth(&cold, 2, 3).shown(), range(7, 20));
        assert!(cold.line(0).is_none());
    }

    #[test]
    fn the_line_is_the_sum_over_those_ahead() {
        // One slot of 10 minutes, learned beyond doubt, and nobody who gives up.
        let mut group = Group { waited: u64::MAX / 4, ..Group::default() };
        group.handled = vec![10 * MINUTE; 100_000];
        let line = group.line(1).unwrap();
        for (n, wait) in line.take(20).enumerate() {
            let shape = (n + 1) as f64;
            let median = shape * 10.0 * (1.0 - 1.0 / (9.0 * shape)).powi(3);
            assert!((wait.q50 as f64 / MINUTE as f64 - median).abs() < 0.05, "{n} {wait:?} {median}");
        }
        // Against the exponential distribution's exact quantiles.
        let first = nth(&group, 1, 0);
        assert!((first.q20 as f64 / (10.0 * MINUTE as f64) - 0.2231).abs() < 0.01, "{first:?}");
        assert!((first.q80 as f64 / (10.0 * MINUTE as f64) - 1.6094).abs() < 0.02, "{first:?}");
    }

    #[test]
    fn longer_lines_wait_longer_more_slots_and_less_patience_shorten() {
        let group = Group::default();
        let waits: Vec<_> = group.line(3).unwrap().take(200).collect();
        assert!(waits.windows(2).all(|w| w[0].q20 < w[1].q20 && w[0].q50 < w[1].q50 && w[0].q80 < w[1].q80));
        assert!(waits.iter().all(|w| w.q20 < w.q50 && w.q50 < w.q80));
        assert!(nth(&group, 6, 5).q80 < nth(&group, 3, 5).q80);
        let mut hasty = group.clone();
        (0..50).for_each(|_| hasty.learn_waited(MINUTE, true));
        assert!(nth(&hasty, 3, 5).q80 < nth(&group, 3, 5).q80);
        let mut quick = group.clone();
        (0..500).for_each(|_| quick.learn_handled(MINUTE));
        assert_eq!(quick.handled.len(), limits::HANDLE_TIMES);
        assert!(nth(&quick, 3, 5).q80 < nth(&group, 3, 5).q80 / 3);
    }

    #[test]
    fn beyond_the_ladder_there_is_no_range() {
        let wait = |q20, q50, q80| Wait { q20: q20 * MINUTE, q50: q50 * MINUTE, q80: q80 * MINUTE };
        assert_eq!(wait(20, 35, 61).shown(), WaitShown::Over { min: 30 });
        assert_eq!(wait(2, 25, 61).shown(), WaitShown::Unknown);
        assert_eq!(wait(20, 35, 60).shown(), range(20, 60));
        assert_eq!(Wait::NONE.shown(), range(1, 1));
    }

    #[test]
    fn a_promise_counts_down_and_is_sticky() {
        let at = |minutes: u64| Millis(minutes * MINUTE);
        let wait = |q20, q50, q80| Some(Wait { q20: q20 * MINUTE, q50: q50 * MINUTE, q80: q80 * MINUTE });
        let (shown, kept) = show(at(0), None, wait(3, 4, 7));
        assert_eq!(shown, range(3, 7));
        // Nothing new: it counts down.
        assert_eq!(show(at(2), kept, wait(3, 4, 7)), (range(1, 5), kept));
        // A small gain, or a small loss, changes nothing.
        assert_eq!(show(at(2), kept, wait(2, 3, 4)), (range(1, 5), kept));
        assert_eq!(show(at(2), kept, wait(4, 5, 9)), (range(1, 5), kept));
        // A clear gain is told.
        assert_eq!(show(at(2), kept, wait(1, 1, 2)).0, range(1, 2));
        // More likely than not to be broken: told anew.
        assert_eq!(show(at(4), kept, wait(3, 4, 7)).0, range(3, 7));
        // Nobody serves any more.
        assert_eq!(show(at(4), kept, None), (WaitShown::Unknown, None));
    }

    #[test]
    fn the_next_change_is_when_the_display_changes() {
        let group = Group::default();
        for ahead in [0, 1, 4, 9] {
            let wait = nth(&group, 4, ahead);
            let mut now = Millis(1_000_000);
            let (mut shown, mut kept) = show(now, None, Some(wait));
            for _ in 0..20 {
                let due = kept.unwrap().next_change(&shown, wait);
                assert!(due > now, "{ahead} {shown:?}");
                assert_eq!(
                    show(Millis(due.0 - 1), kept, Some(wait)),
                    (shown, kept),
                    "nothing changes before"
                );
                now = due;
                (shown, kept) = show(now, kept, Some(wait));
            }
        }
    }
}
