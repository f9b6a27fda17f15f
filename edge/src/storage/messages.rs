//! The conversation's log.

use std::cell::Cell;

use js_sys::JsString;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::conversation::{Log, sender_key};
use shared::ids::ClientId;
use shared::protocol::Message;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::{SqlStorage, SqlStorageValue};

use super::{first, int, rows, run, text};
use crate::error::Result;

#[derive(Deserialize)]
struct Row {
    json: String,
}

#[derive(Deserialize)]
struct Newest {
    state: Option<String>,
}

#[derive(Deserialize)]
struct Seq {
    seq: Option<u64>,
}

/// Adds the next entry.
pub(crate) fn append(sql: &SqlStorage, message: &Message) -> Result<()> {
    let client_id = message.client_id.as_ref().map_or(SqlStorageValue::Null, |id| text(id.as_str()));
    run(
        sql,
        "INSERT INTO message (seq, sender, client_id, public, json) VALUES (?, ?, ?, ?, ?)",
        vec![
            int(message.seq),
            text(sender_key(&message.from)),
            client_id,
            SqlStorageValue::Integer(message.is_public().into()),
            text(serde_json::to_string(message)?),
        ],
    )
}

/// Adds the next entry with the machine's state, in one statement: both happen or neither.
pub(crate) fn append_and_save(sql: &SqlStorage, message: &Message, state: &impl Serialize) -> Result<()> {
    let (json, state) = (serde_json::to_string(message)?, serde_json::to_string(state)?);
    let (sender, public) = (sender_key(&message.from), f64::from(u8::from(message.is_public())));
    let client_id = message.client_id.as_ref().map_or(JsValue::NULL, |id| id.as_str().into());
    let raw: &JsValue = sql.as_ref();
    let sql: &Sql = raw.unchecked_ref();
    let seq = message.seq as f64;
    STEP.with(|step| sql.exec_step(step, seq, &sender, &client_id, public, &json, &state))
        .map_err(worker::Error::from)?;
    Ok(())
}

/// Replaces the machine's state.
pub(crate) fn save(sql: &SqlStorage, state: &impl Serialize) -> Result<()> {
    run(
        sql,
        "UPDATE message SET state = ? WHERE seq = (SELECT max(seq) FROM message)",
        vec![text(serde_json::to_string(state)?)],
    )
}

/// The machine's state, when there is one.
pub(crate) fn load<T: DeserializeOwned>(sql: &SqlStorage) -> Result<Option<T>> {
    let newest: Option<Newest> = first(sql, "SELECT state FROM message ORDER BY seq DESC LIMIT 1", vec![])?;
    Ok(newest.and_then(|row| row.state).map(|json| serde_json::from_str(&json)).transpose()?)
}

#[wasm_bindgen]
extern "C" {
    /// The platform's SQL storage, for the statement that every message runs: its values cross together.
    type Sql;

    #[wasm_bindgen(method, structural, catch, js_name = exec)]
    #[allow(clippy::too_many_arguments, reason = "one per value")]
    fn exec_step(
        this: &Sql,
        query: &JsString,
        seq: f64,
        sender: &str,
        client_id: &JsValue,
        public: f64,
        json: &str,
        state: &str,
    ) -> std::result::Result<JsValue, JsValue>;
}

thread_local! {
    // The platform keeps prepared statements by the string itself.
    static STEP: JsString = JsString::from(
        "INSERT INTO message (seq, sender, client_id, public, json, state) VALUES (?, ?, ?, ?, ?, ?)",
    );
}

/// The log as the machine reads it. A failing read is logged and looks empty; the platform resets an object whose
/// storage fails, so nothing is decided for long on such a view.
#[derive(Debug)]
pub(crate) struct SqlLog<'a> {
    sql: &'a SqlStorage,
    /// Whether client ids are taken for new without looking.
    assuming_new: bool,
    assumed: Cell<bool>,
}

impl<'a> SqlLog<'a> {
    pub(crate) fn new(sql: &'a SqlStorage) -> Self {
        Self { sql, assuming_new: false, assumed: Cell::new(false) }
    }

    /// A log that takes every client id for new. What follows from it holds only if it can be written: a
    /// trigger refuses a client id that the log has of its sender.
    pub(crate) fn assuming_new(sql: &'a SqlStorage) -> Self {
        Self { assuming_new: true, ..Self::new(sql) }
    }

    /// Whether anything was decided on that assumption.
    pub(crate) fn has_assumed(&self) -> bool {
        self.assumed.get()
    }

    fn messages(&self, query: &str, values: Vec<SqlStorageValue>) -> Vec<Message> {
        let parsed = rows::<Row>(self.sql, query, values).and_then(|found| {
            found.iter().map(|r| Ok(serde_json::from_str(&r.json)?)).collect::<Result<Vec<Message>>>()
        });
        parsed.unwrap_or_else(|error| {
            crate::log::failure("log_read", &error.to_string());
            Vec::new()
        })
    }
}

impl Log for SqlLog<'_> {
    fn find(&self, sender: &str, client_id: &ClientId) -> Option<Message> {
        if self.assuming_new {
            self.assumed.set(true);
            return None;
        }
        let query = "SELECT json FROM message
            WHERE seq = (SELECT seq FROM indexed WHERE sender = ?1 AND client_id = ?2)
            UNION ALL SELECT json FROM message
            WHERE seq > (SELECT max(seq) FROM message) / 32 * 32 AND sender = ?1 AND client_id = ?2";
        self.messages(query, vec![text(sender), text(client_id.as_str())]).into_iter().next()
    }

    fn page(&self, after: u64, limit: usize, public: bool) -> Vec<Message> {
        let query = "SELECT json FROM message WHERE seq > ? AND public >= ? ORDER BY seq LIMIT ?";
        let values = vec![int(after), SqlStorageValue::Integer(public.into()), int(limit as u64)];
        self.messages(query, values)
    }

    fn last(&self, at_most: u64, public: bool) -> u64 {
        let query = "SELECT max(seq) AS seq FROM message WHERE seq <= ? AND public >= ?";
        let at_most = at_most.min(1 << 52);
        let newest =
            first::<Seq>(self.sql, query, vec![int(at_most), SqlStorageValue::Integer(public.into())]);
        newest.ok().flatten().and_then(|n| n.seq).unwrap_or(0)
    }
}
