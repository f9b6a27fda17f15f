//! One entry, its languages side by side.

use leptos::prelude::*;
use shared::kb::list::{state, waiting};
use shared::limits;
use shared::protocol::kb::EntryAction;

use super::asks::Asks;
use super::problems::ProblemList;
use super::schedule::Schedule;
use super::words::{of_state, of_waiting};
use crate::actions::kb;
use crate::components::dialog::Confirm;
use crate::components::icon::{Icon, icon};
use crate::state::kb::{Form, TextForm};
use crate::state::model::{Model, use_model};
use crate::state::page::Page;
use crate::texts::Text;

/// The entry on screen.
#[component]
pub fn Editor(form: Form) -> impl IntoView {
    let model = use_model();
    let readonly = !untrack(|| model.is_supervisor());
    let title = move || {
        let first = form.texts.with(|texts| {
            texts.iter().find_map(|t| {
                t.questions.with(|q| q.lines().next().map(str::to_owned)).filter(|q| !q.is_empty())
            })
        });
        first.unwrap_or_else(|| model.t(Text::KbNew).to_owned())
    };
    view! {
        <main class="conversation kb-main">
            <header class="conversation-head">
                <button
                    class="quiet-button back"
                    type="button"
                    aria-label=move || model.t(Text::BackToList)
                    on:click=move |_| kb::go(model, &Page::Knowledge)
                >
                    {icon(Icon::Back)}
                </button>
                <div class="conversation-who">
                    <h1><bdi>{title}</bdi></h1>
                    <p class="kb-states"><States form /></p>
                </div>
                <div class="conversation-acts">
                    <Show when=move || !readonly><Acts form /></Show>
                    <button
                        class="quiet-button about"
                        type="button"
                        aria-label=move || model.t(Text::KbTest)
                        title=move || model.t(Text::KbTest)
                        on:click=move |_| model.context_shown.set(true)
                    >
                        {icon(Icon::Flask)}
                    </button>
                </div>
            </header>
            // In sight wherever its author has scrolled to.
            <div role="alert">
                {move || model.kb.problems.with(|p| !p.is_empty()).then(|| view! {
                    <div class="kb-problems">
                        <ProblemList problems=model.kb.problems.get() />
                    </div>
                })}
            </div>
            <div class="kb-scroll">
                <div class="kb-page">
                    <div class="kb-meta">
                        <Show when=move || form.base == 0>
                            {line(model, form.id, Text::KbId, Some(Text::KbIdHint), readonly)}
                        </Show>
                        {line(model, form.topic, Text::KbTopic, None, readonly)}
                        {line(model, form.tags, Text::KbTags, Some(Text::KbTagsHint), readonly)}
                    </div>
                    <div class="kb-texts">
                        <For each=move || form.texts.get() key=|text| text.lang let(text)>
                            <TextColumn text readonly />
                        </For>
                    </div>
                    <Schedule form readonly />
                    <Asks form readonly />
                </div>
            </div>
        </main>
    }
}

fn line(
    model: Model,
    value: RwSignal<String>,
    name: Text,
    hint: Option<Text>,
    readonly: bool,
) -> impl IntoView {
    view! {
        <label class="field kb-line">
            <span>{move || model.t(name)}</span>
            <input
                type="text"
                dir="auto"
                maxlength=limits::SHORT_CHARS
                readonly=readonly
                placeholder=move || hint.map(|hint| model.t(hint)).unwrap_or_default()
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </label>
    }
}

/// What shoppers get, what waits, and what is not even saved.
#[component]
fn States(form: Form) -> impl IntoView {
    let model = use_model();
    move || {
        let entry = model.kb.entry.get().and_then(|e| e.entry);
        let chips = entry.map(|entry| {
            let (name, class) = of_state(state(&entry, model.now.get_untracked()));
            let waiting =
                waiting(&entry).map(|w| view! { <span class="chip accent">{model.t(of_waiting(w))}</span> });
            view! { <span class=class>{model.t(name)}</span> {waiting} }
        });
        let gone = form.base > 0 && chips.is_none();
        view! {
            {chips}
            {gone.then(|| view! { <span class="chip">{model.t(Text::KbGone)}</span> })}
            {(form.base > 0).then(|| view! { <span class="kb-id"><bdi>{form.id.get()}</bdi></span> })}
            {move || form.changed().then(|| view! { <span class="kb-unsaved">{model.t(Text::KbUnsaved)}</span> })}
        }
    }
}

#[component]
fn Acts(form: Form) -> impl IntoView {
    let model = use_model();
    let removing = RwSignal::new(false);
    let busy = move || model.kb.busy.get();
    let pending = move || {
        model
            .kb
            .entry
            .with(|e| e.as_ref().and_then(|e| e.entry.as_ref()).is_some_and(|entry| entry.pending.is_some()))
    };
    let exists = move || model.kb.entry.with(|e| e.as_ref().is_some_and(|e| e.entry.is_some()));
    let publish = move |_| {
        if untrack(|| form.changed()) || !untrack(pending) {
            kb::save(model, true);
        } else {
            kb::act(model, EntryAction::Publish { base: form.base }, Text::KbPublished);
        }
    };
    view! {
        <Show when=exists>
            <button
                class="quiet-button"
                type="button"
                aria-label=move || model.t(Text::KbRemove)
                title=move || model.t(Text::KbRemove)
                disabled=busy
                on:click=move |_| removing.set(true)
            >
                {icon(Icon::Trash)}
            </button>
        </Show>
        <button
            class="button small"
            type="button"
            disabled=move || busy() || !form.changed()
            on:click=move |_| kb::save(model, false)
        >
            {move || model.t(Text::KbSave)}
        </button>
        <button
            class="button small primary"
            type="button"
            disabled=move || busy() || !(form.changed() || pending())
            on:click=publish
        >
            {move || model.t(Text::KbPublish)}
        </button>
        <Confirm
            asking=removing
            title=Text::KbRemoveTitle
            explain=Text::KbRemoveExplain
            confirm=Text::KbRemove
            yes=move |()| kb::act(model, EntryAction::Remove { base: form.base, publish: true }, Text::KbRemoved)
        />
    }
}

/// The entry in one language.
#[component]
fn TextColumn(text: TextForm, readonly: bool) -> impl IntoView {
    let model = use_model();
    let lang = text.lang;
    let count = move || text.questions.with(|q| q.lines().filter(|line| !line.trim().is_empty()).count());
    let length = move || text.answer.with(|answer| answer.chars().count());
    let over = move || length() > limits::TEXT_CHARS;
    view! {
        <section class="kb-text" lang=lang.tag() dir=if lang.is_rtl() { "rtl" } else { "ltr" }>
            <h2><span>{lang.own_name()}</span> <span class="lang-tag">{lang.tag()}</span></h2>
            <label class="field">
                <span class="kb-label" lang=move || model.lang.get().tag()>
                    {move || model.t(Text::KbPhrasings)} <span class="count">{count}</span>
                </span>
                <textarea
                    class="kb-area"
                    rows="5"
                    readonly=readonly
                    placeholder=move || model.t(Text::KbPhrasingsHint)
                    prop:value=move || text.questions.get()
                    on:input=move |event| text.questions.set(event_target_value(&event))
                ></textarea>
            </label>
            <label class="field">
                <span class="kb-label" lang=move || model.lang.get().tag()>
                    {move || model.t(Text::KbAnswer)}
                    <span class="count" class:over=over>{length}</span>
                </span>
                <textarea
                    class="kb-area"
                    rows="7"
                    readonly=readonly
                    placeholder=move || model.t(Text::KbAnswerHint)
                    prop:value=move || text.answer.get()
                    on:input=move |event| text.answer.set(event_target_value(&event))
                ></textarea>
            </label>
        </section>
    }
}
