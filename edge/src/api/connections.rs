//! The console's page "Connections", for supervisors: webhooks, dead letters, API tokens.

use shared::ids::{EndpointId, SiteKey, TokenId};
use shared::limits;
use shared::protocol::ErrorCode;
use shared::protocol::connections::{
    Connections, CreateToken, CreatedSecret, EndpointAction, LetterAction, SaveEndpoint,
};
use shared::site::Role;
use worker::{Env, Method, Request, Response};

use super::operator::tell_desk;
use super::{json, private, query};
use crate::error::Result;
use crate::objects::calls::{
    self, ActOnEndpoint, ActOnLetters, GetEndpoints, GetTokens, PutEndpoint, PutIdentitySecret, PutToken,
    RevokeToken, SetFollowed, SignedIn,
};
use crate::{auth, log, sites};

/// What follows `/v1/console/connections`. The route's pattern, for logs, and the outcome; nothing for an unknown path.
pub(crate) async fn serve(
    env: &Env,
    request: Request,
    path: &[&str],
) -> Option<(&'static str, Result<Response>)> {
    macro_rules! route {
        ($pattern:literal, $handler:expr) => {
            Some((concat!("/v1/console/connections", $pattern), $handler.await))
        };
    }
    match (request.method(), path) {
        (Method::Get, []) => route!("", list(env, &request)),
        (Method::Post, ["endpoints"]) => route!("/endpoints", put(env, request, None)),
        (Method::Put, ["endpoints", id]) => route!("/endpoints/{endpoint}", put(env, request, Some(id))),
        (Method::Post, ["endpoints", id]) => route!("/endpoints/{endpoint}", act(env, request, id)),
        (Method::Post, ["letters"]) => route!("/letters", act_on_letters(env, request, None)),
        (Method::Post, ["letters", id]) => {
            route!("/letters/{letter}", act_on_letters(env, request, Some(id)))
        }
        (Method::Post, ["tokens"]) => route!("/tokens", create_token(env, request)),
        (Method::Delete, ["tokens", id]) => route!("/tokens/{token}", revoke_token(env, &request, id)),
        (Method::Post, ["identity"]) => route!("/identity", identity_secret(env, &request, true)),
        (Method::Delete, ["identity"]) => route!("/identity", identity_secret(env, &request, false)),
        _ => None,
    }
}

/// Whether a path exists for some other method.
pub(crate) fn knows(path: &[&str]) -> bool {
    matches!(
        path,
        [] | ["endpoints" | "letters" | "tokens" | "identity"] | ["endpoints" | "letters" | "tokens", _]
    )
}

async fn supervisor(env: &Env, request: &Request) -> Result<SignedIn> {
    let signed_in = auth::signed_in(env, request).await?;
    if signed_in.me.role < Role::Supervisor {
        return Err(ErrorCode::Forbidden.into());
    }
    Ok(signed_in)
}

/// A supervisor who changes something, from the console's own page.
async fn writer(env: &Env, request: &Request) -> Result<SignedIn> {
    auth::same_origin(request)?;
    supervisor(env, request).await
}

async fn list(env: &Env, request: &Request) -> Result<Response> {
    let site = supervisor(env, request).await?.me.site;
    let (endpoints, letters) = calls::call(env, site.as_str(), GetEndpoints {}).await?;
    let (tokens, agents, identity) = calls::call(env, site.as_str(), GetTokens {}).await?;
    private(&Connections { endpoints, letters, tokens, agents, identity })
}

async fn put(env: &Env, mut request: Request, id: Option<&str>) -> Result<Response> {
    let me = writer(env, &request).await?.me;
    let id = id.map(EndpointId::new).transpose()?;
    let save: SaveEndpoint = json(&mut request, limits::BODY_BYTES).await?;
    let put = calls::call(env, me.site.as_str(), PutEndpoint { id, save, by: me.agent.clone() }).await?;
    followed(env, &me.site, put.followed).await?;
    private(&put.saved)
}

async fn act(env: &Env, mut request: Request, id: &str) -> Result<Response> {
    let site = writer(env, &request).await?.me.site;
    let id = EndpointId::new(id)?;
    let action: EndpointAction = json(&mut request, limits::BODY_BYTES).await?;
    let call = ActOnEndpoint { site: site.clone(), id, action };
    let acted = calls::call(env, site.as_str(), call).await?;
    followed(env, &site, acted.followed).await?;
    match (acted.test, acted.secret) {
        (Some(result), _) => private(&result),
        (None, Some(secret)) => Ok(private(&CreatedSecret { secret })?.with_status(201)),
        (None, None) => done(),
    }
}

/// Conversations ask the site whether anybody follows.
async fn followed(env: &Env, site: &shared::ids::SiteKey, followed: bool) -> Result<()> {
    calls::call(env, site.as_str(), SetFollowed { followed }).await?;
    sites::changed(site);
    Ok(())
}

async fn act_on_letters(env: &Env, mut request: Request, id: Option<&str>) -> Result<Response> {
    let site = writer(env, &request).await?.me.site;
    let id = id.map(|id| id.parse().ok().filter(|n| *n < 1 << 53).ok_or(ErrorCode::NotFound)).transpose()?;
    let action: LetterAction = json(&mut request, limits::BODY_BYTES).await?;
    calls::call(env, site.as_str(), ActOnLetters { id, action }).await?;
    done()
}

async fn create_token(env: &Env, mut request: Request) -> Result<Response> {
    let site = writer(env, &request).await?.me.site;
    let create: CreateToken = json(&mut request, limits::BODY_BYTES).await?;
    Ok(private(&calls::call(env, site.as_str(), PutToken { create }).await?)?.with_status(201))
}

async fn revoke_token(env: &Env, request: &Request, id: &str) -> Result<Response> {
    let site = writer(env, request).await?.me.site;
    calls::call(env, site.as_str(), RevokeToken { id: TokenId::new(id)? }).await?;
    done()
}

fn done() -> Result<Response> {
    Ok(Response::empty()?.with_status(204))
}

async fn identity_secret(env: &Env, request: &Request, on: bool) -> Result<Response> {
    let site = writer(env, request).await?.me.site;
    put_identity_secret(env, request, &site, on).await
}

/// Makes a new secret for signed identities, told this once; or takes it away. The former one is good for a while, unless
/// the request says `at_once=true`.
pub(crate) async fn put_identity_secret(
    env: &Env,
    request: &Request,
    site: &SiteKey,
    on: bool,
) -> Result<Response> {
    let at_once = query(request, "at_once").is_some_and(|at_once| at_once == "true");
    let secret = calls::call(env, site.as_str(), PutIdentitySecret { on, at_once }).await?;
    sites::changed(site);
    // The secret is told in any case, as it is told only once; a desk that was not reached hears of it with the next
    // console that opens.
    if let Err(error) = tell_desk(env, site).await {
        log::failure_in("identity", site.as_str(), &error.to_string());
    }
    match secret {
        Some(secret) => Ok(private(&CreatedSecret { secret })?.with_status(201)),
        None => done(),
    }
}
