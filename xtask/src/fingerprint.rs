//! Skipping steps whose inputs have not changed.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::paths;

/// A hash over names and contents of everything under `inputs` (files or folders, relative to the root) and `extra`.
///
/// Missing inputs count as empty, so that their appearance is a change.
pub(crate) fn of(inputs: &[&str], extra: &[&str]) -> Result<String> {
    let root = paths::root();
    let mut hasher = DefaultHasher::new();
    for word in extra {
        hasher.write(word.as_bytes());
        hasher.write_u8(0xff);
    }
    for file in files(inputs) {
        let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.strip_prefix(&root).unwrap_or(&file);
        hasher.write(name.as_os_str().as_encoded_bytes());
        hasher.write_usize(content.len());
        hasher.write(&content);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// A short hash of `parts` for file names.
pub(crate) fn of_bytes(parts: &[&[u8]]) -> String {
    let mut hasher = DefaultHasher::new();
    for part in parts {
        hasher.write_usize(part.len());
        hasher.write(part);
    }
    format!("{:016x}", hasher.finish())
}

/// All files under `inputs`, sorted; build output and editors' files are left out.
pub(crate) fn files(inputs: &[&str]) -> Vec<PathBuf> {
    let root = paths::root();
    let mut found = Vec::new();
    for input in inputs {
        collect(&root.join(input), &mut found);
    }
    found.sort();
    found
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name.ends_with('~') || name.ends_with(".swp") || matches!(&*name, "target" | "node_modules" | ".git") {
        return;
    }
    if path.is_file() {
        found.push(path.to_path_buf());
    } else if let Ok(entries) = fs::read_dir(path) {
        for entry in entries.flatten() {
            collect(&entry.path(), found);
        }
    }
}

/// Remembers under which fingerprint a step last succeeded.
#[derive(Debug)]
pub(crate) struct Stamp {
    file: PathBuf,
    fingerprint: String,
}

impl Stamp {
    pub(crate) fn new(file: PathBuf, fingerprint: String) -> Self {
        Self { file, fingerprint }
    }

    /// Whether the step succeeded with these very inputs.
    pub(crate) fn is_fresh(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|seen| seen == self.fingerprint)
    }

    /// To be called before the step begins, so that a broken-off one is done again.
    pub(crate) fn clear(&self) {
        let _ = fs::remove_file(&self.file);
    }

    /// To be called when the step has succeeded.
    pub(crate) fn write(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.file, &self.fingerprint)
            .with_context(|| format!("cannot write {}", self.file.display()))
    }
}
