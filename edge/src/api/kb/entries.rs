//! The list, single entries, and publishing.

use shared::kb::list::Filter;
use shared::limits;
use shared::protocol::ErrorCode;
use shared::protocol::kb::{EntryAction, PublishAll, SaveEntry};
use worker::{Env, Request, Response};

use super::{changed, entry_id, writer};
use crate::api::{json, private, query};
use crate::auth;
use crate::error::Result;
use crate::objects::calls::{self, ActOnEntry, GetEntry, GetVersion, ListEntries, PublishEntries, PutEntry};
use crate::sites;

/// Characters of a search.
const SEARCH_CHARS: usize = 200;
/// Largest body: an entry in its largest form, written with escapes.
const ENTRY_BYTES: usize = limits::KB_ENTRY_BYTES * 2;

/// `GET /v1/console/kb?q=&filter=&offset=`.
pub(super) async fn list(env: &Env, request: &Request) -> Result<Response> {
    let me = auth::signed_in(env, request).await?.me;
    let search = query(request, "q").unwrap_or_default().chars().take(SEARCH_CHARS).collect();
    let filter = match query(request, "filter").as_deref() {
        None | Some("" | "all") => Filter::All,
        Some("unpublished") => Filter::Unpublished,
        Some("scheduled") => Filter::Scheduled,
        Some(_) => return Err(ErrorCode::BadValue.into()),
    };
    let offset = query(request, "offset").map_or(Ok(0), |n| n.parse::<u64>());
    let offset = offset.map_err(|_| ErrorCode::BadValue)?;
    private(&calls::call(env, me.site.as_str(), ListEntries { search, filter, offset }).await?)
}

/// `GET /v1/console/kb/entries/{id}`.
pub(super) async fn get(env: &Env, request: &Request, id: &str) -> Result<Response> {
    let me = auth::signed_in(env, request).await?.me;
    private(&calls::call(env, me.site.as_str(), GetEntry { id: entry_id(id)? }).await?)
}

/// `GET /v1/console/kb/entries/{id}/versions/{n}`.
pub(super) async fn version(env: &Env, request: &Request, id: &str, number: &str) -> Result<Response> {
    let me = auth::signed_in(env, request).await?.me;
    let version = number.parse().ok().filter(|n| *n < 1 << 53).ok_or(ErrorCode::NotFound)?;
    private(&calls::call(env, me.site.as_str(), GetVersion { id: entry_id(id)?, version }).await?)
}

/// `PUT /v1/console/kb/entries/{id}`.
pub(super) async fn put(env: &Env, mut request: Request, id: &str) -> Result<Response> {
    let me = writer(env, &request).await?;
    let save: SaveEntry = json(&mut request, ENTRY_BYTES).await?;
    let by = me.me.agent.clone();
    let outcome = calls::call(env, me.me.site.as_str(), PutEntry { id: entry_id(id)?, save, by }).await?;
    changed(&me, outcome)
}

/// `POST /v1/console/kb/entries/{id}`.
pub(super) async fn act(env: &Env, mut request: Request, id: &str) -> Result<Response> {
    let me = writer(env, &request).await?;
    let action: EntryAction = json(&mut request, limits::BODY_BYTES).await?;
    let by = me.me.agent.clone();
    let outcome = calls::call(env, me.me.site.as_str(), ActOnEntry { id: entry_id(id)?, action, by }).await?;
    changed(&me, outcome)
}

/// `POST /v1/console/kb/publish`.
pub(super) async fn publish_all(env: &Env, mut request: Request) -> Result<Response> {
    let me = writer(env, &request).await?;
    let publish: PublishAll = json(&mut request, limits::BODY_BYTES).await?;
    let by = me.me.agent.clone();
    let published = calls::call(env, me.me.site.as_str(), PublishEntries { publish, by }).await?;
    sites::changed(&me.me.site);
    private(&published)
}
