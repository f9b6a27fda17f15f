//! secrets that are replaced.

use serde_json::{Value, json};
use shared::security::identity::signed;
use tests::token::now;
use tests::{ORIGIN, Site, Socket};

fn secret(site: &Site, query: &str) -> String {
    let made = site.operator("POST", &format!("/identity{query}"), "");
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["secret"].as_str().unwrap_or_default().to_owned()
}

/// A visitor with this identity, and why it is not believed.
async fn visitor(site: &Site, identity: &str) -> (Socket, Option<Value>) {
    let started = site.start();
    let path = format!("/v1/conversations/{}/socket", started.conversation);
    let protocols = format!("edgedesk.v1, {}, {identity}", started.token);
    let headers = [("origin", ORIGIN), ("sec-websocket-protocol", protocols.as_str())];
    let mut socket = Socket::open(site.url(), &path, &headers)
        .await
        .unwrap_or_else(|(status, text)| panic!("{status}: {text}"));
    socket.send(&json!({ "type": "hello", "after": 0 })).await;
    socket.until_where(|f| f["type"] == "page").await;
    let refused = socket.seen.iter().find(|f| f["type"] == "error").map(|f| f["code"].clone());
    (socket, refused)
}

#[tokio::test]
async fn r_202_a_replaced_secret_is_believed_for_a_day_and_one_replaced_at_once_not_even_in_what_it_gave() {
    let site = Site::create();
    let mei = site.agent("mei", "agent", 3);
    let mut desk = Socket::desk(site.url(), &mei).await;
    desk.send(&json!({ "type": "hello" })).await;
    desk.send(&json!({ "type": "presence", "presence": "busy" })).await;
    let by = |secret: &str| {
        let exp = now().0 / 1_000 + 600;
        signed(&json!({ "aud": site.key, "sub": "4711", "vip": 3, "exp": exp }), secret)
    };
    let first = secret(&site, "");
    // Their level was given under the first secret, and they have not asked for anybody yet.
    let (mut early, refused) = visitor(&site, &by(&first)).await;
    assert_eq!(refused, None);
    let second = secret(&site, "");
    for secret in [&first, &second] {
        let (mut socket, refused) = visitor(&site, &by(secret)).await;
        assert_eq!(refused, None, "both are believed");
        socket.send(&json!({ "type": "handoff" })).await;
        let card = desk.until_where(|f| f["type"] == "waiting").await["card"].clone();
        assert_eq!((&card["brief"]["vip"], &card["priority"]), (&json!(3), &json!(6)));
        socket.send(&json!({ "type": "end" })).await;
        desk.until_where(|f| f["type"] == "gone").await;
    }
    let third = secret(&site, "?at_once=true");
    for secret in [&first, &second] {
        assert_eq!(visitor(&site, &by(secret)).await.1, Some(json!("identity_refused")));
    }
    assert_eq!(visitor(&site, &by(&third)).await.1, None);
    early.send(&json!({ "type": "handoff" })).await;
    let card = desk.until_where(|f| f["type"] == "waiting").await["card"].clone();
    assert_eq!((card["brief"].get("vip"), &card["priority"]), (None, &json!(0)), "{card}");
    assert_eq!(card["brief"].get("customer"), None);
}
