//! The widget: wasm and its glue under names that change with their contents.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::json;

use super::{Profile, assets};
use crate::command::run;
use crate::fingerprint;
use crate::paths;
use crate::tools::Tools;

/// What rustc emits by default for wasm32-unknown-unknown: wasm-opt must know, and must emit nothing newer.
pub(crate) const FEATURES: [&str; 6] = [
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-reference-types",
];

pub(super) fn build(tools: &Tools, profile: Profile) -> Result<()> {
    let cargo_profile = match profile {
        Profile::Release => "widget",
        Profile::Watch => "watch",
    };
    run(Command::new("cargo")
        .args([
            "build",
            "--package",
            "widget",
            "--target",
            "wasm32-unknown-unknown",
            "--profile",
            cargo_profile,
        ])
        .current_dir(paths::root()))?;

    let out = paths::scratch().join(format!("widget-{}", profile.name()));
    assets::fresh_folder(&out)?;
    let built = paths::cargo_target().join("wasm32-unknown-unknown").join(cargo_profile).join("widget.wasm");
    run(tools
        .command(&tools.wasm_bindgen)
        .arg(built)
        .args(["--target", "web", "--no-typescript", "--out-name", "widget", "--out-dir"])
        .arg(&out))?;

    let wasm = out.join("widget_bg.wasm");
    if profile == Profile::Release {
        let smaller = out.join("widget_opt.wasm");
        run(tools
            .command(&tools.wasm_opt)
            .args(["-Oz", "--converge", "--low-memory-unused", "--zero-filled-memory"])
            .args(["--reorder-functions-by-name", "--strip-debug", "--strip-producers"])
            .args(FEATURES)
            .arg(&wasm)
            .arg("-o")
            .arg(&smaller))?;
        fs::rename(&smaller, &wasm)?;
    }
    run(tools
        .command(&tools.esbuild)
        .arg(out.join("widget.js"))
        .args(["--bundle", "--format=esm", "--minify", "--log-level=warning", "--legal-comments=none"])
        .arg(format!("--outfile={}", out.join("widget.min.js").display())))?;
    publish(profile, &fs::read_to_string(out.join("widget.min.js"))?, &fs::read(&wasm)?)
}

/// Moves the files under hashed names into the asset directory and removes those of the build before.
fn publish(profile: Profile, glue: &str, wasm: &[u8]) -> Result<()> {
    let folder = profile.dist().join("assets");
    let before: Vec<_> = fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("widget-")))
        .collect();
    let hash = fingerprint::of_bytes(&[glue.as_bytes(), wasm]);
    let (js_name, wasm_name) = (format!("widget-{hash}.js"), format!("widget-{hash}_bg.wasm"));
    let glue = glue.replace("widget_bg.wasm", &wasm_name);
    assets::write(&folder.join(&js_name), glue.as_bytes())?;
    assets::write(&folder.join(&wasm_name), wasm)?;
    assets::compress(&folder, profile)?;
    // The manifest, by which the Worker finds the files, changes last.
    let manifest = json!({
        "loader": super::LOADER,
        "widget_js": format!("/assets/{js_name}"),
        "widget_wasm": format!("/assets/{wasm_name}"),
    });
    assets::write(&profile.dist().join(super::MANIFEST), format!("{manifest}\n").as_bytes())?;
    for old in before.iter().filter(|old| !is_current(old, &hash)) {
        fs::remove_file(old).with_context(|| format!("cannot remove {}", old.display()))?;
    }
    Ok(())
}

fn is_current(path: &Path, hash: &str) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().contains(hash))
}
