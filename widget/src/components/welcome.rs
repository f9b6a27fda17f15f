//! The beginning of the stream: greeting, the campaign's words, frequent questions.

use leptos::prelude::*;

use super::icon::{self, icon};
use super::parts::{button, foreign, group, heading, nothing, part, say, text};
use crate::i18n::Text;
use crate::state::App;

pub(crate) fn welcome(app: App) -> AnyView {
    let greeting = say(move || {
        let theirs = app.hello.with(|hello| hello.as_ref().map(|h| h.greeting.clone()));
        theirs.filter(|g| !g.is_empty()).unwrap_or_else(|| Text::Greeting.in_lang(app.lang.get()).to_owned())
    });
    let class = say(move || if app.rows.with(Vec::is_empty) { "greet" } else { "greet past" }.to_owned());
    view! {
        <p class=class>{greeting}</p>
        {part(move || if app.rows.with(Vec::is_empty) { fresh(app) } else { nothing() })}
    }
    .into_any()
}

/// What is shown until the first word.
fn fresh(app: App) -> AnyView {
    let opener = app.opener.get().map_or_else(nothing, |opener| {
        view! { <div class={"m other"}><p class={"b"}>{opener.text}</p></div> }.into_any()
    });
    let topics = app.hello.with(|hello| hello.as_ref().map(|h| h.topics.clone()));
    let below = match topics {
        None if app.trouble.get() => nothing(),
        None => view! { <div class="bones" aria-hidden={"true"}><i></i><i></i><i></i></div> }.into_any(),
        Some(topics) if topics.is_empty() => nothing(),
        Some(topics) => {
            let rows = topics.into_iter().map(|offered| {
                let inside = vec![foreign(offered.title.clone()), icon(icon::NEXT)];
                button("topic", None, inside, move || app.pick(offered.clone()))
            });
            group("topics", std::iter::once(heading(text(app, Text::Topics))).chain(rows).collect())
        }
    };
    vec![opener, below].into_any()
}
