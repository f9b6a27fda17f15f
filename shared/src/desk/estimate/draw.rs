//! Simulations as they are asked for: everybody's wait from the present moment, at once or some paths at a time; and a day to
//! come, with visitors who come when they come.

use super::chance::Chance;
use super::simulate::{Path, Simulation, fits};
use super::snapshot::{Model, Snapshot};
use super::waits::Waits;

/// Every estimate draws from this seed.
const SEED: u64 = 0x0ED6_EDE5;

/// The waits of everybody in the queue, drawn `paths` times.
#[must_use]
pub fn simulate(snapshot: &Snapshot, model: &Model, paths: usize) -> Waits {
    let mut drawing = Drawing::new(snapshot, paths);
    drawing.draw(snapshot, model, paths);
    drawing.waits
}

/// A simulation that is drawn some paths at a time; what comes out does not depend on how many at a time.
#[derive(Debug, Clone)]
pub struct Drawing {
    chance: Chance,
    drawn: usize,
    paths: usize,
    waits: Waits,
}

impl Drawing {
    /// One of so many paths, none of them drawn yet.
    #[must_use]
    pub fn new(snapshot: &Snapshot, paths: usize) -> Self {
        let waits = Waits::new(snapshot.queue.len(), paths);
        Self { chance: Chance::new(SEED), drawn: 0, paths, waits }
    }

    /// How many paths are left to draw.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.paths - self.drawn
    }

    /// Draws so many more paths, of the same desk as before.
    pub fn draw(&mut self, snapshot: &Snapshot, model: &Model, more: usize) {
        let end = self.drawn + more.min(self.left());
        if !snapshot.queue.is_empty() && fits(snapshot, model) {
            let simulation = Simulation::new(snapshot, model);
            let mut path = Path::default();
            for n in self.drawn..end {
                simulation.run(&mut path, &mut self.chance, (n, self.paths), &mut self.waits);
            }
        }
        self.drawn = end;
    }

    /// What was drawn so far.
    #[must_use]
    pub const fn waits(&self) -> &Waits {
        &self.waits
    }
}

/// Plays one path of a desk whose queue comes in the course of it ([`Waiting::arrives`], in order within group and
/// priority), with the patience and the handle time of each drawn beforehand as parts of all. When each would be
/// served had they not given up, in seconds from the begin; `None` who is not served within a day.
///
/// [`Waiting::arrives`]: super::Waiting::arrives
#[must_use]
pub fn play(snapshot: &Snapshot, model: &Model, drawn: &[(f64, f64)]) -> Vec<Option<f64>> {
    let mut waits = Waits::new(snapshot.queue.len(), 1);
    if !snapshot.queue.is_empty() && fits(snapshot, model) {
        let simulation = Simulation::new(snapshot, model).with(drawn);
        simulation.run(&mut Path::default(), &mut Chance::new(SEED), (0, 1), &mut waits);
    }
    (0..snapshot.queue.len()).map(|n| waits.of(n).map(|drawn| drawn.mean)).collect()
}
