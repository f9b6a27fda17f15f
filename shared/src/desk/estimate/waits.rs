//! What the paths of a simulation came to: each visitor's waits, and their quantiles.

use super::simulate::HORIZON;

/// The quantiles that are told.
pub const QUANTILES: [f64; 5] = [0.1, 0.2, 0.5, 0.8, 0.9];

/// Drawn waits in seconds, by visitor and path.
#[derive(Debug, Clone)]
pub struct Waits {
    paths: usize,
    drawn: Vec<f32>,
}

impl Waits {
    pub(super) fn new(waiting: usize, paths: usize) -> Self {
        Self { paths, drawn: vec![f32::INFINITY; waiting * paths] }
    }

    pub(super) fn set(&mut self, place: usize, path: usize, wait: f64) {
        if let Some(drawn) = self.drawn.get_mut(place * self.paths + path) {
            *drawn = wait as f32;
        }
    }

    /// The wait of the visitor at this place of the queue; `None` when no path came to serve them.
    #[must_use]
    pub fn of(&self, place: usize) -> Option<Drawn> {
        let from = place.checked_mul(self.paths)?;
        let mut sorted: Vec<f32> = self.drawn.get(from..from + self.paths)?.to_vec();
        sorted.sort_unstable_by(f32::total_cmp);
        let served = sorted.iter().filter(|wait| wait.is_finite()).count();
        if served == 0 {
            return None;
        }
        let mean = sorted[..served].iter().map(|wait| f64::from(*wait)).sum::<f64>() / served as f64;
        Some(Drawn { sorted, served, mean })
    }
}

/// One visitor's drawn waits.
#[derive(Debug, Clone)]
pub struct Drawn {
    sorted: Vec<f32>,
    served: usize,
    /// The mean of the paths that served them, in seconds.
    pub mean: f64,
}

impl Drawn {
    /// The part of the paths that came to serve them.
    #[must_use]
    pub fn served(&self) -> f64 {
        self.served as f64 / self.sorted.len() as f64
    }

    /// The wait that the part `level` of the paths stays within.
    #[must_use]
    pub fn quantile(&self, level: f64) -> f64 {
        let place = (level.clamp(0.0, 1.0) * self.sorted.len() as f64 - 0.5).max(0.0);
        let last = self.sorted.len() - 1;
        let (below, above) = ((place as usize).min(last), (place as usize + 1).min(last));
        let (from, to) = (f64::from(self.sorted[below]), f64::from(self.sorted[above]));
        if to.is_finite() { from + (to - from) * place.fract() } else { from.min(HORIZON) }
    }
}
