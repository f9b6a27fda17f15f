//! The head of the left-hand side: who is signed in, and the way between the pages.

use leptos::prelude::*;

use super::avatar;
use super::menu::Menu;
use super::places::Places;
use crate::state::model::use_model;

/// The head.
#[component]
pub fn RailHead() -> impl IntoView {
    let model = use_model();
    let me = Memo::new(move |_| model.me());
    let presence = Memo::new(move |_| model.inbox.with(|i| i.me().map(|me| me.presence)));
    view! {
        <header class="rail-head">
            {move || me.get().map(|me| view! {
                {avatar::person(&me.agent.name, presence.get())}
                <div class="rail-me">
                    <p class="rail-name"><bdi>{me.agent.name}</bdi></p>
                    <p class="rail-site"><bdi>{me.site_name}</bdi></p>
                </div>
            })}
            <Menu />
        </header>
        <Places />
    }
}
