//! The form of webhooks, pinned: `src/hooks/golden/<type>.json` holds examples of every event.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test")]

use serde_json::Value;
use shared::hooks::{Happened, HookEvent};

#[test]
fn r_150_events_have_the_form_of_the_golden_files() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/hooks/golden");
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let examples: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert!(!examples.is_empty(), "{name}");
        for example in examples {
            assert_eq!(example["event"]["type"], *name);
            let event: HookEvent = serde_json::from_value(example.clone()).unwrap();
            assert_eq!(serde_json::to_value(&event).unwrap(), example, "{name}: read and written alike");
        }
        found.push(name);
    }
    found.sort();
    // serde names every type when it refuses one.
    let refusal = serde_json::from_str::<Happened>(r#"{"type":""}"#).unwrap_err().to_string();
    let mut types: Vec<&str> = refusal.split('`').skip(3).step_by(2).collect();
    types.sort_unstable();
    assert_eq!(found, types);
}
