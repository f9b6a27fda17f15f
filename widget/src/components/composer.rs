//! Where the shopper writes.

use leptos::html::Textarea;
use leptos::prelude::*;
use shared::limits::TEXT_CHARS;
use shared::protocol::stage::Stage;
use web_sys::{KeyboardEvent, SubmitEvent};

use super::icon::{self, icon};
use super::text::text;
use crate::i18n::Text;
use crate::state::App;

pub(crate) fn composer(app: App, field: NodeRef<Textarea>) -> impl IntoView {
    let over = Memo::new(move |_| app.draft.with(|d| d.trim().chars().count().saturating_sub(TEXT_CHARS)));
    let blocked = move || over.get() > 0 || app.draft.with(|d| d.trim().is_empty());
    let send = move || {
        if !blocked() {
            let words = app.draft.get_untracked();
            app.say(&words);
        }
    };
    let keydown = move |event: KeyboardEvent| {
        // Enter that ends the composition of a Chinese or Japanese word is not meant for us (229: Safari).
        let composing = event.is_composing() || event.key_code() == 229;
        if event.key() == "Enter" && !event.shift_key() && !composing {
            event.prevent_default();
            send();
        }
    };
    view! {
        <form class="write" on:submit=move |event: SubmitEvent| {
            event.prevent_default();
            send();
        }>
            <textarea
                node_ref=field
                rows="1"
                dir=move || if app.draft.with(String::is_empty) { "" } else { "auto" }
                enterkeyhint="send"
                autocomplete="off"
                aria-label=text(app, Text::Message)
                placeholder=move || placeholder(app)
                prop:value=app.draft
                on:input=move |event| app.handle_typing(event_target_value(&event))
                on:keydown=keydown
            ></textarea>
            <button class="send" type="submit" aria-label=text(app, Text::Send) disabled=blocked>
                {icon(icon::SEND)}
            </button>
        </form>
        <div class={"foot"}>
            {move || foot(app)}
            {move || (over.get() > 0).then(|| view! {
                <p class="over" role="status">
                    {Text::TooLong.fill(app.lang.get(), &[("n", &over.get().to_string())])}
                </p>
            })}
        </div>
    }
}

fn placeholder(app: App) -> String {
    let lang = app.lang.get();
    app.chat.with(|chat| match &chat.stage {
        Stage::Assigned { agent } => Text::PlaceholderAgent.fill(lang, &[("name", &agent.name)]),
        Stage::Ended { .. } => Text::PlaceholderEnded.in_lang(lang).to_owned(),
        _ => Text::Placeholder.in_lang(lang).to_owned(),
    })
}

/// A person is always one touch away, and so is the end of talking to one.
fn foot(app: App) -> AnyView {
    let (with_agent, waiting) =
        app.chat.with(|chat| (chat.agent().is_some(), matches!(chat.stage, Stage::Queued { .. })));
    if with_agent {
        view! {
            <button class="quiet" type="button" on:click=move |_| app.end()>
                {text(app, Text::End)}
            </button>
        }
        .into_any()
    } else if waiting {
        ().into_any()
    } else {
        view! {
            <button class="quiet" type="button" on:click=move |_| app.ask_for_person()>
                {icon(icon::PERSON)}
                {text(app, Text::Human)}
            </button>
        }
        .into_any()
    }
}
