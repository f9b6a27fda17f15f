//! The agent's own presence and load.

use leptos::prelude::*;
use shared::protocol::desk::Presence;

use super::avatar::dot_class;
use super::icon::{Icon, icon};
use crate::actions;
use crate::state::model::use_model;
use crate::state::time::stopwatch;
use crate::texts::{Text, of_presence};

const CHOICES: [Presence; 4] = [Presence::Online, Presence::Busy, Presence::Away, Presence::Offline];
/// Up to this capacity each conversation gets a pip of its own.
const PIPS: u32 = 8;

/// The switch and the load under it.
#[component]
pub fn PresenceSwitch() -> impl IntoView {
    let model = use_model();
    let present = Memo::new(move |_| model.inbox.with(|i| i.me().map(|me| me.presence)));
    let load = Memo::new(move |_| model.inbox.with(|i| i.me().map(|me| (me.load, me.capacity))));
    let left = Memo::new(move |_| {
        let until = model.inbox.with(|i| i.me().and_then(|me| me.wrap_up))?;
        Some(until.since(model.now.get())).filter(|left| *left > 0)
    });
    let wraps = Memo::new(move |_| left.get().is_some());
    let option = move |presence: Presence| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="presence"
                    prop:checked=move || present.get() == Some(presence)
                    prop:disabled=move || present.get().is_none()
                    on:change=move |_| actions::set_presence(model, presence)
                />
                <span class="segment-face">
                    <span class=dot_class(presence)></span>
                    {move || model.t(of_presence(presence))}
                </span>
            </label>
        }
    };
    view! {
        <div class="presence">
            <fieldset class="segments">
                <legend class="unseen">{move || model.t(Text::Presence)}</legend>
                {CHOICES.map(option).collect_view()}
            </fieldset>
            <Show when=move || wraps.get()>
                <p class="wrap-up">
                    <span>{move || model.fill(Text::WrappingUp, &[("time", &stopwatch(left.get().unwrap_or_default()))])}</span>
                    <button class="button small" type="button" on:click=move |_| actions::ready(model)>
                        {icon(Icon::Check)} {move || model.t(Text::ReadyAgain)}
                    </button>
                </p>
            </Show>
            <p class="load">
                {move || {
                    load.get()
                        .map(|(load, capacity)| {
                            let said = model
                                .fill(Text::Load, &[("n", &load.to_string()), ("most", &capacity.to_string())]);
                            view! {
                                <span>{said}</span>
                                {(capacity <= PIPS).then(|| pips(load, capacity))}
                            }
                        })
                }}
            </p>
        </div>
    }
}

fn pips(load: u32, capacity: u32) -> impl IntoView {
    let pip = |place| view! { <span class=if place < load { "pip full" } else { "pip" }></span> };
    view! { <span class="pips" aria-hidden="true">{(0..capacity.max(load.min(PIPS))).map(pip).collect_view()}</span> }
}
