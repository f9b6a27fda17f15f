//! The head of the panel: who one talks to, and how they stand.

use shared::protocol::stage::Stage;

use super::icon::{self, icon};
use super::parts::{button, say, text};
use crate::i18n::{self, Text};
use crate::state::{App, Layer};
use crate::view::{View, el, words};

pub(crate) fn header(app: App) -> View {
    let initial = say(move || name(app).chars().take(1).collect());
    let status = el("p", "", vec![words(say(move || status(app)))])
        .live("class", say(move || if is_here(app) { "status here" } else { "status" }.to_owned()));
    let who = vec![el("h2", "", vec![words(say(move || name(app)))]), status];
    let languages = move || {
        app.show_layer(if app.layer.peek() == Layer::Languages { Layer::None } else { Layer::Languages });
    };
    el(
        "header",
        "head",
        vec![
            el("span", "face", vec![words(initial)]).with("aria-hidden", "true"),
            el("div", "who", who),
            button("round", Some(text(app, Text::Language)), vec![icon(icon::GLOBE)], languages)
                .with("aria-haspopup", "menu"),
            button("round", Some(text(app, Text::Close)), vec![icon(icon::CLOSE)], move || app.api().close()),
        ],
    )
}

fn name(app: App) -> String {
    match app.stage.get() {
        Stage::Assigned { agent } => agent.name,
        _ => app.config().name.clone(),
    }
}

fn is_here(app: App) -> bool {
    match app.stage.get() {
        Stage::Assigned { .. } => true,
        Stage::Ended { .. } => false,
        _ => app.hello.with(|hello| hello.as_ref().is_some_and(|h| h.availability.online)),
    }
}

fn status(app: App) -> String {
    let lang = app.lang.get();
    let plain = |key: Text| key.in_lang(lang).to_owned();
    match app.stage.get() {
        Stage::Assigned { .. } => Text::StatusAgent.fill(lang, &[("shop", &app.config().name)]),
        Stage::Queued { .. } => plain(Text::StatusQueued),
        Stage::Ended { .. } => plain(Text::StatusEnded),
        stage @ (Stage::Bot | Stage::Offline { .. } | Stage::MessageLeft) => app.hello.with(|hello| {
            let left = stage == Stage::MessageLeft;
            let Some(hello) = hello else { return plain(Text::Connecting) };
            let at = |key: Text, at| key.fill(lang, &[("when", &i18n::ahead(lang, at))]);
            match hello.availability.wait {
                _ if !hello.availability.online => hello
                    .availability
                    .opens
                    .map_or_else(|| plain(Text::StatusAway), |opens| at(Text::Back, opens)),
                // Who has left a message waits for an answer, not in the line.
                Some(_) if left => plain(Text::StatusOnline),
                Some(_) if let Some(closes) = hello.availability.closes => at(Text::Closing, closes),
                Some(wait) => Text::StatusWait.fill(lang, &[("wait", &i18n::wait(lang, wait))]),
                None => plain(Text::StatusOnline),
            }
        }),
    }
}
