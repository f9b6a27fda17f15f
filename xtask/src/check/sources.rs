//! Files that people can read and that are finished.

use anyhow::Result;

use super::{File, Repository};

const LONGEST: usize = 500;
const CODE: [&str; 6] = [".rs", ".ts", ".js", ".mjs", ".css", ".html"];

/// Files that may be longer, each with its reason. Keep this list short.
const EXCEPTIONS: [(&str, &str); 1] = [(
    "shared/src/desk/simulation.rs",
    "one simulated world, its faults and what must hold after each event",
)];

pub(super) fn length(repository: &Repository) -> Result<Vec<String>> {
    let too_long = |file: &&File| {
        file.text.lines().count() > LONGEST && !EXCEPTIONS.iter().any(|(path, _)| *path == file.path)
    };
    let say =
        |file: &File| format!("{} has {} lines, more than {LONGEST}", file.path, file.text.lines().count());
    let gone = EXCEPTIONS.iter().filter(|(path, _)| !repository.files.iter().any(|file| file.path == *path));
    let gone = gone.map(|(path, reason)| format!("{path} is an exception ({reason}) but not there"));
    Ok(repository.under("", &CODE).filter(too_long).map(say).chain(gone).collect())
}

pub(super) fn unfinished(repository: &Repository) -> Result<Vec<String>> {
    // Put together here, so that this file does not accuse itself.
    let words: Vec<String> =
        ["todo", "unimplemented", "dbg"].iter().map(|name| format!("{name}!(")).collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.extend(["allow(dead_code", "#[ignore"]);
    let files = repository.under("", &[".rs"]).filter(|file| !file.path.ends_with("check/sources.rs"));
    Ok(files.flat_map(|file| file.lines_with(&words)).collect())
}
