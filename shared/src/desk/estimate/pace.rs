//! Whether conversations end as fast at present as they usually do: an incident makes all of them take longer at once.
//!
//! Durations tell that late, by as much as they last. The hazard tells it at once: over the last minutes as many
//! conversations should have ended as the cumulative hazards of those that were open have grown by.

use serde::{Deserialize, Serialize};

use super::durations::Survival;

/// How far back is looked, in seconds, and how many ends are remembered.
const WINDOW: f64 = 720.0;
const ENDS: usize = 48;

/// Conversations of a group that ended of late: when, in seconds since the epoch, and after how many seconds at the usual
/// pace; oldest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Ends(Vec<(f64, f32)>);

impl Ends {
    /// One ended.
    pub(super) fn note(&mut self, now: f64, secs: f64) {
        self.0.retain(|(at, _)| (now - WINDOW..=now).contains(at));
        if self.0.len() >= ENDS {
            self.0.remove(0);
        }
        self.0.push(((now * 1e3).round() / 1e3, secs as f32));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many ended in the window, and how many should have, those `open` for so many seconds included.
    pub(super) fn expected(&self, now: f64, open: &[f64], usual: &Survival) -> (f64, f64) {
        // A full list reaches back only as far as it does.
        let from = self.0.first().filter(|_| self.0.len() >= ENDS).map_or(WINDOW, |(at, _)| now - at);
        let window = from.clamp(1.0, WINDOW);
        let hazard =
            |from: f64, to: f64| (usual.still(from.max(0.0)) / usual.still(to).max(1e-3)).max(1.0).ln();
        let recent = self.0.iter().filter(|(at, _)| (0.0..=window).contains(&(now - at)));
        let (mut ended, mut due) = (0.0, 0.0);
        for (at, secs) in recent {
            let secs = f64::from(*secs);
            ended += 1.0;
            due += hazard(secs - (window - (now - at)), secs);
        }
        due += open.iter().map(|secs| hazard(secs - window, *secs)).sum::<f64>();
        (ended, due)
    }
}

/// How many times as long everything takes when so many ended of so many that should have. Chance is not mistaken for an
/// incident: the belief in the usual pace gives way only to what is far from it.
pub(super) fn level(ended: f64, due: f64) -> f64 {
    let off = (due - ended) * (due - ended) / due.max(1.0);
    let usual = 400.0 / (1.0 + off * off / 16.0);
    ((due + usual) / (ended + usual)).clamp(0.5, 3.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incident_is_seen_and_chance_is_not() {
        let usual = Survival::exponential(300.0);
        let mut ends = Ends::default();
        // Ten are open; one of them ends every half minute, as it should.
        (0..24).for_each(|n| ends.note(1e9 + f64::from(n) * 30.0, 300.0));
        let (ended, due) = ends.expected(1e9 + 720.0, &[150.0; 10], &usual);
        assert!((ended - 24.0).abs() < 1.0 && (due - 24.0).abs() < 6.0, "{ended} {due}");
        assert!((level(ended, due) - 1.0).abs() < 0.05);
        // Then nobody is done any more.
        let (ended, due) = ends.expected(1e9 + 1_300.0, &[700.0; 10], &usual);
        assert!(level(ended, due) > 1.3, "{ended} {due} {}", level(ended, due));
        assert_eq!(level(0.0, 0.0), 1.0);
    }

    #[test]
    fn a_clock_that_goes_back_forgets_the_future() {
        let mut ends = Ends::default();
        ends.note(2e9, 10.0);
        ends.note(1e9, 10.0);
        assert_eq!(ends, Ends(vec![(1e9, 10.0)]));
        assert_eq!(ends.expected(5e8, &[], &Survival::exponential(300.0)).0, 0.0);
    }
}
