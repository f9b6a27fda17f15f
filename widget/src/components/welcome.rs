//! The beginning of the stream: greeting, the campaign's words, frequent questions.

use super::parts::{heading, say, text};
use super::topics;
use crate::i18n::Text;
use crate::state::App;
use crate::view::{View, el, nothing, part, plain, words};

pub(crate) fn welcome(app: App) -> View {
    let greeting = say(move || {
        let theirs = app.hello.with(|hello| hello.as_ref().map(|h| h.greeting.clone()));
        theirs.filter(|g| !g.is_empty()).unwrap_or_else(|| Text::Greeting.in_lang(app.lang.get()).to_owned())
    });
    let greeting = el("p", "", vec![words(greeting)])
        .live("class", say(move || if app.fresh.get() { "greet" } else { "greet past" }.to_owned()));
    el("div", "", vec![greeting, part(move || if app.fresh.get() { beginning(app) } else { nothing() })])
}

/// What is shown until the first word.
fn beginning(app: App) -> View {
    let opener = app
        .opener
        .get()
        .map_or_else(nothing, |opener| el("div", "m other", vec![el("p", "b", vec![plain(&opener.text)])]));
    let topics = app.hello.with(|hello| hello.as_ref().map(|h| h.topics.clone()));
    let below = match topics {
        None if app.trouble.get() => nothing(),
        None => el("div", "bones", (0..3).map(|_| el("i", "", vec![])).collect()),
        Some(popular) if popular.is_empty() => nothing(),
        Some(popular) => {
            let mut rows = vec![heading(text(app, Text::Topics))];
            rows.extend(popular.into_iter().map(|offered| topics::entry(app, offered)));
            el("section", "topics", rows)
        }
    };
    el("div", "", vec![opener, below, part(move || topics::topics(app))])
}
