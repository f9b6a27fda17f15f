//! What an operator's scripts ask: sites, accounts, the knowledge base. Opened by the operator's token.

use shared::ids::{SiteKey, TokenId};
use shared::kb::exchange::Format;
use shared::limits;
use shared::protocol::ErrorCode;
use shared::protocol::connections::CreateToken;
use shared::protocol::http::{PutAgent, PutSite};
use shared::protocol::kb::ImportMode;
use worker::{Env, Request, Response};

use super::kb::files::{Import, take_in};
use super::{body, json, private};
use crate::error::Result;
use crate::objects::calls::{
    self, Confirm, PutAccount, PutSettings, PutToken, RemoveAccount, RevokeToken, SetAccount, SetRouting,
};
use crate::router::{agent_id, site_key};
use crate::{auth, sites};

/// `PUT /v1/operator/sites/{site}`.
pub(crate) async fn put_site(env: &Env, mut request: Request, site: &str) -> Result<Response> {
    auth::operator(env, &request)?;
    let site = site_key(site)?;
    let PutSite { settings } = json(&mut request, limits::BODY_BYTES * 8).await?;
    let name = site.to_string();
    calls::call(env, &name, PutSettings { site: site.clone(), settings }).await?;
    sites::changed(&site);
    tell_desk(env, &site).await?;
    done()
}

/// `PUT /v1/operator/sites/{site}/agents/{agent}`.
pub(crate) async fn put_agent(env: &Env, mut request: Request, site: &str, agent: &str) -> Result<Response> {
    auth::operator(env, &request)?;
    let (site, id) = (site_key(site)?, agent_id(agent)?);
    let agent: PutAgent = json(&mut request, limits::BODY_BYTES).await?;
    let profile = calls::call(env, site.as_str(), PutAccount { id: id.clone(), agent }).await?;
    let name = site.to_string();
    sites::changed(&site);
    calls::call(env, &name, SetAccount { site, agent: id, profile: Some(profile) }).await?;
    done()
}

/// `DELETE /v1/operator/sites/{site}/agents/{agent}`: signed out everywhere; what they had goes back to the queue.
pub(crate) async fn remove_agent(env: &Env, request: &Request, site: &str, agent: &str) -> Result<Response> {
    auth::operator(env, request)?;
    let (site, agent) = (site_key(site)?, agent_id(agent)?);
    let name = site.to_string();
    // Asked again after a failure in between, the desk is told all the same.
    let removed = calls::call(env, &name, RemoveAccount { id: agent.clone() }).await;
    calls::call(env, &name, SetAccount { site, agent, profile: None }).await?;
    removed?;
    done()
}

/// The desk goes by the routing, and believes the signatures, as they are now.
pub(crate) async fn tell_desk(env: &Env, site: &SiteKey) -> Result<()> {
    let known = sites::get(env, site).await?;
    let (version, routing) = (known.version(), known.settings.routing.clone());
    let believed = known.identity.believed();
    calls::call(env, site.as_str(), SetRouting { site: site.clone(), version, routing, believed }).await
}

/// `PUT /v1/operator/sites/{site}/kb`: JSON Lines, the whole knowledge base, published at once. A bad line changes
/// nothing.
pub(crate) async fn put_entries(env: &Env, mut request: Request, site: &str) -> Result<Response> {
    auth::operator(env, &request)?;
    let site = sites::get(env, &site_key(site)?).await?;
    let text = body(&mut request, limits::IMPORT_BYTES).await?;
    let import = Import {
        format: Format::JsonLines,
        mode: ImportMode::Replace,
        lang: site.settings.first_language(),
        confirm: Confirm::Anyway,
        publish: true,
        by: None,
    };
    let outcome = take_in(env, &site, import, &text).await?;
    if !outcome.imported {
        let problems = outcome.problems.named;
        let line = problems.first().and_then(|problem| problem.line);
        let body = serde_json::json!({ "error": ErrorCode::BadValue, "line": line, "problems": problems });
        return Ok(Response::from_json(&body)?.with_status(ErrorCode::BadValue.status()));
    }
    done()
}

/// `PUT /v1/operator/sites/{site}/roster`: the whole roster, whatever stands there.
pub(crate) async fn put_roster(env: &Env, request: Request, site: &str) -> Result<Response> {
    auth::operator(env, &request)?;
    super::roster::put_by_operator(env, request, &site_key(site)?).await
}

/// `POST /v1/operator/sites/{site}/tokens`: an API token of one of the site's accounts.
pub(crate) async fn put_token(env: &Env, mut request: Request, site: &str) -> Result<Response> {
    auth::operator(env, &request)?;
    let site = site_key(site)?;
    let create: CreateToken = json(&mut request, limits::BODY_BYTES).await?;
    Ok(private(&calls::call(env, site.as_str(), PutToken { create }).await?)?.with_status(201))
}

/// `DELETE /v1/operator/sites/{site}/tokens/{token}`.
pub(crate) async fn revoke_token(env: &Env, request: Request, site: &str, token: &str) -> Result<Response> {
    auth::operator(env, &request)?;
    let (site, id) = (site_key(site)?, TokenId::new(token)?);
    calls::call(env, site.as_str(), RevokeToken { id }).await?;
    done()
}

/// `POST /v1/operator/sites/{site}/identity?at_once=`: a new secret for signed identities; `DELETE`: none any more.
pub(crate) async fn identity_secret(env: &Env, request: Request, site: &str, on: bool) -> Result<Response> {
    auth::operator(env, &request)?;
    super::connections::put_identity_secret(env, &request, &site_key(site)?, on).await
}

fn done() -> Result<Response> {
    Ok(Response::empty()?.with_status(204))
}
