//! Drains an object's outbox: at once after every event, and by alarm after a failure.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use serde::de::DeserializeOwned;
use shared::ids::SiteKey;
use shared::protocol::ErrorCode;
use shared::time::{DAY, MINUTE, Millis, SECOND};
use worker::{Env, SqlStorage, State};

use super::alarm::Alarm;
use super::calls::{self, ArchiveDeliver, Call, ConversationDeliver, DeskDeliver, QuestionsDeliver};
use crate::error::{Error, Result};
use crate::storage::exchange;
use crate::{clock, log};

/// Items of one delivery.
const BATCH: u64 = 50;
/// The longest time between two tries.
const LONGEST_PAUSE: u64 = 5 * MINUTE;
/// Deliveries of one object at a time.
const AT_ONCE: usize = 16;
/// An item that could not be delivered for this long, and so often, is parked.
const PATIENCE: u64 = DAY;
const TRIES: u64 = 100;

/// Where an item goes, as the outbox writes it: `desk/tidewater`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    Conversation(&'a str),
    Desk(&'a str),
    Archive(&'a str),
    /// The archive again, for unanswered questions: unlike summaries, a newer one does not replace an older one.
    Questions(&'a str),
}

impl<'a> Target<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        match text.split_once('/')? {
            ("conversation", name) => Some(Self::Conversation(name)),
            ("desk", name) => Some(Self::Desk(name)),
            ("archive", name) => Some(Self::Archive(name)),
            ("questions", name) => Some(Self::Questions(name)),
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
            Self::Questions(name) => write!(f, "questions/{name}"),
        }
    }
}

/// What is on its way: one delivery per target at a time, so that items stay in their order; whoever is slow to take
/// theirs keeps nobody else waiting.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drain {
    work: Rc<RefCell<Work>>,
    /// Whether the outbox is known to hold nothing: then nobody needs to ask the database.
    empty: Rc<Cell<bool>>,
}

#[derive(Debug, Default)]
struct Work {
    /// Targets that are being told something.
    busy: BTreeSet<String>,
    /// Targets that were found due and are told next.
    next: VecDeque<String>,
}

impl Drain {
    /// Something is being posted.
    pub(crate) fn posted(&self) {
        self.empty.set(false);
    }

    /// Whether the outbox is known to hold nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.empty.get()
    }

    /// When the alarm should fire for the outbox, at the earliest.
    pub(crate) fn next_due(&self, sql: &SqlStorage) -> Option<Millis> {
        if self.empty.get() {
            return None;
        }
        let due = exchange::next_due(sql);
        self.empty.set(matches!(due, Ok(None)));
        let now = clock::now();
        // No pause is that long: the clock went back.
        due.ok().flatten().map(|due| if due > now.plus(LONGEST_PAUSE) { now } else { due })
    }

    /// Delivers what is due, in the background: whoever caused it does not wait. `source` is this object as
    /// receivers know it.
    pub(crate) fn start(
        &self,
        state: &State,
        env: &Env,
        sql: &SqlStorage,
        alarm: &Alarm,
        source: impl Fn() -> String,
    ) {
        if self.next_due(sql).is_none_or(|due| due > clock::now()) {
            return;
        }
        while let Some(first) = self.claim(sql) {
            let (drain, env, sql, source) = (self.clone(), env.clone(), sql.clone(), source());
            let (alarm, storage) = (alarm.clone(), state.storage());
            state.wait_until(async move {
                let mut next = Some(first);
                while let Some(target) = next.take() {
                    let outcome = drain_target(&env, &sql, &source, &target).await;
                    drain.work.borrow_mut().busy.remove(&target);
                    match outcome {
                        Ok(()) => next = drain.claim(&sql),
                        // What happened cannot be written down: the alarm tries again, later.
                        Err(error) => log::failure_in("outbox", &source, &error.to_string()),
                    }
                }
                // What did not arrive is tried again when its pause is over, also if nothing happens until then.
                if let Err(error) = alarm.arm(&storage, None, drain.next_due(&sql)).await {
                    log::failure_in("outbox_alarm", &source, &error.to_string());
                }
            });
        }
    }

    /// The next target with something due that nobody is busy with; `None` when there is none, or enough is going on.
    fn claim(&self, sql: &SqlStorage) -> Option<String> {
        let mut work = self.work.borrow_mut();
        if work.busy.len() >= AT_ONCE {
            return None;
        }
        if work.next.is_empty() {
            let now = clock::now();
            let due = exchange::due_targets(sql, now, now.plus(LONGEST_PAUSE));
            let due = due.inspect_err(|error| log::failure("outbox", &error.to_string())).unwrap_or_default();
            work.next = due.into_iter().filter(|target| !work.busy.contains(target)).collect();
        }
        let target = work.next.pop_front()?;
        work.busy.insert(target.clone()).then_some(target)
    }
}

async fn drain_target(env: &Env, sql: &SqlStorage, source: &str, target: &str) -> Result<()> {
    let items = exchange::take(sql, target, BATCH)?;
    let (Some(oldest), Some(newest)) = (items.first(), items.last()) else { return Ok(()) };
    let (oldest_id, attempts, posted, newest_id) =
        (oldest.id, oldest.attempts, Millis(oldest.posted), newest.id);
    let pairs = || items.iter().map(|i| (i.id, i.item.as_str()));
    let unknown = || Err(ErrorCode::NotFound.into());
    let outcome = match Target::parse(target) {
        Some(Target::Conversation(name)) => {
            deliver(env, name, parse(pairs()), |items| ConversationDeliver { source: source.into(), items })
                .await
        }
        Some(Target::Desk(name)) => match SiteKey::new(name) {
            Ok(site) => {
                deliver(env, name, parse(pairs()), |items| DeskDeliver { site, source: source.into(), items })
                    .await
            }
            Err(_) => unknown(),
        },
        Some(Target::Archive(name)) => {
            deliver(env, name, parse(pairs()), |items| ArchiveDeliver { source: source.into(), items }).await
        }
        Some(Target::Questions(name)) => {
            deliver(env, name, parse(pairs()), |items| QuestionsDeliver { source: source.into(), items })
                .await
        }
        None => unknown(),
    };
    match outcome {
        Ok(Some(last)) => exchange::delivered(sql, target, last),
        // An item of another build, perhaps: it must not hold up those behind it.
        Ok(None) => park(sql, source, oldest_id, ErrorCode::BadFrame),
        // A refusal is final for the oldest item; the others are tried without it.
        Err(Error::Refused { code, .. }) if code != ErrorCode::Internal => park(sql, source, oldest_id, code),
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
    (SECOND << attempts.min(10)).min(LONGEST_PAUSE)
}

/// The items up to the first that cannot be read.
fn parse<'a, T: DeserializeOwned>(items: impl Iterator<Item = (u64, &'a str)>) -> Vec<(u64, T)> {
    items.map_while(|(id, json)| Some((id, serde_json::from_str(json).ok()?))).collect()
}

/// Delivers the items: the number of the last one. `None` when there are none, since not even the first can be read.
async fn deliver<T, C: Call<Reply = ()>>(
    env: &Env,
    name: &str,
    items: Vec<(u64, T)>,
    make: impl FnOnce(Vec<(u64, T)>) -> C,
) -> Result<Option<u64>> {
    let Some(&(last, _)) = items.last() else { return Ok(None) };
    // Without an answer it may have arrived all the same: whoever gets an item twice takes it once.
    calls::call_in_time(env, name, make(items)).await.map(|()| Some(last))
}
