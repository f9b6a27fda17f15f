//! What waiting visitors are shown: positions that never rise, and promises that are kept.

use std::collections::BTreeSet;

use super::cells::{Basis, Handoff, Place, Standing};
use super::drawing::{RUN, Run};
use super::estimate::Forecast;
use super::estimate::display::{Wait, show};
use super::estimating::First;
use super::machine::{Desk, Outcome};
use crate::exchange::FromDesk;
use crate::ids::{ConversationId, GroupId};
use crate::limits;
use crate::protocol::stage::{QueuePlace, Risen, WaitShown};
use crate::time::Millis;

/// A class of the queue: positions count within skill group and priority.
struct Class<'a> {
    group: &'a GroupId,
    priority: i32,
    positions: Positions,
    all: u32,
}

/// What is the same for everybody of a group.
struct Side<'a> {
    group: &'a GroupId,
    served: bool,
    closes: Option<Millis>,
    /// Conversations that those have room for who take them by themselves.
    slots: u32,
    all: u32,
}

/// Somebody who waits, in the order of the line.
struct Waiter<'a> {
    id: &'a ConversationId,
    handoff: &'a Handoff,
    old: Option<&'a Place>,
    new: Option<Place>,
    class: usize,
    side: usize,
    /// How many of the class, and of the group, stand in front.
    rank: u32,
    ahead: u32,
}

/// The positions of one class. A position once shown belongs to its visitor until a lower one is free that nobody in front
/// needs: as many are left to them as they are. So positions never rise, and no two are alike; and once everybody has been
/// gone through in the order of the line, none is left out. Somebody who comes back to the front of a line, from an
/// agent or from being away, is shown the lowest free number at first, because the others cannot be told a higher one;
/// it is the first to fall. Whoever is away holds no position.
#[derive(Debug, Default)]
struct Positions(BTreeSet<u32>);

impl Positions {
    /// The best position for somebody with so many in front, who holds one or none.
    fn find(&self, rank: u32, held: Option<u32>) -> u32 {
        let least = rank.saturating_add(1);
        match held {
            Some(held) => (least..held).find(|n| !self.0.contains(n)).unwrap_or(held),
            None => (least..u32::MAX).find(|n| !self.0.contains(n)).unwrap_or(u32::MAX),
        }
    }

    fn hold(&mut self, position: u32, held: Option<u32>) {
        if let Some(held) = held {
            self.0.remove(&held);
        }
        self.0.insert(position);
    }
}

/// Where the group, or what else is looked for, stands in the list; made when it is not there.
fn place_in<T>(all: &mut Vec<T>, is: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> usize {
    all.iter().position(is).unwrap_or_else(|| {
        all.push(make());
        all.len() - 1
    })
}

impl Desk {
    /// Brings what waiting visitors are shown up to date, and tells those for whom it changed: everybody who has no place
    /// yet or whom an estimate has come to, and [`limits::PLACES_AT_ONCE`] others, from where the last event left off.
    pub(super) fn show_places(&mut self, now: Millis, out: &mut Outcome) {
        let fresh = self.estimate(now);
        let run = self.run.get(&RUN).cloned().unwrap_or_default();
        let (mut line, mut classes, sides) = self.line_up(now);
        let from = run.next.as_ref().map_or(0, |next| {
            let before = |one: &Waiter<'_>| one.handoff.in_line(one.id) < *next;
            line.partition_point(before)
        });
        let mut room = limits::PLACES_AT_ONCE;
        let mut left: Option<usize> = None;
        // Those in front may have moved since the last event left off: they come next.
        for (turn, from) in [(0, from), (1, 0)].into_iter().take(if from > 0 { 2 } else { 1 }) {
            for n in 0..line.len() {
                let one = &line[n];
                let moved = out.moved.contains(one.id) && one.new.is_none();
                let must = turn == 0 && (one.old.is_none() || moved || fresh.contains_key(one.id));
                if !must && (n < from || left.is_some()) {
                    continue;
                }
                let forecast = fresh.get(one.id).filter(|_| turn == 0);
                let had = one.new.as_ref().or(one.old);
                let held = had.map(|place| place.shown.position);
                let position = classes[one.class].positions.find(one.rank, held);
                let place = self.place(now, (&line, &sides), n, position, forecast);
                if had == Some(&place) && !moved {
                    continue;
                }
                if !must && one.new.is_none() {
                    if room == 0 {
                        left = Some(n);
                        continue;
                    }
                    room -= 1;
                }
                classes[one.class].positions.hold(position, held);
                line[n].new = Some(place);
            }
            if left.is_some() {
                break;
            }
        }
        let next = left.map(|n| line[n].handoff.in_line(line[n].id));
        let changed: Vec<(ConversationId, Place)> =
            line.into_iter().filter_map(|one| Some((one.id.clone(), one.new?))).collect();
        if run.next != next {
            self.run.put(RUN, Run { next, ..run });
        }
        self.tell_places(changed, out);
    }

    fn tell_places(&mut self, changed: Vec<(ConversationId, Place)>, out: &mut Outcome) {
        for (id, place) in changed {
            let shown = place.shown.clone();
            let same = self.places.get(&id).is_some_and(|old| old.shown == shown) && !out.moved.remove(&id);
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

    /// Everybody who waits, in order, with their classes and groups.
    fn line_up(&self, now: Millis) -> (Vec<Waiter<'_>>, Vec<Class<'_>>, Vec<Side<'_>>) {
        let mut line = Vec::with_capacity(self.index.waiting.len());
        let (mut classes, mut sides): (Vec<Class<'_>>, Vec<Side<'_>>) = (Vec::new(), Vec::new());
        for (id, handoff) in self.waiting() {
            let (group, priority) = (&handoff.group, handoff.priority);
            let class = place_in(
                &mut classes,
                |c| c.priority == priority && c.group == group,
                || Class { group, priority, positions: Positions::default(), all: 0 },
            );
            let side = place_in(
                &mut sides,
                |s| s.group == group,
                || {
                    let taking = self.agents.iter().filter(|(_, agent)| agent.takes(group));
                    let slots =
                        taking.fold(0u32, |slots, (_, agent)| slots.saturating_add(agent.profile.capacity));
                    let (served, closes) = (self.is_served(group), self.closes(group, now));
                    Side { group, served, closes, slots, all: 0 }
                },
            );
            let old = self.places.get(id);
            let (rank, ahead) = (classes[class].all, sides[side].all);
            classes[class].all += 1;
            sides[side].all += 1;
            classes[class].positions.0.extend(old.map(|place| place.shown.position));
            line.push(Waiter { id, handoff, old, new: None, class, side, rank, ahead });
        }
        (line, classes, sides)
    }

    /// What the one at this place of the line is shown from now on.
    fn place(
        &self,
        now: Millis,
        (line, sides): (&[Waiter<'_>], &[Side<'_>]),
        n: usize,
        position: u32,
        forecast: Option<&Option<Forecast>>,
    ) -> Place {
        let one = &line[n];
        let (side, old) = (&sides[one.side], one.new.as_ref().or(one.old));
        let kept = old.and_then(|place| place.promise);
        let forecast = forecast.map(|forecast| forecast.filter(|_| side.served));
        let (wait, promise) = match (&forecast, kept) {
            (Some(forecast), _) => show(now, kept, forecast.as_ref().map(Wait::from)),
            (None, _) if !side.served => (WaitShown::Unknown, None),
            (None, Some(promise)) => (promise.shown(now), kept),
            (None, None) => (old.map_or(WaitShown::Unknown, |place| place.shown.wait), None),
        };
        let rises = match (kept, promise) {
            (Some(kept), Some(promise)) => promise.late > kept.late,
            (Some(_), None) => matches!(wait, WaitShown::Over { .. }),
            (None, _) => false,
        };
        let risen = if rises {
            Some(why_risen(line, n, side.slots, old.and_then(|place| place.basis)))
        } else {
            // What was said holds for as long as what it was said of.
            old.and_then(|place| place.shown.risen).filter(|_| promise == kept && wait != WaitShown::Unknown)
        };
        let basis = if promise == kept { old.and_then(|place| place.basis) } else { None };
        // Somebody who comes in front of others need not be told.
        let behind = side.all > one.ahead + 1;
        let (told, is_told) = old.map_or((behind, false), |old| (old.followed, old.shown.followed));
        let followed = behind && (is_told || !told);
        let closes = Self::closing(now, side.closes, forecast.flatten().as_ref(), old);
        let call_back = self.may_be_called_back(one.handoff, &wait);
        let moved = old.and_then(|place| place.shown.moved.clone());
        let first = || forecast.flatten().map(|forecast| First::new(now, forecast, &wait));
        Place {
            shown: QueuePlace { position, wait, closes, call_back, followed, risen, moved },
            from: old.map_or(now, |place| place.from),
            promise,
            first: old.and_then(|place| place.first).or_else(first),
            basis: basis.or_else(|| promise.map(|_| Basis { at: now, slots: side.slots })),
            followed: told || followed,
        }
    }

    /// When something about the queue changes by itself: what is shown, who may get what, or hope.
    pub(super) fn queue_due(&self) -> Option<Millis> {
        let dismissed = self.groups.iter().filter_map(|(_, g)| Some(g.off?.plus(limits::OFF_DUTY_GRACE)));
        let rested = self.given_back().flat_map(|(_, h)| h.returned.iter());
        let rested = rested.map(|(_, at)| at.plus(limits::RETURN_REST));
        let shown = self.places.iter().filter_map(|(_, place)| place.promise?.next_fall(&place.shown.wait));
        let orphaned = self.index.assigned.keys().any(|agent| self.agents.get(agent).is_none());
        dismissed
            .chain(rested)
            .chain(shown)
            .chain(self.estimate_due())
            .chain(orphaned.then_some(Millis(0)))
            .min()
    }

    /// Those who wait and were given back by somebody.
    fn given_back(&self) -> impl Iterator<Item = (&ConversationId, &Handoff)> {
        self.index.returned.iter().filter_map(|id| Some((id, self.handoffs.get(id)?)))
    }

    /// Forgets returns that bar nobody any more.
    pub(super) fn forget_rested(&mut self, now: Millis) {
        // One from the future means that the clock went backwards.
        let rested = |at: Millis| at > now || now.since(at) >= limits::RETURN_REST;
        let stale = self.given_back().filter(|(_, h)| h.returned.iter().any(|(_, at)| rested(*at)));
        let stale: Vec<ConversationId> = stale.map(|(id, _)| id.clone()).collect();
        for id in stale {
            self.change(&id, |h| h.returned.retain(|(_, at)| !rested(*at)));
        }
    }
}

/// Why the one at this place is promised less than before.
fn why_risen(line: &[Waiter<'_>], n: usize, slots: u32, basis: Option<Basis>) -> Risen {
    let one = &line[n];
    let came = |other: &Waiter<'_>| match (other.old, basis) {
        (Some(place), Some(basis)) => other.side == one.side && place.from > basis.at,
        _ => other.side == one.side && other.old.is_none(),
    };
    match basis {
        Some(basis) if slots < basis.slots => Risen::Staff,
        _ if line[..n].iter().any(came) => Risen::Overtaken,
        _ => Risen::Slower,
    }
}
