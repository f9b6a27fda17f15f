//! The client link machine: one conversation as one browser tab (a visitor's or an agent's) sees it.
//!
//! Holds the replica of the log, the outbox with acknowledgement and resend, resume after gaps, pings, backoff with
//! full jitter. `Link::handle(now, entropy, Input) -> Vec<Effect>`: the shell opens sockets, sets the one timer,
//! stores the outbox, and redraws from the machine's getters when told [`Effect::Changed`].

mod line;
mod machine;
mod outbox;
mod replica;
#[cfg(test)]
mod tests;
mod view;

pub use machine::Link;

use serde::{Deserialize, Serialize};

use crate::ids::{ClientId, EntryId};
use crate::lang::Lang;
use crate::protocol::message::Message;
use crate::protocol::stage::PageContext;
use crate::protocol::{ClientFrame, ErrorCode, ServerFrame};
use crate::time::Millis;

/// What happens to a link. The shell reports only what happens to the socket it opened last.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Connect (the conversation exists). Ignored when already started.
    Start,
    /// The socket opened.
    Opened,
    /// The socket closed, or failed to open, with this code (1006 when unknown).
    Closed { code: u16 },
    /// A frame arrived.
    Frame(ServerFrame),
    /// `pong` arrived.
    Pong,
    /// A person wrote something: goes into the outbox first.
    Write(Draft),
    /// Send a frame that needs no outbox. `page` is told now and in every `hello`. `handoff`, `leave_queue`, `end`,
    /// `rate`, `helpful` and `language` are kept, and repeated after a reconnect, until what the server says shows
    /// that they took effect; they follow the messages written before them. Any other frame is dropped when the
    /// line is down.
    Tell(ClientFrame),
    /// The person is typing (any key); the machine spaces the notices.
    Typing,
    /// The newest shown message was seen by a person (panel open, page visible).
    Seen,
    /// Try a failed message again.
    Retry { client_id: ClientId },
    /// Another tab stored its outbox: take over what is new in it.
    Adopt { outbox: Vec<Pending> },
    /// `online`, `visibilitychange` to visible or `pageshow`: reconnect at once if the line is down, prove it if up.
    Wake,
    /// `pagehide`: close the socket cleanly.
    Sleep,
    /// The timer fired.
    Timer,
}

/// Something a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Draft {
    Text {
        client_id: ClientId,
        text: String,
    },
    Pick {
        client_id: ClientId,
        entry: EntryId,
        title: String,
    },
    Note {
        client_id: ClientId,
        text: String,
    },
    LeaveMessage {
        client_id: ClientId,
        text: String,
        contact: Option<String>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        call_back: bool,
    },
}

/// A message not yet acknowledged; stored by the shell so that it survives reload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub draft: Draft,
    /// When it was written.
    pub at: Millis,
    /// The server refused it for good, or it could not be sent in time: the person is shown "not sent, retry".
    pub failed: Option<ErrorCode>,
}

/// What the shell must do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Open a socket.
    Open,
    /// Send this frame.
    Transmit(ClientFrame),
    /// Send the text `ping`.
    Ping,
    /// Close the socket. From here on the shell reports nothing of that socket, not even that it closed.
    Close,
    /// Wake the machine with [`Input::Timer`] at this time; replaces any earlier timer. `None`: no timer.
    Timer(Option<Millis>),
    /// Store the outbox, replacing what this tab stored before, and nothing of what other tabs stored. A tab that
    /// opens adopts what tabs that are gone have left.
    Store(Vec<Pending>),
    /// A renewed token arrived: store it and use it from now on.
    Token(String),
    /// Something shown changed: redraw.
    Changed,
    /// A message from the other side arrived live (not by resume): sound, badge, title.
    Arrived(Message),
    /// The token is refused for good: the conversation cannot be opened any more. Nothing of the outbox is lost; the
    /// shell starts a new conversation with [`Link::successor`]. Always the last effect.
    Expelled { code: u16 },
    /// The conversation takes nothing more from its visitor (`ended`, `full`). The shell does what it does when
    /// expelled. Always the last effect, and never an agent's.
    Over,
}

/// How a message of one's own stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Not yet acknowledged.
    Sending,
    /// Durable.
    Sent,
    /// Reached a client of the other side.
    Delivered,
    /// Seen by a person of the other side.
    Read,
    /// Refused for good; may be tried again ([`Input::Retry`]).
    Failed(ErrorCode),
}

/// How the line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Line {
    /// Not started, or put to sleep.
    #[default]
    Idle,
    Connecting,
    /// Greeted and caught up.
    Live,
    /// Down; the next attempt is at this time.
    Waiting {
        until: Millis,
    },
}

/// Which side this link is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Visitor { lang: Lang },
    Agent,
}

/// What the machine is told about the page for the next `hello`.
pub type Page = Option<PageContext>;
