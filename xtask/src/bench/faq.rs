//! `cargo xtask bench faq`: the engine as it ships, in WebAssembly under Node.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::engine;
use crate::args::Args;
use crate::command::run;
use crate::progress::step;
use crate::{paths, tools};

/// Builds the engine as the Worker's build does, and runs it over a data set or a generated shop.
pub(super) fn command(args: &mut Args) -> Result<ExitCode> {
    if args.flag("--size") {
        args.finish()?;
        return engine::size();
    }
    let data = args.option("--data")?;
    let synthetic = args.option("--synthetic")?;
    let out = args.option("--out")?.context("--out is missing")?;
    let lang = args.option("--kb-lang")?;
    let peers = args.flag("--peers");
    args.finish()?;
    let phrasings =
        synthetic.map(|count| count.parse::<u32>().context("--synthetic needs a number")).transpose()?;
    if data.is_none() && phrasings.is_none() {
        bail!("--data is missing");
    }
    let options = json!({ "data": data, "out": out, "kbLang": lang, "synthetic": phrasings });
    let ran = engine::run(&options)?;
    if let (true, true, Some(data)) = (peers, ran, data) {
        compare(&data, &out, lang.as_deref())?;
    }
    Ok(if ran { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs search libraries over the same data set, and prints how all of them did. They run as they are used: the crates
/// natively, MiniSearch under Node.
fn compare(data: &str, out: &str, lang: Option<&str>) -> Result<()> {
    let folder = paths::root().join("bench/peers");
    tools::npm::install(&folder, "npm packages of the peers")?;
    step("run the crates", || {
        let mut cargo = Command::new("cargo");
        cargo.args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "bench",
            "--features",
            "peers",
            "--manifest-path",
        ]);
        cargo.arg(paths::root().join("Cargo.toml"));
        cargo.args(["--", "faq-peers", "--data", data, "--out", out]);
        cargo.args(lang.iter().flat_map(|lang| ["--kb-lang", lang]));
        run(&mut cargo)
    })?;
    let file = |suffix: &str| format!("{out}.{suffix}");
    let predictions = json!([
        ["Edgedesk (WebAssembly)", out],
        ["SQLite FTS5", file("fts5")],
        ["SQLite FTS5, trigrams", file("fts5-trigram")],
        ["bm25 crate", file("bm25")],
    ]);
    let options = json!({ "data": data, "kbLang": lang, "predictions": predictions });
    let status = Command::new("node").arg(folder.join("run.cjs")).arg(options.to_string()).status();
    anyhow::ensure!(status.context("cannot start node")?.success(), "the comparison failed");
    Ok(())
}
