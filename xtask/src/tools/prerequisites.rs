//! What these commands cannot install themselves: named with the command that does.

use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{ask, run};
use crate::paths;
use crate::progress::{skipped, step};

const TARGET: &str = "wasm32-unknown-unknown";
const OLDEST_NODE: u32 = 18;

/// Fails with the list of everything that is missing.
pub(crate) fn check() -> Result<()> {
    let mut missing = Vec::new();
    if ask("cargo", &["--version"]).is_none() {
        missing.push("cargo (Rust), see https://rustup.rs: curl -sSf https://sh.rustup.rs | sh".to_owned());
    }
    match node_version("node") {
        Some((major, _)) if major >= OLDEST_NODE => {}
        Some((major, minor)) => {
            missing.push(format!("Node.js {OLDEST_NODE} or newer (found {major}.{minor}): {}", node_help()));
        }
        None => missing.push(format!("Node.js {OLDEST_NODE} or newer: {}", node_help())),
    }
    if npm_program().is_none() {
        missing.push(format!("npm: {}", node_help()));
    }
    let compilers = ["cc", "gcc", "clang", "cl"];
    if !cfg!(windows) && !compilers.iter().any(|c| ask(c, &["--version"]).is_some()) {
        missing.push(format!("a C compiler: {}", compiler_help()));
    }
    if missing.is_empty() {
        return Ok(());
    }
    bail!("please install first:\n  - {}", missing.join("\n  - "));
}

fn node_help() -> &'static str {
    if cfg!(target_os = "macos") {
        "brew install node"
    } else if cfg!(windows) {
        "winget install OpenJS.NodeJS.LTS"
    } else {
        "sudo apt-get install nodejs npm (or https://nodejs.org)"
    }
}

fn compiler_help() -> &'static str {
    if cfg!(target_os = "macos") { "xcode-select --install" } else { "sudo apt-get install build-essential" }
}

/// Major and minor version of a Node.js program.
pub(crate) fn node_version(program: impl AsRef<std::ffi::OsStr>) -> Option<(u32, u32)> {
    let text = ask(program, &["--version"])?;
    let mut numbers = text.trim_start_matches('v').split('.').map(|n| n.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// npm is a script, which Windows starts only under its full name.
pub(crate) fn npm_program() -> Option<&'static str> {
    ["npm", "npm.cmd"].into_iter().find(|name| ask(name, &["--version"]).is_some())
}

/// Adds the wasm target to the pinned toolchain; asking rustup each time would be slower than looking.
pub(crate) fn wasm_target() -> Result<()> {
    let sysroot = ask("rustc", &["--print", "sysroot"]).unwrap_or_default();
    if std::path::Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib").is_dir() {
        skipped(format_args!("{TARGET} target"), "there");
        return Ok(());
    }
    if ask("rustup", &["--version"]).is_none() {
        bail!(
            "the Rust at {sysroot} lacks the {TARGET} target and there is no rustup to add it:\n  \
             install rustup from https://rustup.rs, or your distribution's package of that target"
        );
    }
    step(format_args!("add {TARGET} target"), || {
        run(Command::new("rustup")
            .args(["target", "add", TARGET, "--toolchain", &pinned_toolchain()?])
            .current_dir(paths::root()))
    })?;
    Ok(())
}

/// The channel that rust-toolchain.toml names.
fn pinned_toolchain() -> Result<String> {
    let text = std::fs::read_to_string(paths::root().join("rust-toolchain.toml"))?;
    let channel = text.lines().find_map(|l| l.strip_prefix("channel = "));
    match channel {
        Some(quoted) => Ok(quoted.trim().trim_matches('"').to_owned()),
        None => bail!("rust-toolchain.toml names no channel"),
    }
}
