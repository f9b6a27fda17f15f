//! Who gets what: the next in line that anybody can take, to whom it fits best.

use super::cells::{Agent, Handoff};
use super::machine::{Desk, Outcome};
use crate::ids::{AgentId, ConversationId, GroupId};
use crate::lang::Lang;
use crate::limits;
use crate::protocol::desk::Presence;
use crate::protocol::stage::default_group;
use crate::time::Millis;

impl Agent {
    /// Whether the agent belongs to the group; without any group, to the default one.
    pub(super) fn serves(&self, group: &GroupId) -> bool {
        let groups = &self.profile.groups;
        if groups.is_empty() { *group == default_group() } else { groups.contains(group) }
    }

    /// How badly the agent's languages fit: 0 speaks it, 1 nearly or unknown, 2 not.
    fn misfit(&self, lang: Lang) -> u8 {
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

impl Handoff {
    /// Whether the agent gave it back so recently that it should go to somebody else.
    fn shuns(&self, agent: &AgentId, now: Millis) -> bool {
        self.returned.iter().any(|(id, at)| id == agent && now.since(*at) < limits::RETURN_REST)
    }
}

impl Desk {
    /// Whether anybody of the group is on duty, agents who may just be reloading included.
    pub(super) fn on_duty(&self, group: &GroupId, now: Millis) -> bool {
        self.agents.iter().any(|(_, agent)| {
            let present = matches!(agent.presence, Presence::Online | Presence::Busy);
            let here = agent.gone.is_none_or(|gone| now.since(gone) < limits::AGENT_RECONNECT);
            present && here && agent.profile.capacity > 0 && agent.serves(group)
        })
    }

    /// Whether anybody takes conversations of the group by themselves.
    pub(super) fn is_served(&self, group: &GroupId) -> bool {
        let takes = |a: &Agent| a.presence == Presence::Online && a.profile.capacity > 0 && a.serves(group);
        self.agents.iter().any(|(_, agent)| takes(agent))
    }

    /// Whether the agent can be given a conversation of the group now.
    pub(super) fn can_serve(&self, id: &AgentId, group: &GroupId) -> bool {
        self.agents.get(id).is_some_and(|agent| agent.serves(group) && self.is_free(id, agent))
    }

    fn is_free(&self, id: &AgentId, agent: &Agent) -> bool {
        let here = agent.presence == Presence::Online && !agent.windows.is_empty();
        here && self.load(id) < agent.profile.capacity
    }

    /// Tells visitors who still wait long after the last agent of their group went off duty that nobody is there, also
    /// those who are away.
    pub(super) fn dismiss_unserved(&mut self, now: Millis, out: &mut Outcome) {
        let mut groups: Vec<GroupId> = self.unserved().map(|(_, h)| h.group.clone()).collect();
        groups.sort_unstable();
        groups.dedup();
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
    pub(super) fn assign_waiting(&mut self, now: Millis, out: &mut Outcome) {
        let free = self.agents.iter().filter(|(id, agent)| self.is_free(id, agent));
        let mut free: Vec<AgentId> = free.map(|(id, _)| id.clone()).collect();
        if free.is_empty() || self.index.waiting.is_empty() {
            return;
        }
        let line: Vec<ConversationId> = self.waiting().map(|(id, _)| id.clone()).collect();
        for id in line {
            let Some(agent) = self.handoffs.get(&id).and_then(|h| self.best(&free, h, now)) else { continue };
            if let Some(h) = self.handoffs.get(&id) {
                let taken = (std::cmp::Reverse(h.priority), h.since, id.clone());
                self.settle_ghosts_before(now, &agent, &taken);
            }
            self.end_wait(now, &id, Some(false));
            self.assign(now, &id, &agent, out);
            free.retain(|id| self.agents.get(id).is_some_and(|agent| self.is_free(id, agent)));
            if free.is_empty() {
                return;
            }
        }
    }

    /// Of the free agents of its group the one who speaks the visitor's language best, then has the smallest part of
    /// the capacity taken, then has waited longest for an assignment.
    fn best(&self, free: &[AgentId], handoff: &Handoff, now: Millis) -> Option<AgentId> {
        let fitting = free.iter().filter_map(|id| Some((id, self.agents.get(id)?)));
        let fitting = fitting.filter(|(id, a)| a.serves(&handoff.group) && !handoff.shuns(id, now));
        let rank = |id: &AgentId, a: &Agent| {
            let part = u64::from(self.load(id)) * 1_000_000 / u64::from(a.profile.capacity.max(1));
            (a.misfit(handoff.brief.lang), part, a.turn)
        };
        fitting.min_by_key(|(id, agent)| rank(id, agent)).map(|(id, _)| id.clone())
    }
}
