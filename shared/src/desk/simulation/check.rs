//! What must hold at a desk after every step.

use std::collections::BTreeMap;

use super::super::cells::{Agent, Handoff, Standing};
use super::{Belief, World};
use crate::ids::{AgentId, ConversationId, GroupId};
use crate::limits;
use crate::protocol::desk::Presence;
use crate::time::Millis;

impl World {
    pub(super) fn bars(&self, handoff: &Handoff, agent: &AgentId) -> bool {
        handoff.returned.iter().any(|(a, at)| a == agent && self.h.now.since(*at) < limits::RETURN_REST)
    }

    /// Whether the agent is one who may be given it, room apart.
    fn may_have(&self, id: &AgentId, a: &Agent, handoff: &Handoff) -> bool {
        let desk = &self.h.desk;
        let speaks = |a: &Agent| a.misfit(handoff.brief.lang) < 2;
        let takes =
            |a: &Agent| a.presence == Presence::Online && a.profile.capacity > 0 && a.serves(&handoff.group);
        let narrow = handoff.narrow.is_some() && desk.agents.iter().any(|(_, a)| takes(a) && speaks(a));
        a.serves(&handoff.group) && !self.bars(handoff, id) && (!narrow || speaks(a))
    }

    /// Whether an agent who has so much has room for it.
    fn fits(a: &Agent, load: u32, handoff: &Handoff) -> bool {
        load == 0 || load + handoff.weight <= a.profile.capacity
    }

    /// Whether the handoff's group has room for it, and for all of the group in front of it.
    fn group_lets(&self, id: &ConversationId, handoff: &Handoff) -> bool {
        let desk = &self.h.desk;
        let (load, most) = (desk.group_load(&handoff.group), desk.routing().capacity(&handoff.group));
        let lets = |h: &Handoff| most > 0 && (load == 0 || load.saturating_add(h.weight) <= most);
        let before = |(other, h): &(&ConversationId, &Handoff)| {
            h.group == handoff.group && h.in_line(other) < handoff.in_line(id)
        };
        lets(handoff) && desk.waiting().filter(before).all(|(_, h)| lets(h))
    }

    /// An assignment nobody asked for is within capacity, and nobody it overtook could have been taken.
    pub(super) fn check_assignment(&self, id: &ConversationId, agent: &AgentId, what: &str) {
        let desk = &self.h.desk;
        let served = desk.handoffs.get(id).unwrap();
        let a = desk.agents.get(agent).unwrap();
        assert!(!self.absent.contains(id), "{what}: {id} was given to {agent} and is away");
        assert!(a.serves(&served.group), "{what}: {agent} does not serve {}", served.group);
        let (load, held) = (desk.load(agent), desk.held(agent));
        assert!(load <= a.profile.capacity || held == 1, "{what}: {agent} is over capacity");
        let (all, most) = (desk.group_load(&served.group), desk.routing().capacity(&served.group));
        assert!(all <= most || all == served.weight, "{what}: {} is over capacity", served.group);
        assert_eq!(a.presence, Presence::Online, "{what}: {agent}");
        assert_eq!(a.wrap_up, None, "{what}: {agent} wraps up");
        assert!(!self.bars(served, agent), "{what}: {agent} gave {id} back just now");
        for (other, waiting) in desk.waiting() {
            let overtaken = waiting.in_line(other) < served.in_line(id);
            assert!(
                !overtaken
                    || !self.may_have(agent, a, waiting)
                    || !Self::fits(a, load - served.weight, waiting)
                    || !self.group_lets(other, waiting),
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
        // No fitting agent is idle while somebody waits, unless something heavier in front waits for that agent.
        let free = |(id, a): &(&AgentId, &Agent)| {
            a.presence == Presence::Online
                && !a.windows.is_empty()
                && a.wrap_up.is_none()
                && desk.load(id) < a.profile.capacity
        };
        for (agent, a) in desk.agents.iter().filter(free) {
            for (id, handoff) in desk.waiting() {
                if !self.may_have(agent, a, handoff) || !self.group_lets(id, handoff) {
                    continue;
                }
                if !Self::fits(a, desk.load(agent), handoff) {
                    break;
                }
                panic!("{what}: {agent} is free while {id} waits");
            }
        }
        // No time that is up goes unnoticed.
        let up = |at: Option<Millis>| at.is_some_and(|at| at <= self.h.now);
        assert!(!up(desk.index.unattended.first().map(|(by, _)| *by)), "{what}: not attended to");
        assert!(!desk.agents.iter().any(|(_, a)| up(a.wrap_up)), "{what}: wraps up too long");
        assert!(!desk.waiting().any(|(_, h)| up(h.narrow)), "{what}: waits too long for a speaker");
        // Whoever was told that somebody is behind has somebody behind.
        let mut behind: Vec<&GroupId> = Vec::new();
        for (id, handoff) in desk.waiting().collect::<Vec<_>>().into_iter().rev() {
            let followed = desk.places.get(id).unwrap().shown.followed;
            assert!(!followed || behind.contains(&&handoff.group), "{what}: nobody is behind {id}");
            behind.push(&handoff.group);
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
