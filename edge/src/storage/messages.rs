//! The conversation's log.

use serde::Deserialize;
use shared::conversation::{Log, sender_key};
use shared::ids::ClientId;
use shared::protocol::Message;
use worker::{SqlStorage, SqlStorageValue};

use super::{first, int, rows, run, text};
use crate::error::Result;

#[derive(Deserialize)]
struct Row {
    json: String,
}

#[derive(Deserialize)]
struct Newest {
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

/// The log as the machine reads it. A failing read is logged and looks empty; the platform resets an object whose
/// storage fails, so nothing is decided for long on such a view.
#[derive(Debug)]
pub(crate) struct SqlLog<'a>(pub &'a SqlStorage);

impl SqlLog<'_> {
    fn messages(&self, query: &str, values: Vec<SqlStorageValue>) -> Vec<Message> {
        let parsed = rows::<Row>(self.0, query, values).and_then(|found| {
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
        let query = "SELECT json FROM message WHERE sender = ? AND client_id = ?";
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
            first::<Newest>(self.0, query, vec![int(at_most), SqlStorageValue::Integer(public.into())]);
        newest.ok().flatten().and_then(|n| n.seq).unwrap_or(0)
    }
}
