//! Summaries of conversations.

use serde::Deserialize;
use shared::exchange::Summary;
use worker::{SqlStorage, SqlStorageValue};

use super::{int, rows, run, text};
use crate::error::Result;

#[derive(Deserialize)]
struct Row {
    json: String,
}

/// Stores the newest summary of a conversation.
pub(crate) fn put(sql: &SqlStorage, summary: &Summary) -> Result<()> {
    let rating = summary.rating.map_or(SqlStorageValue::Null, |r| SqlStorageValue::Integer(r.into()));
    let query = "INSERT OR REPLACE INTO summary (conversation, last, rating, json) VALUES (?, ?, ?, ?)";
    let json = serde_json::to_string(summary)?;
    run(sql, query, vec![text(summary.conversation.as_str()), int(summary.last.0), rating, text(json)])
}

/// Up to `limit` summaries last changed before `before`, newest first.
pub(crate) fn recent(sql: &SqlStorage, before: u64, limit: u64) -> Result<Vec<Summary>> {
    let query = "SELECT json FROM summary WHERE last < ? ORDER BY last DESC LIMIT ?";
    let found: Vec<Row> = rows(sql, query, vec![int(before), int(limit)])?;
    found.iter().map(|r| Ok(serde_json::from_str(&r.json)?)).collect()
}
