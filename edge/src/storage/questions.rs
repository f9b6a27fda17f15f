//! Clusters of unanswered questions.

use serde::Deserialize;
use shared::kb::questions::{Change, Cluster, Clusters};
use worker::SqlStorage;

use super::{int, rows, run, text};
use crate::error::Result;

#[derive(Deserialize)]
struct Row {
    json: String,
}

/// All clusters.
pub(crate) fn load(sql: &SqlStorage) -> Result<Clusters> {
    let found: Vec<Row> = rows(sql, "SELECT json FROM question", vec![])?;
    let clusters: serde_json::Result<Vec<Cluster>> =
        found.iter().map(|row| serde_json::from_str(&row.json)).collect();
    Ok(Clusters::restore(clusters?))
}

/// Stores what changed.
pub(crate) fn store(sql: &SqlStorage, clusters: &Clusters, changes: &[Change]) -> Result<()> {
    for change in changes {
        match change {
            Change::Put(id) => {
                let Some(cluster) = clusters.get(*id) else { continue };
                let query = "INSERT OR REPLACE INTO question (id, json) VALUES (?, ?)";
                run(sql, query, vec![int(*id), text(serde_json::to_string(cluster)?)])?;
            }
            Change::Delete(id) => run(sql, "DELETE FROM question WHERE id = ?", vec![int(*id)])?,
        }
    }
    Ok(())
}
