//! What the answers of a simulated contact centre were worth.

use std::collections::HashMap;

use anyhow::Result;
use shared::protocol::WaitShown;

use super::events::Event;
use super::floor::{Answer, Floor};
use super::oracle::Oracle;
use super::peers::{self, Peers};
use super::scenarios::Scenario;
use super::world::World;

/// Sums over all waits of a scenario, of all seeds.
#[derive(Debug, Default, Clone)]
pub(crate) struct Score {
    pub(crate) waits: f64,
    oracle: f64,
    ours: f64,
    peers: [f64; peers::NAMES.len()],
    covered: f64,
    told: f64,
    came: f64,
    promised: f64,
    broken: f64,
    rises: f64,
    asks: f64,
    mismatch: f64,
}

/// What was said to somebody.
struct Said {
    mean: f64,
    low: f64,
    high: f64,
    oracle: f64,
    peers: [f64; peers::NAMES.len()],
    promised: Option<f64>,
    shown: WaitShown,
    rose: bool,
}

/// How far a range reaches, in minutes.
fn reach(shown: WaitShown) -> Option<u32> {
    match shown {
        WaitShown::Range { high_min, .. } => Some(high_min),
        WaitShown::Over { .. } => Some(u32::MAX),
        WaitShown::Unknown => None,
    }
}

impl Score {
    /// Runs a scenario with a seed.
    pub(crate) fn run(&mut self, scenario: &Scenario, seed: u64) -> Result<()> {
        let mut world = World::new(scenario, seed);
        let oracle = Oracle::new(&world);
        let (mut floor, mut peers) = (Floor::default(), Peers::default());
        let mut said: HashMap<usize, Said> = HashMap::new();
        let mut positions: HashMap<usize, u32> = HashMap::new();
        while let Some((t, event)) = world.next() {
            match &event {
                Event::Ask { conv } => {
                    let n = World::number(conv);
                    let (answer, standing) = (floor.ask(t, conv)?, floor.standing(conv));
                    let (Answer::Wait { position, forecast, shown, shown_position }, Some(standing)) =
                        (answer, standing)
                    else {
                        continue;
                    };
                    positions.entry(n).or_insert(position);
                    if !world.counts() {
                        continue;
                    }
                    self.asks += 1.0;
                    self.mismatch += f64::from(shown_position.abs_diff(standing.position));
                    if let Some(said) = said.get_mut(&n) {
                        said.rose |= reach(said.shown).zip(reach(shown)).is_some_and(|(old, new)| new > old);
                        said.shown = shown;
                        continue;
                    }
                    let Some(expected) = oracle.expects(&world, n) else { continue };
                    said.insert(
                        n,
                        Said {
                            mean: forecast.mean,
                            low: forecast.quantiles[0],
                            high: forecast.quantiles[4],
                            oracle: expected,
                            peers: peers.say(standing),
                            promised: reach(shown).filter(|m| *m < 600).map(|m| f64::from(m) * 60.0),
                            shown,
                            rose: false,
                        },
                    );
                }
                Event::Assign { conv, .. } => {
                    let n = World::number(conv);
                    let c = &world.conversations[n];
                    peers.served(c.group, c.priority, positions.get(&n).copied(), t / 1e3 - c.since);
                }
                Event::Abandon { conv } => {
                    let c = &world.conversations[World::number(conv)];
                    peers.gave_up(c.group, c.priority, t / 1e3 - c.since);
                }
                Event::End { conv } => {
                    let c = &world.conversations[World::number(conv)];
                    peers.handled(c.group, c.priority, t / 1e3 - c.begun);
                }
                _ => {}
            }
            floor.happen(t, &event)?;
        }
        for (n, said) in said {
            if let Some(wait) = world.conversations[n].offered {
                self.add(&said, wait);
            }
        }
        Ok(())
    }

    fn add(&mut self, said: &Said, wait: f64) {
        let square = |told: f64| (told - wait) * (told - wait);
        self.waits += 1.0;
        self.ours += square(said.mean);
        self.oracle += square(said.oracle);
        for (sum, told) in self.peers.iter_mut().zip(said.peers) {
            *sum += square(told);
        }
        self.covered += f64::from(u8::from((said.low..=said.high).contains(&wait)));
        self.told += said.mean;
        self.came += wait;
        if let Some(promised) = said.promised {
            self.promised += 1.0;
            self.broken += f64::from(u8::from(wait > promised));
        }
        self.rises += f64::from(u8::from(said.rose));
    }

    /// Adds what another seed came to.
    pub(crate) fn pool(&mut self, other: &Self) {
        let own = [
            (&mut self.waits, other.waits),
            (&mut self.oracle, other.oracle),
            (&mut self.ours, other.ours),
            (&mut self.covered, other.covered),
            (&mut self.told, other.told),
            (&mut self.came, other.came),
            (&mut self.promised, other.promised),
            (&mut self.broken, other.broken),
            (&mut self.rises, other.rises),
            (&mut self.asks, other.asks),
            (&mut self.mismatch, other.mismatch),
        ];
        own.into_iter().for_each(|(sum, more)| *sum += more);
        self.peers.iter_mut().zip(other.peers).for_each(|(sum, more)| *sum += more);
    }

    /// RMSE as a multiple of the oracle's: ours, then the peers'.
    pub(crate) fn ratios(&self) -> (f64, [f64; peers::NAMES.len()]) {
        let ratio = |sum: f64| (sum / self.oracle.max(1e-9)).sqrt();
        (ratio(self.ours), self.peers.map(ratio))
    }

    pub(crate) fn rmse(&self) -> f64 {
        (self.ours / self.waits.max(1.0)).sqrt()
    }

    pub(crate) fn mean_wait(&self) -> f64 {
        self.came / self.waits.max(1.0)
    }

    /// Percentages: coverage, bias, first promises broken, waits with a rise; and the mismatch of positions.
    pub(crate) fn shares(&self) -> [f64; 5] {
        let of = |part: f64, whole: f64| 100.0 * part / whole.max(1.0);
        [
            of(self.covered, self.waits),
            of(self.told - self.came, self.came),
            of(self.broken, self.promised),
            of(self.rises, self.waits),
            self.mismatch / self.asks.max(1.0),
        ]
    }
}
