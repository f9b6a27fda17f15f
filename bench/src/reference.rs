//! The reference server: `bench/reference` in plain workerd, started as the edge is.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::Process;

/// A running reference; dropping it ends the process.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) url: String,
    child: Child,
}

impl Reference {
    /// Starts it with its databases in `state`.
    pub(crate) fn start(state: &Path) -> Result<Self> {
        let workerd = std::env::var_os("EDGEDESK_WORKERD").map(PathBuf::from);
        let workerd = workerd.context("EDGEDESK_WORKERD is not set: run `cargo xtask bench`")?;
        std::fs::create_dir_all(state)?;
        let mut child = Command::new(&workerd)
            .arg("serve")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("reference/config.capnp"))
            .args(["--control-fd=1", "--socket-addr=http0=127.0.0.1:0"])
            .arg(format!("--directory-path=objects={}", std::fs::canonicalize(state)?.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", workerd.display()))?;
        let stdout = child.stdout.take().context("workerd's output is missing")?;
        for line in BufReader::new(stdout).lines() {
            let event: Value = serde_json::from_str(&line?).unwrap_or_default();
            if let (Some("listen"), Some(port)) = (event["event"].as_str(), event["port"].as_u64()) {
                return Ok(Self { url: format!("http://127.0.0.1:{port}"), child });
            }
        }
        bail!("the reference did not start: {}", child.wait()?)
    }

    pub(crate) fn process(&self) -> Process {
        Process(self.child.id())
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
