//! The stream: welcome, messages, dots.

use leptos::prelude::*;
use shared::protocol::stage::Stage;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use super::icon::{self, icon};
use super::parts::{button, group, nothing, part, text};
use super::{bubble, welcome};
use crate::i18n::{self, Text};
use crate::state::App;

/// This many pixels above the end still count as the end.
const NEAR: i32 = 48;

pub(crate) fn stream(app: App) -> AnyView {
    // The stream is laid out from its end (`column-reverse`): the browser itself keeps the newest in sight, and keeps
    // the place of somebody who reads further up.
    let scroll = move |event: Event| {
        let view = event.target().map(|t| t.unchecked_into::<Element>());
        app.away.set(view.is_some_and(|view| view.scroll_top().abs() > NEAR));
    };
    let jump = part(move || {
        if !app.away.get() {
            return nothing();
        }
        let label = Some(text(app, Text::Latest));
        group("jump", vec![button("round", label, vec![icon(icon::DOWN)], move || app.show_latest())])
    });
    view! {
        <div class="view" on:scroll=scroll>
            <div class="stream" role="log" aria-live="polite" aria-label=text(app, Text::Log) tabindex="0">
                {welcome::welcome(app)}
                <For each=move || app.rows.get() key=|row| row.key.clone() let:row>
                    {vec![stamp(app, &row), bubble::row(app, row)]}
                </For>
                {part(move || dots(app))}
            </div>
        </div>
        {jump}
    }
    .into_any()
}

fn stamp(app: App, row: &crate::chat::Row) -> AnyView {
    if !row.stamped {
        return nothing();
    }
    view! { <p class="stamp">{i18n::clock(app.lang.peek(), row.at)}</p> }.into_any()
}

/// Three dots while the other side writes.
fn dots(app: App) -> AnyView {
    if !app.typing.get() {
        return nothing();
    }
    let who = match app.stage.peek() {
        Stage::Assigned { agent } => agent.name,
        _ => app.config().name.clone(),
    };
    let says = super::parts::fill(app, Text::Typing, "name", who);
    view! {
        <div class="m other dots">
            <span class="hear">{says}</span>
            <p class="b" aria-hidden={"true"}><i></i><i></i><i></i></p>
        </div>
    }
    .into_any()
}
