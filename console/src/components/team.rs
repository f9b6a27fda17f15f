//! The colleagues: who is there, and how much they carry.

use leptos::prelude::*;
use shared::protocol::desk::AgentState;

use super::avatar;
use crate::state::model::use_model;
use crate::texts::{Text, of_presence};

/// The list of colleagues.
#[component]
pub fn Team() -> impl IntoView {
    let model = use_model();
    let colleagues = Memo::new(move |_| model.inbox.with(|i| i.colleagues()));
    let row = move |state: AgentState| {
        let load = format!("{}/{}", state.load, state.capacity);
        view! {
            <li class="colleague">
                {avatar::person(&state.agent.name, Some(state.presence))}
                <bdi class="colleague-name">{state.agent.name.clone()}</bdi>
                <span class="colleague-state">{move || model.t(of_presence(state.presence))}</span>
                <span class="colleague-load" title=move || model.t(Text::LoadTitle)>{load}</span>
            </li>
        }
    };
    let alone = Memo::new(move |_| colleagues.with(Vec::is_empty));
    view! {
        <details class="team" open class:alone=move || alone.get()>
            <summary>
                {move || model.t(Text::Team)} " "
                <span class="count">{move || colleagues.with(Vec::len)}</span>
            </summary>
            <ul>{move || colleagues.get().into_iter().map(row).collect_view()}</ul>
        </details>
    }
}
