//! `cargo xtask test`: everything that must hold, ending with one line `N passed, N failed`.

mod chromium;
mod count;

use std::env;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Result, bail};

use crate::args::Args;
use crate::build::{self, Part, Profile};
use crate::check;
use crate::command;
use crate::deploy::{sizes, wrangler};
use crate::paths;
use crate::progress::{self, heading, seconds};
use crate::sim;
use crate::tools;
pub(crate) use count::Count;

/// Crates that are built for the browser or the Worker: linted for their own target too.
const WASM: [&str; 4] = ["shared", "edge", "widget", "console"];

/// The steps, in their order; each can be named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Fmt,
    Clippy,
    Check,
    Unit,
    Sim,
    Build,
    Deploy,
    Edge,
    Browser,
}

const STEPS: [(Step, &str, &str); 9] = [
    (Step::Fmt, "fmt", "formatting"),
    (Step::Clippy, "clippy", "lints"),
    (Step::Check, "check", "invariants of the repository"),
    (Step::Unit, "unit", "unit and property tests"),
    (Step::Sim, "sim", "2,000 seeds of the simulation"),
    (Step::Build, "build", "release build"),
    (Step::Deploy, "deploy", "sizes and wrangler's dry run"),
    (Step::Edge, "edge", "edge tests in real workerd"),
    (Step::Browser, "browser", "browser tests in real Chromium"),
];

pub(crate) fn command(args: &mut Args) -> Result<ExitCode> {
    let names = args.rest_words();
    args.finish()?;
    if let Some(unknown) = names.iter().find(|name| !STEPS.iter().any(|(_, n, _)| n == name)) {
        let known: Vec<&str> = STEPS.iter().map(|(_, name, _)| *name).collect();
        bail!("there is no step `{unknown}`; there are {}", known.join(", "));
    }
    let mut wanted: Vec<Step> = STEPS
        .iter()
        .filter(|(_, n, _)| names.is_empty() || names.iter().any(|w| w == n))
        .map(|s| s.0)
        .collect();
    // What runs the build needs the build.
    let runs_it = |step: &Step| matches!(step, Step::Deploy | Step::Edge | Step::Browser);
    if wanted.iter().any(runs_it) && !wanted.contains(&Step::Build) {
        wanted.insert(0, Step::Build);
    }

    let start = Instant::now();
    let mut total = Count::default();
    let mut built = true;
    for (step, name, what) in STEPS {
        if !wanted.contains(&step) {
            continue;
        }
        heading(format_args!("{name}: {what}"));
        let began = Instant::now();
        let count = if runs_it(&step) && !built {
            Err(anyhow::anyhow!("not run, as the build failed"))
        } else {
            step.run()
        };
        let count = count.unwrap_or_else(|error| counted::<()>(Err(error)));
        built &= step != Step::Build || count.failed == 0;
        let verdict = if count.failed == 0 { "ok" } else { "FAILED" };
        println!("{name}: {verdict}, {count}, {}\n", seconds(began.elapsed()));
        total += count;
    }
    println!("All steps together took {}.", seconds(start.elapsed()));
    println!("{total}");
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Step {
    fn run(self) -> Result<Count> {
        match self {
            Self::Fmt => once(cargo(&["fmt", "--all", "--", "--check"])),
            Self::Clippy => clippy(),
            Self::Check => Ok(check::run()),
            Self::Unit => count::cargo_test(&["--workspace", "--exclude", "tests"], &[]),
            Self::Sim => sim::check(),
            Self::Build => {
                let tools = tools::install()?;
                build::run(&tools, Profile::Release, &Part::ALL)?;
                Ok(Count::success())
            }
            Self::Deploy => {
                let dry_run = || {
                    let wrangler = wrangler::install()?;
                    progress::step("wrangler deploy --dry-run", || wrangler.dry_run())
                };
                Ok(counted(sizes::check()) + counted(dry_run()))
            }
            Self::Edge => count::cargo_test(&["--package", "tests"], &[("EDGEDESK_XTASK", this_program()?)]),
            Self::Browser => browser(),
        }
    }
}

/// wasm first: most code is built for it, and so most mistakes show there.
fn clippy() -> Result<Count> {
    tools::install_target()?;
    let mut count = Count::default();
    let packages: Vec<&str> = WASM.iter().flat_map(|name| ["--package", name]).collect();
    let wasm = [&["clippy", "--target", "wasm32-unknown-unknown"], &packages[..], &["--", "-D", "warnings"]]
        .concat();
    for (name, args) in [
        ("for wasm", &wasm[..]),
        ("for this machine", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    ] {
        count += counted(progress::step(format_args!("clippy {name}"), || command::run(&mut cargo(args))));
    }
    Ok(count)
}

fn browser() -> Result<Count> {
    let chromium = chromium::find_or_install()?;
    // The Worker's own JavaScript needs no browser, only a moment.
    let folders = ["tests/browser", "edge/js"].map(|name| paths::root().join(name));
    let mut files: Vec<_> = folders
        .iter()
        .flat_map(std::fs::read_dir)
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    if files.is_empty() {
        bail!("there are no tests in {}", folders[0].display());
    }
    let mut node = Command::new("node");
    node.args(["--test", "--test-concurrency=1"])
        // The readable report for people, the countable one for us.
        .args(["--test-reporter=spec", "--test-reporter-destination=stderr"])
        .args(["--test-reporter=tap", "--test-reporter-destination=stdout"])
        .args(files)
        .current_dir(paths::root())
        .env("EDGEDESK_XTASK", this_program()?)
        .env("EDGEDESK_CHROMIUM", chromium);
    count::node_test(&mut node)
}

/// One success or failure, told when it is one.
fn counted<T>(result: Result<T>) -> Count {
    match result {
        Ok(_) => Count::success(),
        Err(error) => {
            println!("{error:#}");
            Count::failure()
        }
    }
}

fn once(mut command: Command) -> Result<Count> {
    command::run(&mut command).map(|_| Count::success())
}

fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(args).current_dir(paths::root());
    command
}

/// The tests start the server by `$EDGEDESK_XTASK serve --json`.
fn this_program() -> Result<String> {
    Ok(env::current_exe()?.display().to_string())
}
