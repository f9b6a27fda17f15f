//! The console, which trunk builds by Trunk.toml.

use anyhow::Result;

use super::{Profile, assets};
use crate::command::run;
use crate::tools::Tools;

pub(super) fn build(tools: &Tools, profile: Profile) -> Result<()> {
    let cargo_profile = match profile {
        Profile::Release => "console",
        Profile::Watch => "watch",
    };
    let dist = profile.dist().join("console");
    run(tools
        .command(&tools.trunk)
        .args(["build", "--offline", "--skip-version-check", "--color", "never"])
        .args(["--cargo-profile", cargo_profile])
        .arg("--dist")
        .arg(&dist)
        .env("TRUNK_BUILD_MINIFY", if profile == Profile::Release { "true" } else { "false" })
        // trunk reads this variable as a flag of its own and understands only true or false.
        .env_remove("NO_COLOR"))?;
    assets::compress(&dist, profile)
}
