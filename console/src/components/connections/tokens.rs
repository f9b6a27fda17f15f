//! API tokens: agents' accounts, opened by systems elsewhere.

use leptos::prelude::*;
use shared::ids::AgentId;
use shared::protocol::connections::TokenRow;

use crate::actions::connections;
use crate::components::icon::{Icon, icon};
use crate::net::browser;
use crate::state::model::use_model;
use crate::texts::Text;

/// The section.
#[component]
pub fn Tokens() -> impl IntoView {
    let model = use_model();
    let tokens =
        Memo::new(move |_| model.links.seen.with(|seen| seen.as_ref().map(|seen| seen.tokens.clone())));
    let agents = Memo::new(move |_| {
        model.links.seen.with(|seen| seen.as_ref().map(|seen| seen.agents.clone()).unwrap_or_default())
    });
    let (agent, label) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let ready = move || {
        !agent.with(String::is_empty) && !label.with(|l| l.trim().is_empty()) && !model.links.busy.get()
    };
    view! {
        <section class="links-part" aria-labelledby="tokens-title">
            <header class="part-head">
                <h2 id="tokens-title">{move || model.t(Text::ConnTokens)}</h2>
            </header>
            <p class="part-hint">{move || model.t(Text::ConnTokensHint)}</p>
            {move || tokens.with(|all| all.as_ref().is_some_and(Vec::is_empty)).then(|| view! {
                <p class="part-none">{model.t(Text::ConnTokensNone)}</p>
            })}
            <ul class="links">
                <For
                    each=move || tokens.get().unwrap_or_default()
                    key=|token| (token.id.clone(), token.used)
                    let(token)
                >
                    <TokenLine token />
                </For>
            </ul>
            <form
                class="token-form"
                on:submit=move |event| {
                    event.prevent_default();
                    if let Ok(agent) = AgentId::new(agent.get_untracked()) {
                        connections::create_token(model, agent, label.get_untracked());
                        label.set(String::new());
                    }
                }
            >
                <label class="field">
                    <span>{move || model.t(Text::ConnTokenFor)}</span>
                    <select name="token-agent" on:change=move |event| agent.set(event_target_value(&event))>
                        <option value="" selected=move || agent.with(String::is_empty)></option>
                        {move || agents.get().into_iter().map(|card| view! {
                            <option value=card.id.to_string()>{card.name}</option>
                        }).collect_view()}
                    </select>
                </label>
                <label class="field">
                    <span>{move || model.t(Text::ConnTokenLabel)}</span>
                    <input
                        type="text"
                        name="token-label"
                        maxlength="200"
                        prop:value=move || label.get()
                        on:input=move |event| label.set(event_target_value(&event))
                    />
                </label>
                <button class="button small" type="submit" disabled=move || !ready()>
                    {icon(Icon::Plus)} {move || model.t(Text::ConnTokenMake)}
                </button>
            </form>
        </section>
    }
}

#[component]
fn TokenLine(token: TokenRow) -> impl IntoView {
    let model = use_model();
    let TokenRow { id, agent, label, used, .. } = token;
    let when = move || match used {
        Some(at) => {
            let time = browser::short_time(model.lang.get().tag(), at);
            model.fill(Text::ConnTokenUsed, &[("time", &time)])
        }
        None => model.t(Text::ConnTokenUnused).to_owned(),
    };
    view! {
        <li class="link-card letter">
            <div class="letter-body">
                <p class="link-label"><bdi>{label}</bdi></p>
                <p class="link-facts">
                    <span class="chip accent"><bdi>{agent.name}</bdi></span>
                    <span class="try-time">{when}</span>
                </p>
            </div>
            <button
                class="button small quiet"
                type="button"
                on:click=move |_| model.links.revoking.set(Some(id.clone()))
            >
                {icon(Icon::Trash)} {move || model.t(Text::ConnRevoke)}
            </button>
        </li>
    }
}
