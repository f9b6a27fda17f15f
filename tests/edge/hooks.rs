//! R-150 … R-156: webhooks, by a stand-in that behaves as badly as systems elsewhere do.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};
use shared::hooks::signature::{TOLERANCE, verify};
use tests::connections::{ALL, Supervisor};
use tests::receiver::{Answer, Hub, Inbox};
use tests::schema::assert_fits;
use tests::server::state_dir;
use tests::site::say;
use tests::token::now;
use tests::{Edge, Site, Socket};

/// A server that may speak to the stand-in, and the stand-in.
static ELSEWHERE: LazyLock<(Edge, Hub)> = LazyLock::new(|| {
    let hub = Hub::start();
    match Edge::start_with(&state_dir("hooks"), &["--allow-webhook", &hub.url]) {
        Ok(edge) => (edge, hub),
        Err(error) => panic!("{error:#}"),
    }
});

/// A site, and a path of the stand-in.
fn site(name: &str) -> (Site, Inbox) {
    let (edge, hub) = &*ELSEWHERE;
    (Site::create_on(edge), hub.inbox(name))
}

/// A conversation that waits for a human.
async fn queued(site: &Site) -> (Socket, String) {
    let started = site.start();
    let mut visitor = site.visitor(&started).await;
    visitor.send(&json!({ "type": "handoff" })).await;
    visitor.until_where(|f| matches!(f["stage"]["type"].as_str(), Some("queued" | "offline"))).await;
    (visitor, started.conversation.to_string())
}

/// Waits until what supervisors see is so.
async fn until(supervisor: &Supervisor<'_>, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..600 {
        let seen = supervisor.list();
        if fits(&seen) {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{what}: {}", supervisor.list())
}

#[tokio::test]
async fn r_150_r_152_a_conversation_is_told_in_order_and_signed() {
    let (site, mut inbox) = site("story");
    let supervisor = Supervisor::of(&site);
    let (_, secret) = supervisor.endpoint(&inbox, &ALL);
    let cookie = site.agent("mei", "agent", 3);
    let _desk = site.desk(&cookie).await;
    let started = site.start();
    let mut visitor = site.visitor(&started).await;
    for n in 0..3 {
        visitor.send(&say(&format!("q{n}"), "how to track my order")).await;
        visitor.until_body("answer").await;
    }
    visitor.send(&json!({ "type": "handoff" })).await;
    visitor.until_where(|f| f["stage"]["type"] == "assigned").await;
    let mut agent = site.agent_in(&cookie, started.conversation.as_str()).await;
    agent.send(&json!({ "type": "note", "client_id": "n", "text": "psst" })).await;
    agent.send(&say("a1", "Hello")).await;
    visitor.until_where(|f| f["message"]["client_id"] == "a1").await;
    visitor.send(&say("v1", "Thank you")).await;
    visitor.acknowledged("v1").await;
    agent.send(&json!({ "type": "end" })).await;
    visitor.until_where(|f| f["stage"]["type"] == "ended").await;
    visitor.send(&json!({ "type": "rate", "score": 5 })).await;

    let mut told = Vec::new();
    while told.last().is_none_or(|event: &Value| event["event"]["type"] != "rated") {
        let heard = inbox.next().await;
        let header = &heard.headers["edgedesk-signature"];
        assert_eq!(verify(header, &secret, heard.body.as_bytes(), now().0 / 1_000, TOLERANCE), Ok(()));
        assert_eq!(heard.headers["content-type"], "application/json");
        let event = heard.json();
        assert_eq!(event["id"], heard.headers["edgedesk-event"]);
        assert_fits("HookEvent", &event);
        told.push(event);
    }
    let kinds: Vec<&str> = told.iter().filter_map(|e| e["event"]["type"].as_str()).collect();
    // The answer before the request is told, what was before it is not; nor is the note.
    assert_eq!(
        kinds,
        ["message", "handoff_requested", "assigned", "message", "message", "ended", "rated"],
        "{told:#?}"
    );
    assert_eq!(told[0]["event"]["from"]["type"], "bot");
    assert_eq!((&told[3]["event"]["text"], &told[3]["event"]["client_id"]), (&json!("Hello"), &json!("a1")));
    let sequences: Vec<_> = told.iter().filter_map(|e| e["seq"].as_u64()).collect();
    assert!(sequences.is_sorted() && sequences.len() == told.len(), "{sequences:?}");
    let ids: BTreeSet<_> = told.iter().map(|e| e["id"].to_string()).collect();
    assert_eq!(ids.len(), told.len());
    assert!(!supervisor.list().to_string().contains(&secret), "shown once");
}

#[tokio::test]
async fn r_151_an_endpoint_is_told_only_what_it_asked_for_and_bots_talk_is_nobodys() {
    let (site, mut inbox) = site("chosen");
    let supervisor = Supervisor::of(&site);
    let _ = supervisor.endpoint(&inbox, &["ended"]);
    let mut alone = site.visitor(&site.start()).await;
    alone.send(&say("q", "how to track my order")).await;
    alone.until_body("answer").await;
    alone.send(&json!({ "type": "end" })).await;
    alone.until_where(|f| f["stage"]["type"] == "ended").await;
    let (mut visitor, conversation) = queued(&site).await;
    visitor.send(&json!({ "type": "end" })).await;
    let heard = inbox.next().await;
    assert_eq!((heard.kind(), &heard.json()["conversation"]), ("ended".into(), &json!(conversation)));
    assert!(inbox.is_empty());
}

#[tokio::test]
async fn r_153_after_500_and_after_silence_it_is_tried_again_and_nobody_waits_for_it() {
    let (site, mut inbox) = site("moody");
    let supervisor = Supervisor::of(&site);
    let _ = supervisor.endpoint(&inbox, &["handoff", "message"]);
    inbox.answers([Answer::Status(500), Answer::Status(200), Answer::Hang]);
    let (mut visitor, _) = queued(&site).await;
    let (first, second) = (inbox.until("handoff_requested").await, inbox.until("handoff_requested").await);
    assert_eq!(first.json()["id"], second.json()["id"], "the same event");
    assert!(second.at - first.at >= Duration::from_millis(2_400), "{:?}", second.at - first.at);
    inbox.until("nobody_online").await;

    // While the endpoint hangs, the conversation goes on, and what follows waits its turn.
    visitor.send(&say("v1", "still here")).await;
    visitor.acknowledged("v1").await;
    let again = inbox.until("nobody_online").await;
    let seen = until(&supervisor, "the silence is noted", |seen| {
        seen["endpoints"][0]["tried"]
            .as_array()
            .is_some_and(|t| t.iter().any(|t| t["outcome"]["type"] == "silent"))
    })
    .await;
    let silent = seen["endpoints"][0]["tried"].as_array().into_iter().flatten();
    let took = silent.filter(|t| t["outcome"]["type"] == "silent").filter_map(|t| t["took"].as_u64()).max();
    assert!(took.is_some_and(|ms| (9_900..15_000).contains(&ms)), "{took:?}");
    let message = inbox.until("message").await;
    assert!(message.json()["seq"].as_u64() > again.json()["seq"].as_u64());
}

#[tokio::test]
async fn r_153_an_answer_without_end_is_not_read_to_its_end() {
    let (site, mut inbox) = site("endless");
    let supervisor = Supervisor::of(&site);
    let _ = supervisor.endpoint(&inbox, &["handoff"]);
    inbox.answers([Answer::Endless]);
    let _waiting = queued(&site).await;
    // What follows may come before the stand-in notices that nobody listens any more.
    let heard = [inbox.next().await, inbox.next().await];
    let taken = heard.iter().find_map(|heard| heard.taken);
    assert!(taken.is_some_and(|bytes| bytes < 10_000_000), "{taken:?}");
    assert!(heard.iter().any(|heard| heard.kind() == "nobody_online"));
    let seen = supervisor.list();
    assert_eq!(seen["letters"], json!([]), "it was taken: the status counts");
}

#[tokio::test]
async fn r_153_r_156_refusals_and_redirects_are_final_and_dead_letters_can_be_sent_again() {
    let (site, mut inbox) = site("strict");
    let mut other = ELSEWHERE.1.inbox("hidden");
    let supervisor = Supervisor::of(&site);
    let (endpoint, _) = supervisor.endpoint(&inbox, &["handoff"]);
    inbox.answers([Answer::Status(404), Answer::Redirect(other.url.clone())]);
    let (_visitor, conversation) = queued(&site).await;
    let seen =
        until(&supervisor, "two letters", |seen| seen["letters"].as_array().map(Vec::len) == Some(2)).await;
    let letter = |n: usize| &seen["letters"][n];
    let why = |n: usize| (letter(n)["why"]["type"].clone(), letter(n)["why"]["status"].clone());
    assert_eq!((why(1), why(0)), ((json!("rejected"), json!(404)), (json!("redirected"), json!(302))));
    assert_eq!(
        (&letter(0)["conversation"], &letter(0)["endpoint"]),
        (&json!(conversation), &json!(endpoint))
    );
    assert!(other.is_empty(), "redirects are not followed");

    let (first, second) = (inbox.next().await, inbox.next().await);
    let act = |id: &Value, action: &str| {
        let reply = supervisor.ask("POST", &format!("/letters/{id}"), &json!({ "type": action }));
        assert_eq!(reply.status, 204, "{}", reply.text);
    };
    act(&letter(1)["id"], "retry");
    assert_eq!(inbox.next().await.json()["id"], first.json()["id"]);
    act(&letter(0)["id"], "drop");
    let seen = until(&supervisor, "no letter", |seen| seen["letters"] == json!([])).await;
    assert_eq!(seen["endpoints"][0]["waiting"], 0);
    assert_ne!(first.json()["id"], second.json()["id"]);
    assert!(inbox.is_empty(), "a dropped one is gone");
}

#[tokio::test]
async fn r_155_an_endpoint_that_is_gone_is_turned_off_and_can_be_turned_on_again() {
    let (site, mut inbox) = site("gone");
    let supervisor = Supervisor::of(&site);
    let (endpoint, _) = supervisor.endpoint(&inbox, &["handoff"]);
    inbox.answers([Answer::Status(410)]);
    let _first = queued(&site).await;
    let seen = until(&supervisor, "off", |seen| seen["endpoints"][0]["off"]["why"] == "gone").await;
    assert_eq!(seen["endpoints"][0]["waiting"], 0, "what waited is a dead letter");
    inbox.next().await;
    supervisor.act(&endpoint, "turn_on");
    assert_eq!(supervisor.act(&endpoint, "test")["outcome"], json!({ "type": "status", "status": 200 }));
    assert_eq!(inbox.next().await.kind(), "test");
    let _second = queued(&site).await;
    inbox.until("handoff_requested").await;
    supervisor.act(&endpoint, "turn_off");
    assert_eq!(supervisor.list()["endpoints"][0]["off"]["why"], "hand");
    supervisor.act(&endpoint, "remove");
    assert_eq!(supervisor.list()["endpoints"], json!([]));
}

#[test]
fn r_154_addresses_that_are_not_public_are_refused_with_the_reason() {
    let (site, _) = site("addresses");
    let supervisor = Supervisor::of(&site);
    let refused = |url: &str, why: &str| {
        let reply = supervisor.ask("POST", "/endpoints", &json!({ "url": url, "kinds": ["message"] }));
        assert_eq!(reply.json(), json!({ "type": "refused", "why": why }), "{url}");
    };
    refused("http://hooks.shop.example/", "scheme");
    refused("https://127.0.0.1/", "private");
    refused("https://2130706433/", "private");
    refused("https://[::ffff:169.254.169.254]/latest/meta-data", "private");
    refused("https://10.0.0.8/", "private");
    refused("https://localhost/", "private");
    refused("https://user:word@hooks.shop.example/", "credentials");
    refused("gopher://hooks.shop.example/", "form");
    refused(&format!("{}/x", site.url()), "scheme");
    assert_eq!(supervisor.list()["endpoints"], json!([]));
    let none = supervisor.ask("POST", "/endpoints", &json!({ "url": "https://a.example/", "kinds": [] }));
    assert_eq!((none.status, none.error()), (400, "bad_value".into()));
}

#[test]
fn r_164_connections_are_supervisors_business() {
    let (site, _) = site("whose");
    let agent = site.agent("mei", "agent", 1);
    let url = format!("{}/v1/console/connections", site.url());
    let own = site.url();
    let ask = |method, path: &str, cookie: &str, origin: &str| {
        let reply = tests::http::send(
            method,
            &format!("{url}{path}"),
            &[("cookie", cookie), ("origin", origin)],
            b"{}",
        );
        (reply.status, reply.error())
    };
    assert_eq!(ask("GET", "", &agent, own), (403, "forbidden".into()));
    assert_eq!(ask("POST", "/endpoints", &agent, own), (403, "forbidden".into()));
    assert_eq!(ask("POST", "/tokens", "", own), (401, "unauthenticated".into()));
    let supervisor = site.agent("sora", "supervisor", 1);
    assert_eq!(ask("POST", "/tokens", &supervisor, "https://evil.example"), (403, "wrong_origin".into()));
    assert_eq!(ask("DELETE", "", &supervisor, own), (405, "method_not_allowed".into()));
    assert_eq!(ask("GET", "/nothing", &supervisor, own), (404, "not_found".into()));
}

#[tokio::test]
async fn r_150_what_a_crash_cut_short_is_told_afterwards() {
    let hub = Hub::start();
    let edge = match Edge::start_with(&state_dir("hooks-crash"), &["--allow-webhook", &hub.url]) {
        Ok(edge) => Box::leak(Box::new(edge)),
        Err(error) => panic!("{error:#}"),
    };
    let site = Site::create_on(edge);
    let mut inbox = hub.inbox("crash");
    let supervisor = Supervisor::of(&site);
    let _ = supervisor.endpoint(&inbox, &["handoff"]);
    inbox.answers([Answer::Status(503)]);
    let (_visitor, conversation) = queued(&site).await;
    let first = inbox.next().await;
    assert!(edge.crash().is_ok());
    let again = inbox.next().await;
    assert_eq!(
        (again.json()["id"].clone(), again.json()["conversation"].clone()),
        (first.json()["id"].clone(), json!(conversation))
    );
    inbox.until("nobody_online").await;
}

#[tokio::test]
async fn r_203_a_new_secret_signs_besides_the_former_one() {
    let (site, mut inbox) = site("renewed");
    let supervisor = Supervisor::of(&site);
    let (endpoint, first) = supervisor.endpoint(&inbox, &["handoff"]);
    let path = format!("/endpoints/{endpoint}");
    let renew = |at_once: bool| {
        let reply = supervisor.ask("POST", &path, &json!({ "type": "new_secret", "at_once": at_once }));
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.json()["secret"].as_str().unwrap_or_default().to_owned()
    };
    let second = renew(false);
    supervisor.act(&endpoint, "test");
    let heard = inbox.next().await;
    let by = |heard: &tests::receiver::Heard, secret: &str| {
        let header = &heard.headers["edgedesk-signature"];
        verify(header, secret, heard.body.as_bytes(), now().0 / 1_000, TOLERANCE).is_ok()
    };
    assert!(first != second && by(&heard, &first) && by(&heard, &second));
    let third = renew(true);
    supervisor.act(&endpoint, "test");
    let heard = inbox.next().await;
    assert_eq!([&first, &second, &third].map(|secret| by(&heard, secret)), [false, false, true]);
    assert!(!supervisor.list().to_string().contains("whsec_"), "shown once");
}
