//! The reader against frames as serde writes them.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::*;
use crate::node::from_json;

/// What this module reads is what the derived code reads.
fn same<T: Read + DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(value: Value) {
    let derived: T = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(T::read(&from_json(&value)), Some(derived), "{value}");
}

fn agent() -> Value {
    json!({"id": "mei", "name": "Mei"})
}

#[test]
fn stages_and_waits() {
    same::<Stage>(json!({"type": "bot"}));
    same::<Stage>(json!({"type": "offline"}));
    same::<Stage>(json!({"type": "message_left"}));
    same::<Stage>(json!({"type": "queued", "since": 5}));
    for moved in [json!({"times": 1}), json!({"times": 2, "to": "Returns"})] {
        let place = json!({"position": 3, "wait": {"type": "unknown"}, "followed": true, "moved": moved});
        same::<Stage>(json!({"type": "queued", "since": 5, "place": place}));
    }
    same::<Stage>(json!({"type": "assigned", "agent": agent()}));
    for by in ["visitor", "agent", "idle"] {
        same::<Stage>(json!({"type": "ended", "by": by, "at": 7}));
    }
    same::<Stage>(json!({"type": "ended", "by": "idle", "at": 7, "rating": 4}));
    for wait in [
        json!({"type": "unknown"}),
        json!({"type": "over", "min": 60}),
        json!({"type": "range", "low_min": 3, "high_min": 7}),
    ] {
        same::<Stage>(json!({"type": "queued", "since": 5, "place": {"position": 2, "wait": wait}}));
    }
}

#[test]
fn messages_of_every_kind() {
    let bodies = [
        json!({"type": "text", "text": "hi"}),
        json!({"type": "text", "text": "hi", "lang": "zh-CN"}),
        json!({"type": "answer", "entry": "e", "title": "t", "text": "a", "lang": "en", "asked": "ja"}),
        json!({"type": "answer", "entry": "e", "title": "t", "text": "a", "lang": "en",
            "ask": {"kind": "order_number", "again": 2}}),
        json!({"type": "offer", "options": [{"entry": "e", "title": "t"}]}),
        json!({"type": "social", "kind": "greeting"}),
        json!({"type": "social", "kind": "thanks"}),
        json!({"type": "social", "kind": "are_you_bot"}),
        json!({"type": "opener", "campaign": "c", "text": "t", "lang": "en"}),
        json!({"type": "event", "event": {"type": "handoff_requested"}}),
        json!({"type": "event", "event": {"type": "nobody_online"}}),
        json!({"type": "event", "event": {"type": "left_queue"}}),
        json!({"type": "event", "event": {"type": "agent_joined", "agent": agent()}}),
        json!({"type": "event", "event": {"type": "agent_lost", "agent": agent()}}),
        json!({"type": "event", "event": {"type": "handed_back", "agent": agent()}}),
        json!({"type": "event", "event": {"type": "message_left"}}),
        json!({"type": "event", "event": {"type": "message_left", "contact": "a@b"}}),
        json!({"type": "event", "event": {"type": "message_not_taken"}}),
        json!({"type": "event", "event": {"type": "ended", "by": "agent"}}),
        json!({"type": "event", "event": {"type": "reopened"}}),
        json!({"type": "event", "event": {"type": "rated", "score": 5, "comment": "!"}}),
    ];
    for body in bodies {
        same::<Message>(json!({"seq": 3, "at": 9, "from": {"type": "bot"}, "body": body}));
    }
    for from in
        [json!({"type": "visitor"}), json!({"type": "system"}), json!({"type": "agent", "agent": agent()})]
    {
        let body = json!({"type": "text", "text": "x"});
        same::<Message>(json!({"seq": 3, "at": 9, "from": from, "client_id": "m", "body": body}));
    }
}

#[test]
fn frames_of_every_kind() {
    let marks = json!({"visitor": 1, "visitor_delivered": 2, "agent": 3, "agent_delivered": 4});
    let message = json!({"seq": 3, "at": 9, "from": {"type": "bot"}, "body": {"type": "text", "text": "x"}});
    same::<ServerFrame>(json!({"type": "welcome", "conversation": "c", "last": 3, "stage": {"type": "bot"},
        "lang": "en", "pinned": true, "read": marks, "token": "t", "helpful": [[2, true], [3, false]],
        "reasons": [[3, "outdated"]]}));
    same::<ServerFrame>(
        json!({"type": "page", "after": 2, "messages": [message], "more": true, "ask": true}),
    );
    same::<ServerFrame>(json!({"type": "message", "prev": 2, "message": message}));
    same::<ServerFrame>(json!({"type": "ack", "client_id": "m", "seq": 3, "at": 9}));
    same::<ServerFrame>(json!({"type": "error", "code": "full", "client_id": "m", "retry_after": 5}));
    same::<ServerFrame>(json!({"type": "typing", "from": "agent", "on": true}));
    same::<ServerFrame>(json!({"type": "typing", "from": "visitor", "on": false}));
    same::<ServerFrame>(json!({"type": "read", "read": marks}));
    same::<ServerFrame>(json!({"type": "stage", "stage": {"type": "offline"}}));
    same::<ServerFrame>(json!({"type": "language", "lang": "ja", "pinned": false}));
    same::<ServerFrame>(json!({"type": "helpful", "seq": 2, "yes": true}));
    for reason in ["wrong", "unclear", "outdated", "other"] {
        same::<ServerFrame>(json!({"type": "helpful", "seq": 2, "yes": false, "reason": reason}));
    }
}

#[test]
fn codes_that_a_visitor_is_told() {
    for code in ErrorCode::ALL {
        let value = serde_json::to_value(code).unwrap();
        let read = ErrorCode::read(&from_json(&value)).unwrap();
        assert!(read == *code || read == ErrorCode::Internal, "{value}");
    }
    for code in ["rate_limited", "ended", "full", "not_found", "too_large", "bad_value", "unauthenticated"] {
        same::<ErrorCode>(json!(code));
    }
}

#[test]
fn answers_of_the_http_api() {
    same::<Started>(json!({"conversation": "c", "visitor": "v", "token": "t"}));
    same::<Suggestions>(json!({"options": [{"entry": "e", "title": "t"}]}));
    let trigger = json!({"on_product": true, "dwell": 9, "unless_added_to_cart": true});
    same::<SiteHello>(
        json!({"site": "s", "name": "n", "lang": "en", "languages": ["en", "zh-TW"], "greeting": "g",
        "availability": {"online": true, "wait": {"type": "unknown"}}, "topics": [{"entry": "e", "title": "t"}],
        "browse": [{"topic": "b", "title": "B"}],
        "campaigns": [{"id": "c", "trigger": trigger, "text": "t"}],
        "choices": [{"group": "returns", "title": "Returns"}]}),
    );
}

#[test]
fn what_has_another_form_is_nothing() {
    for value in [
        json!(null),
        json!([]),
        json!({"type": "stage"}),
        json!({"type": "ack", "client_id": "a/b", "seq": 1, "at": 1}),
        json!({"type": "ack", "client_id": "a", "seq": -1, "at": 1}),
        json!({"type": "newer"}),
    ] {
        assert_eq!(ServerFrame::read(&from_json(&value)), None, "{value}");
    }
}
