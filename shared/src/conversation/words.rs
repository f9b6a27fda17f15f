//! What visitors and agents write.

use super::machine::Conversation;
use super::state::LeftMessage;
use super::step::Step;
use super::{Effect, SocketId, clean, sender_key};
use crate::exchange::ToDesk;
use crate::ids::{ClientId, EntryId};
use crate::limits::REOPEN_WITHIN;
use crate::protocol::message::{Body, Event, Sender};
use crate::protocol::stage::{AgentCard, Stage};
use crate::protocol::{ErrorCode, ServerFrame};

/// How a visitor wrote.
pub(super) enum Words {
    Plain,
    /// By picking an entry.
    Pick(EntryId),
    /// As a message for later, with a contact.
    Leave {
        contact: Option<String>,
        call_back: bool,
    },
}

impl Conversation {
    #[inline(never)]
    pub(super) fn visitor_words(
        &mut self,
        step: &mut Step<'_>,
        socket: SocketId,
        client_id: ClientId,
        text: String,
        how: Words,
    ) -> Result<(), ErrorCode> {
        if acknowledged(step, socket, &Sender::Visitor, &client_id) {
            return Ok(());
        }
        let how = match how {
            Words::Leave { contact, call_back } => {
                let contact = contact.as_deref().and_then(clean::short);
                if call_back && contact.is_none() {
                    return Err(ErrorCode::BadValue);
                }
                // Whoever was not offered it leaves a message like any other.
                Words::Leave { contact, call_back: call_back && self.state.may_be_called_back }
            }
            how => how,
        };
        let text = match how {
            Words::Pick(_) => clean::short(&text).ok_or(ErrorCode::BadValue)?,
            Words::Plain | Words::Leave { .. } => clean::words(text)?,
        };
        self.reopen_to_write(step)?;
        let news = self.state.preview.is_empty();
        step.summary |= news;
        let body = Body::Text { text, lang: None };
        let seq = self.append(step, Sender::Visitor, Some(client_id), body);
        if !matches!(how, Words::Leave { .. }) {
            self.card_changed(step);
        }
        match how {
            Words::Plain if self.state.bot_listens() || self.state.flow.is_some() => {
                self.ask(step, seq, None)
            }
            Words::Pick(entry) if !matches!(self.state.stage, Stage::Assigned { .. }) => {
                self.ask(step, seq, Some(entry));
            }
            Words::Plain | Words::Pick(_) => {}
            Words::Leave { contact, call_back } => self.leave_message(step, contact, call_back),
        }
        Ok(())
    }

    /// Whether the visitor may write: an ended conversation reopens within its time.
    pub(super) fn reopen_to_write(&mut self, step: &mut Step<'_>) -> Result<(), ErrorCode> {
        let ended_at = if let Stage::Ended { at, .. } = self.state.stage { Some(at) } else { None };
        if ended_at.is_some_and(|at| step.now.since(at) > REOPEN_WITHIN) {
            return Err(ErrorCode::Ended);
        }
        if !self.has_room() {
            return Err(ErrorCode::Full);
        }
        if ended_at.is_some() {
            self.append(step, Sender::System, None, Body::Event { event: Event::Reopened });
            self.set_stage(step, Stage::Bot);
        }
        Ok(())
    }

    /// In the assigned stage the words simply reach the agent, with the contact; nothing typed is lost to a race.
    #[inline(never)]
    fn leave_message(&mut self, step: &mut Step<'_>, contact: Option<String>, call_back: bool) {
        let event = Event::MessageLeft { contact: contact.clone() };
        let assigned = matches!(self.state.stage, Stage::Assigned { .. });
        if assigned && contact.is_none() {
            self.card_changed(step);
            return;
        }
        self.append(step, Sender::System, None, Body::Event { event });
        // With an agent nothing changes about that; what was asked once holds while the message waits.
        let before = self.state.is_called_back();
        let listed = matches!(self.state.stage, Stage::MessageLeft);
        let call_back = if assigned { before } else { call_back || (listed && before) };
        self.state.left = Some(LeftMessage { contact, call_back });
        step.save = true;
        if assigned {
            self.card_changed(step);
            return;
        }
        if matches!(self.state.stage, Stage::Queued { .. }) {
            self.withdraw(step);
        }
        self.questions_cease(step, false);
        if listed && call_back == before {
            // The desk has its card; a new contact reaches it as changed contents.
            self.card_changed(step);
        } else {
            self.keep_left_message(step);
        }
    }

    /// The message left goes to the desk, under a number of its own, and the stage says so.
    pub(super) fn keep_left_message(&mut self, step: &mut Step<'_>) {
        self.next_handoff(step);
        let Some(conversation) = self.id() else { return };
        let (handoff, brief, at) = (self.state.handoff, self.state.brief(), self.state.asked_at);
        let call_back = self.state.is_called_back();
        step.durable(Effect::Post(ToDesk::MessageLeft { conversation, handoff, at, brief, call_back }));
        self.card_told(step);
        self.set_stage(step, Stage::MessageLeft);
    }

    #[allow(clippy::too_many_arguments)] // the fields of one frame
    #[inline(never)]
    pub(super) fn agent_words(
        &mut self,
        step: &mut Step<'_>,
        socket: SocketId,
        agent: &AgentCard,
        may_act: bool,
        client_id: ClientId,
        text: String,
        note: bool,
    ) -> Result<(), ErrorCode> {
        let from = Sender::Agent { agent: agent.clone() };
        if acknowledged(step, socket, &from, &client_id) {
            return Ok(());
        }
        let text = clean::words(text)?;
        if !note {
            if matches!(self.state.stage, Stage::Ended { .. }) {
                return Err(ErrorCode::Ended);
            }
            if !may_act {
                return Err(ErrorCode::NotAssigned);
            }
        }
        if !self.has_room() {
            return Err(ErrorCode::Full);
        }
        let body = if note { Body::Note { text } } else { Body::Text { text, lang: None } };
        self.append(step, from, Some(client_id), body);
        self.attended(step, &agent.id);
        Ok(())
    }
}

/// A message that is in the log already gets its first acknowledgement again.
fn acknowledged(step: &mut Step<'_>, socket: SocketId, from: &Sender, client_id: &ClientId) -> bool {
    let Some(message) = step.log.find(&sender_key(from), client_id) else { return false };
    let client_id = client_id.clone();
    step.send(socket, ServerFrame::Ack { client_id, seq: message.seq, at: message.at });
    true
}
