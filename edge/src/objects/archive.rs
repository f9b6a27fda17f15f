//! The archive object: one per site. Keeps what reports and search need of every conversation.

use std::cell::RefCell;

use shared::kb::questions::{Change, Clusters};
use shared::protocol::kb::{QuestionAction, QuestionList};
use worker::{
    DurableObject, Env, Error as WorkerError, Request, Response, Result as WorkerResult, SqlStorage, State,
    WebSocket, WebSocketIncomingMessage, durable_object,
};

use super::calls::{
    ActOnQuestion, ArchiveCall, ArchiveDeliver, Call, GetQuestions, GetRecent, QuestionsDeliver,
};
use crate::error::Result;
use crate::storage::transaction::transaction;
use crate::storage::{archive, exchange, migrations, questions};

/// All of it is in SQL; the clusters of questions are kept in memory too, as finding one reads them all.
#[durable_object]
#[allow(missing_debug_implementations, reason = "handed to the platform, never printed")]
pub struct Archive {
    state: State,
    sql: SqlStorage,
    clusters: RefCell<Option<Clusters>>,
}

impl DurableObject for Archive {
    fn new(state: State, _env: Env) -> Self {
        let sql = state.storage().sql();
        Self { state, sql, clusters: RefCell::default() }
    }

    async fn fetch(&self, mut request: Request) -> WorkerResult<Response> {
        match serde_json::from_str(&request.text().await?) {
            Ok(ArchiveCall::GetRecent(call)) => GetRecent::answer(self.recent(&call)),
            Ok(ArchiveCall::ArchiveDeliver(call)) => ArchiveDeliver::answer(self.deliver(&call)),
            Ok(ArchiveCall::GetQuestions(_)) => GetQuestions::answer(self.questions()),
            Ok(ArchiveCall::ActOnQuestion(call)) => ActOnQuestion::answer(self.act_on(&call)),
            Ok(ArchiveCall::QuestionsDeliver(call)) => QuestionsDeliver::answer(self.absorb(&call)),
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

    fn questions(&self) -> Result<QuestionList> {
        if !migrations::exists(&self.sql)? {
            return Ok(QuestionList { clusters: Vec::new() });
        }
        let mut clusters = Vec::new();
        self.change(|known| {
            clusters = known.open().into_iter().cloned().collect();
            Ok(Vec::new())
        })?;
        Ok(QuestionList { clusters })
    }

    fn act_on(&self, call: &ActOnQuestion) -> Result<()> {
        self.change(|clusters| {
            Ok(match call.action {
                QuestionAction::Dismiss => clusters.dismiss(call.id),
                QuestionAction::Add { .. } | QuestionAction::Resolve => clusters.resolve(call.id),
            })
        })
    }

    fn absorb(&self, call: &QuestionsDeliver) -> Result<()> {
        // Summaries of the same conversation are numbered together with these, and delivered apart from them.
        let source = format!("{}#questions", call.source);
        self.change(|clusters| {
            let last = exchange::last_from(&self.sql, &source)?;
            let mut changes = Vec::new();
            for (id, item) in call.items.iter().filter(|(id, _)| *id > last) {
                changes.extend(clusters.absorb(item));
                exchange::handled(&self.sql, &source, *id)?;
            }
            Ok(changes)
        })
    }

    /// Changes the clusters in memory and in SQL, or in neither.
    fn change(&self, change: impl FnOnce(&mut Clusters) -> Result<Vec<Change>>) -> Result<()> {
        let mut slot = self.clusters.borrow_mut();
        let known = slot.take();
        let mut changed = None;
        transaction(&self.state, || {
            migrations::migrate(&self.sql, migrations::ARCHIVE)?;
            let mut clusters = match known {
                Some(clusters) => clusters,
                None => questions::load(&self.sql)?,
            };
            let changes = change(&mut clusters)?;
            questions::store(&self.sql, &clusters, &changes)?;
            changed = Some(clusters);
            Ok(())
        })?;
        *slot = changed;
        Ok(())
    }
}
