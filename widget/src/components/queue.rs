//! The cards of waiting: in line, with nobody there, with a message left.

use shared::protocol::stage::{QueuePlace, Stage};

use super::icon::{self, icon};
use super::parts::{button, heading, label, para, say, text};
use crate::i18n::{self, Text};
use crate::state::{App, Layer};
use crate::view::{View, el};

/// In line: the place, the time, and the ways out. Only the texts follow the queue, so that the card stays still.
pub(crate) fn queue(app: App) -> View {
    let title = say(move || {
        let lang = app.lang.get();
        match place(app).map(|p| p.position) {
            None => Text::QueueJoining.in_lang(lang).to_owned(),
            Some(1) => Text::QueueNext.in_lang(lang).to_owned(),
            Some(n) => Text::QueuePlace.fill(lang, &[("place", &i18n::ordinal(lang, n))]),
        }
    });
    let wait = say(move || {
        let lang = app.lang.get();
        place(app)
            .map_or_else(String::new, |p| Text::QueueWait.fill(lang, &[("wait", &i18n::wait(lang, p.wait))]))
    });
    let out = button("quiet", None, vec![label(app, Text::LeaveQueue)], move || app.leave_queue());
    card(
        "card queue",
        vec![
            el("span", "pulse", vec![]),
            heading(title),
            para("wait", wait),
            para("", text(app, Text::QueueHint)),
            el("div", "acts", vec![leave_button(app, "second"), out]),
        ],
    )
}

/// Nobody is on duty.
pub(crate) fn offline(app: App) -> View {
    card(
        "card",
        vec![
            heading(text(app, Text::OfflineTitle)),
            para("", text(app, Text::OfflineHint)),
            el("div", "acts", vec![leave_button(app, "main")]),
        ],
    )
}

/// A message was left.
pub(crate) fn left(app: App) -> View {
    card("card", vec![heading(text(app, Text::LeftTitle)), para("", text(app, Text::LeftHint))])
}

fn place(app: App) -> Option<QueuePlace> {
    match app.stage.get() {
        Stage::Queued { place, .. } => place,
        _ => None,
    }
}

fn card(class: &str, inside: Vec<View>) -> View {
    el("section", class, inside).with("role", "status")
}

fn leave_button(app: App, class: &str) -> View {
    let inside = vec![icon(icon::NOTE), label(app, Text::LeaveMessage)];
    button(class, None, inside, move || app.show_layer(Layer::LeaveMessage))
}
