//! What could not be delivered.

use leptos::prelude::*;
use shared::protocol::connections::{Letter, LetterAction};

use super::words::{of_kind, of_why};
use crate::actions::connections;
use crate::net::browser;
use crate::state::model::use_model;
use crate::state::page::Page;
use crate::texts::Text;

/// Rows on screen; the rest follows once these are gone.
const SHOWN: usize = 50;

/// The section; nothing while everything arrives.
#[component]
pub fn Letters() -> impl IntoView {
    let model = use_model();
    let letters = Memo::new(move |_| {
        model.links.seen.with(|seen| seen.as_ref().map(|seen| seen.letters.clone()).unwrap_or_default())
    });
    let hooks =
        move || model.links.seen.with(|seen| seen.as_ref().is_some_and(|seen| !seen.endpoints.is_empty()));
    let all = move |action| connections::act_on_letters(model, None, action);
    view! {
        <Show when=hooks>
            <section class="links-part" aria-labelledby="letters-title">
                <header class="part-head">
                    <h2 id="letters-title">
                        {move || model.t(Text::ConnLetters)}
                        {move || letters.with(|l| (!l.is_empty()).then(|| view! { <span class="badge">{l.len()}</span> }))}
                    </h2>
                    <Show when=move || !letters.with(Vec::is_empty)>
                        <div class="hook-acts">
                            <button
                                class="button small"
                                type="button"
                                disabled=move || model.links.busy.get()
                                on:click=move |_| all(LetterAction::Retry)
                            >
                                {move || model.t(Text::ConnRetryAll)}
                            </button>
                            <button
                                class="button small quiet"
                                type="button"
                                disabled=move || model.links.busy.get()
                                on:click=move |_| all(LetterAction::Drop)
                            >
                                {move || model.t(Text::ConnDropAll)}
                            </button>
                        </div>
                    </Show>
                </header>
                {move || if letters.with(Vec::is_empty) {
                    view! { <p class="part-none">{model.t(Text::ConnLettersNone)}</p> }.into_any()
                } else {
                    view! { <p class="part-hint">{model.t(Text::ConnLettersHint)}</p> }.into_any()
                }}
                <ul class="links letters">
                    <For
                        each=move || letters.get().into_iter().take(SHOWN)
                        key=|letter| (letter.id, letter.at)
                        let(letter)
                    >
                        <LetterRow letter />
                    </For>
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn LetterRow(letter: Letter) -> impl IntoView {
    let model = use_model();
    let id = letter.id;
    let (why, kind, endpoint) = (letter.why, letter.kind, letter.endpoint);
    let url = move || {
        model.links.seen.with(|seen| {
            let rows = seen.iter().flat_map(|seen| &seen.endpoints);
            rows.into_iter().find(|row| row.id == endpoint).map(|row| row.url.clone())
        })
    };
    let at = letter.at;
    let conversation = letter.conversation.map(|id| {
        let name = letter.event.clone();
        view! { <a href=Page::Conversation(id).hash()><code dir="ltr">{name}</code></a> }
    });
    view! {
        <li class="link-card letter">
            <div class="letter-body">
                <p class="letter-why">{move || of_why(model, why)}</p>
                <p class="link-facts">
                    {kind.map(|kind| view! { <span class="link-kind">{move || model.t(of_kind(kind))}</span> })}
                    <span class="try-time">{move || browser::short_time(model.lang.get().tag(), at)}</span>
                    {conversation}
                    <span class="letter-to" dir="ltr">{url}</span>
                </p>
            </div>
            <div class="hook-acts">
                <button
                    class="button small"
                    type="button"
                    disabled=move || model.links.busy.get()
                    on:click=move |_| connections::act_on_letters(model, Some(id), LetterAction::Retry)
                >
                    {move || model.t(Text::TryAgain)}
                </button>
                <button
                    class="button small quiet"
                    type="button"
                    disabled=move || model.links.busy.get()
                    on:click=move |_| connections::act_on_letters(model, Some(id), LetterAction::Drop)
                >
                    {move || model.t(Text::ConnDrop)}
                </button>
            </div>
        </li>
    }
}
