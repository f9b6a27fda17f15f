//! The form for a message that is answered later.

use leptos::prelude::*;
use shared::limits::{SHORT_CHARS, TEXT_CHARS};
use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlFormElement, SubmitEvent};

use super::parts::{button, text, words};
use crate::i18n::Text;
use crate::state::{App, Layer};

pub(crate) fn leave(app: App) -> AnyView {
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = event.target().and_then(|t| t.dyn_into::<HtmlFormElement>().ok());
        if let Some(data) = form.and_then(|form| FormData::new_with_form(&form).ok()) {
            let field = |name: &str| data.get(name).as_string().unwrap_or_default();
            app.leave_message(&field("text"), &field("contact"));
        }
    };
    let away = move || app.show_layer(Layer::None);
    view! {
        <div class="shade" on:click=move |_| away()></div>
        <form class="layer leave" aria-label=text(app, Text::LeaveMessage) on:submit=submit>
            <label>
                {text(app, Text::FormMessage)}
                // What stands in the composer is what the shopper wanted to say.
                <textarea name="text" rows="4" required maxlength=TEXT_CHARS.to_string() dir="auto">
                    {app.draft.peek()}
                </textarea>
            </label>
            <label>
                {text(app, Text::FormContact)}
                <input type="text" name="contact" autocomplete="email" maxlength=SHORT_CHARS.to_string() dir="auto" />
                <small>{text(app, Text::FormContactHint)}</small>
            </label>
            <div class={"acts"}>
                <button class="main" type="submit">{text(app, Text::Send)}</button>
                {button("second", None, vec![words(text(app, Text::Cancel))], away)}
            </div>
        </form>
    }
    .into_any()
}
