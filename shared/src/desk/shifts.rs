//! What time does to agents and what they hold: conversations nobody attends to go on, wrapping up ends, and whoever
//! shows no sign of life is away.

use super::cells::{Agent, Familiar, Standing};
use super::machine::{Desk, Outcome};
use crate::exchange::HandoffNo;
use crate::ids::{AgentId, ConversationId, GroupId};
use crate::limits;
use crate::protocol::DeskFrame;
use crate::protocol::desk::{AwayReason, Presence};
use crate::routing::{LeftWhy, What};
use crate::time::Millis;

impl Desk {
    /// The agent who has it attends to it.
    pub(super) fn handle_attended(&mut self, now: Millis, id: &ConversationId, no: HandoffNo) {
        let Some(handoff) = self.handoffs.get(id).filter(|h| h.no == no) else { return };
        let Standing::Assigned { agent, answer_by, .. } = handoff.standing.clone() else { return };
        let visitor = handoff.visitor.clone();
        if answer_by.is_some() {
            self.change(id, |h| {
                if let Standing::Assigned { answer_by, .. } = &mut h.standing {
                    *answer_by = None;
                }
            });
        }
        self.is_active(now, &agent);
        if self.agents.get(&agent).is_some_and(|a| a.missed > 0)
            && let Some(agent) = self.agents.edit(&agent)
        {
            agent.missed = 0;
        }
        if let Some(visitor) = visitor {
            if let Some(before) = self.familiar.get(&visitor) {
                self.index.met.remove(&(before.at, visitor.clone()));
            }
            self.index.met.insert((now, visitor.clone()));
            self.familiar.put(visitor, Familiar { agent, at: now });
            while self.index.met.len() > limits::DESK_FAMILIAR {
                let Some((_, oldest)) = self.index.met.pop_first() else { break };
                self.familiar.remove(&oldest);
            }
        }
    }

    /// The person behind the agent gave a sign of life. Not every one is worth a write.
    pub(super) fn is_active(&mut self, now: Millis, id: &AgentId) {
        let news = |a: &Agent| a.active > now || now.since(a.active) >= limits::ACTIVE_EVERY / 2;
        if self.agents.get(id).is_some_and(news)
            && let Some(agent) = self.agents.edit(id)
        {
            agent.active = now;
        }
    }

    /// The agent has just ended a conversation of the group.
    pub(super) fn begin_wrap_up(&mut self, now: Millis, id: &AgentId, group: &GroupId, ended: Millis) {
        let until = ended.min(now).plus(self.routing().wrap_up(group));
        if until > now
            && let Some(agent) = self.agents.edit(id)
        {
            agent.wrap_up = Some(agent.wrap_up.map_or(until, |before| before.max(until)));
        }
    }

    /// Everything whose time has come.
    pub(super) fn look_after(&mut self, now: Millis, out: &mut Outcome) {
        self.widen(now);
        self.take_from_absent(now, out);
        let longest = self.routing().groups.iter().filter_map(|g| g.wrap_up).max().unwrap_or(0);
        let longest = u64::from(longest.max(self.routing().wrap_up)) * 1_000;
        let away_after = u64::from(self.routing().away_after) * 1_000;
        // A time further off than any should be means that the clock went backwards, or that the routing has changed.
        let wrapped = |until: Millis| until <= now || until.since(now) > longest;
        let restless = |a: &Agent| a.active > now || a.active == Millis(0);
        let idle = |a: &Agent| {
            away_after > 0
                && a.presence == Presence::Online
                && !restless(a)
                && now.since(a.active) >= away_after
        };
        let due =
            self.agents.iter().filter(|(_, a)| a.wrap_up.is_some_and(wrapped) || restless(a) || idle(a));
        let due: Vec<AgentId> = due.map(|(id, _)| id.clone()).collect();
        for id in due {
            let Some(agent) = self.agents.edit(&id) else { continue };
            agent.wrap_up = agent.wrap_up.filter(|until| !wrapped(*until));
            if restless(agent) {
                agent.active = now;
            }
            if idle(agent) {
                self.send_away(now, &id, AwayReason::Idle, out);
            }
        }
    }

    /// Those who have waited for somebody who speaks their language go to anybody.
    fn widen(&mut self, now: Millis) {
        let passed =
            |until: Millis| until <= now || until.since(now) > u64::from(limits::ROUTING_SECONDS) * 1_000;
        let wide = self.index.narrow.iter().filter(|(until, _)| passed(*until));
        let wide: Vec<ConversationId> = wide.map(|(_, id)| id.clone()).collect();
        for id in wide {
            self.change(&id, |h| h.narrow = None);
            self.decide(now, &id, What::Widened);
        }
    }

    /// Conversations that their agents have not attended to in time go to the next agent, or back to their place.
    fn take_from_absent(&mut self, now: Millis, out: &mut Outcome) {
        while let Some((by, id)) = self.index.unattended.last().cloned() {
            let limit = self.handoffs.get(&id).and_then(|h| self.routing().no_answer(&h.group));
            if by <= now.plus(limit.unwrap_or(0)) {
                break;
            }
            self.change(&id, |h| {
                if let Standing::Assigned { answer_by, .. } = &mut h.standing {
                    *answer_by = limit.map(|limit| now.plus(limit));
                }
            });
        }
        while let Some((by, id)) = self.index.unattended.first().cloned().filter(|(by, _)| *by <= now) {
            debug_assert!(by <= now);
            let Some(Standing::Assigned { agent, .. }) = self.handoffs.get(&id).map(|h| h.standing.clone())
            else {
                break;
            };
            self.requeue(now, &id, LeftWhy::NoAnswer, out);
            self.shun(now, &id, agent.clone());
            let Some(held) = self.agents.edit(&agent) else { continue };
            held.missed = held.missed.saturating_add(1);
            if held.missed >= limits::NO_ANSWERS && held.presence == Presence::Online {
                self.send_away(now, &agent, AwayReason::NoAnswer, out);
            }
        }
    }

    fn send_away(&mut self, now: Millis, id: &AgentId, reason: AwayReason, out: &mut Outcome) {
        self.handle_presence(now, id, Presence::Away);
        if let Some(agent) = self.agents.edit(id) {
            agent.missed = 0;
            let windows = agent.windows.iter().filter(|w| w.greeted);
            out.replies.extend(windows.map(|w| (w.socket, DeskFrame::SentAway { reason })));
        }
    }

    /// When something of this is due.
    pub(super) fn shift_due(&self) -> Option<Millis> {
        let unattended = self.index.unattended.first().map(|(by, _)| *by);
        let narrow = self.index.narrow.first().map(|(until, _)| *until);
        let away_after = u64::from(self.routing().away_after) * 1_000;
        let of_agent = |(_, a): (&AgentId, &Agent)| {
            let idle = (away_after > 0 && a.presence == Presence::Online).then(|| a.active.plus(away_after));
            [a.wrap_up, idle].into_iter().flatten().min()
        };
        let agents = self.agents.iter().filter_map(of_agent);
        unattended.into_iter().chain(narrow).chain(agents).min()
    }
}
