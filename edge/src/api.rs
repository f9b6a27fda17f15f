//! The HTTP API, by area.

pub(crate) mod assets;
pub(crate) mod connections;
pub(crate) mod console;
pub(crate) mod conversations;
pub(crate) mod kb;
pub(crate) mod operator;
pub(crate) mod outside;
pub(crate) mod roster;
pub(crate) mod sites;

use futures_util::StreamExt as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::protocol::ErrorCode;
use worker::{Request, Response};

use crate::auth;
use crate::error::Result;

/// Bytes of a body that is too long which are read all the same.
const PASSED_OVER: usize = 4 * 1024 * 1024;

/// The request's body as text, when it is no longer than `limit` bytes.
pub(crate) async fn body(request: &mut Request, limit: usize) -> Result<String> {
    let declared = auth::header(request, "content-length").and_then(|n| n.parse::<usize>().ok());
    if declared.is_some_and(|n| n > limit) {
        pass_over(request).await;
        return Err(ErrorCode::TooLarge.into());
    }
    let bytes = request.bytes().await?;
    if bytes.len() > limit {
        return Err(ErrorCode::TooLarge.into());
    }
    String::from_utf8(bytes).map_err(|_| ErrorCode::BadFrame.into())
}

/// Reads on for a while: who is still writing when the connection closes never gets to see the answer.
async fn pass_over(request: &mut Request) {
    let Ok(mut body) = request.stream() else { return };
    let mut left = PASSED_OVER;
    while let Some(Ok(chunk)) = body.next().await {
        left = left.saturating_sub(chunk.len());
        if left == 0 {
            return;
        }
    }
}

/// The request's body as JSON of this form.
pub(crate) async fn json<T: DeserializeOwned>(request: &mut Request, limit: usize) -> Result<T> {
    let text = body(request, limit).await?;
    serde_json::from_str(&text).map_err(|_| ErrorCode::BadFrame.into())
}

/// A JSON response that is not stored by anybody.
pub(crate) fn private<T: Serialize>(value: &T) -> Result<Response> {
    let mut response = Response::from_json(value)?;
    response.headers_mut().set("cache-control", "no-store")?;
    Ok(response)
}

/// One query parameter.
pub(crate) fn query(request: &Request, name: &str) -> Option<String> {
    let url = request.url().ok()?;
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Refuses what is no WebSocket upgrade.
pub(crate) fn require_upgrade(request: &Request) -> Result<()> {
    let upgrade = auth::header(request, "upgrade").unwrap_or_default();
    if upgrade.eq_ignore_ascii_case("websocket") { Ok(()) } else { Err(ErrorCode::UpgradeRequired.into()) }
}
