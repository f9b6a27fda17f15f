//! The routing's HTTP calls.

use gloo_net::http::Method;
use shared::protocol::http::{PutRouting, RoutingView, UnsoundRouting};
use shared::routing::Fault;

use super::{Failure, call, parse, raw_call};

/// Why a save was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    Failed(Failure),
    /// The routing itself is wrong.
    Unsound(Vec<Fault>),
}

/// The routing as it is.
pub async fn get() -> Result<RoutingView, Failure> {
    call(Method::GET, "/v1/console/routing", None).await.and_then(|text| parse(&text))
}

/// Saves a routing.
pub async fn save(body: &PutRouting) -> Result<RoutingView, Refusal> {
    let body = serde_json::to_string(body).unwrap_or_default();
    match raw_call(Method::PUT, "/v1/console/routing", Some(body)).await {
        Ok(text) => parse(&text).map_err(Refusal::Failed),
        Err((failure, text)) => match serde_json::from_str::<UnsoundRouting>(&text) {
            Ok(unsound) => Err(Refusal::Unsound(unsound.faults)),
            Err(_) => Err(Refusal::Failed(failure)),
        },
    }
}
