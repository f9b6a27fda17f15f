//! The conversation on screen: its head, transcript and composer, as its stage allows.

use leptos::prelude::*;
use shared::link::Line;
use shared::protocol::{AgentCard, Stage};
use shared::time::Millis;

use crate::actions;
use crate::components::acts::Acts;
use crate::components::avatar;
use crate::components::composer::Composer;
use crate::components::dialog::Confirm;
use crate::components::icon::{Icon, icon};
use crate::components::transcript::Transcript;
use crate::state::look::short_code;
use crate::state::model::{Model, use_model};
use crate::state::thread::Thread;
use crate::state::time::stopwatch;
use crate::texts::Text;

/// Where the conversation stands, for this agent.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    Unknown,
    WithBot,
    Waiting { since: Millis },
    Message,
    Mine,
    With(AgentCard),
    Ended,
}

/// The conversation's pane.
#[component]
pub fn ConversationView(thread: Thread) -> impl IntoView {
    let model = use_model();
    let standing = {
        let thread = thread.clone();
        Memo::new(move |_| standing(model, &thread))
    };
    // A supervisor may write into anybody's conversation; the desk's word counts before the conversation's.
    let replying = Memo::new(move |_| match standing.get() {
        Standing::Mine => true,
        Standing::With(_) => model.is_supervisor(),
        _ => false,
    });
    let ended = Memo::new(move |_| standing.get() == Standing::Ended);
    let asking_end = RwSignal::new(false);
    let end = {
        let thread = thread.clone();
        Callback::new(move |()| actions::end(model, &thread))
    };
    let lost = {
        let thread = thread.clone();
        Memo::new(move |_| thread.read(|link| matches!(link.line(), Line::Waiting { .. })))
    };
    see(model, thread.clone());
    view! {
        <main class="conversation">
            <Head thread=thread.clone() standing asking_end />
            <Show when=move || lost.get()>
                <p class="line-lost" role="status">{icon(Icon::Alert)} {move || model.t(Text::ConversationDown)}</p>
            </Show>
            <Transcript thread=thread.clone() />
            <Show
                when=move || !ended.get()
                fallback=move || view! {
                    <p class="conversation-over">{icon(Icon::End)} {move || model.t(Text::EndedHint)}</p>
                }
            >
                <TakeBar thread=thread.clone() standing />
                <Composer thread=thread.clone() replying />
            </Show>
            <Confirm
                asking=asking_end
                title=Text::EndTitle
                explain=Text::EndExplain
                confirm=Text::EndConfirm
                yes=end
            />
        </main>
    }
}

/// While the agent looks, what arrives is seen. Coming back to something new, they find it marked.
fn see(model: Model, thread: Thread) {
    Effect::new(move |looked_before: Option<bool>| {
        let looking = model.attentive.get() && thread.read(|link| link.conversation().is_some());
        if looking && thread.unread() > 0 {
            if looked_before != Some(true) {
                let read = thread.peek(|link| link.marks().agent);
                thread.divider.set(Some(read).filter(|&read| read > 0));
            }
            actions::seen(model, &thread);
        }
        looking
    });
}

fn standing(model: Model, thread: &Thread) -> Standing {
    let mine = model.inbox.with(|i| i.is_mine(&thread.id));
    let stage = thread.read(|link| link.conversation().map(|_| link.stage().clone()));
    match stage {
        Some(Stage::Ended { .. }) => Standing::Ended,
        _ if mine => Standing::Mine,
        Some(Stage::Assigned { agent }) => Standing::With(agent),
        Some(Stage::Queued { since, .. }) => Standing::Waiting { since },
        Some(Stage::MessageLeft) => Standing::Message,
        Some(Stage::Bot | Stage::Offline { .. }) => Standing::WithBot,
        None => Standing::Unknown,
    }
}

#[component]
fn Head(thread: Thread, standing: Memo<Standing>, asking_end: RwSignal<bool>) -> impl IntoView {
    let model = use_model();
    let id = thread.id.clone();
    let code = short_code(&id);
    let lang = {
        let thread = thread.clone();
        Memo::new(move |_| thread.read(|link| link.lang()))
    };
    let mine = Memo::new(move |_| standing.get() == Standing::Mine);
    let with = Memo::new(move |_| match standing.get() {
        Standing::With(agent) => Some(agent),
        _ => None,
    });
    let mark_id = id.clone();
    view! {
        <header class="conversation-head">
            <button
                class="quiet-button back"
                type="button"
                aria-label=move || model.t(Text::BackToList)
                on:click=move |_| actions::open(model, None)
            >
                {icon(Icon::Back)}
            </button>
            {move || avatar::visitor(&mark_id, lang.get())}
            <div class="conversation-who">
                <h1>{move || model.fill(Text::VisitorName, &[("code", &code)])}</h1>
                <p>
                    <span class="conversation-lang" lang=move || lang.get().tag()>{move || lang.get().own_name()}</span>
                    <span aria-hidden="true">" · "</span>
                    {move || said(model, &standing.get())}
                </p>
            </div>
            <div class="conversation-acts">
                <Acts thread=thread.clone() mine with asking_end />
                <button
                    class="quiet-button about"
                    type="button"
                    aria-label=move || model.t(Text::About)
                    title=move || model.t(Text::About)
                    aria-expanded=move || model.context_shown.get().to_string()
                    on:click=move |_| model.context_shown.update(|on| *on = !*on)
                >
                    {icon(Icon::Info)}
                </button>
            </div>
        </header>
    }
}

fn said(model: Model, standing: &Standing) -> AnyView {
    match standing {
        Standing::Unknown => ().into_any(),
        Standing::WithBot => model.t(Text::StateBot).into_any(),
        Standing::Waiting { since } => {
            let since = *since;
            let time = move || {
                let waited = stopwatch(model.now.get().since(since));
                model.fill(Text::StateWaiting, &[("time", &waited)])
            };
            view! { <span class="state warm">{time}</span> }.into_any()
        }
        Standing::Message => model.t(Text::StateMessage).into_any(),
        Standing::Mine => view! { <span class="state good">{model.t(Text::StateMine)}</span> }.into_any(),
        Standing::With(agent) => model.fill(Text::StateWith, &[("name", &agent.name)]).into_any(),
        Standing::Ended => model.t(Text::StateEnded).into_any(),
    }
}

/// The way to take a conversation that is nobody's yet.
#[component]
fn TakeBar(thread: Thread, standing: Memo<Standing>) -> impl IntoView {
    let model = use_model();
    let id = thread.id.clone();
    let busy = {
        let id = id.clone();
        Memo::new(move |_| model.asked.with(|asked| asked.as_ref() == Some(&id)))
    };
    let words = Memo::new(move |_| match standing.get() {
        Standing::Waiting { .. } => Some((Text::TakeWaiting, Text::Take)),
        Standing::Message => Some((Text::TakeMessage, Text::TakeAnswer)),
        _ => None,
    });
    view! {
        {move || words.get().map(|(explain, act)| {
            let id = id.clone();
            view! {
                <div class="take-bar">
                    <p>{move || model.t(explain)}</p>
                    <button
                        class="button primary"
                        type="button"
                        prop:disabled=busy
                        on:click=move |_| actions::take(model, &id)
                    >
                        {icon(Icon::Take)} {move || model.t(act)}
                    </button>
                </div>
            }
        })}
    }
}
