//! Things that happened, as quiet lines.

use leptos::prelude::*;
use shared::protocol::{Body, EndedBy, Event, Message};

use super::clock_time;
use crate::components::icon::{Icon, icon};
use crate::state::model::{Model, use_model};
use crate::texts::Text;

/// The line of a system event.
#[component]
pub fn EventLine(message: Message) -> impl IntoView {
    let model = use_model();
    let time = clock_time(message.at);
    let Body::Event { event } = message.body else { return ().into_any() };
    let quote = match &event {
        Event::Rated { comment, .. } => comment.clone(),
        _ => None,
    };
    let more = match &event {
        Event::Rated { score, .. } => Some(stars(model, *score).into_any()),
        Event::MessageLeft { contact: Some(contact) } => {
            Some(view! { <span class="event-more"><bdi>{contact.clone()}</bdi></span> }.into_any())
        }
        _ => None,
    };
    view! {
        <div class="event">
            <span>{move || said(model, &event)}</span> {more} <time>{time}</time>
            {quote.map(|quote| view! { <q class="event-quote" dir="auto">{quote}</q> })}
        </div>
    }
    .into_any()
}

fn said(model: Model, event: &Event) -> String {
    let text = match event {
        Event::HandoffRequested => Text::EventHandoff,
        Event::NobodyOnline => Text::EventNobodyOnline,
        Event::QueueFull => Text::EventQueueFull,
        Event::LeftQueue => Text::EventLeftQueue,
        Event::AgentJoined { agent } => return model.fill(Text::EventJoined, &[("name", &agent.name)]),
        Event::AgentLost { agent } => return model.fill(Text::EventLost, &[("name", &agent.name)]),
        Event::HandedBack { agent } => {
            return model.fill(Text::EventHandedBack, &[("name", &agent.name)]);
        }
        Event::MessageLeft { .. } => Text::EventMessageLeft,
        Event::MessageNotTaken => Text::EventNotTaken,
        Event::Ended { by: EndedBy::Visitor } => Text::EventEndedVisitor,
        Event::Ended { by: EndedBy::Agent } => Text::EventEndedAgent,
        Event::Ended { by: EndedBy::Idle } => Text::EventEndedIdle,
        Event::Reopened => Text::EventReopened,
        Event::Rated { .. } => Text::EventRated,
    };
    model.t(text).to_owned()
}

/// A rating as stars.
pub fn stars(model: Model, score: u8) -> impl IntoView {
    let star = move |place: u8| view! { <span class:on=place < score>{icon(Icon::Star)}</span> };
    view! {
        <span
            class="stars"
            role="img"
            aria-label=move || model.fill(Text::Stars, &[("n", &score.to_string())])
        >
            {(0..5).map(star).collect_view()}
        </span>
    }
}
