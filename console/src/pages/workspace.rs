//! The workspace: lists, the conversation on screen, and what is known of its visitor.

pub mod conversation;

use leptos::prelude::*;
use shared::protocol::desk::Presence;

use self::conversation::ConversationView;
use crate::actions;
use crate::components::banner::Banner;
use crate::components::context::ContextPane;
use crate::components::icon::{Icon, icon};
use crate::components::inbox::InboxLists;
use crate::components::notices::Notices;
use crate::components::presence::PresenceSwitch;
use crate::components::rail::RailHead;
use crate::components::team::Team;
use crate::state::model::use_model;
use crate::state::thread::Thread;
use crate::texts::Text;

/// The signed-in console.
#[component]
pub fn Workspace() -> impl IntoView {
    let model = use_model();
    let thread: Memo<Option<Thread>> = Memo::new(move |_| model.open.get().and_then(|id| model.thread(&id)));
    view! {
        <div
            class="workspace"
            class:reading=move || thread.with(Option::is_some)
            class:informed=move || model.context_shown.get()
        >
            <Banner />
            <aside class="rail">
                <RailHead />
                <PresenceSwitch />
                <InboxLists />
                <Team />
            </aside>
            {move || match thread.get() {
                Some(thread) => view! {
                    <ConversationView thread=thread.clone() />
                    <ContextPane thread />
                }.into_any(),
                None => view! { <Nothing /> }.into_any(),
            }}
            <Notices />
        </div>
    }
}

/// What stands where a conversation would.
#[component]
fn Nothing() -> impl IntoView {
    let model = use_model();
    let waiting = Memo::new(move |_| model.inbox.with(|i| i.queue().len()));
    let offline = Memo::new(move |_| {
        model
            .inbox
            .with(|i| i.me().is_some_and(|me| me.presence == shared::protocol::desk::Presence::Offline))
    });
    view! {
        <main class="nothing">
            <span class="nothing-mark" aria-hidden="true">{icon(Icon::Inbox)}</span>
            <h1>
                {move || if waiting.get() > 0 {
                    model.fill(Text::NothingWaiting, &[("n", &waiting.get().to_string())])
                } else {
                    model.t(Text::NothingCalm).to_owned()
                }}
            </h1>
            <p>{move || model.t(if offline.get() { Text::NothingOffline } else { Text::NothingHint })}</p>
            {move || {
                if offline.get() {
                    let go = move |_| actions::set_presence(model, Presence::Online);
                    Some(view! {
                        <button class="button primary" type="button" on:click=go>{model.t(Text::GoOnline)}</button>
                    }.into_any())
                } else if waiting.get() > 0 {
                    Some(view! {
                        <button class="button primary" type="button" on:click=move |_| actions::open_first(model)>
                            {model.t(Text::OpenFirst)}
                        </button>
                    }.into_any())
                } else {
                    None
                }
            }}
            <p class="nothing-keys"><kbd>"Alt"</kbd> <kbd>"↑"</kbd> <kbd>"↓"</kbd></p>
        </main>
    }
}
