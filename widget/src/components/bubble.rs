//! One row of the stream.

use shared::ids::ClientId;
use shared::link::Delivery;
use shared::protocol::message::Social;
use shared::protocol::{Body, Sender};
use shared::text::markdown;

use super::parts::{button, label, para, say, text};
use super::{answer, event, offer, rich};
use crate::chat::Row;
use crate::i18n::{self, Text};
use crate::state::App;
use crate::view::{View, el, nothing, part, words};

pub(crate) fn row(app: App, row: Row) -> View {
    let at = row.at;
    let stamp =
        row.stamped.then(|| el("p", "stamp", vec![words(say(move || i18n::clock(app.lang.get(), at)))]));
    let mut inside: Vec<View> = stamp.into_iter().collect();
    let Row { from, body, seq, client_id, .. } = row;
    let class = match (&from, &body) {
        (_, Body::Event { .. }) => "line",
        (Sender::Visitor, _) => "m own",
        (Sender::Agent { .. }, _) => "m other agent",
        _ => "m other",
    };
    let bubble = match body {
        Body::Event { event } => vec![event::event(app, event)],
        Body::Text { text, .. } if from == Sender::Visitor => own(app, &text, client_id),
        body => other(app, from, theirs(app, seq, body)),
    };
    inside.push(el("div", class, bubble));
    el("div", row_class(class), inside)
}

/// The row carries who speaks, so that the style sheet can draw neighbours together.
fn row_class(bubble: &str) -> &'static str {
    match bubble {
        "m own" => "row from-own",
        "m other" => "row from-bot",
        "m other agent" => "row from-agent",
        _ => "row",
    }
}

/// What the shop's side says.
fn theirs(app: App, seq: u64, body: Body) -> View {
    match body {
        Body::Text { text, .. } | Body::Opener { text, .. } => prose(&text),
        body @ Body::Answer { .. } => answer::answer(app, seq, body),
        Body::Offer { options } => offer::offer(app, options),
        Body::Social { kind } => para(
            "b",
            text(
                app,
                match kind {
                    Social::Greeting => Text::SocialGreeting,
                    Social::Thanks => Text::SocialThanks,
                    Social::AreYouBot => Text::SocialAreYouBot,
                },
            ),
        ),
        Body::Note { .. } | Body::Event { .. } => nothing(),
    }
}

/// A bubble of the shop's side, with who speaks above the first of several.
fn other(app: App, from: Sender, inside: View) -> Vec<View> {
    let by = match from {
        Sender::Agent { agent } => say(move || agent.name.clone()),
        _ => text(app, Text::Automatic),
    };
    vec![para("by", by), inside]
}

/// Words as inert text; addresses in them become links.
pub(crate) fn prose(text: &str) -> View {
    el("p", "b", rich::runs(markdown::links(text))).with("dir", "auto")
}

/// The shopper's own words and how they stand.
fn own(app: App, text: &str, id: Option<ClientId>) -> Vec<View> {
    let who = el("span", "hear", vec![words(super::parts::text(app, Text::You))]);
    vec![who, prose(text), part(move || id.as_ref().map_or_else(nothing, |id| standing(app, id)))]
}

fn standing(app: App, id: &ClientId) -> View {
    if app.failed.with(|failed| failed.contains(id)) {
        let id = id.clone();
        let again = button("way", None, vec![label(app, Text::Retry)], move || app.retry(id.clone()));
        return el("div", "stand bad", vec![label(app, Text::Failed), again]);
    }
    let delivery =
        app.latest.with(|latest| latest.as_ref().filter(|(latest, _)| latest == id).map(|(_, d)| *d));
    let (class, key) = match delivery {
        // Most messages are sent before this line is seen.
        Some(Delivery::Sending) => ("stand slow", Text::Sending),
        Some(Delivery::Sent) => ("stand", Text::Sent),
        Some(Delivery::Delivered) => ("stand", Text::Delivered),
        Some(Delivery::Read) => ("stand", Text::Read),
        Some(Delivery::Failed(_)) | None => return nothing(),
    };
    para(class, text(app, key))
}
