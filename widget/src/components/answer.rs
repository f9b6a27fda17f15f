//! An answer from the knowledge base, and whether it helped.

use shared::limits::COMMENT_CHARS;
use shared::protocol::conversation::Reason;
use shared::protocol::message::Ask;
use shared::protocol::{Body, Offered};
use web_sys::SubmitEvent;

use super::bubble::prose;
use super::icon::{self, icon};
use super::leave::{self, submitted};
use super::parts::{button, fill, foreign, label, para, text};
use super::rich;
use crate::i18n::Text;
use crate::state::App;
use crate::view::{View, el, nothing, part};

pub(crate) fn answer(app: App, seq: u64, body: Body) -> View {
    let Body::Answer { text: answer, lang, asked, ask: asks, sources, .. } = body else { return nothing() };
    // Said only when the reader's own language is missing.
    let elsewhere = if asked.is_some_and(|asked| !asked.is_kin(lang)) {
        para("aside", fill(app, Text::OnlyIn, "language", lang.own_name().to_owned()))
    } else {
        nothing()
    };
    // What a model wrote has no marks: it is words, and addresses that stand in its sources.
    let words = if sources.is_empty() { rich::rich(app, &answer) } else { vec![prose(&answer)] };
    let words = el("div", "", words).with("lang", lang.tag());
    let elsewhere = if sources.is_empty() { elsewhere } else { from(app, &sources) };
    match asks {
        // It did not answer yet, so it cannot have helped.
        Some(Ask { again: 0, .. }) => el("div", "", vec![words, elsewhere]),
        Some(_) => el("div", "", vec![para("b again", text(app, Text::AskAgain)), words, elsewhere]),
        None => el("div", "", vec![words, elsewhere, part(move || helped(app, seq))]),
    }
}

/// What a model's answer is drawn from.
fn from(app: App, sources: &[Offered]) -> View {
    let mut line = vec![label(app, Text::Sources)];
    line.extend(sources.iter().map(|source| foreign(&source.title)));
    el("p", "aside from", line)
}

fn helped(app: App, seq: u64) -> View {
    let mark = app.helpful.with(|marks| marks.iter().find(|(s, ..)| *s == seq).copied());
    match mark {
        None => ask(app, seq),
        Some((_, true, _)) => el("p", "aside good", vec![icon(icon::CHECK), label(app, Text::HelpfulThanks)]),
        Some((_, _, None)) => why(app, seq),
        Some((_, _, Some(reason))) if app.explained.get() == seq => comment(app, seq, reason),
        Some(_) => para("aside", text(app, Text::HelpfulSorry)),
    }
}

/// What was wrong with it? Nobody has to say.
fn why(app: App, seq: u64) -> View {
    let texts = [Text::ReasonWrong, Text::ReasonUnclear, Text::ReasonOutdated, Text::ReasonOther];
    let choices = Reason::ALL
        .into_iter()
        .zip(texts)
        .map(|(reason, key)| button("option", None, vec![label(app, key)], move || app.explain(seq, reason)));
    let choices = el("div", "options", choices.collect())
        .with("role", "group")
        .live("aria-label", text(app, Text::HelpfulWhy));
    el("div", "", vec![para("aside", text(app, Text::HelpfulWhy)), choices])
}

fn comment(app: App, seq: u64, reason: Reason) -> View {
    let field = el("input", "", vec![])
        .with("name", "comment")
        .with("dir", "auto")
        .with("autocomplete", "off")
        .with("maxlength", &COMMENT_CHARS.to_string())
        .live("placeholder", text(app, Text::RateComment))
        .live("aria-label", text(app, Text::RateComment));
    let send = el("button", "second", vec![label(app, Text::Send)]);
    let form = el("form", "say", vec![field, send]).on("submit", move |event: SubmitEvent| {
        if let Some(data) = submitted(&event) {
            app.comment(seq, reason, &leave::field(&data, "comment"));
        }
    });
    el("div", "", vec![para("aside", text(app, Text::ReasonThanks)), form])
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
