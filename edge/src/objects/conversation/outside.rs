//! An agent over the API: the call plays a socket for as long as it lasts, so that the machine knows one kind of agent.

use shared::conversation::{Effect, Input, Log as _, Principal, sender_key};
use shared::outside;
use shared::protocol::{AgentCard, ClientFrame, ErrorCode, Sender, ServerFrame};

use super::shell::Shell;
use crate::error::Result;
use crate::objects::calls::{AskConversation, AskedOfConversation, Told};
use crate::storage::messages::SqlLog;
use crate::storage::migrations;

impl Shell {
    /// Nothing waits between the socket's coming and going: nobody else sees it.
    pub(super) async fn asked(&self, call: AskConversation) -> Result<Told> {
        if !migrations::exists(&self.sql)? {
            return Err(ErrorCode::NotFound.into());
        }
        self.wake()?;
        if self.site().as_ref() != Some(&call.site) {
            return Err(ErrorCode::NotFound.into());
        }
        let (may_read, last) = {
            let machine = self.machine.borrow();
            let state = machine.as_ref().map(|m| m.state()).ok_or(ErrorCode::NotFound)?;
            let had = state.tally.agent.as_ref();
            (outside::may_read(&call.agent.id, call.supervisor, &state.stage, had), state.last)
        };
        // Before anything changes: whoever may not read may not write either. What was written stays written, also when
        // the conversation is somebody else's by now.
        if !may_read {
            let known = match &call.ask {
                AskedOfConversation::Do(frame) => self.written(&call.agent, frame)?,
                AskedOfConversation::Messages(_) => None,
            };
            return known.ok_or_else(|| ErrorCode::NotAssigned.into());
        }
        let (after, frame) = match call.ask {
            AskedOfConversation::Messages(after) => (after, None),
            // Whoever writes has what was written before, but only if it is taken: a refusal leaves no mark.
            AskedOfConversation::Do(frame) => (0, Some(frame)),
        };
        let client_id = frame.as_ref().and_then(|frame| frame.client_id().cloned());
        let socket = self.sockets.reserve();
        let who = Principal::Agent { agent: call.agent, supervisor: call.supervisor };
        let mut questions = Vec::new();
        let mut put = |input| -> Result<Vec<ServerFrame>> {
            let effects = self.decide(input, None)?;
            let own = effects.iter().filter_map(|effect| match effect {
                Effect::Send { socket: to, frame } if *to == socket => Some(ServerFrame::clone(frame)),
                _ => None,
            });
            let own = own.collect();
            questions.extend(self.send(effects)?);
            Ok(own)
        };
        let says = |frame| Input::Frame { socket, frame, renewed: None };
        put(Input::Connect { socket, who, pass: None })?;
        let greeting = put(says(ClientFrame::Hello { after, lang: None, page: None }))?;
        let done = match frame {
            Some(frame) => {
                let done = outside::done(&put(says(frame))?, client_id.as_ref());
                if done.is_ok() {
                    put(says(ClientFrame::Delivered { seq: last }))?;
                }
                Some(done)
            }
            None => None,
        };
        put(Input::Disconnect { socket })?;
        self.follow_up(questions).await?;
        let Some(done) = done else {
            return outside::told(greeting).map(Told::Messages).ok_or_else(|| ErrorCode::Internal.into());
        };
        Ok(done?.map_or(Told::Done, |(seq, at)| Told::Written { seq, at }))
    }

    /// Where it stands, if this agent has written it before.
    fn written(&self, agent: &AgentCard, frame: &ClientFrame) -> Result<Option<Told>> {
        let Some(client_id) = frame.client_id() else { return Ok(None) };
        let log = SqlLog::new(&self.sql, &self.client_ids);
        let found = log.find(&sender_key(&Sender::Agent { agent: agent.clone() }), client_id);
        if log.failed() {
            return Err(ErrorCode::Internal.into());
        }
        Ok(found.map(|message| Told::Written { seq: message.seq, at: message.at }))
    }
}
