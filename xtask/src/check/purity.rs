//! `shared` decides and performs nothing.

use anyhow::{Context, Result};

use super::Repository;
use crate::command::ask;
use crate::paths;

/// Crates that would make `shared` a browser's or a Worker's, or give it a clock or dice.
const BANNED: [&str; 12] = [
    "worker",
    "web-sys",
    "js-sys",
    "leptos",
    "wasm-bindgen",
    "gloo-net",
    "gloo-timers",
    "tokio",
    "rand",
    "getrandom",
    "chrono",
    "web-time",
];

/// What std offers of the kind.
const WORDS: [&str; 8] = [
    "SystemTime",
    "Instant::",
    "std::time::Instant",
    "std::fs",
    "std::net",
    "std::env",
    "std::thread",
    "RandomState",
];

pub(super) fn dependencies(_: &Repository) -> Result<Vec<String>> {
    let manifest = paths::root().join("Cargo.toml").display().to_string();
    let tree = ask(
        "cargo",
        &[
            "tree",
            "--manifest-path",
            &manifest,
            "--package",
            "shared",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--target",
            "wasm32-unknown-unknown",
        ],
    )
    .context("cargo tree failed")?;
    let names = tree.lines().filter_map(|line| line.split_whitespace().next());
    Ok(names.filter(|name| BANNED.contains(name)).map(|name| format!("shared depends on {name}")).collect())
}

pub(super) fn sources(repository: &Repository) -> Result<Vec<String>> {
    Ok(repository.under("shared/src/", &[".rs"]).flat_map(|file| file.lines_with(&WORDS)).collect())
}
