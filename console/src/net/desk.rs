//! Drives the desk's line.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::protocol::{DeskFrame, DeskRequest, ErrorCode, PING, PONG};

use super::api::{self, Failure};
use super::clock::{now, random};
use super::lines::{self, Line};
use super::socket::Report;
use super::uplink::{Effect, Input};
use crate::actions;
use crate::state::model::{Model, Session};

/// Tells the machine something and does what it says.
pub fn tell(model: Model, input: Input) {
    let before = model.uplink.with_untracked(|line| line.status());
    let effects = model.uplink.try_update_untracked(|line| line.handle(now(), random(), input));
    for effect in effects.unwrap_or_default() {
        match effect {
            Effect::Open => lines::open(&Line::Desk, move |report| match report {
                Report::Opened => tell(model, Input::Opened),
                Report::Closed { code } => tell(model, Input::Closed { code }),
                Report::Text(text) => {
                    tell(model, Input::Heard);
                    if text != PONG {
                        receive(model, &text);
                    }
                }
            }),
            Effect::Greet => send(&DeskRequest::Hello),
            Effect::Ping => lines::send(&Line::Desk, PING),
            Effect::Close => lines::close(&Line::Desk),
            Effect::Timer(at) => lines::set_timer(&Line::Desk, at, move || tell(model, Input::Timer)),
            Effect::AskSession => ask_session(model),
            Effect::Expelled => actions::session_ended(model),
        }
    }
    let after = model.uplink.with_untracked(|line| line.status());
    if after != before {
        model.uplink.notify();
        // What was asked on a line that broke is answered by the next snapshot, one way or the other.
        model.asked.set(None);
    }
}

/// Sends a request.
pub fn send(request: &DeskRequest) {
    lines::send(&Line::Desk, &serde_json::to_string(request).unwrap_or_default());
}

fn receive(model: Model, text: &str) {
    // A frame of a newer server that this console does not know is left out.
    if let Ok(frame) = serde_json::from_str::<DeskFrame>(text) {
        actions::desk_frame(model, frame);
    }
}

/// A browser does not say why a socket could not be opened: the session may have ended.
fn ask_session(model: Model) {
    spawn_local(async move {
        if let Err(Failure::Refused { code: ErrorCode::Unauthenticated, .. }) = api::me().await
            && model.session.with_untracked(|s| matches!(s, Session::SignedIn(_)))
        {
            actions::session_ended(model);
        }
    });
}
