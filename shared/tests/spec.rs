//! SPEC.md says what the code says: rules that tests cite exist, and the tables have every code and close code.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test")]

use std::collections::BTreeSet;
use std::path::Path;

use shared::protocol::{ErrorCode, close};

fn spec() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../SPEC.md")).unwrap()
}

/// The numbers that follow `mark` in `text`, of two or three digits.
fn numbers(text: &str, mark: &str) -> BTreeSet<u16> {
    let digits = |(at, _): (usize, &str)| {
        let rest = &text[at + mark.len()..];
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        (2..=3).contains(&end).then(|| rest[..end].parse().unwrap())
    };
    text.match_indices(mark).filter_map(digits).collect()
}

fn sources(folder: &Path, found: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "mjs") {
            found.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn rules_that_are_cited_exist_and_are_tested() {
    let rules = numbers(&spec(), "**R-");
    let mut code = String::new();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The machines' own tests, and those of the real build: sockets, HTTP, what is seen in a browser.
    ["src", "tests", "../tests/edge", "../tests/browser"]
        .iter()
        .for_each(|folder| sources(&here.join(folder), &mut code));
    let mut cited = numbers(&code, "R-");
    for mark in ["fn r_", "\"r_", "`r_"] {
        cited.extend(numbers(&code, mark));
    }
    let unknown: Vec<_> = cited.difference(&rules).collect();
    assert!(unknown.is_empty(), "no such rules: {unknown:?}");
    let untested: Vec<_> = rules.difference(&cited).collect();
    assert!(untested.is_empty(), "no test names rules {untested:?}");
}

#[test]
fn every_code_is_in_the_tables() {
    let spec = spec();
    for code in ErrorCode::ALL {
        let name = serde_json::to_string(code).unwrap().replace('"', "");
        let row = format!("| `{name}` | {} |", code.status());
        assert!(spec.contains(&row), "{row}");
    }
    for code in [
        close::UNAUTHENTICATED,
        close::NOT_FOUND,
        close::RATE_LIMITED,
        close::RESYNC,
        close::TOO_LARGE,
        close::INTERNAL,
    ] {
        assert!(spec.contains(&format!("| {code} |")), "{code}");
    }
}
