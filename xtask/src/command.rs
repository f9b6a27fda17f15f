//! Running other programs: their output is kept back and shown when they fail.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::progress;

/// How much of a failed program's output is shown.
const SHOWN_LINES: usize = 200;

/// Runs `command` to its end and returns its standard output; with `--verbose` everything is shown as it comes.
pub(crate) fn run(command: &mut Command) -> Result<String> {
    let line = describe(command);
    command.stdin(Stdio::null());
    if progress::verbose() {
        println!("    $ {line}");
        command.stderr(Stdio::inherit());
    }
    let output = command.output().with_context(|| format!("cannot start `{line}`"))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if progress::verbose() {
        print!("{stdout}");
    }
    if output.status.success() {
        return Ok(stdout);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    bail!("`{line}` ended with {}\n{}", output.status, last_lines(&format!("{stdout}{stderr}")));
}

/// Standard output of a quick question such as `node --version`; `None` when it cannot be asked or fails.
pub(crate) fn ask(program: impl AsRef<std::ffi::OsStr>, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it.
pub(crate) fn describe(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|w| w.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The end of a program's output, without cargo's report of everything that went well.
pub(crate) fn last_lines(text: &str) -> String {
    let noise = ["   Compiling ", "  Downloaded ", "    Checking "];
    let lines: Vec<&str> = text.lines().filter(|line| !noise.iter().any(|n| line.starts_with(n))).collect();
    lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n")
}
