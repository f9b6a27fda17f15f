//! The list of entries: search, filter, and what concerns all of them.

use leptos::prelude::*;
use shared::kb::exchange::Format;
use shared::kb::list::{EntryRow, Filter};

use super::words::{of_state, of_waiting};
use crate::actions::kb;
use crate::components::icon::{Icon, icon};
use crate::state::model::use_model;
use crate::state::page::Page;
use crate::texts::Text;

const FILTERS: [(Filter, Text); 3] = [
    (Filter::All, Text::KbAll),
    (Filter::Unpublished, Text::KbUnpublished),
    (Filter::Scheduled, Text::KbTimed),
];

/// The name of a format, the same in every language.
#[must_use]
pub const fn format_name(format: Format) -> &'static str {
    match format {
        Format::Csv => "CSV",
        Format::Json => "JSON",
        Format::JsonLines => "JSON Lines",
        Format::FaqPage => "schema.org FAQPage",
        Format::Markdown => "Markdown",
    }
}

/// The left-hand side of the knowledge base.
#[component]
pub fn EntryList() -> impl IntoView {
    let model = use_model();
    let rows =
        Memo::new(move |_| model.kb.list.with(|l| l.as_ref().map(|l| l.entries.clone()).unwrap_or_default()));
    let counts =
        Memo::new(move |_| model.kb.list.with(|l| l.as_ref().map(|l| (l.total, l.unpublished, l.found))));
    let unpublished = move || counts.get().map_or(0, |(_, unpublished, _)| unpublished);
    let more = move || {
        let (found, shown) = (counts.get().map_or(0, |(_, _, found)| found) as usize, rows.with(Vec::len));
        (found > shown).then(|| model.fill(Text::KbMore, &[("n", &(found - shown).to_string())]))
    };
    view! {
        <div class="kb-tools">
            <label class="search">
                {icon(Icon::Search)}
                <input
                    type="search"
                    placeholder=move || model.t(Text::KbSearch)
                    aria-label=move || model.t(Text::KbSearch)
                    prop:value=move || model.kb.search.get()
                    on:input=move |event| kb::search(model, event_target_value(&event))
                />
            </label>
            <div class="segments" role="radiogroup" aria-label=move || model.t(Text::KbFilter)>
                {FILTERS.map(|(filter, name)| view! {
                    <label class="segment">
                        <input
                            type="radio"
                            name="kb-filter"
                            prop:checked=move || model.kb.filter.get() == filter
                            on:change=move |_| {
                                model.kb.filter.set(filter);
                                kb::load_list(model);
                            }
                        />
                        <span class="segment-face">{move || model.t(name)}</span>
                    </label>
                })}
            </div>
        </div>
        <nav class="lists kb-list" aria-label=move || model.t(Text::KbEntries)>
            <Show
                when=move || !rows.with(Vec::is_empty)
                fallback=move || view! {
                    <p class="group-empty">
                        {move || match counts.get() {
                            None => "",
                            Some((0, ..)) => model.t(Text::KbNone),
                            Some(_) => model.t(Text::KbNoneFound),
                        }}
                    </p>
                }
            >
                <ul>
                    <For
                        each=move || rows.get()
                        key=|row| (row.id.clone(), row.version, row.state as u8, row.variant.clone(), row.title.clone())
                        let(row)
                    >
                        <li><Row row /></li>
                    </For>
                </ul>
                {move || more().map(|text| view! { <p class="group-empty">{text}</p> })}
            </Show>
        </nav>
        <Show when=move || model.is_supervisor() && unpublished() != 0>
            <div class="kb-publish">
                <span>{move || model.fill(Text::KbToPublish, &[("n", &unpublished().to_string())])}</span>
                <button
                    class="button small primary"
                    type="button"
                    disabled=move || model.kb.busy.get()
                    on:click=move |_| kb::publish_all(model)
                >
                    {move || model.t(Text::KbPublishAll)}
                </button>
            </div>
        </Show>
        <footer class="kb-foot">
            <Show when=move || model.is_supervisor()>
                <a class="button small primary" href=Page::NewEntry(None).hash()>
                    {icon(Icon::Plus)} {move || model.t(Text::KbNew)}
                </a>
                <button class="button small" type="button" on:click=move |_| model.kb.import.shown.set(true)>
                    {move || model.t(Text::KbImport)}
                </button>
            </Show>
            <button class="button small" type="button" popovertarget="kb-export">
                {move || model.t(Text::KbExport)}
            </button>
            <div class="menu kb-export" id="kb-export" popover="auto">
                {Format::ALL.map(|format| view! {
                    <a
                        class="menu-item"
                        href=format!("/v1/console/kb/export?format={}", format.name())
                        download=""
                    >
                        {format_name(format)}
                    </a>
                })}
            </div>
        </footer>
    }
}

#[component]
fn Row(row: EntryRow) -> impl IntoView {
    let model = use_model();
    let page = Page::Entry(row.id.clone());
    let href = page.hash();
    let (state, class) = of_state(row.state);
    let languages: Vec<&str> = row.languages.iter().map(|lang| lang.tag()).collect();
    view! {
        <a class="card kb-row" href=href aria-current=move || model.page.with(|p| *p == page).then_some("true")>
            <span class="card-body">
                <span class="card-head"><bdi class="card-name">{row.title}</bdi></span>
                <span class="card-foot">
                    <span class=class>{move || model.t(state)}</span>
                    {row.waiting.map(|waiting| view! {
                        <span class="chip accent">{move || model.t(of_waiting(waiting))}</span>
                    })}
                    {row.variant.map(|name| view! {
                        <span class="chip warm">{icon(Icon::Clock)} <bdi>{name}</bdi></span>
                    })}
                    <span class="kb-langs">{languages.join(" ")}</span>
                </span>
            </span>
        </a>
    }
}
