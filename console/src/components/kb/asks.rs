//! What an entry asks a shopper for before it answers.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::kb::slots::is_name;
use shared::kb::{Slot, SlotKind};
use shared::lang::Lang;
use shared::limits;

use crate::components::icon::{Icon, icon};
use crate::state::kb::{Form, SlotForm};
use crate::state::model::use_model;
use crate::texts::Text;

const fn of_kind(kind: SlotKind) -> Text {
    match kind {
        SlotKind::OrderNumber => Text::KbSlotOrderNumber,
        SlotKind::Email => Text::KbSlotEmail,
        SlotKind::Phone => Text::KbSlotPhone,
        SlotKind::Number => Text::KbSlotNumber,
        SlotKind::Product => Text::KbSlotProduct,
        SlotKind::Text => Text::KbSlotText,
    }
}

/// The slots of an entry; closed while there are none.
#[component]
pub fn Asks(form: Form, readonly: bool) -> impl IntoView {
    let model = use_model();
    let asking = untrack(|| form.ask.with(|slots| !slots.is_empty()));
    let add = move |_| {
        let languages: Vec<Lang> = form.texts.with_untracked(|texts| texts.iter().map(|t| t.lang).collect());
        form.ask.update(|all| {
            let number = all.iter().map(|slot| slot.number + 1).max().unwrap_or(0);
            let name = if all.is_empty() { "order".to_owned() } else { String::new() };
            let slot = Slot { name, kind: SlotKind::OrderNumber, prompts: BTreeMap::new() };
            all.push(SlotForm::of(number, &slot, &languages));
        });
    };
    let room = move || !readonly && form.ask.with(|slots| slots.len() < limits::KB_SLOTS);
    view! {
        <details class="kb-schedule kb-asks" open=asking>
            <summary>{icon(Icon::Question)} <span>{move || model.t(Text::KbAsks)}</span> {icon(Icon::Down)}</summary>
            <For each=move || form.ask.get() key=|slot| slot.number let(asked)>
                <SlotCard form asked readonly />
            </For>
            <Show when=room>
                <button class="button small" type="button" on:click=add>
                    {icon(Icon::Plus)} {move || model.t(Text::KbAddSlot)}
                </button>
            </Show>
        </details>
    }
}

#[component]
fn SlotCard(form: Form, asked: SlotForm, readonly: bool) -> impl IntoView {
    let model = use_model();
    let named = move || asked.name.with(|name| is_name(name.trim()));
    let hint = move || {
        if named() {
            let name = format!("{{{}}}", asked.name.with(|name| name.trim().to_owned()));
            model.fill(Text::KbSlotHint, &[("name", &name)])
        } else {
            model.t(Text::KbSlotNameRule).to_owned()
        }
    };
    let choose = move |event| {
        if let Some(kind) = SlotKind::parse(&event_target_value(&event)) {
            asked.kind.set(kind);
        }
    };
    let kinds = SlotKind::ALL.map(|kind| {
        view! {
            <option value=kind.name() selected=move || asked.kind.get() == kind>
                {move || model.t(of_kind(kind))}
            </option>
        }
    });
    view! {
        <section class="kb-variant">
            <div class="kb-window">
                <label class="field kb-line">
                    <span>{move || model.t(Text::KbSlotKind)}</span>
                    <select disabled=readonly on:change=choose>{kinds}</select>
                </label>
                <label class="field kb-line">
                    <span>{move || model.t(Text::KbSlotName)}</span>
                    <input
                        type="text"
                        dir="ltr"
                        maxlength="32"
                        autocapitalize="off"
                        spellcheck="false"
                        readonly=readonly
                        aria-invalid=move || (!named()).to_string()
                        prop:value=move || asked.name.get()
                        on:input=move |event| asked.name.set(event_target_value(&event))
                    />
                </label>
                <Show when=move || !readonly>
                    <button
                        class="quiet-button"
                        type="button"
                        aria-label=move || model.t(Text::KbRemoveSlot)
                        title=move || model.t(Text::KbRemoveSlot)
                        on:click=move |_| form.ask.update(|all| all.retain(|s| s.number != asked.number))
                    >
                        {icon(Icon::Trash)}
                    </button>
                </Show>
            </div>
            <p class="kb-slot-hint" class:wrong=move || !named() aria-live="polite">{hint}</p>
            <div class="kb-texts">
                <For each=move || asked.prompts.get() key=|(lang, _)| *lang let((lang, prompt))>
                    <label class="field kb-line" lang=lang.tag() dir=if lang.is_rtl() { "rtl" } else { "ltr" }>
                        <span class="kb-label">{lang.own_name()}</span>
                        <input
                            type="text"
                            dir="auto"
                            maxlength=limits::SHORT_CHARS
                            readonly=readonly
                            placeholder=move || model.t(Text::KbSlotPrompt)
                            prop:value=move || prompt.get()
                            on:input=move |event| prompt.set(event_target_value(&event))
                        />
                    </label>
                </For>
            </div>
        </section>
    }
}
