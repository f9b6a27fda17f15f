//! `cargo xtask bench …`: the measured claims, run by the `bench` crate in its quickest build.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::args::Args;
use crate::paths;

/// Hands all words on; files on the command line are relative to where the user stands.
pub(crate) fn command(args: &mut Args) -> Result<ExitCode> {
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--release", "--package", "bench", "--manifest-path"]);
    command.arg(paths::root().join("Cargo.toml")).arg("--").args(args.take_all());
    let status = command.status().context("cannot start cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
