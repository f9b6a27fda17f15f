//! Nobody sees what is not theirs.

use serde_json::json;
use shared::ids::{ConversationId, SiteKey, VisitorId};
use shared::security::Claims;
use shared::time::Millis;
use tests::site::say;
use tests::{ORIGIN, Site, Socket};

/// How an upgrade ends: the HTTP status, or the code the socket is closed with at once; 0 when it stays open.
async fn refused(site: &Site, conversation: &str, headers: &[(&str, &str)]) -> u64 {
    let path = format!("/v1/conversations/{conversation}/socket");
    match Socket::open(site.url(), &path, headers).await {
        Err((status, _)) => status.into(),
        Ok(mut socket) => {
            socket.send(&json!({ "type": "hello", "after": 0 })).await;
            if socket.next().await.is_some() { 0 } else { socket.closed().await }
        }
    }
}

#[tokio::test]
async fn a_conversation_opens_only_with_its_own_token() {
    let site = Site::create();
    let (mine, other) = (site.start(), site.start());
    let with = |token: &str| format!("edgedesk.v1, {token}");
    let id = mine.conversation.as_str();
    let forged = Claims {
        site: SiteKey::new(site.key.clone()).unwrap(),
        visitor: VisitorId::from_random(1),
        conversation: mine.conversation.clone(),
        issued: Millis(1),
    }
    .sign(b"not the key");
    let mut bent = mine.token.clone();
    bent.replace_range(0..1, "X");
    for token in [other.token.as_str(), &forged, &bent, "x", "a.b"] {
        let protocols = with(token);
        let headers = [("origin", ORIGIN), ("sec-websocket-protocol", protocols.as_str())];
        assert_eq!(refused(&site, id, &headers).await, 4401, "{token}");
    }
    let protocols = with(&mine.token);
    let evil = [("origin", "https://evil.example"), ("sec-websocket-protocol", protocols.as_str())];
    assert_eq!(refused(&site, id, &evil).await, 403);
    let own = [("origin", ORIGIN), ("sec-websocket-protocol", protocols.as_str())];
    assert_eq!(refused(&site, id, &own).await, 0);
}

#[tokio::test]
async fn agents_open_conversations_of_their_own_site_only() {
    let (ours, theirs) = (Site::create(), Site::create());
    let conversation = ours.start().conversation.to_string();
    let (mei, eve) = (ours.agent("mei", "agent", 3), theirs.agent("eve", "admin", 3));
    let headers = |cookie: &'static str| {
        [
            ("origin", tests::Edge::shared().url.as_str()),
            ("sec-websocket-protocol", "edgedesk.v1"),
            ("cookie", cookie),
        ]
    };
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    assert_eq!(refused(&theirs, &conversation, &headers(leak(eve))).await, 4404);
    assert_eq!(refused(&ours, &conversation, &headers("")).await, 4401);
    let mei = leak(mei);
    assert_eq!(refused(&ours, &conversation, &headers(mei)).await, 0);
    let nowhere = ConversationId::from_random(42);
    assert_eq!(refused(&ours, nowhere.as_str(), &headers(mei)).await, 4404);
}

#[tokio::test]
async fn a_visitor_never_sees_notes_and_an_unassigned_agent_cannot_answer() {
    let site = Site::create();
    let started = site.start();
    let mut visitor = site.visitor(&started).await;
    let cookie = site.agent("mei", "agent", 3);
    let mut agent = site.agent_in(&cookie, started.conversation.as_str()).await;
    agent.send(&json!({ "type": "note", "client_id": "n1", "text": "a secret note" })).await;
    agent.acknowledged("n1").await;
    agent.send(&say("m1", "hello from nobody in charge")).await;
    assert_eq!(agent.until("error").await["code"], "not_assigned");
    visitor.send(&json!({ "type": "note", "client_id": "n2", "text": "me too" })).await;
    assert_eq!(visitor.until("error").await["code"], "forbidden");
    visitor.send(&say("v1", "how to track my order")).await;
    visitor.until_body("answer").await;
    let mut again = site.visitor(&started).await;
    again.send(&json!({ "type": "resume", "after": 0 })).await;
    again.until("page").await;
    let all = serde_json::to_string(&(&visitor.seen, &again.seen)).unwrap();
    assert!(!all.contains("secret note") && all.contains("track my order"), "{all}");
}
