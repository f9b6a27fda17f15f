//! The console's knowledge base: agents read, supervisors write.

mod entries;
pub(crate) mod files;
mod questions;
mod test;

use shared::ids::EntryId;
use shared::protocol::ErrorCode;
use shared::protocol::kb::Unsound;
use shared::site::Role;
use worker::{Env, Method, Request, Response};

use crate::auth;
use crate::error::Result;
use crate::objects::calls::{Changed, SignedIn};
use crate::sites;

/// What follows `/v1/console/kb`. The route's pattern, for logs, and the outcome; nothing for an unknown path.
pub(crate) async fn serve(
    env: &Env,
    request: Request,
    path: &[&str],
) -> Option<(&'static str, Result<Response>)> {
    macro_rules! route {
        ($pattern:literal, $handler:expr) => {
            Some((concat!("/v1/console/kb", $pattern), $handler.await))
        };
    }
    match (request.method(), path) {
        (Method::Get, []) => route!("", entries::list(env, &request)),
        (Method::Get, ["entries", id]) => route!("/entries/{id}", entries::get(env, &request, id)),
        (Method::Put, ["entries", id]) => route!("/entries/{id}", entries::put(env, request, id)),
        (Method::Post, ["entries", id]) => route!("/entries/{id}", entries::act(env, request, id)),
        (Method::Get, ["entries", id, "versions", number]) => {
            route!("/entries/{id}/versions/{n}", entries::version(env, &request, id, number))
        }
        (Method::Post, ["publish"]) => route!("/publish", entries::publish_all(env, request)),
        (Method::Post, ["import"]) => route!("/import", files::import(env, request)),
        (Method::Get, ["export"]) => route!("/export", files::export(env, &request)),
        (Method::Post, ["test"]) => route!("/test", test::test(env, request)),
        _ => None,
    }
}

/// What follows `/v1/console/questions`.
pub(crate) async fn serve_questions(
    env: &Env,
    request: Request,
    path: &[&str],
) -> Option<(&'static str, Result<Response>)> {
    match (request.method(), path) {
        (Method::Get, []) => Some(("/v1/console/questions", questions::list(env, &request).await)),
        (Method::Post, [id]) => Some(("/v1/console/questions/{id}", questions::act(env, request, id).await)),
        _ => None,
    }
}

/// Whether a path exists for some other method.
pub(crate) fn knows(path: &[&str]) -> bool {
    matches!(
        path,
        ["kb"]
            | ["kb", "publish" | "import" | "export" | "test"]
            | ["kb", "entries", _]
            | ["kb", "entries", _, "versions", _]
            | ["questions"]
            | ["questions", _]
    )
}

/// Whoever may write the knowledge base, from the console's own page.
async fn writer(env: &Env, request: &Request) -> Result<SignedIn> {
    auth::same_origin(request)?;
    let signed_in = auth::signed_in(env, request).await?;
    if signed_in.me.role < Role::Supervisor {
        return Err(ErrorCode::Forbidden.into());
    }
    Ok(signed_in)
}

fn entry_id(segment: &str) -> Result<EntryId> {
    Ok(EntryId::new(segment)?)
}

/// The answer to a change; this isolate knows of it at once.
fn changed(me: &SignedIn, outcome: Changed) -> Result<Response> {
    match outcome {
        Changed::To(entry) => {
            sites::changed(&me.me.site);
            super::private(&entry)
        }
        Changed::Unsound(problems) => {
            let error = ErrorCode::BadValue;
            Ok(super::private(&Unsound { error, problems })?.with_status(error.status()))
        }
    }
}
