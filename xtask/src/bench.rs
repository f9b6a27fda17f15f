//! `cargo xtask bench …`: the measured claims, run by the `bench` crate in its quickest build.

mod engine;
mod faq;

use std::env;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::args::Args;
use crate::build::{self, Part, Profile};
use crate::{paths, tools};

/// Measurements that run against a server; the others run natively.
const AGAINST_A_SERVER: [&str; 2] = ["fanout", "load"];

/// What a server needs to answer; nobody looks at a console meanwhile.
const SERVED: [Part; 3] = [Part::Widget, Part::Loader, Part::Edge];

/// Hands all words on; files on the command line are relative to where the user stands.
pub(crate) fn command(args: &mut Args) -> Result<ExitCode> {
    let words = args.take_all();
    // What is for fitting and profiling runs natively.
    let native = words.iter().any(|word| ["--native", "--evidence"].contains(&word.as_str()));
    if words.first().is_some_and(|name| name == "faq") && !native {
        return faq::command(args.replaced(words[1..].to_vec()));
    }
    if words.first().is_some_and(|name| name == "desk") && !native {
        return engine::desk(args.replaced(words[1..].to_vec()));
    }
    if words.iter().any(|word| word == "--estimate-speed") && !native {
        return engine::estimate();
    }
    let mut command = Command::new("cargo");
    command.args(["run", "--quiet", "--release", "--package", "bench", "--manifest-path"]);
    command.arg(paths::root().join("Cargo.toml"));
    // Its models take long to build; who wants it asks for it.
    if words.iter().any(|word| word == "--lingua") {
        command.args(["--features", "lingua"]);
    }
    command.arg("--").args(&words);
    if words.first().is_some_and(|name| AGAINST_A_SERVER.contains(&name.as_str())) {
        let tools = tools::install()?;
        build::run(&tools, Profile::Release, &SERVED)?;
        command.env("EDGEDESK_XTASK", env::current_exe()?).env("EDGEDESK_WORKERD", &tools.workerd);
    }
    let status = command.status().context("cannot start cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
