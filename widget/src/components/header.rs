//! The head of the panel: who one talks to, and how they stand.

use leptos::prelude::*;
use shared::protocol::stage::Stage;

use super::icon::{self, icon};
use super::text::text;
use crate::i18n::{self, Text};
use crate::state::{App, Layer};

pub(crate) fn header(app: App) -> impl IntoView {
    let shop = app.config().name.clone();
    let name =
        move || app.chat.with(|chat| chat.agent().map(|a| a.name.clone())).unwrap_or_else(|| shop.clone());
    let initial = {
        let name = name.clone();
        move || name().chars().next().map(|c| c.to_uppercase().to_string())
    };
    view! {
        <header class="head">
            <span class="face" aria-hidden="true">
                {initial}
            </span>
            <div class={"who"}>
                <h2>{name}</h2>
                <p class=move || if is_here(app) { "status here" } else { "status" }>{move || status(app)}</p>
            </div>
            <button
                class="round"
                type="button"
                aria-haspopup="true"
                aria-label=text(app, Text::Language)
                on:click=move |_| app.layer.update(|layer| {
                    *layer = if *layer == Layer::Languages { Layer::None } else { Layer::Languages };
                })
            >
                {icon(icon::GLOBE)}
            </button>
            <button class="round" type="button" aria-label=text(app, Text::Close) on:click=move |_| app.close()>
                {icon(icon::CLOSE)}
            </button>
        </header>
    }
}

fn is_here(app: App) -> bool {
    app.chat.with(|chat| chat.agent().is_some())
        || app.hello.with(|hello| hello.as_ref().is_some_and(|h| h.availability.online))
}

fn status(app: App) -> String {
    let lang = app.lang.get();
    let plain = |key: Text| key.in_lang(lang).to_owned();
    match app.chat.with(|chat| chat.stage.clone()) {
        Stage::Assigned { .. } => Text::StatusAgent.fill(lang, &[("shop", &app.config().name)]),
        Stage::Queued { .. } => plain(Text::StatusQueued),
        Stage::Ended { .. } => plain(Text::StatusEnded),
        Stage::Bot | Stage::Offline | Stage::MessageLeft => app.hello.with(|hello| {
            let Some(hello) = hello else { return plain(Text::Connecting) };
            match hello.availability.wait {
                _ if !hello.availability.online => plain(Text::StatusAway),
                Some(wait) => Text::StatusWait.fill(lang, &[("wait", &i18n::wait(lang, wait))]),
                None => plain(Text::StatusOnline),
            }
        }),
    }
}
