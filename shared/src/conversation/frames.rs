//! What each role may send.

use super::SocketId;
use super::machine::Conversation;
use super::step::Step;
use super::words::Words;
use crate::limits;
use crate::protocol::conversation::Party;
use crate::protocol::message::{Body, Event, Sender};
use crate::protocol::stage::{AgentCard, EndedBy, Stage};
use crate::protocol::{ClientFrame, ErrorCode, ServerFrame};

impl Conversation {
    pub(super) fn visitor_frame(&mut self, step: &mut Step<'_>, socket: SocketId, frame: ClientFrame) {
        let client_id = frame.client_id().cloned();
        let done = match frame {
            ClientFrame::Send { client_id, text } => {
                self.visitor_words(step, socket, client_id, text, Words::Plain)
            }
            ClientFrame::Pick { client_id, entry, title } => {
                self.visitor_words(step, socket, client_id, title, Words::Pick(entry))
            }
            ClientFrame::LeaveMessage { client_id, text, contact, call_back } => {
                self.visitor_words(step, socket, client_id, text, Words::Leave { contact, call_back })
            }
            ClientFrame::Typing { on } => {
                self.typing(step, Party::Visitor, on);
                Ok(())
            }
            ClientFrame::Read { seq } => {
                self.mark(step, socket, seq, true);
                Ok(())
            }
            ClientFrame::Delivered { seq } => {
                self.mark(step, socket, seq, false);
                Ok(())
            }
            ClientFrame::Resume { after } => {
                self.pages(step, socket, after, true);
                Ok(())
            }
            ClientFrame::Page { page } => {
                self.page_changed(step, page);
                Ok(())
            }
            ClientFrame::Language { lang } => {
                self.set_lang(step, lang.unwrap_or(self.state.lang), lang.is_some());
                Ok(())
            }
            ClientFrame::Helpful { seq, yes, reason, comment } => {
                self.helpful(step, seq, yes, reason, comment.as_deref())
            }
            ClientFrame::Handoff => self.handoff_asked(step),
            ClientFrame::Choose { group } => {
                self.state.choice = group;
                step.save = true;
                Ok(())
            }
            ClientFrame::LeaveQueue => self.leave_queue(step),
            ClientFrame::End => {
                self.end(step, EndedBy::Visitor);
                Ok(())
            }
            ClientFrame::Rate { score, comment } => self.rate(step, score, comment.as_deref()),
            // `hello` was handled before.
            ClientFrame::Note { .. } | ClientFrame::Hello { .. } => Err(ErrorCode::Forbidden),
        };
        if let Err(code) = done {
            step.refuse(socket, code, client_id);
        }
    }

    pub(super) fn agent_frame(
        &mut self,
        step: &mut Step<'_>,
        socket: SocketId,
        agent: &AgentCard,
        supervisor: bool,
        frame: ClientFrame,
    ) {
        let client_id = frame.client_id().cloned();
        let may_act = supervisor || self.is_assigned_to(agent);
        let done = match frame {
            ClientFrame::Send { client_id, text } => {
                self.agent_words(step, socket, agent, may_act, client_id, text, false)
            }
            ClientFrame::Note { client_id, text } => {
                self.agent_words(step, socket, agent, may_act, client_id, text, true)
            }
            ClientFrame::Typing { on } => {
                // A colleague who looks on must not seem to answer.
                if may_act {
                    self.typing(step, Party::Agent, on);
                    if on {
                        self.attended(step, &agent.id);
                    }
                }
                Ok(())
            }
            ClientFrame::Read { seq } => {
                self.mark(step, socket, seq, true);
                Ok(())
            }
            ClientFrame::Delivered { seq } => {
                self.mark(step, socket, seq, false);
                Ok(())
            }
            ClientFrame::Resume { after } => {
                self.pages(step, socket, after, false);
                Ok(())
            }
            ClientFrame::End => {
                if matches!(self.state.stage, Stage::Ended { .. }) {
                    Ok(())
                } else if may_act {
                    self.end(step, EndedBy::Agent);
                    Ok(())
                } else {
                    Err(ErrorCode::NotAssigned)
                }
            }
            ClientFrame::Hello { .. }
            | ClientFrame::Pick { .. }
            | ClientFrame::Page { .. }
            | ClientFrame::Language { .. }
            | ClientFrame::Helpful { .. }
            | ClientFrame::Handoff
            | ClientFrame::Choose { .. }
            | ClientFrame::LeaveQueue
            | ClientFrame::LeaveMessage { .. }
            | ClientFrame::Rate { .. } => Err(ErrorCode::Forbidden),
        };
        if let Err(code) = done {
            step.refuse(socket, code, client_id);
        }
    }

    #[inline(never)]
    fn typing(&mut self, step: &mut Step<'_>, from: Party, on: bool) {
        let (typing, to) = match from {
            Party::Visitor => (&mut self.typing[0], Party::Agent),
            Party::Agent => (&mut self.typing[1], Party::Visitor),
        };
        // Half a period of slack: clients renew on their own clocks. A time in the future means that the clock went back.
        let soon = |at| at <= step.now && step.now.since(at) < limits::TYPING_EVERY / 2;
        let pass = if on { !typing.passed.is_some_and(soon) } else { typing.shown };
        if pass {
            typing.shown = on;
            if on {
                typing.passed = Some(step.now);
            }
            self.broadcast(step, Some(to), &ServerFrame::Typing { from, on });
        }
    }

    /// Marks only rise, and never past what the reader may see.
    #[inline(never)]
    pub(super) fn mark(&mut self, step: &mut Step<'_>, socket: SocketId, seq: u64, seen: bool) {
        let Some(known) = self.sockets.get(&socket) else { return };
        let side = known.who.party();
        if !self.state.raise_marks(side, seq, seen) {
            return;
        }
        let read = ServerFrame::Read { read: self.state.marks };
        if seen {
            step.save = true;
            self.broadcast(step, None, &read);
        } else {
            let delivered = seq.min(self.newest(side == Party::Visitor));
            let known = self.sockets.get(&socket);
            known.into_iter().for_each(|known| step.attach(known.attachment(socket, delivered)));
            self.unsaved = true;
            // Nobody is shown what has reached the own side.
            let other = if side == Party::Visitor { Party::Agent } else { Party::Visitor };
            self.broadcast(step, Some(other), &read);
        }
    }

    #[inline(never)]
    fn rate(&mut self, step: &mut Step<'_>, score: u8, comment: Option<&str>) -> Result<(), ErrorCode> {
        let Stage::Ended { by, at, .. } = self.state.stage else { return Err(ErrorCode::WrongStage) };
        if !(1..=5).contains(&score) {
            return Err(ErrorCode::BadValue);
        }
        let comment = match comment.map(|comment| super::clean::words(comment.to_owned())) {
            Some(Err(ErrorCode::TooLarge)) => return Err(ErrorCode::TooLarge),
            comment => comment.and_then(Result::ok),
        };
        let stage = Stage::Ended { by, at, rating: Some(score) };
        if self.state.stage == stage && self.state.tally.comment == comment {
            self.broadcast(step, Some(Party::Visitor), &ServerFrame::Stage { stage });
            return Ok(());
        }
        if !self.has_room() {
            return Err(ErrorCode::Full);
        }
        let event = Event::Rated { score, comment: comment.clone() };
        self.append(step, Sender::System, None, Body::Event { event });
        (self.state.tally.rating, self.state.tally.comment) = (Some(score), comment);
        self.set_stage(step, stage);
        Ok(())
    }
}
