//! Where sessions have sockets open, for as long as those are good: whoever is signed out is closed everywhere.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::time::Millis;
use worker::SqlStorage;

use super::{int, rows, run, text};
use crate::error::Result;

/// How often a place is told: a socket may still be on its way there when it is told first.
const TIMES: u64 = 2;

#[derive(Deserialize)]
struct Row {
    place: String,
    session: u64,
}

/// A session opens a socket at a place, good until then.
pub(crate) fn take(sql: &SqlStorage, place: &str, session: u64, until: Millis, now: Millis) -> Result<()> {
    run(sql, "DELETE FROM seat WHERE until < ?", vec![int(now.0)])?;
    let query = "INSERT OR REPLACE INTO seat (place, session, until) VALUES (?, ?, ?)";
    run(sql, query, vec![text(place), int(session), int(until.0)])
}

/// The session has ended: its sockets are to be closed.
pub(crate) fn end(sql: &SqlStorage, session: u64) -> Result<()> {
    run(sql, "UPDATE seat SET closes = ? WHERE session = ?", vec![int(TIMES), int(session)])
}

/// The sessions to be closed, by place.
pub(crate) fn ended(sql: &SqlStorage, now: Millis) -> Result<BTreeMap<String, Vec<u64>>> {
    run(sql, "DELETE FROM seat WHERE until < ?", vec![int(now.0)])?;
    let mut places = BTreeMap::<_, Vec<u64>>::new();
    for Row { place, session } in rows(sql, "SELECT place, session FROM seat WHERE closes > 0", vec![])? {
        places.entry(place).or_default().push(session);
    }
    Ok(places)
}

/// The place was told that these have ended.
pub(crate) fn told(sql: &SqlStorage, place: &str, sessions: &[u64]) -> Result<()> {
    for &session in sessions {
        let values = || vec![text(place), int(session)];
        run(sql, "DELETE FROM seat WHERE place = ? AND session = ? AND closes = 1", values())?;
        run(
            sql,
            "UPDATE seat SET closes = closes - 1 WHERE place = ? AND session = ? AND closes > 1",
            values(),
        )?;
    }
    Ok(())
}
