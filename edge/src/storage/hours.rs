//! What the desk's days came to: sums by hour and group.

use serde::Deserialize;
use shared::desk::insights::{Counts, Hour, KEPT, Record};
use shared::ids::GroupId;
use shared::time::HOUR;
use worker::{SqlStorage, SqlStorageValue};

use super::{int, rows, run, text};
use crate::error::Result;

#[derive(Deserialize)]
struct Row {
    grp: String,
    hour: u64,
    #[serde(flatten)]
    counts: Counts,
}

/// Rows returned at most: two groups for as long as hours are kept, or many for a few days.
const ROWS: u64 = 4_000;

/// Counts what happened. Hours too old to be kept are forgotten on the way.
pub(crate) fn add(sql: &SqlStorage, record: &Record) -> Result<()> {
    for (hour, counts) in record.hours() {
        let values = counts.values();
        let counted: Vec<(&str, f64)> =
            Counts::COLUMNS.iter().copied().zip(values).filter(|(_, value)| *value != 0.0).collect();
        let columns: String = counted.iter().map(|(column, _)| format!(", {column}")).collect();
        let places = ", ?".repeat(counted.len());
        let sums: Vec<String> =
            counted.iter().map(|(column, _)| format!("{column} = {column} + excluded.{column}")).collect();
        if sums.is_empty() {
            continue;
        }
        let query = format!(
            "INSERT INTO hour (hour, grp{columns}) VALUES (?, ?{places}) ON CONFLICT DO UPDATE SET {}",
            sums.join(", ")
        );
        let mut bound = vec![int(hour), text(record.group.as_str())];
        bound.extend(counted.iter().map(|(_, value)| SqlStorageValue::Float(*value)));
        run(sql, &query, bound)?;
    }
    let oldest = record.at.0.saturating_sub(KEPT) / HOUR;
    run(sql, "DELETE FROM hour WHERE hour < ?", vec![int(oldest)])
}

/// The newest hours from `first` on, oldest first.
pub(crate) fn since(sql: &SqlStorage, first: u64) -> Result<Vec<Hour>> {
    let query =
        "SELECT * FROM (SELECT * FROM hour WHERE hour >= ? ORDER BY hour DESC LIMIT ?) ORDER BY hour, grp";
    let found: Vec<Row> = rows(sql, query, vec![int(first), int(ROWS)])?;
    let hour =
        |row: Row| Some(Hour { group: GroupId::new(row.grp).ok()?, hour: row.hour, counts: row.counts });
    Ok(found.into_iter().filter_map(hour).collect())
}
