//! The stream: welcome, messages, dots.

use leptos::html;
use leptos::prelude::*;
use shared::protocol::stage::Stage;

use super::icon::{self, icon};
use super::text::text;
use super::{bubble, welcome};
use crate::i18n::{self, Text};
use crate::state::App;

/// This many pixels above the end still count as the end.
const NEAR: i32 = 48;

pub(crate) fn stream(app: App) -> impl IntoView {
    let away = RwSignal::new(false);
    let view = NodeRef::<html::Div>::new();
    // The stream is laid out from its end (`column-reverse`): the browser itself keeps the newest in sight, and keeps
    // the place of somebody who reads further up.
    let to_end = move || {
        if let Some(view) = view.get_untracked() {
            view.set_scroll_top(0);
        }
    };
    let own = Memo::new(move |_| app.chat.with(|chat| chat.latest.as_ref().map(|(id, _)| id.clone())));
    Effect::new(move |_| {
        own.track();
        to_end();
    });
    view! {
        <div class="view" node_ref=view on:scroll=move |_| {
            if let Some(view) = view.get_untracked() {
                let far = view.scroll_top().abs() > NEAR;
                if away.get_untracked() != far {
                    away.set(far);
                }
            }
        }>
            <div class="stream" role="log" aria-live="polite" aria-label=text(app, Text::Log) tabindex="0">
                {welcome::welcome(app)}
                <For each=move || app.chat.with(|chat| chat.rows.clone()) key=|row| row.key.clone() let:row>
                    {row.stamped.then(|| view! { <p class="stamp">{i18n::clock(app.lang.get_untracked(), row.at)}</p> })}
                    {bubble::row(app, row)}
                </For>
                {move || dots(app)}
            </div>
        </div>
        {move || away.get().then(|| view! {
            <div class={"jump"}>
                <button class="round" type="button" aria-label=text(app, Text::Latest) on:click=move |_| to_end()>
                    {icon(icon::DOWN)}
                </button>
            </div>
        })}
    }
}

/// Three dots while the other side writes.
fn dots(app: App) -> Option<impl IntoView> {
    let who = Memo::new(move |_| {
        app.chat.with(|chat| match &chat.stage {
            Stage::Assigned { agent } if chat.typing => Some(agent.name.clone()),
            _ => chat.is_bot_busy().then(|| app.config().name.clone()),
        })
    });
    let who = who.get()?;
    Some(view! {
        <div class="m other dots">
            <span class="hear">{move || Text::Typing.fill(app.lang.get(), &[("name", &who)])}</span>
            <p class="b" aria-hidden={"true"}><i></i><i></i><i></i></p>
        </div>
    })
}
