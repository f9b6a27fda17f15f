//! The knowledge base: its entries, the one on screen, and the test box.

use leptos::prelude::*;

use crate::components::banner::Banner;
use crate::components::icon::{Icon, icon};
use crate::components::kb::editor::Editor;
use crate::components::kb::entries::EntryList;
use crate::components::kb::history::History;
use crate::components::kb::import::ImportDialog;
use crate::components::kb::trial::Trial;
use crate::components::notices::Notices;
use crate::components::rail::RailHead;
use crate::state::model::use_model;
use crate::state::page::Page;
use crate::texts::Text;

/// The page.
#[component]
pub fn KnowledgePage() -> impl IntoView {
    let model = use_model();
    let somewhere = move || !model.page.with(|p| *p == Page::Knowledge);
    view! {
        <div
            class="workspace knowledge"
            class:reading=somewhere
            class:informed=move || model.context_shown.get()
        >
            <Banner />
            <aside class="rail">
                <RailHead />
                <EntryList />
            </aside>
            {move || match model.kb.form.get() {
                Some(form) if somewhere() => view! { <Editor form /> }.into_any(),
                _ if somewhere() => view! { <main class="conversation kb-main" aria-busy="true"></main> }.into_any(),
                _ => view! { <Nothing /> }.into_any(),
            }}
            <aside class="context" aria-label=move || model.t(Text::KbTest)>
                <header class="context-bar">
                    <button
                        class="quiet-button"
                        type="button"
                        aria-label=move || model.t(Text::Close)
                        on:click=move |_| model.context_shown.set(false)
                    >
                        {icon(Icon::Back)}
                    </button>
                    <h2>{move || model.t(Text::KbTest)}</h2>
                </header>
                <div class="context-scroll">
                    <Trial />
                    <Show when=somewhere><History /></Show>
                </div>
            </aside>
            <ImportDialog />
            <Notices />
        </div>
    }
}

/// What stands where an entry would.
#[component]
fn Nothing() -> impl IntoView {
    let model = use_model();
    view! {
        <main class="nothing">
            <span class="nothing-mark" aria-hidden="true">{icon(Icon::Book)}</span>
            <h1>{move || model.t(Text::Kb)}</h1>
            <p>{move || model.t(Text::KbHint)}</p>
        </main>
    }
}
