//! The knowledge base's HTTP calls.

use gloo_net::http::Method;
use serde::Serialize;
use shared::ids::EntryId;
use shared::kb::check::Problem;
use shared::kb::exchange::Format;
use shared::kb::list::Filter;
use shared::lang::Lang;
use shared::protocol::kb::{
    EntryAction, ImportMode, ImportPreview, KbEntry, KbList, PublishAll, PublishedAll, QuestionAction,
    QuestionList, SaveEntry, TestQuestion, TestReply, Unsound,
};

use super::{Failure, call, parse, raw_call};

/// Why a change was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    Failed(Failure),
    /// The entry itself is wrong.
    Unsound(Vec<Problem>),
}

fn json<T: Serialize>(body: &T) -> Option<String> {
    Some(serde_json::to_string(body).unwrap_or_default())
}

fn escaped(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// A page of the list.
pub async fn list(search: &str, filter: Filter) -> Result<KbList, Failure> {
    let filter = match filter {
        Filter::All => "all",
        Filter::Unpublished => "unpublished",
        Filter::Scheduled => "scheduled",
    };
    let path = format!("/v1/console/kb?q={}&filter={filter}", escaped(search));
    call(Method::GET, &path, None).await.and_then(|text| parse(&text))
}

/// An entry with its history.
pub async fn entry(id: &EntryId) -> Result<KbEntry, Failure> {
    call(Method::GET, &format!("/v1/console/kb/entries/{id}"), None).await.and_then(|text| parse(&text))
}

/// Saves an entry.
pub async fn save(id: &EntryId, body: &SaveEntry) -> Result<KbEntry, Refusal> {
    change(Method::PUT, id, json(body)).await
}

/// Does something else to an entry.
pub async fn act(id: &EntryId, body: &EntryAction) -> Result<KbEntry, Refusal> {
    change(Method::POST, id, json(body)).await
}

async fn change(method: Method, id: &EntryId, body: Option<String>) -> Result<KbEntry, Refusal> {
    match raw_call(method, &format!("/v1/console/kb/entries/{id}"), body).await {
        Ok(text) => parse(&text).map_err(Refusal::Failed),
        Err((failure, text)) => match serde_json::from_str::<Unsound>(&text) {
            Ok(unsound) => Err(Refusal::Unsound(unsound.problems)),
            Err(_) => Err(Refusal::Failed(failure)),
        },
    }
}

/// Publishes everything pending.
pub async fn publish_all(revision: u64) -> Result<PublishedAll, Failure> {
    let body = json(&PublishAll { revision });
    call(Method::POST, "/v1/console/kb/publish", body).await.and_then(|text| parse(&text))
}

/// How a file is to be taken in.
#[derive(Debug, Clone)]
pub struct ImportFile {
    pub name: String,
    pub text: String,
    pub format: Option<Format>,
    pub mode: ImportMode,
    pub lang: Option<Lang>,
    /// The revision of the preview that is confirmed, and whether to publish.
    pub confirm: Option<(u64, bool)>,
}

/// Previews or confirms an import.
pub async fn import(file: ImportFile) -> Result<ImportPreview, Failure> {
    let mode = if file.mode == ImportMode::Replace { "replace" } else { "merge" };
    let mut path = format!("/v1/console/kb/import?mode={mode}&name={}", escaped(&file.name));
    if let Some(format) = file.format {
        path.push_str(&format!("&format={}", format.name()));
    }
    if let Some(lang) = file.lang {
        path.push_str(&format!("&lang={lang}"));
    }
    if let Some((revision, publish)) = file.confirm {
        path.push_str(&format!("&revision={revision}&publish={publish}"));
    }
    call(Method::POST, &path, Some(file.text)).await.and_then(|text| parse(&text))
}

/// Asks the engine.
pub async fn test(body: &TestQuestion) -> Result<TestReply, Failure> {
    call(Method::POST, "/v1/console/kb/test", json(body)).await.and_then(|text| parse(&text))
}

/// Unanswered questions.
pub async fn questions() -> Result<QuestionList, Failure> {
    call(Method::GET, "/v1/console/questions", None).await.and_then(|text| parse(&text))
}

/// Does something about one.
pub async fn act_on_question(id: u64, body: &QuestionAction) -> Result<(), Failure> {
    call(Method::POST, &format!("/v1/console/questions/{id}"), json(body)).await.map(drop)
}
