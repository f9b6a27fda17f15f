//! One row of the stream.

use leptos::prelude::*;
use shared::ids::ClientId;
use shared::link::Delivery;
use shared::protocol::message::Social;
use shared::protocol::{Body, Sender};

use super::text::text;
use super::{answer, event, offer};
use crate::chat::Row;
use crate::i18n::Text;
use crate::links::{self, Part};
use crate::state::App;

pub(crate) fn row(app: App, row: Row) -> AnyView {
    let Row { from, body, seq, client_id, .. } = row;
    match body {
        Body::Event { event } => event::event(app, event),
        Body::Text { text, .. } if from == Sender::Visitor => own(app, text, client_id).into_any(),
        Body::Text { text, .. } | Body::Opener { text, .. } => other(app, from, prose(&text)).into_any(),
        Body::Answer { text, lang, asked, .. } => {
            other(app, from, answer::answer(app, seq, &text, lang, asked).into_any()).into_any()
        }
        Body::Offer { options } => other(app, from, offer::offer(app, options).into_any()).into_any(),
        Body::Social { kind } => {
            let key = match kind {
                Social::Greeting => Text::SocialGreeting,
                Social::Thanks => Text::SocialThanks,
                Social::AreYouBot => Text::SocialAreYouBot,
            };
            other(app, from, view! { <p class="b">{text(app, key)}</p> }.into_any()).into_any()
        }
        Body::Note { .. } => ().into_any(),
    }
}

/// A bubble of the shop's side, with who speaks above the first of several.
fn other(app: App, from: Sender, inside: AnyView) -> impl IntoView {
    let (class, name) = match from {
        Sender::Agent { agent } => ("m other agent", Some(agent.name)),
        _ => ("m other", None),
    };
    view! {
        <div class=class>
            <p class={"by"} dir="auto">
                {move || name.clone().unwrap_or_else(|| Text::Automatic.in_lang(app.lang.get()).to_owned())}
            </p>
            {inside}
        </div>
    }
}

/// Words as inert text; addresses in them become links.
pub(crate) fn prose(words: &str) -> AnyView {
    let parts = links::parts(words)
        .into_iter()
        .map(|part| match part {
            Part::Text(text) => text.to_owned().into_any(),
            Part::Link(address) => {
                let address = address.to_owned();
                view! { <a href=address.clone() target="_blank" rel="noopener nofollow">{address.clone()}</a> }.into_any()
            }
        })
        .collect::<Vec<_>>();
    view! { <p class="b" dir="auto">{parts}</p> }.into_any()
}

/// The shopper's own words and how they stand.
fn own(app: App, words: String, id: Option<ClientId>) -> impl IntoView {
    view! {
        <div class="m own">
            <span class="hear">{text(app, Text::You)}</span>
            {prose(&words)}
            {move || id.clone().and_then(|id| standing(app, id))}
        </div>
    }
}

fn standing(app: App, id: ClientId) -> Option<AnyView> {
    let (failed, delivery) = app.chat.with(|chat| (chat.failed.contains(&id), chat.delivery(&id)));
    if failed {
        return Some(
            view! {
                <p class="stand bad">
                    {text(app, Text::Failed)}
                    <button class="way" type="button" on:click=move |_| app.retry(id.clone())>
                        {text(app, Text::Retry)}
                    </button>
                </p>
            }
            .into_any(),
        );
    }
    let (class, key) = match delivery? {
        // Most messages are sent before this line is seen.
        Delivery::Sending => ("stand slow", Text::Sending),
        Delivery::Sent => ("stand", Text::Sent),
        Delivery::Delivered => ("stand", Text::Delivered),
        Delivery::Read => ("stand", Text::Read),
        Delivery::Failed(_) => return None,
    };
    Some(view! { <p class=class>{text(app, key)}</p> }.into_any())
}
