//! Performs what the conversation machine decides.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::JsString;
use shared::conversation::{
    Attachment, BotQuestion, Conversation as Machine, Effect, Input, Principal, SocketId, State as Row,
};
use shared::ids::SiteKey;
use shared::protocol::message::Body;
use shared::protocol::{ClientFrame, ErrorCode, Message, ServerFrame, close};
use shared::time::Millis;
use worker::{Env, Request, Response, Result as WorkerResult, SqlStorage, State, WebSocket};

use super::follow::Follower;
use crate::error::{Error, Result};
use crate::objects::alarm::Alarm;
use crate::objects::calls::{self, CALLER, Caller, ConversationDeliver, Create, EndSockets, Identified};
use crate::objects::outbox::{Drain, Target};
use crate::objects::sockets::{self, Sockets};
use crate::storage::messages::{self, ClientIds, SqlLog};
use crate::storage::transaction::transaction;
use crate::storage::{exchange, migrations};
use crate::{bot, clock, config, log};

/// Holds the machine between events; everything in it can be rebuilt from storage and socket attachments.
pub(super) struct Shell {
    pub(super) state: State,
    pub(super) env: Env,
    pub(super) sql: SqlStorage,
    pub(super) machine: RefCell<Option<Machine>>,
    pub(super) client_ids: ClientIds,
    /// The newest entry of the log: its sequence, and the frame that tells of it after the entry before it.
    appended: RefCell<Option<(u64, JsString)>>,
    pub(super) sockets: Sockets,
    /// Fresh tokens for sockets that have not said `hello` yet.
    renewals: RefCell<BTreeMap<SocketId, String>>,
    drain: Drain,
    /// When the event that is being handled came.
    pub(super) now: Cell<Millis>,
    pub(super) follower: Follower,
    pub(super) alarm: Alarm,
}

/// What came on a socket.
pub(super) enum Said {
    Frame(ClientFrame),
    /// Something that is no frame.
    Bad(ErrorCode),
}

/// A socket's attachment: the machine's, and a fresh token to hand over in `welcome`.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Seat {
    attachment: Attachment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    renewed: Option<String>,
}

/// The delivery an event came in: its source and number.
pub(super) type Received<'a> = Option<(&'a str, u64)>;

impl Shell {
    pub(super) fn new(state: State, env: Env) -> Self {
        Self {
            sql: state.storage().sql(),
            state,
            env,
            machine: RefCell::default(),
            client_ids: ClientIds::default(),
            appended: RefCell::default(),
            sockets: Sockets::default(),
            renewals: RefCell::default(),
            drain: Drain::default(),
            now: Cell::default(),
            follower: Follower::default(),
            alarm: Alarm::default(),
        }
    }

    /// A frame came. Returns what is left to do, which has to wait for others: nothing after most messages.
    pub(super) fn said(
        &self,
        from: Result<Option<SocketId>>,
        said: Said,
    ) -> WorkerResult<Option<Vec<BotQuestion>>> {
        let outcome = match from {
            Ok(Some(socket)) => self.perform(self.input(socket, said), None).inspect_err(|_| {
                // Nothing was kept or acknowledged: the client reconnects and sends again.
                self.sockets.close(socket, close::INTERNAL);
            }),
            Ok(None) => Ok(Vec::new()),
            Err(error) => Err(error),
        };
        match outcome {
            Ok(questions) => Ok((!questions.is_empty() || !self.is_settled()).then_some(questions)),
            Err(error) => self.report(Err(error)).map(|()| None),
        }
    }

    /// What was left to do after a frame.
    pub(super) async fn finish(&self, questions: Vec<BotQuestion>) -> WorkerResult<()> {
        let outcome = self.follow_up(questions).await;
        self.report(outcome)
    }

    pub(super) async fn disconnect(&self, ws: &WebSocket) -> WorkerResult<()> {
        let outcome = match self.socket_of(ws) {
            Ok(Some(socket)) => {
                self.sockets.closed(socket, ws);
                self.renewals.borrow_mut().remove(&socket);
                self.drive(Input::Disconnect { socket }).await
            }
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        self.report(outcome)
    }

    pub(super) async fn alarm(&self) -> WorkerResult<()> {
        self.alarm.fired();
        if migrations::exists(&self.sql).unwrap_or(false) {
            let outcome = self.tick().await;
            if outcome.is_err() {
                self.alarm.again(&self.state.storage()).await?;
            }
            self.report(outcome)?;
        }
        Ok(())
    }

    async fn tick(&self) -> Result<()> {
        self.wake()?;
        self.perform(Input::Alive { proved: self.sockets.alive(&self.state) }, None)?;
        self.drive(Input::Tick).await
    }

    pub(super) async fn create(&self, call: Create) -> Result<()> {
        let Create { site, conversation, visitor, lang, page, opener } = call;
        let opener = opener.map(|(campaign, text)| Body::Opener { campaign, text, lang });
        self.drive(Input::Create { site, conversation, visitor, lang, page, opener }).await
    }

    pub(super) async fn seat(&self, request: &Request) -> Result<Response> {
        let caller = request.headers().get(CALLER)?.unwrap_or_default();
        let Caller::Conversation { site, who, renewed, identity, pass } = serde_json::from_str(&caller)?
        else {
            return Err(ErrorCode::NotFound.into());
        };
        let is_agent = matches!(who, Principal::Agent { .. });
        let pass = pass.or_else(|| is_agent.then(calls::briefly));
        if !migrations::exists(&self.sql)? {
            return Err(ErrorCode::NotFound.into());
        }
        self.wake()?;
        if self.site().as_ref() != Some(&site) {
            return Err(ErrorCode::NotFound.into());
        }
        let (socket, response, _) = self.sockets.accept(&self.state)?;
        let attachment = Attachment { socket, who: who.clone(), greeted: false, delivered: 0, pass };
        self.sockets.attach(socket, &Seat { attachment: attachment.clone(), renewed: None });
        self.drive(Input::Connect { socket, who, pass }).await?;
        match identity {
            Some(Identified::As(identity)) => self.drive(Input::Identified { socket, identity }).await?,
            Some(Identified::Not(code)) => {
                let refused = ServerFrame::Error { code, client_id: None, retry_after: None };
                self.sockets.send_text(socket, &self.on_the_wire(&refused)?);
            }
            None => {}
        }
        if let Some(renewed) = renewed {
            self.sockets.attach(socket, &Seat { attachment, renewed: Some(renewed.clone()) });
            self.renewals.borrow_mut().insert(socket, renewed);
        }
        Ok(sockets::upgraded(response)?)
    }

    pub(super) async fn end_sockets(&self, call: EndSockets) -> Result<()> {
        if !migrations::exists(&self.sql)? {
            return Ok(());
        }
        self.drive(Input::SignedOut { sessions: call.sessions }).await
    }

    pub(super) async fn deliver(&self, call: ConversationDeliver) -> Result<()> {
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

    /// Loads the machine after a start or an eviction.
    pub(super) fn wake(&self) -> Result<()> {
        if self.machine.borrow().is_some() { Ok(()) } else { self.restore() }
    }

    // What is rare is not inlined, as in the machine.
    #[inline(never)]
    fn restore(&self) -> Result<()> {
        transaction(&self.state, || migrations::migrate(&self.sql, migrations::CONVERSATION))?;
        let seats = self.sockets.restore::<Seat>(&self.state, |seat| seat.attachment.socket);
        let mut renewals = BTreeMap::new();
        let mut attachments = Vec::new();
        for Seat { attachment, renewed } in seats {
            renewals.extend(renewed.map(|token| (attachment.socket, token)));
            attachments.push(attachment);
        }
        self.renewals.replace(renewals);
        let machine = match messages::load(&self.sql)? {
            Some(row) => Machine::restore(row, attachments),
            None => Machine::new(),
        };
        self.machine.replace(Some(machine.with_rate(config::frame_rate(&self.env))));
        Ok(())
    }

    /// Which socket an event is of; `None` for one that was never seated.
    pub(super) fn socket_of(&self, ws: &WebSocket) -> Result<Option<SocketId>> {
        // Sockets are known by sight once the object is awake.
        self.wake()?;
        Ok(sockets::known(ws).or_else(|| Some(sockets::attachment::<Seat>(ws)?.attachment.socket)))
    }

    /// A socket that is known by sight.
    pub(super) fn marked(&self, socket: SocketId) -> Result<Option<SocketId>> {
        // The mark outlives the machine, which a failure makes anew.
        self.wake()?;
        Ok(Some(socket))
    }

    fn input(&self, socket: SocketId, said: Said) -> Input {
        match said {
            Said::Frame(frame) => {
                Input::Frame { socket, frame, renewed: self.renewals.borrow().get(&socket).cloned() }
            }
            Said::Bad(code) => Input::BadFrame { socket, code },
        }
    }

    /// One event through the machine, then whatever it asks the bot, then the outbox.
    async fn drive(&self, input: Input) -> Result<()> {
        let questions = self.perform(input, None)?;
        self.follow_up(questions).await
    }

    pub(super) async fn follow_up(&self, mut questions: Vec<BotQuestion>) -> Result<()> {
        self.settle().await?;
        while let Some(question) = questions.pop() {
            let Some(site) = self.site() else { continue };
            let seq = question.seq;
            match bot::reply(&self.env, &site, question).await {
                Ok(reply) => {
                    questions.extend(self.perform(Input::Bot { seq, reply }, None)?);
                    self.settle().await?;
                }
                // The machine asks again, and tells the visitor when it has asked often enough.
                Err(error) => log::failure_in("bot", &self.name(), &error.to_string()),
            }
        }
        Ok(())
    }

    /// After an event: the alarm, for what is due later, then the outbox and whoever follows elsewhere, for what goes now.
    async fn settle(&self) -> Result<()> {
        let untold = self.untold();
        self.arm(untold.as_ref().and_then(|untold| self.follower.due(untold))).await?;
        self.drain.start(&self.state, &self.env, &self.sql, &self.alarm, || self.name());
        if let Some(untold) = untold {
            self.tell(untold);
        }
        Ok(())
    }

    /// Whether [`Shell::settle`] would find nothing to do.
    fn is_settled(&self) -> bool {
        let due = self.machine.borrow().as_ref().and_then(Machine::next_due);
        due.is_none_or(|due| self.alarm.is_set_for(due)) && self.drain.is_empty() && self.untold().is_none()
    }

    /// One event through the machine, without a pause: everything durable is written before anything is sent, and the
    /// platform holds back what is sent until the writes are safe.
    fn perform(&self, input: Input, received: Received<'_>) -> Result<Vec<BotQuestion>> {
        self.send(self.decide(input, received)?)
    }

    /// The first half: what follows is decided and written, and remains to be sent.
    pub(super) fn decide(&self, input: Input, received: Received<'_>) -> Result<Vec<Effect>> {
        self.wake()?;
        let mut slot = self.machine.borrow_mut();
        let Some(machine) = slot.as_mut() else { return Ok(Vec::new()) };
        let log = SqlLog::new(&self.sql, &self.client_ids);
        self.now.set(clock::now());
        let effects = machine.handle(self.now.get(), input, &log);
        let written = match log.failed() {
            true => Err(worker::Error::from("the log could not be read").into()),
            false => self.persist(machine, &effects, received),
        };
        if let Err(error) = written {
            // What is in memory is ahead of what is stored: forget it.
            *slot = None;
            return Err(error);
        }
        Ok(effects)
    }

    /// Writes durable effects, all or none. What came in a delivery is marked as handled together with its
    /// consequences.
    fn persist(&self, machine: &Machine, effects: &[Effect], received: Received<'_>) -> Result<()> {
        let state = machine.state();
        let mut durable = effects.iter().filter(|e| e.is_durable());
        // What most frames come to is one statement, which needs no transaction around it.
        match (received, durable.next(), durable.next(), durable.next()) {
            (None, None, ..) => Ok(()),
            (None, Some(Effect::Save), None, _) => messages::save(&self.sql, state),
            (None, Some(Effect::Append(message)), Some(Effect::Save), None) => {
                self.append(message, Some(state))
            }
            (None, Some(Effect::Append(message)), None, _) => self.append(message, None),
            _ => self.persist_all(machine, effects, received),
        }
    }

    #[inline(never)]
    fn persist_all(&self, machine: &Machine, effects: &[Effect], received: Received<'_>) -> Result<()> {
        let state = machine.state();
        let site = state.about.as_ref().map(|a| a.site.to_string()).unwrap_or_default();
        transaction(&self.state, || {
            if let Some((source, id)) = received {
                exchange::handled(&self.sql, source, id)?;
            }
            effects.iter().try_for_each(|effect| self.persist_one(machine, effect, &site))
        })
    }

    fn append(&self, message: &Message, state: Option<&Row>) -> Result<()> {
        let frame = messages::append(&self.sql, message, state)?;
        self.appended.replace(Some((message.seq, frame)));
        self.client_ids.grew(message);
        Ok(())
    }

    fn persist_one(&self, machine: &Machine, effect: &Effect, site: &str) -> Result<()> {
        match effect {
            Effect::Append(message) => self.append(message, None),
            Effect::Save => messages::save(&self.sql, machine.state()),
            Effect::Post(item) => {
                self.drain.posted();
                let target = Target::Desk(site).to_string();
                exchange::post(&self.sql, clock::now(), &target, serde_json::to_string(item)?, false)
            }
            Effect::Summarise(summary) => {
                self.drain.posted();
                let target = Target::Archive(site).to_string();
                exchange::post(&self.sql, clock::now(), &target, serde_json::to_string(summary)?, true)
            }
            Effect::Miss(unanswered) => {
                self.drain.posted();
                let target = Target::Questions(site).to_string();
                exchange::post(&self.sql, clock::now(), &target, serde_json::to_string(unanswered)?, false)
            }
            Effect::Send { .. } | Effect::Attach(_) | Effect::Close { .. } | Effect::AskBot(_) => Ok(()),
        }
    }

    pub(super) fn send(&self, effects: Vec<Effect>) -> Result<Vec<BotQuestion>> {
        let mut questions = Vec::new();
        let mut last: Option<(Rc<ServerFrame>, JsString)> = None;
        for effect in effects {
            match effect {
                // The same frame goes to many sockets: it is written, and handed to JavaScript, once.
                Effect::Send { socket, frame } => {
                    if last.as_ref().is_none_or(|(former, _)| !Rc::ptr_eq(former, &frame)) {
                        let json = self.on_the_wire(&frame)?;
                        last = Some((frame, json));
                    }
                    if let Some((_, json)) = &last {
                        self.sockets.send_text(socket, json);
                    }
                }
                Effect::Attach(attachment) => {
                    let socket = attachment.socket;
                    self.renewals.borrow_mut().remove(&socket);
                    self.sockets.attach(socket, &Seat { attachment, renewed: None });
                }
                Effect::Close { socket, code } => self.sockets.close(socket, code),
                Effect::AskBot(question) => questions.push(question),
                Effect::Append(_)
                | Effect::Save
                | Effect::Post(_)
                | Effect::Summarise(_)
                | Effect::Miss(_) => {}
            }
        }
        self.appended.take();
        Ok(questions)
    }

    /// A frame as it is sent. What was just written to the log is not written a second time, nor kept afterwards.
    fn on_the_wire(&self, frame: &ServerFrame) -> Result<JsString> {
        if let ServerFrame::Message { prev, message } = frame
            && let Some((_, json)) =
                self.appended.borrow_mut().take_if(|(seq, _)| *seq == message.seq && prev + 1 == *seq)
        {
            return Ok(json);
        }
        Self::anew(frame)
    }

    #[inline(never)]
    fn anew(frame: &ServerFrame) -> Result<JsString> {
        Ok(JsString::from(serde_json::to_string(frame)?))
    }

    async fn arm(&self, untold: Option<Millis>) -> Result<()> {
        let due = self.machine.borrow().as_ref().and_then(Machine::next_due);
        let outbox = [self.drain.next_due(&self.sql), untold].into_iter().flatten().min();
        self.alarm.arm(&self.state.storage(), due, outbox).await
    }

    pub(super) fn site(&self) -> Option<SiteKey> {
        self.machine.borrow().as_ref().and_then(|m| Some(m.state().about.as_ref()?.site.clone()))
    }

    pub(super) fn name(&self) -> String {
        let machine = self.machine.borrow();
        let about = machine.as_ref().and_then(|m| m.state().about.as_ref());
        Target::Conversation(about.map_or("", |a| a.conversation.as_str())).to_string()
    }

    #[inline(never)]
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
