//! The formula for desks with little history: how long the n-th in line will wait.
//!
//! The line is taken as a queue with exponential handle times and impatient visitors (M/M/s+M, "Erlang-A"; Garnett,
//! Mandelbaum and Reiman, "Designing a call center with impatient customers", 2002). With `s` slots of mean handle
//! time `1/μ`, all taken, and visitors who give up at rate `θ`, the line in front of somebody with `n` ahead shrinks at
//! the rates `sμ + nθ, …, sμ + θ`, and the last step takes `1/(sμ)`: the wait of one who does not give up is a sum of
//! exponential times of mean `Σ 1/(sμ + kθ)` over `k = 0..=n` (Whitt, "Improving service by informing customers about
//! anticipated delays", 1999). Quantiles come from the gamma distribution of the same mean and variance through the
//! cube-root normal approximation (Wilson and Hilferty, 1931); only arithmetic that every machine rounds alike is used.

use super::display::Wait;
use crate::desk::cells::Group;
use crate::limits;
use crate::time::{HOUR, MINUTE, SECOND};

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
    pub(in crate::desk) fn learn_handled(&mut self, ms: u64) {
        if self.handled.len() >= limits::HANDLE_TIMES {
            self.handled.drain(..=self.handled.len() - limits::HANDLE_TIMES);
        }
        self.handled.push(ms.clamp(SECOND, LONGEST_HANDLE));
    }

    /// A wait came to its end after `ms`, by giving up or otherwise.
    pub(in crate::desk) fn learn_waited(&mut self, ms: u64, gave_up: bool) {
        self.waited = self.waited.saturating_add(ms.min(LONGEST_HANDLE));
        self.gave_up += u64::from(gave_up);
        if self.gave_up > PATIENCE_MEMORY {
            self.gave_up /= 2;
            self.waited /= 2;
        }
    }

    /// The waits of those with 0, 1, 2 … ahead of them, with this many slots; `None` without any slot.
    pub(in crate::desk) fn line(&self, slots: u32) -> Option<Line> {
        if slots == 0 {
            return None;
        }
        let seen = self.handled.len() as u64 + PRIOR_HANDLE_WEIGHT;
        let handle = self.handled.iter().sum::<u64>() + PRIOR_HANDLE * PRIOR_HANDLE_WEIGHT;
        let waited = self.waited.saturating_add(PRIOR_PATIENCE * PRIOR_PATIENCE_WEIGHT);
        let patience = waited as f64 / (self.gave_up + PRIOR_PATIENCE_WEIGHT) as f64;
        Some(line(slots, handle as f64 / seen as f64 / 1e3, patience / 1e3, 1.0 / seen as f64))
    }
}

/// The line in front of `slots` slots, all taken, of this mean handle time and patience in seconds; `doubt` is the
/// relative variance of what is known about the handle time.
#[must_use]
pub fn line(slots: u32, handle: f64, patience: f64, doubt: f64) -> Line {
    Line {
        served: f64::from(slots.max(1)) / (handle.max(1.0) * 1e3),
        gives_up: 1.0 / (patience.max(1.0) * 1e3),
        doubt: doubt.max(0.0),
        ahead: 0.0,
        mean: 0.0,
        variance: 0.0,
    }
}

/// Yields the wait with 0 ahead, then with 1 ahead, and so on for ever.
#[derive(Debug, Clone)]
pub struct Line {
    /// Slots becoming free per millisecond.
    served: f64,
    /// Each waiting visitor's rate of giving up, per millisecond.
    gives_up: f64,
    /// Relative variance of what is known about the handle time.
    doubt: f64,
    ahead: f64,
    /// The mean wait of the last one yielded, in milliseconds.
    pub mean: f64,
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
        Some(Wait { q20: quantile(-Z80), q50: quantile(0.0), late: quantile(Z80) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::stage::WaitShown;

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
        assert!((first.late as f64 / (10.0 * MINUTE as f64) - 1.6094).abs() < 0.02, "{first:?}");
    }

    #[test]
    fn longer_lines_wait_longer_more_slots_and_less_patience_shorten() {
        let group = Group::default();
        let waits: Vec<_> = group.line(3).unwrap().take(200).collect();
        assert!(
            waits.windows(2).all(|w| w[0].q20 < w[1].q20 && w[0].q50 < w[1].q50 && w[0].late < w[1].late)
        );
        assert!(waits.iter().all(|w| w.q20 < w.q50 && w.q50 < w.late));
        assert!(nth(&group, 6, 5).late < nth(&group, 3, 5).late);
        let mut hasty = group.clone();
        (0..50).for_each(|_| hasty.learn_waited(MINUTE, true));
        assert!(nth(&hasty, 3, 5).late < nth(&group, 3, 5).late);
        let mut quick = group.clone();
        (0..500).for_each(|_| quick.learn_handled(MINUTE));
        assert_eq!(quick.handled.len(), limits::HANDLE_TIMES);
        assert!(nth(&quick, 3, 5).late < nth(&group, 3, 5).late / 3);
    }
}
