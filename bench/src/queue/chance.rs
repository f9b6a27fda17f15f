//! Seeded chance, and the distributions the simulated world draws from.

use shared::desk::estimate::durations::Survival;
use shared::testing::Rng;

/// A generator with the draws that a world needs.
#[derive(Debug)]
pub(crate) struct Chance(Rng);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Rng::new(seed))
    }

    /// A number above 0, up to 1.
    pub(crate) fn part(&mut self) -> f64 {
        ((self.0.bits() >> 11) as f64 + 1.0) / (1u64 << 53) as f64
    }

    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -self.part().ln() * mean
    }

    /// A standard normal number (Box and Muller).
    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * self.part().ln()).sqrt() * (2.0 * std::f64::consts::PI * self.part()).cos()
    }
}

/// A distribution of durations in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Dist {
    Exponential(f64),
    /// Mean and coefficient of variation.
    LogNormal(f64, f64),
    /// The first with this probability, otherwise the second: two humps of mean and coefficient of variation each.
    Humps(f64, (f64, f64), (f64, f64)),
}

fn log_normal(mean: f64, cv: f64) -> (f64, f64) {
    let variance = (1.0 + cv * cv).ln();
    (mean.ln() - variance / 2.0, variance.sqrt())
}

/// The standard normal distribution function, by its series (Marsaglia 2004).
fn normal(z: f64) -> f64 {
    if z.abs() > 8.0 {
        return f64::from(u8::from(z > 0.0));
    }
    let (mut sum, mut term, mut n) = (z, z, 1.0);
    while sum + term != sum {
        n += 2.0;
        term *= z * z / n;
        sum += term;
    }
    0.5 + sum * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

impl Dist {
    #[cfg(test)]
    fn mean(self) -> f64 {
        match self {
            Self::Exponential(mean) | Self::LogNormal(mean, _) => mean,
            Self::Humps(part, (a, _), (b, _)) => part * a + (1.0 - part) * b,
        }
    }

    pub(crate) fn draw(self, chance: &mut Chance) -> f64 {
        match self {
            Self::Exponential(mean) => chance.exponential(mean),
            Self::LogNormal(mean, cv) => {
                let (middle, sigma) = log_normal(mean, cv);
                (middle + sigma * chance.normal()).exp()
            }
            Self::Humps(part, a, b) => {
                let (mean, cv) = if chance.part() <= part { a } else { b };
                Self::LogNormal(mean, cv).draw(chance)
            }
        }
    }

    fn still(self, secs: f64) -> f64 {
        match self {
            Self::Exponential(mean) => (-secs / mean).exp(),
            Self::LogNormal(mean, cv) => {
                let (middle, sigma) = log_normal(mean, cv);
                1.0 - normal((secs.ln() - middle) / sigma)
            }
            Self::Humps(part, a, b) => {
                part * Self::LogNormal(a.0, a.1).still(secs)
                    + (1.0 - part) * Self::LogNormal(b.0, b.1).still(secs)
            }
        }
    }

    /// The distribution of what begins with `secs` more.
    pub(crate) fn after(self, secs: f64) -> Survival {
        Survival::from_fn(|all| if all > secs { self.still(all - secs) } else { 1.0 })
    }

    /// The distribution as the simulation takes it.
    pub(crate) fn survival(self) -> Survival {
        Survival::from_fn(|secs| self.still(secs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_mean_they_should() {
        let mut chance = Chance::new(1);
        for dist in [
            Dist::Exponential(300.0),
            Dist::LogNormal(480.0, 1.0),
            Dist::Humps(0.5, (120.0, 0.3), (1_200.0, 0.3)),
        ] {
            let mean = (0..40_000).map(|_| dist.draw(&mut chance)).sum::<f64>() / 40_000.0;
            assert!((mean / dist.mean() - 1.0).abs() < 0.03, "{dist:?} {mean}");
            assert!((dist.survival().mean() / dist.mean() - 1.0).abs() < 0.03, "{dist:?}");
        }
    }
}
