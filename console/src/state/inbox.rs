//! What the desk shows this agent: a replica of its snapshot, kept by its frames, and the order of the lists.

use std::collections::BTreeMap;

use shared::ids::{AgentId, ConversationId, GroupId};
use shared::protocol::desk::{AgentState, AssignedCard, DeskFrame, Presence, WaitingCard, WaitingKind};

/// Conversations of mine that ended in this window stay in reach, this many at most.
pub const RECENT: usize = 6;

/// The desk as this agent sees it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inbox {
    /// Whether a snapshot has arrived on this line.
    pub ready: bool,
    me: Option<AgentState>,
    agents: Vec<AgentState>,
    waiting: BTreeMap<ConversationId, WaitingCard>,
    assigned: BTreeMap<ConversationId, AssignedCard>,
    recent: Vec<AssignedCard>,
    groups: Vec<(GroupId, String)>,
}

/// What a frame means for the person at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// A conversation became mine.
    Mine(ConversationId),
    /// A conversation is mine no longer.
    NotMine(ConversationId),
    /// Somebody new waits.
    Waits(ConversationId),
}

impl Inbox {
    /// Takes a frame in. Frames about conversations that are not known are taken as they come: the desk is right.
    pub fn apply(&mut self, frame: DeskFrame) -> Vec<Happened> {
        let before: Vec<ConversationId> = self.mine().iter().map(|c| c.conversation.clone()).collect();
        let mut happened = Vec::new();
        match frame {
            DeskFrame::Snapshot { me, agents, waiting, assigned, groups } => {
                self.groups = groups.into_iter().map(|card| (card.group, card.name)).collect();
                self.ready = true;
                self.me = Some(me);
                self.agents = agents;
                self.waiting = waiting.into_iter().map(|c| (c.conversation.clone(), c)).collect();
                let formerly = std::mem::take(&mut self.assigned);
                self.assigned = assigned.into_iter().map(|c| (c.conversation.clone(), c)).collect();
                for card in formerly.into_values().filter(|c| before.contains(&c.conversation)) {
                    self.remember(card);
                }
            }
            DeskFrame::Waiting { card } => {
                let id = card.conversation.clone();
                self.assigned.remove(&id);
                if self.waiting.insert(id.clone(), card).is_none() {
                    happened.push(Happened::Waits(id));
                }
            }
            DeskFrame::Assigned { card } => {
                self.waiting.remove(&card.conversation);
                self.assigned.insert(card.conversation.clone(), card);
            }
            DeskFrame::Gone { conversation } => {
                self.waiting.remove(&conversation);
                if let Some(card) = self.assigned.remove(&conversation)
                    && before.contains(&conversation)
                {
                    self.remember(card);
                }
            }
            DeskFrame::Agent { agent } => {
                if self.me.as_ref().is_some_and(|me| me.agent.id == agent.agent.id) {
                    self.me = Some(agent.clone());
                }
                match self.agents.iter_mut().find(|a| a.agent.id == agent.agent.id) {
                    Some(known) => *known = agent,
                    None => self.agents.push(agent),
                }
            }
            DeskFrame::Error { .. }
            | DeskFrame::SentAway { .. }
            | DeskFrame::Decisions { .. }
            | DeskFrame::Explained { .. } => {}
        }
        let after: Vec<ConversationId> = self.mine().iter().map(|c| c.conversation.clone()).collect();
        self.recent
            .retain(|c| !after.contains(&c.conversation) && !self.waiting.contains_key(&c.conversation));
        happened.extend(after.iter().filter(|id| !before.contains(id)).cloned().map(Happened::Mine));
        happened.extend(before.into_iter().filter(|id| !after.contains(id)).map(Happened::NotMine));
        happened
    }

    fn remember(&mut self, card: AssignedCard) {
        self.recent.retain(|c| c.conversation != card.conversation);
        self.recent.insert(0, card);
        self.recent.truncate(RECENT);
    }

    /// Shows a chosen presence at once; the desk's answer confirms or corrects it.
    pub fn expect_presence(&mut self, presence: Presence) {
        if let Some(me) = &mut self.me {
            me.presence = presence;
        }
    }

    /// This agent.
    #[must_use]
    pub fn me(&self) -> Option<&AgentState> {
        self.me.as_ref()
    }

    fn my_id(&self) -> Option<&AgentId> {
        self.me.as_ref().map(|me| &me.agent.id)
    }

    /// The other agents: reachable ones first, then by name.
    #[must_use]
    pub fn colleagues(&self) -> Vec<AgentState> {
        let mut list: Vec<AgentState> =
            self.agents.iter().filter(|a| Some(&a.agent.id) != self.my_id()).cloned().collect();
        list.sort_by(|a, b| (rank(a.presence), &a.agent.name).cmp(&(rank(b.presence), &b.agent.name)));
        list
    }

    /// Conversations assigned to me, oldest first: the list does not jump while one works in it.
    #[must_use]
    pub fn mine(&self) -> Vec<&AssignedCard> {
        let mut list: Vec<_> =
            self.assigned.values().filter(|c| self.my_id().is_some_and(|id| *id == c.agent)).collect();
        list.sort_by(|a, b| (a.since, &a.conversation).cmp(&(b.since, &b.conversation)));
        list
    }

    /// Conversations of colleagues, oldest first.
    #[must_use]
    pub fn others(&self) -> Vec<&AssignedCard> {
        let mut list: Vec<_> =
            self.assigned.values().filter(|c| self.my_id().is_none_or(|id| *id != c.agent)).collect();
        list.sort_by(|a, b| (a.since, &a.conversation).cmp(&(b.since, &b.conversation)));
        list
    }

    /// The queue, with those to be called back, in the desk's order: priority, then arrival.
    #[must_use]
    pub fn queue(&self) -> Vec<&WaitingCard> {
        self.waiting_of(|kind| kind != WaitingKind::Message)
    }

    /// Messages left, oldest first.
    #[must_use]
    pub fn messages(&self) -> Vec<&WaitingCard> {
        self.waiting_of(|kind| kind == WaitingKind::Message)
    }

    fn waiting_of(&self, of: impl Fn(WaitingKind) -> bool) -> Vec<&WaitingCard> {
        let mut list: Vec<_> = self.waiting.values().filter(|c| of(c.kind)).collect();
        list.sort_by(|a, b| {
            (-i64::from(a.priority), a.since, &a.conversation).cmp(&(
                -i64::from(b.priority),
                b.since,
                &b.conversation,
            ))
        });
        list
    }

    /// The skill groups, with their names.
    #[must_use]
    pub fn groups(&self) -> &[(GroupId, String)] {
        &self.groups
    }

    /// Conversations of mine that ended lately, newest first.
    #[must_use]
    pub fn recent(&self) -> &[AssignedCard] {
        &self.recent
    }

    /// The waiting card of a conversation.
    #[must_use]
    pub fn waiting_card(&self, id: &ConversationId) -> Option<&WaitingCard> {
        self.waiting.get(id)
    }

    /// The card of an assigned or lately ended conversation.
    #[must_use]
    pub fn assigned_card(&self, id: &ConversationId) -> Option<&AssignedCard> {
        self.assigned.get(id).or_else(|| self.recent.iter().find(|c| c.conversation == *id))
    }

    /// Whether the conversation is assigned to me.
    #[must_use]
    pub fn is_mine(&self, id: &ConversationId) -> bool {
        self.assigned.get(id).is_some_and(|c| self.my_id() == Some(&c.agent))
    }

    /// The name of an agent.
    #[must_use]
    pub fn agent_name(&self, id: &AgentId) -> Option<&str> {
        self.agents.iter().chain(self.me.as_ref()).find(|a| a.agent.id == *id).map(|a| a.agent.name.as_str())
    }

    /// Every conversation the lists show, from top to bottom.
    #[must_use]
    pub fn in_order(&self) -> Vec<ConversationId> {
        let assigned = |c: &AssignedCard| c.conversation.clone();
        let waiting = |c: &WaitingCard| c.conversation.clone();
        let mut ids: Vec<_> = self.mine().into_iter().map(assigned).collect();
        ids.extend(self.queue().into_iter().map(waiting));
        ids.extend(self.messages().into_iter().map(waiting));
        ids.extend(self.recent.iter().map(assigned));
        ids
    }
}

/// The neighbour of `current` in `ids`, `step` places on, stopping at the ends; the first or last without a current.
#[must_use]
pub fn neighbour(
    ids: &[ConversationId],
    current: Option<&ConversationId>,
    step: isize,
) -> Option<ConversationId> {
    let place = current.and_then(|c| ids.iter().position(|id| id == c));
    let next = match place {
        Some(place) => place.saturating_add_signed(step).min(ids.len().saturating_sub(1)),
        None if step < 0 => ids.len().saturating_sub(1),
        None => 0,
    };
    ids.get(next).cloned()
}

const fn rank(presence: Presence) -> u8 {
    match presence {
        Presence::Online => 0,
        Presence::Busy => 1,
        Presence::Away => 2,
        Presence::Offline => 3,
    }
}

#[cfg(test)]
mod tests;
