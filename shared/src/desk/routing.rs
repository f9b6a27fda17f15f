//! Who gets what: the next in line that anybody can take, to whom it fits best.

use std::collections::BTreeSet;

use super::cells::{Agent, Handoff};
use super::machine::{Desk, Outcome};
use crate::ids::{AgentId, ConversationId, GroupId};
use crate::lang::Lang;
use crate::limits;
use crate::protocol::desk::Presence;
use crate::routing::Given;
use crate::time::Millis;

impl Agent {
    /// Whether the agent belongs to the group; without any group, to the default one.
    pub(super) fn serves(&self, group: &GroupId) -> bool {
        self.profile.serves(group)
    }

    /// How badly the agent's languages fit: 0 speaks it, 1 nearly or unknown, 2 not.
    pub(super) fn misfit(&self, lang: Lang) -> u8 {
        let languages = &self.profile.languages;
        if languages.contains(&lang) {
            0
        } else if languages.is_empty() || languages.iter().any(|l| l.is_kin(lang)) {
            1
        } else {
            2
        }
    }
}

impl Agent {
    /// Whether the agent is on duty for the group, also one who may just be reloading.
    pub(super) fn is_on_duty(&self, group: &GroupId, now: Millis) -> bool {
        let present = matches!(self.presence, Presence::Online | Presence::Busy);
        let here = self.gone.is_none_or(|gone| now.since(gone) < limits::AGENT_RECONNECT);
        present && here && self.profile.capacity > 0 && self.serves(group)
    }

    /// Whether the agent takes conversations of the group by themselves.
    pub(super) fn takes(&self, group: &GroupId) -> bool {
        self.presence == Presence::Online && self.profile.capacity > 0 && self.serves(group)
    }
}

impl Handoff {
    /// Whether the agent gave it back so recently that it should go to somebody else.
    pub(super) fn shuns(&self, agent: &AgentId, now: Millis) -> bool {
        self.returned.iter().any(|(id, at)| id == agent && now.since(*at) < limits::RETURN_REST)
    }
}

impl Desk {
    /// Whether anybody of the group is on duty, agents who may just be reloading included.
    pub(super) fn on_duty(&self, group: &GroupId, now: Millis) -> bool {
        // A group that may have nothing at a time is closed.
        self.routing().capacity(group) > 0
            && self.agents.iter().any(|(_, agent)| agent.is_on_duty(group, now))
    }

    /// Whether anybody takes conversations of the group by themselves.
    pub(super) fn is_served(&self, group: &GroupId) -> bool {
        self.routing().capacity(group) > 0 && self.agents.iter().any(|(_, agent)| agent.takes(group))
    }

    /// Whether the agent can be given a conversation of the group now.
    pub(super) fn can_serve(&self, id: &AgentId, group: &GroupId) -> bool {
        let can = |agent: &Agent| agent.serves(group) && self.is_free(id, agent);
        self.agents.get(id).is_some_and(can) && self.group_has_room(group, 1)
    }

    pub(super) fn is_free(&self, id: &AgentId, agent: &Agent) -> bool {
        let here = agent.presence == Presence::Online && !agent.windows.is_empty();
        here && agent.wrap_up.is_none() && self.load(id) < agent.profile.capacity
    }

    /// Tells visitors who still wait long after the last agent of their group went off duty that nobody is there, also
    /// those who are away.
    pub(super) fn dismiss_unserved(&mut self, now: Millis, out: &mut Outcome) {
        let groups: Vec<GroupId> = self.index.lined.keys().cloned().collect();
        let without = self.groups.iter().filter(|(_, g)| g.off.is_some()).map(|(id, _)| id.clone());
        let relieved: Vec<_> = without.filter(|id| groups.binary_search(id).is_err()).collect();
        for id in relieved {
            self.mark_off(&id, None);
        }
        for id in groups {
            let off = if self.is_attended(&id, now) {
                None
            } else {
                let since = self.groups.get(&id).and_then(|g| g.off).unwrap_or(now);
                Some(since.min(now))
            };
            if off.is_some_and(|off| now.since(off) >= limits::OFF_DUTY_GRACE) {
                let all = self.unserved().filter(|(_, h)| h.group == id);
                let all: Vec<ConversationId> = all.map(|(conversation, _)| conversation.clone()).collect();
                for conversation in all {
                    self.send_on(now, &conversation, out);
                }
                self.mark_off(&id, None);
            } else {
                self.mark_off(&id, off);
            }
        }
    }

    fn mark_off(&mut self, id: &GroupId, off: Option<Millis>) {
        if self.groups.get(id).and_then(|g| g.off) != off
            && let Some(group) = self.group(id)
        {
            group.off = off;
        }
    }

    /// Gives every waiting conversation that somebody can take to whom it fits best, the next in line first.
    ///
    /// One that is too heavy for every free agent holds the one of them with the smallest load, who gets nothing else
    /// meanwhile: the lighter ones behind it must not keep it waiting for ever. A group at its capacity lets nobody of it by.
    pub(super) fn assign_waiting(&mut self, now: Millis, out: &mut Outcome) {
        let free = self.agents.iter().filter(|(id, agent)| self.is_free(id, agent));
        let mut free: Vec<AgentId> = free.map(|(id, _)| id.clone()).collect();
        if free.is_empty() || self.index.waiting.is_empty() {
            return;
        }
        let line: Vec<ConversationId> = self.waiting().map(|(id, _)| id.clone()).collect();
        // Whoever is like somebody whom nobody could take need not be looked at: in between agents only become fewer.
        let mut hopeless: BTreeSet<(GroupId, Lang, bool, u32)> = BTreeSet::new();
        let mut full: BTreeSet<GroupId> = BTreeSet::new();
        for id in line {
            let Some(h) = self.handoffs.get(&id) else { continue };
            let kind = (h.group.clone(), h.brief.lang, h.narrow.is_some(), h.weight);
            if full.contains(&h.group) || hopeless.contains(&kind) {
                continue;
            }
            if !self.group_has_room(&h.group, h.weight) {
                full.insert(h.group.clone());
                continue;
            }
            let Some((agent, why, among)) = self.best(&free, h, now) else {
                let held = (h.weight > 1).then(|| self.lightest(&free, h, now)).flatten();
                if let Some(held) = &held {
                    free.retain(|id| id != held);
                }
                if h.returned.is_empty() {
                    hopeless.insert(kind);
                }
                continue;
            };
            let taken = h.in_line(&id);
            self.settle_ghosts_before(now, &agent, &taken);
            self.end_wait(now, &id, Some(false));
            self.assign(now, &id, &agent, (why, among), out);
            free.retain(|id| self.agents.get(id).is_some_and(|agent| self.is_free(id, agent)));
            if free.is_empty() {
                return;
            }
        }
    }

    /// Of the agents who can take it the one whom this visitor knows; else who speaks the language best, then has the
    /// smallest part of the capacity taken, then has waited longest for an assignment. With the reason, and how many
    /// there were to choose from.
    pub(super) fn best(
        &self,
        free: &[AgentId],
        handoff: &Handoff,
        now: Millis,
    ) -> Option<(AgentId, Given, u32)> {
        let mut fitting: Vec<((u8, u64, u64), &AgentId)> = Vec::new();
        let narrow = self.is_narrow(handoff);
        for id in free {
            let Some(agent) = self.agents.get(id) else { continue };
            let misfit = agent.misfit(handoff.brief.lang);
            let fits = agent.serves(&handoff.group)
                && !handoff.shuns(id, now)
                && (!narrow || misfit < 2)
                && self.has_room(id, agent, handoff.weight);
            if fits {
                let part = u64::from(self.load(id)) * 1_000_000 / u64::from(agent.profile.capacity.max(1));
                fitting.push(((misfit, part, agent.turn), id));
            }
        }
        let among = u32::try_from(fitting.len()).unwrap_or(u32::MAX);
        let known = handoff.visitor.as_ref().and_then(|visitor| self.familiar.get(visitor));
        let known = known.filter(|known| now.since(known.at) < limits::FAMILIAR);
        if let Some((_, id)) = known.and_then(|known| fitting.iter().find(|(_, id)| **id == known.agent)) {
            return Some(((*id).clone(), Given::Familiar, among));
        }
        let ((misfit, part, _), best) = *fitting.iter().min()?;
        let equals =
            |same: &dyn Fn(&(u8, u64, u64)) -> bool| fitting.iter().filter(|(rank, _)| same(rank)).count();
        let why = if among == 1 {
            Given::Only
        } else if equals(&|rank| rank.0 == misfit) == 1 {
            Given::Language
        } else if equals(&|rank| (rank.0, rank.1) == (misfit, part)) == 1 {
            Given::LeastLoaded
        } else {
            Given::Turn
        };
        Some((best.clone(), why, among))
    }

    /// Of the free agents who serve it the one with the smallest load.
    fn lightest(&self, free: &[AgentId], handoff: &Handoff, now: Millis) -> Option<AgentId> {
        let narrow = self.is_narrow(handoff);
        let serves = |id: &&AgentId| {
            self.agents.get(id).is_some_and(|agent| {
                agent.serves(&handoff.group)
                    && !handoff.shuns(id, now)
                    && (!narrow || agent.misfit(handoff.brief.lang) < 2)
            })
        };
        free.iter().filter(serves).min_by_key(|id| self.load(id)).cloned()
    }

    /// Whether only those who speak the visitor's language are given it: for a while, and as long as any of them takes
    /// conversations of the group.
    pub(super) fn is_narrow(&self, handoff: &Handoff) -> bool {
        let speaks = |agent: &Agent| agent.misfit(handoff.brief.lang) < 2;
        handoff.narrow.is_some()
            && self.agents.iter().any(|(_, agent)| agent.takes(&handoff.group) && speaks(agent))
    }

    /// Whether the agent has room for so much more. One who has nothing has room for anything.
    pub(super) fn has_room(&self, id: &AgentId, agent: &Agent, weight: u32) -> bool {
        let load = self.load(id);
        agent.profile.capacity > 0 && (load == 0 || load.saturating_add(weight) <= agent.profile.capacity)
    }

    /// Whether the group has room for so much more, likewise.
    pub(super) fn group_has_room(&self, group: &GroupId, weight: u32) -> bool {
        let (load, most) = (self.group_load(group), self.routing().capacity(group));
        most > 0 && (load == 0 || load.saturating_add(weight) <= most)
    }
}
