//! `cargo xtask sim`: the seeded simulation of all machines, and the proof that it finds mistakes.

mod edits;
mod mutants;

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::args::Args;
use crate::paths;
use crate::test::Count;

/// What builds the simulation; the same words build it with a mistake in it.
const BUILD: [&str; 8] =
    ["--quiet", "--profile", "sim", "--package", "shared", "--features", "testing", "--example"];

pub(crate) fn command(args: &mut Args) -> Result<ExitCode> {
    let mutants = args.flag("--mutants");
    let desk = args.flag("--desk");
    let seeds = args.option("--seeds")?;
    let steps = args.option("--steps")?;
    let names = args.rest_words();
    args.finish()?;
    if mutants {
        return mutants::command(seeds.as_deref().unwrap_or("0..2000"), &names);
    }
    if let Some(name) = names.first() {
        bail!("`{name}`: only --mutants takes names");
    }
    if desk {
        return self::desk(seeds.as_deref().unwrap_or("0..10000"));
    }
    let mut simulation = simulation();
    simulation.args(seeds);
    if let Some(steps) = steps {
        simulation.args(["--steps", &steps]);
    }
    let status = simulation.status().context("cannot start cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Seeded days at a desk, which sees into the machine and is therefore built with its tests; a failing seed is named.
fn desk(seeds: &str) -> Result<ExitCode> {
    let sound =
        seeds.split_once("..").is_some_and(|(a, b)| a.parse::<u64>().is_ok() && b.parse::<u64>().is_ok());
    if !sound {
        bail!("--seeds: A..B");
    }
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--quiet", "--profile", "sim", "--package", "shared", "--lib", "desk::simulation"]);
    let status = cargo.env("DESK_SEEDS", seeds).current_dir(paths::root()).status();
    Ok(if status.context("cannot start cargo")?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The default seeds, as one check of `cargo xtask test`.
pub(crate) fn check() -> Result<Count> {
    let output = simulation().output().context("cannot start cargo")?;
    let said = String::from_utf8_lossy(&output.stdout);
    print!("{}{said}", String::from_utf8_lossy(&output.stderr));
    Ok(if output.status.success() { Count::success() } else { Count::failure() })
}

fn simulation() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.arg("run").args(BUILD).args(["sim", "--"]).current_dir(paths::root());
    cargo
}
