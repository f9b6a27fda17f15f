//! The one JSON row an object keeps of itself.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use worker::SqlStorage;

use super::{first, run, text};
use crate::error::Result;

#[derive(Deserialize)]
struct Row {
    json: String,
}

/// The row, when there is one.
pub(crate) fn load<T: DeserializeOwned>(sql: &SqlStorage) -> Result<Option<T>> {
    let row: Option<Row> = first(sql, "SELECT json FROM single WHERE id = 1", vec![])?;
    Ok(row.map(|r| serde_json::from_str(&r.json)).transpose()?)
}

/// Replaces the row.
pub(crate) fn save<T: Serialize>(sql: &SqlStorage, value: &T) -> Result<()> {
    run(
        sql,
        "INSERT OR REPLACE INTO single (id, json) VALUES (1, ?)",
        vec![text(serde_json::to_string(value)?)],
    )
}
