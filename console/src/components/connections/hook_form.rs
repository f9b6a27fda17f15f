//! The form of a webhook, new or changed.

use leptos::prelude::*;
use shared::hooks::Kind;

use super::words::{of_kind, of_refused};
use crate::actions::connections;
use crate::state::connections::HookForm;
use crate::state::model::use_model;
use crate::texts::Text;

/// The form.
#[component]
pub fn HookEditor(form: HookForm) -> impl IntoView {
    let model = use_model();
    let ready = move || {
        !form.url.with(|url| url.trim().is_empty())
            && !form.kinds.with(Vec::is_empty)
            && !model.links.busy.get()
    };
    view! {
        <form
            class="hook-form"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                connections::save(model);
            }
        >
            <label class="field">
                <span>{move || model.t(Text::ConnUrl)}</span>
                <input
                    type="url"
                    name="hook-url"
                    dir="ltr"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="https://"
                    aria-invalid=move || model.links.refused.with(Option::is_some).to_string()
                    aria-describedby="hook-refused"
                    prop:value=move || form.url.get()
                    on:input=move |event| form.url.set(event_target_value(&event))
                />
            </label>
            <p class="hook-refused" id="hook-refused" role="alert">
                {move || model.links.refused.get().map(|why| model.t(of_refused(why)))}
            </p>
            <fieldset class="kinds">
                <legend>{move || model.t(Text::ConnEvents)}</legend>
                {Kind::ALL.map(|kind| view! {
                    <label class="kind">
                        <input
                            type="checkbox"
                            prop:checked=move || form.kinds.with(|kinds| kinds.contains(&kind))
                            on:change=move |_| form.toggle(kind)
                        />
                        <span>{move || model.t(of_kind(kind))}</span>
                    </label>
                })}
            </fieldset>
            <div class="hook-acts">
                <button class="button small primary" type="submit" disabled=move || !ready()>
                    {move || model.t(Text::ConnSave)}
                </button>
                <button
                    class="button small"
                    type="button"
                    on:click=move |_| {
                        model.links.refused.set(None);
                        model.links.form.set(None);
                    }
                >
                    {move || model.t(Text::Cancel)}
                </button>
            </div>
        </form>
    }
}
