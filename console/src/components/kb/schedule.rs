//! When an entry is shown, and answers that stand in for the usual one for a while.

use leptos::prelude::*;
use shared::lang::Lang;
use shared::time::Millis;

use crate::components::icon::{Icon, icon};
use crate::net::browser;
use crate::state::kb::{Form, VariantForm};
use crate::state::model::{Model, use_model};
use crate::texts::Text;

/// The schedule of an entry.
#[component]
pub fn Schedule(form: Form, readonly: bool) -> impl IntoView {
    let model = use_model();
    let timed = untrack(|| {
        form.from.get().is_some() || form.until.get().is_some() || form.variants.with(|v| !v.is_empty())
    });
    let add = move |_| {
        let languages: Vec<Lang> = form.texts.with_untracked(|texts| texts.iter().map(|t| t.lang).collect());
        form.variants.update(|all| {
            let number = all.iter().map(|v| v.number + 1).max().unwrap_or(0);
            all.push(VariantForm::new(number, &languages));
        });
    };
    view! {
        <details class="kb-schedule" open=timed>
            <summary>{icon(Icon::Clock)} <span>{move || model.t(Text::KbSchedule)}</span> {icon(Icon::Down)}</summary>
            <fieldset class="kb-window">
                <legend>{move || model.t(Text::KbValidity)}</legend>
                {instant(model, form.from, Text::KbFrom, readonly)}
                {instant(model, form.until, Text::KbUntil, readonly)}
            </fieldset>
            <For each=move || form.variants.get() key=|variant| variant.number let(variant)>
                <VariantCard form variant readonly />
            </For>
            <Show when=move || !readonly>
                <button class="button small" type="button" on:click=add>
                    {icon(Icon::Plus)} {move || model.t(Text::KbAddVariant)}
                </button>
            </Show>
        </details>
    }
}

fn instant(model: Model, value: RwSignal<Option<Millis>>, name: Text, readonly: bool) -> impl IntoView {
    view! {
        <label class="field kb-line">
            <span>{move || model.t(name)}</span>
            <input
                type="datetime-local"
                readonly=readonly
                prop:value=value.get_untracked().map(browser::local_field).unwrap_or_default()
                on:change=move |event| value.set(browser::from_local_field(&event_target_value(&event)))
            />
        </label>
    }
}

#[component]
fn VariantCard(form: Form, variant: VariantForm, readonly: bool) -> impl IntoView {
    let model = use_model();
    view! {
        <section class="kb-variant">
            <div class="kb-window">
                <label class="field kb-line">
                    <span>{move || model.t(Text::KbVariantName)}</span>
                    <input
                        type="text"
                        dir="auto"
                        maxlength="200"
                        readonly=readonly
                        prop:value=move || variant.name.get()
                        on:input=move |event| variant.name.set(event_target_value(&event))
                    />
                </label>
                {instant(model, variant.from, Text::KbFrom, readonly)}
                {instant(model, variant.until, Text::KbUntil, readonly)}
                <Show when=move || !readonly>
                    <button
                        class="quiet-button"
                        type="button"
                        aria-label=move || model.t(Text::KbRemoveVariant)
                        title=move || model.t(Text::KbRemoveVariant)
                        on:click=move |_| form.variants.update(|all| all.retain(|v| v.number != variant.number))
                    >
                        {icon(Icon::Trash)}
                    </button>
                </Show>
            </div>
            <div class="kb-texts">
                <For each=move || variant.answers.get() key=|(lang, _)| *lang let((lang, answer))>
                    <label class="field" lang=lang.tag() dir=if lang.is_rtl() { "rtl" } else { "ltr" }>
                        <span class="kb-label">{lang.own_name()}</span>
                        <textarea
                            class="kb-area"
                            rows="3"
                            readonly=readonly
                            prop:value=move || answer.get()
                            on:input=move |event| answer.set(event_target_value(&event))
                        ></textarea>
                    </label>
                </For>
            </div>
        </section>
    }
}
