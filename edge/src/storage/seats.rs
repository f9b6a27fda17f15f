//! Where sessions have sockets open, for as long as those are good: whoever is signed out is closed everywhere.

use std::collections::BTreeMap;

use serde::Deserialize;
use shared::time::Millis;
use worker::SqlStorage;

use super::{first, int, rows, run, text};
use crate::error::Result;

/// How often a place is told: a socket may still be on its way there when it is told first.
const TIMES: u64 = 2;

/// A session that has ended, as a place is to be told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    pub session: u64,
    /// Since when it is to be told.
    due: u64,
}

#[derive(Deserialize)]
struct Row {
    place: String,
    session: u64,
    due: u64,
}

#[derive(Deserialize)]
struct Due {
    due: Option<u64>,
}

/// A session opens a socket at a place, good until then.
pub(crate) fn take(sql: &SqlStorage, place: &str, session: u64, until: Millis, now: Millis) -> Result<()> {
    run(sql, "DELETE FROM seat WHERE until < ?", vec![int(now.0)])?;
    let query = "INSERT OR REPLACE INTO seat (place, session, until) VALUES (?, ?, ?)";
    run(sql, query, vec![text(place), int(session), int(until.0)])
}

/// The session has ended: its sockets are to be closed.
pub(crate) fn end(sql: &SqlStorage, session: u64, now: Millis) -> Result<()> {
    // What is being told already keeps its times.
    let query = "UPDATE seat SET closes = ?, due = ? WHERE session = ? AND closes = 0";
    run(sql, query, vec![int(TIMES), int(now.0), int(session)])
}

/// The sessions that places are to be told of now, by place.
pub(crate) fn ended(sql: &SqlStorage, now: Millis) -> Result<BTreeMap<String, Vec<Ended>>> {
    run(sql, "DELETE FROM seat WHERE until < ?", vec![int(now.0)])?;
    let mut places = BTreeMap::<_, Vec<Ended>>::new();
    let query = "SELECT place, session, due FROM seat WHERE due <= ?";
    for Row { place, session, due } in rows(sql, query, vec![int(now.0)])? {
        places.entry(place).or_default().push(Ended { session, due });
    }
    Ok(places)
}

/// When somebody is to be told next.
pub(crate) fn next_due(sql: &SqlStorage) -> Result<Option<Millis>> {
    let due: Option<Due> = first(sql, "SELECT min(due) AS due FROM seat WHERE due IS NOT NULL", vec![])?;
    Ok(due.and_then(|found| found.due).map(Millis))
}

/// The place was told that these have ended, or was not reached; what is left to tell is told at `again`. Whoever told the
/// same meanwhile has set another time: then nothing is counted twice.
pub(crate) fn told(
    sql: &SqlStorage,
    place: &str,
    ended: &[Ended],
    reached: bool,
    again: Millis,
) -> Result<()> {
    for ended in ended {
        let values = || vec![text(place), int(ended.session), int(ended.due)];
        if reached {
            run(
                sql,
                "DELETE FROM seat WHERE place = ? AND session = ? AND due = ? AND closes <= 1",
                values(),
            )?;
        }
        let query =
            "UPDATE seat SET closes = closes - ?, due = ? WHERE place = ? AND session = ? AND due = ?";
        run(sql, query, [vec![int(u64::from(reached)), int(again.0)], values()].concat())?;
    }
    Ok(())
}
