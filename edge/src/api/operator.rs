//! What an operator's scripts ask: sites, accounts, the knowledge base. Opened by the operator's token.

use shared::kb::exchange::Format;
use shared::limits;
use shared::protocol::ErrorCode;
use shared::protocol::http::{PutAgent, PutSite};
use shared::protocol::kb::ImportMode;
use worker::{Env, Request, Response};

use super::kb::files::{Import, take_in};
use super::{body, json};
use crate::error::Result;
use crate::objects::calls::{self, Confirm, PutAccount, PutSettings};
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
    done()
}

/// `PUT /v1/operator/sites/{site}/agents/{agent}`.
pub(crate) async fn put_agent(env: &Env, mut request: Request, site: &str, agent: &str) -> Result<Response> {
    auth::operator(env, &request)?;
    let (site, id) = (site_key(site)?, agent_id(agent)?);
    let agent: PutAgent = json(&mut request, limits::BODY_BYTES).await?;
    calls::call(env, site.as_str(), PutAccount { id, agent }).await?;
    sites::changed(&site);
    done()
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

fn done() -> Result<Response> {
    Ok(Response::empty()?.with_status(204))
}
