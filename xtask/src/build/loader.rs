//! The loader: the few bytes that every shop page fetches.

use std::fs;
use std::process::Command;

use anyhow::Result;

use super::Profile;
use crate::command::run;
use crate::paths;

/// Bundles `public/loader/loader.ts` into one expression, to which the Worker appends `(` + configuration + `)`.
pub(super) fn build(profile: Profile) -> Result<()> {
    let root = paths::root();
    fs::create_dir_all(profile.dist())?;
    run(Command::new("node")
        .arg(root.join("xtask/js/loader.mjs"))
        .arg(root.join("public/loader/loader.ts"))
        .arg(profile.dist().join(super::LOADER))
        .current_dir(&root))
    .map(drop)
}
