//! Benchmarks as WebAssembly under Node: built as the Worker's release build is.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::args::Args;
use crate::build::edge::measured;
use crate::build::widget::FEATURES;
use crate::command::run as check;
use crate::deploy::sizes::{kilobytes, measure};
use crate::progress::{heading, step};
use crate::tools::Tools;
use crate::{paths, tools};

/// How long the desk machine takes over its events.
pub(super) fn desk(args: &mut Args) -> Result<ExitCode> {
    let mut number = |name: &str, usual: u32| -> Result<u32> {
        let given = args.option(name)?;
        given.map_or(Ok(usual), |text| text.parse().with_context(|| format!("{name} needs a number")))
    };
    let size = json!({
        "waiting": number("--waiting", 1_000)?,
        "agents": number("--agents", 200)?,
        "events": number("--events", 4_000)?,
    });
    args.finish()?;
    code(run(&json!({ "desk": size }))?)
}

/// How long one estimate takes.
pub(super) fn estimate() -> Result<ExitCode> {
    code(run(&json!({ "estimate": true }))?)
}

fn code(ran: bool) -> Result<ExitCode> {
    Ok(if ran { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds and runs what these options ask for; whether it went well.
pub(super) fn run(options: &Value) -> Result<bool> {
    let tools = tools::install()?;
    let glue = step("build the engine", || build(&tools))?;
    let status = Command::new("node")
        .arg(paths::root().join("bench/engine/run.cjs"))
        .arg(glue)
        .arg(options.to_string())
        .status()
        .context("cannot start node")?;
    Ok(status.success())
}

/// What the FAQ engine knows beforehand, and what else it reads.
const DATA: [&str; 8] = [
    "faq/bank.bin",
    "faq/lexicon.bin",
    "faq/common.bin",
    "faq/smalltalk.bin",
    "faq/leaning.bin",
    "faq/mood.bin",
    "text/han.bin",
    "text/latin.bin",
];

/// Prints by how much the FAQ engine makes the Worker larger: the difference of two of its release builds, as it ships
/// and with an engine that knows nothing.
pub(super) fn size() -> Result<ExitCode> {
    let tools = tools::install()?;
    let gzip = |path: PathBuf| measure("gzip", &[&path]);
    let size = |features: &[&str]| gzip(measured(&tools, features)?);
    let with = step("build the Worker", || size(&[]))?;
    let without = step("build it without the engine", || size(&["hollow"]))?;
    let engine = with.saturating_sub(without);
    let mut known = 0;
    for name in DATA {
        let bytes = gzip(paths::root().join("shared/src").join(name))?;
        heading(format_args!("  {name:<20} {} gzip", kilobytes(bytes)));
        known += bytes;
    }
    heading(format_args!("  {:<20} {} gzip", "code", kilobytes(engine.saturating_sub(known))));
    heading(format_args!(
        "engine gzip {} (the Worker's module {}, {} without it)",
        kilobytes(engine),
        kilobytes(with),
        kilobytes(without)
    ));
    Ok(ExitCode::SUCCESS)
}

/// The JavaScript that loads the built engine.
fn build(tools: &Tools) -> Result<PathBuf> {
    let words =
        ["build", "--quiet", "--release", "--package", "bench-engine", "--target", "wasm32-unknown-unknown"];
    check(Command::new("cargo").args(words).current_dir(paths::root()))?;
    let built = paths::cargo_target().join("wasm32-unknown-unknown/release/bench_engine.wasm");
    let out = paths::scratch().join("bench-engine");
    check(
        tools
            .command(&tools.wasm_bindgen)
            .arg(built)
            .args(["--target", "nodejs", "--no-typescript", "--out-name", "engine", "--out-dir"])
            .arg(&out),
    )?;
    // As worker-build does it.
    let wasm = out.join("engine_bg.wasm");
    check(tools.command(&tools.wasm_opt).arg("-O").args(FEATURES).arg(&wasm).arg("-o").arg(&wasm))?;
    Ok(out.join("engine.js"))
}
