//! The Worker, which worker-build compiles and bundles into `index.js` and `index_bg.wasm`.

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
    run(&mut command).map(drop)
}
