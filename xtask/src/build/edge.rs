//! The Worker: `index_bg.wasm`, which worker-build compiles, and `index.js`, its glue with our `edge/js/entry.js`.

use std::fs;

use anyhow::Result;

use super::Profile;
use crate::command::run;
use crate::paths;
use crate::tools::Tools;

pub(super) fn build(tools: &Tools, profile: Profile) -> Result<()> {
    let mut command = tools.command(&tools.worker_build);
    command.current_dir(paths::root().join("edge")).arg("--out-dir").arg(profile.worker());
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
