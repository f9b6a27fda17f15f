//! The hibernating sockets of one object.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use js_sys::JsString;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::conversation::SocketId;
use shared::protocol::{PING, PONG, SUBPROTOCOL};
use shared::time::Millis;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::{Response, ResponseBuilder, State, WebSocket, WebSocketPair, WebSocketRequestResponsePair};

use crate::clock;
use crate::error::Result;

#[wasm_bindgen]
extern "C" {
    /// A platform socket that carries its id as a property of its own: reading its attachment for every frame would
    /// cost a deserialisation each time. The property goes with hibernation and is set again on waking.
    #[wasm_bindgen(extends = web_sys::WebSocket)]
    type Marked;

    #[wasm_bindgen(method, structural, getter, js_name = edgedeskSocket)]
    fn mark(this: &Marked) -> Option<f64>;

    #[wasm_bindgen(method, structural, setter, js_name = edgedeskSocket)]
    fn set_mark(this: &Marked, id: f64);

    #[wasm_bindgen(method, structural, catch, js_name = send)]
    fn send_text(this: &Marked, text: &JsString) -> std::result::Result<(), JsValue>;
}

fn marked(ws: &WebSocket) -> &Marked {
    let raw: &web_sys::WebSocket = ws.as_ref();
    raw.unchecked_ref()
}

/// The id of a socket that was accepted or restored since the object woke.
pub(crate) fn known(ws: &WebSocket) -> Option<SocketId> {
    // Ids stay below 2^53.
    marked(ws).mark().map(|id| SocketId(id as u64))
}

fn remember(ws: &WebSocket, id: SocketId) {
    marked(ws).set_mark(id.0 as f64);
}

/// Open sockets by id; rebuilt from the platform's list after hibernation.
#[derive(Debug, Default)]
pub(crate) struct Sockets {
    open: RefCell<BTreeMap<SocketId, WebSocket>>,
    newest: Cell<u64>,
}

impl Sockets {
    /// The sockets that survived hibernation, with their attachments.
    pub(crate) fn restore<A: DeserializeOwned>(&self, state: &State, id: impl Fn(&A) -> SocketId) -> Vec<A> {
        let mut attachments = Vec::new();
        let mut open = BTreeMap::new();
        for socket in state.get_websockets() {
            if let Some(attachment) = attachment::<A>(&socket) {
                let id = id(&attachment);
                remember(&socket, id);
                open.insert(id, socket);
                attachments.push(attachment);
            }
        }
        // A clock that went back meanwhile must not give an open socket's id away.
        self.newest.set(open.keys().next_back().map_or(0, |id| id.0));
        self.open.replace(open);
        attachments
    }

    /// Accepts a new socket: its id, and the response that completes the upgrade. Pings are answered by the platform
    /// without waking the object.
    pub(crate) fn accept(&self, state: &State) -> Result<(SocketId, ResponseBuilder, WebSocket)> {
        let pair = WebSocketPair::new()?;
        state.accept_web_socket(&pair.server);
        if let Ok(ping) = WebSocketRequestResponsePair::new(PING, PONG) {
            state.set_websocket_auto_response(&ping);
        }
        let id = self.reserve();
        remember(&pair.server, id);
        self.open.borrow_mut().insert(id, pair.server);
        let response = ResponseBuilder::new()
            .with_status(101)
            .with_header("sec-websocket-protocol", SUBPROTOCOL)?
            .with_websocket(pair.client.clone());
        Ok((id, response, pair.client))
    }

    /// An id that no socket has had. Ids rise with time and with every socket; 4096 a millisecond stays below 2^53 for
    /// centuries.
    pub(crate) fn reserve(&self) -> SocketId {
        let id = SocketId((clock::now().0 << 12).max(self.newest.get() + 1));
        self.newest.set(id.0);
        id
    }

    /// Whether there is such a socket.
    pub(crate) fn has(&self, socket: SocketId) -> bool {
        self.open.borrow().contains_key(&socket)
    }

    /// Sends a frame; a socket that is gone is left to its close event.
    pub(crate) fn send(&self, socket: SocketId, json: &str) {
        if let Some(ws) = self.open.borrow().get(&socket) {
            let _ = ws.send_with_str(json);
        }
    }

    /// Sends a frame that JavaScript holds already.
    pub(crate) fn send_text(&self, socket: SocketId, json: &JsString) {
        if let Some(ws) = self.open.borrow().get(&socket) {
            let _ = marked(ws).send_text(json);
        }
    }

    /// Stores a socket's attachment.
    pub(crate) fn attach<A: Serialize>(&self, socket: SocketId, attachment: &A) {
        if let (Some(ws), Ok(json)) = (self.open.borrow().get(&socket), serde_json::to_string(attachment)) {
            let _ = ws.serialize_attachment(json);
        }
    }

    /// Closes a socket and forgets it.
    pub(crate) fn close(&self, socket: SocketId, code: u16) {
        if let Some(ws) = self.open.borrow_mut().remove(&socket) {
            let _ = ws.close(Some(code), Some(""));
        }
    }

    /// The peer closed: answers the close and forgets the socket.
    pub(crate) fn closed(&self, socket: SocketId, ws: &WebSocket) {
        self.open.borrow_mut().remove(&socket);
        let _ = ws.close(Some(1000), Some(""));
    }

    /// When each socket last proved its line.
    pub(crate) fn alive(&self, state: &State) -> Vec<(SocketId, Millis)> {
        let raw: &JsValue = state.as_raw().as_ref();
        let method = js_sys::Reflect::get(raw, &"getWebSocketAutoResponseTimestamp".into());
        let Ok(method) = method.and_then(JsCast::dyn_into::<js_sys::Function>) else { return Vec::new() };
        let stamp = |ws: &WebSocket| {
            let date = method.call1(raw, ws.as_ref()).ok()?.dyn_into::<js_sys::Date>().ok()?;
            Some(Millis(date.get_time() as u64))
        };
        self.open.borrow().iter().filter_map(|(&id, ws)| Some((id, stamp(ws)?))).collect()
    }
}

/// The attachment of a socket, when it has a sound one.
pub(crate) fn attachment<A: DeserializeOwned>(socket: &WebSocket) -> Option<A> {
    let json: String = socket.deserialize_attachment().ok().flatten()?;
    serde_json::from_str(&json).ok()
}

/// Completes an upgrade.
pub(crate) fn upgraded(builder: ResponseBuilder) -> worker::Result<Response> {
    Ok(builder.empty())
}
