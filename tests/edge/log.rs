//! The log in the platform's SQLite, held to what `log_contract` of `shared` asks of every log, as it shows on sockets.

use serde_json::{Value, json};
use tests::{Site, Socket};

/// What a socket is told first: the newest sequence it may see, and the page after `after`.
async fn read(socket: &mut Socket, after: u64) -> (u64, Vec<Value>) {
    socket.send(&json!({ "type": "hello", "after": after })).await;
    let last = socket.until("welcome").await["last"].as_u64().unwrap_or_default();
    (last, socket.until("page").await["messages"].as_array().cloned().unwrap_or_default())
}

fn text(message: &Value) -> &str {
    message["body"]["text"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn r_10_r_12_r_20_the_log_keeps_its_contract_in_sqlite() {
    let site = Site::create();
    let started = site.start();
    let id = started.conversation.as_str();
    let mei = site.agent("mei", "agent", 3);
    let sora = site.agent("sora", "supervisor", 0);
    let mut desk = site.desk(&mei).await;
    let mut visitor = site.visitor(&started).await;
    visitor.send(&json!({ "type": "handoff" })).await;
    desk.until("assigned").await;
    visitor.until_where(|f| f["stage"]["type"] == "assigned").await;
    let mut agents = [site.agent_in(&mei, id).await, site.agent_in(&sora, id).await];
    let [mei_socket, sora_socket] = &mut agents;

    // One client id of several senders, and words that a careless statement would trip over.
    let sql = "n\u{1F600}\n'; DROP TABLE message; --";
    let said = [
        (0, "send", "1", "one"),
        (1, "note", "1", sql),
        (2, "send", "1", "zwei \u{FFFD} é 漢字 \"quoted\""),
        (1, "note", "2", "a second note"),
        (0, "send", "2", "%_?1"),
        (2, "note", "3", "the last is a note"),
    ];
    let mut acks = Vec::new();
    for again in [false, true] {
        for (n, (who, kind, client_id, words)) in said.iter().enumerate() {
            let socket = match who {
                0 => &mut visitor,
                1 => &mut *mei_socket,
                _ => &mut *sora_socket,
            };
            // Whatever is said under a known id changes nothing.
            let words = if again { "other words" } else { words };
            socket.send(&json!({ "type": kind, "client_id": client_id, "text": words })).await;
            let ack = socket.until("ack").await;
            assert_eq!(ack["client_id"], *client_id);
            if again {
                assert_eq!(ack, acks[n], "{words}: the first acknowledgement");
            } else {
                acks.push(ack);
            }
        }
    }
    let seqs: Vec<u64> = acks.iter().map(|ack| ack["seq"].as_u64().unwrap()).collect();
    assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "{seqs:?}");
    let (first, last) = (seqs[0], seqs[5]);

    for after in [0].into_iter().chain(first - 1..=last + 1) {
        let mut agent = Socket::agent(site.url(), id, &mei).await;
        let (newest, all) = read(&mut agent, after).await;
        assert_eq!(newest, last, "an agent sees the last note");
        let expected: Vec<u64> = (after + 1..=last).collect();
        assert_eq!(all.iter().map(|m| m["seq"].as_u64().unwrap()).collect::<Vec<_>>(), expected, "{after}");
        for ((_, kind, _, words), seq) in said.iter().zip(&seqs).filter(|(_, seq)| **seq > after) {
            let message = all.iter().find(|m| m["seq"] == *seq).unwrap();
            let body = if *kind == "note" { "note" } else { "text" };
            assert_eq!((text(message), &message["body"]["type"]), (*words, &json!(body)), "verbatim");
        }

        let mut page = Socket::visitor(site.url(), id, &started.token).await;
        let (newest, public) = read(&mut page, after).await;
        assert_eq!(newest, seqs[4], "the visitor's last is the last that is no note");
        let shown: Vec<&Value> = all.iter().filter(|m| m["body"]["type"] != "note").collect();
        assert_eq!(public.iter().collect::<Vec<_>>(), shown, "{after}");
    }
}
