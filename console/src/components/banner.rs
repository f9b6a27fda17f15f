//! Says so when the line to the desk is down.

use leptos::prelude::*;
use shared::time::SECOND;

use super::icon::{Icon, icon};
use crate::actions;
use crate::net::uplink::Status;
use crate::state::model::use_model;
use crate::texts::Text;

/// The banner; nothing while the line is good.
#[component]
pub fn Banner() -> impl IntoView {
    let model = use_model();
    let status = Memo::new(move |_| model.uplink.with(|line| line.status()));
    let was_down = RwSignal::new(false);
    Effect::new(move || match status.get() {
        Status::Waiting { .. } => was_down.set(true),
        Status::Live => was_down.set(false),
        Status::Idle | Status::Connecting => {}
    });
    let words = move || match status.get() {
        Status::Waiting { until } => {
            let seconds = until.since(model.now.get()).div_ceil(SECOND);
            model.fill(Text::LineDown, &[("n", &seconds.to_string())])
        }
        _ => model.t(Text::LineComing).to_owned(),
    };
    view! {
        <Show when=move || was_down.get()>
            <div class="banner" role="status">
                {icon(Icon::Alert)} <span>{words}</span>
                <button class="link-button" type="button" on:click=move |_| actions::wake(model)>
                    {move || model.t(Text::TryNow)}
                </button>
            </div>
        </Show>
    }
}
