//! One socket under load: it parses what it must and keeps nothing.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use shared::limits::CONFIRM_EVERY;
use tests::Socket;
use tests::socket::Stream;
use tokio_tungstenite::tungstenite::Message;

use crate::dialect::{Dialect, Heard};

/// How long an answer may take before a measurement fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open socket that speaks one dialect.
#[derive(Debug)]
pub(crate) struct Line {
    stream: Stream,
    dialect: Dialect,
    /// Messages heard since this end last confirmed any.
    unconfirmed: u32,
}

impl Line {
    /// The same line after so many messages: readers who came at different times do not confirm at the same message.
    pub(crate) fn in_phase(self, unconfirmed: u32) -> Self {
        Self { unconfirmed: unconfirmed % CONFIRM_EVERY, ..self }
    }

    pub(crate) fn new(socket: Socket, dialect: Dialect) -> Self {
        Self { stream: socket.into_stream(), dialect, unconfirmed: 0 }
    }

    /// A socket of a server that speaks the plain sequence.
    pub(crate) async fn plain(url: &str, path: &str) -> Result<Self> {
        match Socket::open(url, path, &[]).await {
            Ok(socket) => Ok(Self::new(socket, Dialect::Plain)),
            Err((status, body)) => bail!("{url}{path}: {status} {body}"),
        }
    }

    /// The parts, for a sender and a listener of their own.
    pub(crate) fn into_stream(self) -> Stream {
        self.stream
    }

    /// Lets it be known that somebody attends to the conversation, as who begins to answer does.
    pub(crate) async fn attend(&mut self) -> Result<()> {
        for on in [true, false] {
            let typing = json!({ "type": "typing", "on": on }).to_string();
            self.stream.send(Message::text(typing)).await.context("attending")?;
        }
        Ok(())
    }

    /// Sends a message.
    pub(crate) async fn say(&mut self, id: &str) -> Result<()> {
        self.stream.send(Message::text(self.dialect.message(id))).await.context("sending")
    }

    /// Waits until this message is acknowledged to its sender.
    pub(crate) async fn acknowledged(&mut self, id: &str) -> Result<()> {
        self.until(|heard| match heard {
            Heard::Ack { id: acked } | Heard::Message { id: acked, .. } => *acked == id,
            Heard::Refused | Heard::Other => false,
        })
        .await
    }

    /// Waits until this message has arrived, as it does at everybody else.
    pub(crate) async fn arrived(&mut self, id: &str) -> Result<()> {
        self.until(|heard| matches!(heard, Heard::Message { id: arrived, .. } if *arrived == id)).await
    }

    async fn until(&mut self, fits: impl Fn(&Heard<'_>) -> bool) -> Result<()> {
        loop {
            let next =
                tokio::time::timeout(PATIENCE, self.stream.next()).await.context("no answer in time")?;
            let Message::Text(text) = next.context("the server closed the socket")?? else { continue };
            let heard = self.dialect.heard(&text);
            if heard == Heard::Refused {
                bail!("the server refused: {text}");
            }
            let (found, message) = (fits(&heard), matches!(heard, Heard::Message { .. }).then_some(&heard));
            if let Some(Heard::Message { seq, .. }) = message {
                self.unconfirmed += 1;
                if self.unconfirmed >= CONFIRM_EVERY
                    && let Some(confirmation) = self.dialect.confirmation(*seq)
                {
                    self.unconfirmed = 0;
                    self.stream.send(Message::text(confirmation)).await.context("confirming")?;
                }
            }
            if found {
                return Ok(());
            }
        }
    }
}
