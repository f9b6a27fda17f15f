//! The commands of this repository. `cargo xtask help` lists them.

mod args;
mod bench;
mod build;
mod check;
mod command;
mod deploy;
mod dev;
mod fingerprint;
mod paths;
mod progress;
mod serve;
mod sim;
mod test;
mod tools;
mod train;

use std::process::ExitCode;

use anyhow::Result;

use crate::args::Args;
use crate::build::Profile;

const HELP: &str = "\
cargo xtask <command>

  dev        install what is missing, build, serve the demo shop and its console, rebuild what changes
               [--reset] clear all state  [--port N] [--shop-port N] [--no-watch] [--release]
               [--allow-webhook URL] as for serve
  test       install what is missing and run everything; ends with `N passed, N failed`
               [fmt|clippy|check|unit|sim|build|deploy|edge|browser]… only these steps
  sim        the seeded simulation of all machines: [--seeds A..B] [--steps N]
               --desk  seeded days at a desk alone (0..10000): fairness, nobody idle, nobody starving
               --mutants [words]…  plants mistakes (those whose names have a word) and shows that each is found
  bench      measure; bench/README.md tells the flags
               fanout  message round trips next to a minimal Durable Object
               load    thousands connected, a steady rate, nothing lost
               faq     the FAQ engine over a data set: --data DIR --out FILE [--kb-lang xx]
                       [--peers] beside search libraries  [--synthetic N] a generated shop instead, for speed
               desk    the desk machine's events: [--waiting N] [--agents N] [--events N]
               queue   the wait estimates: [--seeds A..B] [--scenario NAME] [--estimate-speed]
               language, mood  what short texts tell: --data FILE
  train      pack what the FAQ engine ships with, and learn its bank of intents, from the sources; commit what it writes
  check      only the invariants of the repository
  tools      install what building needs: wasm target, wasm-bindgen, worker-build, trunk, npm packages
  build      build widget, loader, console and edge into target/dist and target/worker
               [widget|loader|console|edge]… only these; --watch-profile quick and unoptimised
  deploy     build and deploy to your Cloudflare account; [--dry-run] checks sizes and configuration offline
  serve      serve what is built, without building
               [--seed] with the demo shop, [--plans] its roster and routing too  [--port N] [--shop-port N] [--state DIR] [--watch-profile]
               [--frames-per-second N] how fast one socket may send frames
               [--allow-webhook URL] lets webhooks reach this address although it is private
               [--assist URL] [--assist-model M] [--assist-embedding-model M] [--assist-requests N] a language model
               (its key: the environment variable ASSIST_KEY) [--workers-ai URL] what stands behind Workers AI
               [--json] for programs: prints one line of JSON, reads `restart` lines, ends with its input

  --verbose  show the output of every tool
";

fn main() -> ExitCode {
    let mut args = Args::from_env();
    progress::set_verbose(args.flag("--verbose"));
    match run(&mut args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &mut Args) -> Result<ExitCode> {
    match args.next_word().as_deref() {
        Some("tools") => {
            args.finish()?;
            tools::install()?;
        }
        Some("build") => {
            let profile = if args.flag("--watch-profile") { Profile::Watch } else { Profile::Release };
            let parts = build::Part::from_words(&args.rest_words())?;
            args.finish()?;
            let tools = tools::install()?;
            build::run(&tools, profile, &parts)?;
        }
        Some("dev") => dev::command(args)?,
        Some("test") => return test::command(args),
        Some("sim") => return sim::command(args),
        Some("train") => return train::command(args),
        Some("bench") => return bench::command(args),
        Some("check") => {
            args.finish()?;
            let count = check::run();
            return Ok(if count.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Some("deploy") => deploy::command(args)?,
        Some("serve") => serve::command(args)?,
        Some("help" | "--help" | "-h") | None => print!("{HELP}"),
        Some(other) => anyhow::bail!("there is no command `{other}`\n\n{HELP}"),
    }
    Ok(ExitCode::SUCCESS)
}
