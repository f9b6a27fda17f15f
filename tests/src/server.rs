//! The server under test.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex};

use anyhow::{Context, Result};
use serde::Deserialize;

/// A running edge.
#[derive(Debug)]
pub struct Edge {
    /// Its origin: `http://localhost:41234`.
    pub url: String,
    /// The operator's token.
    pub token: String,
    /// The workerd process, until [`Edge::crash`].
    pub pid: u32,
    process: Mutex<Process>,
}

#[derive(Debug)]
struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

/// What `xtask serve` says once the server answers.
#[derive(Deserialize)]
struct Ready {
    edge: String,
    operator_token: String,
    pid: u32,
}

static SHARED: LazyLock<Edge> = LazyLock::new(|| match Edge::start(&state_dir("shared")) {
    Ok(edge) => edge,
    Err(error) => panic!("the edge does not start: {error:#}"),
});

fn xtask() -> PathBuf {
    std::env::var_os("EDGEDESK_XTASK").map_or_else(|| root().join("target/debug/xtask"), PathBuf::from)
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A fresh state directory below `target`.
#[must_use]
pub fn state_dir(name: &str) -> PathBuf {
    let dir = root().join(format!("target/edge-tests/{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    dir
}

impl Edge {
    /// The server all tests of this process share.
    #[must_use]
    pub fn shared() -> &'static Self {
        &SHARED
    }

    /// Starts a server of one's own with its state in `state`.
    pub fn start(state: &std::path::Path) -> Result<Self> {
        Self::start_with(state, &[])
    }

    /// [`Edge::start`] with further arguments of `xtask serve`.
    pub fn start_with(state: &std::path::Path, args: &[&str]) -> Result<Self> {
        Self::launch(Command::new(xtask()), state, args)
    }

    /// [`Edge::start`] where files that grow past the process's limit fail to be written, instead of ending it.
    pub fn start_on_small_disk(state: &std::path::Path) -> Result<Self> {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(xtask());
        Self::launch(shell, state, &[])
    }

    fn launch(mut command: Command, state: &std::path::Path, args: &[&str]) -> Result<Self> {
        // The quick build that `cargo xtask dev` makes, for a quick look while developing.
        let quick = std::env::var_os("EDGEDESK_WATCH_PROFILE").map(|_| "--watch-profile");
        let mut child = command
            .args(["serve", "--json", "--port", "0", "--shop-port", "0", "--state"])
            .arg(state)
            .args(quick)
            .args(args)
            .current_dir(root())
            // The server ends when this pipe does: with the test process, however that ends.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .with_context(|| format!("{command:?} (run `cargo xtask test edge`)"))?;
        let stdout = child.stdout.take().context("no stdout")?;
        let mut process = Process { child, lines: BufReader::new(stdout).lines() };
        let ready = process.ready()?;
        let Ready { edge, operator_token, pid } = ready;
        Ok(Self { url: edge, token: operator_token, pid, process: Mutex::new(process) })
    }

    /// Kills workerd outright (SIGKILL) and starts it again on the same port and state; returns once it answers.
    pub fn crash(&self) -> Result<()> {
        let mut process = self.process.lock().map_err(|_| anyhow::anyhow!("poisoned"))?;
        process.child.stdin.as_mut().context("no stdin")?.write_all(b"restart\n")?;
        process.ready().map(drop)
    }
}

impl Process {
    fn ready(&mut self) -> Result<Ready> {
        for line in &mut self.lines {
            if let Ok(ready) = serde_json::from_str(&line?) {
                return Ok(ready);
            }
        }
        anyhow::bail!("`xtask serve` ended: {}", self.child.wait()?)
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        if let Ok(process) = self.process.get_mut() {
            drop(process.child.stdin.take());
            let _ = process.child.wait();
        }
    }
}
