//! Drives the link machine of each open conversation: performs its effects, tells it what happens.

use leptos::prelude::*;
use shared::link::{Effect, Input, Link, Side};
use shared::protocol::{Message, PING, PONG, ServerFrame};

use super::clock::{entropy, now};
use super::lines::{self, Line};
use super::socket::Report;
use super::storage;
use crate::actions;
use crate::state::model::Model;
use crate::state::thread::Thread;

/// A thread with its line being opened.
#[must_use]
pub fn start(model: Model, id: &shared::ids::ConversationId) -> Thread {
    let link = Link::new(Side::Agent, storage::outbox(id));
    let thread = Thread::new(id.clone(), link);
    tell(model, &thread, Input::Start);
    thread
}

/// Closes the line for good.
pub fn stop(model: Model, thread: &Thread) {
    tell(model, thread, Input::Sleep);
    let line = Line::Conversation(thread.id.clone());
    lines::close(&line);
    lines::set_timer(&line, None, || {});
}

/// Tells the machine something and does what it says.
pub fn tell(model: Model, thread: &Thread, input: Input) {
    let effects = thread.link.try_update_untracked(|link| link.handle(now(), entropy(), input));
    let line = Line::Conversation(thread.id.clone());
    let mut changed = false;
    let mut arrived = Vec::new();
    for effect in effects.unwrap_or_default() {
        match effect {
            Effect::Open => open(model, thread, &line),
            Effect::Transmit(frame) => {
                lines::send(&line, &serde_json::to_string(&frame).unwrap_or_default());
            }
            Effect::Ping => lines::send(&line, PING),
            Effect::Close => lines::close(&line),
            Effect::Timer(at) => {
                let thread = thread.clone();
                lines::set_timer(&line, at, move || tell(model, &thread, Input::Timer));
            }
            Effect::Store(outbox) => storage::set_outbox(&thread.id, &outbox),
            // Agents are known by their session cookie: there is no token to keep. What is refused to them failed.
            Effect::Token(_) | Effect::Over => {}
            Effect::Changed => changed = true,
            Effect::Arrived(message) => arrived.push(message),
            Effect::Expelled { code } => actions::expelled(model, &thread.id, code),
        }
    }
    if changed {
        thread.link.notify();
    }
    for message in arrived {
        tell_agent(model, thread, &message);
    }
}

fn open(model: Model, thread: &Thread, line: &Line) {
    let thread = thread.clone();
    lines::open(line, move |report| match report {
        Report::Opened => tell(model, &thread, Input::Opened),
        Report::Closed { code } => tell(model, &thread, Input::Closed { code }),
        Report::Text(text) if text == PONG => tell(model, &thread, Input::Pong),
        // A frame of a newer server that this console does not know is left out; its successors still fit.
        Report::Text(text) => {
            if let Ok(frame) = serde_json::from_str::<ServerFrame>(&text) {
                if let ServerFrame::Error { code, client_id: None, .. } = &frame {
                    actions::refused(model, *code);
                }
                tell(model, &thread, Input::Frame(frame));
            }
        }
    });
}

fn tell_agent(model: Model, thread: &Thread, message: &Message) {
    actions::arrived(model, thread, message);
}
