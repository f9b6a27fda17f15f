//! The hooks object: one per site. Tells systems elsewhere what happens in conversations, so that whoever is slow to take
//! it holds up neither desk nor conversation.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use shared::hooks::delivery::Stopped;
use shared::hooks::{Endpoint, HookEvent, Next, Off, Tried, Why, address};
use shared::ids::EndpointId;
use shared::limits;
use shared::protocol::ErrorCode;
use shared::protocol::connections::{
    EndpointAction, EndpointRow, Letter, LetterAction, SaveEndpoint, SavedEndpoint, TestResult,
};
use shared::security::base64url;
use shared::time::Millis;
use worker::{
    DurableObject, Env, Error as WorkerError, Request, Response, Result as WorkerResult, SqlStorage, State,
    WebSocket, WebSocketIncomingMessage, durable_object,
};

use super::alarm::Alarm;
use super::calls::{
    ActOnEndpoint, ActOnLetters, Acted, Call, Follow, GetEndpoints, HooksCall, Put, PutEndpoint,
};
use crate::error::Result;
use crate::storage::hooks::{self as store, Delivery};
use crate::storage::migrations;
use crate::storage::transaction::transaction;
use crate::{clock, egress, log};

/// Tries at a time of one endpoint, while it takes what it is told and while it does not. Every endpoint has its own: one
/// that hangs keeps no other waiting. Few, since Cloudflare opens about six connections at a time for an invocation.
const AT_ONCE: usize = 2;
const AT_ONCE_FAILING: usize = 1;

/// All of it is in SQL, apart from what is being tried.
#[durable_object(alarm)]
#[allow(missing_debug_implementations, reason = "handed to the platform, never printed")]
pub struct Hooks {
    inner: Rc<Inner>,
}

struct Inner {
    state: State,
    env: Env,
    sql: SqlStorage,
    alarm: Alarm,
    migrated: Cell<bool>,
    /// Endpoint and conversation of what is being tried.
    busy: RefCell<BTreeSet<(String, String)>>,
}

impl DurableObject for Hooks {
    fn new(state: State, env: Env) -> Self {
        let sql = state.storage().sql();
        let (alarm, migrated, busy) = (Alarm::default(), Cell::default(), RefCell::default());
        Self { inner: Rc::new(Inner { state, env, sql, alarm, migrated, busy }) }
    }

    async fn fetch(&self, mut request: Request) -> WorkerResult<Response> {
        let inner = &self.inner;
        match serde_json::from_str(&request.text().await?) {
            Ok(HooksCall::Follow(call)) => Follow::answer(Inner::follow(inner, &call).await),
            Ok(HooksCall::GetEndpoints(_)) => GetEndpoints::answer(inner.endpoints()),
            Ok(HooksCall::PutEndpoint(call)) => PutEndpoint::answer(inner.put(call)),
            Ok(HooksCall::ActOnEndpoint(call)) => ActOnEndpoint::answer(inner.act(call).await),
            Ok(HooksCall::ActOnLetters(call)) => {
                ActOnLetters::answer(Inner::act_on_letters(inner, &call).await)
            }
            Err(error) => GetEndpoints::answer(Err(error.into())),
        }
    }

    async fn alarm(&self) -> WorkerResult<Response> {
        self.inner.alarm.fired();
        if migrations::exists(&self.inner.sql).unwrap_or(false)
            && let Err(error) = Inner::go_on(&self.inner).await
        {
            log::failure("hooks", &error.to_string());
            self.inner.alarm.again(&self.inner.state.storage()).await?;
        }
        Response::empty()
    }

    async fn websocket_message(&self, _: WebSocket, _: WebSocketIncomingMessage) -> WorkerResult<()> {
        Ok(())
    }

    async fn websocket_close(&self, _: WebSocket, _: usize, _: String, _: bool) -> WorkerResult<()> {
        Ok(())
    }

    async fn websocket_error(&self, _: WebSocket, _: WorkerError) -> WorkerResult<()> {
        Ok(())
    }
}

impl Inner {
    fn migrate(&self) -> Result<()> {
        if !self.migrated.replace(true) {
            let migrated = transaction(&self.state, || migrations::migrate(&self.sql, migrations::HOOKS));
            migrated.inspect_err(|_| self.migrated.set(false))?;
        }
        Ok(())
    }

    /// A conversation tells what happened after `after`: up to where it was told now. What was told before is left out,
    /// and a gap is answered with where it begins.
    async fn follow(this: &Rc<Self>, call: &Follow) -> Result<u64> {
        this.migrate()?;
        let told = store::told(&this.sql, &call.conversation)?;
        if told.is_some_and(|told| call.after > told) || call.upto <= told.unwrap_or(0) {
            return Ok(told.unwrap_or(0));
        }
        let now = clock::now();
        transaction(&this.state, || {
            let endpoints = store::endpoints(&this.sql)?;
            for event in call.events.iter().filter(|event| event.seq > told) {
                for endpoint in endpoints.iter().filter(|endpoint| endpoint.wants(event)) {
                    this.queue(endpoint, event, now)?;
                }
            }
            store::set_told(&this.sql, &call.conversation, call.upto, now)
        })?;
        Self::go_on(this).await?;
        Ok(call.upto)
    }

    fn queue(&self, endpoint: &Endpoint, event: &HookEvent, now: Millis) -> Result<()> {
        let full = store::waiting(&self.sql, &endpoint.id)? >= limits::HOOK_WAITING;
        store::queue(&self.sql, &endpoint.id, event, now, full.then_some(Why::Overflow))?;
        if full { store::forget_oldest(&self.sql) } else { Ok(()) }
    }

    fn endpoints(&self) -> Result<(Vec<EndpointRow>, Vec<Letter>)> {
        if !migrations::exists(&self.sql)? {
            return Ok((Vec::new(), Vec::new()));
        }
        self.migrate()?;
        let row =
            |endpoint: Endpoint| Ok(EndpointRow::of(&endpoint, store::waiting(&self.sql, &endpoint.id)?));
        let rows = store::endpoints(&self.sql)?.into_iter().map(row).collect::<Result<_>>()?;
        Ok((rows, store::letters(&self.sql)?))
    }

    fn put(&self, call: PutEndpoint) -> Result<Put> {
        self.migrate()?;
        let SaveEndpoint { url, mut kinds } = call.save;
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.is_empty() {
            return Err(ErrorCode::BadValue.into());
        }
        let url = match address::check(&url, &egress::named(&self.env)) {
            Ok(allowed) => allowed.url,
            Err(why) => {
                let saved = SavedEndpoint::Refused { why: why.into() };
                return Ok(Put { saved, followed: self.followed()? });
            }
        };
        let (endpoint, secret) = match call.id {
            Some(id) => {
                let known = store::endpoint(&self.sql, id.as_str())?.ok_or(ErrorCode::NotFound)?;
                (Endpoint { url, kinds, ..known }, None)
            }
            None if store::endpoints(&self.sql)?.len() >= limits::HOOK_ENDPOINTS => {
                return Err(ErrorCode::Full.into());
            }
            None => {
                let secret = new_secret();
                let id = EndpointId::from_random(clock::random_bits());
                let (created, by) = (clock::now(), Some(call.by));
                let shown = Some(secret.clone());
                let tried = Vec::new();
                let made = Endpoint {
                    id,
                    url,
                    kinds,
                    secret,
                    former: None,
                    created,
                    by,
                    off: None,
                    failing: None,
                    tried,
                };
                (made, shown)
            }
        };
        store::put_endpoint(&self.sql, &endpoint)?;
        Ok(Put { saved: SavedEndpoint::Saved { endpoint: endpoint.id, secret }, followed: true })
    }

    /// Whether anybody is to be told anything.
    fn followed(&self) -> Result<bool> {
        Ok(store::endpoints(&self.sql)?.iter().any(|endpoint| endpoint.off.is_none()))
    }

    async fn act(&self, call: ActOnEndpoint) -> Result<Acted> {
        self.migrate()?;
        let mut endpoint = store::endpoint(&self.sql, call.id.as_str())?.ok_or(ErrorCode::NotFound)?;
        let (mut test, mut secret) = (None, None);
        match call.action {
            EndpointAction::Test => {
                let id = format!("test.{}", clock::random_number());
                let event = HookEvent::test(call.site, id, clock::now());
                let body = serde_json::to_string(&event)?;
                let (tried, _) = self.attempt(&endpoint, &event.id, &body, 0).await?;
                test = Some(TestResult { outcome: tried.outcome, took: tried.took });
            }
            EndpointAction::TurnOn => {
                endpoint.turn_on();
                store::put_endpoint(&self.sql, &endpoint)?;
            }
            EndpointAction::TurnOff => {
                let at = clock::now();
                endpoint.off = Some(Stopped { why: Off::Hand, at });
                transaction(&self.state, || {
                    store::put_endpoint(&self.sql, &endpoint)?;
                    store::give_up_all(&self.sql, &endpoint.id, at, Why::Off)
                })?;
            }
            EndpointAction::NewSecret { at_once } => {
                let new = new_secret();
                endpoint.renew(new.clone(), clock::now(), at_once);
                store::put_endpoint(&self.sql, &endpoint)?;
                secret = Some(new);
            }
            EndpointAction::Remove => {
                transaction(&self.state, || store::remove_endpoint(&self.sql, &endpoint.id))?;
            }
        }
        Ok(Acted { followed: self.followed()?, test, secret })
    }

    async fn act_on_letters(this: &Rc<Self>, call: &ActOnLetters) -> Result<()> {
        this.migrate()?;
        match call.action {
            LetterAction::Retry => store::retry(&this.sql, call.id, clock::now())?,
            LetterAction::Drop => store::drop_letters(&this.sql, call.id)?,
        }
        Self::go_on(this).await
    }

    /// Tries what is due, in the background, and sets the alarm for the rest.
    fn go_on(this: &Rc<Self>) -> Pin<Box<dyn Future<Output = Result<()>> + '_>> {
        Box::pin(async move {
            this.migrate()?;
            for delivery in this.claim()? {
                let that = this.clone();
                this.state.wait_until(async move {
                    let place = (delivery.endpoint.clone(), delivery.conversation.clone());
                    let outcome = that.deliver(delivery).await;
                    that.busy.borrow_mut().remove(&place);
                    let next = match outcome {
                        Ok(()) => Self::go_on(&that).await,
                        // What happened cannot be written down: the alarm tries again, later.
                        Err(error) => Err(error),
                    };
                    if let Err(error) = next {
                        log::failure("hooks", &error.to_string());
                    }
                });
            }
            let due = store::next_due(&this.sql, clock::now())?;
            this.alarm.arm(&this.state.storage(), None, due).await
        })
    }

    /// What is due and can be tried beside what is being tried.
    fn claim(&self) -> Result<Vec<Delivery>> {
        let mut busy = self.busy.borrow_mut();
        let mut claimed = Vec::new();
        for endpoint in store::endpoints(&self.sql)? {
            let most = if endpoint.failing.is_some() { AT_ONCE_FAILING } else { AT_ONCE };
            let mut tries = busy.iter().filter(|(id, _)| id == endpoint.id.as_str()).count();
            if tries >= most {
                continue;
            }
            // What is being tried stands among what is due.
            for delivery in store::due(&self.sql, &endpoint.id, clock::now(), tries + most)? {
                let place = (delivery.endpoint.clone(), delivery.conversation.clone());
                if tries < most && busy.insert(place) {
                    tries += 1;
                    claimed.push(delivery);
                }
            }
        }
        Ok(claimed)
    }

    async fn deliver(&self, delivery: Delivery) -> Result<()> {
        let Delivery { id, endpoint, event, body, failed, .. } = delivery;
        let Some(endpoint) = store::endpoint(&self.sql, &endpoint)? else {
            return store::remove(&self.sql, id);
        };
        if endpoint.off.is_some() {
            return store::give_up(&self.sql, id, clock::now(), Why::Off);
        }
        let (_, next) = self.attempt(&endpoint, &event, &body, failed).await?;
        match next {
            Next::Delivered => store::remove(&self.sql, id),
            Next::Again(due) => store::postpone(&self.sql, id, due),
            Next::Dead(why) => store::give_up(&self.sql, id, clock::now(), why),
        }
    }

    /// Tries once and notes how it went.
    async fn attempt(
        &self,
        endpoint: &Endpoint,
        event: &str,
        body: &str,
        failed: u32,
    ) -> Result<(Tried, Next)> {
        let at = clock::now();
        let (outcome, took) =
            egress::post(&self.env, &endpoint.url, &endpoint.secrets(at), event, body).await;
        let tried = Tried { at, event: event.to_owned(), outcome, took };
        // It may have been changed meanwhile, or be gone.
        let Some(mut endpoint) = store::endpoint(&self.sql, endpoint.id.as_str())? else {
            return Ok((tried, Next::Delivered));
        };
        let was_on = endpoint.off.is_none();
        let next = endpoint.after(tried.clone(), failed, clock::random_number());
        transaction(&self.state, || {
            store::put_endpoint(&self.sql, &endpoint)?;
            if was_on && endpoint.off.is_some() {
                store::give_up_all(&self.sql, &endpoint.id, clock::now(), Why::Off)?;
            }
            Ok(())
        })?;
        Ok((tried, next))
    }
}

fn new_secret() -> String {
    format!("whsec_{}", base64url(&clock::random::<32>()))
}
