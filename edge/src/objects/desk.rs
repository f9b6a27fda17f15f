//! The desk object: one per site.

mod leases;

use std::cell::RefCell;

use shared::desk::insights::Staff;
use shared::desk::{Attachment, Desk as Machine, Effect, Input};
use shared::limits;
use shared::protocol::insights::Insights;
use shared::protocol::{Availability, DeskFrame, DeskRequest, ErrorCode, close};
use shared::time::{DAY, HOUR};
use worker::{
    DurableObject, Env, Error as WorkerError, Request, Response, Result as WorkerResult, SqlStorage, State,
    WebSocket, WebSocketIncomingMessage, durable_object,
};

use super::alarm::Alarm;
use super::calls::{
    AskDesk, CALLER, Call, Caller, DeskCall, DeskDeliver, EndWindows, GetAvailability, GetInsights, PutTeam,
    SetAccount, SetRouting,
};
use super::outbox::{Drain, Target};
use super::sockets::{self, Sockets};
use crate::error::{Error, Result};
use crate::storage::transaction::transaction;
use crate::storage::{cells, exchange, hours, migrations};
use crate::{clock, log};

/// The cell that holds the site's key; no key of the machine's starts with an underscore.
const SITE_CELL: &str = "_site";

/// Holds the machine between events; everything in it can be rebuilt from storage and socket attachments.
#[durable_object]
#[allow(missing_debug_implementations, reason = "handed to the platform, never printed")]
pub struct Desk {
    state: State,
    env: Env,
    sql: SqlStorage,
    machine: RefCell<Option<Machine>>,
    site: RefCell<String>,
    sockets: Sockets,
    leases: leases::Leases,
    drain: Drain,
    alarm: Alarm,
}

impl DurableObject for Desk {
    fn new(state: State, env: Env) -> Self {
        Self {
            sql: state.storage().sql(),
            state,
            env,
            machine: RefCell::default(),
            site: RefCell::default(),
            sockets: Sockets::default(),
            leases: leases::Leases::default(),
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
            Ok(DeskCall::GetAvailability(_)) => GetAvailability::answer(self.availability()),
            Ok(DeskCall::PutTeam(call)) => PutTeam::answer(self.put_team(call).await),
            Ok(DeskCall::SetRouting(call)) => SetRouting::answer(self.set_routing(call).await),
            Ok(DeskCall::SetAccount(call)) => SetAccount::answer(self.set_account(call).await),
            Ok(DeskCall::GetInsights(call)) => GetInsights::answer(self.insights(&call)),
            Ok(DeskCall::DeskDeliver(call)) => DeskDeliver::answer(self.deliver(call).await),
            Ok(DeskCall::EndWindows(call)) => EndWindows::answer(self.end_windows(call).await),
            Ok(DeskCall::AskDesk(call)) => AskDesk::answer(self.asked(call).await),
            Err(error) => DeskDeliver::answer(Err(error.into())),
        }
    }

    async fn websocket_message(&self, ws: WebSocket, message: WebSocketIncomingMessage) -> WorkerResult<()> {
        let Some(Attachment { socket, .. }) = sockets::attachment(&ws) else { return Ok(()) };
        let bad = |code| Input::BadFrame { socket, code };
        let input = match message {
            WebSocketIncomingMessage::String(text) if text.len() > limits::FRAME_BYTES => {
                bad(ErrorCode::FrameTooLarge)
            }
            WebSocketIncomingMessage::String(text) => match serde_json::from_str::<DeskRequest>(&text) {
                Ok(request) => Input::Frame { socket, request },
                Err(_) => bad(ErrorCode::BadFrame),
            },
            WebSocketIncomingMessage::Binary(_) => bad(ErrorCode::BadFrame),
        };
        let outcome = self.drive(input).await;
        if matches!(outcome, Err(Error::Platform(_))) {
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
            let outcome = self.tick().await;
            if outcome.is_err() {
                self.alarm.again(&self.state.storage()).await?;
            }
            self.report(outcome)?;
        }
        Response::empty()
    }
}

impl Desk {
    /// Loads the machine after a start or an eviction.
    fn wake(&self) -> Result<()> {
        if self.machine.borrow().is_some() {
            return Ok(());
        }
        transaction(&self.state, || migrations::migrate(&self.sql, migrations::DESK))?;
        let mut stored = cells::load(&self.sql)?;
        if let Some(place) = stored.iter().position(|(key, _)| key == SITE_CELL) {
            self.site.replace(stored.swap_remove(place).1);
            stored.sort();
        }
        let leased = self.leases.restore(&mut stored);
        let (mut machine, unreadable) = Machine::restore(stored);
        for key in unreadable {
            log::failure_in("desk_cell", &self.name(), &key);
        }
        let open = self.sockets.restore(&self.state, |a: &Attachment| a.socket);
        machine.restore_sockets(open.into_iter().chain(leased).collect());
        self.machine.replace(Some(machine));
        Ok(())
    }

    /// Remembers whose desk this is; an object does not know its own name.
    fn belong(&self, site: &str) -> Result<()> {
        if self.site.borrow().is_empty() {
            cells::put(&self.sql, SITE_CELL.into(), site.into())?;
            self.site.replace(site.into());
        }
        Ok(())
    }

    fn availability(&self) -> Result<Availability> {
        if !migrations::exists(&self.sql)? {
            return Ok(Availability::OFFLINE);
        }
        self.wake()?;
        let mut machine = self.machine.borrow_mut();
        Ok(machine.as_mut().map_or(Availability::OFFLINE, |m| m.availability(clock::now())))
    }

    fn insights(&self, call: &GetInsights) -> Result<Insights> {
        let now = clock::now();
        if !migrations::exists(&self.sql)? {
            return Ok(Insights { now, hours: Vec::new(), groups: Vec::new(), staff: Staff::default() });
        }
        self.wake()?;
        let machine = self.machine.borrow();
        let known = machine.as_ref().map(|machine| (machine.times(now), machine.staff()));
        let (groups, staff) = known.unwrap_or_default();
        let first = now.0.saturating_sub(call.days.saturating_mul(DAY)) / HOUR;
        Ok(Insights { now, hours: hours::since(&self.sql, first)?, groups, staff })
    }

    async fn seat(&self, request: &Request) -> Result<Response> {
        let caller = request.headers().get(CALLER)?.unwrap_or_default();
        let Caller::Desk { site, profile, pass } = serde_json::from_str::<Caller>(&caller)? else {
            return Err(ErrorCode::NotFound.into());
        };
        self.wake()?;
        self.belong(site.as_str())?;
        let (socket, response, _) = self.sockets.accept(&self.state)?;
        self.sockets.attach(socket, &Attachment { socket, agent: profile.agent.id.clone() });
        self.drive(Input::Connect { socket, profile, pass: Some(pass) }).await?;
        Ok(sockets::upgraded(response)?)
    }

    async fn disconnect(&self, ws: &WebSocket) -> WorkerResult<()> {
        let Some(Attachment { socket, .. }) = sockets::attachment(ws) else { return Ok(()) };
        self.wake().map_err(|e| WorkerError::RustError(e.to_string()))?;
        self.sockets.closed(socket, ws);
        self.report(self.drive(Input::Disconnect { socket }).await)
    }

    async fn set_routing(&self, call: SetRouting) -> Result<()> {
        self.wake()?;
        self.belong(call.site.as_str())?;
        let SetRouting { version, routing, believed, .. } = call;
        self.drive(Input::Routing { version, routing, believed }).await
    }

    async fn set_account(&self, call: SetAccount) -> Result<()> {
        if !migrations::exists(&self.sql)? {
            // Nobody has ever been here.
            return Ok(());
        }
        self.wake()?;
        self.belong(call.site.as_str())?;
        let agent = call.agent;
        self.drive(call.profile.map_or(Input::Removed { agent }, |profile| Input::Profile { profile })).await
    }

    async fn end_windows(&self, call: EndWindows) -> Result<()> {
        if !migrations::exists(&self.sql)? {
            return Ok(());
        }
        self.drive(Input::SignedOut { sessions: call.sessions }).await
    }

    async fn deliver(&self, call: DeskDeliver) -> Result<()> {
        self.wake()?;
        self.belong(call.site.as_str())?;
        for (id, item) in call.items {
            if id > exchange::last_from(&self.sql, &call.source)? {
                self.perform(Input::Conversation(item), Some((&call.source, id)))?;
            }
        }
        self.follow_up().await
    }

    async fn put_team(&self, call: PutTeam) -> Result<()> {
        self.wake()?;
        self.belong(call.site.as_str())?;
        self.drive(Input::Roster(call.team)).await
    }

    async fn tick(&self) -> Result<()> {
        self.wake()?;
        self.look_after_leases()?;
        for (socket, at) in self.sockets.alive(&self.state) {
            self.perform(Input::Alive { socket, at }, None)?;
        }
        self.drive(Input::Tick).await
    }

    async fn drive(&self, input: Input) -> Result<()> {
        self.perform(input, None)?;
        self.follow_up().await
    }

    async fn follow_up(&self) -> Result<()> {
        self.arm().await?;
        self.drain.start(&self.state, &self.env, &self.sql, &self.alarm, || self.name());
        Ok(())
    }

    /// One event through the machine, without a pause: everything durable is written before anything is sent.
    /// `received` is the delivery the event came in, marked as handled together with its consequences.
    fn perform(&self, input: Input, received: Option<(&str, u64)>) -> Result<()> {
        self.send(self.decide(input, received)?)
    }

    /// The first half: what follows is decided and written, and remains to be sent.
    fn decide(&self, input: Input, received: Option<(&str, u64)>) -> Result<Vec<Effect>> {
        self.wake()?;
        let mut slot = self.machine.borrow_mut();
        let Some(machine) = slot.as_mut() else { return Ok(Vec::new()) };
        let effects = machine.handle(clock::now(), input);
        let ephemeral = |e: &Effect| matches!(e, Effect::Send { .. } | Effect::Close { .. });
        let durable = received.is_some() || !effects.iter().all(ephemeral);
        let persist = || {
            if let Some((source, id)) = received {
                exchange::handled(&self.sql, source, id)?;
            }
            self.persist(&effects)
        };
        if durable && let Err(error) = transaction(&self.state, persist) {
            // What is in memory is ahead of what is stored: forget it.
            *slot = None;
            return Err(error);
        }
        Ok(effects)
    }

    fn send(&self, effects: Vec<Effect>) -> Result<()> {
        let mut last: Option<(DeskFrame, String)> = None;
        for effect in effects {
            match effect {
                // A lease is a window that nobody looks through.
                Effect::Send { socket, .. } if !self.sockets.has(socket) => {}
                // The same frame goes to many windows: it is written once.
                Effect::Send { socket, frame } => {
                    if last.as_ref().is_none_or(|(former, _)| *former != frame) {
                        let json = serde_json::to_string(&frame)?;
                        last = Some((frame, json));
                    }
                    self.sockets.send(socket, last.as_ref().map_or("", |(_, json)| json));
                }
                Effect::Close { socket, code } => {
                    self.closed(socket)?;
                    self.sockets.close(socket, code);
                }
                Effect::Put { .. } | Effect::Delete { .. } | Effect::Post { .. } | Effect::Record(_) => {}
            }
        }
        Ok(())
    }

    fn persist(&self, effects: &[Effect]) -> Result<()> {
        for effect in effects {
            match effect {
                Effect::Put { key, json } => cells::put(&self.sql, key.clone(), json.clone())?,
                Effect::Delete { key } => cells::delete(&self.sql, key.clone())?,
                Effect::Record(record) => hours::add(&self.sql, record)?,
                Effect::Post { conversation, item } => {
                    self.drain.posted();
                    let target = Target::Conversation(conversation.as_str()).to_string();
                    exchange::post(&self.sql, clock::now(), &target, serde_json::to_string(item)?, false)?;
                }
                Effect::Send { .. } | Effect::Close { .. } => {}
            }
        }
        Ok(())
    }

    async fn arm(&self) -> Result<()> {
        let due = self.machine.borrow().as_ref().and_then(Machine::next_due);
        let due = [due, self.leases.due()].into_iter().flatten().min();
        self.alarm.arm(&self.state.storage(), due, self.drain.next_due(&self.sql)).await
    }

    fn name(&self) -> String {
        Target::Desk(&self.site.borrow()).to_string()
    }

    fn report(&self, outcome: Result<()>) -> WorkerResult<()> {
        match outcome {
            Ok(()) => Ok(()),
            Err(error) => {
                log::failure_in("desk", &self.name(), &error.to_string());
                match error {
                    Error::Platform(error) => Err(error),
                    Error::Refused { .. } | Error::Data(_) => Ok(()),
                }
            }
        }
    }
}
