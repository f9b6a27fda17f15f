//! The head of the panel: who one talks to, and how they stand.

use leptos::prelude::*;
use shared::protocol::stage::Stage;

use super::icon::{self, icon};
use super::parts::{Say, button, say, text};
use crate::i18n::{self, Text};
use crate::state::{App, Layer};

pub(crate) fn header(app: App) -> AnyView {
    let initial =
        say(move || name(app).chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_default());
    let class: Say = say(move || if is_here(app) { "status here".to_owned() } else { "status".to_owned() });
    view! {
        <header class={"head"}>
            <span class="face" aria-hidden="true">{initial}</span>
            <div class={"who"}>
                <h2>{say(move || name(app))}</h2>
                <p class=class>{say(move || status(app))}</p>
            </div>
            {button("round", Some(text(app, Text::Language)), vec![icon(icon::GLOBE)], move || {
                app.show_layer(if app.layer.peek() == Layer::Languages { Layer::None } else { Layer::Languages });
            })}
            {button("round", Some(text(app, Text::Close)), vec![icon(icon::CLOSE)], move || app.api().close())}
        </header>
    }
    .into_any()
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
