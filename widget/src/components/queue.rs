//! The cards of waiting: in line, with nobody there, with a message left.

use leptos::prelude::*;
use shared::protocol::stage::QueuePlace;

use super::icon::{self, icon};
use super::parts::{button, card, group, heading, nothing, para, say, text, words};
use crate::i18n::{self, Text};
use crate::state::{App, Layer};

/// In line: the place, the time, and the ways out.
pub(crate) fn queue(app: App, place: Option<QueuePlace>) -> AnyView {
    let position = place.as_ref().map(|p| p.position);
    let title = say(move || {
        let lang = app.lang.get();
        match position {
            None => Text::QueueJoining.in_lang(lang).to_owned(),
            Some(1) => Text::QueueNext.in_lang(lang).to_owned(),
            Some(n) => Text::QueuePlace.fill(lang, &[("place", &i18n::ordinal(lang, n))]),
        }
    });
    let wait = place.map_or_else(nothing, |place| {
        let wait = move || {
            let lang = app.lang.get();
            Text::QueueWait.fill(lang, &[("wait", &i18n::wait(lang, place.wait))])
        };
        para("wait", say(wait))
    });
    let out = button("quiet", None, vec![words(text(app, Text::LeaveQueue))], move || app.leave_queue());
    card(
        "card queue",
        vec![
            view! { <span class="pulse" aria-hidden={"true"}></span> }.into_any(),
            heading(title),
            wait,
            para("", text(app, Text::QueueHint)),
            group("acts", vec![leave_button(app, "second"), out]),
        ],
    )
}

/// Nobody is on duty.
pub(crate) fn offline(app: App) -> AnyView {
    card(
        "card",
        vec![
            heading(text(app, Text::OfflineTitle)),
            para("", text(app, Text::OfflineHint)),
            group("acts", vec![leave_button(app, "main")]),
        ],
    )
}

/// A message was left.
pub(crate) fn left(app: App) -> AnyView {
    card("card", vec![heading(text(app, Text::LeftTitle)), para("", text(app, Text::LeftHint))])
}

fn leave_button(app: App, class: &'static str) -> AnyView {
    let inside = vec![icon(icon::NOTE), words(text(app, Text::LeaveMessage))];
    button(class, None, inside, move || app.show_layer(Layer::LeaveMessage))
}
