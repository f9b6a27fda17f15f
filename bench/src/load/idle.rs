//! Connections that are open and silent: what one costs while its object hibernates, and while it is awake.
//!
//! They come in waves, and each wave is left alone until it hibernates before the next one comes. Were all to come at
//! once, all their objects would be awake at once, and the allocator keeps what it once had.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Result;
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use shared::limits::PING_EVERY;
use shared::protocol::PING;
use tests::socket::Stream;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::HIBERNATES;
use super::memory::Memory;
use crate::dialect::Dialect;
use crate::line::Line;
use crate::reference::Reference;
use crate::shop::Shop;

/// How long those who were woken may take to have been handled.
const WAKES: Duration = Duration::from_secs(3);

/// Where they connect.
#[derive(Debug, Clone, Copy)]
pub(super) enum Host<'a> {
    /// Visitors who leave the panel open and say nothing.
    Edgedesk(&'a Shop),
    /// Sockets of one object each that does next to nothing: the platform's own share.
    Reference(&'a Reference),
}

/// Open connections; they end when this is dropped.
#[derive(Debug)]
pub(super) struct Idle {
    wake: watch::Sender<()>,
    cut: Arc<AtomicUsize>,
}

impl Host<'_> {
    async fn open(self, n: usize) -> Result<Stream> {
        match self {
            Self::Edgedesk(shop) => Ok(shop.visitor().await.1.into_stream()),
            Self::Reference(reference) => {
                let line = Line::plain(&reference.url, &format!("/room/idle-{n}")).await?;
                Ok(line.into_stream())
            }
        }
    }

    /// What wakes the object and changes as little as can be.
    fn word(self) -> String {
        match self {
            Self::Edgedesk(_) => json!({ "type": "read", "seq": 0 }).to_string(),
            Self::Reference(_) => Dialect::Plain.message("m-000000"),
        }
    }

    /// The widget proves its line now and then, which wakes nobody; the reference knows no such thing.
    const fn pings(self) -> bool {
        matches!(self, Self::Edgedesk(_))
    }
}

impl Idle {
    /// Opens `count` connections in `waves`, wakes them all, and leaves them to hibernate again.
    pub(super) async fn measure(
        host: Host<'_>,
        count: usize,
        waves: usize,
        memory: &mut Memory,
    ) -> Result<Self> {
        // One that goes again, so that the code is compiled and warm before memory is first looked at.
        drop(host.open(count).await?);
        memory.note("warm, nobody connected");
        let (wake, woken) = watch::channel(());
        let idle = Self { wake, cut: Arc::default() };
        let mut open = 0;
        for wave in 1..=waves {
            let until = count * wave / waves;
            for n in open..until {
                let stream = host.open(n).await?;
                tokio::spawn(stay(stream, host.word(), host.pings(), woken.clone(), idle.cut.clone()));
            }
            open = until;
            tokio::time::sleep(HIBERNATES).await;
            memory.note_idle(open);
        }
        idle.wake.send_replace(());
        tokio::time::sleep(WAKES).await;
        memory.note_awake(open);
        tokio::time::sleep(HIBERNATES).await;
        memory.note("hibernated again");
        Ok(idle)
    }

    /// How many were cut by the server: there should be none.
    pub(super) fn cut(&self) -> usize {
        self.cut.load(Ordering::Relaxed)
    }
}

/// Keeps its socket as the widget does.
async fn stay(
    mut stream: Stream,
    word: String,
    pings: bool,
    mut woken: watch::Receiver<()>,
    cut: Arc<AtomicUsize>,
) {
    let ping_every = Duration::from_millis(PING_EVERY);
    let mut ping_at = Instant::now() + ping_every;
    loop {
        let said = tokio::select! {
            () = tokio::time::sleep_until(ping_at), if pings => PING.to_owned(),
            changed = woken.changed() => match changed {
                Ok(()) => word.clone(),
                Err(_) => return,
            },
            frame = stream.next() => match frame {
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                Some(Ok(_)) => continue,
            },
        };
        ping_at = Instant::now() + ping_every;
        if stream.send(Message::text(said)).await.is_err() {
            break;
        }
    }
    cut.fetch_add(1, Ordering::Relaxed);
}
