//! Paths to handlers, and what every response gets: a request id, a log line, safe headers.

use worker::{Env, Method, Request, Response};

use crate::api::{assets, connections, console, conversations, kb, operator, outside, roster, sites};
use crate::error::{Error, Result};
use crate::{clock, log};
use shared::ids::{AgentId, ConversationId, SiteKey};
use shared::protocol::ErrorCode;

/// Serves a request; never fails.
pub(crate) async fn serve(request: Request, env: Env) -> worker::Result<Response> {
    let started = clock::now();
    let id = request_id(&request);
    let path = request.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let (route, outcome) = dispatch(request, &env, &segments).await;
    let mut response = match outcome {
        Ok(response) => response,
        Err(error) => {
            if !matches!(error, Error::Refused { .. }) {
                log::failure(&id, &error.to_string());
            }
            error.response()?
        }
    };
    let status = response.status_code();
    if status != 101 {
        // Responses of other services have immutable headers; those are copied where they are made.
        let _ = response.headers_mut().set("x-request-id", &id);
        let _ = response.headers_mut().set("x-content-type-options", "nosniff");
    }
    log::served(&id, route, status, clock::now().since(started));
    Ok(response)
}

fn request_id(request: &Request) -> String {
    let given = crate::auth::header(request, "cf-ray").filter(|ray| ray.len() <= 64);
    given.unwrap_or_else(|| format!("{:016x}", clock::random_number()))
}

/// The route's pattern, for logs, and the outcome.
async fn dispatch(request: Request, env: &Env, path: &[&str]) -> (&'static str, Result<Response>) {
    macro_rules! route {
        ($pattern:literal, $handler:expr) => {
            ($pattern, $handler.await)
        };
    }
    let method = request.method();
    match (method, path) {
        (Method::Get, ["healthz"]) => ("/healthz", assets::health(env).await),
        (Method::Get, ["w", file]) => route!("/w/{site}.js", sites::loader(env, &request, file)),
        (Method::Options, ["v1", "sites", site, ..]) => {
            route!("/v1/sites/{site}/*", sites::preflight(env, &request, site))
        }
        (Method::Get, ["v1", "sites", site]) => route!("/v1/sites/{site}", sites::hello(env, &request, site)),
        (Method::Get, ["v1", "sites", site, "suggest"]) => {
            route!("/v1/sites/{site}/suggest", sites::suggest(env, &request, site))
        }
        (Method::Get, ["v1", "sites", site, "topics"]) => {
            route!("/v1/sites/{site}/topics", sites::topics(env, &request, site))
        }
        (Method::Post, ["v1", "sites", site, "conversations"]) => {
            route!("/v1/sites/{site}/conversations", sites::start(env, request, site))
        }
        (Method::Get, ["v1", "conversations", id, "socket"]) => {
            route!("/v1/conversations/{id}/socket", conversations::socket(env, &request, id))
        }
        (Method::Post, ["v1", "console", "sign-in"]) => {
            route!("/v1/console/sign-in", console::sign_in(env, request))
        }
        (Method::Post, ["v1", "console", "sign-out"]) => {
            route!("/v1/console/sign-out", console::sign_out(env, &request))
        }
        (Method::Get, ["v1", "console", "me"]) => route!("/v1/console/me", console::me(env, &request)),
        (Method::Get, ["v1", "console", "desk"]) => route!("/v1/console/desk", console::desk(env, &request)),
        (Method::Get, ["v1", "console", "conversations"]) => {
            route!("/v1/console/conversations", console::recent(env, &request))
        }
        (Method::Get, ["v1", "console", "insights"]) => {
            route!("/v1/console/insights", console::insights(env, &request))
        }
        (Method::Put, ["v1", "operator", "sites", site]) => {
            route!("/v1/operator/sites/{site}", operator::put_site(env, request, site))
        }
        (Method::Put, ["v1", "operator", "sites", site, "kb"]) => {
            route!("/v1/operator/sites/{site}/kb", operator::put_entries(env, request, site))
        }
        (Method::Put, ["v1", "operator", "sites", site, "agents", agent]) => {
            route!("/v1/operator/sites/{site}/agents/{agent}", operator::put_agent(env, request, site, agent))
        }
        (Method::Put, ["v1", "operator", "sites", site, "roster"]) => {
            route!("/v1/operator/sites/{site}/roster", operator::put_roster(env, request, site))
        }
        (_, ["v1", "console", "roster", rest @ ..]) => {
            let served = roster::serve(env, request, rest).await;
            served.unwrap_or_else(|| ("/v1/console/roster/*", Err(unknown(path))))
        }
        (Method::Delete, ["v1", "operator", "sites", site, "agents", agent]) => {
            route!(
                "/v1/operator/sites/{site}/agents/{agent}",
                operator::remove_agent(env, &request, site, agent)
            )
        }
        (Method::Get, ["v1", "console", "routing"]) => {
            route!("/v1/console/routing", console::routing(env, &request))
        }
        (Method::Put, ["v1", "console", "routing"]) => {
            route!("/v1/console/routing", console::put_routing(env, request))
        }
        (_, ["v1", "console", "kb", rest @ ..]) => {
            kb::serve(env, request, rest).await.unwrap_or_else(|| ("/v1/console/kb/*", Err(unknown(path))))
        }
        (_, ["v1", "console", "questions", rest @ ..]) => {
            let served = kb::serve_questions(env, request, rest).await;
            served.unwrap_or_else(|| ("/v1/console/questions/*", Err(unknown(path))))
        }
        (_, ["v1", "console", "connections", rest @ ..]) => {
            let served = connections::serve(env, request, rest).await;
            served.unwrap_or_else(|| ("/v1/console/connections/*", Err(unknown(path))))
        }
        (_, ["v1", "outside", rest @ ..]) => {
            let served = outside::serve(env, request, rest).await;
            served.unwrap_or_else(|| ("/v1/outside/*", Err(unknown(path))))
        }
        (Method::Get, ["v1", "openapi.json"]) => ("/v1/openapi.json", outside::description()),
        (Method::Post, ["v1", "operator", "sites", site, "tokens"]) => {
            route!("/v1/operator/sites/{site}/tokens", operator::put_token(env, request, site))
        }
        (Method::Delete, ["v1", "operator", "sites", site, "tokens", token]) => {
            route!(
                "/v1/operator/sites/{site}/tokens/{token}",
                operator::revoke_token(env, request, site, token)
            )
        }
        (Method::Post | Method::Delete, ["v1", "operator", "sites", site, "identity"]) => {
            let on = request.method() == Method::Post;
            route!("/v1/operator/sites/{site}/identity", operator::identity_secret(env, request, site, on))
        }
        (_, ["v1", ..]) => ("/v1/*", Err(unknown(path))),
        (Method::Get | Method::Head, _) => ("/*", assets::file(env, &request).await),
        _ => ("/*", Err(ErrorCode::MethodNotAllowed.into())),
    }
}

/// A known path with another method is told apart from an unknown path.
fn unknown(path: &[&str]) -> Error {
    let known = matches!(
        path,
        ["v1", "sites", _]
            | ["v1", "sites", _, "suggest" | "topics" | "conversations"]
            | ["v1", "conversations", _, "socket"]
            | [
                "v1",
                "console",
                "sign-in" | "sign-out" | "me" | "desk" | "conversations" | "routing" | "insights"
            ]
            | ["v1", "operator", "sites", _]
            | ["v1", "operator", "sites", _, "kb" | "roster" | "identity"]
            | ["v1", "console", "roster"]
            | ["v1", "console", "roster", "preview"]
            | ["v1", "operator", "sites", _, "agents", _]
            | ["v1", "operator", "sites", _, "tokens"]
            | ["v1", "operator", "sites", _, "tokens", _]
            | ["v1", "openapi.json"]
    );
    let known =
        known || matches!(path, ["v1", "console", "connections", rest @ ..] if connections::knows(rest));
    let known = known || matches!(path, ["v1", "outside", rest @ ..] if shared::outside::knows(rest));
    let known = known || matches!(path, ["v1", "console", rest @ ..] if kb::knows(rest));
    if known { ErrorCode::MethodNotAllowed.into() } else { ErrorCode::NotFound.into() }
}

/// The site a path names.
pub(crate) fn site_key(segment: &str) -> Result<SiteKey> {
    SiteKey::new(segment).map_err(|_| ErrorCode::UnknownSite.into())
}

/// The conversation a path names.
pub(crate) fn conversation_id(segment: &str) -> Result<ConversationId> {
    Ok(ConversationId::new(segment)?)
}

/// The account a path names.
pub(crate) fn agent_id(segment: &str) -> Result<AgentId> {
    Ok(AgentId::new(segment)?)
}
