//! and "HTTP" of SPEC.md: a visitor's token is good for 30 days and renewed in `welcome` once it
//! is a day old.

use serde_json::{Value, json};
use shared::limits::{VISITOR_TOKEN, VISITOR_TOKEN_RENEW};
use shared::protocol::close;
use shared::protocol::http::Started;
use shared::time::MINUTE;
use tests::server::state_dir;
use tests::token::{aged, key, now, read};
use tests::{Edge, Site, Socket};

/// What a socket with this token begins with.
async fn welcome(site: &Site, started: &Started) -> Value {
    let mut socket = Socket::visitor(site.url(), started.conversation.as_str(), &started.token).await;
    socket.send(&json!({ "type": "hello", "after": 0 })).await;
    socket.until("welcome").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_08_tokens_are_renewed_in_time_and_refused_after_it() {
    let state = state_dir("tokens");
    let site = Site::create_on(Box::leak(Box::new(Edge::start(&state).unwrap())));
    let key = key(&state, &site.key).unwrap();
    let fresh = site.start();
    let aged = |age| aged(&fresh, &key, age).unwrap();

    for young in [fresh.clone(), aged(VISITOR_TOKEN_RENEW - MINUTE)] {
        assert_eq!(welcome(&site, &young).await.get("token"), None, "a young token is kept");
    }
    for age in [VISITOR_TOKEN_RENEW + MINUTE, VISITOR_TOKEN - MINUTE] {
        let began = now();
        let welcome = welcome(&site, &aged(age)).await;
        let token = welcome["token"].as_str().unwrap_or_else(|| panic!("{age}: {welcome}"));
        let (renewed, first) = (read(token, &key).unwrap(), read(&fresh.token, &key).unwrap());
        assert!(renewed.issued >= began, "{age}: its time begins anew");
        assert_eq!((&renewed.site, &renewed.visitor), (&first.site, &first.visitor));
        assert_eq!(renewed.conversation, first.conversation);
        let next = Started { token: token.to_owned(), ..fresh.clone() };
        assert_eq!(
            self::welcome(&site, &next).await.get("token"),
            None,
            "the renewed one opens, and is kept"
        );
    }
    let from_the_future = {
        let claims =
            shared::security::Claims { issued: now().plus(60 * MINUTE), ..read(&fresh.token, &key).unwrap() };
        Started { token: claims.sign(&key), ..fresh.clone() }
    };
    for (name, bad) in [("expired", aged(VISITOR_TOKEN + MINUTE)), ("from the future", from_the_future)] {
        let mut socket = Socket::visitor(site.url(), bad.conversation.as_str(), &bad.token).await;
        socket.send(&json!({ "type": "hello", "after": 0 })).await;
        assert_eq!(socket.closed().await, u64::from(close::UNAUTHENTICATED), "{name}");
        assert!(socket.seen.iter().all(|frame| frame["type"] == "closed"), "{name}: {:?}", socket.seen);
    }
}
