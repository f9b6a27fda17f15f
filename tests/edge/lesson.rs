//! the index of what is published is learned once; one that is damaged is learned anew.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use shared::faq::Index;
use tests::server::state_dir;
use tests::{Edge, ORIGIN, Site};

use crate::faults::database;

/// The site object's stored index.
fn stored(state: &Path) -> rusqlite::Result<Vec<u8>> {
    let site = database(state, "edgedesk-site");
    let mut parts = site.prepare("SELECT bytes FROM kb_index ORDER BY part")?;
    let parts: rusqlite::Result<Vec<Vec<u8>>> = parts.query_map([], |row| row.get(0))?.collect();
    Ok(parts?.concat())
}

/// The stored index, once `fits` says that it is the one waited for.
fn learned(state: &Path, fits: impl Fn(&Index) -> bool) -> Index {
    let start = Instant::now();
    loop {
        if let Ok(bytes) = stored(state)
            && let Ok(index) = Index::load(&bytes)
            && fits(&index)
        {
            return index;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "nothing was learned");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// The entry that shoppers are suggested first.
fn first(site: &Site, typed: &str) -> Option<String> {
    let typed = typed.replace(' ', "+");
    let reply = site.page("GET", &format!("/suggest?q={typed}&lang=en"), ORIGIN, "").json();
    Some(reply["options"].as_array()?.first()?["entry"].as_str()?.to_owned())
}

fn log(state: &Path) -> String {
    std::fs::read_to_string(state.join("edge.log")).unwrap_or_default()
}

#[test]
fn r_195_what_is_published_is_learned_once_and_a_damaged_index_anew() {
    let state = state_dir("lesson");
    let edge: &'static Edge = Box::leak(Box::new(Edge::start(&state).unwrap()));
    let site = Site::create_on(edge);
    let index = learned(&state, |index| index.len() > 20);
    assert!(index.training().is_none(), "nothing is left to learn");

    // More than is learned at once: shoppers are answered meanwhile, and what comes of it is stored.
    let words = ["alder", "birch", "cedar", "dogwood", "elm", "fir", "ginkgo", "hazel", "ivy", "juniper"];
    let asked = ["sand", "paint", "oil", "wax", "cut", "glue", "store", "dry", "clean", "carve"];
    let mut lines = include_str!("../../data/tidewater/kb.jsonl").trim_end().to_owned();
    for (number, wood) in words.iter().flat_map(|a| words.iter().map(move |b| format!("{a} {b}"))).enumerate()
    {
        let phrasings: Vec<String> = asked
            .iter()
            .flat_map(|verb| [format!("how do I {verb} {wood}"), format!("may one {verb} boards of {wood}")])
            .collect();
        let line = json!({ "id": format!("wood-{number}"), "lang": "en", "questions": phrasings, "answer": "With care." });
        lines.push_str(&format!("\n{line}"));
    }
    assert_eq!(site.operator("PUT", "/kb", &lines).status, 204);
    assert_eq!(first(&site, "how do I sand cedar elm").as_deref(), Some("wood-24"));
    let index = learned(&state, |index| index.len() > 120);
    assert!(index.training().is_none(), "nothing is left to learn");

    // Whoever comes new loads it.
    edge.crash().unwrap();
    assert_eq!(first(&site, "how do I sand cedar elm").as_deref(), Some("wood-24"));
    assert!(!log(&state).contains("\"event\":\"index\""), "{}", log(&state));

    // Damaged, it is not trusted but learned again.
    let broken = "UPDATE kb_index SET bytes = zeroblob(length(bytes))";
    assert!(database(&state, "edgedesk-site").execute(broken, []).unwrap() > 0);
    edge.crash().unwrap();
    assert_eq!(first(&site, "how do I sand cedar elm").as_deref(), Some("wood-24"));
    assert!(log(&state).contains("\"event\":\"index\""), "{}", log(&state));
    let again = learned(&state, |_| true);
    assert_eq!(again.entries(), index.entries());
}
