//! The knowledge base's entries.

use serde::Deserialize;
use shared::faq::Entry;
use worker::SqlStorage;

use super::{int, rows, run, text};
use crate::error::Result;

#[derive(Deserialize)]
struct Row {
    json: String,
}

/// All entries, in the order they were imported.
pub(crate) fn load(sql: &SqlStorage) -> Result<Vec<Entry>> {
    let found: Vec<Row> = rows(sql, "SELECT json FROM entry ORDER BY place", vec![])?;
    found.iter().map(|r| Ok(serde_json::from_str(&r.json)?)).collect()
}

/// Replaces all entries.
pub(crate) fn replace(sql: &SqlStorage, entries: &[Entry]) -> Result<()> {
    run(sql, "DELETE FROM entry", vec![])?;
    for (place, entry) in (0u64..).zip(entries) {
        let values = vec![text(entry.id.as_str()), int(place), text(serde_json::to_string(entry)?)];
        run(sql, "INSERT INTO entry (id, place, json) VALUES (?, ?, ?)", values)?;
    }
    Ok(())
}
