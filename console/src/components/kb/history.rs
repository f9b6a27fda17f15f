//! Who changed an entry when, and the way back.

use leptos::prelude::*;
use shared::protocol::kb::{EntryAction, VersionRow};

use super::words::of_action;
use crate::actions::kb;
use crate::net::browser;
use crate::state::model::use_model;
use crate::texts::Text;

/// The versions of the entry on screen.
#[component]
pub fn History() -> impl IntoView {
    let model = use_model();
    let versions = Memo::new(move |_| {
        model.kb.entry.with(|e| e.as_ref().map(|e| e.versions.clone()).unwrap_or_default())
    });
    view! {
        <Show when=move || !versions.with(Vec::is_empty)>
            <section class="context-section history">
                <h3>{move || model.t(Text::KbHistory)}</h3>
                <ol>
                    <For each=move || versions.get() key=|v| v.version let(version)>
                        <li><Version version /></li>
                    </For>
                </ol>
            </section>
        </Show>
    }
}

#[component]
fn Version(version: VersionRow) -> impl IntoView {
    let model = use_model();
    let VersionRow { version: number, stamp, action } = version;
    let by = stamp.by.map(|agent| agent.name);
    let at = stamp.at;
    let current = move || model.kb.entry.with(|e| e.as_ref().is_some_and(|e| e.newest == number));
    let revert = move |_| {
        let base = model.kb.entry.with_untracked(|e| e.as_ref().map_or(number, |e| e.newest));
        kb::act(model, EntryAction::Revert { base, to: number, publish: false }, Text::KbReverted);
    };
    view! {
        <div class="version">
            <span class="version-number">{number}</span>
            <span class="version-what">
                <span>{move || of_action(model, action)}</span>
                <span class="version-who">
                    <bdi>{move || by.clone().unwrap_or_else(|| model.t(Text::KbOperator).to_owned())}</bdi>
                    {move || (at.0 > 0).then(|| format!(" · {}", browser::short_time(model.lang.get().tag(), at)))}
                </span>
            </span>
            <Show when=move || model.is_supervisor() && !current()>
                <button
                    class="button small"
                    type="button"
                    disabled=move || model.kb.busy.get()
                    aria-label=move || model.fill(Text::KbRevertTo, &[("n", &number.to_string())])
                    on:click=revert
                >
                    {move || model.t(Text::KbRevert)}
                </button>
            </Show>
        </div>
    }
}
