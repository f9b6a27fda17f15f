//! The desk's cells: one JSON value per key.

use serde::Deserialize;
use worker::SqlStorage;

use super::{rows, run, text};
use crate::error::Result;

#[derive(Deserialize)]
struct Row {
    key: String,
    json: String,
}

/// All cells.
pub(crate) fn load(sql: &SqlStorage) -> Result<Vec<(String, String)>> {
    let found: Vec<Row> = rows(sql, "SELECT key, json FROM cell ORDER BY key", vec![])?;
    Ok(found.into_iter().map(|r| (r.key, r.json)).collect())
}

/// Writes one cell.
pub(crate) fn put(sql: &SqlStorage, key: String, json: String) -> Result<()> {
    run(sql, "INSERT OR REPLACE INTO cell (key, json) VALUES (?, ?)", vec![text(key), text(json)])
}

/// Removes one cell.
pub(crate) fn delete(sql: &SqlStorage, key: String) -> Result<()> {
    run(sql, "DELETE FROM cell WHERE key = ?", vec![text(key)])
}
