//! The inbound API: an agent over HTTP. The core knows the paths and what may be asked; here a request becomes a call.

use std::cell::RefCell;

use shared::limits;
use shared::outside::{PresenceState, PutPresence, Route, Transfer, Write, Written, route};
use shared::pace::Paces;
use shared::protocol::{ClientFrame, ErrorCode};
use shared::site::Role;
use worker::{Env, Request, Response};

use super::{json, private, query};
use crate::error::{Error, Result};
use crate::objects::calls::{
    self, AskConversation, AskDesk, AskedOfConversation, AskedOfDesk, GetTokenUser, SignedIn, Told,
};
use crate::router::conversation_id;
use crate::{auth, clock};

/// What the API and the webhooks look like, for programs (OpenAPI 3.1).
const DESCRIPTION: &str = include_str!("../../../docs/openapi.json");

thread_local! {
    /// Of tokens that were good.
    static TOKENS: RefCell<Paces> = const { RefCell::new(Paces::new(limits::API_PACE, limits::PACES)) };
    /// Of addresses, with tokens that were not, or are not known here yet.
    static ADDRESSES: RefCell<Paces> = const { RefCell::new(Paces::new(limits::TOKEN_PACE, limits::PACES)) };
}

/// `GET /v1/openapi.json`.
pub(crate) fn description() -> Result<Response> {
    let mut response = Response::ok(DESCRIPTION)?;
    let headers = response.headers_mut();
    headers.set("content-type", "application/json")?;
    headers.set("access-control-allow-origin", "*")?;
    headers.set("cache-control", "max-age=300")?;
    Ok(response)
}

/// What follows `/v1/outside`. The route's pattern, for logs, and the outcome; nothing for an unknown path.
pub(crate) async fn serve(
    env: &Env,
    request: Request,
    path: &[&str],
) -> Option<(&'static str, Result<Response>)> {
    let method = request.method();
    let (pattern, route) = route(method.as_ref(), path)?;
    Some((pattern, perform(env, request, route).await))
}

async fn perform(env: &Env, mut request: Request, route: Route<'_>) -> Result<Response> {
    let user = user(env, &request).await?;
    match route {
        Route::GetPresence => private(&desk(env, user, AskedOfDesk::Look).await?.0),
        Route::PutPresence => {
            let put: PutPresence = json(&mut request, limits::BODY_BYTES).await?;
            let ask = AskedOfDesk::Presence(put.presence, put.lasts()?);
            private::<PresenceState>(&desk(env, user, ask).await?.0)
        }
        Route::Conversations => private(&desk(env, user, AskedOfDesk::Look).await?.1),
        Route::Messages(id) => {
            let after = query(&request, "after").map_or(Ok(0), |after| after.parse::<u64>());
            let after = after.ok().filter(|after| *after < 1 << 53).ok_or(ErrorCode::BadValue)?;
            match conversation(env, user, id, AskedOfConversation::Messages(after)).await? {
                Told::Messages(messages) => private(&messages),
                Told::Written { .. } | Told::Done => Err(ErrorCode::Internal.into()),
            }
        }
        Route::Write(id) => {
            let Write { client_id, text, note } = json(&mut request, limits::BODY_BYTES).await?;
            let id_kept = client_id.clone();
            let frame = if note {
                ClientFrame::Note { client_id, text }
            } else {
                ClientFrame::Send { client_id, text }
            };
            match conversation(env, user, id, AskedOfConversation::Do(frame)).await? {
                Told::Written { seq, at } => private(&Written { client_id: id_kept, seq, at }),
                Told::Messages(_) | Told::Done => Err(ErrorCode::Internal.into()),
            }
        }
        Route::End(id) => {
            conversation(env, user, id, AskedOfConversation::Do(ClientFrame::End)).await?;
            Ok(Response::empty()?.with_status(204))
        }
        Route::Transfer(id) => {
            let transfer: Transfer = json(&mut request, limits::BODY_BYTES).await?;
            let request = transfer.request(conversation_id(id)?)?;
            desk(env, user, AskedOfDesk::Do(request)).await?;
            Ok(Response::empty()?.with_status(204))
        }
    }
}

async fn desk(env: &Env, user: SignedIn, ask: AskedOfDesk) -> Result<(PresenceState, shared::outside::Mine)> {
    let (site, profile) = (user.me.site, user.profile);
    let name = site.to_string();
    calls::call(env, &name, AskDesk { site, profile, ask }).await
}

async fn conversation(env: &Env, user: SignedIn, id: &str, ask: AskedOfConversation) -> Result<Told> {
    let id = conversation_id(id)?;
    let supervisor = user.me.role >= Role::Supervisor;
    let call = AskConversation { site: user.me.site, agent: user.me.agent, supervisor, ask };
    calls::call(env, id.as_str(), call).await
}

/// Whose token a request carries. One that is not known here to be good counts against its address before anybody is
/// asked about it; a good one against its own pace.
async fn user(env: &Env, request: &Request) -> Result<SignedIn> {
    let (site, secret) = auth::api_secret(request)?;
    let now = clock::now();
    let known = TOKENS.with_borrow(|tokens| tokens.knows(&secret));
    let address = auth::address(request);
    if known {
        TOKENS.with_borrow_mut(|tokens| tokens.take(&secret, now)).map_err(Error::too_fast)?;
    } else {
        ADDRESSES.with_borrow_mut(|addresses| addresses.take(&address, now)).map_err(Error::too_fast)?;
    }
    let user = calls::call(env, site.as_str(), GetTokenUser { secret: secret.clone() }).await?;
    if !known {
        ADDRESSES.with_borrow_mut(|addresses| addresses.give_back(&address));
        TOKENS.with_borrow_mut(|tokens| tokens.take(&secret, now)).map_err(Error::too_fast)?;
    }
    Ok(user)
}
