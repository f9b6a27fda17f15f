//! `cargo xtask train`: learns what the FAQ engine ships with from its sources. Seconds, and the same bytes every time.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::args::Args;
use crate::paths;

pub(crate) fn command(args: &mut Args) -> Result<ExitCode> {
    args.finish()?;
    // Each is made with the ones before it.
    for what in ["characters", "lexicons", "bank"] {
        let mut cargo = Command::new("cargo");
        cargo.args(["run", "--quiet", "--profile", "sim", "--package", "shared", "--example", "train", what]);
        let status = cargo.current_dir(paths::root()).status().context("cannot start cargo")?;
        if !status.success() {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}
