//! How often somebody asks: by the hour of the day, and of late.

use serde::{Deserialize, Serialize};

/// What is recent, in seconds.
const RECENT: f64 = 3_600.0;
/// A day, and how many of its hours' counts weigh half after so many of them.
const DAY: f64 = 86_400.0;
const KEEP: f32 = 0.9;

/// Arrivals of one priority at one group.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Arrivals {
    /// Counted by the hour of the day in UTC, older days for less.
    #[serde(default)]
    hours: Vec<f32>,
    /// The seconds these were counted in.
    #[serde(default)]
    seconds: Vec<f32>,
    /// Arrivals of late, decaying by the hour, and until when.
    #[serde(default)]
    recent: f32,
    #[serde(default)]
    until: f64,
    #[serde(default)]
    since: f64,
}

fn hour(at: f64) -> usize {
    ((at.rem_euclid(DAY) / 3_600.0) as usize).min(23)
}

impl Arrivals {
    /// Somebody asked; `now` in seconds since the epoch.
    pub fn arrived(&mut self, now: f64) {
        if self.hours.len() != 24 || self.seconds.len() != 24 {
            *self = Self {
                hours: vec![0.0; 24],
                seconds: vec![0.0; 24],
                until: now,
                since: now,
                ..Self::default()
            };
        }
        if self.until == now && self.since == now {
            // The first one begins the count.
            return;
        }
        self.pass(now);
        self.hours[hour(now)] += 1.0;
        self.recent += 1.0;
    }

    /// Counts the time until `now`, hour by hour. A clock that went backwards, or stood for days, counts nothing.
    fn pass(&mut self, now: f64) {
        let gap = now - self.until;
        if gap <= 0.0 || gap > 3.0 * DAY {
            self.until = now;
            self.since = self.since.min(now);
            return;
        }
        self.recent *= (-gap / RECENT).exp() as f32;
        while self.until < now {
            let n = hour(self.until);
            let end = ((self.until / 3_600.0).floor() + 1.0) * 3_600.0;
            let to = end.min(now);
            self.seconds[n] += (to - self.until) as f32;
            if to >= end {
                self.hours[n] *= KEEP;
                self.seconds[n] *= KEEP;
            }
            self.until = to;
        }
    }

    /// Arrivals a second about `now`: the hour's, held against all hours, and of late.
    #[must_use]
    pub fn rate(&self, now: f64) -> f64 {
        let mut past = self.clone();
        if past.hours.len() != 24 || past.seconds.len() != 24 {
            return 0.0;
        }
        past.pass(now);
        let (count, seconds): (f32, f32) = (past.hours.iter().sum(), past.seconds.iter().sum());
        let all = f64::from(count + 0.5) / f64::from(seconds + 3_600.0);
        let n = hour(now);
        let usual = (f64::from(past.hours[n]) + all * 1_800.0) / (f64::from(past.seconds[n]) + 1_800.0);
        // What an hour that decays has room for, when it has not been going on for that long.
        let room = RECENT * (1.0 - (-(now - past.since).max(0.0) / RECENT).exp());
        (f64::from(past.recent) + usual * 3_600.0) / (room + 3_600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_follows_the_hour_and_what_is_of_late() {
        let mut arrivals = Arrivals::default();
        assert_eq!(arrivals.rate(0.0), 0.0);
        // Ten days with 60 an hour from 10 to 12, and 6 an hour otherwise.
        for minute in 0..14_400 {
            let busy = matches!(minute % 1_440 / 60, 10 | 11);
            if busy || minute % 10 == 0 {
                arrivals.arrived(f64::from(minute) * 60.0);
            }
        }
        let at = |hour: f64| 10.0 * DAY + hour * 3_600.0;
        let an_hour = |hour: f64| arrivals.rate(at(hour)) * 3_600.0;
        assert!((an_hour(11.5) - 40.0).abs() < 15.0, "{}", an_hour(11.5));
        assert!(an_hour(3.0) < 9.0, "{}", an_hour(3.0));
        // Half an hour of a rush at night.
        let quiet = an_hour(3.5);
        (0..120).for_each(|n| arrivals.arrived(at(3.0) + f64::from(n) * 15.0));
        assert!(arrivals.rate(at(3.5)) * 3_600.0 > 3.0 * quiet);
    }

    #[test]
    fn a_clock_that_jumps_harms_nothing() {
        let mut arrivals = Arrivals::default();
        for at in [1e9, 1e9 - 1e6, 1e9 + 1e8, 0.0, 1e12, 5.0] {
            arrivals.arrived(at);
            assert!(arrivals.rate(at + 60.0).is_finite());
        }
    }
}
