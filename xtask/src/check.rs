//! `cargo xtask check`: the invariants of ARCHITECTURE.md that a program can check.

mod components;
mod configuration;
mod documents;
mod locales;
mod purity;
mod sources;

use std::fs;

use anyhow::{Context, Result};

use crate::command::ask;
use crate::paths;
use crate::test::Count;

/// One invariant: its name and what violates it.
type Invariant = (&'static str, fn(&Repository) -> Result<Vec<String>>);

const INVARIANTS: [Invariant; 11] = [
    ("shared depends on nothing of the browser or the Worker", purity::dependencies),
    ("shared reads no clock and draws no randomness", purity::sources),
    ("components see no socket", components::no_sockets),
    ("every locale has the same texts", locales::same_keys),
    ("the wire format is pinned by golden files", documents::golden_files),
    ("links in documents lead somewhere", documents::links),
    ("no source file is too long", sources::length),
    ("no source file has something unfinished", sources::unfinished),
    ("workerd and wrangler get the same configuration", configuration::bindings),
    ("tools have the versions of their crates", configuration::versions),
    ("lock files name no registry's address", configuration::lock_files),
];

/// Checks all invariants and prints what violates them.
pub(crate) fn run() -> Count {
    let mut count = Count::default();
    let repository = match Repository::read() {
        Ok(repository) => repository,
        Err(error) => {
            println!("{error:#}");
            return Count::failure();
        }
    };
    for (name, violations) in INVARIANTS {
        match violations(&repository) {
            Ok(found) if found.is_empty() => {
                println!("  {name}");
                count += Count::success();
            }
            Ok(found) => {
                println!("  NOT: {name}\n    {}", found.join("\n    "));
                count += Count::failure();
            }
            Err(error) => {
                println!("  NOT: {name}\n    {error:#}");
                count += Count::failure();
            }
        }
    }
    count
}

/// The text files that belong to the repository: those git knows or would add.
#[derive(Debug)]
struct Repository {
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    /// Relative to the root, with `/`.
    path: String,
    text: String,
}

impl Repository {
    fn read() -> Result<Self> {
        let root = paths::root();
        let folder = root.display().to_string();
        let listed = ask("git", &["-C", &folder, "ls-files", "--cached", "--others", "--exclude-standard"])
            .context("git ls-files failed")?;
        let read = |path: &str| {
            let text = fs::read_to_string(root.join(path)).ok()?;
            Some(File { path: path.to_owned(), text })
        };
        Ok(Self { files: listed.lines().filter_map(read).collect() })
    }

    /// Files in `folder` whose names end in one of `endings`.
    fn under<'a>(&'a self, folder: &'a str, endings: &'a [&str]) -> impl Iterator<Item = &'a File> {
        let wanted = move |file: &&File| {
            file.path.starts_with(folder) && endings.iter().any(|ending| file.path.ends_with(ending))
        };
        self.files.iter().filter(wanted)
    }
}

impl File {
    /// Numbered lines of code before the file's unit tests, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(n, line)| (n + 1, line))
            .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// `path:line: what` for every line of code that has one of `words`.
    fn lines_with(&self, words: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for (n, line) in self.code() {
            found.extend(
                words.iter().filter(|w| line.contains(*w)).map(|w| format!("{}:{n}: {w}", self.path)),
            );
        }
        found
    }
}
