//! The Worker: `index_bg.wasm`, which worker-build compiles, and `index.js`, its glue with our `edge/js/entry.js`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::Profile;
use super::widget::FEATURES;
use crate::command::run;
use crate::paths;
use crate::tools::Tools;

pub(super) fn build(tools: &Tools, profile: Profile) -> Result<()> {
    let mut command = compile(tools, &profile.worker());
    match profile {
        Profile::Release => command.arg("--release"),
        Profile::Watch => command.args(["--profile", "watch", "--no-opt"]),
    };
    run(&mut command)?;
    let glue = profile.worker().join("index.js");
    let own = profile.worker().join("entry.js");
    let mut bundle = tools.command(&tools.esbuild);
    bundle.arg(paths::root().join("edge/js/entry.js"));
    bundle.args(["--bundle", "--format=esm", "--minify", "--log-level=warning", "--legal-comments=none"]);
    bundle.args(["--external:cloudflare:*", "--external:./index_bg.wasm"]);
    bundle.arg(format!("--alias:worker-build={}", glue.display()));
    run(bundle.arg(format!("--outfile={}", own.display())))?;
    fs::rename(own, glue)?;
    Ok(())
}

fn compile(tools: &Tools, out: &Path) -> Command {
    let mut command = tools.command(&tools.worker_build);
    command.current_dir(paths::root().join("edge")).arg("--out-dir").arg(out);
    command
}

/// The WebAssembly of a release build with some features of the Worker, without the names of its functions, beside what
/// ships.
pub(crate) fn measured(tools: &Tools, features: &[&str]) -> Result<PathBuf> {
    let out = paths::scratch().join("worker");
    let mut command = compile(tools, &out);
    command.arg("--release");
    if !features.is_empty() {
        command.args([".", "--features", &features.join(",")]);
    }
    run(&mut command)?;
    let (built, bare) = (out.join("index_bg.wasm"), out.join("bare.wasm"));
    let mut strip = tools.command(&tools.wasm_opt);
    strip.args(FEATURES).args(["--strip-debug", "--strip-producers"]).arg(built).arg("-o").arg(&bare);
    run(&mut strip)?;
    Ok(bare)
}
