//! The story, frame by frame.

use serde_json::json;
use tests::Site;
use tests::site::say;

#[tokio::test]
async fn answers_come_in_the_language_of_the_question() {
    let site = Site::create();
    let mut visitor = site.visitor(&site.start()).await;
    let asked = [
        ("怎么退定金", "presale-deposit-refund", "zh-CN"),
        ("how to track my order", "order-tracking", "en"),
        ("返品の送料は誰が払いますか", "return-shipping-cost", "ja"),
    ];
    for (n, (text, entry, lang)) in asked.into_iter().enumerate() {
        visitor.send(&say(&format!("q{n}"), text)).await;
        let body = visitor.until_body("answer").await["body"].clone();
        assert_eq!((&body["entry"], &body["lang"]), (&json!(entry), &json!(lang)), "{text}");
    }
    let switched: Vec<_> =
        visitor.seen.iter().filter(|f| f["type"] == "language").map(|f| &f["lang"]).collect();
    assert_eq!(switched, [&json!("zh-CN"), &json!("en"), &json!("ja")]);
}

#[tokio::test]
async fn what_the_knowledge_base_does_not_answer_is_not_answered() {
    let site = Site::create();
    let mut visitor = site.visitor(&site.start()).await;
    visitor.send(&say("q", "what is the capital of Peru?")).await;
    let message =
        visitor.until_where(|f| f["type"] == "message" && f["message"]["from"]["type"] == "bot").await;
    assert_eq!(message["message"]["body"]["type"], "offer", "{message}");
}

#[tokio::test]
async fn nobody_online_is_said_and_a_left_message_waits_for_the_next_agent() {
    let site = Site::create();
    let started = site.start();
    let mut visitor = site.visitor(&started).await;
    visitor.send(&say("h", "转人工")).await;
    visitor.until_where(|f| f["type"] == "stage" && f["stage"]["type"] == "offline").await;
    visitor
        .send(&json!({ "type": "leave_message", "client_id": "m", "text": "Please call me", "contact": "me@x.example" }))
        .await;
    visitor.until_where(|f| f["stage"]["type"] == "message_left").await;
    let cookie = site.agent("mei", "agent", 3);
    let mut desk = tests::Socket::desk(site.url(), &cookie).await;
    desk.send(&json!({ "type": "hello" })).await;
    let snapshot = desk.until("snapshot").await;
    let card = &snapshot["waiting"][0];
    assert_eq!((&card["kind"], &card["brief"]["contact"]), (&json!("message"), &json!("me@x.example")));
    desk.send(&json!({ "type": "presence", "presence": "online" })).await;
    desk.send(&json!({ "type": "take", "conversation": started.conversation })).await;
    desk.until_where(|f| f["type"] == "assigned").await;
    visitor.until_where(|f| f["stage"]["type"] == "assigned").await;
}

#[tokio::test]
async fn handoff_with_place_typing_reading_ending_and_rating() {
    let site = Site::create();
    let cookie = site.agent("mei", "agent", 1);
    let mut desk = site.desk(&cookie).await;
    let (first, second) = (site.start(), site.start());
    let mut ann = site.visitor(&first).await;
    ann.send(&json!({ "type": "handoff" })).await;
    ann.until_where(|f| f["stage"]["type"] == "assigned" && f["stage"]["agent"]["name"] == "MEI").await;

    let mut ben = site.visitor(&second).await;
    ben.send(&say("q", "how to track my order")).await;
    ben.until_body("answer").await;
    ben.send(&json!({ "type": "handoff" })).await;
    let place = ben.until_where(|f| f["stage"]["place"]["position"].is_u64()).await;
    assert_eq!(place["stage"]["place"]["position"], 1);
    ben.send(&say("w", "I keep typing")).await;
    ben.acknowledged("w").await;

    let mut agent = site.agent_in(&cookie, first.conversation.as_str()).await;
    agent.send(&json!({ "type": "typing", "on": true })).await;
    assert_eq!(ann.until("typing").await["from"], "agent");
    agent.send(&say("a1", "Hello, how can I help?")).await;
    let ack = agent.acknowledged("a1").await;
    let message = ann.until_body("text").await;
    assert_eq!((&message["seq"], &message["from"]["agent"]["name"]), (&ack["seq"], &json!("MEI")));
    ann.send(&json!({ "type": "read", "seq": ack["seq"] })).await;
    agent.until_where(|f| f["type"] == "read" && f["read"]["visitor"] == ack["seq"]).await;

    agent.send(&json!({ "type": "end" })).await;
    ann.until_where(|f| f["stage"]["type"] == "ended" && f["stage"]["by"] == "agent").await;
    ann.send(&json!({ "type": "rate", "score": 5 })).await;
    ann.until_where(|f| f["stage"]["rating"] == 5).await;
    ben.until_where(|f| f["stage"]["type"] == "assigned").await;
    desk.until_where(|f| {
        f["type"] == "assigned" && f["card"]["conversation"] == second.conversation.as_str()
    })
    .await;
    let mut agent = site.agent_in(&cookie, second.conversation.as_str()).await;
    let page = agent.until("page").await;
    let transcript = page.to_string();
    assert!(
        transcript.contains("how to track my order") && transcript.contains("I keep typing"),
        "{transcript}"
    );
}

#[tokio::test]
async fn an_agent_who_goes_away_for_good_gives_the_conversation_back() {
    let site = Site::create();
    let (mei, jonas) = (site.agent("mei", "agent", 1), site.agent("jonas", "agent", 1));
    let mut first = site.desk(&mei).await;
    let mut visitor = site.visitor(&site.start()).await;
    visitor.send(&json!({ "type": "handoff" })).await;
    visitor.until_where(|f| f["stage"]["agent"]["name"] == "MEI").await;
    first.until("assigned").await;
    let _second = site.desk(&jonas).await;
    drop(first);
    visitor.until_where(|f| f["message"]["body"]["event"]["type"] == "agent_lost").await;
    visitor.until_where(|f| f["stage"]["agent"]["name"] == "JONAS").await;
}

#[tokio::test]
async fn r_25_each_side_sees_the_other_type() {
    let site = Site::create();
    let cookie = site.agent("mei", "agent", 3);
    let mut desk = site.desk(&cookie).await;
    let started = site.start();
    let mut visitor = site.visitor(&started).await;
    visitor.send(&json!({ "type": "typing", "on": true })).await;
    visitor.send(&say("v1", "a person please")).await;
    visitor.send(&json!({ "type": "handoff" })).await;
    desk.until("assigned").await;
    let mut agent = site.agent_in(&cookie, started.conversation.as_str()).await;
    agent.until("page").await;
    agent.send(&json!({ "type": "typing", "on": true })).await;
    assert_eq!(visitor.until("typing").await["from"], "agent");
    agent.send(&say("a1", "hello")).await;
    visitor.until_where(|f| f["message"]["client_id"] == "a1").await;
    visitor.send(&json!({ "type": "typing", "on": true })).await;
    assert_eq!(agent.until("typing").await["from"], "visitor");
}
