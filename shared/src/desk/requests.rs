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
        };
        if let Some((code, conversation)) = refusal {
            out.refuse(socket, code, conversation);
        }
    }

    fn handle_presence(&mut self, now: Millis, id: &AgentId, presence: Presence) {
        let Some(before) = self.agents.get(id).filter(|agent| agent.presence != presence).cloned() else {
            return;
        };
        self.learn_presence(now, &before, Some(presence));
        if let Some(agent) = self.agents.edit(id) {
            agent.presence = presence;
            agent.since = now;
            agent.heard = now;
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
            if self.load(id) >= agent.profile.capacity {
                return Err(ErrorCode::NoCapacity);
            }
        }
        if waited {
            self.end_wait(now, conversation, Some(false));
        }
        self.assign(now, conversation, id, out);
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
        let supervisor = self.agents.get(id).is_some_and(|a| a.profile.role >= Role::Supervisor);
        if holder != *id && !supervisor {
            return Err(ErrorCode::NotAssigned);
        }
        self.requeue(now, conversation, true, out);
        self.change(conversation, |h| {
            h.returned.retain(|(agent, _)| *agent != holder);
            h.returned.push((holder, now));
            let surplus = h.returned.len().saturating_sub(RETURNED_MOST);
            h.returned.drain(..surplus);
        });
        Ok(())
    }

    /// Gives a conversation to an agent and says so.
    pub(super) fn assign(
        &mut self,
        now: Millis,
        conversation: &ConversationId,
        id: &AgentId,
        out: &mut Outcome,
    ) {
        let turn = self.agents.iter().map(|(_, agent)| agent.turn).max().unwrap_or(0).saturating_add(1);
        let Some(agent) = self.agents.edit(id) else { return };
        agent.turn = turn;
        let card = agent.profile.agent.clone();
        let Some(handoff) = self.handoffs.get(conversation).map(|h| h.no) else { return };
        if let Some(returned) = out.returned.remove(conversation) {
            // It came back just now and is gone from the queue at once.
            let place = QueuePlace::new(1, Wait::NONE.shown());
            out.post(conversation, returned.told(handoff, Some(place)));
        }
        let beside = self.load(id);
        self.change(conversation, |h| h.standing = Standing::Assigned { agent: id.clone(), at: now, beside });
        out.post(conversation, FromDesk::Assigned { handoff, agent: card });
    }
}
