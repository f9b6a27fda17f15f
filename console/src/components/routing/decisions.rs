//! What the desk decided lately, and why.

use leptos::prelude::*;
use shared::ids::ConversationId;
use shared::limits;
use shared::routing::{Decision, What};

use super::words;
use crate::actions::routing;
use crate::components::card::said_ago;
use crate::components::icon::{Icon, icon};
use crate::net::browser;
use crate::state::look::short_code;
use crate::state::model::{Model, use_model};
use crate::state::page::Page;
use crate::state::routing::by_conversation;
use crate::texts::Text;

/// Conversations shown at first.
const SHOWN: usize = 12;

/// The list.
#[component]
pub fn Decisions() -> impl IntoView {
    let model = use_model();
    let all = Memo::new(move |_| {
        model.routes.decisions.with(|decisions| decisions.as_deref().map(by_conversation).unwrap_or_default())
    });
    let shown = RwSignal::new(SHOWN);
    let none = move || model.routes.decisions.with(|d| d.as_ref().is_some_and(Vec::is_empty));
    view! {
        <section class="route-card" aria-labelledby="routing-decisions">
            <header class="route-part">
                <h2 id="routing-decisions">{move || model.t(Text::RoutingDecisions)}</h2>
                <button class="button small" type="button" on:click=move |_| routing::look(model)>
                    {icon(Icon::Return)} {move || model.t(Text::RoutingRefresh)}
                </button>
            </header>
            <Show when=none>
                <p class="soft">{move || model.t(Text::RoutingNoDecisions)}</p>
            </Show>
            <ul class="decisions">
                {move || {
                    let row = |(id, list): (ConversationId, Vec<Decision>)| conversation(model, id, list);
                    all.get().into_iter().take(shown.get()).map(row).collect_view()
                }}
            </ul>
            <Show when=move || all.with(|all| all.len() > shown.get())>
                <button class="button small" type="button" on:click=move |_| shown.update(|n| *n += SHOWN)>
                    {icon(Icon::Down)} {move || model.t(Text::RoutingShowMore)}
                </button>
            </Show>
            <Show when=move || model.routes.older.get() && all.with(|all| all.len() <= shown.get())>
                <button class="button small" type="button" on:click=move |_| {
                    shown.update(|n| *n += SHOWN);
                    routing::look_further(model);
                }>
                    {icon(Icon::Down)} {move || model.t(Text::RoutingOlder)}
                </button>
            </Show>
            <small class="soft">
                {move || model.fill(Text::RoutingKept, &[("n", &limits::DESK_DECISIONS.to_string())])}
            </small>
        </section>
    }
}

fn conversation(model: Model, id: ConversationId, list: Vec<Decision>) -> impl IntoView {
    let code = short_code(&id);
    let last = list.last().map(|decision| decision.at);
    let step = |decision: Decision| {
        let time = browser::clock_in(model.lang.get().tag(), None, decision.at);
        let more = match &decision.what {
            What::Routed { facts, why, .. } => {
                let known = words::facts(model, facts, None);
                let passed: Vec<String> = why.passed_by.iter().map(|v| words::passed_by(model, v)).collect();
                Some(view! {
                    <p class="facts-line">
                        {known.into_iter().map(|fact| view! { <span class="chip"><bdi>{fact}</bdi></span> }).collect_view()}
                    </p>
                    <p class="soft">{words::priority(model, why)}</p>
                    {(!passed.is_empty()).then(|| view! {
                        <details class="passed">
                            <summary>{model.fill(Text::RoutingPassedBy, &[("n", &passed.len().to_string())])}</summary>
                            <ul>{passed.iter().map(|text| view! { <li>{text.clone()}</li> }).collect_view()}</ul>
                        </details>
                    })}
                })
            }
            _ => None,
        };
        view! {
            <li class="step">
                <time>{time}</time>
                <div>
                    <p>{words::decision(model, &decision.what)}</p>
                    {more}
                </div>
            </li>
        }
    };
    view! {
        <li class="decided">
            <p class="decided-head">
                <a href=Page::Conversation(id).hash()>{model.fill(Text::VisitorName, &[("code", &code)])}</a>
                {last.map(|at| view! { <time>{move || said_ago(model, at)}</time> })}
            </p>
            <ol>{list.into_iter().map(step).collect_view()}</ol>
        </li>
    }
}
