//! An answer from the knowledge base, and whether it helped.

use shared::lang::Lang;

use super::icon::{self, icon};
use super::parts::{button, fill, label, para, text};
use super::rich;
use crate::i18n::Text;
use crate::state::App;
use crate::view::{View, el, nothing, part};

pub(crate) fn answer(app: App, seq: u64, answer: &str, lang: Lang, asked: Option<Lang>) -> View {
    // Said only when the reader's own language is missing.
    let elsewhere = if asked.is_some_and(|asked| !asked.is_kin(lang)) {
        para("aside", fill(app, Text::OnlyIn, "language", lang.own_name().to_owned()))
    } else {
        nothing()
    };
    let helped = part(move || {
        match app.helpful.with(|marks| marks.iter().find(|(s, _)| *s == seq).map(|(_, yes)| *yes)) {
            None => ask(app, seq),
            Some(true) => el("p", "aside good", vec![icon(icon::CHECK), label(app, Text::HelpfulThanks)]),
            Some(false) => para("aside", text(app, Text::HelpfulSorry)),
        }
    });
    let words = el("div", "", rich::rich(app, answer)).with("lang", lang.tag());
    el("div", "", vec![words, elsewhere, helped])
}

fn ask(app: App, seq: u64) -> View {
    let thumb = move |yes: bool, path: &str, key: Text| {
        button("thumb", Some(text(app, key)), vec![icon(path)], move || app.mark_helpful(seq, yes))
    };
    el(
        "div",
        "helped",
        vec![
            label(app, Text::Helpful),
            thumb(true, icon::UP_THUMB, Text::HelpfulYes),
            thumb(false, icon::DOWN_THUMB, Text::HelpfulNo),
        ],
    )
}
