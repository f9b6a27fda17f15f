//! What must hold at a desk after every step.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::super::cells::{Agent, Handoff, Standing};
use super::{Belief, World};
use crate::ids::{AgentId, ConversationId, GroupId};
use crate::limits;
use crate::protocol::desk::Presence;

impl World {
    pub(super) fn bars(&self, handoff: &Handoff, agent: &AgentId) -> bool {
        handoff.returned.iter().any(|(a, at)| a == agent && self.h.now.since(*at) < limits::RETURN_REST)
    }

    /// An assignment nobody asked for is within capacity, and nobody it overtook could have been taken.
    pub(super) fn check_assignment(&self, id: &ConversationId, agent: &AgentId, what: &str) {
        let desk = &self.h.desk;
        let served = desk.handoffs.get(id).unwrap();
        let a = desk.agents.get(agent).unwrap();
        assert!(!self.absent.contains(id), "{what}: {id} was given to {agent} and is away");
        assert!(a.serves(&served.group), "{what}: {agent} does not serve {}", served.group);
        assert!(desk.load(agent) <= a.profile.capacity, "{what}: {agent} is over capacity");
        assert_eq!(a.presence, Presence::Online, "{what}: {agent}");
        assert!(!self.bars(served, agent), "{what}: {agent} gave {id} back just now");
        let line = |id: &ConversationId, h: &Handoff| (Reverse(h.priority), h.since, id.clone());
        for (other, waiting) in desk.waiting() {
            let overtaken = line(other, waiting) < line(id, served);
            assert!(
                !overtaken || !a.serves(&waiting.group) || self.bars(waiting, agent),
                "{what}: {id} overtook {other}"
            );
        }
    }

    pub(super) fn check(&mut self, what: &str) {
        let desk = &self.h.desk;
        // Everybody is somewhere, and knows where.
        for (id, (no, belief)) in &self.beliefs {
            let handoff = desk.handoffs.get(id);
            let standing = handoff.map(|h| &h.standing);
            let fits = match belief {
                Belief::Bot => matches!(standing, None | Some(Standing::Closed { .. })),
                Belief::Asking => false,
                Belief::Queued(position) => {
                    standing == Some(&Standing::Waiting)
                        && handoff.is_some_and(|h| !h.away)
                        && desk.places.get(id).is_some_and(|p| p.shown.position == *position)
                }
                Belief::Away => {
                    standing == Some(&Standing::Waiting)
                        && handoff.is_some_and(|h| h.away)
                        && desk.places.get(id).is_none()
                }
                Belief::Offline => matches!(standing, Some(Standing::Closed { .. })),
                Belief::Assigned(agent) => {
                    matches!(standing, Some(Standing::Assigned { agent: a, .. }) if a == agent)
                }
                Belief::Left => standing == Some(&Standing::Message),
            };
            assert!(
                fits && handoff.is_none_or(|h| h.no.0 == *no),
                "{what}: {id} believes {belief:?}, not {handoff:?}"
            );
        }
        // Whoever comes back, from an agent or from being away, stands where they stood; the desk knows who is away.
        for (id, handoff) in desk.handoffs.iter() {
            let since = *self.since.entry((id.clone(), handoff.no.0)).or_insert(handoff.since);
            let kept = since == handoff.since || handoff.left.is_some();
            assert!(kept, "{what}: {id} lost its place");
            let open = !matches!(handoff.standing, Standing::Closed { .. });
            assert!(!open || handoff.away == self.absent.contains(id), "{what}: {id} {handoff:?}");
        }
        // No fitting agent is idle while somebody waits.
        let free = |(id, a): &(&AgentId, &Agent)| {
            a.presence == Presence::Online && !a.windows.is_empty() && desk.load(id) < a.profile.capacity
        };
        for (agent, a) in desk.agents.iter().filter(free) {
            for (id, handoff) in desk.waiting() {
                assert!(
                    !a.serves(&handoff.group) || self.bars(handoff, agent),
                    "{what}: {agent} is free while {id} waits"
                );
            }
        }
        // Positions are 1 to n in every class.
        let mut classes: BTreeMap<(&GroupId, i32), Vec<u32>> = BTreeMap::new();
        for (id, handoff) in desk.waiting() {
            let position = desk.places.get(id).unwrap().shown.position;
            classes.entry((&handoff.group, handoff.priority)).or_default().push(position);
        }
        for (class, mut positions) in classes {
            positions.sort_unstable();
            assert!(
                positions.iter().copied().eq(1..=positions.len() as u32),
                "{what}: {class:?} {positions:?}"
            );
        }
        assert_eq!(desk.places.iter().count(), desk.index.waiting.len(), "{what}");
        // Every console sees the same, and the truth.
        let mut views = self.replicas.values().map(|r| r.clone().on_duty());
        if let Some(first) = views.next() {
            assert!(views.all(|view| view == first), "{what}: consoles differ");
            assert_eq!(
                first.assigned.len(),
                desk.index.assigned.values().map(|a| a.len()).sum::<usize>(),
                "{what}"
            );
            let waiting = desk.index.waiting.len() + desk.index.away.len();
            assert_eq!(first.waiting.len(), waiting + desk.index.messages.len(), "{what}");
            assert_eq!(
                first.waiting.values().filter(|card| card.away).count(),
                desk.index.away.len(),
                "{what}"
            );
            assert!(first.agents.iter().all(|(id, a)| a.load == desk.load(id)), "{what}");
        }
        self.check_hope(what);
        if self.rng.below(8) == 0 {
            self.h.check_restored();
        }
    }

    /// Nobody waits for long when nobody is on duty.
    fn check_hope(&mut self, what: &str) {
        let (desk, now) = (&self.h.desk, self.h.now);
        let waiting: Vec<GroupId> = desk.waiting().chain(desk.away()).map(|(_, h)| h.group.clone()).collect();
        self.off.retain(|group, _| waiting.contains(group) && !desk.on_duty(group, now));
        for group in waiting {
            if !desk.on_duty(&group, now) {
                let since = *self.off.entry(group).or_insert(now);
                assert!(
                    self.clock_jumps || now.since(since) <= limits::OFF_DUTY_GRACE,
                    "{what}: waiting in vain"
                );
            }
        }
    }
}
