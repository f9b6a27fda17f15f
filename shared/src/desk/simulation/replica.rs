//! A console window, which sees the desk only by its frames.

use std::collections::BTreeMap;

use crate::ids::{AgentId, ConversationId};
use crate::protocol::DeskFrame;
use crate::protocol::desk::{AgentState, AssignedCard, Presence, WaitingCard};

/// What a console window makes of its frames.
#[derive(Debug, Default, PartialEq, Clone)]
pub(super) struct Replica {
    pub(super) agents: BTreeMap<AgentId, AgentState>,
    pub(super) waiting: BTreeMap<ConversationId, WaitingCard>,
    pub(super) assigned: BTreeMap<ConversationId, AssignedCard>,
}

impl Replica {
    pub(super) fn take(&mut self, frame: DeskFrame) {
        match frame {
            DeskFrame::Snapshot { agents, waiting, assigned, .. } => {
                self.agents = agents.into_iter().map(|a| (a.agent.id.clone(), a)).collect();
                self.waiting = waiting.into_iter().map(|c| (c.conversation.clone(), c)).collect();
                self.assigned = assigned.into_iter().map(|c| (c.conversation.clone(), c)).collect();
            }
            DeskFrame::Waiting { card } => {
                self.assigned.remove(&card.conversation);
                self.waiting.insert(card.conversation.clone(), card);
            }
            DeskFrame::Assigned { card } => {
                self.waiting.remove(&card.conversation);
                self.assigned.insert(card.conversation.clone(), card);
            }
            DeskFrame::Gone { conversation } => {
                self.waiting.remove(&conversation);
                self.assigned.remove(&conversation);
            }
            DeskFrame::Agent { agent } if agent.presence == Presence::Offline && agent.load == 0 => {
                self.agents.remove(&agent.agent.id);
            }
            DeskFrame::Agent { agent } => {
                self.agents.insert(agent.agent.id.clone(), agent);
            }
            DeskFrame::Error { .. }
            | DeskFrame::SentAway { .. }
            | DeskFrame::Decisions { .. }
            | DeskFrame::Explained { .. } => {}
        }
    }

    /// Without agents who are off duty and free: a snapshot names those with a window, frames do not tell who has one.
    pub(super) fn on_duty(mut self) -> Self {
        self.agents.retain(|_, a| a.presence != Presence::Offline || a.load > 0);
        self
    }
}
