//! Who may do what: origins, visitor tokens, console sessions, the operator's token.

use shared::ids::SiteKey;
use shared::protocol::ErrorCode;
use shared::security::Claims;
use shared::site::Settings;
use worker::{Env, Request};

use crate::config;
use crate::error::Result;
use crate::objects::calls::{self, GetSession, GetTokenUser, SignedIn};

const COOKIE: &str = "edgedesk_session";

/// A request header; absent and unreadable ones are alike.
pub(crate) fn header(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).ok().flatten()
}

/// The page's origin, when the site allows it.
pub(crate) fn allowed_origin(request: &Request, settings: &Settings) -> Result<String> {
    let origin = header(request, "origin").filter(|o| settings.allows_origin(o));
    origin.ok_or_else(|| ErrorCode::WrongOrigin.into())
}

/// Refuses a request that another origin's page made a console user's browser send.
pub(crate) fn same_origin(request: &Request) -> Result<()> {
    let own = request.url()?.origin().ascii_serialization();
    match header(request, "origin") {
        Some(origin) if origin == own => Ok(()),
        _ => Err(ErrorCode::WrongOrigin.into()),
    }
}

/// The subprotocols a socket offers.
pub(crate) fn subprotocols(request: &Request) -> Vec<String> {
    let offered = header(request, "sec-websocket-protocol").unwrap_or_default();
    offered.split(',').map(|p| p.trim().to_owned()).collect()
}

/// The site a token says it is of, before it is verified.
pub(crate) fn site_of_token(token: &str) -> Result<SiteKey> {
    Claims::site_of(token).ok_or_else(|| ErrorCode::Unauthenticated.into())
}

/// The session's secret, from the cookie.
pub(crate) fn session_secret(request: &Request) -> Result<String> {
    let cookies = header(request, "cookie").unwrap_or_default();
    let secret = cookies.split(';').find_map(|c| c.trim().strip_prefix(COOKIE)?.strip_prefix('='));
    secret.filter(|s| s.len() <= 200).map(str::to_owned).ok_or_else(|| ErrorCode::Unauthenticated.into())
}

/// Who is signed in.
pub(crate) async fn signed_in(env: &Env, request: &Request) -> Result<SignedIn> {
    let secret = session_secret(request)?;
    let site = secret.rsplit_once('.').and_then(|(site, _)| SiteKey::new(site).ok());
    let site = site.ok_or(ErrorCode::Unauthenticated)?;
    calls::call(env, site.as_str(), GetSession { secret }).await
}

/// Whose API token a request carries: its secret, and the account.
pub(crate) async fn api_user(env: &Env, request: &Request) -> Result<(String, SignedIn)> {
    let given = header(request, "authorization").unwrap_or_default();
    let secret = given.strip_prefix("Bearer ").map(str::trim).filter(|secret| secret.len() <= 200);
    let secret = secret.ok_or(ErrorCode::Unauthenticated)?.to_owned();
    let site = secret.strip_prefix("edk_").and_then(|rest| rest.rsplit_once('.'));
    let site = site.and_then(|(site, _)| SiteKey::new(site).ok()).ok_or(ErrorCode::Unauthenticated)?;
    let user = calls::call(env, site.as_str(), GetTokenUser { secret: secret.clone() }).await?;
    Ok((secret, user))
}

/// The cookie that carries a session, or ends it when `secret` is empty.
pub(crate) fn session_cookie(request: &Request, secret: &str) -> Result<String> {
    let secure = if request.url()?.scheme() == "https" { "; Secure" } else { "" };
    let age = if secret.is_empty() { 0 } else { shared::limits::CONSOLE_SESSION / 1_000 };
    Ok(format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{secure}"))
}

/// Whether the request carries the operator's token.
pub(crate) fn operator(env: &Env, request: &Request) -> Result<()> {
    let expected = env.var(config::OPERATOR_TOKEN).map(|v| v.to_string()).unwrap_or_default();
    let given = header(request, "authorization").unwrap_or_default();
    let given = given.strip_prefix("Bearer ").unwrap_or_default();
    // An unset token opens nothing. Both are hashed so that comparing takes as long for any guess.
    use sha2::{Digest, Sha256};
    let fits = Sha256::digest(given.as_bytes()) == Sha256::digest(expected.as_bytes());
    if expected.len() >= 16 && fits { Ok(()) } else { Err(ErrorCode::Unauthenticated.into()) }
}
