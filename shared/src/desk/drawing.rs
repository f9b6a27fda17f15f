//! An estimate for everybody, in slices: a long line is pictured, drawn and told over several events, so that none of
//! them takes long. A short one is done within the event that asks for it.
//!
//! What is drawn so far is in memory alone. A desk that is evicted meanwhile begins anew, as its [`Run`] is open.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::estimate::{Drawing, Forecast, Model, Snapshot, formula};
use super::estimating::secs;
use super::index::InLine;
use super::machine::Desk;
use crate::ids::ConversationId;
use crate::limits;
use crate::time::Millis;

/// The one key of [`Run`].
pub(super) const RUN: &str = "run";

/// How far estimates and places are. Cell `estimate/run`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Run {
    /// When the last estimate for everybody was begun.
    pub(super) at: Millis,
    /// Whether something has happened since.
    #[serde(default)]
    pub(super) stale: bool,
    /// Whether it has still to be drawn, or told to some.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) open: bool,
    /// Whose place is to be brought up to date next, when not everybody's is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<InLine>,
}

impl Run {
    /// When the next step is due.
    fn due(&self) -> Millis {
        if self.open || self.next.is_some() { self.at } else { self.again() }
    }

    /// When the next estimate is to be begun.
    fn again(&self) -> Millis {
        self.at.plus(if self.stale { limits::ESTIMATE_EVERY } else { limits::ESTIMATE_AGAIN })
    }
}

/// An estimate under way. It is not kept: see [`Run::open`].
#[derive(Debug, Clone, Default)]
pub(super) struct Under(Option<Box<Way>>);

/// What is only in memory makes no difference between desks.
impl PartialEq for Under {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[derive(Debug, Clone)]
struct Way {
    snapshot: Snapshot,
    model: Model,
    drawing: Drawing,
    /// Who waited, in the snapshot's order, and how many of them have been told.
    line: Vec<ConversationId>,
    told: usize,
    /// How many of each group no path came to serve.
    ahead: Vec<usize>,
}

impl Way {
    /// What is said of the one at this place; `None` when nobody serves them.
    fn forecast(&mut self, desk: &Desk, n: usize) -> Option<Forecast> {
        let waiting = self.snapshot.queue.get(n)?;
        if !self.snapshot.is_served(waiting.group) {
            return None;
        }
        match self.drawing.waits().of(n) {
            Some(drawn) => Some(desk.history.learned.common.calibration.forecast(&drawn)),
            None => {
                let before = self.ahead[waiting.group];
                self.ahead[waiting.group] += 1;
                Some(formula::forecast(&self.snapshot, &self.model, waiting.group, before))
            }
        }
    }
}

/// What an estimate says of some of those who wait.
pub(super) type Fresh = BTreeMap<ConversationId, Option<Forecast>>;

impl Desk {
    fn begin(&self, now: Millis) -> Way {
        let snapshot = self.picture(now, None);
        let model = self.history.learned.model(&snapshot, secs(now.0));
        let drawing = Drawing::new(&snapshot, snapshot.paths());
        let line = self.waiting().map(|(id, _)| id.clone()).collect();
        let ahead = vec![0; snapshot.groups.len()];
        Way { snapshot, model, drawing, line, told: 0, ahead }
    }

    /// Takes the estimate for everybody a slice further, or begins one that is due. What it says of those whose turn it is
    /// to be told.
    pub(super) fn estimate(&mut self, now: Millis) -> Fresh {
        let mut run = self.run.get(&RUN).cloned().unwrap_or_default();
        if self.index.waiting.is_empty() {
            self.under.0 = None;
            if run.open || run.next.is_some() {
                self.run.put(RUN, Run { open: false, next: None, ..run });
            }
            return Fresh::new();
        }
        run.stale |= self.team.has_changed() || self.handoffs.has_changed() || self.agents.has_changed();
        let lost = run.open && self.under.0.is_none();
        let begins = now < run.at || lost || (!run.open && now >= run.again());
        if begins {
            run = Run { at: now, stale: false, open: true, next: run.next };
        }
        let under = self.under.0.take().filter(|_| !begins);
        let mut fresh = Fresh::new();
        if run.open {
            let fresh_start = under.is_none();
            let mut way = under.unwrap_or_else(|| Box::new(self.begin(now)));
            let cost = way.snapshot.cost();
            let whole = cost * way.drawing.left() <= limits::ESTIMATE_SLICE;
            // To picture a long line is a slice in itself.
            if way.drawing.left() > 0 && (whole || !fresh_start) {
                way.drawing.draw(&way.snapshot, &way.model, (limits::ESTIMATE_SLICE / cost).max(1));
            }
            if way.drawing.left() == 0 {
                let end = way.line.len().min(way.told + limits::PLACES_AT_ONCE);
                for n in way.told..end {
                    let forecast = way.forecast(self, n);
                    fresh.insert(way.line[n].clone(), forecast);
                }
                way.told = end;
            }
            run.open = way.drawing.left() > 0 || way.told < way.line.len();
            self.under.0 = run.open.then_some(way);
        }
        self.run.put(RUN, run);
        fresh
    }

    /// When the next slice, or the next estimate, is due by itself.
    pub(super) fn estimate_due(&self) -> Option<Millis> {
        let run = self.run.get(&RUN).cloned().unwrap_or_default();
        (!self.index.waiting.is_empty()).then(|| run.due())
    }

    /// What is said of one in this picture of the desk, at once.
    pub(super) fn forecast_of(&self, snapshot: Snapshot, now: Millis, n: usize) -> Option<Forecast> {
        let model = self.history.learned.model(&snapshot, secs(now.0));
        let paths = (limits::ESTIMATE_SLICE / snapshot.cost()).clamp(8, snapshot.paths());
        let mut drawing = Drawing::new(&snapshot, paths);
        drawing.draw(&snapshot, &model, paths);
        let ahead = vec![0; snapshot.groups.len()];
        Way { snapshot, model, drawing, line: vec![], told: 0, ahead }.forecast(self, n)
    }
}
