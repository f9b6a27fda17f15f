//! The way between conversations, knowledge base, roster and unanswered questions.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use crate::state::model::use_model;
use crate::state::page::Page;
use crate::texts::Text;

/// The links.
#[component]
pub fn Places() -> impl IntoView {
    let model = use_model();
    let link = move |page: Page, drawing: Icon, name: Text, here: fn(&Page) -> bool| {
        view! {
            <a
                class="place"
                href=page.hash()
                aria-current=move || model.page.with(here).then_some("page")
            >
                {icon(drawing)}
                <span class="place-name">{move || model.t(name)}</span>
                {matches!(page, Page::Conversations).then(|| view! {
                    <Show when=move || model.unread_total() != 0>
                        <span class="badge">{move || model.unread_total()}</span>
                    </Show>
                })}
            </a>
        }
    };
    view! {
        <nav class="places" aria-label=move || model.t(Text::Places)>
            {link(Page::Conversations, Icon::Inbox, Text::Conversations, Page::is_inbox)}
            {link(Page::Knowledge, Icon::Book, Text::Kb, Page::is_knowledge)}
            {link(Page::Roster, Icon::Clock, Text::Roster, |page| *page == Page::Roster)}
            {link(Page::Questions, Icon::Question, Text::Questions, |page| *page == Page::Questions)}
            <Show when=move || model.is_supervisor()>
                {link(Page::Routing, Icon::Fork, Text::Routing, |page| *page == Page::Routing)}
                {link(Page::Connections, Icon::Link, Text::Connections, |page| *page == Page::Connections)}
                {link(Page::Waits, Icon::Chart, Text::Waits, |page| *page == Page::Waits)}
            </Show>
        </nav>
    }
}
