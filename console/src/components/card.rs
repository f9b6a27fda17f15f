//! One conversation in the lists.

use leptos::prelude::*;
use shared::ids::ConversationId;
use shared::lang::Lang;
use shared::protocol::Sender;
use shared::protocol::desk::{Brief, WaitingKind};
use shared::time::Millis;

use super::avatar;
use super::icon::{Icon, icon};
use crate::actions;
use crate::state::inbox::Inbox;
use crate::state::model::{Model, use_model};
use crate::state::time::{Ago, Pressing, ago, pressing, stopwatch};
use crate::state::{look, transcript};
use crate::texts::Text;

/// Which list a card stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Mine,
    Waiting,
    Message,
    /// A colleague's, by name.
    With(String),
    Recent,
}

/// What a card shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub standing: Standing,
    pub since: Millis,
    pub priority: i32,
    /// The visitor waits and has gone away.
    pub away: bool,
    /// The visitor is to be called back.
    pub call_back: bool,
    pub brief: Brief,
}

impl Shown {
    /// What the inbox knows of a conversation.
    #[must_use]
    pub fn of(inbox: &Inbox, id: &ConversationId) -> Option<Self> {
        if let Some(card) = inbox.waiting_card(id) {
            let standing = match card.kind {
                WaitingKind::Live | WaitingKind::CallBack => Standing::Waiting,
                WaitingKind::Message => Standing::Message,
            };
            return Some(Self {
                standing,
                since: card.since,
                priority: card.priority,
                away: card.away,
                call_back: card.kind == WaitingKind::CallBack,
                brief: card.brief.clone(),
            });
        }
        let card = inbox.assigned_card(id)?;
        let standing = if inbox.is_mine(id) {
            Standing::Mine
        } else if inbox.recent().iter().any(|c| c.conversation == *id) {
            Standing::Recent
        } else {
            Standing::With(inbox.agent_name(&card.agent).unwrap_or_default().to_owned())
        };
        Some(Self {
            standing,
            since: card.since,
            priority: 0,
            away: false,
            call_back: card.call_back,
            brief: card.brief.clone(),
        })
    }
}

/// The card of a conversation.
#[component]
pub fn Card(id: ConversationId) -> impl IntoView {
    let model = use_model();
    let shown = {
        let id = id.clone();
        Memo::new(move |_| model.inbox.with(|inbox| Shown::of(inbox, &id)))
    };
    let here = {
        let id = id.clone();
        Memo::new(move |_| model.open.with(|open| open.as_ref() == Some(&id)))
    };
    let unread = {
        let id = id.clone();
        Memo::new(move |_| {
            let mine = shown.with(|s| s.as_ref().is_some_and(|s| s.standing == Standing::Mine));
            if mine { model.thread(&id).map_or(0, |t| t.unread()) } else { 0 }
        })
    };
    let words = {
        let id = id.clone();
        Memo::new(move |_| {
            let live = model.thread(&id).and_then(|thread| {
                thread.read(|link| {
                    transcript::last_words(link.messages()).map(|(message, words)| {
                        let ours = matches!(&message.from, Sender::Agent { agent } if model.is_me(&agent.id));
                        (ours, words.chars().take(160).collect(), Some(message.at))
                    })
                })
            });
            live.or_else(|| shown.with(|s| s.as_ref().map(|s| (false, s.brief.preview.clone(), None))))
        })
    };
    let lang = Memo::new(move |_| shown.with(|s| s.as_ref().map_or(Lang::En, |s| s.brief.lang)));
    let subject_id = id.clone();
    let subject = Memo::new(move |_| {
        // The open line knows the page sooner than the desk's card.
        let live = model.thread(&subject_id).and_then(|t| t.read(|link| link.page().cloned()));
        shown.with(|s| {
            let brief = &s.as_ref()?.brief;
            let product = live
                .as_ref()
                .or(brief.page.as_ref())
                .and_then(|p| p.product.as_ref())
                .map(|p| p.name.clone());
            product.map(|name| (Icon::Bag, name)).or_else(|| brief.topic.clone().map(|t| (Icon::Flag, t)))
        })
    });
    let code = look::short_code(&id);
    let mark = {
        let id = id.clone();
        move || avatar::visitor(&id, lang.get())
    };
    view! {
        <button
            class="card"
            type="button"
            aria-current=move || here.get().then_some("true")
            class:unread=move || { unread.get() > 0 }
            class:past=move || shown.with(|s| s.as_ref().is_some_and(|s| s.standing == Standing::Recent))
            on:click=move |_| actions::open(model, Some(id.clone()))
        >
            {mark}
            <span class="card-body">
                <span class="card-head">
                    <span class="card-name">
                        {move || model.fill(Text::VisitorName, &[("code", &code)])}
                    </span>
                    {move || shown.with(|s| s.as_ref().filter(|s| s.priority > 0).map(|_| {
                        view! { <span class="chip warm">{model.t(Text::Priority)}</span> }
                    }))}
                    {move || shown.with(|s| s.as_ref().map(|s| s.brief.vip).filter(|vip| *vip > 0).map(|vip| {
                        view! { <span class="chip warm">{model.fill(Text::RoutingVipLevel, &[("n", &vip.to_string())])}</span> }
                    }))}
                    {move || shown.with(|s| s.as_ref().filter(|s| s.call_back).map(|_| {
                        view! { <span class="chip warm">{model.t(Text::CardCallBack)}</span> }
                    }))}
                    {move || shown.with(|s| s.as_ref().filter(|s| s.away).map(|_| {
                        view! { <span class="chip">{model.t(Text::CardAway)}</span> }
                    }))}
                    <span class="card-time">{move || shown.get().map(|s| time(model, &s, words.with(|w| w.as_ref().and_then(|w| w.2))))}</span>
                </span>
                <span class="card-words" lang=move || lang.get().tag()>
                    <bdi dir="auto">
                        {move || words.get().map(|(ours, words, _): (bool, String, Option<Millis>)| {
                            let who = ours.then(|| view! { <span class="card-who">{model.t(Text::YouColon)} " "</span> });
                            view! { {who} {words} }
                        })}
                    </bdi>
                </span>
                <span class="card-foot">
                    {move || subject.get().map(|(drawing, text)| {
                        view! { <span class="card-subject">{icon(drawing)} <bdi>{text}</bdi></span> }
                    })}
                    {move || shown.with(|s| match s.as_ref().map(|s| &s.standing) {
                        Some(Standing::With(name)) => Some(view! { <span class="chip"><bdi>{name.clone()}</bdi></span> }),
                        _ => None,
                    })}
                    {move || (unread.get() > 0).then(|| {
                        let n = unread.get();
                        let label = model.fill(Text::UnreadCount, &[("n", &n.to_string())]);
                        view! { <span class="badge" aria-label=label>{n}</span> }
                    })}
                </span>
            </span>
        </button>
    }
}

/// A wait runs; elsewhere the newest words' age says more than when the conversation came.
fn time(model: Model, shown: &Shown, last: Option<Millis>) -> AnyView {
    let waited = model.now.get().since(shown.since);
    match shown.standing {
        Standing::Waiting => {
            let class = match pressing(waited) {
                Pressing::Calm => "wait",
                Pressing::Soon => "wait soon",
                Pressing::Now => "wait now",
            };
            view! { <time class=class>{icon(Icon::Clock)} {stopwatch(waited)}</time> }.into_any()
        }
        Standing::Recent => view! { <span>{model.t(Text::StateEnded)}</span> }.into_any(),
        _ => view! { <time>{said_ago(model, last.unwrap_or(shown.since))}</time> }.into_any(),
    }
}

/// How long ago, in the agent's language.
#[must_use]
pub fn said_ago(model: Model, at: Millis) -> String {
    let (text, n) = match ago(model.now.get(), at) {
        Ago::Now => return model.t(Text::AgoNow).to_owned(),
        Ago::Minutes(n) => (Text::AgoMinutes, n),
        Ago::Hours(n) => (Text::AgoHours, n),
        Ago::Days(n) => (Text::AgoDays, n),
    };
    model.fill(text, &[("n", &n.to_string())])
}
