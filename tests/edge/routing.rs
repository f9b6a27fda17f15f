//! R-100 … … R-169: routing through the console's API and the desk's socket, in real workerd.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use shared::protocol::http::Started;
use shared::security::identity::signed;
use tests::http::{Reply, send};
use tests::{ORIGIN, Site, Socket};

struct Shop {
    site: Site,
    sora: String,
}

impl Shop {
    fn new() -> Self {
        let site = Site::create();
        let sora = site.agent("sora", "supervisor", 1);
        Self { site, sora }
    }

    fn ask(&self, cookie: &str, method: &str, body: &Value) -> Reply {
        let url = format!("{}/v1/console/routing", self.site.url());
        send(method, &url, &[("cookie", cookie), ("origin", self.site.url())], body.to_string().as_bytes())
    }

    fn view(&self) -> Value {
        self.ask(&self.sora, "GET", &Value::Null).json()
    }

    fn put(&self, base: &Value, routing: &Value) -> Reply {
        self.ask(&self.sora, "PUT", &json!({ "base": base, "routing": routing }))
    }

    /// Saves a routing that is sound.
    fn route_by(&self, routing: &Value) -> Value {
        let saved = self.put(&self.view()["version"], routing);
        assert_eq!(saved.status, 200, "{}", saved.text);
        saved.json()
    }

    /// A visitor at this page of the shop.
    async fn visitor_at(&self, path: &str) -> (Started, Socket) {
        let page = json!({ "url": format!("{ORIGIN}{path}"), "title": "T" });
        let body = json!({ "lang": "en", "page": page }).to_string();
        let started = self.site.page("POST", "/conversations", ORIGIN, &body);
        let Ok(started) = serde_json::from_str::<Started>(&started.text) else { panic!("{}", started.text) };
        let socket = self.site.visitor(&started).await;
        (started, socket)
    }

    /// A supervisor's desk socket, not on duty.
    async fn overseer(&self) -> Socket {
        let mut socket = Socket::desk(self.site.url(), &self.sora).await;
        socket.send(&json!({ "type": "hello" })).await;
        socket.until("snapshot").await;
        socket
    }

    /// An agent of this group alone, online, with room for one.
    async fn agent_of(&self, id: &str, group: &str) -> Socket {
        let cookie = self.site.agent(id, "agent", 1);
        let account = json!({
            "name": id.to_uppercase(), "email": format!("{id}@shop.example"), "role": "agent",
            "capacity": 1, "groups": [group], "languages": ["en"],
        });
        let made = self.site.operator("PUT", &format!("/agents/{id}"), &account.to_string());
        assert_eq!(made.status, 204, "{}", made.text);
        self.site.desk(&cookie).await
    }
}

/// Handoffs from below `/returns` go to `returns`.
fn returns() -> Value {
    json!({
        "groups": [{ "id": "returns", "name": "Returns" }],
        "rules": [{
            "name": "Returns pages",
            "when": [{ "type": "page", "any": ["/returns*"] }],
            "then": { "group": "returns", "priority": 1 },
        }],
    })
}

async fn handoff(visitor: &mut Socket) {
    visitor.send(&json!({ "type": "handoff" })).await;
    visitor.until_where(|f| f["stage"]["type"] == "queued").await;
}

async fn assigned_to(visitor: &mut Socket) -> Value {
    let frame = visitor.until_where(|f| f["stage"]["type"] == "assigned").await;
    frame["stage"]["agent"]["id"].clone()
}

#[test]
fn routing_is_for_supervisors_and_changed_from_the_console_only() {
    let shop = Shop::new();
    let mei = shop.site.agent("mei", "agent", 1);
    let status = |cookie: &str, method: &str| {
        shop.ask(cookie, method, &json!({ "base": 0, "routing": returns() })).status
    };
    assert_eq!((status("", "GET"), status("", "PUT")), (401, 401));
    assert_eq!((status(&mei, "GET"), status(&mei, "PUT")), (403, 403));
    assert_eq!((status(&shop.sora, "GET"), status(&shop.sora, "POST")), (200, 405));
    let url = format!("{}/v1/console/routing", shop.site.url());
    let body = json!({ "base": 0, "routing": returns() }).to_string();
    for origin in [ORIGIN, "null"] {
        let foreign = send("PUT", &url, &[("cookie", &shop.sora), ("origin", origin)], body.as_bytes());
        assert_eq!((foreign.status, foreign.error()), (403, "wrong_origin".into()));
    }
    assert_eq!(shop.view()["routing"]["rules"], json!([]), "nothing of that changed anything");
    assert_eq!(status(&shop.sora, "PUT"), 200);
}

#[test]
fn r_103_bad_rules_are_named_and_change_nothing() {
    let shop = Shop::new();
    let before = shop.route_by(&returns());
    let base = &before["version"];
    let with = |change: &dyn Fn(&mut Value)| {
        let mut routing = returns();
        change(&mut routing);
        shop.put(base, &routing)
    };
    let push =
        |rule: Value| with(&move |routing| routing["rules"].as_array_mut().unwrap().push(rule.clone()));
    let rule = |when: Value, group: &str| json!({ "name": "R", "when": when, "then": { "group": group } });
    let below = json!([{ "type": "page", "any": ["/returns/late"] }]);
    let apart = json!([{ "type": "language", "any": ["en"] }, { "type": "language", "any": ["ja"] }]);
    for (reply, fault) in [
        (
            push(rule(json!([{ "type": "urgent" }]), "nowhere")),
            json!({ "type": "unknown_group", "rule": 1, "group": "nowhere" }),
        ),
        (push(rule(below, "returns")), json!({ "type": "covered", "rule": 1, "by": 0 })),
        (push(rule(apart, "returns")), json!({ "type": "never", "rule": 1 })),
        (push(rule(json!([]), "returns")), json!({ "type": "no_condition", "rule": 1 })),
        (
            push(rule(json!([{ "type": "mood", "any": [] }]), "returns")),
            json!({ "type": "list", "rule": 1, "condition": 0 }),
        ),
        (
            with(&|r| r["rules"][0]["then"]["weight"] = json!(0)),
            json!({ "type": "number", "name": "weight", "rule": 0 }),
        ),
        (
            with(&|r| r["groups"][0]["language_wait"] = json!(90_000)),
            json!({ "type": "number", "name": "language_wait", "group": "returns" }),
        ),
        (
            with(&|r| r["choices"] = json!([{ "group": "nowhere" }])),
            json!({ "type": "choice", "group": "nowhere" }),
        ),
    ] {
        assert_eq!((reply.status, reply.error()), (400, "bad_value".into()), "{fault}: {}", reply.text);
        assert_eq!(reply.json()["faults"], json!([fault]));
    }
    for (reply, status, code) in [
        // Of another form.
        (push(rule(json!([{ "type": "weather" }]), "returns")), 400, "bad_frame"),
        (push(json!({ "name": "R" })), 400, "bad_frame"),
        (with(&|r| r["rules"][0]["then"]["group"] = json!("no group!")), 400, "bad_frame"),
        (with(&|r| r["rules"] = json!("x".repeat(300_000))), 413, "too_large"),
    ] {
        assert_eq!((reply.status, reply.error()), (status, code.into()), "{}", reply.text);
    }
    let many = with(&|r| r["rules"] = json!(vec![r["rules"][0].clone(); 101]));
    assert_eq!(many.json()["faults"], json!([{ "type": "too_many_rules" }]));
    let after = shop.view();
    assert_eq!((&after["version"], &after["routing"]), (base, &before["routing"]));
}

#[test]
fn r_166_whoever_saw_an_older_routing_changes_nothing() {
    let shop = Shop::new();
    let first = shop.view()["version"].clone();
    let saved = shop.route_by(&returns());
    let late = shop.put(&first, &json!({}));
    assert_eq!((late.status, late.error()), (409, "conflict".into()));
    assert_eq!(shop.view()["routing"], saved["routing"]);
    // What else is changed of the site meanwhile is no reason.
    let kb = include_str!("../../data/tidewater/kb.jsonl");
    assert_eq!(shop.site.operator("PUT", "/kb", kb).status, 204);
    assert_eq!(shop.put(&saved["version"], &json!({})).status, 200);
}

#[tokio::test]
async fn r_116_a_saved_rule_changes_where_the_next_handoff_goes_and_the_decision_says_why() {
    let shop = Shop::new();
    let (mut ann, mut ben) = (shop.agent_of("ann", "support").await, shop.agent_of("ben", "returns").await);
    let (_, mut first) = shop.visitor_at("/returns/how").await;
    handoff(&mut first).await;
    assert_eq!(assigned_to(&mut first).await, "ann");
    let view = shop.route_by(&returns());
    assert_eq!(view["members"][1], json!(["returns", [{ "id": "ben", "name": "BEN" }]]));
    let (started, mut second) = shop.visitor_at("/returns/how?from=mail").await;
    handoff(&mut second).await;
    assert_eq!(assigned_to(&mut second).await, "ben");

    let mut desk = shop.overseer().await;
    desk.send(&json!({ "type": "decisions", "conversation": started.conversation })).await;
    let told = desk.until("decisions").await;
    let (given, routed) = (&told["decisions"][0]["what"], &told["decisions"][1]["what"]);
    assert_eq!(told["decisions"].as_array().unwrap().len(), 2, "{told}");
    assert_eq!((&given["agent"]["id"], &given["why"]["type"]), (&json!("ben"), &json!("only")));
    assert_eq!(routed["why"]["rule"], json!([0, "Returns pages"]));
    assert_eq!(routed["why"]["route"], json!({ "group": "returns", "priority": 1, "weight": 1 }));
    assert_eq!(routed["facts"]["page"], "/returns/how");
    desk.send(&json!({ "type": "decisions" })).await;
    assert_eq!(desk.until("decisions").await["decisions"].as_array().unwrap().len(), 4);

    // Those are for supervisors, and no more than the desk's socket shows to agents.
    for request in [json!({ "type": "decisions" }), json!({ "type": "explain", "facts": { "lang": "en" } })] {
        ann.send(&request).await;
        assert_eq!(ann.until("error").await["code"], "forbidden");
    }
    ben.send(&json!({ "type": "presence", "presence": "busy" })).await;
}

#[tokio::test]
async fn r_115_rules_are_tried_before_they_hold_and_agents_with_what_keeps_them() {
    let shop = Shop::new();
    shop.route_by(&json!({ "groups": [{ "id": "returns", "name": "Returns" }] }));
    let _ben = shop.agent_of("ben", "returns").await;
    let mut carl = shop.agent_of("carl", "returns").await;
    carl.send(&json!({ "type": "presence", "presence": "away" })).await;
    carl.until_where(|f| f["agent"]["presence"] == "away").await;
    let mut desk = shop.overseer().await;
    let facts = json!({ "lang": "en", "page": "/returns/how" });
    desk.send(&json!({ "type": "explain", "facts": facts })).await;
    assert_eq!(desk.until("explained").await["explanation"]["route"]["group"], "support");
    desk.send(&json!({ "type": "explain", "facts": facts, "routing": returns() })).await;
    let told = desk.until("explained").await;
    assert_eq!(told["explanation"]["rule"], json!([0, "Returns pages"]));
    assert_eq!((&told["on_duty"], &told["waiting"]), (&json!(1), &json!(0)));
    let who = |n: usize| {
        let c = &told["candidates"][n];
        (c["agent"]["agent"]["id"].clone(), c["chosen"]["type"].clone(), c["unfit"].clone())
    };
    assert_eq!(who(0), (json!("ben"), json!("only"), Value::Null));
    assert_eq!(who(1), (json!("carl"), Value::Null, json!("presence")));
    let mut bad = returns();
    bad["rules"][0]["when"] = json!([]);
    desk.send(&json!({ "type": "explain", "facts": facts, "routing": bad })).await;
    assert_eq!(desk.until("explained").await["faults"], json!([{ "type": "no_condition", "rule": 0 }]));
    assert_eq!(shop.view()["routing"]["rules"], json!([]), "and nothing holds by being tried");
}

#[tokio::test]
async fn r_167_a_visitor_chooses_where_no_rule_does() {
    let shop = Shop::new();
    let _ben = shop.agent_of("ben", "returns").await;
    let mut routing = returns();
    routing["choices"] = json!([{ "group": "returns", "names": { "en": "Send back", "ja": "返品" } }]);
    shop.route_by(&routing);
    let choices =
        |lang: &str| shop.site.page("GET", &format!("?lang={lang}"), ORIGIN, "").json()["choices"].clone();
    assert_eq!(choices("ja"), json!([{ "group": "returns", "title": "返品" }]));
    assert_eq!(choices("zh-CN"), json!([{ "group": "returns", "title": "Send back" }]));
    let (_, mut visitor) = shop.visitor_at("/").await;
    visitor.send(&json!({ "type": "choose", "group": "returns" })).await;
    handoff(&mut visitor).await;
    assert_eq!(assigned_to(&mut visitor).await, "ben");
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[tokio::test]
async fn r_168_a_vip_of_the_shops_own_signature_overtakes_and_a_forged_one_does_not() {
    let shop = Shop::new();
    let made = shop.site.operator("POST", "/identity", "");
    assert_eq!(made.status, 201, "{}", made.text);
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    let claims =
        |site: &str| json!({ "aud": site, "sub": "4711", "name": "Ada", "vip": 3, "exp": seconds() + 60 });
    let own = signed(&claims(&shop.site.key), &secret);
    let old = json!({ "aud": shop.site.key, "sub": "4711", "vip": 3, "exp": seconds() - 1 });
    let mut ann = shop.agent_of("ann", "support").await;
    let (_, mut held) = shop.visitor_at("/").await;
    handoff(&mut held).await;
    assert_eq!(assigned_to(&mut held).await, "ann");

    // In line, in this order: plain, with identities that are not the shop's, and with one that is.
    let as_who = async |identity: &str| {
        let (started, _) = shop.visitor_at("/").await;
        let path = format!("/v1/conversations/{}/socket", started.conversation);
        let protocols = format!("edgedesk.v1, {}, {identity}", started.token);
        let headers = [("origin", ORIGIN), ("sec-websocket-protocol", protocols.as_str())];
        let mut socket = Socket::open(shop.site.url(), &path, &headers).await.unwrap();
        socket.send(&json!({ "type": "hello", "after": 0 })).await;
        socket.until_where(|f| f["type"] == "page").await;
        let refused = socket.seen.iter().find(|f| f["type"] == "error").map(|f| f["code"].clone());
        handoff(&mut socket).await;
        let queued = socket.until_where(|f| f["stage"]["place"]["position"].is_u64()).await;
        (socket, refused, queued["stage"]["place"]["position"].clone())
    };
    let (_, mut plain) = shop.visitor_at("/").await;
    handoff(&mut plain).await;
    for (identity, code) in [
        (signed(&claims(&shop.site.key), "eds_a guess"), "identity_refused"),
        (signed(&claims("another"), &secret), "identity_refused"),
        ("x".to_owned(), "identity_refused"),
        (signed(&old, &secret), "identity_expired"),
    ] {
        let (mut socket, refused, _) = as_who(&identity).await;
        assert_eq!(refused, Some(json!(code)));
        socket.send(&json!({ "type": "leave_queue" })).await;
        socket.until_where(|f| f["stage"]["type"] == "bot").await;
    }
    let (mut ada, refused, position) = as_who(&own).await;
    assert_eq!((refused, position), (None, json!(1)), "among those of the same priority");
    let card = ann.until_where(|f| f["card"]["brief"]["vip"] == 3).await["card"].clone();
    assert_eq!(card["brief"]["customer"], json!({ "id": "4711", "name": "Ada" }));
    assert_eq!(card["priority"], 6);
    let priorities =
        ann.seen.iter().filter(|f| f["type"] == "waiting").map(|f| f["card"]["priority"].clone());
    assert_eq!(priorities.filter(|p| *p != 0 && *p != 6).count(), 0, "nobody else was lifted");
    held.send(&json!({ "type": "end" })).await;
    assert_eq!(assigned_to(&mut ada).await, "ann");
    assert!(plain.seen.iter().all(|f| f["stage"]["type"] != "assigned"));

    // Without its secret a site believes nobody any more.
    assert_eq!(shop.site.operator("DELETE", "/identity", "").status, 204);
    ada.send(&json!({ "type": "end" })).await;
    assert_eq!(assigned_to(&mut plain).await, "ann");
    let (_, refused, _) = as_who(&own).await;
    assert_eq!(refused, Some(json!("identity_refused")));
}

#[test]
fn r_169_the_secret_is_the_supervisors_and_told_once() {
    let shop = Shop::new();
    let mei = shop.site.agent("mei", "agent", 1);
    let call = |cookie: &str, method: &str| {
        let url = format!("{}/v1/console/connections/identity", shop.site.url());
        send(method, &url, &[("cookie", cookie), ("origin", shop.site.url())], b"")
    };
    let list = || {
        let url = format!("{}/v1/console/connections", shop.site.url());
        send("GET", &url, &[("cookie", &shop.sora)], b"")
    };
    assert_eq!(
        (call("", "POST").status, call(&mei, "POST").status, call(&mei, "DELETE").status),
        (401, 403, 403)
    );
    assert_eq!(list().json().get("identity"), None);
    let secrets: Vec<String> =
        (0..2).map(|_| call(&shop.sora, "POST").json()["secret"].as_str().unwrap().to_owned()).collect();
    assert_ne!(secrets[0], secrets[1]);
    let listed = list();
    assert_eq!(listed.json()["identity"], true);
    assert!(!listed.text.contains("eds_"));
    assert_eq!(call(&shop.sora, "DELETE").status, 204);
    assert_eq!(list().json().get("identity"), None);
    assert_eq!(shop.site.operator("PUT", "/identity", "").status, 405);
}
