//! The site's roster: one row, and how much of it the desk knows.

use serde::Deserialize;
use shared::roster::Roster;
use worker::SqlStorage;

use super::{first, int, run, text};
use crate::error::Result;

#[derive(Deserialize)]
struct Row {
    edition: u64,
    revision: u64,
    sent: u64,
    json: String,
}

/// The roster as it is stored.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// Counts the saves.
    pub edition: u64,
    /// Counts the changes of roster and accounts.
    pub revision: u64,
    /// The revision the desk has.
    pub sent: u64,
    pub roster: Roster,
}

/// What is stored; an empty roster when nothing is.
pub(crate) fn load(sql: &SqlStorage) -> Result<Stored> {
    let row: Option<Row> =
        first(sql, "SELECT edition, revision, sent, json FROM roster WHERE id = 1", vec![])?;
    let Some(Row { edition, revision, sent, json }) = row else { return Ok(Stored::default()) };
    Ok(Stored { edition, revision, sent, roster: serde_json::from_str(&json)? })
}

/// Replaces the roster, under new numbers.
pub(crate) fn save(sql: &SqlStorage, roster: &Roster) -> Result<()> {
    let query = "INSERT INTO roster (id, edition, revision, sent, json) VALUES (1, 1, 1, 0, ?)
                 ON CONFLICT (id) DO UPDATE
                 SET edition = edition + 1, revision = revision + 1, json = excluded.json";
    run(sql, query, vec![text(serde_json::to_string(roster)?)])
}

/// An account changed: the desk is to be told anew, if there is a roster.
pub(crate) fn touch(sql: &SqlStorage) -> Result<()> {
    run(sql, "UPDATE roster SET revision = revision + 1 WHERE id = 1", vec![])
}

/// The desk has this revision.
pub(crate) fn sent(sql: &SqlStorage, revision: u64) -> Result<()> {
    run(sql, "UPDATE roster SET sent = max(sent, ?) WHERE id = 1", vec![int(revision)])
}
