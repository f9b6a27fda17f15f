//! Seeding the demo shop through the operator API, as a shop's owner would.

use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::Workerd;
use crate::fingerprint::{self, Stamp};
use crate::paths;

/// The demo shop's site key.
pub(crate) const SITE: &str = "tidewater";
/// The folder of its settings, accounts and knowledge base.
pub(crate) const SEED_SOURCES: &str = "data/tidewater";

/// `plans`: with the shop's roster, routing and skill groups, which send shoppers elsewhere by the time of day.
pub(super) fn seed(edge: &Workerd, shop_port: u16, plans: bool) -> Result<()> {
    let origins = ["localhost", "127.0.0.1"].map(|host| format!("http://{host}:{shop_port}"));
    let stamp = Stamp::new(
        edge.state().join("seeded"),
        fingerprint::of(&[SEED_SOURCES], &[&origins[0], &origins[1], if plans { "plans" } else { "" }])?,
    );
    if stamp.is_fresh() {
        return Ok(());
    }
    stamp.clear();
    let mut settings: Value = serde_json::from_str(&read("site.json")?).context("site.json")?;
    let known = settings["origins"].as_array_mut().context("site.json: origins must be a list")?;
    for origin in &origins {
        if !known.iter().any(|o| o == origin) {
            known.push(Value::from(origin.as_str()));
        }
    }
    let mut planned: Value = serde_json::from_str(&read("plans.json")?).context("plans.json")?;
    if plans {
        settings["routing"] = planned["routing"].take();
    }
    put(edge, "", "application/json", &json!({ "settings": settings }).to_string())?;
    put(edge, "/kb", "application/x-ndjson", &read("kb.jsonl")?)?;
    let agents: Vec<Value> = serde_json::from_str(&read("agents.json")?).context("agents.json")?;
    for mut agent in agents {
        let id = agent.as_object_mut().and_then(|a| a.remove("id"));
        let id = id.as_ref().and_then(Value::as_str).context("agents.json: an agent has no id")?.to_owned();
        if plans {
            agent["groups"] = planned["groups"][&id].take();
        }
        put(edge, &format!("/agents/{id}"), "application/json", &agent.to_string())?;
    }
    if plans {
        put(edge, "/roster", "application/json", &planned["roster"].to_string())?;
    }
    stamp.write()
}

/// E-mail addresses and roles of the demo accounts.
pub(crate) fn sign_ins() -> Result<Vec<(String, String)>> {
    let agents: Vec<Value> = serde_json::from_str(&read("agents.json")?).context("agents.json")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(agents.iter().map(|agent| (text(&agent["email"]), text(&agent["role"]))).collect())
}

fn read(name: &str) -> Result<String> {
    let path = paths::root().join(SEED_SOURCES).join(name);
    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

fn put(edge: &Workerd, path: &str, content_type: &str, body: &str) -> Result<()> {
    let url = format!("{}/v1/operator/sites/{SITE}{path}", edge.url());
    let mut response = ureq::put(&url)
        .config()
        .http_status_as_error(false)
        .build()
        .header("authorization", format!("Bearer {}", edge.token()))
        .content_type(content_type)
        .send(body)
        .with_context(|| format!("PUT {url}"))?;
    if !response.status().is_success() {
        let answer = response.body_mut().read_to_string().unwrap_or_default();
        bail!("PUT {url}: {} {answer}", response.status());
    }
    Ok(())
}
