//! What others tell waiting visitors, as far as they have said how: the same events, their formulas.

use std::collections::HashMap;

use shared::desk::estimate::formula;

/// Their names in the table.
pub(crate) const NAMES: [&str; 6] =
    ["EWMA 0.9", "LES", "by position", "queue x handle / slots", "position x handle / agents", "QLm"];
/// The last to enter service.
pub(crate) const LES: usize = 1;

#[derive(Debug, Default)]
struct Group {
    /// The average wait, 0.9 of it from before.
    average: Option<f64>,
    /// The wait of whoever was served last.
    last: Option<f64>,
    /// Sums and counts of waits by the position one began at.
    by_position: HashMap<u32, (f64, f64)>,
    handled: (f64, f64),
    waited: f64,
    gave_up: f64,
}

/// All of them, fed with what happens.
#[derive(Debug, Default)]
pub(crate) struct Peers {
    groups: HashMap<(usize, i32), Group>,
}

/// How somebody stands who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) group: usize,
    pub(crate) priority: i32,
    pub(crate) position: u32,
    /// How many of the group are ahead, whatever their priority.
    pub(crate) ahead: usize,
    /// Slots of the group's agents who are there.
    pub(crate) slots: u32,
    /// And how many agents those are.
    pub(crate) agents: u32,
}

impl Peers {
    fn group(&mut self, group: usize, priority: i32) -> &mut Group {
        self.groups.entry((group, priority)).or_default()
    }

    pub(crate) fn served(&mut self, group: usize, priority: i32, position: Option<u32>, wait: f64) {
        let own = self.group(group, priority);
        own.average = Some(own.average.map_or(wait, |average| 0.9 * average + 0.1 * wait));
        own.last = Some(wait);
        own.waited += wait;
        if let Some(position) = position {
            let seen = own.by_position.entry(position).or_default();
            *seen = (seen.0 + wait, seen.1 + 1.0);
        }
    }

    pub(crate) fn gave_up(&mut self, group: usize, priority: i32, wait: f64) {
        let own = self.group(group, priority);
        own.waited += wait;
        own.gave_up += 1.0;
    }

    pub(crate) fn handled(&mut self, group: usize, priority: i32, secs: f64) {
        let handled = &mut self.group(group, priority).handled;
        *handled = (handled.0 + secs, handled.1 + 1.0);
    }

    /// What each would say, in seconds.
    pub(crate) fn say(&mut self, at: Standing) -> [f64; 6] {
        let all = self.groups.iter().filter(|((group, _), _)| *group == at.group).map(|(_, own)| own);
        let (handled, count, waited, gave_up) = all.fold((480.0, 1.0, 1_200.0, 1.0), |sum, own| {
            (sum.0 + own.handled.0, sum.1 + own.handled.1, sum.2 + own.waited, sum.3 + own.gave_up)
        });
        let handle = handled / count;
        let slots = f64::from(at.slots.max(1));
        let own = self.group(at.group, at.priority);
        let average = own.average.unwrap_or(handle);
        // The history of this position, or of the nearest one below, in proportion.
        let by_position = (1..=at.position).rev().find_map(|position| {
            let (sum, count) = own.by_position.get(&position)?;
            (*count >= 3.0).then(|| sum / count * f64::from(at.position) / f64::from(position))
        });
        let mut line = formula::line(at.slots.max(1), handle, waited / gave_up, 0.0);
        line.nth(at.ahead);
        [
            average,
            own.last.unwrap_or(handle),
            by_position.unwrap_or(average),
            (at.ahead as f64 + 1.0) * handle / slots,
            handle * f64::from(at.position) / f64::from(at.agents.max(1)),
            line.mean / 1e3,
        ]
    }
}
