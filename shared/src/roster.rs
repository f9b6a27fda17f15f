//! Rosters: when people plan to be there, by the clock on their own wall.
//!
//! A [`Plan`] is what somebody writes down: a time zone, hours of the week, and days that are different. A [`Calendar`]
//! makes instants of it. [`coverage`](coverage()) lays the plans of a whole team, in as many zones as they like, on one
//! line of time and shows where nobody is.
//!
//! Wall clocks are turned forward and back. A plan means what the clock on the wall shows: hours that begin or end while
//! the clock is turned forward begin or end at that moment, and hours that begin or end at a time that comes twice begin
//! the first and end the second time, so that nobody is missing in between.

pub mod calendar;
pub mod coverage;
mod picture;
pub mod plan;
pub mod setup;
pub mod team;
#[cfg(test)]
mod tests;

pub use calendar::{Calendar, Span};
pub use coverage::{Stretch, coverage};
pub use plan::{ClockTime, Day, Exception, Hours, Plan, Problem, Shift, Weekday};
pub use setup::{Fault, Member, Otherwise, Overflow, Roster, Rules};
pub use team::{Opening, Team, Timetable};
