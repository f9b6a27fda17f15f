//! what shoppers asked in vain reaches the console, and one click makes it answered.

use serde_json::{Value, json};
use tests::http::{Reply, send};
use tests::site::say;
use tests::{Site, Socket};

fn ask(site: &Site, cookie: &str, method: &str, path: &str, body: &Value) -> Reply {
    let url = format!("{}/v1/console/{path}", site.url());
    send(method, &url, &[("cookie", cookie), ("origin", site.url())], body.to_string().as_bytes())
}

/// The clusters, once there are as many questions in them.
async fn clusters(site: &Site, cookie: &str, questions: u64) -> Vec<Value> {
    for _ in 0..200 {
        let list = ask(site, cookie, "GET", "questions", &json!({})).json();
        let found = list["clusters"].as_array().cloned().unwrap_or_default();
        if found.iter().filter_map(|c| c["count"].as_u64()).sum::<u64>() >= questions {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the questions do not arrive");
}

async fn asked(site: &Site, texts: &[&str]) -> Socket {
    let started = site.start();
    let mut visitor = site.visitor(&started).await;
    for (n, text) in texts.iter().enumerate() {
        visitor.send(&say(&format!("m{n}"), text)).await;
        visitor.until_where(|f| f["type"] == "message" && f["message"]["from"]["type"] == "bot").await;
    }
    visitor
}

#[tokio::test]
async fn what_was_asked_in_vain_is_gathered_masked_and_answered_with_one_click() {
    let site = Site::create();
    let cookie = site.agent("sora", "supervisor", 3);
    let _one = asked(&site, &["Do zorbing balls float? I am kim@shop.example", "xylophone kazoo"]).await;
    let _two = asked(&site, &["do zorbing balls float"]).await;
    let found = clusters(&site, &cookie, 3).await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0]["count"], 2);
    let wordings = found[0]["wordings"].to_string();
    assert!(wordings.contains("[email]") && !wordings.contains("kim"), "{wordings}");

    let act = |id: &Value, action: Value| ask(&site, &cookie, "POST", &format!("questions/{id}"), &action);
    let add = json!({ "type": "add", "entry": "order-tracking", "wording": "do zorbing balls float", "publish": true });
    assert_eq!(act(&found[0]["id"], add.clone()).status, 204);
    assert_eq!(act(&found[0]["id"], add).error(), "not_found", "gone, and so nothing is added twice");
    let entry = ask(&site, &cookie, "GET", "kb/entries/order-tracking", &json!({})).json();
    let said = entry["entry"]["published"]["texts"]["en"]["questions"].to_string();
    assert_eq!(said.matches("zorbing").count(), 1, "{said}");
    let test = ask(&site, &cookie, "POST", "kb/test", &json!({ "text": "do zorbing balls float" })).json();
    assert_eq!(
        (&test["decision"]["type"], &test["ranked"][0]["entry"]),
        (&json!("answer"), &json!("order-tracking"))
    );

    assert_eq!(act(&found[1]["id"], json!({ "type": "dismiss" })).status, 204);
    assert_eq!(act(&found[1]["id"], json!({ "type": "dismiss" })).status, 204, "twice is once");
    assert!(clusters(&site, &cookie, 0).await.is_empty());
}

#[tokio::test]
async fn an_answer_that_did_not_help_is_a_question_without_an_answer() {
    let site = Site::create();
    let cookie = site.agent("sora", "supervisor", 3);
    let mut visitor = asked(&site, &["How do I track my order?"]).await;
    visitor.send(&json!({ "type": "helpful", "seq": 2, "yes": false })).await;
    let found = clusters(&site, &cookie, 1).await;
    assert_eq!((&found[0]["unhelpful"], &found[0]["nearest"]), (&json!(1), &json!(["order-tracking"])));
    assert_eq!(
        ask(&site, &cookie, "POST", "questions/x", &json!({ "type": "dismiss" })).error(),
        "not_found"
    );
}
