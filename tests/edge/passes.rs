//! an agent's sockets do not outlive the session they were opened with.

use std::time::Duration;

use serde_json::json;
use tests::http::send;
use tests::server::state_dir;
use tests::site::{PASSWORD, cookie, say};
use tests::token::now;
use tests::{Edge, Site, Socket};

use super::faults::database;

const SIGNED_OUT: u64 = 4401;
const RESYNC: u64 = 4409;

/// Two conversations and the desk, as somebody with this cookie has them open.
async fn open(site: &Site, cookie: &str, conversations: &[&str]) -> Vec<Socket> {
    let mut desk = Socket::desk(site.url(), cookie).await;
    desk.send(&json!({ "type": "hello" })).await;
    desk.until("snapshot").await;
    let mut sockets = vec![desk];
    for conversation in conversations {
        sockets.push(site.agent_in(cookie, conversation).await);
    }
    sockets
}

async fn all_closed(sockets: &mut [Socket], what: &str) {
    for (n, socket) in sockets.iter_mut().enumerate() {
        assert_eq!(socket.closed().await, SIGNED_OUT, "{what}: {n}");
    }
}

fn account(id: &str, role: &str) -> serde_json::Value {
    json!({
        "name": id.to_uppercase(), "email": format!("{id}@shop.example"), "role": role, "capacity": 3,
        "groups": ["support"], "languages": ["en", "zh-CN"],
    })
}

#[tokio::test]
async fn r_200_whoever_is_removed_demoted_or_given_another_password_is_closed_everywhere() {
    let site = Site::create();
    let (one, two) = (site.start().conversation, site.start().conversation);
    let conversations = [one.as_str(), two.as_str()];
    let lowered = account("sora", "agent").to_string();
    let mut renewed = account("sora", "supervisor");
    renewed["password"] = json!("another password of tests");
    let (same, renewed) = (account("sora", "supervisor").to_string(), renewed.to_string());
    for (what, method, body) in
        [("demoted", "PUT", lowered.as_str()), ("password", "PUT", &renewed), ("removed", "DELETE", "")]
    {
        let sora = site.agent("sora", "supervisor", 3);
        // Nothing is lost by being changed without losing anything.
        let mut sockets = open(&site, &sora, &conversations).await;
        assert_eq!(site.operator("PUT", "/agents/sora", &same).status, 204);
        sockets[1].send(&json!({ "type": "note", "client_id": what, "text": "still here" })).await;
        sockets[1].acknowledged(what).await;
        assert_eq!(site.operator(method, "/agents/sora", body).status, 204, "{what}");
        all_closed(&mut sockets, what).await;
        let me = send("GET", &format!("{}/v1/console/me", site.url()), &[("cookie", &sora)], b"");
        assert_eq!(me.status, 401, "{what}");
    }
}

#[tokio::test]
async fn r_200_signing_out_closes_the_sockets_of_that_session_alone() {
    let site = Site::create();
    let started = site.start();
    let conversation = started.conversation.as_str();
    let here = site.agent("mei", "agent", 3);
    let there = cookie(&site.sign_in("mei@shop.example", PASSWORD));
    let mut gone = open(&site, &here, &[conversation]).await;
    let mut kept = open(&site, &there, &[conversation]).await;
    let headers = [("cookie", here.as_str()), ("origin", site.url())];
    assert_eq!(send("POST", &format!("{}/v1/console/sign-out", site.url()), &headers, b"").status, 204);
    all_closed(&mut gone, "signed out").await;
    kept[1].send(&json!({ "type": "note", "client_id": "n", "text": "still here" })).await;
    kept[1].acknowledged("n").await;
    kept[0].send(&json!({ "type": "presence", "presence": "busy" })).await;
    kept[0].until_where(|f| f["agent"]["presence"] == "busy").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_201_a_socket_ends_with_its_session_though_nobody_says_so() {
    let state = state_dir("passes");
    let site = Site::create_on(Box::leak(Box::new(Edge::start(&state).unwrap())));
    let (mei, started) = (site.agent("mei", "agent", 3), site.start());
    let ends = now().plus(5_000).0;
    let sooner = format!("UPDATE session SET expires = {ends}");
    let changed = database(&state, "edgedesk-site").execute(&sooner, []).unwrap();
    assert_eq!(changed, 1);
    let mut visitor = site.visitor(&started).await;
    let mut agent = site.agent_in(&mei, started.conversation.as_str()).await;
    let mut desk = site.desk(&mei).await;
    visitor.send(&say("v1", "how to track my order")).await;
    agent.until_where(|f| f["message"]["client_id"] == "v1").await;
    let headers = [("cookie", mei.as_str())];
    while send("GET", &format!("{}/v1/console/me", site.url()), &headers, b"").status == 200 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // What happens now is not told there any more, nor is anything heard from there.
    visitor.send(&say("v2", "and a secret")).await;
    visitor.acknowledged("v2").await;
    agent.send(&json!({ "type": "note", "client_id": "n", "text": "too late" })).await;
    assert_eq!(agent.closed().await, RESYNC);
    assert!(agent.seen.iter().all(|f| f["message"]["client_id"] != "v2" && f["message"]["client_id"] != "n"));
    desk.send(&json!({ "type": "presence", "presence": "busy" })).await;
    assert_eq!(desk.closed().await, RESYNC);
    let mut again = Socket::agent(site.url(), started.conversation.as_str(), &mei).await;
    assert_eq!(again.closed().await, SIGNED_OUT, "and there is no way back");
}
