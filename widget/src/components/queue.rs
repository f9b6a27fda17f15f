//! The cards of waiting: in line, with nobody there, with a message left.

use shared::protocol::http::Choice;
use shared::protocol::message::{Body, Event};
use shared::protocol::stage::{Fallback, Moved, QueuePlace, Risen, Stage};

use super::icon::{self, icon};
use super::parts::{button, foreign, heading, label, para, say, text};
use crate::i18n::{self, Text};
use crate::state::{App, Layer};
use crate::view::{View, el, nothing, words};

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
        match place(app) {
            // Before, not after: what follows is not worth a number any more.
            Some(QueuePlace { closes: Some(at), .. }) => {
                Text::QueueClosing.fill(lang, &[("when", &i18n::ahead(lang, at))])
            }
            Some(p) => {
                let wait = Text::QueueWait.fill(lang, &[("wait", &i18n::wait(lang, p.wait))]);
                match p.risen {
                    Some(why) => [&wait, reason(why).in_lang(lang)].join(" · "),
                    None => wait,
                }
            }
            None => String::new(),
        }
    });
    let hint = say(move || {
        let (lang, place) = (app.lang.get(), place(app));
        let hint = match &place {
            Some(p) if p.followed => Text::QueueFollowed,
            _ => Text::QueueHint,
        };
        let hint = hint.in_lang(lang);
        // A place may be a higher number than before for this reason alone.
        match place.and_then(|p| p.moved) {
            Some(Moved { to: Some(team), .. }) => {
                [&Text::QueueMovedTo.fill(lang, &[("team", &team)]), hint].join(" ")
            }
            Some(_) => [Text::QueueMoved.in_lang(lang), hint].join(" "),
            None => hint.to_owned(),
        }
    });
    let out = button("quiet", None, vec![label(app, Text::LeaveQueue)], move || app.leave_queue());
    card(
        "card queue",
        vec![
            el("span", "pulse", vec![]),
            heading(title),
            para("wait", wait),
            para("", hint),
            el("div", "acts", vec![leave_button(app, "second"), out]),
        ],
    )
}

/// Why it takes longer than was promised.
const fn reason(why: Risen) -> Text {
    match why {
        Risen::Staff => Text::RisenStaff,
        Risen::Overtaken => Text::RisenOvertaken,
        Risen::Slower => Text::RisenSlower,
    }
}

/// Nobody will serve the shopper now.
pub(crate) fn offline(app: App) -> View {
    let Stage::Offline { opens, full, offer } = app.stage.peek() else { return nothing() };
    let title = if full { Text::FullTitle } else { Text::OfflineTitle };
    let mut inside = vec![heading(text(app, title))];
    if let Some(at) = opens {
        let back = move || {
            let lang = app.lang.get();
            Text::Back.fill(lang, &[("when", &i18n::ahead(lang, at))])
        };
        inside.push(para("wait", say(back)));
    }
    if offer != Fallback::BotOnly {
        let hint = match offer {
            Fallback::CallBack => Text::CallBackHint,
            Fallback::Email => Text::EmailHint,
            _ => Text::OfflineHint,
        };
        inside.extend([para("", text(app, hint)), el("div", "acts", vec![leave_button(app, "main")])]);
    }
    card("card", inside)
}

/// A message was left.
pub(crate) fn left(app: App) -> View {
    let hint = say(move || {
        let lang = app.lang.get();
        match contact(app) {
            Some(contact) => Text::LeftHintContact.fill(lang, &[("contact", &contact)]),
            None => Text::LeftHint.in_lang(lang).to_owned(),
        }
    });
    card("card", vec![heading(text(app, Text::LeftTitle)), para("", hint)])
}

/// Where the shopper asked to be answered.
fn contact(app: App) -> Option<String> {
    let left = |body: &Body| match body {
        Body::Event { event: Event::MessageLeft { contact } } => Some(contact.clone()),
        _ => None,
    };
    app.core.with(|core| core.link.messages().iter().rev().find_map(|m| left(&m.body)).flatten())
}

/// Whom the shopper wishes to talk to, before they wait.
pub(crate) fn choices(app: App) -> View {
    let all = app.hello.with(|hello| hello.as_ref().map(|h| h.choices.clone()).unwrap_or_default());
    let one = |choice: Choice| {
        button("option", None, vec![foreign(&choice.title)], move || app.ask_for(Some(choice.group.clone())))
    };
    let mut rows: Vec<View> = all.into_iter().map(one).collect();
    rows.push(button("option", None, vec![label(app, Text::ChooseOther)], move || app.ask_for(None)));
    let rows =
        el("div", "options choices", rows).with("role", "group").live("aria-label", text(app, Text::Choose));
    card("card", vec![heading(text(app, Text::Choose)), rows])
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

/// What the form for later is called.
pub(crate) const fn leave_title(offer: Fallback) -> Text {
    match offer {
        Fallback::CallBack => Text::CallBack,
        _ => Text::LeaveMessage,
    }
}

fn leave_button(app: App, class: &str) -> View {
    let name = say(move || leave_title(app.offer()).in_lang(app.lang.get()).to_owned());
    let inside = vec![icon(icon::NOTE), el("span", "", vec![words(name)])];
    button(class, None, inside, move || app.show_layer(Layer::LeaveMessage))
}
