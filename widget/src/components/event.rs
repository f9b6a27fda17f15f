//! Something happened: a line in the middle of the stream.

use shared::protocol::Event;
use shared::protocol::stage::EndedBy;

use super::parts::{fill, para};
use crate::i18n::Text;
use crate::state::App;
use crate::view::View;

pub(crate) fn event(app: App, event: Event) -> View {
    let (key, name, value) = match event {
        Event::HandoffRequested => (Text::EventHandoff, "", String::new()),
        Event::NobodyOnline => (Text::EventNobody, "", String::new()),
        Event::QueueFull => (Text::FullTitle, "", String::new()),
        Event::LeftQueue => (Text::EventLeftQueue, "", String::new()),
        Event::AgentJoined { agent } => (Text::EventJoined, "name", agent.name),
        Event::AgentLost { agent } => (Text::EventLost, "name", agent.name),
        Event::HandedBack { agent } => (Text::EventHandedBack, "name", agent.name),
        Event::MessageLeft { contact: None } => (Text::EventMessageLeft, "", String::new()),
        Event::MessageLeft { contact: Some(contact) } => (Text::EventMessageLeftContact, "contact", contact),
        Event::MessageNotTaken => (Text::EventNotTaken, "", String::new()),
        Event::Ended { by: EndedBy::Visitor } => (Text::EventEndedYou, "", String::new()),
        Event::Ended { by: EndedBy::Agent } => (Text::EventEndedAgent, "", String::new()),
        Event::Ended { by: EndedBy::Idle } => (Text::EventEndedIdle, "", String::new()),
        Event::Reopened => (Text::EventReopened, "", String::new()),
        Event::Rated { score, .. } => (Text::EventRated, "score", score.to_string()),
    };
    para("event", fill(app, key, name, value))
}
