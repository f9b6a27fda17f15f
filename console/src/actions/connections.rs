//! What supervisors do with webhooks, dead letters and API tokens.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::hooks::Outcome;
use shared::ids::{AgentId, EndpointId, TokenId};
use shared::protocol::connections::{CreateToken, EndpointAction, LetterAction, SaveEndpoint, SavedEndpoint};

use super::kb::failed;
use super::notice;
use crate::net::api::{Failure, connections as api};
use crate::state::connections::{Secret, SecretOf};
use crate::state::model::Model;
use crate::texts::Text;

/// Loads everything; whoever may not see it is told so.
pub fn load(model: Model) {
    spawn_local(async move {
        match api::list().await {
            Ok(seen) => model.links.seen.set(Some(seen)),
            Err(failure) => failed(model, failure),
        }
    });
}

/// Does something at the server, one thing at a time, and shows what came of it.
fn change<T: 'static>(
    model: Model,
    doing: impl Future<Output = Result<T, Failure>> + 'static,
    done: impl FnOnce(T) + 'static,
) {
    if model.links.busy.get_untracked() {
        return;
    }
    model.links.busy.set(true);
    spawn_local(async move {
        let outcome = doing.await;
        model.links.busy.set(false);
        match outcome {
            Ok(value) => done(value),
            Err(failure) => failed(model, failure),
        }
        load(model);
    });
}

/// Saves the webhook being written.
pub fn save(model: Model) {
    let Some(form) = model.links.form.get_untracked() else { return };
    let (id, url, kinds) = (form.id.get_value(), form.url.get_untracked(), form.kinds.get_untracked());
    model.links.refused.set(None);
    let doing = async move { api::save(id.as_ref(), &SaveEndpoint { url, kinds }).await };
    change(model, doing, move |saved| match saved {
        SavedEndpoint::Refused { why } => model.links.refused.set(Some(why)),
        SavedEndpoint::Saved { secret, .. } => {
            model.links.form.set(None);
            let secret = secret.map(|text| Secret { text, of: SecretOf::Hook });
            if secret.is_some() {
                model.links.secret.set(secret);
            } else {
                notice(model, Text::ConnSaved, false);
            }
        }
    });
}

/// Does something with an endpoint.
pub fn act(model: Model, id: EndpointId, action: EndpointAction) {
    change(model, async move { api::act(&id, action).await }, move |test| {
        let Some(test) = test else { return };
        let taken = matches!(test.outcome, Outcome::Status { status: 200..=299, .. });
        notice(model, if taken { Text::ConnTestTaken } else { Text::ConnTestFailed }, !taken);
    });
}

/// Makes a webhook another secret.
pub fn new_secret(model: Model, id: EndpointId) {
    change(model, async move { api::new_secret(&id).await }, move |made| {
        model.links.secret.set(Some(Secret { text: made.secret, of: SecretOf::Hook }));
    });
}

/// Does something with one dead letter, or with all.
pub fn act_on_letters(model: Model, id: Option<u64>, action: LetterAction) {
    change(model, async move { api::act_on_letters(id, action).await }, |()| ());
}

/// Makes an API token.
pub fn create_token(model: Model, agent: AgentId, label: String) {
    let doing = async move { api::create_token(&CreateToken { agent, label }).await };
    change(model, doing, move |made| {
        model.links.secret.set(Some(Secret { text: made.secret, of: SecretOf::Token }));
    });
}

/// Revokes an API token.
pub fn revoke_token(model: Model, id: TokenId) {
    change(model, async move { api::revoke_token(&id).await }, move |()| {
        notice(model, Text::ConnRevoked, false);
    });
}

/// Makes a secret for signed identities, in place of the former one.
pub fn make_identity_secret(model: Model) {
    change(model, async move { api::make_identity_secret().await }, move |made| {
        model.links.secret.set(Some(Secret { text: made.secret, of: SecretOf::Identity }));
    });
}

/// Takes that secret away.
pub fn remove_identity_secret(model: Model) {
    change(model, async move { api::remove_identity_secret().await }, |()| ());
}
