//! An agent's end of a conversation: reads, confirms, and comes back when told that it fell behind.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use shared::limits::CONFIRM_EVERY;
use shared::protocol::http::Started;
use shared::protocol::{ServerFrame, close};
use tests::socket::Stream;
use tokio_tungstenite::tungstenite::Message;

use crate::dialect::{Dialect, Heard};
use crate::shop::{Session, Shop};

/// One agent in one conversation.
#[derive(Debug)]
pub(super) struct Agent {
    shop: &'static Shop,
    session: Session,
    started: Started,
    stream: Stream,
    /// The newest sequence it holds.
    newest: u64,
    /// Messages heard since it last said anything.
    unconfirmed: u32,
}

/// Why a line ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// It read too slowly: it is to reconnect and resume.
    Resync,
    Other,
}

impl Agent {
    pub(super) async fn connect(shop: &'static Shop, session: &Session, started: &Started) -> Self {
        let stream = shop.agent_in(session, started).await.into_stream();
        let (session, started) = (session.clone(), started.clone());
        Self { shop, session, started, stream, newest: 0, unconfirmed: 0 }
    }

    /// Reads for as long as the line can be had, and tells every message's id, also those that were read again.
    pub(super) async fn read(mut self, mut arrived: impl FnMut(&str), mut resynced: impl FnMut()) {
        while self.read_line(&mut arrived).await == End::Resync {
            resynced();
            // Real clients come back after a random part of a second; this spreads them as well.
            let spread = self.started.conversation.as_str().bytes().map(u64::from).sum::<u64>() * 37 % 1_000;
            tokio::time::sleep(Duration::from_millis(spread)).await;
            let mut socket = self.shop.connect_agent(&self.session, &self.started).await;
            socket.send(&json!({ "type": "hello", "after": self.newest })).await;
            (self.stream, self.unconfirmed) = (socket.into_stream(), 0);
        }
    }

    async fn read_line(&mut self, arrived: &mut impl FnMut(&str)) -> End {
        loop {
            let text = match self.stream.next().await {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(Some(frame)))) if u16::from(frame.code) == close::RESYNC => {
                    return End::Resync;
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return End::Other,
                Some(Ok(_)) => continue,
            };
            let said = match Dialect::Edgedesk.heard(&text) {
                Heard::Message { id, seq } => {
                    arrived(id);
                    self.newest = self.newest.max(seq);
                    self.unconfirmed += 1;
                    self.confirmation()
                }
                Heard::Other => self.page(&text, arrived),
                Heard::Ack { .. } | Heard::Refused => None,
            };
            if let Some(said) = said {
                // Why a line is gone is read from it, not from what it refuses.
                let _ = self.stream.send(Message::text(said)).await;
            }
        }
    }

    fn confirmation(&mut self) -> Option<String> {
        if self.unconfirmed < CONFIRM_EVERY {
            return None;
        }
        self.unconfirmed = 0;
        Dialect::Edgedesk.confirmation(self.newest)
    }

    /// Takes a page in, and asks for the next one when asked to.
    fn page(&mut self, text: &str, arrived: &mut impl FnMut(&str)) -> Option<String> {
        let Ok(ServerFrame::Page { messages, ask, .. }) = serde_json::from_str(text) else { return None };
        for message in &messages {
            self.newest = self.newest.max(message.seq);
            if let Some(id) = &message.client_id {
                arrived(id.as_str());
            }
        }
        ask.then(|| json!({ "type": "resume", "after": self.newest }).to_string())
    }
}
