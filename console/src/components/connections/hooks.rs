//! The webhooks of a site.

use leptos::prelude::*;
use shared::hooks::{Kind, Tried};
use shared::ids::EndpointId;
use shared::protocol::connections::{EndpointAction, EndpointRow};

use super::hook_form::HookEditor;
use super::words::{is_taken, of_kind, of_off, of_outcome};
use crate::actions::connections;
use crate::components::dialog::Confirm;
use crate::components::icon::{Icon, icon};
use crate::net::browser;
use crate::state::connections::HookForm;
use crate::state::model::{Model, use_model};
use crate::texts::Text;

/// The section.
#[component]
pub fn Hooks() -> impl IntoView {
    let model = use_model();
    let rows =
        Memo::new(move |_| model.links.seen.with(|seen| seen.as_ref().map(|seen| seen.endpoints.clone())));
    let ids = Memo::new(move |_| {
        rows.with(|rows| rows.iter().flatten().map(|row| row.id.clone()).collect::<Vec<EndpointId>>())
    });
    let new_form = move || model.links.form.get().filter(|form| form.id.with_value(Option::is_none));
    view! {
        <section class="links-part" aria-labelledby="hooks-title">
            <header class="part-head">
                <h2 id="hooks-title">{move || model.t(Text::ConnHooks)}</h2>
                <button
                    class="button small"
                    type="button"
                    on:click=move |_| {
                        model.links.refused.set(None);
                        model.links.form.set(Some(HookForm::of(None, "", &Kind::ALL)));
                    }
                >
                    {icon(Icon::Plus)} {move || model.t(Text::ConnAddHook)}
                </button>
            </header>
            <p class="part-hint">{move || model.t(Text::ConnHooksHint)}</p>
            {move || new_form().map(|form| view! { <div class="link-card"><HookEditor form /></div> })}
            {move || (rows.with(|rows| rows.as_ref().is_some_and(Vec::is_empty)) && new_form().is_none())
                .then(|| view! { <p class="part-none">{model.t(Text::ConnHooksNone)}</p> })}
            <ul class="links">
                <For each=move || ids.get() key=Clone::clone let(id)>
                    <HookCard id />
                </For>
            </ul>
        </section>
    }
}

#[component]
fn HookCard(id: EndpointId) -> impl IntoView {
    let model = use_model();
    let own = id.clone();
    let row = Memo::new(move |_| {
        let find = |rows: &Vec<EndpointRow>| rows.iter().find(|row| row.id == own).cloned();
        model.links.seen.with(|seen| seen.as_ref().and_then(|seen| find(&seen.endpoints)))
    });
    let form =
        move || model.links.form.get().filter(|form| form.id.with_value(|of| of.as_ref() == Some(&id)));
    view! {
        <li class="link-card">
            {move || match form() {
                Some(form) => view! { <HookEditor form /> }.into_any(),
                None => row.get().map(|row| view! { <HookView row /> }).into_any(),
            }}
        </li>
    }
}

/// On, failing or off, as a chip.
fn standing(model: Model, row: &EndpointRow) -> impl IntoView + use<> {
    let time = |at| browser::short_time(model.lang.get_untracked().tag(), at);
    let (class, text) = match (row.off, row.failing) {
        (Some(off), _) => ("chip bad", model.t(of_off(off.why)).to_owned()),
        (None, Some(since)) => ("chip warm", model.fill(Text::ConnFailing, &[("time", &time(since))])),
        (None, None) => ("chip good", model.t(Text::ConnOn).to_owned()),
    };
    view! { <span class=class>{text}</span> }
}

#[component]
fn HookView(row: EndpointRow) -> impl IntoView {
    let model = use_model();
    let id = StoredValue::new(row.id.clone());
    let act = move |action| connections::act(model, id.get_value(), action);
    let is_off = row.off.is_some();
    let renewing = RwSignal::new(false);
    let waiting = (row.waiting > 0).then(|| {
        let text = model.fill(Text::ConnWaiting, &[("n", &row.waiting.to_string())]);
        view! { <span class="chip">{text}</span> }
    });
    let (url, kinds) = (row.url.clone(), row.kinds.clone());
    view! {
        <p class="link-name" dir="ltr">{row.url.clone()}</p>
        <p class="link-facts">
            {standing(model, &row)}
            {waiting}
            {row.kinds.iter().map(|kind| view! { <span class="link-kind">{model.t(of_kind(*kind))}</span> }).collect_view()}
        </p>
        <details class="tried">
            <summary>{model.t(Text::ConnTried)}</summary>
            {if row.tried.is_empty() {
                view! { <p class="part-none">{model.t(Text::ConnTriedNone)}</p> }.into_any()
            } else {
                let tries = row.tried.iter().map(|tried| view! { <TryLine tried=tried.clone() /> });
                view! { <ol>{tries.collect_view()}</ol> }.into_any()
            }}
        </details>
        <div class="hook-acts">
            <button
                class="button small"
                type="button"
                disabled=move || model.links.busy.get()
                on:click=move |_| act(EndpointAction::Test)
            >
                {icon(Icon::Flask)} {model.t(Text::ConnTest)}
            </button>
            <button
                class="button small"
                type="button"
                on:click=move |_| {
                    model.links.refused.set(None);
                    model.links.form.set(Some(HookForm::of(Some(id.get_value()), &url, &kinds)));
                }
            >
                {model.t(Text::ConnChange)}
            </button>
            <button
                class="button small"
                type="button"
                disabled=move || model.links.busy.get()
                on:click=move |_| act(if is_off { EndpointAction::TurnOn } else { EndpointAction::TurnOff })
            >
                {model.t(if is_off { Text::ConnTurnOn } else { Text::ConnTurnOff })}
            </button>
            <button
                class="button small"
                type="button"
                disabled=move || model.links.busy.get()
                on:click=move |_| renewing.set(true)
            >
                {icon(Icon::Lock)} {model.t(Text::ConnRenew)}
            </button>
            <button
                class="button small quiet"
                type="button"
                on:click=move |_| model.links.removing.set(Some(id.get_value()))
            >
                {icon(Icon::Trash)} {model.t(Text::ConnRemove)}
            </button>
        </div>
        <Confirm
            asking=renewing
            title=Text::ConnRenewTitle
            explain=Text::ConnRenewExplain
            confirm=Text::ConnRenew
            yes=move |()| connections::new_secret(model, id.get_value())
        />
    }
}

#[component]
fn TryLine(tried: Tried) -> impl IntoView {
    let model = use_model();
    let class = if is_taken(tried.outcome) { "try good" } else { "try bad" };
    view! {
        <li class=class>
            <span class="try-time">{browser::short_time(model.lang.get_untracked().tag(), tried.at)}</span>
            <span>{of_outcome(model, tried.outcome)}</span>
            <span class="try-took">{model.fill(Text::ConnTook, &[("n", &tried.took.to_string())])}</span>
            <code dir="ltr">{tried.event}</code>
        </li>
    }
}
