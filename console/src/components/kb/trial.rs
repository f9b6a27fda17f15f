//! The test box: what the bot would make of a question, as it is typed.

use leptos::prelude::*;
use shared::protocol::kb::{TestDecision, TestRanked, TestReply};

use super::reasons::{Why, percent};
use crate::actions::kb;
use crate::components::answer::answer as shown;
use crate::components::icon::{Icon, icon};
use crate::state::model::{Model, use_model};
use crate::state::page::Page;
use crate::texts::Text;

/// The box with its results.
#[component]
pub fn Trial() -> impl IntoView {
    let model = use_model();
    let choice = move |draft: bool, name: Text| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="kb-test"
                    prop:checked=move || model.kb.test_draft.get() == draft
                    on:change=move |_| {
                        model.kb.test_draft.set(draft);
                        kb::ask_again(model);
                    }
                />
                <span class="segment-face">{move || model.t(name)}</span>
            </label>
        }
    };
    view! {
        <section class="trial" aria-label=move || model.t(Text::KbTest)>
            <label class="field">
                <span>{move || model.t(Text::KbTest)}</span>
                <textarea
                    class="kb-area"
                    dir="auto"
                    rows="2"
                    maxlength="1000"
                    placeholder=move || model.t(Text::KbTestHint)
                    prop:value=move || model.kb.test.get()
                    on:input=move |event| kb::ask(model, event_target_value(&event))
                ></textarea>
            </label>
            <details class="kb-more">
                <summary>{move || model.t(Text::KbTestBefore)} {icon(Icon::Down)}</summary>
                <textarea
                    class="kb-area"
                    dir="auto"
                    rows="2"
                    maxlength="2000"
                    aria-label=move || model.t(Text::KbTestBefore)
                    placeholder=move || model.t(Text::KbTestBeforeHint)
                    prop:value=move || model.kb.test_before.get()
                    on:input=move |event| {
                        model.kb.test_before.set(event_target_value(&event));
                        kb::ask_again(model);
                    }
                ></textarea>
            </details>
            <div class="segments">{choice(true, Text::KbTestDrafts)} {choice(false, Text::KbTestPublished)}</div>
            <div role="status">
                {move || model.kb.test_reply.get().map(|reply| view! { <Results reply /> })}
            </div>
        </section>
    }
}

fn decision(model: Model, decision: TestDecision) -> (&'static str, &'static str) {
    let (text, class) = match decision {
        TestDecision::Answer => (Text::KbWouldAnswer, "verdict good"),
        TestDecision::Offer => (Text::KbWouldOffer, "verdict warm"),
        TestDecision::Handoff => (Text::KbWouldHandOver, "verdict"),
        TestDecision::Social { .. } => (Text::KbWouldChat, "verdict"),
    };
    (model.t(text), class)
}

#[component]
fn Results(reply: TestReply) -> impl IntoView {
    let model = use_model();
    let (verdict, class) = decision(model, reply.decision);
    let none = reply.ranked.is_empty();
    // Read with what was said before, a question has another intent than by itself.
    let intent = reply.intent.filter(|intent| intent.is_near() && !reply.context);
    let rows = reply.ranked.into_iter().enumerate();
    let rows = rows.map(|(nth, ranked)| view! { <Row ranked open=nth == 0 /> }).collect_view();
    view! {
        <p class=class>
            {icon(Icon::Bot)} <span>{verdict}</span>
            {reply.lang.map(|lang| view! { <span class="lang-tag">{lang.tag()}</span> })}
        </p>
        {reply.context.then(|| view! {
            <p class="trial-context">{icon(Icon::Reply)} <span>{model.t(Text::KbReadWithBefore)}</span></p>
        })}
        {intent.map(|intent| view! {
            <p class="trial-context">
                <span>{model.t(Text::KbUnderstoodAs)}</span>
                <bdi class="trial-intent">{intent.name}</bdi>
                <span class="why-number">{format!("{} %", percent(intent.nearness))}</span>
            </p>
        })}
        <ol class="ranking">{rows}</ol>
        {none.then(|| view! { <p class="context-none">{model.t(Text::KbNothingNear)}</p> })}
        {reply.answer.filter(|_| reply.decision == TestDecision::Answer).map(|answer| view! {
            <blockquote class="answer" dir="auto" lang=answer.lang.tag()>{shown(&answer.text)}</blockquote>
        })}
    }
}

/// An entry and, wanted or first, why it is ranked.
#[component]
fn Row(ranked: TestRanked, open: bool) -> impl IntoView {
    let model = use_model();
    let percent = percent(ranked.confidence);
    let shown = RwSignal::new(open);
    let why = ranked.why.map(|why| {
        let why = StoredValue::new(why);
        view! {
            <button
                class="quiet-button ranked-why"
                type="button"
                aria-label=model.t(Text::KbWhy)
                title=model.t(Text::KbWhy)
                aria-expanded=move || shown.get().to_string()
                on:click=move |_| shown.update(|shown| *shown = !*shown)
            >
                {icon(Icon::Down)}
            </button>
            <Show when=move || shown.get()>
                <Why why=why.get_value() />
            </Show>
        }
    });
    view! {
        <li class="ranked-row">
            <a class="ranked" href=Page::Entry(ranked.entry).hash()>
                <bdi class="ranked-title">{ranked.title}</bdi>
                <span class="ranked-number">{format!("{percent} %")}</span>
                <span class="ranked-bar" aria-hidden="true">
                    <span style:inline-size=format!("{percent}%")></span>
                </span>
            </a>
            {why}
        </li>
    }
}
