//! What an operator's scripts ask: sites, accounts, the knowledge base. Opened by the operator's token.

use shared::faq::entries_from_lines;
use shared::limits;
use shared::protocol::ErrorCode;
use shared::protocol::http::{KbLine, PutAgent, PutSite};
use worker::{Env, Request, Response};

use super::{body, json};
use crate::auth;
use crate::error::Result;
use crate::objects::calls::{self, PutAccount, PutEntries, PutSettings};
use crate::router::{agent_id, site_key};

/// `PUT /v1/operator/sites/{site}`.
pub(crate) async fn put_site(env: &Env, mut request: Request, site: &str) -> Result<Response> {
    auth::operator(env, &request)?;
    let site = site_key(site)?;
    let PutSite { settings } = json(&mut request, limits::BODY_BYTES * 8).await?;
    let name = site.to_string();
    calls::call(env, &name, PutSettings { site, settings }).await?;
    done()
}

/// `PUT /v1/operator/sites/{site}/agents/{agent}`.
pub(crate) async fn put_agent(env: &Env, mut request: Request, site: &str, agent: &str) -> Result<Response> {
    auth::operator(env, &request)?;
    let (site, id) = (site_key(site)?, agent_id(agent)?);
    let agent: PutAgent = json(&mut request, limits::BODY_BYTES).await?;
    calls::call(env, site.as_str(), PutAccount { id, agent }).await?;
    done()
}

/// `PUT /v1/operator/sites/{site}/kb`: JSON Lines, the whole knowledge base. A bad line changes nothing.
pub(crate) async fn put_entries(env: &Env, mut request: Request, site: &str) -> Result<Response> {
    auth::operator(env, &request)?;
    let site = site_key(site)?;
    let text = body(&mut request, limits::IMPORT_BYTES).await?;
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<KbLine>(line) {
            Ok(line) if sound(&line) => lines.push(line),
            _ => {
                let body = serde_json::json!({ "error": ErrorCode::BadValue, "line": number });
                return Ok(Response::from_json(&body)?.with_status(ErrorCode::BadValue.status()));
            }
        }
    }
    if lines.is_empty() {
        return Err(ErrorCode::BadValue.into());
    }
    calls::call(env, site.as_str(), PutEntries { entries: entries_from_lines(lines) }).await?;
    done()
}

fn sound(line: &KbLine) -> bool {
    let fits = |text: &String| text.chars().count() <= limits::TEXT_CHARS;
    !line.questions.is_empty() && fits(&line.answer) && line.questions.iter().all(fits)
}

fn done() -> Result<Response> {
    Ok(Response::empty()?.with_status(204))
}
