//! How many people are there when.

use serde::{Deserialize, Serialize};

use super::calendar::Span;
use crate::time::Millis;

/// A time in which the number of people does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    pub start: Millis,
    pub end: Millis,
    /// How many are there: nobody is a gap.
    pub people: u32,
}

/// The time between two instants, in stretches, by everybody's own spans (in order and apart, as
/// [`Calendar::spans`](super::Calendar::spans) gives them).
#[must_use]
pub fn coverage<'a>(people: impl IntoIterator<Item = &'a [Span]>, from: Millis, to: Millis) -> Vec<Stretch> {
    let mut changes: Vec<(Millis, i32)> = Vec::new();
    for span in people.into_iter().flatten() {
        let (start, end) = (span.start.max(from), span.end.min(to));
        if start < end {
            changes.extend([(start, 1), (end, -1)]);
        }
    }
    changes.sort_unstable();
    let mut stretches: Vec<Stretch> = Vec::new();
    let (mut at, mut there) = (from, 0);
    for (when, change) in changes.into_iter().chain([(to, 0)]) {
        if when > at {
            let people = u32::try_from(there).unwrap_or(0);
            match stretches.last_mut() {
                Some(last) if last.people == people => last.end = when,
                _ => stretches.push(Stretch { start: at, end: when, people }),
            }
            at = when;
        }
        there += change;
    }
    stretches
}
