//! The conversation's log, and the machine's state in one of its newest rows.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

use js_sys::JsString;
use serde::Deserialize;
use shared::conversation::{Log, State, sender_key};
use shared::ids::ClientId;
use shared::protocol::message::held;
use shared::protocol::{Message, MessageFrame};
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
struct Id {
    seq: u64,
    id: Option<String>,
}

#[derive(Deserialize)]
struct Block {
    last: u64,
    ids: String,
}

#[derive(Deserialize)]
struct Saved {
    seq: u64,
    state: String,
}

#[derive(Deserialize)]
struct Seq {
    seq: Option<u64>,
}

/// Adds the next entry, with the machine's state where the log does not tell it: in one statement, so that both happen
/// or neither. Returns the frame that tells of it where no entry is missing before it.
pub(crate) fn append(sql: &SqlStorage, message: &Message, state: Option<&State>) -> Result<JsString> {
    let frame = serde_json::to_string(&MessageFrame { prev: message.seq.saturating_sub(1), message })?;
    let (rest, words) = held(&frame);
    let frame = JsString::from(frame);
    let state = state.map(serde_json::to_string).transpose()?;
    let raw: &JsValue = sql.as_ref();
    let raw_sql: &Sql = raw.unchecked_ref();
    let kept = frame.unchecked_ref::<Text>().slice(rest as f64, -1.0);
    let (seq, at) = (message.seq as f64, message.at.0 as f64);
    let public = f64::from(u8::from(message.is_public()) + u8::from(words));
    match &state {
        Some(state) => APPEND.with(|append| raw_sql.exec_append(append, seq, at, &kept, public, state)),
        None if words => APPEND_WORDS.with(|append| raw_sql.exec_append_words(append, seq, at, &kept)),
        None => APPEND_ALONE.with(|append| raw_sql.exec_append_alone(append, seq, at, &kept, public)),
    }
    .map_err(worker::Error::from)?;
    if state.is_some()
        && let Err(error) = forget_older(sql)
    {
        // The entry is written all the same, and whoever sends it again must be known.
        crate::log::failure("forget_older", &error.to_string());
    }
    Ok(frame)
}

/// Replaces the machine's state.
pub(crate) fn save(sql: &SqlStorage, state: &State) -> Result<()> {
    run(
        sql,
        "UPDATE message SET state = ? WHERE seq = (SELECT max(seq) FROM message)",
        vec![text(serde_json::to_string(state)?)],
    )?;
    forget_older(sql)
}

/// Empties the states before the newest. Were one left, it would do no harm: the newest counts.
#[inline(never)]
fn forget_older(sql: &SqlStorage) -> Result<()> {
    run(
        sql,
        "UPDATE message SET state = NULL
            WHERE state IS NOT NULL AND seq < (SELECT max(seq) FROM message WHERE state IS NOT NULL)",
        vec![],
    )
}

/// The machine's state, when there is one: as it was saved last, and what the log has told since.
pub(crate) fn load(sql: &SqlStorage) -> Result<Option<State>> {
    let query = "SELECT seq, state FROM message WHERE state IS NOT NULL ORDER BY seq DESC LIMIT 1";
    let Some(saved) = first::<Saved>(sql, query, vec![])? else { return Ok(None) };
    let mut state: State = serde_json::from_str(&saved.state)?;
    let query = "SELECT json FROM entry WHERE seq > ? ORDER BY seq";
    for row in rows::<Row>(sql, query, vec![int(saved.seq)])? {
        state.absorb(&serde_json::from_str(&row.json)?);
    }
    Ok(Some(state))
}

/// Entries after a sequence, oldest first, notes among them.
pub(crate) fn after(sql: &SqlStorage, seq: u64, limit: usize) -> Result<Vec<Message>> {
    let query = "SELECT json FROM entry WHERE seq > ? ORDER BY seq LIMIT ?";
    let found: Vec<Row> = rows(sql, query, vec![int(seq), int(limit as u64)])?;
    found.iter().map(|row| Ok(serde_json::from_str(&row.json)?)).collect()
}

/// The newest sequence.
pub(crate) fn newest(sql: &SqlStorage) -> Result<u64> {
    let newest: Option<Seq> = first(sql, "SELECT max(seq) AS seq FROM message", vec![])?;
    Ok(newest.and_then(|row| row.seq).unwrap_or(0))
}

#[wasm_bindgen]
extern "C" {
    /// The platform's SQL storage, for the statements that every message runs: their values cross together.
    type Sql;

    #[wasm_bindgen(method, structural, catch, js_name = exec)]
    fn exec_append(
        this: &Sql,
        query: &JsString,
        seq: f64,
        at: f64,
        kept: &JsString,
        public: f64,
        state: &str,
    ) -> std::result::Result<(), JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = exec)]
    fn exec_append_alone(
        this: &Sql,
        query: &JsString,
        seq: f64,
        at: f64,
        kept: &JsString,
        public: f64,
    ) -> std::result::Result<(), JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = exec)]
    fn exec_append_words(
        this: &Sql,
        query: &JsString,
        seq: f64,
        at: f64,
        kept: &JsString,
    ) -> std::result::Result<(), JsValue>;

    /// A text on JavaScript's side.
    type Text;

    #[wasm_bindgen(method, structural, js_name = slice)]
    fn slice(this: &Text, from: f64, to: f64) -> JsString;
}

thread_local! {
    // The platform keeps prepared statements by the string itself.
    static APPEND: JsString =
        JsString::from("INSERT INTO message (seq, at, json, public, state) VALUES (?, ?, ?, ?, ?)");
    static APPEND_ALONE: JsString =
        JsString::from("INSERT INTO message (seq, at, json, public) VALUES (?, ?, ?, ?)");
    // What nearly all messages are: every value that need not cross counts.
    static APPEND_WORDS: JsString =
        JsString::from("INSERT INTO message (seq, at, json, public) VALUES (?, ?, ?, 2)");
}

/// Client ids read one by one from the log before they are written down together, for the next start.
const BLOCK: usize = 256;

/// The client ids that the log has: read after a start or an eviction, when the first is asked for.
#[derive(Debug, Default)]
pub(crate) struct ClientIds(RefCell<Option<Places>>);

/// Where the log has which client id, by the id's hash.
#[derive(Debug, Default)]
struct Places {
    first: HashMap<u64, u64, BuildHasherDefault<AsIs>>,
    /// Those whose hash the log had before: another sender's, in all likelihood.
    further: Vec<(u64, u64)>,
}

/// Hashes need no hashing.
#[derive(Debug, Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Places {
    fn insert(&mut self, id: &str, seq: u64) {
        let hash = hash(id);
        match self.first.entry(hash) {
            Entry::Occupied(_) => self.further.push((hash, seq)),
            Entry::Vacant(place) => {
                place.insert(seq);
            }
        }
    }

    fn of(&self, id: &str) -> Vec<u64> {
        let hash = hash(id);
        let Some(&first) = self.first.get(&hash) else { return Vec::new() };
        let further = self.further.iter().filter(|(other, _)| *other == hash).map(|(_, seq)| *seq);
        std::iter::once(first).chain(further).collect()
    }
}

impl ClientIds {
    /// The log grew by this message.
    pub(crate) fn grew(&self, message: &Message) {
        if let (Some(places), Some(id)) = (self.0.borrow_mut().as_mut(), &message.client_id) {
            places.insert(id.as_str(), message.seq);
        }
    }

    /// The sequences that may have this client id, of whichever sender.
    fn of(&self, sql: &SqlStorage, id: &ClientId) -> Result<Vec<u64>> {
        let mut known = self.0.borrow_mut();
        let places = match known.take() {
            Some(places) => places,
            None => Self::read(sql)?,
        };
        Ok(known.insert(places).of(id.as_str()))
    }

    #[inline(never)]
    fn read(sql: &SqlStorage) -> Result<Places> {
        let mut places = Places::default();
        for Block { last, ids } in rows::<Block>(sql, "SELECT last, ids FROM block ORDER BY last", vec![])? {
            let ids: Vec<Option<String>> = serde_json::from_str(&ids)?;
            let first = last + 1 - ids.len() as u64;
            for (seq, id) in (first..).zip(ids) {
                id.iter().for_each(|id| places.insert(id, seq));
            }
        }
        let query = "SELECT seq, json ->> 'client_id' AS id FROM entry
            WHERE seq > (SELECT coalesce(max(last), 0) FROM block) ORDER BY seq";
        let newest = rows::<Id>(sql, query, vec![])?;
        if let Some(last) = newest.last().map(|row| row.seq)
            && newest.len() >= BLOCK
        {
            let ids: Vec<&Option<String>> = newest.iter().map(|row| &row.id).collect();
            let values = vec![int(last), text(serde_json::to_string(&ids)?)];
            run(sql, "INSERT INTO block (last, ids) VALUES (?, ?)", values)?;
        }
        for Id { seq, id } in newest {
            id.iter().for_each(|id| places.insert(id, seq));
        }
        Ok(places)
    }
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

/// The log as the machine reads it. A failing read looks empty to the machine; whoever handles an event asks
/// [`SqlLog::failed`] before anything that was decided on such a view is written.
#[derive(Debug)]
pub(crate) struct SqlLog<'a> {
    sql: &'a SqlStorage,
    ids: &'a ClientIds,
    failed: Cell<bool>,
}

impl<'a> SqlLog<'a> {
    pub(crate) fn new(sql: &'a SqlStorage, ids: &'a ClientIds) -> Self {
        Self { sql, ids, failed: Cell::new(false) }
    }

    /// Whether a read failed.
    pub(crate) fn failed(&self) -> bool {
        self.failed.get()
    }

    fn or_failed<T: Default>(&self, read: Result<T>) -> T {
        read.unwrap_or_else(|error| {
            crate::log::failure("log_read", &error.to_string());
            self.failed.set(true);
            T::default()
        })
    }

    #[inline(never)]
    fn messages(&self, query: &str, values: Vec<SqlStorageValue>) -> Vec<Message> {
        let parsed = rows::<Row>(self.sql, query, values).and_then(|found| {
            found.iter().map(|r| Ok(serde_json::from_str(&r.json)?)).collect::<Result<Vec<Message>>>()
        });
        self.or_failed(parsed)
    }
}

impl Log for SqlLog<'_> {
    fn find(&self, sender: &str, client_id: &ClientId) -> Option<Message> {
        let places = self.or_failed(self.ids.of(self.sql, client_id));
        let entry = |seq: u64| self.messages("SELECT json FROM entry WHERE seq = ?", vec![int(seq)]);
        places.into_iter().flat_map(entry).find(|message| {
            message.client_id.as_ref() == Some(client_id) && sender_key(&message.from) == sender
        })
    }

    fn page(&self, after: u64, limit: usize, public: bool) -> Vec<Message> {
        let query = "SELECT json FROM entry WHERE seq > ? AND public >= ? ORDER BY seq LIMIT ?";
        let values = vec![int(after), SqlStorageValue::Integer(public.into()), int(limit as u64)];
        self.messages(query, values)
    }

    fn last(&self, at_most: u64, public: bool) -> u64 {
        let query = "SELECT max(seq) AS seq FROM message WHERE seq <= ? AND public >= ?";
        let values = vec![int(at_most.min(1 << 52)), SqlStorageValue::Integer(public.into())];
        self.or_failed(first::<Seq>(self.sql, query, values)).and_then(|row| row.seq).unwrap_or(0)
    }
}
