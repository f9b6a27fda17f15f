//! An answer from the knowledge base, and whether it helped.

use leptos::prelude::*;
use shared::lang::Lang;

use super::bubble::prose;
use super::icon::{self, icon};
use super::parts::{button, fill, group, nothing, para, part, text, words};
use crate::i18n::Text;
use crate::state::App;

pub(crate) fn answer(app: App, seq: u64, answer: &str, lang: Lang, asked: Option<Lang>) -> AnyView {
    // Said only when the reader's own language is missing.
    let elsewhere = if asked.is_some_and(|asked| !asked.is_kin(lang)) {
        para("aside", fill(app, Text::OnlyIn, "language", lang.own_name().to_owned()))
    } else {
        nothing()
    };
    let helped = part(move || {
        match app.helpful.with(|marks| marks.iter().find(|(s, _)| *s == seq).map(|(_, yes)| *yes)) {
            None => ask(app, seq),
            Some(true) => group("aside good", vec![icon(icon::CHECK), words(text(app, Text::HelpfulThanks))]),
            Some(false) => para("aside", text(app, Text::HelpfulSorry)),
        }
    });
    vec![view! { <div lang=lang.tag()>{prose(answer)}</div> }.into_any(), elsewhere, helped.into_any()]
        .into_any()
}

fn ask(app: App, seq: u64) -> AnyView {
    let thumb = move |yes: bool, path: &'static str, key: Text| {
        button("thumb", Some(text(app, key)), vec![icon(path)], move || app.mark_helpful(seq, yes))
    };
    group(
        "helped",
        vec![
            words(text(app, Text::Helpful)),
            thumb(true, icon::UP_THUMB, Text::HelpfulYes),
            thumb(false, icon::DOWN_THUMB, Text::HelpfulNo),
        ],
    )
}
