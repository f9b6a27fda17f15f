//! What everybody downloads, and how much of it there may be.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::build::Profile;
use crate::command::run;
use crate::paths;
use crate::progress::heading;

/// Something that is sent compressed, and its greatest allowed size.
struct Budget {
    name: &'static str,
    method: &'static str,
    bytes: u64,
    find: fn(&Path) -> bool,
}

const KB: u64 = 1000;

const BUDGETS: [Budget; 4] = [
    Budget { name: "loader", method: "brotli", bytes: 3 * KB, find: |path| path.ends_with("loader.js") },
    Budget {
        name: "widget",
        method: "brotli",
        bytes: 150 * KB,
        find: |path| path.starts_with("assets") && (is(path, "js") || is(path, "wasm")),
    },
    Budget {
        name: "console",
        method: "brotli",
        bytes: 900 * KB,
        find: |path| path.starts_with("console") && (is(path, "js") || is(path, "wasm") || is(path, "css")),
    },
    // The platform's limit is higher; a small Worker starts faster.
    Budget { name: "worker", method: "gzip", bytes: 2500 * KB, find: |path| path.starts_with("worker") },
];

fn is(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|e| e == extension)
}

/// Prints all sizes of the release build and fails when one is over its budget.
pub(crate) fn check() -> Result<()> {
    let mut files = Vec::new();
    list(&Profile::Release.dist(), Path::new(""), &mut files)?;
    for name in ["index.js", "index_bg.wasm"] {
        files.push((Path::new("worker").join(name), Profile::Release.worker().join(name)));
    }
    let mut over = Vec::new();
    for budget in &BUDGETS {
        let found: Vec<&PathBuf> =
            files.iter().filter(|(n, _)| (budget.find)(n)).map(|(_, path)| path).collect();
        let bytes = measure(budget.method, &found)?;
        let line = format!("{} {} {}", kilobytes(bytes), budget.method, percent(bytes, budget.bytes));
        heading(format_args!("  {:<8} {line} of {}", budget.name, kilobytes(budget.bytes)));
        if bytes > budget.bytes {
            over.push(budget.name);
        }
    }
    if over.is_empty() {
        return Ok(());
    }
    bail!("over the size budget: {}", over.join(", "));
}

fn list(folder: &Path, name: &Path, files: &mut Vec<(PathBuf, PathBuf)>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let name = name.join(entry.file_name());
        if entry.path().is_dir() {
            list(&entry.path(), &name, files)?;
        } else {
            files.push((name, entry.path()));
        }
    }
    Ok(())
}

/// The size of some files after compression, each by itself.
pub(crate) fn measure(method: &str, files: &[&PathBuf]) -> Result<u64> {
    let script = paths::root().join("xtask/js/sizes.mjs");
    let said = run(Command::new("node").arg(script).arg(method).args(files))?;
    said.trim().parse().with_context(|| format!("sizes.mjs said {said:?}"))
}

/// A size as people read it.
pub(crate) fn kilobytes(bytes: u64) -> String {
    format!("{}.{} KB", bytes / KB, bytes % KB / 100)
}

fn percent(bytes: u64, of: u64) -> String {
    format!("({} %)", bytes * 100 / of)
}
