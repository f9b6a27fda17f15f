//! an endpoint that hangs keeps no other waiting.

use std::time::{Duration, Instant};

use serde_json::json;
use shared::limits::{HOOK_ENDPOINTS, HOOK_WITHIN};
use tests::connections::Supervisor;
use tests::receiver::{Answer, Hub};
use tests::server::state_dir;
use tests::{Edge, Site};

#[tokio::test]
async fn r_207_nine_endpoints_that_hang_do_not_delay_the_tenth() {
    let hub = Hub::start();
    let edge = match Edge::start_with(&state_dir("slots"), &["--allow-webhook", &hub.url]) {
        Ok(edge) => Box::leak(Box::new(edge)),
        Err(error) => panic!("{error:#}"),
    };
    let site = Site::create_on(edge);
    let supervisor = Supervisor::of(&site);
    let mut hanging = Vec::new();
    for n in 1..HOOK_ENDPOINTS {
        let inbox = hub.inbox(&format!("hangs-{n}"));
        inbox.answers(vec![Answer::Hang; 100]);
        let _ = supervisor.endpoint(&inbox, &["handoff"]);
        hanging.push(inbox);
    }
    let mut sound = hub.inbox("sound");
    let _ = supervisor.endpoint(&sound, &["handoff"]);
    let mut visitors = Vec::new();
    for n in 0..6 {
        let mut visitor = site.visitor(&site.start()).await;
        if n == 5 {
            // By now every hanging endpoint has as many requests as it is given at a time.
            hanging[0].next().await;
        }
        let asked = Instant::now();
        visitor.send(&json!({ "type": "handoff" })).await;
        sound.until("handoff_requested").await;
        sound.until("nobody_online").await;
        let took = asked.elapsed();
        assert!(took < Duration::from_millis(HOOK_WITHIN / 2), "{n}: {took:?}");
        visitors.push(visitor);
    }
}
