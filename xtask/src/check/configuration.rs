//! Facts that stand in two files and must agree.

use anyhow::{Context, Result};
use serde_json::Value;

use super::Repository;
use crate::serve::{COMPATIBILITY_DATE, OBJECTS};
use crate::tools::VERSIONS;

/// edge/wrangler.jsonc against what workerd gets.
pub(super) fn bindings(repository: &Repository) -> Result<Vec<String>> {
    let path = "edge/wrangler.jsonc";
    let text =
        &repository.files.iter().find(|file| file.path == path).context("no edge/wrangler.jsonc")?.text;
    let config: Value = serde_json::from_str(&without_comments(text)).context(path)?;
    let mut found = Vec::new();
    if config["compatibility_date"] != COMPATIBILITY_DATE {
        found.push(format!("{path}: compatibility_date is not {COMPATIBILITY_DATE}"));
    }
    let bindings = config["durable_objects"]["bindings"].as_array().map_or(&[][..], Vec::as_slice);
    let bound: Vec<(&str, &str)> = bindings
        .iter()
        .map(|b| (b["name"].as_str().unwrap_or_default(), b["class_name"].as_str().unwrap_or_default()))
        .collect();
    if bound != OBJECTS {
        found.push(format!("{path}: binds {bound:?}, not {OBJECTS:?}"));
    }
    let migrations = config["migrations"].as_array().map_or(&[][..], Vec::as_slice);
    for (_, class) in OBJECTS {
        let made =
            |m: &Value| m["new_sqlite_classes"].as_array().is_some_and(|c| c.iter().any(|c| c == class));
        if !migrations.iter().any(made) {
            found.push(format!("{path}: no migration makes {class} a class with SQLite"));
        }
    }
    Ok(found)
}

/// JSON without whole-line `//` comments, the only kind our files use.
fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// A command-line tool must match the crate whose output it reads.
pub(super) fn versions(repository: &Repository) -> Result<Vec<String>> {
    let lock = &repository.files.iter().find(|file| file.path == "Cargo.lock").context("no Cargo.lock")?.text;
    let mut found = Vec::new();
    for (krate, tool, version) in VERSIONS {
        if !lock.contains(&format!("name = \"{krate}\"\nversion = \"{version}\"\n")) {
            found.push(format!("Cargo.lock has another {krate} than {tool}, {version}"));
        }
    }
    Ok(found)
}

/// They would tie a clone to somebody's mirror.
pub(super) fn lock_files(repository: &Repository) -> Result<Vec<String>> {
    let files = repository.under("", &["package-lock.json"]);
    Ok(files.flat_map(|file| file.lines_with(&["\"resolved\": \"http"])).collect())
}
