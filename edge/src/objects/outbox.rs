//! Drains an object's outbox: at once after every event, and by alarm after a failure.

use std::cell::Cell;
use std::rc::Rc;

use serde::de::DeserializeOwned;
use shared::ids::SiteKey;
use shared::protocol::ErrorCode;
use shared::time::{DAY, MINUTE, Millis, SECOND};
use worker::{Env, SqlStorage, State};

use super::calls::{self, ArchiveDeliver, Call, ConversationDeliver, DeskDeliver};
use crate::error::{Error, Result};
use crate::storage::exchange;
use crate::{clock, log};

/// Items of one delivery.
const BATCH: u64 = 50;
/// An item that could not be delivered for this long, and so often, is parked.
const PATIENCE: u64 = DAY;
const TRIES: u64 = 100;

/// Where an item goes, as the outbox writes it: `desk/tidewater`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    Conversation(&'a str),
    Desk(&'a str),
    Archive(&'a str),
}

impl<'a> Target<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        match text.split_once('/')? {
            ("conversation", name) => Some(Self::Conversation(name)),
            ("desk", name) => Some(Self::Desk(name)),
            ("archive", name) => Some(Self::Archive(name)),
            _ => None,
        }
    }
}

impl std::fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Conversation(name) => write!(f, "conversation/{name}"),
            Self::Desk(name) => write!(f, "desk/{name}"),
            Self::Archive(name) => write!(f, "archive/{name}"),
        }
    }
}

/// One drain runs at a time; what is posted meanwhile is taken by the running one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drain {
    running: Rc<Cell<bool>>,
    /// Whether the outbox is known to hold nothing: then nobody needs to ask the database.
    empty: Rc<Cell<bool>>,
}

impl Drain {
    /// Something is being posted.
    pub(crate) fn posted(&self) {
        self.empty.set(false);
    }

    /// When the alarm should fire for the outbox, at the earliest.
    pub(crate) fn next_due(&self, sql: &SqlStorage) -> Option<Millis> {
        if self.empty.get() {
            return None;
        }
        let due = exchange::next_due(sql);
        self.empty.set(matches!(due, Ok(None)));
        due.ok().flatten()
    }

    /// Delivers what is due, in the background: whoever caused it does not wait. `source` is this object as
    /// receivers know it.
    pub(crate) fn start(&self, state: &State, env: &Env, sql: &SqlStorage, source: impl FnOnce() -> String) {
        if self.next_due(sql).is_none_or(|due| due > clock::now()) || self.running.replace(true) {
            return;
        }
        let (env, sql, running, source) = (env.clone(), sql.clone(), self.running.clone(), source());
        state.wait_until(async move {
            if let Err(error) = drain_all(&env, &sql, &source).await {
                log::failure_in("outbox", &source, &error.to_string());
            }
            running.set(false);
        });
    }
}

async fn drain_all(env: &Env, sql: &SqlStorage, source: &str) -> Result<()> {
    loop {
        let targets = exchange::due_targets(sql, clock::now())?;
        if targets.is_empty() {
            return Ok(());
        }
        for target in targets {
            drain_target(env, sql, source, &target).await?;
        }
    }
}

async fn drain_target(env: &Env, sql: &SqlStorage, source: &str, target: &str) -> Result<()> {
    let items = exchange::take(sql, target, BATCH)?;
    let (Some(oldest), Some(newest)) = (items.first(), items.last()) else { return Ok(()) };
    let (oldest_id, attempts, posted, newest_id) =
        (oldest.id, oldest.attempts, Millis(oldest.posted), newest.id);
    let pairs = || items.iter().map(|i| (i.id, i.item.as_str()));
    let outcome = match Target::parse(target) {
        Some(Target::Conversation(name)) => {
            deliver(env, name, parse(pairs()), |items| ConversationDeliver { source: source.into(), items })
                .await
        }
        Some(Target::Desk(name)) => {
            let site = SiteKey::new(name)?;
            deliver(env, name, parse(pairs()), |items| DeskDeliver { site, source: source.into(), items })
                .await
        }
        Some(Target::Archive(name)) => {
            deliver(env, name, parse(pairs()), |items| ArchiveDeliver { source: source.into(), items }).await
        }
        None => Err(ErrorCode::NotFound.into()),
    };
    match outcome {
        Ok(()) => exchange::delivered(sql, target, newest_id),
        // A refusal is final for the oldest item; the others are tried without it.
        Err(Error::Refused { code, .. }) if code != ErrorCode::Internal => park(sql, source, oldest_id, code),
        Err(Error::Data(error)) => {
            log::failure_in("outbox_item", source, &error.to_string());
            park(sql, source, oldest_id, ErrorCode::BadFrame)
        }
        Err(_) if attempts >= TRIES && clock::now().since(posted) >= PATIENCE => {
            park(sql, source, oldest_id, ErrorCode::Internal)
        }
        Err(error) => {
            log::failure_in("outbox_delivery", source, &error.to_string());
            exchange::postpone(sql, target, newest_id, clock::now().plus(pause(attempts)))
        }
    }
}

fn park(sql: &SqlStorage, source: &str, id: u64, code: ErrorCode) -> Result<()> {
    let why = format!("{code:?}");
    log::failure_in("outbox_parked", source, &why);
    exchange::park(sql, id, &why)
}

fn pause(attempts: u64) -> u64 {
    (SECOND << attempts.min(10)).min(5 * MINUTE)
}

fn parse<'a, T: DeserializeOwned>(
    items: impl Iterator<Item = (u64, &'a str)>,
) -> std::result::Result<Vec<(u64, T)>, serde_json::Error> {
    items.map(|(id, json)| Ok((id, serde_json::from_str(json)?))).collect()
}

async fn deliver<T, C: Call<Reply = ()>>(
    env: &Env,
    name: &str,
    items: std::result::Result<Vec<(u64, T)>, serde_json::Error>,
    make: impl FnOnce(Vec<(u64, T)>) -> C,
) -> Result<()> {
    calls::call(env, name, make(items?)).await
}
