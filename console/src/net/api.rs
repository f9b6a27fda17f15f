//! The console's HTTP calls.

pub mod connections;
pub mod kb;
pub mod roster;
pub mod routing;

use gloo_net::http::{Method, RequestBuilder};
use serde::de::DeserializeOwned;
use shared::protocol::ErrorCode;
use shared::protocol::http::{ErrorBody, Me, SignIn};
use shared::protocol::insights::Insights;

/// Why a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No answer at all.
    Offline,
    /// Answered with this code; `retry_after` in milliseconds.
    Refused { code: ErrorCode, retry_after: Option<u64> },
}

/// Signs in; the session is an HttpOnly cookie.
pub async fn sign_in(body: &SignIn) -> Result<Me, Failure> {
    let json = serde_json::to_string(body).unwrap_or_default();
    call(Method::POST, "/v1/console/sign-in", Some(json)).await.and_then(|text| parse(&text))
}

/// Who is signed in.
pub async fn me() -> Result<Me, Failure> {
    call(Method::GET, "/v1/console/me", None).await.and_then(|text| parse(&text))
}

/// What the last days came to.
pub async fn insights(days: u64) -> Result<Insights, Failure> {
    call(Method::GET, &format!("/v1/console/insights?days={days}"), None).await.and_then(|text| parse(&text))
}

/// Ends the session.
pub async fn sign_out() -> Result<(), Failure> {
    call(Method::POST, "/v1/console/sign-out", Some("{}".into())).await.map(drop)
}

async fn call(method: Method, path: &str, body: Option<String>) -> Result<String, Failure> {
    raw_call(method, path, body).await.map_err(|(failure, _)| failure)
}

/// A call; a refusal comes with the body it came in.
async fn raw_call(method: Method, path: &str, body: Option<String>) -> Result<String, (Failure, String)> {
    let offline = |_| (Failure::Offline, String::new());
    let builder = RequestBuilder::new(path).method(method).header("accept", "application/json");
    let request = match body {
        Some(body) => builder.header("content-type", "application/json").body(body),
        None => builder.build(),
    };
    let response = request.map_err(offline)?.send().await.map_err(offline)?;
    let text = response.text().await.map_err(offline)?;
    if response.ok() {
        return Ok(text);
    }
    let refused = serde_json::from_str::<ErrorBody>(&text).ok();
    // An answer that is not ours (a proxy's page) counts as our fault, except that 401 always means signed out.
    let code = refused.as_ref().map_or(
        if response.status() == 401 { ErrorCode::Unauthenticated } else { ErrorCode::Internal },
        |body| body.error,
    );
    Err((Failure::Refused { code, retry_after: refused.and_then(|body| body.retry_after) }, text))
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|_| Failure::Refused { code: ErrorCode::Internal, retry_after: None })
}
