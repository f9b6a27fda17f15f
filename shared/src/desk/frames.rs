//! What an input makes known: cells, posts, and frames to every console window.

use std::collections::BTreeMap;

use super::Effect;
use super::cells::{Agent, Handoff, Standing};
use super::machine::{Desk, Outcome};
use crate::conversation::SocketId;
use crate::ids::{AgentId, ConversationId, GroupId};
use crate::limits;
use crate::protocol::DeskFrame;
use crate::protocol::desk::{AgentState, AssignedCard, GroupCard, Presence, WaitingCard, WaitingKind};
use crate::protocol::stage::default_group;

/// What consoles are shown of a handoff.
#[derive(Debug, PartialEq)]
enum Card {
    Waiting(WaitingCard),
    Assigned(AssignedCard),
}

fn card(conversation: &ConversationId, handoff: &Handoff) -> Option<Card> {
    let Handoff { since, group, priority, brief, away, call_back, .. } = handoff.clone();
    let conversation = conversation.clone();
    let waiting = |kind| WaitingCard {
        conversation: conversation.clone(),
        kind,
        since,
        group: group.clone(),
        priority,
        away: away && kind == WaitingKind::Live,
        brief: brief.clone(),
    };
    match &handoff.standing {
        Standing::Waiting if call_back => Some(Card::Waiting(waiting(WaitingKind::CallBack))),
        Standing::Waiting => Some(Card::Waiting(waiting(WaitingKind::Live))),
        Standing::Message => Some(Card::Waiting(waiting(WaitingKind::Message))),
        Standing::Assigned { agent, at, .. } => Some(Card::Assigned(AssignedCard {
            conversation,
            agent: agent.clone(),
            since: *at,
            group,
            call_back,
            brief,
        })),
        Standing::Closed { .. } => None,
    }
}

pub(super) fn state(agent: &Agent, load: u32) -> AgentState {
    let profile = &agent.profile;
    AgentState {
        agent: profile.agent.clone(),
        presence: agent.presence,
        capacity: profile.capacity,
        load,
        wrap_up: agent.wrap_up,
    }
}

impl Desk {
    /// Everything the present input brought about, what is durable first.
    pub(super) fn effects(&mut self, out: Outcome) -> Vec<Effect> {
        let mut effects = Vec::new();
        let handoffs = self.handoffs.take_changes();
        let agents = self.agents.take_changes();
        effects.extend(handoffs.iter().map(|(id, _)| self.handoffs.persist("handoff", id)));
        let places = self.places.take_changes();
        effects.extend(places.iter().map(|(id, _)| self.places.persist("place", id)));
        effects.extend(agents.iter().map(|(id, _)| self.agents.persist("agent", id)));
        let groups = self.groups.take_changes();
        effects.extend(groups.iter().map(|(id, _)| self.groups.persist("group", id)));
        let ghosts = self.ghosts.take_changes();
        effects.extend(ghosts.iter().map(|(id, _)| self.ghosts.persist("ghost", id)));
        let ran = self.run.take_changes();
        effects.extend(ran.iter().map(|(name, _)| self.run.persist("estimate", name)));
        let team = self.team.take_changes();
        effects.extend(team.iter().map(|(name, _)| self.team.persist("roster", name)));
        effects.extend(self.history.persist());
        let plans = self.plan.take_changes();
        effects.extend(plans.iter().map(|(name, _)| self.plan.persist("routing", name)));
        let decided = self.decisions.take_changes();
        effects.extend(decided.iter().map(|(slot, _)| self.decisions.persist("decision", slot)));
        let met = self.familiar.take_changes();
        let turns = self.turns.take_changes();
        effects.extend(turns.iter().map(|(id, _)| self.turns.persist("turn", id)));
        effects.extend(met.iter().map(|(id, _)| self.familiar.persist("familiar", id)));
        effects.extend(out.posts.into_iter().map(|(conversation, item)| Effect::Post { conversation, item }));

        let mut frames = self.handoff_frames(&handoffs);
        frames.extend(self.agent_frames(&handoffs, &agents));
        for socket in self.greeted_windows().filter(|socket| !out.greeted.contains(socket)) {
            effects.extend(frames.iter().map(|frame| Effect::Send { socket, frame: frame.clone() }));
        }
        effects.extend(out.replies.into_iter().map(|(socket, frame)| Effect::Send { socket, frame }));
        for socket in out.greeted {
            effects.extend(self.snapshot(socket).map(|frame| Effect::Send { socket, frame }));
        }
        effects.extend(out.closes.into_iter().map(|(socket, code)| Effect::Close { socket, code }));
        effects
    }

    fn greeted_windows(&self) -> impl Iterator<Item = SocketId> {
        let windows = self.agents.iter().flat_map(|(_, agent)| agent.windows.iter());
        windows.filter(|window| window.greeted).map(|window| window.socket)
    }

    fn handoff_frames(&self, changes: &[(ConversationId, Option<Handoff>)]) -> Vec<DeskFrame> {
        let frame = |(id, before): &(ConversationId, Option<Handoff>)| {
            let before = before.as_ref().and_then(|handoff| card(id, handoff));
            let after = self.handoffs.get(id).and_then(|handoff| card(id, handoff));
            if before == after {
                return None;
            }
            Some(match after {
                Some(Card::Waiting(card)) => DeskFrame::Waiting { card },
                Some(Card::Assigned(card)) => DeskFrame::Assigned { card },
                None => DeskFrame::Gone { conversation: id.clone() },
            })
        };
        changes.iter().filter_map(frame).collect()
    }

    /// Agents whose presence, profile or load changed. One who vanished is told of as offline, without load.
    fn agent_frames(
        &self,
        handoffs: &[(ConversationId, Option<Handoff>)],
        agents: &[(AgentId, Option<Agent>)],
    ) -> Vec<DeskFrame> {
        // How much more load each agent had before.
        let mut more: BTreeMap<AgentId, i64> = BTreeMap::new();
        let holder = |handoff: Option<&Handoff>| match handoff.map(|h| &h.standing) {
            Some(Standing::Assigned { agent, .. }) => {
                Some((agent.clone(), i64::from(handoff.map_or(1, |h| h.weight))))
            }
            _ => None,
        };
        for (id, before) in handoffs {
            if let Some((agent, weight)) = holder(before.as_ref()) {
                *more.entry(agent).or_default() += weight;
            }
            if let Some((agent, weight)) = holder(self.handoffs.get(id)) {
                *more.entry(agent).or_default() -= weight;
            }
        }
        let former: BTreeMap<&AgentId, Option<&Agent>> =
            agents.iter().map(|(id, a)| (id, a.as_ref())).collect();
        for (id, _) in agents {
            more.entry(id.clone()).or_default();
        }
        let mut frames = Vec::new();
        for (id, more) in more {
            let load = self.load(&id);
            let before = former.get(&id).copied().unwrap_or_else(|| self.agents.get(&id));
            let load_before = u32::try_from(i64::from(load) + more).unwrap_or(0);
            let before = before.map(|agent| state(agent, load_before));
            let after = match self.agents.get(&id) {
                Some(agent) => Some(state(agent, load)),
                None => before.clone().map(|b| AgentState {
                    presence: Presence::Offline,
                    load: 0,
                    wrap_up: None,
                    ..b
                }),
            };
            frames.extend(
                after.filter(|after| before.as_ref() != Some(after)).map(|agent| DeskFrame::Agent { agent }),
            );
        }
        frames
    }

    /// How an agent stands, when on duty or just gone, and what they have.
    #[must_use]
    pub fn member(&self, id: &AgentId) -> (Option<AgentState>, Vec<AssignedCard>) {
        let held = self.index.assigned.get(id).into_iter().flatten();
        let cards = held.filter_map(|id| match card(id, self.handoffs.get(id)?)? {
            Card::Assigned(card) => Some(card),
            Card::Waiting(_) => None,
        });
        (self.agents.get(id).map(|agent| state(agent, self.load(id))), cards.collect())
    }

    fn group_cards(&self) -> Vec<GroupCard> {
        let routing = self.routing();
        let others = routing.groups.iter().map(|group| &group.id).filter(|id| **id != default_group());
        let name = |id: &GroupId| {
            let named = routing.group(id).map(|group| group.name.clone()).filter(|name| !name.is_empty());
            named.unwrap_or_else(|| id.to_string())
        };
        let usual = default_group();
        let all = std::iter::once(&usual).chain(others);
        all.map(|id| GroupCard { group: id.clone(), name: name(id) }).collect()
    }

    /// Everything the agent behind this window may see, within `limits::SNAPSHOT_CARDS`.
    fn snapshot(&self, socket: SocketId) -> Option<DeskFrame> {
        let me = self.agent_of(socket)?;
        let own = self.agents.get(&me).map(|agent| state(agent, self.load(&me)))?;
        let cards = |ids: &mut dyn Iterator<Item = &ConversationId>| -> Vec<Card> {
            ids.take(limits::SNAPSHOT_CARDS).filter_map(|id| card(id, self.handoffs.get(id)?)).collect()
        };
        let line = self.index.waiting.iter().chain(&self.index.away).map(|(_, _, id)| id);
        let waiting = cards(&mut line.chain(self.index.messages.iter().map(|(_, id)| id)));
        let mine = self.index.assigned.get(&me).into_iter().flatten();
        let others = self.index.assigned.iter().filter(|(id, _)| **id != me).flat_map(|(_, held)| held);
        let assigned = cards(&mut mine.chain(others));
        Some(DeskFrame::Snapshot {
            me: own,
            agents: self.agents.iter().map(|(id, agent)| state(agent, self.load(id))).collect(),
            waiting: waiting
                .into_iter()
                .filter_map(|c| if let Card::Waiting(c) = c { Some(c) } else { None })
                .collect(),
            assigned: assigned
                .into_iter()
                .filter_map(|c| if let Card::Assigned(c) = c { Some(c) } else { None })
                .collect(),
            groups: self.group_cards(),
        })
    }
}
