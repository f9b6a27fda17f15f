//! One WebSocket, for as long as it is open.

use js_sys::Array;
use shared::protocol::SUBPROTOCOL;
use wasm_bindgen::prelude::*;
use web_sys::{CloseEvent, Event, MessageEvent, WebSocket};

/// What a socket reports.
#[derive(Debug)]
pub(crate) enum SocketEvent {
    Opened,
    Text(String),
    Closed(u16),
}

/// An open or opening socket; dropping it closes it, and nothing is heard of it any more.
#[derive(Debug)]
pub(crate) struct Socket {
    socket: WebSocket,
    _handler: Closure<dyn FnMut(Event)>,
}

impl Socket {
    /// Connects; `None` when the browser refuses the address or the token at once.
    pub(crate) fn open(
        url: &str,
        token: &str,
        identity: Option<String>,
        tell: impl Fn(SocketEvent) + 'static,
    ) -> Option<Self> {
        let protocols = Array::of2(&SUBPROTOCOL.into(), &token.into());
        if let Some(identity) = identity {
            protocols.push(&identity.into());
        }
        let socket = WebSocket::new_with_str_sequence(url, &protocols).ok()?;
        let handler = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            // An error is always followed by a close.
            if let Some(message) = event.dyn_ref::<MessageEvent>() {
                if let Some(text) = message.data().as_string() {
                    tell(SocketEvent::Text(text));
                }
            } else if let Some(closed) = event.dyn_ref::<CloseEvent>() {
                tell(SocketEvent::Closed(closed.code()));
            } else {
                tell(SocketEvent::Opened);
            }
        });
        let function = Some(handler.as_ref().unchecked_ref());
        socket.set_onopen(function);
        socket.set_onmessage(function);
        socket.set_onclose(function);
        Some(Self { socket, _handler: handler })
    }

    /// Sends text; the link machine resends whatever is not acknowledged.
    pub(crate) fn send(&self, text: &str) {
        let _ = self.socket.send_with_str(text);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
