//! The conversation object: one per conversation.

use std::cell::RefCell;

use shared::conversation::{
    Attachment, BotQuestion, Conversation as Machine, Effect, Input, SocketId, State as Row,
};
use shared::limits;
use shared::protocol::message::Body;
use shared::protocol::{ClientFrame, ErrorCode, close};
use worker::{
    DurableObject, Env, Error as WorkerError, Request, Response, Result as WorkerResult, SqlStorage, State,
    WebSocket, WebSocketIncomingMessage, durable_object,
};

use super::alarm::Alarm;
use super::calls::{CALLER, Call, Caller, ConversationCall, ConversationDeliver, Create};
use super::outbox::{self, Drain, Target};
use super::sockets::{self, Sockets};
use crate::error::{Error, Result};
use crate::storage::transaction::transaction;
use crate::storage::{exchange, messages, migrations, single};
use crate::{bot, clock, config, log};

/// Holds the machine between events; everything in it can be rebuilt from storage and socket attachments.
#[durable_object]
#[allow(missing_debug_implementations, reason = "handed to the platform, never printed")]
pub struct Conversation {
    state: State,
    env: Env,
    sql: SqlStorage,
    machine: RefCell<Option<Machine>>,
    sockets: Sockets,
    drain: Drain,
    alarm: Alarm,
}

impl DurableObject for Conversation {
    fn new(state: State, env: Env) -> Self {
        let sql = state.storage().sql();
        Self {
            state,
            env,
            sql,
            machine: RefCell::default(),
            sockets: Sockets::default(),
            drain: Drain::default(),
            alarm: Alarm::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> WorkerResult<Response> {
        if request.path() == "/socket" {
            return match self.seat(&request).await {
                Ok(response) => Ok(response),
                Err(error) => error.response(),
            };
        }
        match serde_json::from_str(&request.text().await?) {
            Ok(ConversationCall::Create(call)) => Create::answer(self.create(call).await),
            Ok(ConversationCall::ConversationDeliver(call)) => {
                ConversationDeliver::answer(self.deliver(call).await)
            }
            Err(error) => Create::answer(Err(error.into())),
        }
    }

    async fn websocket_message(&self, ws: WebSocket, message: WebSocketIncomingMessage) -> WorkerResult<()> {
        let Some(seat) = sockets::attachment::<Seat>(&ws) else { return Ok(()) };
        let socket = seat.socket();
        let input = match message {
            WebSocketIncomingMessage::String(text) if text.len() > limits::FRAME_BYTES => {
                bad(socket, ErrorCode::FrameTooLarge)
            }
            WebSocketIncomingMessage::String(text) => match serde_json::from_str::<ClientFrame>(&text) {
                Ok(frame) => Input::Frame { socket, frame, renewed: seat.renewed },
                Err(_) => bad(socket, ErrorCode::BadFrame),
            },
            WebSocketIncomingMessage::Binary(_) => bad(socket, ErrorCode::BadFrame),
        };
        let outcome = self.drive(input).await;
        if matches!(outcome, Err(Error::Platform(_))) {
            // Nothing was acknowledged: the client reconnects and sends again.
            self.sockets.close(socket, close::INTERNAL);
        }
        self.report(outcome)
    }

    async fn websocket_close(&self, ws: WebSocket, _: usize, _: String, _: bool) -> WorkerResult<()> {
        self.disconnect(&ws).await
    }

    async fn websocket_error(&self, ws: WebSocket, _: WorkerError) -> WorkerResult<()> {
        self.disconnect(&ws).await
    }

    async fn alarm(&self) -> WorkerResult<Response> {
        self.alarm.fired();
        if migrations::exists(&self.sql).unwrap_or(false) {
            self.report(self.drive(Input::Tick).await)?;
        }
        Response::empty()
    }
}

/// A socket's attachment: the machine's, and a fresh token to hand over in `welcome`.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Seat {
    attachment: Attachment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    renewed: Option<String>,
}

impl Seat {
    fn socket(&self) -> SocketId {
        self.attachment.socket
    }
}

fn bad(socket: SocketId, code: ErrorCode) -> Input {
    Input::BadFrame { socket, code }
}

impl Conversation {
    /// Loads the machine after a start or an eviction.
    fn wake(&self) -> Result<()> {
        if self.machine.borrow().is_some() {
            return Ok(());
        }
        migrations::migrate(&self.sql, migrations::CONVERSATION)?;
        let seats = self.sockets.restore::<Seat>(&self.state, Seat::socket);
        let attachments = seats.into_iter().map(|s| s.attachment).collect();
        let machine = match single::load::<Row>(&self.sql)? {
            Some(row) => Machine::restore(row, attachments),
            None => Machine::new(),
        };
        self.machine.replace(Some(machine.with_rate(config::frame_rate(&self.env))));
        Ok(())
    }

    async fn create(&self, call: Create) -> Result<()> {
        let Create { site, conversation, visitor, lang, page, opener } = call;
        let opener = opener.map(|(campaign, text)| Body::Opener { campaign, text, lang });
        self.drive(Input::Create { site, conversation, visitor, lang, page, opener }).await
    }

    async fn seat(&self, request: &Request) -> Result<Response> {
        let caller = request.headers().get(CALLER)?.unwrap_or_default();
        let Caller::Conversation { site, who, renewed } = serde_json::from_str(&caller)? else {
            return Err(ErrorCode::NotFound.into());
        };
        if !migrations::exists(&self.sql)? {
            return Err(ErrorCode::NotFound.into());
        }
        self.wake()?;
        if self.site().as_ref() != Some(&site) {
            return Err(ErrorCode::NotFound.into());
        }
        let (socket, response, _) = self.sockets.accept(&self.state)?;
        let attachment = Attachment { socket, who: who.clone(), greeted: false };
        self.sockets.attach(socket, &Seat { attachment, renewed });
        self.drive(Input::Connect { socket, who }).await?;
        Ok(sockets::upgraded(response)?)
    }

    async fn disconnect(&self, ws: &WebSocket) -> WorkerResult<()> {
        let Some(seat) = sockets::attachment::<Seat>(ws) else { return Ok(()) };
        self.sockets.closed(seat.socket(), ws);
        self.report(self.drive(Input::Disconnect { socket: seat.socket() }).await)
    }

    async fn deliver(&self, call: ConversationDeliver) -> Result<()> {
        if !migrations::exists(&self.sql)? {
            return Err(ErrorCode::NotFound.into());
        }
        for (id, item) in call.items {
            self.wake()?;
            if id > exchange::last_from(&self.sql, &call.source)? {
                let questions = self.perform(Input::Desk(item), Some((&call.source, id)))?;
                self.follow_up(questions).await?;
            }
        }
        Ok(())
    }

    /// One event through the machine, then whatever it asks the bot, then the outbox.
    async fn drive(&self, input: Input) -> Result<()> {
        let questions = self.perform(input, None)?;
        self.follow_up(questions).await
    }

    async fn follow_up(&self, mut questions: Vec<BotQuestion>) -> Result<()> {
        self.arm().await?;
        while let Some(question) = questions.pop() {
            if let Some(site) = self.site() {
                let seq = question.seq;
                let reply = bot::reply(&self.env, &site, question).await?;
                questions.extend(self.perform(Input::Bot { seq, reply }, None)?);
                self.arm().await?;
            }
        }
        self.drain.start(&self.state, &self.env, &self.sql, self.name());
        Ok(())
    }

    /// One event through the machine, without a pause: everything durable is written before anything is sent, and the
    /// platform holds back what is sent until the writes are safe.
    /// `received` is the delivery the event came in, marked as handled together with its consequences.
    fn perform(&self, input: Input, received: Option<(&str, u64)>) -> Result<Vec<BotQuestion>> {
        self.wake()?;
        let mut slot = self.machine.borrow_mut();
        let Some(machine) = slot.as_mut() else { return Ok(Vec::new()) };
        let effects = machine.handle(clock::now(), input, &messages::SqlLog(&self.sql));
        let site = machine.state().about.as_ref().map(|a| a.site.to_string()).unwrap_or_default();
        let outcome = transaction(&self.state, || {
            if let Some((source, id)) = received {
                exchange::handled(&self.sql, source, id)?;
            }
            self.persist(machine, &effects, &site)
        });
        if let Err(error) = outcome {
            // What is in memory is ahead of what is stored: forget it.
            *slot = None;
            return Err(error);
        }
        drop(slot);
        let mut questions = Vec::new();
        for effect in effects {
            match effect {
                Effect::Send { socket, frame } => self.sockets.send(socket, &serde_json::to_string(&frame)?),
                Effect::Attach(attachment) => {
                    self.sockets
                        .attach(attachment.socket, &Seat { attachment: attachment.clone(), renewed: None });
                }
                Effect::Close { socket, code } => self.sockets.close(socket, code),
                Effect::AskBot(question) => questions.push(question),
                Effect::Append(_) | Effect::Save | Effect::Post(_) | Effect::Summarise(_) => {}
            }
        }
        Ok(questions)
    }

    fn persist(&self, machine: &Machine, effects: &[Effect], site: &str) -> Result<()> {
        for effect in effects {
            match effect {
                Effect::Append(message) => messages::append(&self.sql, message)?,
                Effect::Save => single::save(&self.sql, machine.state())?,
                Effect::Post(item) => {
                    let target = Target::Desk(site).to_string();
                    exchange::post(&self.sql, &target, serde_json::to_string(item)?, false)?;
                }
                Effect::Summarise(summary) => {
                    let target = Target::Archive(site).to_string();
                    exchange::post(&self.sql, &target, serde_json::to_string(summary)?, true)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    async fn arm(&self) -> Result<()> {
        let due = self.machine.borrow().as_ref().and_then(Machine::next_due);
        self.alarm.arm(&self.state, due, outbox::next_due(&self.sql)).await
    }

    fn site(&self) -> Option<shared::ids::SiteKey> {
        self.machine.borrow().as_ref().and_then(|m| Some(m.state().about.as_ref()?.site.clone()))
    }

    fn name(&self) -> String {
        let machine = self.machine.borrow();
        let about = machine.as_ref().and_then(|m| m.state().about.as_ref());
        Target::Conversation(about.map_or("", |a| a.conversation.as_str())).to_string()
    }

    fn report(&self, outcome: Result<()>) -> WorkerResult<()> {
        match outcome {
            Ok(()) => Ok(()),
            Err(error) => {
                log::failure_in("conversation", &self.name(), &error.to_string());
                match error {
                    Error::Platform(error) => Err(error),
                    Error::Refused { .. } | Error::Data(_) => Ok(()),
                }
            }
        }
    }
}
