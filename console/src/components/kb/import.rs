//! Bringing a file in: what it would change first, then the change.

use leptos::ev::DragEvent;
use leptos::html;
use leptos::prelude::*;
use shared::kb::diff::{Change, ChangeKind};
use shared::kb::exchange::Format;
use shared::lang::Lang;
use shared::protocol::kb::{ImportMode, ImportPreview};

use super::entries::format_name;
use super::problems::ProblemList;
use super::words::of_field;
use crate::actions::kb;
use crate::components::icon::{Icon, icon};
use crate::state::model::use_model;
use crate::texts::Text;

/// Changes named in the preview.
const SHOWN: usize = 60;

/// The dialog.
#[component]
pub fn ImportDialog() -> impl IntoView {
    let model = use_model();
    let import = model.kb.import;
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if import.shown.get() && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !import.shown.get() && dialog.open() {
            dialog.close();
        }
    });
    let again = move || {
        import.preview.set(None);
        kb::import(model, None);
    };
    let ready = move || {
        import.preview.with(|p| p.as_ref().is_some_and(|p| p.problems.errors == 0 && !p.changes.is_empty()))
    };
    let confirm = move |publish: bool| move |_| kb::import(model, Some(publish));
    view! {
        <dialog
            class="dialog import"
            node_ref=dialog
            aria-label=move || model.t(Text::KbImportTitle)
            on:close=move |_| import.shown.set(false)
            on:click=move |event| {
                if event.target() == event.current_target() {
                    import.shown.set(false);
                }
            }
        >
            <div class="dialog-body">
                <h2>{move || model.t(Text::KbImportTitle)}</h2>
                <FileField />
                <div class="import-choices">
                    <label class="field kb-line">
                        <span>{move || model.t(Text::KbFormat)}</span>
                        <select on:change=move |event| {
                            import.format.set(Format::parse(&event_target_value(&event)));
                            again();
                        }>
                            <option value="">{move || model.t(Text::KbFormatGuess)}</option>
                            {Format::ALL.map(|f| view! { <option value=f.name()>{format_name(f)}</option> })}
                        </select>
                    </label>
                    <label class="field kb-line">
                        <span>{move || model.t(Text::KbOthers)}</span>
                        <select on:change=move |event| {
                            let replace = event_target_value(&event) == "replace";
                            import.mode.set(if replace { ImportMode::Replace } else { ImportMode::Merge });
                            again();
                        }>
                            <option value="merge">{move || model.t(Text::KbMerge)}</option>
                            <option value="replace">{move || model.t(Text::KbReplace)}</option>
                        </select>
                    </label>
                    <label class="field kb-line">
                        <span>{move || model.t(Text::KbImportLang)}</span>
                        <select on:change=move |event| {
                            import.lang.set(Lang::parse(&event_target_value(&event)));
                            again();
                        }>
                            {move || model.kb.list.get().map(|list| {
                                let option = |lang: Lang| view! { <option value=lang.tag()>{lang.own_name()}</option> };
                                list.languages.into_iter().map(option).collect_view()
                            })}
                        </select>
                    </label>
                </div>
                <div class="import-preview" role="status">
                    {move || import.preview.get().map(|preview| view! { <Preview preview /> })}
                </div>
                <div class="dialog-buttons">
                    <button class="button" type="button" on:click=move |_| import.shown.set(false)>
                        {move || model.t(Text::Cancel)}
                    </button>
                    <button
                        class="button"
                        type="button"
                        disabled=move || model.kb.busy.get() || !ready()
                        on:click=confirm(false)
                    >
                        {move || model.t(Text::KbImportDrafts)}
                    </button>
                    <button
                        class="button primary"
                        type="button"
                        disabled=move || model.kb.busy.get() || !ready()
                        on:click=confirm(true)
                    >
                        {move || model.t(Text::KbImportPublish)}
                    </button>
                </div>
            </div>
        </dialog>
    }
}

#[component]
fn FileField() -> impl IntoView {
    let model = use_model();
    let over = RwSignal::new(false);
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(file) = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0))
        {
            kb::choose_file(model, file);
        }
    };
    view! {
        <label
            class="drop"
            class:over=move || over.get()
            on:dragover=move |event: DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            {icon(Icon::Take)}
            <span>
                {move || {
                    let name = model.kb.import.name.get();
                    if name.is_empty() { model.t(Text::KbChooseFile).to_owned() } else { name }
                }}
            </span>
            <input
                class="unseen"
                type="file"
                accept=".csv,.tsv,.json,.jsonl,.jsonld,.md,.markdown,.html,.txt"
                on:change=move |event| {
                    let input: web_sys::HtmlInputElement = event_target(&event);
                    if let Some(file) = input.files().and_then(|files| files.get(0)) {
                        kb::choose_file(model, file);
                    }
                    // The same file, mended, can be chosen again.
                    input.set_value("");
                }
            />
        </label>
    }
}

#[component]
fn Preview(preview: ImportPreview) -> impl IntoView {
    let model = use_model();
    let ImportPreview { problems, changes, .. } = preview;
    let refused = problems.errors > 0;
    let counts = [
        (changes.added, Text::KbAdded, "chip good"),
        (changes.changed, Text::KbChanged, "chip warm"),
        (changes.removed, Text::KbGoes, "chip bad"),
        (changes.unchanged, Text::KbSame, "chip"),
    ];
    let named = problems.named.len();
    let unnamed = (problems.errors + problems.warnings) as usize
        - named.min((problems.errors + problems.warnings) as usize);
    let rest = changes.entries.len().saturating_sub(SHOWN);
    view! {
        {refused.then(|| view! {
            <p class="import-refused">
                {icon(Icon::Alert)}
                {model.fill(Text::KbImportRefused, &[("n", &problems.errors.to_string())])}
            </p>
        })}
        {(!refused).then(|| view! {
            <p class="import-counts">
                {counts.map(|(n, name, class)| (n > 0).then(|| view! {
                    <span class=class>{model.fill(name, &[("n", &n.to_string())])}</span>
                }))}
            </p>
        })}
        {(named > 0).then(|| view! { <ProblemList problems=problems.named.clone() /> })}
        {(unnamed > 0).then(|| view! { <p>{model.fill(Text::KbMore, &[("n", &unnamed.to_string())])}</p> })}
        <ul class="changes">
            {changes.entries.into_iter().take(SHOWN).map(|change| view! { <ChangeRow change /> }).collect_view()}
        </ul>
        {(rest > 0).then(|| view! { <p>{model.fill(Text::KbMore, &[("n", &rest.to_string())])}</p> })}
    }
}

#[component]
fn ChangeRow(change: Change) -> impl IntoView {
    let model = use_model();
    let (mark, class) = match change.kind {
        ChangeKind::Added => ("+", "change added"),
        ChangeKind::Removed => ("−", "change removed"),
        ChangeKind::Changed | ChangeKind::Unchanged => ("~", "change"),
    };
    let parts: Vec<String> = change
        .parts
        .iter()
        .map(|part| match part.lang {
            Some(lang) => format!("{} ({})", model.t(of_field(part.field)), lang.tag()),
            None => model.t(of_field(part.field)).to_owned(),
        })
        .collect();
    view! {
        <li class=class>
            <span class="change-mark" aria-hidden="true">{mark}</span>
            <span>
                <bdi>{change.title}</bdi> " " <span class="kb-id">{change.id.to_string()}</span>
                {(!parts.is_empty()).then(|| view! { <span class="change-parts">{parts.join(", ")}</span> })}
            </span>
        </li>
    }
}
