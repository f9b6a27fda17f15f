//! How times are said: clock times, days, how long ago, how long already.

use shared::time::{DAY, HOUR, MINUTE, Millis, SECOND};

/// The local wall-clock time, `09:05`. `offset_min` is local time minus UTC in minutes.
#[must_use]
pub fn clock(at: Millis, offset_min: i32) -> String {
    let minutes = local(at, offset_min).rem_euclid(DAY as i64) / MINUTE as i64;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The local day, counted from the epoch.
#[must_use]
pub fn day(at: Millis, offset_min: i32) -> i64 {
    local(at, offset_min).div_euclid(DAY as i64)
}

fn local(at: Millis, offset_min: i32) -> i64 {
    i64::try_from(at.0).unwrap_or(i64::MAX / 2) + i64::from(offset_min) * MINUTE as i64
}

/// A running duration: `0:07`, `12:40`, `1:02:09`.
#[must_use]
pub fn stopwatch(ms: u64) -> String {
    let (hours, minutes, seconds) = (ms / HOUR, ms % HOUR / MINUTE, ms % MINUTE / SECOND);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// How long ago something was, as coarse as people say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ago {
    Now,
    Minutes(u64),
    Hours(u64),
    Days(u64),
}

/// How long before `now` was `at`.
#[must_use]
pub fn ago(now: Millis, at: Millis) -> Ago {
    match now.since(at) {
        ms if ms < MINUTE => Ago::Now,
        ms if ms < HOUR => Ago::Minutes(ms / MINUTE),
        ms if ms < DAY => Ago::Hours(ms / HOUR),
        ms => Ago::Days(ms / DAY),
    }
}

/// How pressing a live wait has become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressing {
    Calm,
    Soon,
    Now,
}

/// A wait is to be noticed after three minutes and to be hurried for after eight.
#[must_use]
pub fn pressing(waited: u64) -> Pressing {
    match waited {
        ms if ms < 3 * MINUTE => Pressing::Calm,
        ms if ms < 8 * MINUTE => Pressing::Soon,
        _ => Pressing::Now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_is_local_and_survives_the_day_boundary() {
        let at = Millis(23 * HOUR + 5 * MINUTE);
        assert_eq!(clock(at, 0), "23:05");
        assert_eq!(clock(at, 60), "00:05");
        assert_eq!(clock(Millis(0), -30), "23:30");
    }

    #[test]
    fn days_change_at_local_midnight() {
        let at = Millis(DAY - MINUTE);
        assert_eq!((day(at, 0), day(at, 1), day(Millis(0), -1)), (0, 1, -1));
    }

    #[test]
    fn absurd_instants_do_not_overflow() {
        assert_eq!(clock(Millis(u64::MAX), 840).len(), 5);
    }

    #[test]
    fn stopwatch_grows_an_hour_part() {
        for (ms, text) in [(0, "0:00"), (7_900, "0:07"), (760_000, "12:40"), (3_729_000, "1:02:09")] {
            assert_eq!(stopwatch(ms), text);
        }
    }

    #[test]
    fn ago_is_coarse_and_never_in_the_future() {
        let at = Millis(10 * DAY);
        for (now, said) in [
            (at.plus(59 * SECOND), Ago::Now),
            (Millis(0), Ago::Now),
            (at.plus(61 * SECOND), Ago::Minutes(1)),
            (at.plus(3 * HOUR), Ago::Hours(3)),
            (at.plus(2 * DAY + HOUR), Ago::Days(2)),
        ] {
            assert_eq!(ago(now, at), said);
        }
    }

    #[test]
    fn waits_become_pressing() {
        assert_eq!(pressing(0), Pressing::Calm);
        assert_eq!(pressing(3 * MINUTE), Pressing::Soon);
        assert_eq!(pressing(8 * MINUTE), Pressing::Now);
    }
}
