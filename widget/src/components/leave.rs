//! The form for a message that is answered later.

use leptos::prelude::*;
use shared::limits::{SHORT_CHARS, TEXT_CHARS};
use web_sys::SubmitEvent;

use super::text::text;
use crate::i18n::Text;
use crate::state::{App, Layer};

pub(crate) fn leave(app: App) -> impl IntoView {
    // What stands in the composer is what the shopper wanted to say.
    let words = RwSignal::new(app.draft.get_untracked());
    let contact = RwSignal::new(String::new());
    let focus = NodeRef::<leptos::html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = focus.get() {
            let _ = field.focus();
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        app.leave_message(&words.get_untracked(), &contact.get_untracked());
    };
    view! {
        <div class="shade" on:click=move |_| app.layer.set(Layer::None)></div>
        <form class="layer leave" aria-label=text(app, Text::LeaveMessage) on:submit=submit>
            <label>
                {text(app, Text::FormMessage)}
                <textarea
                    node_ref=focus
                    rows="4"
                    maxlength=TEXT_CHARS.to_string()
                    dir="auto"
                    prop:value=words
                    on:input=move |event| words.set(event_target_value(&event))
                ></textarea>
            </label>
            <label>
                {text(app, Text::FormContact)}
                <input
                    type="text"
                    autocomplete="email"
                    maxlength=SHORT_CHARS.to_string()
                    dir="auto"
                    prop:value=contact
                    on:input=move |event| contact.set(event_target_value(&event))
                />
                <small>{text(app, Text::FormContactHint)}</small>
            </label>
            <div class={"acts"}>
                <button class="main" type="submit" disabled=move || words.with(|w| w.trim().is_empty())>
                    {text(app, Text::Send)}
                </button>
                <button class="second" type="button" on:click=move |_| app.layer.set(Layer::None)>
                    {text(app, Text::Cancel)}
                </button>
            </div>
        </form>
    }
}
