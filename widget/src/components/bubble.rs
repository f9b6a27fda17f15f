//! One row of the stream.

use leptos::prelude::*;
use shared::ids::ClientId;
use shared::link::Delivery;
use shared::protocol::message::Social;
use shared::protocol::{Body, Sender};

use super::parts::{button, nothing, para, part, say, text, words};
use super::{answer, event, offer};
use crate::chat::Row;
use crate::i18n::Text;
use crate::links::{self, Part};
use crate::state::App;

pub(crate) fn row(app: App, row: Row) -> AnyView {
    let Row { from, body, seq, client_id, .. } = row;
    let inside = match body {
        Body::Event { event } => return event::event(app, event),
        Body::Note { .. } => return nothing(),
        Body::Text { text, .. } if from == Sender::Visitor => return own(app, &text, client_id),
        Body::Text { text, .. } | Body::Opener { text, .. } => prose(&text),
        Body::Answer { text, lang, asked, .. } => answer::answer(app, seq, &text, lang, asked),
        Body::Offer { options } => offer::offer(app, options),
        Body::Social { kind } => {
            let key = match kind {
                Social::Greeting => Text::SocialGreeting,
                Social::Thanks => Text::SocialThanks,
                Social::AreYouBot => Text::SocialAreYouBot,
            };
            para("b", text(app, key))
        }
    };
    other(app, from, inside)
}

/// A bubble of the shop's side, with who speaks above the first of several.
fn other(app: App, from: Sender, inside: AnyView) -> AnyView {
    let (class, by) = match from {
        Sender::Agent { agent } => ("m other agent", say(move || agent.name.clone())),
        _ => ("m other", text(app, Text::Automatic)),
    };
    super::parts::group(class, vec![para("by", by), inside])
}

/// Words as inert text; addresses in them become links.
pub(crate) fn prose(words: &str) -> AnyView {
    let parts = links::parts(words).into_iter().map(|part| match part {
        Part::Text(text) => text.to_owned().into_any(),
        Part::Link(address) => {
            let (address, shown) = (address.to_owned(), address.to_owned());
            view! { <a href=address target="_blank" rel="noopener nofollow">{shown}</a> }.into_any()
        }
    });
    view! { <p class="b" dir="auto">{parts.collect::<Vec<_>>()}</p> }.into_any()
}

/// The shopper's own words and how they stand.
fn own(app: App, text: &str, id: Option<ClientId>) -> AnyView {
    let who = view! { <span class="hear">{super::parts::text(app, Text::You)}</span> }.into_any();
    let standing = part(move || id.clone().map_or_else(nothing, |id| standing(app, id)));
    super::parts::group("m own", vec![who, prose(text), standing.into_any()])
}

fn standing(app: App, id: ClientId) -> AnyView {
    if app.failed.with(|failed| failed.contains(&id)) {
        let again = button("way", None, vec![words(text(app, Text::Retry))], move || app.retry(id.clone()));
        return super::parts::group("stand bad", vec![words(text(app, Text::Failed)), again]);
    }
    match app
        .latest
        .with(|latest| latest.as_ref().filter(|(latest, _)| *latest == id).map(|(_, delivery)| *delivery))
    {
        // Most messages are sent before this line is seen.
        Some(Delivery::Sending) => para("stand slow", text(app, Text::Sending)),
        Some(Delivery::Sent) => para("stand", text(app, Text::Sent)),
        Some(Delivery::Delivered) => para("stand", text(app, Text::Delivered)),
        Some(Delivery::Read) => para("stand", text(app, Text::Read)),
        Some(Delivery::Failed(_)) | None => nothing(),
    }
}
