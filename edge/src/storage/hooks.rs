//! The hooks object's tables: endpoints, how far each conversation was told, and what waits or was given up.

use serde::Deserialize;
use shared::hooks::{Endpoint, HookEvent, Why};
use shared::ids::{ConversationId, EndpointId};
use shared::limits;
use shared::protocol::connections::Letter;
use shared::time::{DAY, HOUR, Millis};
use worker::{SqlStorage, SqlStorageValue};

use super::{first, int, rows, run, text};
use crate::error::Result;

/// No pause is as long as this: a delivery that is due later was written before the clock went back.
const LONGEST_PAUSE: u64 = 9 * HOUR;
/// How long it is known how far a conversation was told. An ended one reopens within seven days.
const REMEMBERED: u64 = 90 * DAY;

#[derive(Deserialize)]
struct Json {
    json: String,
}

#[derive(Deserialize)]
struct Number {
    n: Option<u64>,
}

/// An event on its way to one endpoint.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Delivery {
    pub id: u64,
    pub endpoint: String,
    pub conversation: String,
    pub event: String,
    pub body: String,
    pub failed: u32,
}

#[derive(Deserialize)]
struct Dead {
    id: u64,
    endpoint: String,
    conversation: String,
    event: String,
    kind: Option<String>,
    died: u64,
    why: Option<String>,
}

/// Every endpoint, oldest first.
pub(crate) fn endpoints(sql: &SqlStorage) -> Result<Vec<Endpoint>> {
    let found: Vec<Json> = rows(sql, "SELECT json FROM endpoint", vec![])?;
    let parsed = found.iter().map(|row| serde_json::from_str(&row.json));
    let mut endpoints: Vec<Endpoint> = parsed.collect::<std::result::Result<_, _>>()?;
    endpoints.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    Ok(endpoints)
}

/// One endpoint.
pub(crate) fn endpoint(sql: &SqlStorage, id: &str) -> Result<Option<Endpoint>> {
    let row: Option<Json> = first(sql, "SELECT json FROM endpoint WHERE id = ?", vec![text(id)])?;
    Ok(row.map(|row| serde_json::from_str(&row.json)).transpose()?)
}

/// Makes or replaces an endpoint.
pub(crate) fn put_endpoint(sql: &SqlStorage, endpoint: &Endpoint) -> Result<()> {
    let values = vec![text(endpoint.id.as_str()), text(serde_json::to_string(endpoint)?)];
    run(sql, "INSERT OR REPLACE INTO endpoint (id, json) VALUES (?, ?)", values)
}

/// Forgets an endpoint with everything for it.
pub(crate) fn remove_endpoint(sql: &SqlStorage, id: &EndpointId) -> Result<()> {
    run(sql, "DELETE FROM endpoint WHERE id = ?", vec![text(id.as_str())])?;
    run(sql, "DELETE FROM delivery WHERE endpoint = ?", vec![text(id.as_str())])
}

/// The sequence up to which a conversation was told; `None` when it never was.
pub(crate) fn told(sql: &SqlStorage, conversation: &ConversationId) -> Result<Option<u64>> {
    let query = "SELECT last AS n FROM followed WHERE conversation = ?";
    let last: Option<Number> = first(sql, query, vec![text(conversation.as_str())])?;
    Ok(last.and_then(|row| row.n))
}

/// A conversation was told up to `last`.
pub(crate) fn set_told(
    sql: &SqlStorage,
    conversation: &ConversationId,
    last: u64,
    now: Millis,
) -> Result<()> {
    let old = Millis(now.0.saturating_sub(REMEMBERED));
    run(sql, "DELETE FROM followed WHERE at < ?", vec![int(old.0)])?;
    let values = vec![text(conversation.as_str()), int(last), int(now.0)];
    run(sql, "INSERT OR REPLACE INTO followed (conversation, last, at) VALUES (?, ?, ?)", values)
}

/// Queues an event for an endpoint; with `why` it is given up at once.
pub(crate) fn queue(
    sql: &SqlStorage,
    endpoint: &EndpointId,
    event: &HookEvent,
    now: Millis,
    why: Option<Why>,
) -> Result<()> {
    let query = "INSERT INTO delivery (endpoint, conversation, event, kind, body, due, died, why)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let conversation = event.conversation.as_ref().map_or("", ConversationId::as_str);
    let kind = event.event.kind().map_or(SqlStorageValue::Null, |kind| text(kind.name()));
    let died = why.map_or(SqlStorageValue::Null, |_| int(now.0));
    let why = why.map(|why| serde_json::to_string(&why)).transpose()?;
    let why = why.map_or(SqlStorageValue::Null, text);
    let body = text(serde_json::to_string(event)?);
    let values = vec![
        text(endpoint.as_str()),
        text(conversation),
        text(&*event.id),
        kind,
        body,
        int(now.0),
        died,
        why,
    ];
    run(sql, query, values)
}

/// How much waits for an endpoint.
pub(crate) fn waiting(sql: &SqlStorage, endpoint: &EndpointId) -> Result<u64> {
    let query = "SELECT count(*) AS n FROM delivery WHERE endpoint = ? AND died IS NULL";
    let count: Option<Number> = first(sql, query, vec![text(endpoint.as_str())])?;
    Ok(count.and_then(|row| row.n).unwrap_or(0))
}

/// What can be tried now of an endpoint: of each conversation the first, when it is due.
pub(crate) fn due(
    sql: &SqlStorage,
    endpoint: &EndpointId,
    now: Millis,
    limit: usize,
) -> Result<Vec<Delivery>> {
    // Of each conversation the first: the others are kept out of the index (`heads.sql`).
    let query = "SELECT id, endpoint, conversation, event, body, failed FROM delivery
        WHERE endpoint = ? AND died IS NULL AND due >= 0 AND due BETWEEN ? AND ? ORDER BY due, id LIMIT ?";
    let between = |from, to| {
        let values = vec![text(endpoint.as_str()), int(from), int(to), int(limit as u64)];
        rows::<Delivery>(sql, query, values)
    };
    let mut found = between(0, now.0)?;
    found.extend(between(now.plus(LONGEST_PAUSE).0, (1 << 53) - 1)?);
    found.truncate(limit);
    Ok(found)
}

/// When something can be tried next.
pub(crate) fn next_due(sql: &SqlStorage, now: Millis) -> Result<Option<Millis>> {
    let query =
        "SELECT min((SELECT due FROM delivery WHERE endpoint = endpoint.id AND died IS NULL AND due >= 0
        ORDER BY due LIMIT 1)) AS n FROM endpoint";
    let next: Option<Number> = first(sql, query, vec![])?;
    let next = next.and_then(|row| row.n).map(Millis);
    Ok(next.map(|due| if due > now.plus(LONGEST_PAUSE) { now } else { due }))
}

/// It arrived, or is dropped.
pub(crate) fn remove(sql: &SqlStorage, id: u64) -> Result<()> {
    run(sql, "DELETE FROM delivery WHERE id = ?", vec![int(id)])
}

/// It failed and is tried again then.
pub(crate) fn postpone(sql: &SqlStorage, id: u64, due: Millis) -> Result<()> {
    // It may have come to stand behind an older one that is sent again.
    let query = "UPDATE delivery SET failed = failed + 1, due = CASE WHEN due < 0 THEN -1 - ? ELSE ? END WHERE id = ?";
    run(sql, query, vec![int(due.0), int(due.0), int(id)])
}

/// It is given up.
pub(crate) fn give_up(sql: &SqlStorage, id: u64, now: Millis, why: Why) -> Result<()> {
    let values = vec![int(now.0), text(serde_json::to_string(&why)?), int(id)];
    run(sql, "UPDATE delivery SET died = ?, why = ? WHERE id = ?", values)?;
    forget_oldest(sql)
}

/// Everything that waits for an endpoint is given up.
pub(crate) fn give_up_all(sql: &SqlStorage, endpoint: &EndpointId, now: Millis, why: Why) -> Result<()> {
    let values = vec![int(now.0), text(serde_json::to_string(&why)?), text(endpoint.as_str())];
    run(sql, "UPDATE delivery SET died = ?, why = ? WHERE endpoint = ? AND died IS NULL", values)?;
    forget_oldest(sql)
}

/// Dead letters past the limit are forgotten, the oldest first.
pub(crate) fn forget_oldest(sql: &SqlStorage) -> Result<()> {
    let query = "DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE died IS NOT NULL
        ORDER BY died DESC, id DESC LIMIT -1 OFFSET ?)";
    run(sql, query, vec![int(limits::HOOK_LETTERS)])
}

/// The dead letters, newest first.
pub(crate) fn letters(sql: &SqlStorage) -> Result<Vec<Letter>> {
    let query =
        "SELECT id, endpoint, conversation, event, kind, died, why FROM delivery WHERE died IS NOT NULL
        ORDER BY died DESC, id DESC";
    let found: Vec<Dead> = rows(sql, query, vec![])?;
    found.into_iter().filter_map(|dead| letter(dead).transpose()).collect()
}

fn letter(dead: Dead) -> Result<Option<Letter>> {
    let Ok(endpoint) = EndpointId::new(dead.endpoint) else { return Ok(None) };
    let kind = dead.kind.map(|kind| serde_json::from_value(kind.into())).transpose()?;
    Ok(Some(Letter {
        id: dead.id,
        endpoint,
        event: dead.event,
        conversation: ConversationId::new(dead.conversation).ok(),
        kind,
        at: Millis(dead.died),
        why: serde_json::from_str(dead.why.as_deref().unwrap_or_default())?,
    }))
}

/// Dead letters, one or all, wait again as if they had never been tried.
pub(crate) fn retry(sql: &SqlStorage, id: Option<u64>, now: Millis) -> Result<()> {
    let query = "UPDATE delivery SET died = NULL, why = NULL, failed = 0, due = ?
        WHERE died IS NOT NULL AND (? IS NULL OR id = ?)";
    let id = || id.map_or(SqlStorageValue::Null, int);
    run(sql, query, vec![int(now.0), id(), id()])
}

/// Dead letters, one or all, are forgotten.
pub(crate) fn drop_letters(sql: &SqlStorage, id: Option<u64>) -> Result<()> {
    let query = "DELETE FROM delivery WHERE died IS NOT NULL AND (? IS NULL OR id = ?)";
    let id = || id.map_or(SqlStorageValue::Null, int);
    run(sql, query, vec![id(), id()])
}
