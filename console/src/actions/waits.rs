//! What supervisors ask about waits.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::desk::insights::KEPT;
use shared::time::DAY;

use super::kb::failed;
use crate::net::api;
use crate::state::model::Model;

/// Loads all that is kept: whatever is chosen on the page is computed from it.
pub fn load(model: Model) {
    spawn_local(async move {
        match api::insights(KEPT / DAY).await {
            Ok(insights) => model.waits.insights.set(Some(insights)),
            Err(failure) => failed(model, failure),
        }
    });
}
