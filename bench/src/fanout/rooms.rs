//! The servers under load, and conversations on them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ::tests::server::state_dir;
use anyhow::Result;
use shared::limits::CONFIRM_EVERY;

use crate::dialect::Dialect;
use crate::line::Line;
use crate::process::Process;
use crate::reference::Reference;
use crate::shop::{Session, Shop, assigned};

/// A server under load.
#[derive(Debug)]
pub(super) enum Server {
    Edgedesk {
        shop: Shop,
        agent: Session,
    },
    Reference(Reference),
    /// Somebody else's, which speaks the plain sequence; `{room}` in its address is replaced.
    Other {
        url: String,
    },
}

/// One conversation: who writes, and who reads.
#[derive(Debug)]
pub(super) struct Room {
    writer: Line,
    readers: Vec<Line>,
    said: u64,
}

static ROOMS: AtomicU64 = AtomicU64::new(0);

/// Starts the edge and the reference; `url` is measured as a third. As a `control`, a reference stands where the edge
/// does: how it compares with itself is how far a comparison can be trusted.
pub(super) async fn start(url: Option<String>, control: bool) -> Result<Vec<Server>> {
    let first = if control {
        Server::Reference(Reference::start(&state_dir("fanout-control"))?)
    } else {
        let shop = Shop::open(&state_dir("fanout-edge"))?;
        let agent = shop.agent("mei", 100_000).await;
        Server::Edgedesk { shop, agent }
    };
    let mut servers = vec![first, Server::Reference(Reference::start(&state_dir("fanout-reference"))?)];
    servers.extend(url.map(|url| Server::Other { url }));
    Ok(servers)
}

impl Server {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Edgedesk { .. } => "edgedesk",
            Self::Reference(_) => "reference",
            Self::Other { .. } => "other",
        }
    }

    pub(super) fn process(&self) -> Option<Process> {
        match self {
            Self::Edgedesk { shop, .. } => Some(shop.process()),
            Self::Reference(reference) => Some(reference.process()),
            Self::Other { .. } => None,
        }
    }

    /// Opens a conversation with so many readers beside the writer.
    pub(super) async fn room(&self, readers: usize) -> Result<Room> {
        let (url, path) = match self {
            Self::Edgedesk { shop, agent } => return edgedesk(shop, agent, readers).await,
            Self::Reference(reference) => (reference.url.clone(), "/room/{room}".to_owned()),
            Self::Other { url } => split(url),
        };
        let name = format!("r{}-{}", std::process::id(), ROOMS.fetch_add(1, Ordering::Relaxed));
        let path = path.replace("{room}", &name);
        let writer = Line::plain(&url, &path).await?;
        let mut lines = Vec::new();
        for _ in 0..readers {
            lines.push(Line::plain(&url, &path).await?);
        }
        Ok(Room { writer, readers: lines, said: 0 })
    }
}

async fn edgedesk(shop: &Shop, agent: &Session, readers: usize) -> Result<Room> {
    let (started, mut visitor) = shop.visitor().await;
    assigned(&mut visitor).await?;
    let mut lines = Vec::new();
    for reader in 0..readers {
        let phase = reader as u32 * CONFIRM_EVERY / readers as u32;
        let mut line = shop.agent_in(agent, &started).await.in_phase(phase);
        // Otherwise the desk looks for somebody else after a while.
        line.attend().await?;
        lines.push(line);
    }
    Ok(Room { writer: Line::new(visitor, Dialect::Edgedesk), readers: lines, said: 0 })
}

/// The origin and the path of an address.
fn split(url: &str) -> (String, String) {
    let from = url.find("://").map_or(0, |at| at + 3);
    let at = url[from..].find('/').map_or(url.len(), |at| from + at);
    (url[..at].to_owned(), url[at..].to_owned())
}

impl Room {
    /// So many messages one after the other: how long each took.
    pub(super) async fn talk(&mut self, messages: usize) -> Result<Vec<Duration>> {
        let mut times = Vec::with_capacity(messages);
        for _ in 0..messages {
            self.said += 1;
            let id = format!("m-{:06}", self.said);
            let start = Instant::now();
            self.writer.say(&id).await?;
            self.writer.acknowledged(&id).await?;
            for reader in &mut self.readers {
                reader.arrived(&id).await?;
            }
            times.push(start.elapsed());
        }
        Ok(times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_an_origin_and_a_path() {
        let check = |url, origin: &str, path: &str| assert_eq!(split(url), (origin.into(), path.into()));
        check("ws://localhost:1234/room/{room}?a=b", "ws://localhost:1234", "/room/{room}?a=b");
        check("http://localhost:1234", "http://localhost:1234", "");
    }
}
