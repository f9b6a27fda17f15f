//! The conversation object: one per conversation. Here is what the platform calls; [`shell`] performs it.

mod at_once;
mod follow;
mod outside;
mod shell;

use std::rc::Rc;

use shared::conversation::{BotQuestion, SocketId};
use shared::limits;
use shared::protocol::{ClientFrame, ErrorCode};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{DurableObject, Env, Request, Response, Result as WorkerResult, State, durable_object};

use super::calls::{AskConversation, Call, ConversationCall, ConversationDeliver, Create, EndSockets};
use crate::error::Result;
use at_once::at_once;
use shell::{Said, Shell};

/// What the platform holds. Socket events are the hot path: they are exported by hand below, so that an event that
/// need not wait for anything costs no promise.
#[durable_object(alarm)]
#[allow(missing_debug_implementations, reason = "handed to the platform, never printed")]
pub struct Conversation {
    shell: Rc<Shell>,
}

impl DurableObject for Conversation {
    fn new(state: State, env: Env) -> Self {
        Self { shell: Rc::new(Shell::new(state, env)) }
    }

    async fn fetch(&self, mut request: Request) -> WorkerResult<Response> {
        if request.path() == "/socket" {
            return match self.shell.seat(&request).await {
                Ok(response) => Ok(response),
                Err(error) => error.response(),
            };
        }
        match serde_json::from_str(&request.text().await?) {
            Ok(ConversationCall::Create(call)) => Create::answer(self.shell.create(call).await),
            Ok(ConversationCall::ConversationDeliver(call)) => {
                ConversationDeliver::answer(self.shell.deliver(call).await)
            }
            Ok(ConversationCall::EndSockets(call)) => EndSockets::answer(self.shell.end_sockets(call).await),
            Ok(ConversationCall::AskConversation(call)) => {
                AskConversation::answer(self.shell.asked(call).await)
            }
            Err(error) => Create::answer(Err(error.into())),
        }
    }

    async fn alarm(&self) -> WorkerResult<Response> {
        self.shell.alarm().await?;
        Response::empty()
    }
}

#[inline(never)]
fn finish(shell: Rc<Shell>, questions: Vec<BotQuestion>) -> std::result::Result<JsValue, JsValue> {
    at_once(async move { shell.finish(questions).await })
}

impl Conversation {
    /// Handles a frame; returns a promise where something is left to wait for.
    fn said(&self, from: Result<Option<SocketId>>, text: Option<String>) -> JsValue {
        let said = match text {
            Some(text) if text.len() > limits::FRAME_BYTES => Said::Bad(ErrorCode::FrameTooLarge),
            Some(text) => ClientFrame::read(&text).map_or(Said::Bad(ErrorCode::BadFrame), Said::Frame),
            None => Said::Bad(ErrorCode::BadFrame),
        };
        let outcome = match self.shell.said(from, said) {
            Ok(None) => return JsValue::UNDEFINED,
            Ok(Some(questions)) => finish(self.shell.clone(), questions),
            Err(error) => Err(error.into()),
        };
        // A failure is told by the promise: a result of its own would cost every event that has none.
        outcome.unwrap_or_else(|error| js_sys::Promise::reject(&error).into())
    }
}

#[wasm_bindgen]
impl Conversation {
    /// A frame arrived on a socket that is not known by sight.
    #[wasm_bindgen(js_name = webSocketMessage)]
    pub fn web_socket_message(&self, ws: web_sys::WebSocket, message: &JsValue) -> JsValue {
        self.said(self.shell.socket_of(&ws.into()), message.as_string())
    }

    /// A frame arrived on the socket with this mark, `edge/js/direct.js` says; no text when it is of bytes.
    pub fn heard(&self, mark: f64, text: Option<String>) -> JsValue {
        // Ids stay below 2^53.
        self.said(self.shell.marked(SocketId(mark as u64)), text)
    }

    /// A socket closed.
    #[wasm_bindgen(js_name = webSocketClose)]
    pub fn web_socket_close(&self, ws: web_sys::WebSocket) -> std::result::Result<JsValue, JsValue> {
        let shell = self.shell.clone();
        at_once(async move { shell.disconnect(&ws.into()).await })
    }

    /// A socket broke.
    #[wasm_bindgen(js_name = webSocketError)]
    pub fn web_socket_error(&self, ws: web_sys::WebSocket) -> std::result::Result<JsValue, JsValue> {
        self.web_socket_close(ws)
    }
}
