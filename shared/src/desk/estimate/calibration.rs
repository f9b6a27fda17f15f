//! Learning from what the estimates came to: bias, the quantiles' levels, and how safe a promise has to be.
//!
//! The levels follow adaptive conformal inference (Gibbs and Candès, "Adaptive conformal inference under distribution
//! shift", 2021): after every wait each level moves a little towards covering what it should, so that intervals cover
//! in the long run what they say, whatever the world does that the simulation does not know.

use serde::{Deserialize, Serialize};

use super::formula::Line;
use super::waits::{Drawn, QUANTILES};

/// How many average waits the belief in no bias weighs as much as, and how many waits are remembered.
const UNBIASED: f64 = 100.0;
const MEMORY: f32 = 1_500.0;
/// The share of promises that may be broken; the rest of what is tolerable is left to chance.
const BROKEN: f64 = 0.045;
/// The promise's level in the beginning.
const PROMISE: f64 = 0.88;
/// Shorter waits are no waits, in seconds.
const SHORTEST: f64 = 1.0;

/// The distribution of one visitor's wait, as it is told. Seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Forecast {
    pub mean: f64,
    /// At [`QUANTILES`].
    pub quantiles: [f64; 5],
    /// What is promised to stay within: at least the 80 % quantile.
    pub promise: f64,
    /// What the wait is longer than with a probability of 60 %: a promise is given up only when it is clearly more likely
    /// than not to be broken.
    pub likely: f64,
    /// The mean before bias was corrected.
    pub raw: f64,
}

impl Forecast {
    /// What the formula says with `ahead` others in front.
    #[must_use]
    pub fn from_line(mut line: Line, ahead: usize) -> Self {
        let Some(wait) = line.nth(ahead) else { return Self::default() };
        let secs = |ms: u64| ms as f64 / 1e3;
        let (q20, q50, q80) = (secs(wait.q20), secs(wait.q50), secs(wait.late));
        // The outer ones by the same ratio as the normal distribution's, on the logarithm.
        let out = |q: f64| q50 * (q / q50.max(1e-3)).max(1e-6).powf(1.523);
        let mean = line.mean / 1e3;
        let likely = q50 * 0.85;
        Self { mean, quantiles: [out(q20), q20, q50, q80, out(q80)], promise: q80, likely, raw: mean }
            .rounded()
    }

    /// To milliseconds: so many digits survive being written and read.
    fn rounded(self) -> Self {
        let round = |secs: f64| (secs * 1e3).round() / 1e3;
        Self {
            mean: round(self.mean),
            quantiles: self.quantiles.map(round),
            promise: round(self.promise),
            likely: round(self.likely),
            raw: round(self.raw),
        }
    }
}

/// What was learned from outcomes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Calibration {
    /// Sums of what the simulation expected and of what came, in seconds, and of how many.
    #[serde(default)]
    told: f32,
    #[serde(default)]
    came: f32,
    #[serde(default)]
    count: f32,
    /// How far each level has moved.
    #[serde(default)]
    levels: [f32; 5],
    #[serde(default)]
    promise: f32,
    /// How many outcomes there ever were, as far as it matters.
    #[serde(default)]
    seen: f32,
}

impl Calibration {
    fn bias(&self) -> f64 {
        if self.count < 1.0 {
            return 1.0;
        }
        let usual = UNBIASED * f64::from(self.told / self.count);
        ((f64::from(self.came) + usual) / (f64::from(self.told) + usual).max(1e-9)).clamp(0.5, 2.0)
    }

    /// What is told of these drawn waits.
    #[must_use]
    pub fn forecast(&self, drawn: &Drawn) -> Forecast {
        let bias = self.bias();
        let level = |level: f64| {
            // Beyond the outermost path the tail is stretched.
            let beyond = (level - 0.995).max(0.0);
            drawn.quantile(level) * bias * (1.0 + 8.0 * beyond)
        };
        let mut quantiles = [0.0; 5];
        let mut least = 0.0f64;
        for (n, quantile) in quantiles.iter_mut().enumerate() {
            least = least.max(level(QUANTILES[n] + f64::from(self.levels[n])));
            *quantile = least;
        }
        let promise = level(PROMISE + f64::from(self.promise)).max(quantiles[3]);
        let likely = level(0.4 + f64::from(self.levels[2])).min(quantiles[2]);
        Forecast { mean: drawn.mean * bias, quantiles, promise, likely, raw: drawn.mean }.rounded()
    }

    /// The wait foretold was `wait` seconds; `promised` is what was shown to stay within, if anything.
    pub fn learn(&mut self, told: &Forecast, wait: f64, promised: Option<f64>) {
        if told.mean < SHORTEST && wait < SHORTEST || !wait.is_finite() || !told.raw.is_finite() {
            return;
        }
        self.told += told.raw as f32;
        self.came += wait.max(0.0) as f32;
        self.count += 1.0;
        self.seen = (self.seen + 1.0).min(1e6);
        if self.count > MEMORY {
            [&mut self.told, &mut self.came, &mut self.count].into_iter().for_each(|sum| *sum /= 2.0);
        }
        let step = (0.5 / (50.0 + f64::from(self.seen))).max(0.004);
        for ((level, quantile), share) in self.levels.iter_mut().zip(told.quantiles).zip(QUANTILES) {
            let below = quantile > 0.0 && wait <= quantile;
            let miss = share - f64::from(u8::from(below));
            *level = (f64::from(*level) + step * miss).clamp(-0.6, 0.6) as f32;
        }
        if let Some(promised) = promised {
            let miss = f64::from(u8::from(wait > promised)) - BROKEN;
            self.promise = (f64::from(self.promise) + step * miss).clamp(-0.08, 0.15) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::chance::Chance;
    use super::super::waits::Waits;
    use super::*;

    fn drawn(chance: &mut Chance, mean: f64) -> Drawn {
        let mut waits = Waits::new(1, 100);
        (0..100).for_each(|path| waits.set(0, path, chance.after(1.0 / mean)));
        waits.of(0).unwrap()
    }

    #[test]
    fn a_world_slower_than_simulated_is_learned() {
        let (mut chance, mut calibration) = (Chance::new(1), Calibration::default());
        let (mut covered, mut broken, mut told, mut came) = (0, 0, 0.0, 0.0);
        for n in 0..6_000 {
            let forecast = calibration.forecast(&drawn(&mut chance, 300.0));
            let wait = chance.after(1.0 / 420.0);
            calibration.learn(&forecast, wait, Some(forecast.promise));
            if n >= 2_000 {
                covered += u32::from((forecast.quantiles[0]..=forecast.quantiles[4]).contains(&wait));
                broken += u32::from(wait > forecast.promise);
                told += forecast.mean;
                came += wait;
            }
        }
        assert!((3_080..=3_320).contains(&covered), "{covered}");
        assert!((120..=260).contains(&broken), "{broken}");
        assert!((told / came - 1.0f64).abs() < 0.05, "{}", told / came);
    }

    #[test]
    fn a_true_simulation_is_left_alone() {
        let (mut chance, mut calibration) = (Chance::new(2), Calibration::default());
        for _ in 0..2_000 {
            let forecast = calibration.forecast(&drawn(&mut chance, 300.0));
            calibration.learn(&forecast, chance.after(1.0 / 300.0), None);
        }
        assert!((calibration.bias() - 1.0).abs() < 0.06, "{}", calibration.bias());
        assert!(calibration.levels.iter().all(|level| level.abs() < 0.08), "{:?}", calibration.levels);
        let told = calibration.forecast(&drawn(&mut chance, 300.0)).quantiles;
        assert!(told.is_sorted(), "{told:?}");
    }

    #[test]
    fn nonsense_teaches_nothing() {
        let mut calibration = Calibration::default();
        calibration.learn(&Forecast::default(), f64::NAN, None);
        calibration.learn(&Forecast::default(), f64::INFINITY, Some(1.0));
        calibration.learn(&Forecast { mean: f64::NAN, raw: f64::NAN, ..Forecast::default() }, 5.0, None);
        assert_eq!(calibration, Calibration::default());
    }
}
