//! The console's roster: agents read, supervisors plan.

use shared::limits;
use shared::protocol::ErrorCode;
use shared::protocol::roster::{PreviewRoster, SaveRoster, UnsoundRoster};
use shared::roster::Roster;
use shared::site::Role;
use worker::{Env, Method, Request, Response};

use super::{json, private};
use crate::auth;
use crate::error::Result;
use crate::objects::calls::{self, GetRoster, PreviewTeam, PutRoster, SavedRoster, SignedIn};
use crate::sites;
use shared::ids::SiteKey;

/// What follows `/v1/console/roster`; nothing for an unknown path.
pub(crate) async fn serve(
    env: &Env,
    request: Request,
    path: &[&str],
) -> Option<(&'static str, Result<Response>)> {
    match (request.method(), path) {
        (Method::Get, []) => Some(("/v1/console/roster", get(env, &request).await)),
        (Method::Put, []) => Some(("/v1/console/roster", put(env, request).await)),
        (Method::Post, ["preview"]) => Some(("/v1/console/roster/preview", preview(env, request).await)),
        _ => None,
    }
}

async fn get(env: &Env, request: &Request) -> Result<Response> {
    let me = auth::signed_in(env, request).await?.me;
    private(&calls::call(env, me.site.as_str(), GetRoster {}).await?)
}

async fn put(env: &Env, mut request: Request) -> Result<Response> {
    let site = planner(env, &request).await?.me.site;
    let SaveRoster { edition, roster } = json(&mut request, limits::ROSTER_BYTES * 2).await?;
    save(env, &site, PutRoster { edition: Some(edition), roster }).await
}

async fn preview(env: &Env, mut request: Request) -> Result<Response> {
    auth::same_origin(&request)?;
    let site = auth::signed_in(env, &request).await?.me.site;
    let PreviewRoster { roster, from, to } = json(&mut request, limits::ROSTER_BYTES * 2).await?;
    if to < from || to.since(from) > limits::ROSTER_PICTURE {
        return Err(ErrorCode::BadValue.into());
    }
    private(&calls::call(env, site.as_str(), PreviewTeam { roster, from, to }).await?)
}

/// `PUT /v1/operator/sites/{site}/roster`, by whoever has the operator's token.
pub(crate) async fn put_by_operator(env: &Env, mut request: Request, site: &SiteKey) -> Result<Response> {
    let roster: Roster = json(&mut request, limits::ROSTER_BYTES * 2).await?;
    save(env, site, PutRoster { edition: None, roster }).await
}

async fn save(env: &Env, site: &SiteKey, call: PutRoster) -> Result<Response> {
    match calls::call(env, site.as_str(), call).await? {
        SavedRoster::To(page) => {
            sites::changed(site);
            private(&page)
        }
        SavedRoster::Unsound(faults) => {
            let error = ErrorCode::BadValue;
            Ok(private(&UnsoundRoster { error, faults })?.with_status(error.status()))
        }
    }
}

/// Whoever may plan, from the console's own page.
async fn planner(env: &Env, request: &Request) -> Result<SignedIn> {
    auth::same_origin(request)?;
    let signed_in = auth::signed_in(env, request).await?;
    if signed_in.me.role < Role::Supervisor {
        return Err(ErrorCode::Forbidden.into());
    }
    Ok(signed_in)
}
