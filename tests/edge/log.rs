//! The log in the platform's SQLite, held to what `log_contract` of `shared` asks of every log, as it shows on sockets.

use serde_json::{Value, json};
use tests::server::state_dir;
use tests::{Edge, Site, Socket};

/// What a socket is told first: the newest sequence it may see, and the page after `after`.
async fn read(socket: &mut Socket, after: u64) -> (u64, Vec<Value>) {
    socket.send(&json!({ "type": "hello", "after": after })).await;
    let last = socket.until("welcome").await["last"].as_u64().unwrap_or_default();
    (last, socket.until("page").await["messages"].as_array().cloned().unwrap_or_default())
}

fn text(message: &Value) -> &str {
    message["body"]["text"].as_str().unwrap_or_default()
}

/// More messages than one page of a log holds.
const ROUNDS: usize = 15;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_10_r_12_r_20_the_log_keeps_its_contract_in_sqlite() {
    let edge = Edge::start_with(&state_dir("log"), &["--frames-per-second", "2000"]).unwrap();
    let site = Site::create_on(Box::leak(Box::new(edge)));
    let started = site.start();
    let id = started.conversation.as_str();
    let mei = site.agent("mei", "agent", 3);
    let sora = site.agent("sora", "supervisor", 0);
    let mut desk = site.desk(&mei).await;
    let mut visitor = site.visitor(&started).await;
    visitor.send(&json!({ "type": "handoff" })).await;
    desk.until("assigned").await;
    visitor.until_where(|f| f["stage"]["type"] == "assigned").await;
    let mut sockets = [visitor, site.agent_in(&mei, id).await, site.agent_in(&sora, id).await];

    // One client id of several senders, and words that a careless statement would trip over.
    let rows = [
        (0, "send", "1", "one"),
        (1, "note", "1", "n\u{1F600}\n'; DROP TABLE message; --"),
        (2, "send", "1", "zwei \u{FFFD} é 漢字 \"quoted\""),
        (1, "note", "2", "a second note"),
        (0, "send", "2", "%_?1"),
        (2, "note", "3", "the last is a note"),
    ];
    let said: Vec<(usize, &str, String, String)> = (0..ROUNDS)
        .flat_map(|n| {
            rows.map(|(who, kind, id, words)| (who, kind, format!("{n}-{id}"), format!("{n}: {words}")))
        })
        .collect();
    let mut entries: Vec<(u64, Value)> = Vec::new();
    for (who, kind, client_id, words) in &said {
        let socket = &mut sockets[*who];
        socket.send(&json!({ "type": kind, "client_id": client_id, "text": words })).await;
        let frame = socket.until_where(|f| f["type"] == "message" && text(&f["message"]) == words).await;
        let entry = &frame["message"];
        assert_eq!(entry["client_id"], *client_id);
        entries.push((entry["seq"].as_u64().unwrap(), entry["at"].clone()));
    }
    for ((who, kind, client_id, words), (seq, at)) in said.iter().zip(&entries) {
        // Whatever is said under a known id changes nothing.
        let socket = &mut sockets[*who];
        socket.send(&json!({ "type": kind, "client_id": client_id, "text": "other words" })).await;
        let ack = json!({ "type": "ack", "client_id": client_id, "seq": seq, "at": at });
        assert_eq!(socket.until("ack").await, ack, "{words}");
    }
    let seqs: Vec<u64> = entries.iter().map(|(seq, _)| *seq).collect();
    assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "{seqs:?}");
    let (first, last) = (seqs[0], seqs[seqs.len() - 1]);

    for after in [0, first - 1, first, first + 1, first + 40, last - 2, last - 1, last, last + 1] {
        let mut agent = Socket::agent(site.url(), id, &mei).await;
        let (newest, all) = read(&mut agent, after).await;
        assert_eq!(newest, last, "an agent sees the last note");
        let expected: Vec<u64> = (after + 1..=last).collect();
        assert_eq!(all.iter().map(|m| m["seq"].as_u64().unwrap()).collect::<Vec<_>>(), expected, "{after}");
        for ((_, kind, _, words), seq) in said.iter().zip(&seqs).filter(|(_, seq)| **seq > after) {
            let message = all.iter().find(|m| m["seq"] == *seq).unwrap();
            let body = if *kind == "note" { "note" } else { "text" };
            assert_eq!((text(message), &message["body"]["type"]), (words.as_str(), &json!(body)), "verbatim");
        }

        let mut page = Socket::visitor(site.url(), id, &started.token).await;
        let (newest, public) = read(&mut page, after).await;
        assert_eq!(newest, last - 1, "the visitor's last is the last that is no note");
        let shown: Vec<&Value> = all.iter().filter(|m| m["body"]["type"] != "note").collect();
        assert_eq!(public.iter().collect::<Vec<_>>(), shown, "{after}");
    }
}
