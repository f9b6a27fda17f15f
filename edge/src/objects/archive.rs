//! The archive object: one per site. Keeps what reports and search need of every conversation.

use worker::{
    DurableObject, Env, Error as WorkerError, Request, Response, Result as WorkerResult, SqlStorage, State,
    WebSocket, WebSocketIncomingMessage, durable_object,
};

use super::calls::{ArchiveCall, ArchiveDeliver, Call, GetRecent};
use crate::error::Result;
use crate::storage::transaction::transaction;
use crate::storage::{archive, exchange, migrations};

/// Stateless between events: all of it is in SQL.
#[durable_object]
#[allow(missing_debug_implementations, reason = "handed to the platform, never printed")]
pub struct Archive {
    state: State,
    sql: SqlStorage,
}

impl DurableObject for Archive {
    fn new(state: State, _env: Env) -> Self {
        let sql = state.storage().sql();
        Self { state, sql }
    }

    async fn fetch(&self, mut request: Request) -> WorkerResult<Response> {
        match serde_json::from_str(&request.text().await?) {
            Ok(ArchiveCall::GetRecent(call)) => GetRecent::answer(self.recent(&call)),
            Ok(ArchiveCall::ArchiveDeliver(call)) => ArchiveDeliver::answer(self.deliver(&call)),
            Err(error) => GetRecent::answer(Err(error.into())),
        }
    }

    async fn alarm(&self) -> WorkerResult<Response> {
        Response::empty()
    }

    async fn websocket_message(&self, _: WebSocket, _: WebSocketIncomingMessage) -> WorkerResult<()> {
        Ok(())
    }

    async fn websocket_close(&self, _: WebSocket, _: usize, _: String, _: bool) -> WorkerResult<()> {
        Ok(())
    }

    async fn websocket_error(&self, _: WebSocket, _: WorkerError) -> WorkerResult<()> {
        Ok(())
    }
}

impl Archive {
    fn recent(&self, call: &GetRecent) -> Result<Vec<shared::exchange::Summary>> {
        if !migrations::exists(&self.sql)? {
            return Ok(Vec::new());
        }
        archive::recent(&self.sql, call.before.min(1 << 52), call.limit.min(200))
    }

    fn deliver(&self, call: &ArchiveDeliver) -> Result<()> {
        transaction(&self.state, || {
            migrations::migrate(&self.sql, migrations::ARCHIVE)?;
            let last = exchange::last_from(&self.sql, &call.source)?;
            for (id, summary) in call.items.iter().filter(|(id, _)| *id > last) {
                archive::put(&self.sql, summary)?;
                exchange::handled(&self.sql, &call.source, *id)?;
            }
            Ok(())
        })
    }
}
