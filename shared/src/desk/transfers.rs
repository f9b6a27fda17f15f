//! Conversations that go from hand to hand: sent on with a note, or taken over.

use super::cells::{Handoff, Standing};
use super::machine::{Desk, Outcome};
use crate::conversation::clean;
use crate::exchange::FromDesk;
use crate::ids::{AgentId, ConversationId, GroupId};
use crate::protocol::ErrorCode;
use crate::protocol::desk::{Presence, TransferTo};
use crate::protocol::stage::AgentCard;
use crate::routing::{Given, LeftWhy, What};
use crate::site::Role;
use crate::time::Millis;

impl Desk {
    /// Sends on what one has; a supervisor anybody's. A colleague must be there and have room, a group must be there.
    pub(super) fn handle_transfer(
        &mut self,
        now: Millis,
        id: &AgentId,
        conversation: &ConversationId,
        to: TransferTo,
        note: Option<String>,
        out: &mut Outcome,
    ) -> Result<(), ErrorCode> {
        let handoff = self.handoffs.get(conversation).cloned().ok_or(ErrorCode::NotFound)?;
        let me = self.agents.get(id).ok_or(ErrorCode::NotFound)?;
        let (by, supervisor) = (me.profile.agent.clone(), me.profile.role >= Role::Supervisor);
        let holder = match &handoff.standing {
            Standing::Closed { .. } => return Err(ErrorCode::NotFound),
            Standing::Waiting | Standing::Message => return Err(ErrorCode::NotAssigned),
            Standing::Assigned { agent, .. } if agent != id && !supervisor => {
                return Err(ErrorCode::NotAssigned);
            }
            Standing::Assigned { agent, .. } => agent.clone(),
        };
        let note = note.map(clean::words).transpose()?;
        match to {
            // Who has it already keeps it, and what was to be said about it.
            TransferTo::Agent { agent } if agent == holder => {
                self.post_note(conversation, &handoff, by, note, out)
            }
            TransferTo::Agent { agent } => {
                let receiver = self.agents.get(&agent).ok_or(ErrorCode::NotFound)?;
                let there = matches!(receiver.presence, Presence::Online | Presence::Busy)
                    && !receiver.windows.is_empty();
                let room = self.load(&agent).saturating_add(handoff.weight) <= receiver.profile.capacity;
                if !there || !(room || supervisor) {
                    return Err(ErrorCode::NoCapacity);
                }
                self.post_note(conversation, &handoff, by.clone(), note, out);
                self.hand_over(now, conversation, &agent, Given::Sent { by }, out);
            }
            TransferTo::Group { group } => {
                self.check_group(&group, now)?;
                self.post_note(conversation, &handoff, by.clone(), note, out);
                self.decide(now, conversation, What::Moved { by, group: group.clone() });
                self.requeue(now, conversation, LeftWhy::GivenBack, out);
                self.shun(now, conversation, holder);
                let narrow = self.narrow_until(&group, now);
                self.change(conversation, |h| {
                    h.group = group;
                    h.narrow = narrow;
                });
            }
        }
        Ok(())
    }

    /// A group that can be sent something: it is known, and somebody of it is on duty.
    fn check_group(&self, group: &GroupId, now: Millis) -> Result<(), ErrorCode> {
        if !self.routing().knows(group) {
            return Err(ErrorCode::NotFound);
        }
        if self.on_duty(group, now) { Ok(()) } else { Err(ErrorCode::NoCapacity) }
    }

    /// A supervisor takes what another agent has, whatever the capacity.
    pub(super) fn handle_take_over(
        &mut self,
        now: Millis,
        id: &AgentId,
        conversation: &ConversationId,
        out: &mut Outcome,
    ) -> Result<(), ErrorCode> {
        let handoff = self.handoffs.get(conversation).ok_or(ErrorCode::NotFound)?;
        let from = match &handoff.standing {
            Standing::Closed { .. } => return Err(ErrorCode::NotFound),
            Standing::Waiting | Standing::Message => return Err(ErrorCode::NotAssigned),
            Standing::Assigned { agent, .. } => agent.clone(),
        };
        if self.agents.get(id).is_none_or(|a| a.profile.role < Role::Supervisor) {
            return Err(ErrorCode::Forbidden);
        }
        if from != *id {
            self.hand_over(now, conversation, id, Given::TookOver { from }, out);
        }
        Ok(())
    }

    /// From one agent to another, without being in line between.
    fn hand_over(&mut self, now: Millis, id: &ConversationId, to: &AgentId, why: Given, out: &mut Outcome) {
        if let Some(handoff) = self.handoffs.get(id).cloned() {
            self.learn_cut(&handoff, now);
        }
        self.assign(now, id, to, (why, 1), out);
    }

    fn post_note(
        &self,
        conversation: &ConversationId,
        handoff: &Handoff,
        from: AgentCard,
        note: Option<String>,
        out: &mut Outcome,
    ) {
        if let Some(text) = note {
            out.post(conversation, FromDesk::Note { handoff: handoff.no, from, text });
        }
    }
}
