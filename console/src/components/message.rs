//! One row of a transcript. All texts are text nodes: nothing a visitor writes is ever markup.

pub mod event;

use leptos::prelude::*;
use shared::link::{Delivery, Draft, Pending};
use shared::protocol::message::{Offered, Social};
use shared::protocol::{Body, Message, Sender};
use shared::time::Millis;

use super::answer::{answer, linked};
use super::icon::{Icon, icon};
use crate::actions;
use crate::net::{browser, clock};
use crate::state::model::{Model, use_model};
use crate::state::thread::Thread;
use crate::state::time::{self, day};
use crate::state::transcript::Row;
use crate::texts::{Text, of_error};

/// A row.
#[must_use]
pub fn row(model: Model, thread: &Thread, row: Row) -> AnyView {
    match row {
        Row::Day { day, at } => {
            view! { <div class="day"><span>{move || day_said(model, day, at)}</span></div> }.into_any()
        }
        Row::Unread => view! {
            <div class="unread-mark" id="unread"><span>{move || model.t(Text::NewMessages)}</span></div>
        }
        .into_any(),
        Row::Event(message) => view! { <event::EventLine message /> }.into_any(),
        Row::Said { message, first, last } => {
            view! { <Said thread=thread.clone() message first last /> }.into_any()
        }
        Row::Pending { pending, first } => {
            view! { <OnItsWay thread=thread.clone() pending first /> }.into_any()
        }
    }
}

fn day_said(model: Model, this_day: i64, at: Millis) -> String {
    let now = model.now.get();
    match day(now, clock::offset_minutes(now)) - this_day {
        0 => model.t(Text::Today).to_owned(),
        1 => model.t(Text::Yesterday).to_owned(),
        _ => browser::day_name(model.lang.get().tag(), at),
    }
}

fn clock_time(at: Millis) -> String {
    time::clock(at, clock::offset_minutes(at))
}

/// On which side and in which dress a message stands.
fn dress(model: Model, message: &Message) -> &'static str {
    match (&message.from, &message.body) {
        (_, Body::Note { .. }) => "note",
        (Sender::Visitor, _) => "theirs",
        (Sender::Bot | Sender::System, _) => "ours bot",
        (Sender::Agent { agent }, _) => {
            if model.is_me(&agent.id) {
                "ours mine"
            } else {
                "ours"
            }
        }
    }
}

#[component]
fn Said(thread: Thread, message: Message, first: bool, last: bool) -> impl IntoView {
    let model = use_model();
    let dress = dress(model, &message);
    let mine = matches!(dress, "ours mine");
    let noted_by_me = matches!(&message.from, Sender::Agent { agent }
        if model.is_me(&agent.id));
    let class =
        format!("said {dress}{}{}", if first { " first" } else { "" }, if last { " last" } else { "" });
    let name = {
        let from = message.from.clone();
        move || match &from {
            Sender::Visitor => model.t(Text::Visitor).to_owned(),
            Sender::Bot | Sender::System => model.t(Text::Bot).to_owned(),
            Sender::Agent { .. } if noted_by_me => model.t(Text::You).to_owned(),
            Sender::Agent { agent } => agent.name.clone(),
        }
    };
    let drawing = match (&message.body, &message.from) {
        (Body::Note { .. }, _) => Some(Icon::Lock),
        (_, Sender::Bot) => Some(Icon::Bot),
        _ => None,
    };
    let note = matches!(message.body, Body::Note { .. });
    let head = first.then(|| {
        view! {
            <header class="said-head">
                {drawing.map(icon)} <bdi class="said-name">{name}</bdi>
                {note.then(|| view! { <span class="said-kind">{move || model.t(Text::InternalNote)}</span> })}
                <time>{clock_time(message.at)}</time>
            </header>
        }
    });
    let state = (mine && last).then(|| {
        let thread = thread.clone();
        let message = message.clone();
        move || thread.read(|link| link.delivery(&message)).map(|d| delivery(model, d))
    });
    view! {
        <article class=class title=clock_time(message.at)>
            {head} {content(model, &thread, &message)} {state}
        </article>
    }
}

fn content(model: Model, thread: &Thread, message: &Message) -> AnyView {
    match message.body.clone() {
        Body::Text { text, lang } => view! {
            <p class="bubble" dir="auto" lang=lang.map(|l| l.tag())>{linked(&text)}</p>
        }
        .into_any(),
        Body::Note { text } => view! { <p class="bubble" dir="auto">{linked(&text)}</p> }.into_any(),
        Body::Opener { text, lang, .. } => view! {
            <div class="bubble">
                <p class="bubble-tag">{icon(Icon::Flag)} {move || model.t(Text::SpokeFirst)}</p>
                <p class="text" dir="auto" lang=lang.tag()>{text}</p>
            </div>
        }
        .into_any(),
        Body::Answer { title, text, lang, asked, sources, .. } => {
            // As the shopper sees it: what a model wrote has no marks, and names what it is drawn from.
            let plain = || view! { <p class="text">{linked(&text)}</p> }.into_any();
            let shown = if sources.is_empty() { answer(&text) } else { plain() };
            let drawn: Vec<String> = sources.into_iter().map(|source| source.title).collect();
            let title = if drawn.is_empty() { title } else { drawn.join(" · ") };
            let helpful = helpful(model, thread, message.seq);
            let marked = asked.filter(|a| *a != lang);
            view! {
                <div class="bubble">
                    <p class="bubble-tag">
                        <bdi class="entry-title">{title}</bdi>
                        <span class="lang-tag" title=lang.own_name()>{lang.tag()}</span>
                        {marked.map(|asked| view! {
                            <span class="chip warm">
                                {move || model.fill(Text::NoAnswerIn, &[("lang", asked.own_name())])}
                            </span>
                        })}
                    </p>
                    <div class="answer" dir="auto" lang=lang.tag()>{shown}</div>
                    {helpful}
                </div>
            }
            .into_any()
        }
        Body::Offer { options } => offer(model, options),
        Body::Social { kind } => {
            let text = match kind {
                Social::Greeting => Text::SocialGreeting,
                Social::Thanks => Text::SocialThanks,
                Social::AreYouBot => Text::SocialAreYouBot,
            };
            view! { <p class="bubble faint">{move || model.t(text)}</p> }.into_any()
        }
        Body::Event { .. } => ().into_any(),
    }
}

fn offer(model: Model, options: Vec<Offered>) -> AnyView {
    let text = if options.is_empty() { Text::OfferNone } else { Text::OfferSome };
    let option = |o: Offered| view! { <li><bdi>{o.title}</bdi></li> };
    view! {
        <div class="bubble faint">
            <p>{move || model.t(text)}</p>
            <ul class="offers">{options.into_iter().map(option).collect_view()}</ul>
        </div>
    }
    .into_any()
}

fn helpful(model: Model, thread: &Thread, seq: u64) -> impl IntoView + use<> {
    let thread = thread.clone();
    let mark = Memo::new(move |_| thread.read(|link| link.helpful(seq)));
    move || {
        mark.get().map(|yes| {
            let (class, drawing, text) = if yes {
                ("verdict good", Icon::ThumbUp, Text::Helped)
            } else {
                ("verdict bad", Icon::ThumbDown, Text::HelpedNot)
            };
            view! { <p class=class>{icon(drawing)} {model.t(text)}</p> }
        })
    }
}

fn delivery(model: Model, delivery: Delivery) -> AnyView {
    let (class, drawing, text) = match delivery {
        Delivery::Sending => ("delivery", Icon::Clock, Text::DeliverySending),
        Delivery::Sent => ("delivery", Icon::Check, Text::DeliverySent),
        Delivery::Delivered => ("delivery", Icon::CheckTwice, Text::DeliveryDelivered),
        Delivery::Read => ("delivery read", Icon::CheckTwice, Text::DeliveryRead),
        Delivery::Failed(_) => ("delivery failed", Icon::Alert, Text::DeliveryFailed),
    };
    view! { <p class=class>{icon(drawing)} {model.t(text)}</p> }.into_any()
}

#[component]
fn OnItsWay(thread: Thread, pending: Pending, first: bool) -> impl IntoView {
    let model = use_model();
    let Pending { draft, at, failed } = pending.clone();
    let (client_id, text) = (draft.client_id().clone(), draft.text().to_owned());
    let note = matches!(draft, Draft::Note { .. });
    let class = format!(
        "said last {} pending{}{}",
        if note { "note" } else { "ours mine" },
        if first { " first" } else { "" },
        if failed.is_some() { " refused" } else { "" },
    );
    let head = first.then(|| {
        view! {
            <header class="said-head">
                {note.then(|| icon(Icon::Lock))} <bdi class="said-name">{move || model.t(Text::You)}</bdi>
                <time>{clock_time(at)}</time>
            </header>
        }
    });
    let standing = {
        let thread = thread.clone();
        let pending = pending.clone();
        Memo::new(move |_| thread.read(|link| link.pending_delivery(&pending)))
    };
    let state = move || match standing.get() {
        Delivery::Failed(code) => {
            let (thread, client_id) = (thread.clone(), client_id.clone());
            view! {
                <p class="delivery failed">
                    {icon(Icon::Alert)}
                    <span>{move || model.t(Text::DeliveryFailed)} " " {move || model.t(of_error(code))}</span>
                    <button
                        class="link-button"
                        type="button"
                        on:click=move |_| actions::retry(model, &thread, client_id.clone())
                    >
                        {move || model.t(Text::Retry)}
                    </button>
                </p>
            }
            .into_any()
        }
        standing => delivery(model, standing),
    };
    view! {
        <article class=class>
            {head} <p class="bubble" dir="auto">{text}</p> {state}
        </article>
    }
}

/// Somebody of the visitor's side is typing.
#[component]
pub fn TypingDots() -> impl IntoView {
    let model = use_model();
    view! {
        <div class="said theirs first last typing" role="status">
            <span class="unseen">{move || model.t(Text::VisitorTyping)}</span>
            <span class="bubble" aria-hidden="true"><i></i><i></i><i></i></span>
        </div>
    }
}
