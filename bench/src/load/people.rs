//! Who is connected: visitors who only look, and visitors in conversation with an agent.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use shared::limits::PING_EVERY;
use shared::protocol::PING;
use shared::protocol::http::Started;
use tests::Socket;
use tests::socket::Stream;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;

use crate::shop::{Session, Shop, assigned};

/// A visitor comes and goes.
pub(super) async fn once(shop: &Shop) {
    drop(shop.visitor().await);
}

/// Visitors with the bot.
pub(super) async fn connect(shop: &Shop, count: usize) -> Vec<(Started, Socket)> {
    let mut open = Vec::with_capacity(count);
    for _ in 0..count {
        open.push(shop.visitor().await);
    }
    open
}

/// Visitors who leave the panel open and say nothing.
#[derive(Debug)]
pub(super) struct Idle {
    wake: watch::Sender<()>,
}

impl Idle {
    pub(super) async fn connect(shop: &Shop, count: usize) -> Self {
        let (wake, woken) = watch::channel(());
        for _ in 0..count {
            let (_, socket) = shop.visitor().await;
            tokio::spawn(stay(socket.into_stream(), woken.clone()));
        }
        Self { wake }
    }

    /// Each says something that changes nothing, so that its object wakes.
    pub(super) fn wake(&self) {
        self.wake.send_replace(());
    }
}

/// Keeps its socket as the widget does.
async fn stay(mut stream: Stream, mut woken: watch::Receiver<()>) {
    let every = Duration::from_millis(PING_EVERY);
    let mut pings = tokio::time::interval_at(tokio::time::Instant::now() + every, every);
    let nothing = json!({ "type": "read", "seq": 0 }).to_string();
    loop {
        let said = tokio::select! {
            _ = pings.tick() => PING.to_owned(),
            changed = woken.changed() => match changed {
                Ok(()) => nothing.clone(),
                Err(_) => return,
            },
            frame = stream.next() => match frame {
                Some(Ok(_)) => continue,
                _ => return,
            },
        };
        if stream.send(Message::text(said)).await.is_err() {
            return;
        }
    }
}

/// Conversations between a visitor and an agent.
#[derive(Debug)]
pub(super) struct Talks {
    pub(super) conversations: Vec<(Started, Session)>,
    /// The visitor's and the agent's socket.
    pub(super) lines: Vec<(Stream, Stream)>,
}

/// As many agents as visitors, each with a desk of its own; every visitor asks for a human and gets one.
pub(super) async fn with_agents(shop: &Shop, waiting: Vec<(Started, Socket)>) -> Result<Talks> {
    let mut sessions = BTreeMap::new();
    for n in 0..waiting.len() {
        let name = format!("agent-{n}");
        let session = shop.agent(&name, 1).await;
        sessions.insert(name, session);
    }
    let mut talks = Talks { conversations: Vec::new(), lines: Vec::new() };
    for (started, mut visitor) in waiting {
        let session = sessions.get(&assigned(&mut visitor).await?).context("a strange agent")?.clone();
        let agent = shop.agent_in(&session, &started).await.into_stream();
        talks.lines.push((visitor.into_stream(), agent));
        talks.conversations.push((started, session));
    }
    Ok(talks)
}
