//! workerd is killed outright in the middle of traffic, again and again: what was acknowledged is there, once and in
//! order; what was not is sent again and is there once, too.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use shared::protocol::http::Started;
use tests::server::state_dir;
use tests::site::say;
use tests::{Edge, ORIGIN, Site, Socket};

const KILLS: usize = 20;
const VISITORS: usize = 8;

/// A visitor who sends numbered messages and sends again whatever was not acknowledged.
struct Visitor {
    site: Site,
    started: Started,
    /// Client id → sequence of the first acknowledgement.
    acknowledged: BTreeMap<String, u64>,
    next: usize,
}

impl Visitor {
    /// Connects, sends until the line breaks or `stop` is set and everything is acknowledged.
    async fn line(&mut self, stop: &AtomicBool) -> bool {
        let protocols = format!("edgedesk.v1, {}", self.started.token);
        let path = format!("/v1/conversations/{}/socket", self.started.conversation);
        let headers = [("origin", ORIGIN), ("sec-websocket-protocol", protocols.as_str())];
        let Ok(mut socket) = Socket::open(self.site.url(), &path, &headers).await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            return false;
        };
        socket.send(&json!({ "type": "hello", "after": 0 })).await;
        loop {
            let id = format!("c{}", self.next);
            socket.send(&say(&id, &format!("message {}", self.next))).await;
            loop {
                let Some(frame) = socket.next().await else { return false };
                // Its own copy acknowledges a message; one sent again gets `ack`.
                let entry = if frame["type"] == "message" { &frame["message"] } else { &frame };
                if frame["type"] != "error" && entry["client_id"] == id.as_str() {
                    let seq = entry["seq"].as_u64().unwrap_or(0);
                    let first = *self.acknowledged.entry(id.clone()).or_insert(seq);
                    assert_eq!(first, seq, "{id} was acknowledged twice, differently");
                    break;
                }
                if frame["code"] == "rate_limited" {
                    let pause = frame["retry_after"].as_u64().unwrap_or(100);
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                    socket.send(&say(&id, &format!("message {}", self.next))).await;
                }
            }
            self.next += 1;
            if stop.load(Ordering::Relaxed) {
                return true;
            }
            // Below the rate limit, so that the traffic is steady.
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
    }

    /// The whole log, page by page.
    async fn log(&self) -> Vec<Value> {
        let mut socket =
            Socket::visitor(self.site.url(), self.started.conversation.as_str(), &self.started.token).await;
        let mut messages: Vec<Value> = Vec::new();
        socket.send(&json!({ "type": "hello", "after": 0 })).await;
        loop {
            let page = socket.until("page").await;
            messages.extend(page["messages"].as_array().cloned().unwrap_or_default());
            if page["more"] != true {
                return messages;
            }
            if page["ask"] == true {
                let last = messages.last().map_or(json!(0), |m| m["seq"].clone());
                socket.send(&json!({ "type": "resume", "after": last })).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigkill_in_the_middle_of_traffic_loses_doubles_and_reorders_nothing() {
    let edge: &'static Edge = Box::leak(Box::new(Edge::start(&state_dir("crash")).unwrap()));
    let site = Site::create_on(edge);
    let stop: &'static AtomicBool = Box::leak(Box::default());
    let visitors: Vec<_> = (0..VISITORS)
        .map(|_| {
            let (site, started) = (site.clone(), site.start());
            let mut visitor = Visitor { site, started, acknowledged: BTreeMap::new(), next: 0 };
            tokio::spawn(async move {
                while !visitor.line(stop).await {}
                visitor
            })
        })
        .collect();
    for kill in 0..KILLS {
        // Different moments of the traffic each time.
        tokio::time::sleep(Duration::from_millis(200 + 37 * kill as u64)).await;
        tokio::task::block_in_place(|| edge.crash()).unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    let mut total = 0;
    for visitor in visitors {
        let visitor = visitor.await.unwrap();
        let log = visitor.log().await;
        let seqs: Vec<u64> = log.iter().filter_map(|m| m["seq"].as_u64()).collect();
        assert!(seqs.windows(2).all(|pair| pair[0] < pair[1]), "{seqs:?}");
        let said: Vec<(String, u64)> = log
            .iter()
            .filter(|m| m["from"]["type"] == "visitor")
            .map(|m| (m["client_id"].as_str().unwrap_or_default().to_owned(), m["seq"].as_u64().unwrap_or(0)))
            .collect();
        let expected: Vec<String> = (0..visitor.next).map(|n| format!("c{n}")).collect();
        let ids: Vec<String> = said.iter().map(|(id, _)| id.clone()).collect();
        assert_eq!(ids, expected, "each once, in the order they were written");
        for (id, seq) in &said {
            assert_eq!(visitor.acknowledged.get(id), Some(seq), "{id} is where it was acknowledged");
        }
        total += said.len();
    }
    assert!(total > KILLS * VISITORS / 2, "there was traffic: {total}");
    println!("{KILLS} kills, {total} messages of {VISITORS} visitors");
}
