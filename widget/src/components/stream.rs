//! The stream: welcome, messages, dots.

use shared::protocol::stage::Stage;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use super::icon::{self, icon};
use super::parts::{button, fill, say, text};
use super::{bubble, welcome};
use crate::i18n::Text;
use crate::state::App;
use crate::view::{View, el, keyed, nothing, part, words};

/// This many pixels above the end still count as the end.
const NEAR: i32 = 48;

pub(crate) fn stream(app: App) -> View {
    let rows = keyed("rows", move || app.rows.get(), |row| &row.key, move |row| bubble::row(app, row));
    let log = el("div", "stream", vec![welcome::welcome(app), rows, part(move || dots(app))])
        .with("role", "log")
        .with("aria-live", "polite")
        .with("tabindex", "0")
        .live("aria-label", text(app, Text::Log));
    // The stream is laid out from its end (`column-reverse`): the browser itself keeps the newest in sight, and keeps
    // the place of somebody who reads further up.
    let class = say(move || if app.fresh.get() { "view fresh" } else { "view" }.to_owned());
    let view = el("div", "", vec![log]).live("class", class).on("scroll", move |event: Event| {
        let view = event.target().map(|t| t.unchecked_into::<Element>());
        app.away.set(view.is_some_and(|view| view.scroll_top().abs() > NEAR));
    });
    let jump = part(move || {
        if !app.away.get() || app.fresh.get() {
            return nothing();
        }
        let label = Some(text(app, Text::Latest));
        el("div", "jump", vec![button("round", label, vec![icon(icon::DOWN)], move || app.show_latest())])
    });
    el("div", "middle", vec![view, jump])
}

/// Three dots while the other side writes.
fn dots(app: App) -> View {
    if !app.typing.get() {
        return nothing();
    }
    let who = match app.stage.peek() {
        Stage::Assigned { agent } => agent.name,
        _ => app.config().name.clone(),
    };
    let dots = (0..3).map(|_| el("i", "", vec![])).collect();
    el(
        "div",
        "m other dots",
        vec![
            el("span", "hear", vec![words(fill(app, Text::Typing, "name", who))]),
            el("p", "b", dots).with("aria-hidden", "true"),
        ],
    )
}
