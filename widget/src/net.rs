//! The network: HTTP for what needs no conversation, a socket for what does. The link machine of `shared` decides;
//! this module performs its effects.

pub(crate) mod http;
mod socket;

use std::time::Duration;

use leptos::prelude::set_timeout_with_handle;
use shared::link::{Effect, Input, Side};
use shared::protocol::{ErrorCode, ServerFrame, close};
use shared::time::Millis;

pub(crate) use self::socket::Socket;
use self::socket::SocketEvent;
use crate::node::Node;
use crate::persist::{Left, Session};
use crate::state::App;
use crate::wire::{Read, Write};

/// The present instant.
pub(crate) fn now() -> Millis {
    Millis(js_sys::Date::now() as u64)
}

/// 32 random bits; good for jitter and for ids that need not be secret.
fn bits() -> u32 {
    (js_sys::Math::random() * 4_294_967_296.0) as u32
}

/// 128 random bits, for ids.
pub(crate) fn random() -> u128 {
    (0..4).fold(0, |all, _| all << 32 | u128::from(bits()))
}

/// Gives `input` to the link and performs what it decides.
pub(crate) fn feed(app: App, input: Input) {
    let effects =
        app.core.update(|core| core.link.handle(now(), u64::from(bits()) << 32 | u64::from(bits()), input));
    for effect in effects {
        perform(app, effect);
    }
}

fn perform(app: App, effect: Effect) {
    match effect {
        Effect::Open => open(app),
        Effect::Transmit(frame) => {
            send(app, &frame.node().json());
        }
        Effect::Ping => send(app, shared::protocol::PING),
        Effect::Close => app.core.update(|core| core.socket = None),
        Effect::Timer(at) => set_timer(app, at),
        Effect::Store(_) => app.save_outbox(),
        Effect::Token(token) => {
            app.core.update(|core| {
                if let Some(session) = &mut core.session {
                    session.token = token;
                }
            });
            app.save();
        }
        Effect::Changed => app.refresh(),
        Effect::Arrived(message) => app.handle_arrival(&message),
        Effect::Expelled { .. } => move_on(app, false),
        Effect::Over => move_on(app, true),
    }
}

fn open(app: App) {
    app.core.update(|core| {
        let Some(session) = &core.session else { return };
        // http → ws, https → wss.
        let tail = core.config.edge.strip_prefix("http").unwrap_or_default();
        let url = ["ws", tail, "/v1/conversations/", session.conversation.as_str(), "/socket"].concat();
        core.socket =
            Socket::open(&url, &session.token, core.api.identity(), move |event| handle(app, event));
    });
    if app.core.with(|core| core.socket.is_none()) {
        feed(app, Input::Closed { code: close::UNAUTHENTICATED });
    }
}

fn handle(app: App, event: SocketEvent) {
    match event {
        SocketEvent::Opened => feed(app, Input::Opened),
        SocketEvent::Closed(code) => {
            app.core.update(|core| core.socket = None);
            feed(app, Input::Closed { code });
        }
        SocketEvent::Text(text) if text == shared::protocol::PONG => feed(app, Input::Pong),
        // A frame of a newer server that this version does not know is passed over.
        SocketEvent::Text(text) => {
            if let Some(frame) = Node::parse(&text).and_then(|node| ServerFrame::read(&node)) {
                match frame {
                    ServerFrame::Error { code: ErrorCode::IdentityExpired, .. } => {
                        app.emit("identity:expired", Node::Nothing);
                    }
                    ServerFrame::Error { code: ErrorCode::IdentityRefused, .. } => {
                        app.emit("identity:refused", Node::Nothing);
                    }
                    frame => feed(app, Input::Frame(frame)),
                }
            }
        }
    }
}

fn send(app: App, text: &str) {
    app.core.with(|core| {
        if let Some(socket) = &core.socket {
            socket.send(text);
        }
    });
}

fn set_timer(app: App, at: Option<Millis>) {
    let timer = at.and_then(|at| {
        let delay = Duration::from_millis(at.since(now()));
        set_timeout_with_handle(move || feed(app, Input::Timer), delay).ok()
    });
    app.core.update(|core| {
        if let Some(old) = std::mem::replace(&mut core.timer, timer) {
            old.clear();
        }
    });
}

/// The conversation cannot be opened any more, or is `over`: what was not said goes into a new one, which another tab
/// may have started already.
fn move_on(app: App, over: bool) {
    let (next, same) = app.core.update(|core| {
        core.socket = None;
        core.left = core.session.take().map(|session| Left { session, over });
        let next = core.elsewhere();
        let conversation = |session: &Session| session.conversation.clone();
        let same =
            next.as_ref().map(conversation) == core.left.as_ref().map(|left| conversation(&left.session));
        (next, same)
    });
    if same && let Some(session) = next {
        return app.adopt(session);
    }
    let waiting = app.core.update(|core| {
        core.link = core.link.successor(Side::Visitor { lang: app.lang.peek() });
        core.link.has_unsaid()
    });
    // What failed because of the former conversation has not failed in the next one.
    app.save_outbox();
    if let Some(session) = next {
        return app.adopt(session);
    }
    app.refresh();
    app.save();
    if waiting {
        app.begin();
    }
}
