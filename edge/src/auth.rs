//! Who may do what: origins, visitor tokens, console sessions, the operator's token.

use shared::ids::{ConversationId, SiteKey};
use shared::protocol::ErrorCode;
use shared::security::Claims;
use shared::security::pass::Pass;
use shared::site::Settings;
use worker::{Env, Request};

use crate::config;
use crate::error::Result;
use crate::objects::calls::{self, Admit, GetSession, SignedIn};

const COOKIE: &str = "edgedesk_session";
/// No address is longer.
const ADDRESS_CHARS: usize = 64;

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
    let (site, secret) = session(request)?;
    calls::call(env, site.as_str(), GetSession { secret }).await
}

/// Who opens a socket, to a conversation or to the desk, and what it rests on.
pub(crate) async fn admitted(
    env: &Env,
    request: &Request,
    conversation: Option<ConversationId>,
) -> Result<(SignedIn, Pass)> {
    let (site, secret) = session(request)?;
    calls::call(env, site.as_str(), Admit { secret, conversation }).await
}

fn session(request: &Request) -> Result<(SiteKey, String)> {
    let secret = session_secret(request)?;
    let site = secret.rsplit_once('.').and_then(|(site, _)| SiteKey::new(site).ok());
    Ok((site.ok_or(ErrorCode::Unauthenticated)?, secret))
}

/// The API token a request carries, and the site it says it is of.
pub(crate) fn api_secret(request: &Request) -> Result<(SiteKey, String)> {
    let given = header(request, "authorization").unwrap_or_default();
    let secret = given.strip_prefix("Bearer ").map(str::trim).filter(|secret| secret.len() <= 200);
    let secret = secret.ok_or(ErrorCode::Unauthenticated)?.to_owned();
    let site = secret.strip_prefix("edk_").and_then(|rest| rest.rsplit_once('.'));
    let site = site.and_then(|(site, _)| SiteKey::new(site).ok()).ok_or(ErrorCode::Unauthenticated)?;
    Ok((site, secret))
}

/// Where a request comes from, as whoever is in front says. Cloudflare has a header of its own that no client can set. Of a
/// proxy's list the last address is the one it saw itself, those before it are hearsay. Nothing where nobody is in front.
pub(crate) fn address(request: &Request) -> String {
    let name = if is_at_cloudflare(request) { "cf-connecting-ip" } else { "x-forwarded-for" };
    let forwarded = header(request, name).unwrap_or_default();
    let last = forwarded.rsplit(',').next().unwrap_or_default().trim();
    last.chars().take(ADDRESS_CHARS).collect()
}

/// Whether the platform says at which of its places the request came in, which is beyond a client's reach.
fn is_at_cloudflare(request: &Request) -> bool {
    let cf = js_sys::Reflect::get(request.inner(), &"cf".into());
    let place = cf.and_then(|cf| js_sys::Reflect::get(&cf, &"colo".into()));
    place.is_ok_and(|place| place.is_string())
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
