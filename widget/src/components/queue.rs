//! The cards of waiting: in line, with nobody there, with a message left.

use leptos::prelude::*;
use shared::protocol::stage::QueuePlace;

use super::icon::{self, icon};
use super::text::text;
use crate::i18n::{self, Text};
use crate::state::{App, Layer};

/// In line: the place, the time, and the ways out.
pub(crate) fn queue(app: App, place: Option<QueuePlace>) -> impl IntoView {
    let position = place.as_ref().map(|p| p.position);
    let title = move || {
        let lang = app.lang.get();
        match position {
            None => Text::QueueJoining.in_lang(lang).to_owned(),
            Some(1) => Text::QueueNext.in_lang(lang).to_owned(),
            Some(n) => Text::QueuePlace.fill(lang, &[("place", &i18n::ordinal(lang, n))]),
        }
    };
    let wait = place.map(|p| {
        move || {
            let lang = app.lang.get();
            Text::QueueWait.fill(lang, &[("wait", &i18n::wait(lang, p.wait))])
        }
    });
    view! {
        <section class="card queue" role="status">
            <span class="pulse" aria-hidden={"true"}></span>
            <h3>{title}</h3>
            {wait.map(|wait| view! { <p class="wait">{wait}</p> })}
            <p>{text(app, Text::QueueHint)}</p>
            <div class={"acts"}>
                {leave_button(app, "second")}
                <button class="quiet" type="button" on:click=move |_| app.leave_queue()>
                    {text(app, Text::LeaveQueue)}
                </button>
            </div>
        </section>
    }
}

/// Nobody is on duty.
pub(crate) fn offline(app: App) -> impl IntoView {
    view! {
        <section class="card" role="status">
            <h3>{text(app, Text::OfflineTitle)}</h3>
            <p>{text(app, Text::OfflineHint)}</p>
            <div class={"acts"}>{leave_button(app, "main")}</div>
        </section>
    }
}

/// A message was left.
pub(crate) fn left(app: App) -> impl IntoView {
    view! {
        <section class="card" role="status">
            <h3>{text(app, Text::LeftTitle)}</h3>
            <p>{text(app, Text::LeftHint)}</p>
        </section>
    }
}

fn leave_button(app: App, class: &'static str) -> impl IntoView {
    view! {
        <button class=class type="button" on:click=move |_| app.layer.set(Layer::LeaveMessage)>
            {icon(icon::NOTE)}
            {text(app, Text::LeaveMessage)}
        </button>
    }
}
