//! How was it? Five faces and, if one likes, a word.

use leptos::prelude::*;
use shared::limits::TEXT_CHARS;
use wasm_bindgen::JsCast;
use web_sys::{FormData, HtmlFormElement, SubmitEvent};

use super::icon::{self, icon};
use super::parts::{choice, heading, nothing, part, say, text};
use crate::i18n::Text;
use crate::state::App;

/// The faces' names, worst first.
const NAMES: [Text; 5] = [Text::Rate1, Text::Rate2, Text::Rate3, Text::Rate4, Text::Rate5];

pub(crate) fn rating(app: App) -> AnyView {
    app.score.set(0);
    let faces: Vec<AnyView> = (1..=5u8)
        .zip(NAMES)
        .zip(icon::FACES)
        .map(|((score, name), face)| {
            let chosen = say(move || (app.score.get() == score).to_string());
            let label = Some(text(app, name));
            choice(["smile", "radio"], None, label, chosen, vec![icon(face)], move || {
                app.score.set(score);
            })
        })
        .collect();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = event.target().and_then(|t| t.dyn_into::<HtmlFormElement>().ok());
        if let Some(data) = form.and_then(|form| FormData::new_with_form(&form).ok()) {
            app.rate(app.score.peek(), &data.get("comment").as_string().unwrap_or_default());
        }
    };
    view! {
        <form class="card rate" on:submit=submit>
            {heading(text(app, Text::RateTitle))}
            <div class="smiles" role="radiogroup" aria-label=text(app, Text::RateTitle)>{faces}</div>
            {part(move || if app.score.get() > 0 { comment(app) } else { nothing() })}
        </form>
    }
    .into_any()
}

fn comment(app: App) -> AnyView {
    view! {
        <textarea
            name="comment"
            rows="2"
            maxlength=TEXT_CHARS.to_string()
            dir="auto"
            placeholder=text(app, Text::RateComment)
            aria-label=text(app, Text::RateComment)
        ></textarea>
        <div class={"acts"}>
            <button class="main" type="submit">{text(app, Text::RateSend)}</button>
        </div>
    }
    .into_any()
}
