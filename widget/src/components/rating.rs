//! How was it? Five faces and, if one likes, a word.

use shared::limits::TEXT_CHARS;
use web_sys::SubmitEvent;

use super::icon::{self, icon};
use super::leave::{field, submitted};
use super::parts::{button, heading, label, say, text};
use crate::i18n::Text;
use crate::state::App;
use crate::view::{View, el, nothing, part};

/// The faces' names, worst first.
const NAMES: [Text; 5] = [Text::Rate1, Text::Rate2, Text::Rate3, Text::Rate4, Text::Rate5];

pub(crate) fn rating(app: App) -> View {
    app.score.set(0);
    app.scored.set(false);
    let face = |((score, name), face): ((u8, Text), &str)| {
        let choose = move || {
            app.score.set(score);
            app.scored.set(true);
        };
        button("smile", Some(text(app, name)), vec![icon(face)], choose)
            .with("role", "radio")
            .live("aria-checked", say(move || (app.score.get() == score).to_string()))
    };
    let faces = (1..=5).zip(NAMES).zip(icon::FACES).map(face).collect();
    let smiles =
        el("div", "smiles", faces).with("role", "radiogroup").live("aria-label", text(app, Text::RateTitle));
    let more = part(move || if app.scored.get() { comment(app) } else { nothing() });
    el("form", "card rate", vec![heading(text(app, Text::RateTitle)), smiles, more]).on(
        "submit",
        move |event: SubmitEvent| {
            if let Some(data) = submitted(&event) {
                app.rate(app.score.peek(), &field(&data, "comment"));
            }
        },
    )
}

fn comment(app: App) -> View {
    let words = el("textarea", "", vec![])
        .with("name", "comment")
        .with("rows", "2")
        .with("dir", "auto")
        .with("maxlength", &TEXT_CHARS.to_string())
        .live("placeholder", text(app, Text::RateComment))
        .live("aria-label", text(app, Text::RateComment));
    let send = el("button", "main", vec![label(app, Text::RateSend)]);
    el("div", "", vec![words, el("div", "acts", vec![send])])
}
