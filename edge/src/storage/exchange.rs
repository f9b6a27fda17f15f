//! Outbox and inbox: items between objects, at least once and in order per pair.

use serde::Deserialize;
use shared::time::Millis;
use worker::SqlStorage;

use super::{first, int, rows, run, text};
use crate::error::Result;

/// An undelivered item.
#[derive(Debug, Deserialize)]
pub(crate) struct Item {
    pub id: u64,
    pub item: String,
    pub attempts: u64,
    /// When it was posted.
    pub posted: u64,
}

#[derive(Deserialize)]
struct Target {
    target: String,
}

#[derive(Deserialize)]
struct Number {
    n: Option<u64>,
}

/// Queues an item. With `replace`, items to the same target that have not failed yet are dropped first: one that is on
/// its way just then arrives, or is superseded by this one.
/// While a target is waited for, what is new for it waits with the rest.
pub(crate) fn post(sql: &SqlStorage, now: Millis, target: &str, item: String, replace: bool) -> Result<()> {
    if replace {
        run(
            sql,
            "DELETE FROM outbox WHERE target = ? AND attempts = 0 AND parked IS NULL",
            vec![text(target)],
        )?;
    }
    let query = "INSERT INTO outbox (target, item, posted, due) VALUES (?1, ?2, ?3,
        (SELECT coalesce(max(due), 0) FROM outbox WHERE target = ?1 AND parked IS NULL))";
    run(sql, query, vec![text(target), text(item), int(now.0)])
}

/// The targets that have something due: by `now`, or so far from now, past `latest`, that the clock must have gone back.
pub(crate) fn due_targets(sql: &SqlStorage, now: Millis, latest: Millis) -> Result<Vec<String>> {
    let query = "SELECT target FROM outbox WHERE parked IS NULL GROUP BY target
        HAVING min(due) <= ? OR min(due) > ? ORDER BY min(id)";
    let targets = rows::<Target>(sql, query, vec![int(now.0), int(latest.0)])?;
    Ok(targets.into_iter().map(|t| t.target).collect())
}

/// The oldest items for a target. Taking writes nothing: most arrive at the first try.
pub(crate) fn take(sql: &SqlStorage, target: &str, limit: u64) -> Result<Vec<Item>> {
    let query = "SELECT id, item, attempts, posted FROM outbox WHERE target = ? AND parked IS NULL ORDER BY id LIMIT ?";
    rows(sql, query, vec![text(target), int(limit)])
}

/// Items up to `id` have arrived.
pub(crate) fn delivered(sql: &SqlStorage, target: &str, id: u64) -> Result<()> {
    run(
        sql,
        "DELETE FROM outbox WHERE target = ? AND id <= ? AND parked IS NULL",
        vec![text(target), int(id)],
    )
}

/// Nothing arrived of the items up to `id`: try the target again at `due`.
pub(crate) fn postpone(sql: &SqlStorage, target: &str, id: u64, due: Millis) -> Result<()> {
    let query =
        "UPDATE outbox SET due = ?, attempts = attempts + (id <= ?) WHERE target = ? AND parked IS NULL";
    run(sql, query, vec![int(due.0), int(id), text(target)])
}

/// The item is refused for good: it stays visible, with the reason, and is not tried again.
pub(crate) fn park(sql: &SqlStorage, id: u64, why: &str) -> Result<()> {
    run(sql, "UPDATE outbox SET parked = ? WHERE id = ?", vec![text(why), int(id)])
}

/// When the next item is due.
pub(crate) fn next_due(sql: &SqlStorage) -> Result<Option<Millis>> {
    let next: Option<Number> = first(sql, "SELECT min(due) AS n FROM outbox WHERE parked IS NULL", vec![])?;
    Ok(next.and_then(|row| row.n).map(Millis))
}

/// The number of the last item handled from `source`; 0 for none.
pub(crate) fn last_from(sql: &SqlStorage, source: &str) -> Result<u64> {
    let last: Option<Number> =
        first(sql, "SELECT last AS n FROM inbox WHERE source = ?", vec![text(source)])?;
    Ok(last.and_then(|row| row.n).unwrap_or(0))
}

/// The item with this number from `source` is handled.
pub(crate) fn handled(sql: &SqlStorage, source: &str, id: u64) -> Result<()> {
    run(sql, "INSERT OR REPLACE INTO inbox (source, last) VALUES (?, ?)", vec![text(source), int(id)])
}
