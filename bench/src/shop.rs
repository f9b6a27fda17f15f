//! A shop on the edge under load: its agents, their desks, and conversations in the stage in which the bot is silent.

use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use shared::limits::PING_EVERY;
use shared::protocol::PING;
use shared::protocol::http::Started;
use tests::{Edge, Site, Socket};
use tokio_tungstenite::tungstenite::Message;

use crate::dialect::Dialect;
use crate::line::Line;
use crate::process::Process;

/// So many frames a second may a socket send here that the limit for people's sake does not bound the measurement.
const FRAMES_PER_SECOND: &str = "100000";

/// A site with one agent on duty.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) site: Site,
    process: u32,
}

/// An agent's session.
#[derive(Debug, Clone)]
pub(crate) struct Session(String);

impl Shop {
    /// Starts an edge of its own, which ends with this process, and opens a shop on it.
    pub(crate) fn open(state: &std::path::Path) -> Result<Self> {
        let edge: &'static Edge =
            Box::leak(Box::new(Edge::start_with(state, &["--frames-per-second", FRAMES_PER_SECOND])?));
        Ok(Self { site: Site::create_on(edge), process: edge.pid })
    }

    /// The workerd process.
    pub(crate) const fn process(&self) -> Process {
        Process(self.process)
    }

    /// Makes an agent who is online with room for `capacity` conversations, and whose desk stays open.
    pub(crate) async fn agent(&self, name: &str, capacity: u32) -> Session {
        let cookie = self.site.agent(name, "agent", capacity);
        stay(self.site.desk(&cookie).await);
        Session(cookie)
    }

    /// A visitor's new conversation, greeted and with the bot.
    pub(crate) async fn visitor(&self) -> (Started, Socket) {
        let started = self.site.start();
        let socket = self.site.visitor(&started).await;
        (started, socket)
    }

    /// An agent's socket of a conversation, before its `hello`.
    pub(crate) async fn connect_agent(&self, session: &Session, started: &Started) -> Socket {
        Socket::agent(self.site.url(), started.conversation.as_str(), &session.0).await
    }

    /// An agent's socket of a conversation.
    pub(crate) async fn agent_in(&self, session: &Session, started: &Started) -> Line {
        let socket = self.site.agent_in(&session.0, started.conversation.as_str()).await;
        Line::new(socket, Dialect::Edgedesk)
    }
}

/// Asks for a human and waits until an agent has the conversation: the agent's id.
pub(crate) async fn assigned(visitor: &mut Socket) -> Result<String> {
    visitor.send(&json!({ "type": "handoff" })).await;
    let frame = visitor.until_where(|f| f["type"] == "stage" && f["stage"]["type"] == "assigned").await;
    Ok(frame["stage"]["agent"]["id"].as_str().context("no agent")?.to_owned())
}

/// Keeps a socket open as an idle window does: what comes is read, and the line is proved now and then.
pub(crate) fn stay(socket: Socket) {
    let mut stream = socket.into_stream();
    tokio::spawn(async move {
        let mut pings = tokio::time::interval(Duration::from_millis(PING_EVERY));
        loop {
            tokio::select! {
                _ = pings.tick() => {
                    if stream.send(Message::text(PING)).await.is_err() {
                        return;
                    }
                }
                frame = stream.next() => {
                    if !matches!(frame, Some(Ok(_))) {
                        return;
                    }
                }
            }
        }
    });
}
