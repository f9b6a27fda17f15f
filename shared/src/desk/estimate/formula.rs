//! The formula for desks with little history: how long the n-th in line will wait.
//!
//! The line is taken as a queue with exponential handle times and impatient visitors (M/M/s+M, "Erlang-A"; Garnett,
//! Mandelbaum and Reiman, "Designing a call center with impatient customers", 2002). With `s` slots of mean handle
//! time `1/μ`, all taken, and visitors who give up at rate `θ`, the line in front of somebody with `n` ahead shrinks at
//! the rates `sμ + nθ, …, sμ + θ`, and the last step takes `1/(sμ)`: the wait of one who does not give up is a sum of
//! exponential times of mean `Σ 1/(sμ + kθ)` over `k = 0..=n` (Whitt, "Improving service by informing customers about
//! anticipated delays", 1999). Quantiles come from the gamma distribution of the same mean and variance through the
//! cube-root normal approximation (Wilson and Hilferty, 1931); only arithmetic that every machine rounds alike is used.

use super::calibration::Forecast;
use super::display::Wait;
use super::snapshot::{Model, Snapshot};

/// The normal distribution's 80 % quantile.
const Z80: f64 = 0.841_621;

/// What the formula says of somebody with `ahead` others of the group in front, with the slots of whoever serves it.
#[must_use]
pub fn forecast(snapshot: &Snapshot, model: &Model, group: usize, ahead: usize) -> Forecast {
    let serving = snapshot.agents.iter().filter(|agent| agent.groups.contains(&group));
    let slots = serving.fold(0u32, |slots, agent| slots.saturating_add(agent.capacity));
    let Some(believed) = model.groups.get(group) else { return Forecast::default() };
    let doubt = believed.doubt * believed.doubt;
    Forecast::from_line(line(slots, believed.handle.mean(), believed.patience.mean(), doubt), ahead)
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
        let q50 = quantile(0.0);
        Some(Wait { q20: quantile(-Z80), likely: q50, q50, late: quantile(Z80) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::stage::WaitShown;
    use crate::time::MINUTE;

    fn range(low_min: u32, high_min: u32) -> WaitShown {
        WaitShown::Range { low_min, high_min }
    }

    fn nth(slots: u32, ahead: usize) -> Wait {
        line(slots, 480.0, 1_200.0, 0.1).nth(ahead).unwrap()
    }

    #[test]
    fn typical_values_read_like_people_expect() {
        assert_eq!(nth(4, 0).shown(), range(1, 5));
        assert_eq!(nth(4, 1).shown(), range(2, 7));
        assert_eq!(nth(3, 1).shown(), range(2, 10));
        assert_eq!(nth(2, 3).shown(), range(7, 20));
    }

    #[test]
    fn the_line_is_the_sum_over_those_ahead() {
        // One slot of 10 minutes, known beyond doubt, and nobody who gives up.
        for (n, wait) in line(1, 600.0, 1e15, 0.0).take(20).enumerate() {
            let shape = (n + 1) as f64;
            let median = shape * 10.0 * (1.0 - 1.0 / (9.0 * shape)).powi(3);
            assert!((wait.q50 as f64 / MINUTE as f64 - median).abs() < 0.05, "{n} {wait:?} {median}");
        }
        // Against the exponential distribution's exact quantiles.
        let first = line(1, 600.0, 1e15, 0.0).next().unwrap();
        assert!((first.q20 as f64 / (10.0 * MINUTE as f64) - 0.2231).abs() < 0.01, "{first:?}");
        assert!((first.late as f64 / (10.0 * MINUTE as f64) - 1.6094).abs() < 0.02, "{first:?}");
    }

    #[test]
    fn longer_lines_wait_longer_more_slots_and_less_patience_shorten() {
        let waits: Vec<_> = line(3, 480.0, 1_200.0, 0.1).take(200).collect();
        assert!(
            waits.windows(2).all(|w| w[0].q20 < w[1].q20 && w[0].q50 < w[1].q50 && w[0].late < w[1].late)
        );
        assert!(waits.iter().all(|w| w.q20 < w.q50 && w.q50 < w.late));
        assert!(nth(6, 5).late < nth(3, 5).late);
        let late = |handle, patience| line(3, handle, patience, 0.1).nth(5).unwrap().late;
        assert!(late(480.0, 60.0) < late(480.0, 1_200.0));
        assert!(late(60.0, 1_200.0) < late(480.0, 1_200.0) / 3);
    }
}
