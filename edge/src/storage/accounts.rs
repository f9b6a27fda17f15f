//! Console accounts, their sessions, and failed sign-ins.

use serde::{Deserialize, Serialize};
use shared::desk::AgentProfile;
use shared::ids::AgentId;
use shared::limits;
use shared::protocol::AgentCard;
use shared::security::from_base64url;
use shared::security::pass::Pass;
use shared::time::Millis;
use worker::SqlStorage;

use super::{first, int, rows, run, seats, text};
use crate::error::Result;

/// One account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    pub profile: AgentProfile,
    pub email: String,
}

#[derive(Deserialize)]
struct Row {
    json: String,
    password: Option<String>,
}

#[derive(Deserialize)]
struct Session {
    hash: String,
    #[serde(default)]
    expires: u64,
}

#[derive(Deserialize)]
struct Attempts {
    failures: u32,
    until: u64,
}

/// Creates or changes an account. `password` is a hash; `None` keeps the present one.
pub(crate) fn put(sql: &SqlStorage, account: &Account, password: Option<String>) -> Result<()> {
    let id = account.profile.agent.id.as_str();
    let query = "INSERT INTO agent (id, email, json) VALUES (?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET email = excluded.email, json = excluded.json";
    run(sql, query, vec![text(id), text(&account.email), text(serde_json::to_string(account)?)])?;
    if let Some(hash) = password {
        run(sql, "UPDATE agent SET password = ? WHERE id = ?", vec![text(hash), text(id)])?;
    }
    Ok(())
}

/// Ends the account's sessions; their sockets are to be closed.
pub(crate) fn sign_out(sql: &SqlStorage, id: &AgentId, now: Millis) -> Result<()> {
    let query = "SELECT hash FROM session WHERE agent = ?";
    for Session { hash, .. } in rows(sql, query, vec![text(id.as_str())])? {
        close_session(sql, &hash, now)?;
    }
    Ok(())
}

/// Removes an account and its sessions.
pub(crate) fn remove(sql: &SqlStorage, id: &AgentId, now: Millis) -> Result<()> {
    sign_out(sql, id, now)?;
    run(sql, "DELETE FROM api_token WHERE agent = ?", vec![text(id.as_str())])?;
    run(sql, "DELETE FROM agent WHERE id = ?", vec![text(id.as_str())])
}

/// Every account, by id.
pub(crate) fn all(sql: &SqlStorage) -> Result<Vec<Account>> {
    let found: Vec<Row> = rows(sql, "SELECT json, password FROM agent ORDER BY id", vec![])?;
    found.iter().map(|row| Ok(serde_json::from_str(&row.json)?)).collect()
}

/// The account with this e-mail, and its password's hash.
pub(crate) fn by_email(sql: &SqlStorage, email: &str) -> Result<Option<(Account, Option<String>)>> {
    find(sql, "SELECT json, password FROM agent WHERE email = ?", email)
}

/// Whether the e-mail belongs to another account than `id`.
pub(crate) fn email_taken(sql: &SqlStorage, email: &str, id: &AgentId) -> Result<bool> {
    Ok(by_email(sql, email)?.is_some_and(|(account, _)| account.profile.agent.id != *id))
}

fn find(sql: &SqlStorage, query: &str, value: &str) -> Result<Option<(Account, Option<String>)>> {
    let row: Option<Row> = first(sql, query, vec![text(value)])?;
    Ok(row.map(|r| Ok::<_, serde_json::Error>((serde_json::from_str(&r.json)?, r.password))).transpose()?)
}

/// Opens a session, known by the hash of its secret; forgets the expired ones.
pub(crate) fn open_session(sql: &SqlStorage, hash: &str, agent: &AgentId, now: Millis) -> Result<()> {
    run(sql, "DELETE FROM session WHERE expires < ?", vec![int(now.0)])?;
    let expires = now.plus(limits::CONSOLE_SESSION);
    let query = "INSERT INTO session (hash, agent, expires) VALUES (?, ?, ?)";
    run(sql, query, vec![text(hash), text(agent.as_str()), int(expires.0)])
}

/// The account of a live session.
pub(crate) fn by_session(sql: &SqlStorage, hash: &str, now: Millis) -> Result<Option<Account>> {
    let query = "SELECT agent.json AS json, agent.password AS password FROM session
                 JOIN agent ON agent.id = session.agent WHERE session.hash = ? AND session.expires > ?";
    let row: Option<Row> = first(sql, query, vec![text(hash), int(now.0)])?;
    Ok(row.map(|r| serde_json::from_str(&r.json)).transpose()?)
}

/// What a socket that a live session opens rests on.
pub(crate) fn pass(sql: &SqlStorage, hash: &str, now: Millis) -> Result<Option<Pass>> {
    let query = "SELECT hash, expires FROM session WHERE hash = ? AND expires > ?";
    let session: Option<Session> = first(sql, query, vec![text(hash), int(now.0)])?;
    Ok(session.map(|session| Pass { session: tag(hash), at: now, ends: Millis(session.expires) }))
}

/// A session as objects know it: 52 bits of the hash, from which nobody gets back to the secret.
fn tag(hash: &str) -> u64 {
    let bytes = from_base64url(hash).unwrap_or_default();
    bytes.iter().take(8).fold(0, |tag, byte| tag << 8 | u64::from(*byte)) >> 12
}

/// Ends a session; its sockets are to be closed.
pub(crate) fn close_session(sql: &SqlStorage, hash: &str, now: Millis) -> Result<()> {
    seats::end(sql, tag(hash), now)?;
    run(sql, "DELETE FROM session WHERE hash = ?", vec![text(hash)])
}

/// How long `account` (an e-mail or an address, hashed) must wait, in milliseconds; 0 when it may try. Counts the
/// try as failed until [`forgive`] says otherwise, so that parallel tries do not slip through.
pub(crate) fn try_sign_in(sql: &SqlStorage, account: &str, allowed: u32, now: Millis) -> Result<u64> {
    run(sql, "DELETE FROM attempt WHERE until < ?", vec![int(now.0)])?;
    let query = "SELECT failures, until FROM attempt WHERE account = ?";
    let known: Option<Attempts> = first(sql, query, vec![text(account)])?;
    let failures = known.as_ref().map_or(0, |a| a.failures);
    if failures >= allowed {
        return Ok(known.map_or(0, |a| Millis(a.until).since(now)).max(1));
    }
    let until = now.plus(limits::SIGN_IN_LOCK);
    let query = "INSERT OR REPLACE INTO attempt (account, failures, until) VALUES (?, ?, ?)";
    run(sql, query, vec![text(account), int(u64::from(failures) + 1), int(until.0)])?;
    Ok(0)
}

/// The sign-in succeeded.
pub(crate) fn forgive(sql: &SqlStorage, account: &str) -> Result<()> {
    run(sql, "DELETE FROM attempt WHERE account = ?", vec![text(account)])
}

/// Everybody with an account, by name.
pub(crate) fn cards(sql: &SqlStorage) -> Result<Vec<AgentCard>> {
    let mut cards: Vec<AgentCard> = all(sql)?.into_iter().map(|account| account.profile.agent).collect();
    cards.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(cards)
}
