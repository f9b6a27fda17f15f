//! Files of the asset directory, and their precompressed siblings.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Profile;
use crate::command::run;
use crate::paths;
use anyhow::{Context, Result};

/// What brotli is worth: files that a browser asks for and that are not compressed already.
const COMPRESSED: [&str; 4] = ["js", "wasm", "css", "svg"];

/// Puts a brotli sibling (`name.br`) beside every compressible file under `folder`.
pub(crate) fn compress(folder: &Path, profile: Profile) -> Result<()> {
    let mut found = Vec::new();
    list(folder, &mut found);
    let quality = match profile {
        Profile::Release => "11",
        Profile::Watch => "5",
    };
    run(Command::new("node").arg(paths::root().join("xtask/js/compress.mjs")).arg(quality).args(found))
        .map(drop)
}

fn list(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(&path, found);
        } else if path.extension().is_some_and(|e| COMPRESSED.iter().any(|c| e == *c)) {
            found.push(path);
        }
    }
}

/// Replaces a file in one move, so that a running server never sees half of it.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<()> {
    let folder = path.parent().context("a file needs a folder")?;
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.new"));
    fs::write(&beside, content).with_context(|| format!("cannot write {}", beside.display()))?;
    fs::rename(&beside, path).with_context(|| format!("cannot write {}", path.display()))
}

/// An empty folder at `path`.
pub(super) fn fresh_folder(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).with_context(|| format!("cannot clear {}", path.display()))?;
    }
    fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))
}
