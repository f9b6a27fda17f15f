//! The beginning of the stream: greeting, the campaign's words, frequent questions.

use leptos::prelude::*;

use super::icon::{self, icon};
use super::text::text;
use crate::i18n::Text;
use crate::state::App;

pub(crate) fn welcome(app: App) -> impl IntoView {
    let greeting = move || {
        let ours = || Text::Greeting.in_lang(app.lang.get()).to_owned();
        app.hello
            .with(|hello| hello.as_ref().map(|h| h.greeting.clone()).filter(|g| !g.is_empty()))
            .unwrap_or_else(ours)
    };
    let fresh = Memo::new(move |_| app.chat.with(|chat| chat.rows.is_empty()));
    view! {
        <p class=move || if fresh.get() { "greet" } else { "greet past" }>{greeting}</p>
        {move || {
            fresh.get().then(|| app.opener.get()).flatten().map(|opener| view! {
                <div class="m other"><p class="b">{opener.text}</p></div>
            })
        }}
        {move || fresh.get().then(|| topics(app))}
    }
}

fn topics(app: App) -> AnyView {
    let topics = app.hello.with(|hello| hello.as_ref().map(|h| h.topics.clone()));
    let Some(topics) = topics else {
        return (!app.trouble.get())
            .then(|| view! { <div class="bones" aria-hidden={"true"}><i></i><i></i><i></i></div> })
            .into_any();
    };
    if topics.is_empty() {
        return ().into_any();
    }
    let rows = topics
        .into_iter()
        .map(|offered| {
            let title = offered.title.clone();
            view! {
                <button class="topic" type="button" on:click=move |_| app.pick(offered.clone())>
                    <span>{title}</span>
                    {icon(icon::NEXT)}
                </button>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <section class="topics">
            <h3>{text(app, Text::Topics)}</h3>
            {rows}
        </section>
    }
    .into_any()
}
