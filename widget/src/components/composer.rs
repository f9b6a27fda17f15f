//! Where the shopper writes.

use leptos::prelude::event_target_value;
use shared::conversation::clean::is_blank;
use shared::limits::TEXT_CHARS;
use shared::protocol::stage::Stage;
use web_sys::{Event, FocusEvent, KeyboardEvent, SubmitEvent};

use super::icon::{self, icon};
use super::parts::{button, fill, label, para, say, text};
use super::suggestions;
use crate::i18n::Text;
use crate::state::{App, Kind};
use crate::view::{View, el, nothing, part};

pub(crate) fn composer(app: App) -> View {
    let keydown = move |event: KeyboardEvent| {
        // Enter that ends the composition of a Chinese or Japanese word is not meant for us (229: Safari).
        let composing = event.is_composing() || event.key_code() == 229;
        if composing || event.shift_key() {
            return;
        }
        let key = event.key();
        let done = match key.as_str() {
            "Enter" => {
                if !app.pick_hint() {
                    send(app);
                }
                true
            }
            "ArrowDown" | "ArrowUp" if !(event.alt_key() || event.ctrl_key() || event.meta_key()) => {
                app.step_hint(key == "ArrowDown")
            }
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    };
    // An empty field has the panel's direction, so that its placeholder reads well.
    let direction = say(move || if app.draft.with(String::is_empty) { "" } else { "auto" }.to_owned());
    let field = el("textarea", "", vec![])
        .with("rows", "1")
        .with("enterkeyhint", "send")
        .with("autocomplete", "off")
        .with("role", "combobox")
        .with("aria-autocomplete", "list")
        .with("aria-haspopup", "listbox")
        .with("aria-controls", suggestions::LIST)
        .live("aria-expanded", say(move || app.suggestions.with(|all| !all.is_empty()).to_string()))
        .live(
            "aria-activedescendant",
            say(move || match app.hint.get() {
                0 => String::new(),
                place => suggestions::name(place),
            }),
        )
        .live("dir", direction)
        .live("aria-label", text(app, Text::Message))
        .live("placeholder", say(move || placeholder(app)))
        .value(say(move || app.draft.get()))
        .on("input", move |event: Event| app.handle_typing(event_target_value(&event)))
        .on("keydown", keydown)
        // Whoever goes on to something else in the panel has done with them; a keyboard put away leaves them in sight.
        .on("blur", move |event: FocusEvent| {
            if event.related_target().is_some() {
                app.clear_suggestions();
            }
        });
    let go = el("button", "send", vec![icon(icon::SEND)])
        .live("aria-label", text(app, Text::Send))
        .live("aria-disabled", say(move || (!can_send(app)).to_string()));
    let form = el("form", "write", vec![field, go]).on("submit", move |event: SubmitEvent| {
        event.prevent_default();
        send(app);
    });
    let over = part(move || match over(app) {
        0 => nothing(),
        n => para("over", fill(app, Text::TooLong, "n", n.to_string())).with("role", "status"),
    });
    el("div", "", vec![form, el("div", "foot", vec![part(move || foot(app)), over])])
}

/// Characters past the limit.
fn over(app: App) -> usize {
    app.draft.with(|d| d.trim().chars().count().saturating_sub(TEXT_CHARS))
}

fn can_send(app: App) -> bool {
    over(app) == 0 && app.draft.with(|d| !is_blank(d))
}

fn send(app: App) {
    let draft = app.draft.peek();
    if draft.trim().chars().count() <= TEXT_CHARS {
        app.say(&draft);
    }
}

fn placeholder(app: App) -> String {
    let lang = app.lang.get();
    match app.stage.get() {
        Stage::Assigned { agent } => Text::PlaceholderAgent.fill(lang, &[("name", &agent.name)]),
        Stage::Ended { .. } => Text::PlaceholderEnded.in_lang(lang).to_owned(),
        _ => Text::Placeholder.in_lang(lang).to_owned(),
    }
}

/// A person is always one touch away, and so is the end of talking to one.
fn foot(app: App) -> View {
    match app.kind.get() {
        Kind::Assigned => button("quiet", None, vec![label(app, Text::End)], move || app.end()),
        Kind::Queued => nothing(),
        _ => {
            let inside = vec![icon(icon::PERSON), label(app, Text::Human)];
            button("quiet", None, inside, move || app.ask_for_person())
        }
    }
}
