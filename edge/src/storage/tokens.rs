//! API tokens of console accounts, known by the hash of their secrets.

use serde::Deserialize;
use shared::ids::{AgentId, TokenId};
use shared::protocol::connections::TokenRow;
use shared::time::{MINUTE, Millis};
use worker::SqlStorage;

use super::accounts::Account;
use super::{first, int, rows, run, text};
use crate::error::Result;

#[derive(Deserialize)]
struct Row {
    id: String,
    label: String,
    created: u64,
    used: Option<u64>,
    json: String,
}

#[derive(Deserialize)]
struct Count {
    n: u64,
}

/// How many there are.
pub(crate) fn count(sql: &SqlStorage) -> Result<u64> {
    let count: Option<Count> = first(sql, "SELECT count(*) AS n FROM api_token", vec![])?;
    Ok(count.map_or(0, |count| count.n))
}

/// Adds one.
pub(crate) fn create(
    sql: &SqlStorage,
    id: &TokenId,
    hash: &str,
    agent: &AgentId,
    label: &str,
    now: Millis,
) -> Result<()> {
    let values = vec![text(id.as_str()), text(hash), text(agent.as_str()), text(label), int(now.0)];
    run(sql, "INSERT INTO api_token (id, hash, agent, label, created) VALUES (?, ?, ?, ?, ?)", values)
}

/// Revokes one; whether there was such a one.
pub(crate) fn revoke(sql: &SqlStorage, id: &TokenId) -> Result<bool> {
    let before = count(sql)?;
    run(sql, "DELETE FROM api_token WHERE id = ?", vec![text(id.as_str())])?;
    Ok(count(sql)? < before)
}

/// All of them, newest first.
pub(crate) fn list(sql: &SqlStorage) -> Result<Vec<TokenRow>> {
    let query = "SELECT t.id AS id, t.label AS label, t.created AS created, t.used AS used, a.json AS json
        FROM api_token AS t JOIN agent AS a ON a.id = t.agent ORDER BY t.created DESC, t.id";
    let mut found = Vec::new();
    for row in rows::<Row>(sql, query, vec![])? {
        let account: Account = serde_json::from_str(&row.json)?;
        let Ok(id) = TokenId::new(row.id) else { continue };
        let (created, used) = (Millis(row.created), row.used.map(Millis));
        found.push(TokenRow { id, agent: account.profile.agent, label: row.label, created, used });
    }
    Ok(found)
}

/// Whose it is; noted as used, at most once a minute.
pub(crate) fn account(sql: &SqlStorage, hash: &str, now: Millis) -> Result<Option<Account>> {
    let query = "SELECT t.id AS id, t.label AS label, t.created AS created, t.used AS used, a.json AS json
        FROM api_token AS t JOIN agent AS a ON a.id = t.agent WHERE t.hash = ?";
    let Some(row) = first::<Row>(sql, query, vec![text(hash)])? else { return Ok(None) };
    if row.used.is_none_or(|used| now.0.abs_diff(used) >= MINUTE) {
        run(sql, "UPDATE api_token SET used = ? WHERE id = ?", vec![int(now.0), text(row.id)])?;
    }
    Ok(Some(serde_json::from_str(&row.json)?))
}
