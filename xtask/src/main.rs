//! The commands of this repository. `cargo xtask help` lists them.

mod args;
mod build;
mod command;
mod fingerprint;
mod paths;
mod progress;
mod tools;

use std::process::ExitCode;

use anyhow::Result;

use crate::args::Args;
use crate::build::Profile;

const HELP: &str = "\
cargo xtask <command>

  tools      install what building needs: wasm target, wasm-bindgen, worker-build, trunk, npm packages
  build      build widget, loader, console and edge into target/dist and target/worker
               [widget|loader|console|edge]… only these; --watch-profile quick and unoptimised

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
        Some("help" | "--help" | "-h") | None => print!("{HELP}"),
        Some(other) => anyhow::bail!("there is no command `{other}`\n\n{HELP}"),
    }
    Ok(ExitCode::SUCCESS)
}
