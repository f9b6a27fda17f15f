//! What waiting visitors are shown: positions that never rise, and promises that are kept.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Place, Standing};
use super::estimate::display::{Wait, show};
use super::estimating::First;
use super::machine::{Desk, Outcome};
use crate::exchange::FromDesk;
use crate::ids::{ConversationId, GroupId};
use crate::limits;
use crate::protocol::stage::{QueuePlace, WaitShown};
use crate::time::Millis;

/// A class of the queue: positions count within skill group and priority.
type Class = (GroupId, i32);

/// The positions of one class. A position once shown belongs to its visitor until a lower one is free; whoever is next in
/// line chooses first. So positions never rise, no two are alike, and none is left out. Somebody who comes back to the
/// front of a line, from an agent or from being away, is shown the lowest free number at first, because the others
/// cannot be told a higher one; it is the first to fall. Whoever is away holds no position.
#[derive(Debug, Default)]
struct Positions {
    taken: BTreeSet<u32>,
    /// Every position below this one is taken.
    filled: u32,
}

impl Positions {
    /// The lowest free position, or the one held if that is lower.
    fn choose(&mut self, held: Option<u32>) -> u32 {
        let mut lowest = self.filled.saturating_add(1);
        while self.taken.contains(&lowest) && lowest < u32::MAX {
            lowest += 1;
        }
        self.filled = lowest - 1;
        match held {
            Some(held) if held < lowest => held,
            Some(held) => {
                self.taken.remove(&held);
                self.taken.insert(lowest);
                lowest
            }
            None => {
                self.taken.insert(lowest);
                lowest
            }
        }
    }
}

impl Desk {
    /// Brings what every waiting visitor is shown up to date, and tells those for whom it changed.
    pub(super) fn show_places(&mut self, now: Millis, out: &mut Outcome) {
        let mut classes: BTreeMap<Class, Positions> = BTreeMap::new();
        for (id, handoff) in self.waiting() {
            let class = classes.entry((handoff.group.clone(), handoff.priority)).or_default();
            class.taken.extend(self.places.get(id).map(|place| place.shown.position));
        }
        let forecasts = self.estimate(now);
        let mut changed: Vec<(ConversationId, Place)> = Vec::new();
        for (id, handoff) in self.waiting() {
            let old = self.places.get(id);
            let class = classes.entry((handoff.group.clone(), handoff.priority)).or_default();
            let position = class.choose(old.map(|place| place.shown.position));
            let kept = old.and_then(|place| place.promise);
            let forecast = forecasts.as_ref().map(|all| all.get(id).copied().flatten());
            let (wait, promise) = match (&forecast, kept) {
                (Some(forecast), _) => show(now, kept, forecast.as_ref().map(Wait::from)),
                (None, _) if !self.is_served(&handoff.group) => (WaitShown::Unknown, None),
                (None, Some(promise)) => (promise.shown(now), kept),
                (None, None) => (old.map_or(WaitShown::Unknown, |place| place.shown.wait), None),
            };
            let closes = self.closing(now, &handoff.group, forecast.flatten().as_ref(), old);
            let call_back = self.may_be_called_back(handoff, &wait);
            let told = || forecast.flatten().map(|forecast| First::new(now, forecast, &wait));
            let place = Place {
                shown: QueuePlace { position, wait, closes, call_back },
                from: old.map_or(now, |place| place.from),
                promise,
                first: old.and_then(|place| place.first).or_else(told),
            };
            if old != Some(&place) {
                changed.push((id.clone(), place));
            }
        }
        for (id, place) in changed {
            let shown = place.shown.clone();
            let same = self.places.get(&id).is_some_and(|old| old.shown == shown);
            self.places.put(id.clone(), place);
            let Some(handoff) = self.handoffs.get(&id).map(|h| h.no) else { continue };
            match out.returned.remove(&id) {
                Some(returned) => out.post(&id, returned.told(handoff, Some(shown))),
                None if same => {}
                None => out.post(&id, FromDesk::Queued { handoff, place: shown }),
            }
        }
        // Others came back without their visitor, who is shown no place.
        for (id, returned) in std::mem::take(&mut out.returned) {
            if let Some(handoff) = self.handoffs.get(&id).filter(|h| h.standing == Standing::Waiting) {
                out.post(&id, returned.told(handoff.no, None));
            }
        }
    }

    /// When something about the queue changes by itself: what is shown, who may get what, or hope.
    pub(super) fn queue_due(&self) -> Option<Millis> {
        let dismissed = self.groups.iter().filter_map(|(_, g)| Some(g.off?.plus(limits::OFF_DUTY_GRACE)));
        let rested =
            self.waiting().flat_map(|(_, h)| h.returned.iter().map(|(_, at)| at.plus(limits::RETURN_REST)));
        let shown = self.places.iter().filter_map(|(_, place)| place.promise?.next_fall(&place.shown.wait));
        let orphaned = self.index.assigned.keys().any(|agent| self.agents.get(agent).is_none());
        dismissed
            .chain(rested)
            .chain(shown)
            .chain(self.estimate_due())
            .chain(orphaned.then_some(Millis(0)))
            .min()
    }

    /// Forgets returns that bar nobody any more.
    pub(super) fn forget_rested(&mut self, now: Millis) {
        // One from the future means that the clock went backwards.
        let rested = |at: Millis| at > now || now.since(at) >= limits::RETURN_REST;
        let stale = self.waiting().filter(|(_, h)| h.returned.iter().any(|(_, at)| rested(*at)));
        let stale: Vec<ConversationId> = stale.map(|(id, _)| id.clone()).collect();
        for id in stale {
            self.change(&id, |h| h.returned.retain(|(_, at)| !rested(*at)));
        }
    }
}
