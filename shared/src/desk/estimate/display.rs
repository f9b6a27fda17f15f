//! What a waiting visitor is shown: a range on a ladder of minutes, kept as a promise.
//!
//! A range is kept better than a point, by people too; and a promise that moves with every second is none. So a range is
//! two instants that are counted down to, renewed earlier only on a clear gain, and later only once they are more likely
//! than not to be missed.

use serde::{Deserialize, Serialize};

use super::calibration::Forecast;
use crate::protocol::stage::WaitShown;
use crate::time::{MINUTE, Millis};

/// The minutes that are shown.
const LADDER: [u32; 11] = [1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60];
/// Beyond the ladder: "more than 30 minutes".
const OVER: u32 = 30;

/// A shown range as instants: it counts down by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    pub early: Millis,
    pub late: Millis,
}

impl From<&Forecast> for Wait {
    fn from(forecast: &Forecast) -> Self {
        let ms = |secs: f64| (secs.max(0.0) * 1e3) as u64;
        Self {
            q20: ms(forecast.quantiles[1]),
            likely: ms(forecast.likely),
            q50: ms(forecast.quantiles[2]),
            late: ms(forecast.promise),
        }
    }
}

/// What is shown of a wait, in milliseconds: two quantiles, and what it is promised to stay within, the 80 % quantile
/// or a safer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    pub q20: u64,
    /// What the wait is longer than when a promise is to be given up: at most the median.
    pub likely: u64,
    pub q50: u64,
    pub late: u64,
}

impl Wait {
    /// No wait at all.
    pub const NONE: Self = Self { q20: 0, likely: 0, q50: 0, late: 0 };

    /// What somebody told for the first time is told.
    #[must_use]
    pub fn shown(self) -> WaitShown {
        match self.promise(Millis(0)) {
            Some(promise) => promise.shown(Millis(0)),
            // Beyond the ladder: that the wait is long is said only when it is likelier than not.
            None if self.q50 >= u64::from(OVER) * MINUTE => WaitShown::Over { min: OVER },
            None => WaitShown::Unknown,
        }
    }

    fn promise(self, now: Millis) -> Option<Promise> {
        let late = rung(self.late)?;
        Some(Promise { early: now.plus(self.q20), late: now.plus(u64::from(late) * MINUTE) })
    }
}

impl Promise {
    /// What is shown of it at `now`.
    #[must_use]
    pub fn shown(self, now: Millis) -> WaitShown {
        let longest = LADDER[LADDER.len() - 1];
        let high_min = rung(self.late.since(now)).unwrap_or(longest);
        let low_min = rung(self.early.since(now)).unwrap_or(longest).min(high_min);
        WaitShown::Range { low_min, high_min }
    }

    /// When what is shown of it next counts down, if it does.
    #[must_use]
    pub fn next_fall(self, shown: &WaitShown) -> Option<Millis> {
        let WaitShown::Range { low_min, high_min } = *shown else { return None };
        let falls = |end: Millis, minutes: u32| {
            // A minute has nowhere to fall.
            (minutes > 1).then(|| Millis(end.0.saturating_sub(u64::from(below(minutes)) * MINUTE)))
        };
        falls(self.early, low_min).into_iter().chain(falls(self.late, high_min)).min()
    }
}

/// The sticky display: a promise is kept while it counts down; it is renewed earlier only on a clear gain (a minute and
/// a quarter of what is left), and later only once it is more likely than not to be broken.
#[must_use]
pub fn show(now: Millis, kept: Option<Promise>, wait: Option<Wait>) -> (WaitShown, Option<Promise>) {
    let Some(wait) = wait else { return (WaitShown::Unknown, None) };
    let fresh = wait.promise(now);
    let promise = match (kept, fresh) {
        (Some(old), _) if wait.likely > old.late.since(now) => fresh,
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
    use super::super::formula::line;
    use super::*;

    fn range(low_min: u32, high_min: u32) -> WaitShown {
        WaitShown::Range { low_min, high_min }
    }

    #[test]
    fn r_87_beyond_the_ladder_there_is_no_range() {
        let wait = |q20, q50, late| Wait {
            q20: q20 * MINUTE,
            likely: q50 * MINUTE,
            q50: q50 * MINUTE,
            late: late * MINUTE,
        };
        assert_eq!(wait(20, 35, 61).shown(), WaitShown::Over { min: 30 });
        assert_eq!(wait(2, 25, 61).shown(), WaitShown::Unknown);
        assert_eq!(wait(20, 35, 60).shown(), range(20, 60));
        assert_eq!(Wait::NONE.shown(), range(1, 1));
    }

    #[test]
    fn r_88_a_promise_counts_down_and_is_sticky() {
        let at = |minutes: u64| Millis(minutes * MINUTE);
        let wait = |q20, q50, late| {
            Some(Wait { q20: q20 * MINUTE, likely: q50 * MINUTE, q50: q50 * MINUTE, late: late * MINUTE })
        };
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
    fn a_promise_counts_down_at_the_instants_it_names() {
        for ahead in [0, 1, 4, 9] {
            let wait = line(4, 480.0, 1_200.0, 0.1).nth(ahead).unwrap();
            let mut now = Millis(1_000_000);
            let (mut shown, kept) = show(now, None, Some(wait));
            while let Some(due) = kept.unwrap().next_fall(&shown) {
                assert!(due > now, "{ahead} {shown:?}");
                assert_eq!(kept.unwrap().shown(Millis(due.0 - 1)), shown, "nothing changes before");
                now = due;
                let next = kept.unwrap().shown(now);
                assert_ne!(next, shown);
                shown = next;
            }
            assert_eq!(shown, range(1, 1));
        }
    }
}
