//! R-160 … R-165: an agent over the API.

use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tests::connections::{ALL, Outside, Supervisor};
use tests::http::send;
use tests::schema::assert_fits;
use tests::server::state_dir;
use tests::site::say;
use tests::{Edge, Site};

/// An account that answers from elsewhere.
fn outside(site: &Site, supervisor: &Supervisor<'_>, id: &str, capacity: u32) -> Outside {
    let _ = site.agent(id, "agent", capacity);
    Outside::with(site, &supervisor.token(id).1)
}

#[tokio::test]
async fn r_160_r_161_a_team_elsewhere_is_given_a_conversation_and_answers_it() {
    let site = Site::create();
    let supervisor = Supervisor::of(&site);
    let mei = outside(&site, &supervisor, "mei", 3);
    let online = mei.presence("online", 300);
    assert_fits("PresenceState", &online.json());
    assert_eq!((online.status, &online.json()["presence"]), (200, &json!("online")));

    let started = site.start();
    let id = started.conversation.as_str();
    let mut visitor = site.visitor(&started).await;
    visitor.send(&say("v1", "how to track my order")).await;
    visitor.until_body("answer").await;
    visitor.send(&json!({ "type": "handoff" })).await;
    visitor.until_where(|f| f["stage"]["agent"]["name"] == "MEI").await;
    let mine = mei.ask("GET", "/conversations", &Value::Null).json();
    assert_fits("Mine", &mine);
    assert_eq!(mine["conversations"][0]["conversation"], id);

    let log = mei.messages(id, 0).json();
    assert_fits("Messages", &log);
    assert!(log.to_string().contains("how to track my order"), "{log}");
    assert_eq!(
        (&log["stage"]["type"], &log["visitor_here"], &log["more"]),
        (&json!("assigned"), &json!(true), &json!(false))
    );
    let last = log["messages"].as_array().and_then(|m| m.last()).and_then(|m| m["seq"].as_u64()).unwrap_or(0);
    assert_eq!(mei.messages(id, last).json()["messages"], json!([]));

    // Twice the same id is one message, whatever it says the second time.
    let written = mei.write(id, "a1", "Hello from elsewhere");
    assert_fits("Written", &written.json());
    assert_eq!(mei.write(id, "a1", "Something else").json(), written.json());
    let message = visitor.until_where(|f| f["message"]["client_id"] == "a1").await;
    assert_eq!(message["message"]["body"]["text"], "Hello from elsewhere");
    assert_eq!(message["message"]["seq"], written.json()["seq"]);
    let path = format!("/conversations/{id}/messages");
    let note = mei.ask("POST", &path, &json!({ "client_id": "n1", "text": "psst", "note": true }));
    assert_eq!(note.status, 200, "{}", note.text);

    let end = mei.ask("POST", &format!("/conversations/{id}/end"), &Value::Null);
    assert_eq!(end.status, 204, "{}", end.text);
    visitor.until_where(|f| f["stage"]["type"] == "ended").await;
    assert!(!visitor.seen.iter().any(|f| f.to_string().contains("psst")));
    assert_eq!(mei.messages(id, 0).status, 200, "one's own, also after the end");
    assert_eq!(mei.write(id, "a1", "x").json(), written.json(), "also after the end");
    let late = mei.write(id, "a2", "too late");
    assert_eq!((late.status, late.error()), (409, "ended".into()));
}

#[tokio::test]
async fn r_161_nobody_sees_what_is_not_theirs() {
    let (site, other) = (Site::create(), Site::create());
    let (supervisor, elsewhere) = (Supervisor::of(&site), Supervisor::of(&other));
    let mei = outside(&site, &supervisor, "mei", 1);
    let jonas = outside(&site, &supervisor, "jonas", 1);
    let stranger = outside(&other, &elsewhere, "mei", 1);
    assert_eq!(mei.presence("online", 300).status, 200);
    let started = site.start();
    let id = started.conversation.as_str();
    let mut visitor = site.visitor(&started).await;
    visitor.send(&json!({ "type": "handoff" })).await;
    visitor.until_where(|f| f["stage"]["agent"]["name"] == "MEI").await;

    for (who, status, code) in [(&jonas, 409, "not_assigned"), (&stranger, 404, "not_found")] {
        let note = json!({ "client_id": "n", "text": "x", "note": true });
        let replies = [
            who.messages(id, 0),
            who.write(id, "x", "x"),
            who.ask("POST", &format!("/conversations/{id}/messages"), &note),
            who.ask("POST", &format!("/conversations/{id}/end"), &Value::Null),
        ];
        for reply in replies {
            assert_eq!((reply.status, reply.error()), (status, code.into()), "{}", reply.text);
            assert_fits("Error", &reply.json());
        }
        assert_eq!(who.ask("GET", "/conversations", &Value::Null).json()["conversations"], json!([]));
    }
    let supervising = Outside::with(&site, &supervisor.token("sora").1);
    assert_eq!(supervising.messages(id, 0).status, 200, "a supervisor's account reads any");
    assert_eq!(mei.messages("nowhere", 0).error(), "not_found");

    // Handed on, it is theirs no more.
    assert_eq!(jonas.presence("online", 300).status, 200);
    let path = format!("/conversations/{id}/transfer");
    assert_eq!(mei.ask("POST", &path, &json!({ "note": "for nobody" })).error(), "bad_value");
    let to = json!({ "to": { "type": "agent", "agent": "jonas" }, "note": "wants the blue one" });
    assert_eq!(mei.ask("POST", &path, &to).status, 204);
    visitor.until_where(|f| f["stage"]["agent"]["name"] == "JONAS").await;
    assert_eq!(mei.messages(id, 0).error(), "not_assigned");
    assert!(jonas.messages(id, 0).text.contains("wants the blue one"));
    assert!(!visitor.seen.iter().any(|f| f.to_string().contains("wants the blue one")));
}

#[test]
fn r_163_a_token_opens_nothing_once_it_is_revoked_or_when_it_is_not_one() {
    let site = Site::create();
    let supervisor = Supervisor::of(&site);
    let _ = site.agent("mei", "agent", 1);
    let (token, secret) = supervisor.token("mei");
    let mei = Outside::with(&site, &secret);
    let get = |who: &Outside| who.ask("GET", "/presence", &Value::Null).status;
    assert_eq!(get(&mei), 200);
    for forged in ["", "edk_", &secret[..secret.len() - 1], &secret.replace("edk_", ""), "edk_nobody.AAAA"] {
        assert_eq!(get(&Outside::with(&site, forged)), 401, "{forged:?}");
    }
    let listed = supervisor.list();
    assert!(!listed.to_string().contains(&secret), "shown once");
    assert_eq!(
        (&listed["tokens"][0]["id"], &listed["tokens"][0]["agent"]["id"]),
        (&json!(token), &json!("mei"))
    );
    assert!(listed["tokens"][0]["used"].is_u64());
    assert_eq!(supervisor.ask("DELETE", &format!("/tokens/{token}"), &Value::Null).status, 204);
    assert_eq!(get(&mei), 401, "at once");
    assert_eq!(supervisor.ask("DELETE", &format!("/tokens/{token}"), &Value::Null).status, 404);

    // The operator's scripts make and revoke them too.
    let made = site.operator("POST", "/tokens", &json!({ "agent": "mei", "label": "script" }).to_string());
    let again = Outside::with(&site, made.json()["secret"].as_str().unwrap_or_default());
    assert_eq!((made.status, get(&again)), (201, 200));
    let path = format!("/tokens/{}", made.json()["token"].as_str().unwrap_or_default());
    assert_eq!((site.operator("DELETE", &path, "").status, get(&again)), (204, 401));
    let nobody = site.operator("POST", "/tokens", &json!({ "agent": "nobody", "label": "x" }).to_string());
    assert_eq!(nobody.status, 404);
}

#[test]
fn r_163_a_token_has_a_pace() {
    let site = Site::create();
    let supervisor = Supervisor::of(&site);
    let mei = outside(&site, &supervisor, "mei", 1);
    let refused =
        (0..500).map(|_| mei.ask("GET", "/presence", &Value::Null)).find(|reply| reply.status != 200);
    let refused = refused.unwrap_or_else(|| panic!("never refused"));
    assert_eq!((refused.status, refused.error()), (429, "rate_limited".into()));
    assert!(
        refused.json()["retry_after"].as_u64().is_some_and(|ms| (1..=100).contains(&ms)),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn r_160_what_an_integration_that_is_gone_had_goes_to_somebody_else() {
    let site = Site::create();
    let supervisor = Supervisor::of(&site);
    let mei = outside(&site, &supervisor, "mei", 1);
    for lease in [0, 29, 3_601] {
        assert_eq!(mei.presence("online", lease).error(), "bad_value", "{lease}");
    }
    assert_eq!(mei.presence("online", 30).status, 200);
    let mut visitor = site.visitor(&site.start()).await;
    visitor.send(&json!({ "type": "handoff" })).await;
    visitor.until_where(|f| f["stage"]["agent"]["name"] == "MEI").await;
    let jonas = site.agent("jonas", "agent", 1);
    let _desk = site.desk(&jonas).await;
    visitor.until_where(|f| f["message"]["body"]["event"]["type"] == "agent_lost").await;
    visitor.until_where(|f| f["stage"]["agent"]["name"] == "JONAS").await;
    let gone = mei.ask("GET", "/presence", &Value::Null).json();
    assert_eq!((&gone["presence"], gone.get("until")), (&json!("offline"), None));
}

#[tokio::test]
async fn r_160_a_lease_survives_a_crash_and_going_offline_gives_back_what_one_has() {
    let edge = match Edge::start(&state_dir("lease-crash")) {
        Ok(edge) => Box::leak(Box::new(edge)),
        Err(error) => panic!("{error:#}"),
    };
    let site = Site::create_on(edge);
    let supervisor = Supervisor::of(&site);
    let mei = outside(&site, &supervisor, "mei", 1);
    let until = mei.presence("online", 600).json()["until"].clone();
    let started = site.start();
    let mut visitor = site.visitor(&started).await;
    visitor.send(&json!({ "type": "handoff" })).await;
    visitor.until_where(|f| f["stage"]["agent"]["name"] == "MEI").await;
    assert!(edge.crash().is_ok());
    let state = mei.ask("GET", "/presence", &Value::Null).json();
    assert_eq!((&state["presence"], &state["until"], &state["load"]), (&json!("online"), &until, &json!(1)));
    assert_eq!(mei.write(started.conversation.as_str(), "a", "still here").status, 200);
    let mut visitor = site.visitor(&started).await;

    let path = format!("/conversations/{}/transfer", started.conversation);
    assert_eq!(mei.ask("POST", &path, &json!({})).status, 204);
    visitor.until_where(|f| f["message"]["body"]["event"]["type"] == "handed_back").await;
    let offline = mei.presence("offline", 30).json();
    assert_eq!((&offline["presence"], offline.get("until")), (&json!("offline"), None));
    assert_eq!(
        mei.ask("POST", &path, &json!({})).error(),
        "wrong_stage",
        "nobody gives back what they have not"
    );
}

#[test]
fn r_165_the_description_is_served_and_the_paths_take_their_methods_only() {
    let site = Site::create();
    let served = send("GET", &format!("{}/v1/openapi.json", site.url()), &[], b"");
    assert_eq!((served.status, served.json()), (200, tests::schema::OPENAPI.clone()));
    for (method, pattern) in shared::outside::ROUTES {
        let url = format!("{}{}", site.url(), pattern.replace("{conversation}", "c1"));
        assert_eq!(send(method, &url, &[], b"").status, 401, "{method} {pattern}");
        assert_eq!(send("DELETE", &url, &[], b"").status, 405, "{pattern}");
    }
    assert_eq!(send("GET", &format!("{}/v1/outside/nothing", site.url()), &[], b"").status, 404);
}

/// Ends the example when the test does.
struct Program(std::process::Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn the_example_client_answers_a_shopper_from_elsewhere() {
    // A port that was free a moment ago: the edge is told of it before the example listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map(|a| a.port());
    let port = free.unwrap_or(9_000);
    let address = format!("http://127.0.0.1:{port}");
    let edge = match Edge::start_with(&state_dir("example"), &["--allow-webhook", &address]) {
        Ok(edge) => Box::leak(Box::new(edge)),
        Err(error) => panic!("{error:#}"),
    };
    let site = Site::create_on(edge);
    let supervisor = Supervisor::of(&site);
    let _ = site.agent("mei", "agent", 3);
    let made =
        supervisor.ask("POST", "/endpoints", &json!({ "url": format!("{address}/"), "kinds": ALL })).json();
    let program = Command::new("node")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/answer-from-elsewhere.mjs"))
        .env("EDGEDESK_URL", site.url())
        .env("EDGEDESK_TOKEN", supervisor.token("mei").1)
        .env("EDGEDESK_SECRET", made["secret"].as_str().unwrap_or_default())
        .env("PORT", port.to_string())
        .stdout(Stdio::piped())
        .spawn();
    let mut program = match program {
        Ok(child) => Program(child),
        Err(error) => panic!("node: {error}"),
    };
    let mut line = String::new();
    if let Some(out) = program.0.stdout.take() {
        let _ = std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line);
    }
    assert!(line.contains("MEI is on duty"), "{line}");

    let mut visitor = site.visitor(&site.start()).await;
    visitor.send(&say("v0", "a person please")).await;
    visitor.send(&json!({ "type": "handoff" })).await;
    visitor.until_where(|f| f["stage"]["agent"]["name"] == "MEI").await;
    visitor.send(&say("v1", "Is the blue one in stock?")).await;
    let answer = visitor.until_where(|f| f["message"]["from"]["type"] == "agent").await;
    assert_eq!(
        answer["message"]["body"]["text"],
        "Thank you for writing \"Is the blue one in stock?\". We look into it."
    );
    // A forged webhook is refused.
    let forged = send("POST", &address, &[("edgedesk-signature", "t=1,v1=00")], b"{}");
    assert_eq!(forged.status, 401);
}
