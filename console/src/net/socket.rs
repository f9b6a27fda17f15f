//! A WebSocket that speaks the protocol's subprotocol; dropping it closes it and silences its events.

use shared::protocol::SUBPROTOCOL;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{CloseEvent, Event, MessageEvent, WebSocket};

/// What a socket reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    Opened,
    Text(String),
    Closed { code: u16 },
}

/// An open or opening socket.
#[derive(Debug)]
pub struct Socket {
    inner: WebSocket,
    _opened: Closure<dyn FnMut(Event)>,
    _text: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Opens a socket to `path` on the page's own origin.
    #[must_use]
    pub fn open(path: &str, report: impl Fn(Report) + Clone + 'static) -> Option<Self> {
        let location = web_sys::window()?.location();
        let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
        let url = format!("{scheme}://{}{path}", location.host().ok()?);
        let inner = WebSocket::new_with_str(&url, SUBPROTOCOL).ok()?;
        let opened = {
            let report = report.clone();
            Closure::new(move |_: Event| report(Report::Opened))
        };
        let text = {
            let report = report.clone();
            Closure::new(move |event: MessageEvent| {
                if let Some(text) = event.data().as_string() {
                    report(Report::Text(text));
                }
            })
        };
        let closed = Closure::new(move |event: CloseEvent| report(Report::Closed { code: event.code() }));
        inner.set_onopen(Some(opened.as_ref().unchecked_ref()));
        inner.set_onmessage(Some(text.as_ref().unchecked_ref()));
        inner.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Some(Self { inner, _opened: opened, _text: text, _closed: closed })
    }

    /// Sends text. A socket that is no longer open drops it: the machines notice by what they do not hear.
    pub fn send(&self, text: &str) {
        let _ = self.inner.send_with_str(text);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.inner.set_onopen(None);
        self.inner.set_onmessage(None);
        self.inner.set_onclose(None);
        let _ = self.inner.close();
    }
}
