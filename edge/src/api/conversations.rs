//! The conversation socket, for visitors (with a token) and agents (with a session).

use shared::conversation::Principal;
use shared::ids::ConversationId;
use shared::limits;
use shared::protocol::{ErrorCode, SUBPROTOCOL, close};
use shared::security::Claims;
use shared::security::identity::Identity;
use shared::site::Role;
use worker::{Env, Request, Response, ResponseBuilder, WebSocketPair};

use super::require_upgrade;
use crate::error::{Error, Result};
use crate::objects::calls::{self, Caller, Identified};
use crate::router::conversation_id;
use crate::{auth, clock, log, sites};

/// `GET /v1/conversations/{id}/socket`.
///
/// Browsers do not tell a page why an upgrade was refused. A token or session that will never do, or a conversation
/// that is not there, is therefore told by opening the socket and closing it with the code (SPEC.md R-08).
pub(crate) async fn socket(env: &Env, request: &Request, id: &str) -> Result<Response> {
    require_upgrade(request)?;
    match open(env, request, id).await {
        Err(Error::Refused { code: ErrorCode::Unauthenticated, .. }) => closed(close::UNAUTHENTICATED),
        Err(Error::Refused { code: ErrorCode::NotFound, .. }) => closed(close::NOT_FOUND),
        other => other,
    }
}

fn closed(code: u16) -> Result<Response> {
    let pair = WebSocketPair::new()?;
    pair.server.accept()?;
    pair.server.close(Some(code), Some(""))?;
    let response =
        ResponseBuilder::new().with_status(101).with_header("sec-websocket-protocol", SUBPROTOCOL)?;
    Ok(response.with_websocket(pair.client).empty())
}

async fn open(env: &Env, request: &Request, id: &str) -> Result<Response> {
    let id = conversation_id(id)?;
    let offered = auth::subprotocols(request);
    if offered.first().map(String::as_str) != Some(SUBPROTOCOL) {
        return Err(ErrorCode::BadFrame.into());
    }
    let caller = match offered.get(1) {
        Some(token) => visitor(env, request, (token, offered.get(2)), &id).await?,
        None => agent(env, request, &id).await?,
    };
    calls::upgrade(env, "CONVERSATION", id.as_str(), &caller).await
}

async fn visitor(
    env: &Env,
    request: &Request,
    (token, identity): (&str, Option<&String>),
    id: &ConversationId,
) -> Result<Caller> {
    let site = match sites::get(env, &auth::site_of_token(token)?).await {
        Err(Error::Refused { code: ErrorCode::UnknownSite, .. }) => {
            return Err(ErrorCode::Unauthenticated.into());
        }
        // A passing failure is none of the token's: told that it will not do, the client would forget the conversation.
        other => other?,
    };
    auth::allowed_origin(request, &site.settings)?;
    let now = clock::now();
    let claims = Claims::verify(token, &site.token_key, now).map_err(|_| ErrorCode::Unauthenticated)?;
    if claims.site != site.key || claims.conversation != *id {
        return Err(ErrorCode::Unauthenticated.into());
    }
    let aged = now.since(claims.issued) > limits::VISITOR_TOKEN_RENEW;
    let renewed = aged.then(|| Claims { issued: now, ..claims.clone() }.sign(&site.token_key));
    let identity = identity.map(|token| match Identity::believed(token, &site.identity, &site.key, now) {
        Ok(identity) => Identified::As(identity),
        Err(bad) => {
            log::note("identity", site.key.as_str(), &bad.to_string());
            Identified::Not(bad.code())
        }
    });
    Ok(Caller::Conversation {
        site: claims.site,
        who: Principal::Visitor { visitor: claims.visitor },
        renewed,
        identity,
        pass: None,
    })
}

async fn agent(env: &Env, request: &Request, id: &ConversationId) -> Result<Caller> {
    auth::same_origin(request)?;
    let (signed_in, pass) = auth::admitted(env, request, Some(id.clone())).await?;
    let supervisor = signed_in.me.role >= Role::Supervisor;
    let who = Principal::Agent { agent: signed_in.me.agent, supervisor };
    Ok(Caller::Conversation { site: signed_in.me.site, who, renewed: None, identity: None, pass: Some(pass) })
}
