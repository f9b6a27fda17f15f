//! The lists: mine, waiting, messages left, and what is with colleagues or lately ended.

use leptos::prelude::*;
use shared::ids::ConversationId;

use super::card::Card;
use super::icon::{Icon, icon};
use crate::state::inbox::Inbox;
use crate::state::model::use_model;
use crate::texts::Text;

type Ids = Vec<ConversationId>;

/// The lists.
#[component]
pub fn InboxLists() -> impl IntoView {
    let model = use_model();
    let ids = move |pick: fn(&Inbox) -> Ids| Memo::new(move |_| model.inbox.with(pick));
    let mine = ids(|i| i.mine().iter().map(|c| c.conversation.clone()).collect());
    let queue = ids(|i| i.queue().iter().map(|c| c.conversation.clone()).collect());
    let messages = ids(|i| i.messages().iter().map(|c| c.conversation.clone()).collect());
    let others = ids(|i| i.others().iter().map(|c| c.conversation.clone()).collect());
    let recent = ids(|i| i.recent().iter().map(|c| c.conversation.clone()).collect());
    let ready = Memo::new(move |_| model.inbox.with(|i| i.ready));
    view! {
        <nav class="lists" aria-label=move || model.t(Text::Conversations)>
            <Show when=move || ready.get() fallback=skeleton>
                <Group title=Text::GroupMine empty=Text::GroupMineEmpty drawing=Icon::Inbox ids=mine />
                <Group title=Text::GroupWaiting empty=Text::GroupWaitingEmpty drawing=Icon::Clock ids=queue />
                <Group title=Text::GroupMessages empty=Text::GroupMessagesEmpty drawing=Icon::Mail ids=messages />
                <Folded title=Text::GroupRecent ids=recent opened=true />
                <Folded title=Text::GroupOthers ids=others opened=false />
            </Show>
        </nav>
    }
}

#[component]
fn Group(title: Text, empty: Text, drawing: Icon, ids: Memo<Ids>) -> impl IntoView {
    let model = use_model();
    view! {
        <section class="group">
            <h2>
                {icon(drawing)} <span>{move || model.t(title)}</span>
                <span class="count">{move || ids.with(Vec::len)}</span>
            </h2>
            <Show
                when=move || ids.with(|ids| !ids.is_empty())
                fallback=move || view! { <p class="group-empty">{move || model.t(empty)}</p> }
            >
                <ul>
                    <For each=move || ids.get() key=Clone::clone let(id)>
                        <li>
                            <Card id />
                        </li>
                    </For>
                </ul>
            </Show>
        </section>
    }
}

/// A group that is only there when it holds something, and can be folded.
#[component]
fn Folded(title: Text, ids: Memo<Ids>, opened: bool) -> impl IntoView {
    let model = use_model();
    view! {
        <Show when=move || ids.with(|ids| !ids.is_empty())>
            <details class="group folded" open=opened>
                <summary>
                    {icon(Icon::Down)} <span>{move || model.t(title)}</span>
                    <span class="count">{move || ids.with(Vec::len)}</span>
                </summary>
                <ul>
                    <For each=move || ids.get() key=Clone::clone let(id)>
                        <li>
                            <Card id />
                        </li>
                    </For>
                </ul>
            </details>
        </Show>
    }
}

fn skeleton() -> impl IntoView {
    let row = |_| {
        view! {
            <div class="card skeleton">
                <span class="avatar"></span>
                <span class="card-body">
                    <span class="bone short"></span>
                    <span class="bone"></span>
                </span>
            </div>
        }
    };
    view! { <div class="group" aria-hidden="true">{(0..4).map(row).collect_view()}</div> }
}
