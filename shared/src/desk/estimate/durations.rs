//! How long things last: what was seen of a kind of duration, and the distribution it makes likely.
//!
//! Durations are counted in bins that grow by a fifth each, those that were cut short (a conversation still open, a
//! visitor who was served before giving up) apart. The survival function is the actuarial form of Kaplan and Meier's
//! estimator ("Nonparametric estimation from incomplete observations", 1958), so that what is still going on counts for
//! as long as it has lasted, and nothing is assumed of the form: two humps stay two humps.

use serde::{Deserialize, Serialize};

/// Number of bins.
pub const BINS: usize = 60;
/// Ends of the bins in seconds, from 4 s, four to the doubling; the last one is beyond a day.
const EDGES: [f64; BINS + 1] = edges();
/// Past this many, the older half of what was seen is forgotten.
const MEMORY: f32 = 3_000.0;

const fn edges() -> [f64; BINS + 1] {
    const QUARTER: f64 = 1.189_207_115_002_721;
    let mut edges = [0.0; BINS + 1];
    let (mut n, mut edge) = (1, 4.0);
    while n <= BINS {
        edges[n] = edge;
        edge *= QUARTER;
        n += 1;
    }
    edges
}

/// The bin of a duration.
fn bin(secs: f64) -> usize {
    EDGES.partition_point(|edge| *edge <= secs).saturating_sub(1).min(BINS - 1)
}

/// What was seen of one kind of duration.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Durations {
    /// How many ended in each bin; without the empty ones at the end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ended: Vec<f32>,
    /// How many were cut short in each bin.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cut: Vec<f32>,
    /// How many ended.
    #[serde(default)]
    pub count: f32,
    /// Seconds seen, of those that ended and those cut short.
    #[serde(default)]
    pub seconds: f32,
}

fn add(bins: &mut Vec<f32>, at: usize, weight: f32) {
    if bins.len() <= at {
        bins.resize(at + 1, 0.0);
    }
    bins[at] += weight;
}

impl Durations {
    /// One ended after `secs`.
    pub fn ended(&mut self, secs: f64) {
        let secs = sound(secs);
        add(&mut self.ended, bin(secs), 1.0);
        self.count += 1.0;
        self.saw(secs);
    }

    /// One was cut short after `secs`: it would have lasted longer.
    pub fn cut(&mut self, secs: f64) {
        let secs = sound(secs);
        add(&mut self.cut, bin(secs), 1.0);
        self.saw(secs);
    }

    fn saw(&mut self, secs: f64) {
        self.seconds += secs as f32;
        if self.ended.iter().chain(&self.cut).sum::<f32>() > MEMORY {
            self.ended.iter_mut().chain(&mut self.cut).for_each(|n| *n /= 2.0);
            self.count /= 2.0;
            self.seconds /= 2.0;
        }
    }

    /// The mean that exponential durations of this exposure would have, `prior` counting as `weight` more of them.
    #[must_use]
    pub fn rough_mean(&self, prior: f64, weight: f64, open: &[f64]) -> f64 {
        let open: f64 = open.iter().sum();
        (f64::from(self.seconds) + open + prior * weight) / (f64::from(self.count) + weight)
    }

    /// The distribution that these, those still `open` after so many seconds, and `prior` counted as `weight` of them
    /// make likely.
    #[must_use]
    pub fn survival(&self, open: &[f64], prior: &Survival, weight: f64) -> Survival {
        let seen = |bins: &[f32], n: usize| bins.get(n).map_or(0.0, |count| f64::from(*count));
        let mut still = [0.0; BINS];
        open.iter().for_each(|secs| still[bin(*secs)] += 1.0);
        // From the longest to the shortest: how many got as far as the bin, and how many ended in it.
        let mut hazard = [0.0; BINS];
        let mut beyond = weight * prior.at[BINS];
        for n in (0..BINS).rev() {
            let ended = seen(&self.ended, n) + weight * (prior.at[n] - prior.at[n + 1]);
            let cut = seen(&self.cut, n) + still[n];
            let risk = beyond + ended + cut / 2.0;
            hazard[n] = if risk > 0.0 { (ended / risk).clamp(0.0, 1.0) } else { 1.0 };
            beyond += ended + cut;
        }
        let mut at = [1.0; BINS + 1];
        for n in 0..BINS {
            at[n + 1] = at[n] * (1.0 - hazard[n]);
        }
        Survival::of(at)
    }
}

/// Not a number, or below nothing, is nothing; longer than the longest bin is that.
fn sound(secs: f64) -> f64 {
    if secs > 0.0 { secs.min(EDGES[BINS]) } else { 0.0 }
}

/// A distribution of durations, linear within the bins. Written as the parts that last longer than each edge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f64>", into = "Vec<f64>")]
pub struct Survival {
    /// The part that lasts longer than each edge.
    at: [f64; BINS + 1],
    /// Where the search for the n-th 64th of the survival function begins.
    guide: [u8; 65],
}

/// Numbers that are no distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {} parts that fall from 1", BINS + 1)]
pub struct NotADistribution;

impl TryFrom<Vec<f64>> for Survival {
    type Error = NotADistribution;

    fn try_from(parts: Vec<f64>) -> Result<Self, NotADistribution> {
        let at: [f64; BINS + 1] = parts.try_into().map_err(|_| NotADistribution)?;
        let falls = at.windows(2).all(|pair| pair[0] >= pair[1]) && at[BINS] >= 0.0;
        if at[0] == 1.0 && falls { Ok(Self::of(at)) } else { Err(NotADistribution) }
    }
}

impl From<Survival> for Vec<f64> {
    fn from(survival: Survival) -> Self {
        // So many digits are worth their bytes.
        survival.at.iter().map(|part| (part * 1e5).round() / 1e5).collect()
    }
}

impl Survival {
    fn of(at: [f64; BINS + 1]) -> Self {
        let mut guide = [0; 65];
        let mut last = BINS;
        for (n, begin) in guide.iter_mut().enumerate() {
            while last > 0 && at[last] < n as f64 / 64.0 {
                last -= 1;
            }
            *begin = last.min(BINS - 1) as u8;
        }
        Self { at, guide }
    }

    /// The distribution of which the part `still(secs)` lasts longer than `secs`.
    #[must_use]
    pub fn from_fn(mut still: impl FnMut(f64) -> f64) -> Self {
        let mut at = [1.0; BINS + 1];
        for n in 1..=BINS {
            let part = still(EDGES[n]);
            at[n] = if part.is_finite() { part.clamp(0.0, at[n - 1]) } else { 0.0 };
        }
        Self::of(at)
    }

    /// Exponential durations.
    #[must_use]
    pub fn exponential(mean: f64) -> Self {
        let mean = mean.max(1e-3);
        Self::from_fn(|secs| (-secs / mean).exp())
    }

    /// The same durations, each `factor` times as long.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        let factor = factor.clamp(1e-3, 1e3);
        let mut n = 0;
        Self::from_fn(|secs| {
            let secs = secs / factor;
            while n < BINS && EDGES[n + 1] <= secs {
                n += 1;
            }
            self.within(n, secs)
        })
    }

    /// The part that lasts longer than `secs`.
    #[must_use]
    pub fn still(&self, secs: f64) -> f64 {
        if secs >= EDGES[BINS] { 0.0 } else { self.within(bin(secs), secs) }
    }

    fn within(&self, n: usize, secs: f64) -> f64 {
        if n >= BINS {
            return 0.0;
        }
        let part = ((secs - EDGES[n]) / (EDGES[n + 1] - EDGES[n])).clamp(0.0, 1.0);
        self.at[n] + (self.at[n + 1] - self.at[n]) * part
    }

    /// The duration that the part `part` outlasts.
    #[must_use]
    pub fn quantile(&self, part: f64) -> f64 {
        let part = if part > 0.0 { part.min(1.0) } else { 0.0 };
        let start = ((part * 64.0) as usize + 1).min(64);
        let mut n = usize::from(self.guide[start]);
        while n + 1 < BINS && self.at[n + 1] > part {
            n += 1;
        }
        let (from, to) = (self.at[n], self.at[n + 1]);
        let within = if from > to { ((from - part) / (from - to)).clamp(0.0, 1.0) } else { 1.0 };
        EDGES[n] + (EDGES[n + 1] - EDGES[n]) * within
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        (0..BINS).map(|n| (self.at[n] + self.at[n + 1]) / 2.0 * (EDGES[n + 1] - EDGES[n])).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exponential_is_kept_by_the_bins() {
        let dist = Survival::exponential(600.0);
        assert!((dist.mean() - 600.0).abs() < 6.0, "{}", dist.mean());
        assert!((dist.quantile(0.5) - 600.0 * 2f64.ln()).abs() < 6.0);
        assert!((dist.scaled(2.0).mean() - 1_200.0).abs() < 15.0);
        for part in [1.0, 0.999, 0.7, 0.31, 0.02, 1e-4] {
            assert!((dist.still(dist.quantile(part)) - part).abs() < 1e-9, "{part}");
        }
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let dist = Survival::exponential(600.0);
        let json = serde_json::to_string(&dist).unwrap();
        let read: Survival = serde_json::from_str(&json).unwrap();
        assert!((read.mean() - dist.mean()).abs() < 1.0);
        for bad in ["[]", "[1.0]", &json.replacen("[1.0,", "[0.5,", 1), &json.replacen("]", ",0.0]", 1)] {
            assert!(serde_json::from_str::<Survival>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn two_humps_stay_two_humps() {
        let mut seen = Durations::default();
        for n in 0..400 {
            seen.ended(if n % 2 == 0 { 150.0 } else { 1_200.0 } + f64::from(n % 20));
        }
        let dist = seen.survival(&[], &Survival::exponential(480.0), 10.0);
        // Whoever has talked for five minutes is one of the long ones.
        let rest = dist.quantile(dist.still(300.0) * 0.5) - 300.0;
        assert!((rest - 905.0).abs() < 120.0, "{rest}");
        let fresh = dist.mean();
        assert!((fresh - 680.0).abs() < 40.0, "{fresh}");
        assert!(rest > fresh, "an open one takes longer than a new one");
    }

    #[test]
    fn what_is_still_open_counts() {
        // Only the quick ones have ended so far.
        let mut seen = Durations::default();
        (0..10).for_each(|_| seen.ended(120.0));
        let prior = Survival::exponential(300.0);
        let ignoring = seen.survival(&[], &prior, 3.0);
        let knowing = seen.survival(&[900.0; 10], &prior, 3.0);
        assert!(knowing.mean() > 2.0 * ignoring.mean(), "{} {}", knowing.mean(), ignoring.mean());
        assert!((seen.rough_mean(300.0, 0.0, &[900.0; 10]) - 1_020.0).abs() < 1.0);
    }

    #[test]
    fn the_older_half_is_forgotten() {
        let mut seen = Durations::default();
        (0..5_000).for_each(|_| seen.ended(100.0));
        (0..5_000).for_each(|_| seen.ended(1_000.0));
        let dist = seen.survival(&[], &Survival::exponential(480.0), 1.0);
        assert!(dist.mean() > 700.0, "{}", dist.mean());
        assert!(seen.count < MEMORY + 1.0);
    }

    #[test]
    fn nonsense_is_bounded() {
        let mut seen = Durations::default();
        [f64::NAN, -3.0, f64::INFINITY, 1e300].into_iter().for_each(|secs| seen.ended(secs));
        let dist = seen.survival(&[], &Survival::exponential(0.0), 0.0);
        assert!(dist.mean().is_finite());
        for part in [f64::NAN, -1.0, 2.0] {
            assert!(dist.quantile(part).is_finite());
        }
        assert_eq!(Survival::from_fn(|_| f64::NAN).still(1e9), 0.0);
    }
}
