//! Unanswered questions.

use shared::limits;
use shared::protocol::ErrorCode;
use shared::protocol::kb::{EntryAction, QuestionAction};
use worker::{Env, Request, Response};

use super::{changed, writer};
use crate::api::{json, private};
use crate::auth;
use crate::error::Result;
use crate::objects::calls::{self, ActOnEntry, ActOnQuestion, Changed, GetQuestions};

/// `GET /v1/console/questions`.
pub(super) async fn list(env: &Env, request: &Request) -> Result<Response> {
    let me = auth::signed_in(env, request).await?.me;
    private(&calls::call(env, me.site.as_str(), GetQuestions {}).await?)
}

/// `POST /v1/console/questions/{id}`. A wording goes to the entry first: if the second step fails, doing both again adds
/// nothing twice.
pub(super) async fn act(env: &Env, mut request: Request, id: &str) -> Result<Response> {
    let me = writer(env, &request).await?;
    let site = me.me.site.as_str();
    let id = id.parse().ok().filter(|n| *n < 1 << 53).ok_or(ErrorCode::NotFound)?;
    let action: QuestionAction = json(&mut request, limits::BODY_BYTES).await?;
    if let QuestionAction::Add { entry, wording, publish } = &action {
        let known = calls::call(env, site, GetQuestions {}).await?.clusters.into_iter().find(|c| c.id == id);
        let lang = known.map(|cluster| cluster.lang).ok_or(ErrorCode::NotFound)?;
        let add = EntryAction::AddPhrasing { lang, phrasing: wording.clone(), publish: *publish };
        let call = ActOnEntry { id: entry.clone(), action: add, by: me.me.agent.clone() };
        let outcome = calls::call(env, site, call).await?;
        if matches!(outcome, Changed::Unsound(_)) {
            return changed(&me, outcome);
        }
        crate::sites::changed(&me.me.site);
    }
    calls::call(env, site, ActOnQuestion { id, action }).await?;
    Ok(Response::empty()?.with_status(204))
}
