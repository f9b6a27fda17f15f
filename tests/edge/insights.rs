//! What the last days came to, for supervisors.

use serde_json::json;
use tests::Site;
use tests::http::send;

#[tokio::test]
async fn r_120_waits_are_counted_by_the_hour_and_shown_to_supervisors() {
    let site = Site::create();
    let (mei, sora) = (site.agent("mei", "agent", 1), site.agent("sora", "supervisor", 3));
    let url = format!("{}/v1/console/insights?days=7", site.url());
    let of = |cookie: &str| {
        let reply = send("GET", &url, &[("cookie", cookie)], b"");
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    };
    assert_eq!(of(&sora)["hours"], json!([]));

    let mut desk = site.desk(&mei).await;
    let (first, second) = (site.start(), site.start());
    let mut ann = site.visitor(&first).await;
    ann.send(&json!({ "type": "handoff" })).await;
    ann.until_where(|f| f["stage"]["type"] == "assigned").await;
    let mut ben = site.visitor(&second).await;
    ben.send(&json!({ "type": "handoff" })).await;
    ben.until_where(|f| f["stage"]["type"] == "queued").await;
    ben.send(&json!({ "type": "leave_queue" })).await;
    ben.until_where(|f| f["stage"]["type"] == "bot").await;
    desk.send(&json!({ "type": "presence", "presence": "away" })).await;
    desk.until_where(|f| f.to_string().contains("\"away\"")).await;

    let insights = of(&sora);
    // An hour may have begun meanwhile.
    let sum = |name: &str| {
        let hours = insights["hours"].as_array().unwrap();
        hours.iter().map(|hour| hour[name].as_f64().unwrap()).sum::<f64>()
    };
    assert_eq!((sum("asked"), sum("served"), sum("gave_up")), (2.0, 1.0, 1.0), "{insights}");
    assert!(sum("staffed") > 0.0, "{insights}");
    assert!(insights["groups"][0]["handle"].as_array().unwrap().len() > 10);
}

#[test]
fn insights_are_for_supervisors() {
    let site = Site::create();
    let status = |cookie: &str, query: &str| {
        let url = format!("{}/v1/console/insights{query}", site.url());
        send("GET", &url, &[("cookie", cookie)], b"").status
    };
    let (mei, sora) = (site.agent("mei", "agent", 1), site.agent("sora", "supervisor", 3));
    assert_eq!((status("", ""), status(&mei, ""), status(&sora, "")), (401, 403, 200));
    assert_eq!((status(&sora, "?days=x"), status(&sora, "?days=99999999")), (400, 200));
}
