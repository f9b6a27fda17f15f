//! R-130 … R-139: the roster through the console's API, and what shoppers are told of it, in real workerd.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tests::http::{Reply, send};
use tests::{ORIGIN, Site};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

struct Planner {
    site: Site,
    cookie: String,
}

impl Planner {
    fn new() -> Self {
        let site = Site::create();
        let cookie = site.agent("sora", "supervisor", 3);
        Self { site, cookie }
    }

    fn ask(&self, cookie: &str, method: &str, path: &str, body: &Value) -> Reply {
        let url = format!("{}/v1/console/{path}", self.site.url());
        send(method, &url, &[("cookie", cookie), ("origin", self.site.url())], body.to_string().as_bytes())
    }

    fn save(&self, edition: u64, roster: &Value) -> Reply {
        self.ask(&self.cookie, "PUT", "roster", &json!({ "edition": edition, "roster": roster }))
    }

    fn availability(&self) -> Value {
        self.site.page("GET", "?lang=en", ORIGIN, "").json()["availability"].clone()
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() * 1_000)
}

fn plan(start: &str, end: &str) -> Value {
    json!({ "zone": "UTC", "shifts": [{ "days": DAYS, "hours": { "start": start, "end": end } }] })
}

#[test]
fn r_130_a_roster_is_saved_whole_by_who_saw_the_newest() {
    let planner = Planner::new();
    let page = planner.ask(&planner.cookie, "GET", "roster", &Value::Null).json();
    assert_eq!(page["edition"], 0);
    assert_eq!(page["members"][0]["groups"], json!(["support"]));
    let roster = json!({ "agents": { "sora": plan("09:00", "17:00") } });
    let saved = planner.save(0, &roster);
    assert_eq!((saved.status, saved.json()["edition"].as_u64()), (200, Some(1)), "{}", saved.text);
    assert_eq!(planner.save(0, &roster).status, 409);
    let loops = json!({ "groups": { "support": { "closed": { "type": "group", "group": "support" } } } });
    let refused = planner.save(1, &loops);
    assert_eq!((refused.status, &refused.json()["faults"][0]["type"]), (400, &json!("loop")));
    let agent = planner.site.agent("ann", "agent", 1);
    let body = json!({ "edition": 1, "roster": {} });
    assert_eq!(planner.ask(&agent, "PUT", "roster", &body).status, 403);
    let page = planner.ask(&agent, "GET", "roster", &Value::Null).json();
    assert_eq!(page["roster"]["agents"]["sora"]["zone"], "UTC");
}

#[test]
fn r_131_shoppers_are_told_when_somebody_will_be_there() {
    let planner = Planner::new();
    assert_eq!(planner.availability(), json!({ "online": false }));
    // A shift of an hour that begins in more than eleven hours, whatever time it is.
    let hour = (now() / 3_600_000 + 12) % 24;
    let end = format!("{:02}:00", hour + 1);
    planner.save(0, &json!({ "agents": { "sora": plan(&format!("{hour:02}:00"), &end) } }));
    let opens = planner.availability()["opens"].as_u64().unwrap();
    assert_eq!((opens / 3_600_000 % 24, opens % 3_600_000), (hour, 0));
    assert!(opens > now());
    // An account that leaves the group takes its plan along.
    let account = json!({
        "name": "Sora", "email": "sora@shop.example", "role": "supervisor", "capacity": 3,
        "groups": ["sales"], "languages": ["en"],
    });
    assert_eq!(planner.site.operator("PUT", "/agents/sora", &account.to_string()).status, 204);
    let told = || planner.availability().get("opens").is_none();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while !told() {
        assert!(std::time::Instant::now() < deadline, "{}", planner.availability());
    }
}

#[test]
fn r_131_a_removed_or_lowered_account_leaves_the_roster() {
    let planner = Planner::new();
    let _ = planner.site.agent("ann", "supervisor", 2);
    let hour = (now() / 3_600_000 + 12) % 24;
    let shift = |hour: u64| plan(&format!("{:02}:00", hour % 24), &format!("{:02}:00", hour % 24 + 1));
    // Ann comes an hour before Sora.
    let roster = json!({ "agents": { "ann": shift(hour), "sora": shift(hour + 1) } });
    assert_eq!(planner.save(0, &roster).status, 200);
    let opens = || planner.availability()["opens"].as_u64().map(|at| at / 3_600_000 % 24);
    assert_eq!(opens(), Some(hour));
    let becomes = |expected: Option<u64>| {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while opens() != expected {
            assert!(std::time::Instant::now() < deadline, "{}", planner.availability());
        }
    };
    let members = || -> Vec<String> {
        let page = planner.ask(&planner.cookie, "GET", "roster", &Value::Null).json();
        let members = page["members"].as_array().cloned().unwrap_or_default();
        members.iter().filter_map(|m| m["agent"]["id"].as_str().map(str::to_owned)).collect()
    };
    // Lowered to one who is given nothing, she is planned for nothing; and so when she is gone.
    let account = |capacity: u32| {
        let account = json!({
            "name": "Ann", "email": "ann@shop.example", "role": "agent", "capacity": capacity,
            "groups": ["support"], "languages": ["en"],
        });
        assert_eq!(planner.site.operator("PUT", "/agents/ann", &account.to_string()).status, 204);
    };
    account(0);
    becomes(Some((hour + 1) % 24));
    account(2);
    becomes(Some(hour));
    assert_eq!(members(), ["ann", "sora"]);
    assert_eq!(planner.site.operator("DELETE", "/agents/ann", "").status, 204);
    becomes(Some((hour + 1) % 24));
    assert_eq!(members(), ["sora"]);
    let page = planner.ask(&planner.cookie, "GET", "roster", &Value::Null).json();
    assert!(page["faults"].to_string().contains("ann"), "her plan is named as nobody's: {page}");
    assert_eq!(planner.site.operator("DELETE", "/agents/sora", "").status, 204);
    becomes(None);
}

#[test]
fn r_139_a_roster_is_pictured_without_being_saved() {
    let planner = Planner::new();
    let roster = json!({ "agents": { "sora": plan("09:00", "17:00") } });
    let day = now() / 86_400_000 * 86_400_000;
    let body = json!({ "roster": roster, "from": day, "to": day + 86_400_000 });
    let picture = planner.ask(&planner.cookie, "POST", "roster/preview", &body).json();
    let nine = day + 9 * 3_600_000;
    assert_eq!(picture["agents"]["sora"], json!([{ "start": nine, "end": nine + 8 * 3_600_000 }]));
    assert_eq!(picture["people"][0], json!({ "start": day, "end": nine, "people": 0 }));
    let body = json!({ "roster": roster, "from": day, "to": day + 16 * 86_400_000 });
    assert_eq!(planner.ask(&planner.cookie, "POST", "roster/preview", &body).status, 400);
    assert_eq!(planner.ask(&planner.cookie, "GET", "roster", &Value::Null).json()["edition"], 0);
}
