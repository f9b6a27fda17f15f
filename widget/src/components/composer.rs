//! Where the shopper writes.

use leptos::prelude::*;
use shared::limits::TEXT_CHARS;
use shared::protocol::stage::Stage;
use web_sys::{KeyboardEvent, SubmitEvent};

use super::icon::{self, icon};
use super::parts::{Say, button, nothing, para, part, say, text, words};
use crate::i18n::Text;
use crate::state::App;

pub(crate) fn composer(app: App) -> AnyView {
    let keydown = move |event: KeyboardEvent| {
        // Enter that ends the composition of a Chinese or Japanese word is not meant for us (229: Safari).
        let composing = event.is_composing() || event.key_code() == 229;
        if event.key() == "Enter" && !event.shift_key() && !composing {
            event.prevent_default();
            send(app);
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        send(app);
    };
    // An empty field has the panel's direction, so that its placeholder reads well.
    let direction: Say = say(move || if app.draft.with(String::is_empty) { "" } else { "auto" }.to_owned());
    let draft: Say = say(move || app.draft.get());
    view! {
        <form class="write" on:submit=submit>
            <textarea
                rows="1"
                dir=direction
                enterkeyhint="send"
                autocomplete="off"
                aria-label=text(app, Text::Message)
                placeholder=say(move || placeholder(app))
                prop:value=draft
                on:input=move |event| app.handle_typing(event_target_value(&event))
                on:keydown=keydown
            ></textarea>
            <button
                class="send"
                type="submit"
                aria-label=text(app, Text::Send)
                aria-disabled=say(move || (!can_send(app)).to_string())
            >
                {icon(icon::SEND)}
            </button>
        </form>
        <div class={"foot"}>
            {part(move || foot(app))}
            {part(move || match over(app) {
                0 => nothing(),
                n => para("over", super::parts::fill(app, Text::TooLong, "n", n.to_string())),
            })}
        </div>
    }
    .into_any()
}

/// Characters past the limit.
fn over(app: App) -> usize {
    app.draft.with(|d| d.trim().chars().count().saturating_sub(TEXT_CHARS))
}

fn can_send(app: App) -> bool {
    over(app) == 0 && app.draft.with(|d| !d.trim().is_empty())
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
fn foot(app: App) -> AnyView {
    match app.stage.get() {
        Stage::Assigned { .. } => button("quiet", None, vec![words(text(app, Text::End))], move || app.end()),
        Stage::Queued { .. } => nothing(),
        _ => {
            let inside = vec![icon(icon::PERSON), words(text(app, Text::Human))];
            button("quiet", None, inside, move || app.ask_for_person())
        }
    }
}
