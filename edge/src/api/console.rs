//! What the console asks: signing in and out, the desk socket, recent conversations.

use shared::desk::insights::KEPT;
use shared::limits;
use shared::protocol::http::{self, SignIn};
use shared::protocol::{ErrorCode, SUBPROTOCOL};
use shared::site::Role;
use shared::time::DAY;
use worker::{Env, Request, Response};

use super::operator::tell_desk;
use super::{json, private, query, require_upgrade};
use crate::auth;
use crate::error::{Error, Result};
use crate::objects::calls::{
    self, Caller, CloseSession, GetInsights, GetRecent, GetRouting, OpenSession, PutRouting, SavedRouting,
    SignedIn,
};
use crate::sites;

/// Longest password looked at.
const PASSWORD_BYTES: usize = 256;

/// `POST /v1/console/sign-in`.
pub(crate) async fn sign_in(env: &Env, mut request: Request) -> Result<Response> {
    auth::same_origin(&request)?;
    let SignIn { site, email, password } = json(&mut request, limits::BODY_BYTES).await?;
    if password.len() > PASSWORD_BYTES {
        return Err(ErrorCode::BadCredentials.into());
    }
    let address = Some(auth::address(&request)).filter(|address| !address.is_empty());
    let opened = calls::call(env, site.as_str(), OpenSession { email, password, address }).await;
    let (secret, me) = opened.map_err(|error| match error {
        // Whether a site exists is nobody's business here.
        Error::Refused { code: ErrorCode::UnknownSite, .. } => ErrorCode::BadCredentials.into(),
        other => other,
    })?;
    let mut response = private(&me)?;
    response.headers_mut().set("set-cookie", &auth::session_cookie(&request, &secret)?)?;
    Ok(response)
}

/// `POST /v1/console/sign-out`.
pub(crate) async fn sign_out(env: &Env, request: &Request) -> Result<Response> {
    auth::same_origin(request)?;
    let me = auth::signed_in(env, request).await?;
    let secret = auth::session_secret(request)?;
    calls::call(env, me.me.site.as_str(), CloseSession { secret }).await?;
    let mut response = Response::empty()?.with_status(204);
    response.headers_mut().set("set-cookie", &auth::session_cookie(request, "")?)?;
    Ok(response)
}

/// `GET /v1/console/me`.
pub(crate) async fn me(env: &Env, request: &Request) -> Result<Response> {
    private(&auth::signed_in(env, request).await?.me)
}

/// `GET /v1/console/desk`.
pub(crate) async fn desk(env: &Env, request: &Request) -> Result<Response> {
    require_upgrade(request)?;
    auth::same_origin(request)?;
    if auth::subprotocols(request).first().map(String::as_str) != Some(SUBPROTOCOL) {
        return Err(ErrorCode::BadFrame.into());
    }
    let (signed_in, pass) = auth::admitted(env, request, None).await?;
    let site = signed_in.me.site;
    let name = site.to_string();
    // Whoever comes on duty finds the routing as it is now.
    tell_desk(env, &site).await?;
    calls::upgrade(env, "DESK", &name, &Caller::Desk { site, profile: signed_in.profile, pass }).await
}

/// `GET /v1/console/routing` (supervisors).
pub(crate) async fn routing(env: &Env, request: &Request) -> Result<Response> {
    let signed_in = supervisor(env, request).await?;
    private(&calls::call(env, signed_in.me.site.as_str(), GetRouting {}).await?)
}

/// `PUT /v1/console/routing` (supervisors). With faults, they are named.
pub(crate) async fn put_routing(env: &Env, mut request: Request) -> Result<Response> {
    auth::same_origin(&request)?;
    let site = supervisor(env, &request).await?.me.site;
    let http::PutRouting { base, routing } = json(&mut request, limits::BODY_BYTES * 8).await?;
    match calls::call(env, site.as_str(), PutRouting { base, routing }).await? {
        SavedRouting::To(view) => {
            sites::changed(&site);
            tell_desk(env, &site).await?;
            private(&view)
        }
        SavedRouting::Unsound(faults) => {
            let error = ErrorCode::BadValue;
            Ok(private(&http::UnsoundRouting { error, faults })?.with_status(error.status()))
        }
    }
}

async fn supervisor(env: &Env, request: &Request) -> Result<SignedIn> {
    let signed_in = auth::signed_in(env, request).await?;
    if signed_in.me.role < Role::Supervisor {
        return Err(ErrorCode::Forbidden.into());
    }
    Ok(signed_in)
}

/// `GET /v1/console/conversations?before=…&limit=…` (supervisors): the newest summaries.
pub(crate) async fn recent(env: &Env, request: &Request) -> Result<Response> {
    let signed_in = supervisor(env, request).await?;
    let number = |name, default| query(request, name).map_or(Ok(default), |n| n.parse::<u64>());
    let before = number("before", u64::MAX).map_err(|_| ErrorCode::BadValue)?;
    let limit = number("limit", 50).map_err(|_| ErrorCode::BadValue)?;
    private(&calls::call(env, signed_in.me.site.as_str(), GetRecent { before, limit }).await?)
}

/// `GET /v1/console/insights?days=…` (supervisors): what the last days came to.
pub(crate) async fn insights(env: &Env, request: &Request) -> Result<Response> {
    let signed_in = supervisor(env, request).await?;
    let days = query(request, "days").map_or(Ok(28), |n| n.parse::<u64>());
    let days = days.map_err(|_| ErrorCode::BadValue)?.clamp(1, KEPT / DAY);
    private(&calls::call(env, signed_in.me.site.as_str(), GetInsights { days }).await?)
}
