//! R-204 … R-206: what costs something is counted by address before it does.

use serde_json::{Value, json};
use tests::connections::{Outside, Supervisor};
use tests::http::{Reply, send};
use tests::{ORIGIN, Site};

/// A request over the API from an address, as a proxy in front says.
fn ask(site: &Site, secret: &str, from: &str) -> Reply {
    let bearer = format!("Bearer {secret}");
    let headers = [("authorization", bearer.as_str()), ("x-forwarded-for", from)];
    send("GET", &format!("{}/v1/outside/presence", site.url()), &headers, b"")
}

#[test]
fn r_204_tokens_that_are_none_are_refused_by_address_without_being_looked_up() {
    let site = Site::create();
    let supervisor = Supervisor::of(&site);
    let _ = site.agent("mei", "agent", 1);
    let secret = supervisor.token("mei").1;
    let guess = |n: usize| format!("edk_{}.guess-{n}", site.key);
    assert_eq!(ask(&site, &secret, "192.0.2.7").status, 200);
    // What a client says of itself before the address that the proxy saw does not count.
    let replies: Vec<Reply> =
        (0..60).map(|n| ask(&site, &guess(n), &format!("198.51.100.{n}, 192.0.2.7"))).collect();
    assert!(replies.iter().take(30).all(|reply| reply.status == 401));
    let refused = replies.iter().find(|reply| reply.status != 401).unwrap();
    assert_eq!((refused.status, refused.error()), (429, "rate_limited".into()));
    assert!(refused.json()["retry_after"].as_u64().is_some_and(|ms| (1..=1_000).contains(&ms)));
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(ask(&site, &guess(0), "192.0.2.8").status, 401, "another address");
    assert_eq!(ask(&site, &secret, "192.0.2.7").status, 200, "a token that is known to be good");
}

#[tokio::test]
async fn r_205_a_request_without_the_right_changes_nothing() {
    let site = Site::create();
    let supervisor = Supervisor::of(&site);
    let (mei, jonas) = (site.agent("mei", "agent", 3), site.agent("jonas", "agent", 1));
    let _ = jonas;
    let mut desk = site.desk(&mei).await;
    let started = site.start();
    let id = started.conversation.as_str();
    let mut visitor = site.visitor(&started).await;
    visitor.send(&json!({ "type": "handoff" })).await;
    visitor.until_where(|f| f["stage"]["agent"]["name"] == "MEI").await;
    desk.until_where(|f| f["type"] == "assigned").await;
    let stranger = Outside::with(&site, &supervisor.token("jonas").1);
    let end = format!("/conversations/{id}/end");
    for reply in [
        stranger.write(id, "x", "hello"),
        stranger.ask("POST", &end, &Value::Null),
        stranger.messages(id, 0),
        stranger.messages(id, 3),
    ] {
        assert_eq!((reply.status, reply.error()), (409, "not_assigned".into()), "{}", reply.text);
    }
    // Whoever has the right and writes what is not taken has not thereby been told anything.
    let assigned = Outside::with(&site, &supervisor.token("mei").1);
    assert_eq!(assigned.write(id, "blank", " ").error(), "bad_value");
    let mut again = site.visitor(&started).await;
    again.send(&json!({ "type": "send", "client_id": "v1", "text": "anybody?" })).await;
    again.acknowledged("v1").await;
    let greeted = again.seen.iter().find(|f| f["type"] == "welcome").cloned().unwrap_or_default();
    let delivered = greeted["read"]["agent_delivered"].as_u64().unwrap_or(0);
    assert_eq!(delivered, 0, "nothing has reached the agents' side: {greeted}");
    assert!(visitor.seen.iter().all(|f| f["type"] != "read"), "{:?}", visitor.seen);
}

#[test]
fn r_206_an_address_begins_so_many_conversations() {
    let site = Site::create();
    let start = |from: &str| {
        let url = format!("{}/v1/sites/{}/conversations", site.url(), site.key);
        let headers = [("origin", ORIGIN), ("x-forwarded-for", from)];
        send("POST", &url, &headers, json!({ "lang": "en" }).to_string().as_bytes())
    };
    let replies: Vec<Reply> = (0..120).map(|_| start("192.0.2.9")).collect();
    assert!(replies.iter().take(60).all(|reply| reply.status == 200));
    let refused = replies.iter().find(|reply| reply.status != 200).unwrap();
    assert_eq!((refused.status, refused.error()), (429, "rate_limited".into()));
    assert!(refused.json()["retry_after"].as_u64().is_some_and(|ms| (1..=1_000).contains(&ms)));
    assert_eq!(refused.header("access-control-allow-origin"), ORIGIN, "the page may read why");
    assert_eq!(start("192.0.2.10").status, 200, "another address");
    let elsewhere = Site::create();
    let url = format!("{}/v1/sites/{}/conversations", elsewhere.url(), elsewhere.key);
    let headers = [("origin", ORIGIN), ("x-forwarded-for", "192.0.2.9")];
    let other = send("POST", &url, &headers, json!({ "lang": "en" }).to_string().as_bytes());
    assert_eq!(other.status, 200, "another site");
}
