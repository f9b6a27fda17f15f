//! wrangler, installed only when it is needed: it is large, and wants a newer Node.js than the rest.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{describe, run};
use crate::paths;
use crate::tools::{node_version, npm};

/// The oldest Node.js that the pinned wrangler runs on.
const OLDEST_NODE: (u32, u32) = (22, 12);

#[derive(Debug)]
pub(crate) struct Wrangler {
    node: PathBuf,
    script: PathBuf,
}

/// Installs wrangler, and a Node.js beside it where the user's is too old.
pub(crate) fn install() -> Result<Wrangler> {
    let folder = paths::root().join("xtask/npm/wrangler");
    npm::install(&folder, "wrangler")?;
    let script = folder.join("node_modules/wrangler/bin/wrangler.js");
    if node_version("node").is_some_and(|version| version >= OLDEST_NODE) {
        return Ok(Wrangler { node: "node".into(), script });
    }
    let folder = paths::root().join("xtask/npm/node");
    npm::install(&folder, "Node.js for wrangler")?;
    Ok(Wrangler { node: folder.join("node_modules/node/bin").join(paths::exe("node")), script })
}

impl Wrangler {
    /// Everything but the upload, without an account and without the network.
    pub(crate) fn dry_run(&self) -> Result<()> {
        let out = paths::scratch().join("wrangler");
        run(self
            .command(&["deploy", "--dry-run", "--outdir"])
            .arg(out)
            .env("WRANGLER_SEND_METRICS", "false")
            .env("CLOUDFLARE_CF_FETCH_ENABLED", "false")
            .env("CI", "1"))
        .map(drop)
    }

    /// The real thing; wrangler speaks with the user itself (sign-in, questions, the address in the end).
    pub(crate) fn deploy(&self) -> Result<()> {
        let mut command = self.command(&["deploy"]);
        let status = command.status()?;
        if status.success() {
            return Ok(());
        }
        bail!("`{}` ended with {status}", describe(&command));
    }

    /// How a user calls this wrangler.
    pub(crate) fn describe(&self, args: &[&str]) -> String {
        format!("cd edge && {}", describe(&self.command(args)))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.node);
        command.arg(&self.script).args(args).current_dir(paths::root().join("edge"));
        command
    }
}
