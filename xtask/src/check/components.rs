//! Components read state and dispatch actions.

use anyhow::Result;

use super::Repository;

const WORDS: [&str; 3] = ["WebSocket", "gloo_net", "fetch("];

pub(super) fn no_sockets(repository: &Repository) -> Result<Vec<String>> {
    let folders = ["widget/src/components", "console/src/components", "console/src/pages"];
    let files = folders.into_iter().flat_map(|folder| repository.under(folder, &[".rs"]));
    Ok(files.flat_map(|file| file.lines_with(&WORDS)).collect())
}
