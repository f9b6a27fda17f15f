//! Malformed, oversize, hostile, twice, too late: each has its documented code, and the neighbours notice nothing.

use serde_json::{Value, json};
use shared::limits;
use tests::site::say;
use tests::{ORIGIN, Site};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn r_09_frames_that_are_none_get_bad_frame_and_the_socket_lives() {
    let site = Site::create();
    let mut visitor = site.visitor(&site.start()).await;
    let bad: [&[u8]; 8] = [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{\"type\":\"launch_missiles\"}",
        b"{\"type\":\"send\"}",
        b"{\"type\":\"send\",\"client_id\":\"../x\",\"text\":\"hi\"}",
        b"{\"type\":\"rate\",\"score\":-1}",
    ];
    for text in bad {
        visitor.send_raw(Message::text(String::from_utf8_lossy(text).into_owned())).await;
        assert_eq!(visitor.until("error").await["code"], "bad_frame", "{text:?}");
    }
    visitor.send_raw(Message::binary(vec![0, 159, 146, 150])).await;
    assert_eq!(visitor.until("error").await["code"], "bad_frame");
    visitor.send_raw(Message::text("ping")).await;
    assert_eq!(visitor.next().await, Some(json!("pong")));
    visitor.send(&say("ok", "still here")).await;
    visitor.acknowledged("ok").await;
}

#[tokio::test]
async fn oversize_frames_and_texts_are_refused_while_a_neighbour_goes_on() {
    let site = Site::create();
    let mut neighbour = site.visitor(&site.start()).await;
    let mut visitor = site.visitor(&site.start()).await;
    let long = "x".repeat(limits::TEXT_CHARS + 1);
    visitor.send(&say("long", &long)).await;
    let error = visitor.until("error").await;
    assert_eq!((&error["code"], &error["client_id"]), (&json!("too_large"), &json!("long")));
    visitor.send(&say("huge", &"🦀".repeat(250_000))).await;
    assert_eq!(visitor.until("error").await["code"], "frame_too_large");
    neighbour.send(&say("n", "how to track my order")).await;
    assert_eq!(neighbour.until_body("answer").await["body"]["entry"], "order-tracking");
}

#[tokio::test]
async fn empty_texts_are_refused_and_hostile_ones_stay_inert_text() {
    let site = Site::create();
    let mut visitor = site.visitor(&site.start()).await;
    for text in ["", "   ", "\u{202e}", "\n\t"] {
        visitor.send(&say("e", text)).await;
        assert_eq!(visitor.until("error").await["code"], "bad_value", "{text:?}");
    }
    let hostile = "<script>alert(1)</script><img src=x onerror=alert(1)> {{7*7}} '; DROP TABLE message; --";
    visitor.send(&say("h", hostile)).await;
    assert_eq!(visitor.until_body("text").await["body"]["text"], hostile);
    visitor.send(&say("r", "safe\u{202e}gpj.exe\u{0}\u{7}")).await;
    assert_eq!(visitor.until_body("text").await["body"]["text"], "safegpj.exe");
}

#[tokio::test]
async fn r_13_the_same_client_id_is_stored_once_and_acknowledged_alike() {
    let site = Site::create();
    let started = site.start();
    let mut visitor = site.visitor(&started).await;
    visitor.send(&say("same", "how to track my order")).await;
    let first = visitor.acknowledged("same").await;
    visitor.send(&say("same", "something else")).await;
    let second = visitor.until("ack").await;
    assert_eq!((&first["seq"], &first["at"]), (&second["seq"], &second["at"]));
    let mut again = site.visitor(&started).await;
    let page = again.until("page").await;
    let texts: Vec<&Value> =
        page["messages"].as_array().unwrap().iter().filter(|m| m["client_id"] == "same").collect();
    assert_eq!(texts.len(), 1);
}

#[tokio::test]
async fn a_stored_client_id_is_acknowledged_whatever_it_is_sent_with_and_the_stream_goes_on() {
    let site = Site::create();
    let started = site.start();
    let mut visitor = site.visitor(&started).await;
    let mut tab = site.visitor(&started).await;
    visitor.send(&say("same", "how to track my order")).await;
    let first = visitor.acknowledged("same").await;
    let answered = visitor.until_body("answer").await["seq"].clone();
    // What would be refused under a new id is known under this one.
    visitor.send(&say("same", "")).await;
    assert_eq!(visitor.acknowledged("same").await, first);
    visitor.send(&say("next", "")).await;
    assert_eq!(visitor.until("error").await["code"], "bad_value");
    visitor.send(&say("next", "thanks")).await;
    visitor.acknowledged("next").await;
    let next = tab.until_where(|f| f["message"]["client_id"] == "next").await;
    assert_eq!(next["prev"], answered, "{next}");
}

#[tokio::test]
async fn frames_before_hello_and_frames_of_the_wrong_stage_are_refused() {
    let site = Site::create();
    let started = site.start();
    let mut early = tests::Socket::visitor(site.url(), started.conversation.as_str(), &started.token).await;
    early.send(&say("e", "too early")).await;
    assert_eq!(early.until("error").await["code"], "bad_frame");
    let mut visitor = site.visitor(&started).await;
    visitor.send(&json!({ "type": "rate", "score": 5 })).await;
    assert_eq!(visitor.until("error").await["code"], "wrong_stage");
    // Leaving a queue one is not in is how a frame sent twice looks: nothing happens.
    visitor.send(&json!({ "type": "leave_queue" })).await;
    visitor.send(&say("ok", "how to track my order")).await;
    let next = visitor.next().await.expect("open");
    assert_ne!(next["type"], "error", "{next}");
}

#[tokio::test]
async fn a_message_to_an_ended_conversation_reopens_it_and_a_bad_score_is_refused() {
    let site = Site::create();
    let mut visitor = site.visitor(&site.start()).await;
    visitor.send(&json!({ "type": "end" })).await;
    visitor.until_where(|f| f["type"] == "stage" && f["stage"]["type"] == "ended").await;
    visitor.send(&json!({ "type": "rate", "score": 6 })).await;
    assert_eq!(visitor.until("error").await["code"], "bad_value");
    visitor.send(&json!({ "type": "rate", "score": 4, "comment": "fine" })).await;
    visitor.until_where(|f| f["stage"]["rating"] == 4).await;
    visitor.send(&say("again", "how to track my order")).await;
    visitor.until_where(|f| f["type"] == "stage" && f["stage"]["type"] == "bot").await;
    visitor.until_body("answer").await;
}

#[tokio::test]
async fn a_flood_is_slowed_with_a_time_to_wait() {
    let site = Site::create();
    let mut visitor = site.visitor(&site.start()).await;
    for n in 0..limits::FRAME_BURST + 5 {
        visitor.send(&json!({ "type": "read", "seq": n })).await;
    }
    let error = visitor.until("error").await;
    assert_eq!(error["code"], "rate_limited");
    assert!(error["retry_after"].as_u64().is_some_and(|ms| ms > 0));
}

#[tokio::test]
async fn sending_the_same_message_again_counts_as_frames() {
    let site = Site::create();
    let mut visitor = site.visitor(&site.start()).await;
    for _ in 0..limits::FRAME_BURST + 5 {
        visitor.send(&say("same", "how to track my order")).await;
    }
    assert_eq!(visitor.until("error").await["code"], "rate_limited");
}

#[test]
fn bad_bodies_have_their_codes() {
    let site = Site::create();
    let check = |body: &str, status: u16, code: &str| {
        let reply = site.page("POST", "/conversations", ORIGIN, body);
        assert_eq!(
            (reply.status, reply.error()),
            (status, code.to_owned()),
            "{}",
            &body[..body.len().min(60)]
        );
    };
    check("", 400, "bad_frame");
    check("{\"lang\":\"xx\"}", 400, "bad_frame");
    check("{\"lang\":7}", 400, "bad_frame");
    check(&format!("{{\"lang\":\"en\",\"x\":\"{}\"}}", "🦀".repeat(20_000)), 413, "too_large");
}

#[test]
fn a_hostile_page_context_is_kept_short() {
    let site = Site::create();
    let page = json!({ "url": "javascript:alert(1)", "title": "t".repeat(9_000), "product": { "name": "n".repeat(9_000) } });
    let reply =
        site.page("POST", "/conversations", ORIGIN, &json!({ "lang": "en", "page": page }).to_string());
    assert_eq!(reply.status, 200, "{}", reply.text);
}
