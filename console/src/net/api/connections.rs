//! The HTTP calls of the page "Connections".

use gloo_net::http::Method;
use serde::Serialize;
use shared::ids::{EndpointId, TokenId};
use shared::protocol::connections::{
    Connections, CreateToken, CreatedSecret, CreatedToken, EndpointAction, LetterAction, SaveEndpoint,
    SavedEndpoint, TestResult,
};

use super::{Failure, call, parse};

const ROOT: &str = "/v1/console/connections";

fn json<T: Serialize>(body: &T) -> Option<String> {
    Some(serde_json::to_string(body).unwrap_or_default())
}

/// Everything the page shows.
pub async fn list() -> Result<Connections, Failure> {
    call(Method::GET, ROOT, None).await.and_then(|text| parse(&text))
}

/// Makes an endpoint, or changes one.
pub async fn save(id: Option<&EndpointId>, body: &SaveEndpoint) -> Result<SavedEndpoint, Failure> {
    let (method, path) = match id {
        Some(id) => (Method::PUT, format!("{ROOT}/endpoints/{id}")),
        None => (Method::POST, format!("{ROOT}/endpoints")),
    };
    call(method, &path, json(body)).await.and_then(|text| parse(&text))
}

/// Does something with an endpoint; how a test was taken.
pub async fn act(id: &EndpointId, action: EndpointAction) -> Result<Option<TestResult>, Failure> {
    let text = call(Method::POST, &format!("{ROOT}/endpoints/{id}"), json(&action)).await?;
    if text.is_empty() { Ok(None) } else { parse(&text).map(Some) }
}

/// Makes an endpoint another secret; the former one signs too for a while.
pub async fn new_secret(id: &EndpointId) -> Result<CreatedSecret, Failure> {
    let action = EndpointAction::NewSecret { at_once: false };
    call(Method::POST, &format!("{ROOT}/endpoints/{id}"), json(&action)).await.and_then(|text| parse(&text))
}

/// Does something with one dead letter, or with all.
pub async fn act_on_letters(id: Option<u64>, action: LetterAction) -> Result<(), Failure> {
    let path = id.map_or_else(|| format!("{ROOT}/letters"), |id| format!("{ROOT}/letters/{id}"));
    call(Method::POST, &path, json(&action)).await.map(drop)
}

/// Makes an API token.
pub async fn create_token(body: &CreateToken) -> Result<CreatedToken, Failure> {
    call(Method::POST, &format!("{ROOT}/tokens"), json(body)).await.and_then(|text| parse(&text))
}

/// Revokes an API token.
pub async fn revoke_token(id: &TokenId) -> Result<(), Failure> {
    call(Method::DELETE, &format!("{ROOT}/tokens/{id}"), None).await.map(drop)
}

/// Makes a secret for signed identities.
pub async fn make_identity_secret() -> Result<CreatedSecret, Failure> {
    call(Method::POST, &format!("{ROOT}/identity"), None).await.and_then(|text| parse(&text))
}

/// Takes it away.
pub async fn remove_identity_secret() -> Result<(), Failure> {
    call(Method::DELETE, &format!("{ROOT}/identity"), None).await.map(drop)
}
