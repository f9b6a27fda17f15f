//! Visitors in conversation with an agent each.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use shared::protocol::http::Started;
use tests::socket::Stream;

use super::agents::Agent;
use crate::shop::{Session, Shop, assigned};

/// Conversations between a visitor and an agent.
#[derive(Debug)]
pub(super) struct Talks {
    pub(super) conversations: Vec<(Started, Session)>,
    /// The visitor's socket and the agent.
    pub(super) lines: Vec<(Stream, Agent)>,
}

/// So many agents, each with a desk of its own, and as many visitors who ask for a human and get one.
pub(super) async fn with_agents(shop: &'static Shop, count: usize) -> Result<Talks> {
    let mut waiting = Vec::with_capacity(count);
    for _ in 0..count {
        waiting.push(shop.visitor().await);
    }
    let mut sessions = BTreeMap::new();
    for n in 0..count {
        let name = format!("agent-{n}");
        let session = shop.agent(&name, 1).await;
        sessions.insert(name, session);
    }
    let mut talks = Talks { conversations: Vec::new(), lines: Vec::new() };
    for (started, mut visitor) in waiting {
        let session = sessions.get(&assigned(&mut visitor).await?).context("a strange agent")?.clone();
        let agent = Agent::connect(shop, &session, &started).await;
        talks.lines.push((visitor.into_stream(), agent));
        talks.conversations.push((started, session));
    }
    Ok(talks)
}
