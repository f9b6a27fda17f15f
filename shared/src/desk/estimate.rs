//! The wait estimate: what a waiting visitor is told about the time.
//!
//! - [`learned`] holds what the desk has seen of handle times, patience, arrivals and absences, and makes a model of it.
//! - [`simulate`] plays the routing rule on from a [`snapshot`] under that model: every visitor's wait at once.
//! - [`play`] does the same of a day to come.
//! - [`calibration`] corrects by what earlier estimates came to.
//! - [`formula`] stands in as long as there is little history.
//! - [`display`] turns a wait into a range that is kept.
//!
//! Everything is a function of its arguments, with a fixed seed: the same desk tells the same waits.

pub mod arrivals;
pub mod calibration;
pub(super) mod chance;
pub mod display;
mod draw;
pub mod durations;
pub mod formula;
pub mod learned;
mod pace;
mod simulate;
pub mod snapshot;
#[cfg(test)]
mod tests;
mod waits;

pub use calibration::{Calibration, Forecast};
pub(super) use chance::Chance;
pub use draw::{Drawing, play, simulate};
pub use learned::Learned;

pub use snapshot::{AgentNow, Model, Open, STRICT, Snapshot, Waiting};
pub use waits::{Drawn, QUANTILES, Waits};
