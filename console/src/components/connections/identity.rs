//! The secret by which the shop says who its visitors are.

use leptos::prelude::*;

use crate::actions::connections;
use crate::components::dialog::Confirm;
use crate::components::icon::{Icon, icon};
use crate::state::model::use_model;
use crate::texts::Text;

/// The section.
#[component]
pub fn Identity() -> impl IntoView {
    let model = use_model();
    let there = Memo::new(move |_| model.links.seen.with(|seen| seen.as_ref().map(|seen| seen.identity)));
    let replacing = RwSignal::new(false);
    let removing = RwSignal::new(false);
    view! {
        <section class="links-part" aria-labelledby="identity-title">
            <header class="part-head">
                <h2 id="identity-title">{move || model.t(Text::ConnIdentity)}</h2>
                {move || there.get().map(|there| match there {
                    true => view! {
                        <span class="hook-acts">
                            <button
                                class="button small"
                                type="button"
                                disabled=move || model.links.busy.get()
                                on:click=move |_| replacing.set(true)
                            >
                                {icon(Icon::Lock)} {model.t(Text::ConnIdentityAgain)}
                            </button>
                            <button
                                class="button small quiet"
                                type="button"
                                disabled=move || model.links.busy.get()
                                on:click=move |_| removing.set(true)
                            >
                                {icon(Icon::Trash)} {model.t(Text::ConnIdentityRemove)}
                            </button>
                        </span>
                    }.into_any(),
                    false => view! {
                        <button
                            class="button small"
                            type="button"
                            disabled=move || model.links.busy.get()
                            on:click=move |_| connections::make_identity_secret(model)
                        >
                            {icon(Icon::Lock)} {model.t(Text::ConnIdentityMake)}
                        </button>
                    }.into_any(),
                })}
            </header>
            <p class="part-hint">{move || model.t(Text::ConnIdentityHint)}</p>
            {move || there.get().map(|there| {
                let text = if there { Text::ConnIdentityOn } else { Text::ConnIdentityNone };
                view! { <p class="part-none">{model.t(text)}</p> }
            })}
            <Confirm
                asking=replacing
                title=Text::ConnIdentityTitle
                explain=Text::ConnIdentityReplace
                confirm=Text::ConnIdentityAgain
                yes=move |()| connections::make_identity_secret(model)
            />
            <Confirm
                asking=removing
                title=Text::ConnIdentityTitle
                explain=Text::ConnIdentityExplain
                confirm=Text::ConnIdentityRemove
                yes=move |()| connections::remove_identity_secret(model)
            />
        </section>
    }
}
