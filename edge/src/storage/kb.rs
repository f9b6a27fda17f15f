//! The knowledge base: one row per entry, and its versions.

use serde::Deserialize;
use shared::ids::EntryId;
use shared::kb::{Content, Entry, Pending, Stamp, Version};
use shared::limits;
use shared::time::{DAY, Millis};
use worker::{SqlStorage, SqlStorageValue};

use super::{first, int, rows, run, text};
use crate::error::Result;

/// How long the versions of an entry that is gone are kept.
const GONE_KEPT: u64 = 30 * DAY;

#[derive(Deserialize)]
struct Row {
    id: EntryId,
    version: u64,
    published: Option<String>,
    pending: Option<String>,
    edited: String,
}

#[derive(Deserialize)]
struct Published {
    id: EntryId,
    published: String,
}

#[derive(Deserialize)]
struct Json {
    json: String,
}

#[derive(Deserialize)]
struct Number {
    n: Option<u64>,
}

const COLUMNS: &str = "SELECT id, version, published, pending, edited FROM kb_entry";

impl Row {
    fn entry(self) -> Result<Entry> {
        let json = |text: Option<String>| text.map(|t| serde_json::from_str::<Content>(&t)).transpose();
        let published = json(self.published)?;
        let pending = self.pending.map(|t| serde_json::from_str::<Pending>(&t)).transpose()?;
        let edited: Stamp = serde_json::from_str(&self.edited)?;
        Ok(Entry { id: self.id, version: self.version, published, pending, edited })
    }
}

/// All entries, in their order.
pub(crate) fn entries(sql: &SqlStorage) -> Result<Vec<Entry>> {
    let found: Vec<Row> = rows(sql, &format!("{COLUMNS} ORDER BY place, id"), vec![])?;
    found.into_iter().map(Row::entry).collect()
}

/// One entry.
pub(crate) fn entry(sql: &SqlStorage, id: &EntryId) -> Result<Option<Entry>> {
    let row: Option<Row> = first(sql, &format!("{COLUMNS} WHERE id = ?"), vec![text(id.as_str())])?;
    row.map(Row::entry).transpose()
}

/// What is published, in its order.
pub(crate) fn published(sql: &SqlStorage) -> Result<Vec<(EntryId, Content)>> {
    published_where(sql, "published IS NOT NULL")
}

/// Of what is published, that which appears, disappears or changes by itself.
pub(crate) fn timed(sql: &SqlStorage) -> Result<Vec<(EntryId, Content)>> {
    published_where(sql, "timed = 1")
}

fn published_where(sql: &SqlStorage, which: &str) -> Result<Vec<(EntryId, Content)>> {
    let query = format!("SELECT id, published FROM kb_entry WHERE {which} ORDER BY place, id");
    let found: Vec<Published> = rows(sql, &query, vec![])?;
    found.into_iter().map(|row| Ok((row.id, serde_json::from_str(&row.published)?))).collect()
}

/// How many entries there are, and how many bytes are published.
pub(crate) fn size(sql: &SqlStorage) -> Result<(u64, u64)> {
    let count = |query| -> Result<u64> {
        Ok(first::<Number>(sql, query, vec![])?.and_then(|row| row.n).unwrap_or(0))
    };
    Ok((count("SELECT count(*) AS n FROM kb_entry")?, count("SELECT sum(bytes) AS n FROM kb_entry")?))
}

/// Writes an entry; a new one comes last, or at `place`.
pub(crate) fn put(sql: &SqlStorage, entry: &Entry, place: Option<u64>) -> Result<()> {
    let json = |content: &Content| serde_json::to_string(content);
    let published = entry.published.as_ref().map(json).transpose()?;
    let pending = entry.pending.as_ref().map(serde_json::to_string).transpose()?;
    let timed = entry.published.as_ref().is_some_and(|c| !c.valid.is_always() || !c.variants.is_empty());
    let bytes = published.as_ref().map_or(0, String::len);
    let or_null = |value: Option<String>| value.map_or(SqlStorageValue::Null, text);
    let query = "INSERT INTO kb_entry (id, place, version, published, pending, edited, bytes, timed)
        VALUES (?1, coalesce(?2, (SELECT coalesce(max(place), 0) + 1 FROM kb_entry)), ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT (id) DO UPDATE SET place = coalesce(?2, place), version = ?3, published = ?4, pending = ?5,
        edited = ?6, bytes = ?7, timed = ?8";
    let values = vec![
        text(entry.id.as_str()),
        place.map_or(SqlStorageValue::Null, int),
        int(entry.version),
        or_null(published),
        or_null(pending),
        text(serde_json::to_string(&entry.edited)?),
        int(bytes as u64),
        int(u64::from(timed)),
    ];
    run(sql, query, values)
}

/// Takes an entry away; its versions stay for a while.
pub(crate) fn delete(sql: &SqlStorage, id: &EntryId) -> Result<()> {
    run(sql, "DELETE FROM kb_entry WHERE id = ?", vec![text(id.as_str())])
}

/// The number of the newest version, 0 for none; also of an entry that is gone.
pub(crate) fn newest(sql: &SqlStorage, id: &EntryId) -> Result<u64> {
    let query = "SELECT max(version) AS n FROM kb_version WHERE entry = ?";
    Ok(first::<Number>(sql, query, vec![text(id.as_str())])?.and_then(|row| row.n).unwrap_or(0))
}

/// Records a version, and forgets what is past `limits::KB_VERSIONS`.
pub(crate) fn record(sql: &SqlStorage, id: &EntryId, version: &Version) -> Result<()> {
    let query = "INSERT INTO kb_version (entry, version, at, json) VALUES (?, ?, ?, ?)";
    let json = serde_json::to_string(version)?;
    let at = version.stamp.at;
    run(sql, query, vec![text(id.as_str()), int(version.version), int(at.0), text(json)])?;
    let oldest = version.version.saturating_sub(limits::KB_VERSIONS);
    let query = "DELETE FROM kb_version WHERE entry = ? AND version <= ?";
    run(sql, query, vec![text(id.as_str()), int(oldest)])
}

/// Forgets the versions of entries that are gone for long.
pub(crate) fn forget_gone(sql: &SqlStorage, now: Millis) -> Result<()> {
    // The newest version of an entry that is gone is its removal.
    let query = "DELETE FROM kb_version WHERE entry IN (
        SELECT entry FROM kb_version WHERE entry NOT IN (SELECT id FROM kb_entry) GROUP BY entry HAVING max(at) < ?)";
    run(sql, query, vec![int(now.0.saturating_sub(GONE_KEPT))])
}

/// An entry's versions, the newest first.
pub(crate) fn versions(sql: &SqlStorage, id: &EntryId) -> Result<Vec<Version>> {
    let query = "SELECT json FROM kb_version WHERE entry = ? ORDER BY version DESC";
    let found: Vec<Json> = rows(sql, query, vec![text(id.as_str())])?;
    found.iter().map(|row| Ok(serde_json::from_str(&row.json)?)).collect()
}

/// One version.
pub(crate) fn version(sql: &SqlStorage, id: &EntryId, version: u64) -> Result<Option<Version>> {
    let query = "SELECT json FROM kb_version WHERE entry = ? AND version = ?";
    let found: Option<Json> = first(sql, query, vec![text(id.as_str()), int(version)])?;
    Ok(found.map(|row| serde_json::from_str(&row.json)).transpose()?)
}
