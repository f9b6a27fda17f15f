//! The form for a message that is answered later.

use shared::limits::{SHORT_CHARS, TEXT_CHARS};
use shared::protocol::stage::Fallback;
use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlFormElement, MouseEvent, SubmitEvent};

use super::parts::{button, label, text};
use super::queue::leave_title;
use crate::i18n::Text;
use crate::state::{App, Layer};
use crate::view::{View, el, plain, words};

pub(crate) fn leave(app: App) -> View {
    // What stands in the composer is what the shopper wanted to say.
    let message = el("textarea", "", vec![plain(&app.draft.peek())])
        .with("name", "text")
        .with("rows", "4")
        .with("required", "")
        .with("dir", "auto")
        .with("maxlength", &TEXT_CHARS.to_string());
    let offer = app.offer();
    let call_back = offer == Fallback::CallBack;
    let mut contact = el("input", "", vec![])
        .with("name", "contact")
        .with("autocomplete", "email")
        .with("dir", "auto")
        .with("maxlength", &SHORT_CHARS.to_string());
    if offer != Fallback::LeaveMessage {
        contact = contact.with("required", "");
    }
    if offer == Fallback::Email {
        contact = contact.with("type", "email");
    }
    let asked = match offer {
        Fallback::LeaveMessage => Text::FormContact,
        Fallback::Email => Text::FormEmail,
        _ => Text::FormReach,
    };
    let hint = el("small", "", vec![words(text(app, Text::FormContactHint))]);
    let submit = move |event: SubmitEvent| {
        if let Some(data) = submitted(&event) {
            app.leave_message(&field(&data, "text"), &field(&data, "contact"), call_back);
        }
    };
    let away = move || app.show_layer(Layer::None);
    let form = el(
        "form",
        "layer leave",
        vec![
            el("label", "", vec![label(app, Text::FormMessage), message]),
            el("label", "", vec![label(app, asked), contact, hint]),
            el(
                "div",
                "acts",
                vec![
                    el("button", "main", vec![label(app, Text::Send)]),
                    button("second", None, vec![label(app, Text::Cancel)], away),
                ],
            ),
        ],
    )
    .live("aria-label", text(app, leave_title(offer)))
    .on("submit", submit);
    let shade = el("div", "shade", vec![]).on("click", move |_: MouseEvent| away());
    el("div", "", vec![shade, form])
}

/// What a form holds, instead of its being sent anywhere.
pub(crate) fn submitted(event: &SubmitEvent) -> Option<FormData> {
    event.prevent_default();
    let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
    FormData::new_with_form(&form).ok()
}

/// One field of it.
pub(crate) fn field(data: &FormData, name: &str) -> String {
    data.get(name).as_string().unwrap_or_default()
}
