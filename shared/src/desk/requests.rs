//! What agents ask of the desk.

use super::cells::{Agent, Standing};
use super::estimate::display::Wait;
use super::machine::{Desk, Outcome};
use crate::conversation::SocketId;
use crate::exchange::FromDesk;
use crate::ids::{AgentId, ConversationId};
use crate::protocol::desk::Presence;
use crate::protocol::stage::QueuePlace;
use crate::protocol::{DeskRequest, ErrorCode, close};
use crate::routing::{Given, LeftWhy, What};
use crate::site::Role;
use crate::time::Millis;

/// Longest list of agents who gave a conversation back; the newest are kept.
const RETURNED_MOST: usize = 16;

impl Desk {
    pub(super) fn handle_request(
        &mut self,
        now: Millis,
        socket: SocketId,
        request: DeskRequest,
        out: &mut Outcome,
    ) {
        let Some(id) = self.agent_of(socket) else {
            // A window that was dropped: let it connect anew.
            out.closes.push((socket, close::RESYNC));
            return;
        };
        let greeted = |agent: &Agent| agent.windows.iter().any(|w| w.socket == socket && w.greeted);
        let greeted = self.agents.get(&id).is_some_and(greeted);
        if greeted && request != DeskRequest::Hello {
            self.is_active(now, &id);
        }
        let refusal = match request {
            DeskRequest::Hello => {
                if !greeted && let Some(agent) = self.agents.edit(&id) {
                    agent.windows.iter_mut().filter(|w| w.socket == socket).for_each(|w| w.greeted = true);
                }
                out.greeted.push(socket);
                None
            }
            _ if !greeted => Some((ErrorCode::WrongStage, None)),
            DeskRequest::Presence { presence } => {
                self.handle_presence(now, &id, presence);
                None
            }
            DeskRequest::Take { conversation } => {
                self.handle_take(now, &id, &conversation, out).err().map(|code| (code, Some(conversation)))
            }
            DeskRequest::Return { conversation } => {
                self.handle_return(now, &id, &conversation, out).err().map(|code| (code, Some(conversation)))
            }
            DeskRequest::TakeOver { conversation } => self
                .handle_take_over(now, &id, &conversation, out)
                .err()
                .map(|code| (code, Some(conversation))),
            DeskRequest::Transfer { conversation, to, note } => {
                let done = self.handle_transfer(now, &id, &conversation, to, note, out);
                done.err().map(|code| (code, Some(conversation)))
            }
            DeskRequest::Active => None,
            DeskRequest::Ready => {
                if self.agents.get(&id).is_some_and(|a| a.wrap_up.is_some())
                    && let Some(agent) = self.agents.edit(&id)
                {
                    agent.wrap_up = None;
                }
                None
            }
            DeskRequest::Decisions { .. } | DeskRequest::Explain { .. } if !self.is_supervisor(&id) => {
                Some((ErrorCode::Forbidden, None))
            }
            DeskRequest::Decisions { conversation, before } => {
                out.replies.push((socket, self.decisions(conversation.as_ref(), before)));
                None
            }
            DeskRequest::Explain { facts, routing } => {
                out.replies.push((socket, self.explained(now, &facts, routing.as_ref())));
                None
            }
        };
        if let Some((code, conversation)) = refusal {
            out.refuse(socket, code, conversation);
        }
    }

    fn is_supervisor(&self, id: &AgentId) -> bool {
        self.agents.get(id).is_some_and(|a| a.profile.role >= Role::Supervisor)
    }

    pub(super) fn handle_presence(&mut self, now: Millis, id: &AgentId, presence: Presence) {
        let Some(before) = self.agents.get(id).filter(|agent| agent.presence != presence).cloned() else {
            return;
        };
        self.learn_presence(now, &before, Some(presence));
        if let Some(agent) = self.agents.edit(id) {
            agent.presence = presence;
            agent.since = now;
            agent.heard = now;
            agent.missed = 0;
        }
    }

    /// Takes a waiting conversation or a left message out of turn, whatever one's presence: agents of its group within
    /// their capacity, supervisors always. Taking what one has already is no error.
    fn handle_take(
        &mut self,
        now: Millis,
        id: &AgentId,
        conversation: &ConversationId,
        out: &mut Outcome,
    ) -> Result<(), ErrorCode> {
        let handoff = self.handoffs.get(conversation).ok_or(ErrorCode::NotFound)?;
        let waited = match &handoff.standing {
            Standing::Closed { .. } => return Err(ErrorCode::NotFound),
            Standing::Assigned { agent, .. } if agent == id => return Ok(()),
            Standing::Assigned { .. } => return Err(ErrorCode::Taken),
            Standing::Waiting => true,
            Standing::Message => false,
        };
        let agent = self.agents.get(id).ok_or(ErrorCode::NotFound)?;
        if agent.profile.role < Role::Supervisor {
            if !agent.serves(&handoff.group) {
                return Err(ErrorCode::Forbidden);
            }
            if !self.has_room(id, agent, handoff.weight) {
                return Err(ErrorCode::NoCapacity);
            }
        }
        if waited {
            self.end_wait(now, conversation, Some(false));
        }
        self.assign(now, conversation, id, (Given::Took, 1), out);
        if let Some(agent) = self.agents.edit(id) {
            agent.heard = now;
        }
        Ok(())
    }

    /// Gives a conversation back to the queue at its old place; a supervisor may give back anybody's. The desk does not
    /// assign it to the same agent again for `limits::RETURN_REST`.
    fn handle_return(
        &mut self,
        now: Millis,
        id: &AgentId,
        conversation: &ConversationId,
        out: &mut Outcome,
    ) -> Result<(), ErrorCode> {
        let handoff = self.handoffs.get(conversation).ok_or(ErrorCode::NotFound)?;
        let holder = match &handoff.standing {
            Standing::Closed { .. } => return Err(ErrorCode::NotFound),
            Standing::Assigned { agent, .. } => agent.clone(),
            Standing::Waiting | Standing::Message => return Err(ErrorCode::NotAssigned),
        };
        if holder != *id && !self.is_supervisor(id) {
            return Err(ErrorCode::NotAssigned);
        }
        self.requeue(now, conversation, LeftWhy::GivenBack, out);
        self.shun(now, conversation, holder);
        Ok(())
    }

    /// It goes to somebody else for a while.
    pub(super) fn shun(&mut self, now: Millis, conversation: &ConversationId, holder: AgentId) {
        self.change(conversation, |h| {
            h.returned.retain(|(agent, _)| *agent != holder);
            h.returned.push((holder, now));
            let surplus = h.returned.len().saturating_sub(RETURNED_MOST);
            h.returned.drain(..surplus);
        });
    }

    /// Gives a conversation to an agent and says so.
    pub(super) fn assign(
        &mut self,
        now: Millis,
        conversation: &ConversationId,
        id: &AgentId,
        (why, among): (Given, u32),
        out: &mut Outcome,
    ) {
        let here = self.agents.iter().map(|(_, agent)| agent.turn);
        let turn = here.chain(self.turns.iter().map(|(_, turn)| *turn)).max().unwrap_or(0).saturating_add(1);
        let Some(agent) = self.agents.edit(id) else { return };
        agent.turn = turn;
        let card = agent.profile.agent.clone();
        let Some(given) = self.handoffs.get(conversation) else { return };
        let (handoff, waited) = (given.no, now.since(given.since));
        // Who took it is there.
        let watched = !matches!(why, Given::Took | Given::TookOver { .. });
        let answer_by = self.routing().no_answer(&given.group).filter(|_| watched).map(|ms| now.plus(ms));
        self.decide(now, conversation, What::Given { agent: card.clone(), why, among, waited });
        if let Some(returned) = out.returned.remove(conversation) {
            // It came back just now and is gone from the queue at once.
            let place = QueuePlace::new(1, Wait::NONE.shown());
            out.post(conversation, returned.told(handoff, Some(place)));
        }
        let beside = self.held(id);
        self.change(conversation, |h| {
            h.narrow = None;
            h.standing = Standing::Assigned { agent: id.clone(), at: now, beside, answer_by };
        });
        out.post(conversation, FromDesk::Assigned { handoff, agent: card });
    }
}
