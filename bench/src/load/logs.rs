//! The conversations' logs afterwards, against what was acknowledged.

use std::collections::BTreeMap;

use ::tests::Socket;
use anyhow::{Result, bail};
use serde_json::{Value, json};
use shared::protocol::http::Started;

use super::traffic::{Outcome, id};
use crate::shop::{Session, Shop};

/// What is wrong in the logs; all 0 when nothing is.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Acknowledged and not there.
    pub(super) lost: usize,
    /// There more than once.
    pub(super) doubled: usize,
    /// Before one that was sent earlier.
    pub(super) reordered: usize,
}

/// Reads every log from its beginning with a new socket.
pub(super) async fn check(
    shop: &Shop,
    conversations: &[(Started, Session)],
    outcome: &Outcome,
) -> Result<Findings> {
    let mut findings = Findings::default();
    for ((started, session), acknowledged) in conversations.iter().zip(&outcome.acknowledged) {
        let ids = client_ids(&mut shop.connect_agent(session, started).await).await?;
        findings.add(&ids, acknowledged);
    }
    Ok(findings)
}

/// The client ids of all messages of the log that have one, in order.
async fn client_ids(agent: &mut Socket) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    agent.send(&json!({ "type": "hello", "after": 0 })).await;
    loop {
        let page = agent.until("page").await;
        let messages = page["messages"].as_array().map_or(&[][..], Vec::as_slice);
        ids.extend(messages.iter().filter_map(|m| m["client_id"].as_str()).map(str::to_owned));
        let last = messages.last().map_or(&Value::Null, |m| &m["seq"]);
        if page["ask"] == true {
            if last.is_null() {
                bail!("an empty page that asks for more: {page}");
            }
            agent.send(&json!({ "type": "resume", "after": last })).await;
        } else if page["more"] != true {
            return Ok(ids);
        }
    }
}

impl Findings {
    fn add(&mut self, log: &[String], acknowledged: &[usize]) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for id in log {
            *counts.entry(id).or_default() += 1;
        }
        self.lost += acknowledged.iter().filter(|&&n| !counts.contains_key(id(n).as_str())).count();
        self.doubled += counts.values().filter(|&&count| count > 1).count();
        // Numbers are padded, so ids sort as they were sent.
        self.reordered += log.windows(2).filter(|pair| pair[0] > pair[1]).count();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_doubled_or_out_of_order_is_found() {
        let check = |log: &[usize], acknowledged: &[usize], expect: [usize; 3]| {
            let mut findings = Findings::default();
            findings.add(&log.iter().map(|&n| id(n)).collect::<Vec<_>>(), acknowledged);
            assert_eq!([findings.lost, findings.doubled, findings.reordered], expect, "{log:?}");
        };
        check(&[1, 2, 10], &[1, 2, 10], [0, 0, 0]);
        check(&[1, 2, 10], &[1, 10], [0, 0, 0]);
        check(&[1, 10], &[1, 2, 10], [1, 0, 0]);
        check(&[1, 1, 2], &[1, 2], [0, 1, 0]);
        check(&[2, 1], &[1, 2], [0, 0, 1]);
    }
}
