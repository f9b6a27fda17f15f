//! The roster's HTTP calls.

use gloo_net::http::Method;
use shared::protocol::roster::{Coverage, PreviewRoster, RosterPage, SaveRoster, UnsoundRoster};
use shared::roster::Fault;

use super::{Failure, call, parse, raw_call};

/// Why a save was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    Failed(Failure),
    /// The roster itself is wrong.
    Unsound(Vec<Fault>),
}

/// The roster as it is.
pub async fn get() -> Result<RosterPage, Failure> {
    call(Method::GET, "/v1/console/roster", None).await.and_then(|text| parse(&text))
}

/// What a roster would come to.
pub async fn preview(body: &PreviewRoster) -> Result<Coverage, Failure> {
    let body = serde_json::to_string(body).unwrap_or_default();
    call(Method::POST, "/v1/console/roster/preview", Some(body)).await.and_then(|text| parse(&text))
}

/// Saves a roster.
pub async fn save(body: &SaveRoster) -> Result<RosterPage, Refusal> {
    let body = serde_json::to_string(body).unwrap_or_default();
    match raw_call(Method::PUT, "/v1/console/roster", Some(body)).await {
        Ok(text) => parse(&text).map_err(Refusal::Failed),
        Err((failure, text)) => match serde_json::from_str::<UnsoundRoster>(&text) {
            Ok(unsound) => Err(Refusal::Unsound(unsound.faults)),
            Err(_) => Err(Refusal::Failed(failure)),
        },
    }
}
