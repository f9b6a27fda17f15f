//! npm packages, as pinned by package.json and its lock file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::prerequisites::npm_program;
use crate::command::run;
use crate::fingerprint::Stamp;
use crate::paths;
use crate::progress::{skipped, step};

/// `npm ci` in `folder`, when its lock file changed since the last successful one.
pub(crate) fn install(folder: &Path, name: &str) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("cannot read {}/package-lock.json", folder.display()))?;
    // The stamp lives inside node_modules: whoever deletes the one deletes the other.
    let stamp = Stamp::new(
        folder.join("node_modules/.edgedesk-installed"),
        crate::fingerprint::of_bytes(&[&lock, std::env::consts::OS.as_bytes()]),
    );
    if stamp.is_fresh() {
        skipped(name, "there");
        return Ok(());
    }
    stamp.clear();
    step(format_args!("install {name}"), || {
        let npm = npm_program().context("npm is missing")?;
        run(Command::new(npm).args(["ci", "--no-audit", "--no-fund"]).current_dir(folder))
    })?;
    stamp.write()
}

/// The platform's own binary out of `scope`, which needs no install script; else what the package's script made.
pub(crate) fn binary(modules: &Path, scope: &str, name: &str) -> PathBuf {
    let exe = paths::exe(name);
    let platforms = fs::read_dir(modules.join(scope)).into_iter().flatten().flatten();
    platforms
        .flat_map(|entry| [entry.path().join("bin").join(&exe), entry.path().join(&exe)])
        .find(|path| path.is_file())
        .unwrap_or_else(|| modules.join(name).join("bin").join(&exe))
}

/// A script that a package offers on the command line.
pub(crate) fn script(modules: &Path, name: &str) -> PathBuf {
    let name = if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() };
    modules.join(".bin").join(name)
}
