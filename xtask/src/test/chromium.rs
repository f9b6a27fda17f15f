//! A Chromium for the browser tests: the user's, Debian's package, or Playwright's download.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::{ask, run};
use crate::paths;
use crate::progress::{skipped, step};

/// Names on PATH, and the usual places elsewhere.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const PLACES: [&str; 3] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
];

pub(super) fn find_or_install() -> Result<PathBuf> {
    if let Some(found) = find() {
        skipped("Chromium", found.display());
        return Ok(found);
    }
    if Path::new("/etc/debian_version").exists() && ask("id", &["-u"]).as_deref() == Some("0") {
        let installed = step("install Chromium and CJK fonts from Debian", || {
            run(apt().arg("update"))?;
            run(apt().args(["install", "--yes", "--no-install-recommends", "chromium", "fonts-noto-cjk"]))
        });
        match installed {
            Ok(_) => {}
            Err(error) => println!("{error:#}"),
        }
    } else {
        let _ = step("fetch Chromium with Playwright", || {
            run(Command::new("node").arg(playwright().join("cli.js")).args(["install", "chromium"]))
        });
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    bail!(
        "the browser tests need Chromium. Install it:\n  \
         Debian, Ubuntu: sudo apt-get install chromium fonts-noto-cjk\n  \
         macOS:          brew install --cask chromium\n  \
         elsewhere:      npx playwright-core install chromium\n\
         or name one: EDGEDESK_CHROMIUM=/path/to/chromium cargo xtask test browser"
    );
}

fn find() -> Option<PathBuf> {
    let named = env::var_os("EDGEDESK_CHROMIUM").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> =
        env::split_paths(&path).flat_map(|dir| NAMES.map(|name| dir.join(paths::exe(name)))).collect();
    named
        .into_iter()
        .chain(on_path)
        .chain(PLACES.map(PathBuf::from))
        .find(|file| file.is_file())
        .or_else(playwrights_own)
}

/// Where Playwright's download would stand, if it is there.
fn playwrights_own() -> Option<PathBuf> {
    let script = format!(
        "process.stdout.write(require({}).chromium.executablePath())",
        serde_json::Value::from(playwright().display().to_string())
    );
    ask("node", &["-e", &script]).map(PathBuf::from).filter(|file| file.is_file())
}

fn playwright() -> PathBuf {
    paths::root().join("node_modules/playwright-core")
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}
