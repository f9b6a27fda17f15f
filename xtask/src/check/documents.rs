//! Documents that must stay true.

use std::path::Path;

use anyhow::Result;

use super::{File, Repository};
use crate::paths;

pub(super) fn golden_files(repository: &Repository) -> Result<Vec<String>> {
    let golden =
        repository.under("shared/", &[".json", ".jsonl"]).filter(|file| file.path.contains("/golden/"));
    Ok(if golden.count() == 0 { vec!["there is no golden file under shared/".into()] } else { vec![] })
}

/// Relative links of Markdown files lead to files.
pub(super) fn links(repository: &Repository) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for file in repository.under("", &[".md"]) {
        let folder = paths::root().join(&file.path);
        let folder = folder.parent().unwrap_or(Path::new(""));
        let dead = targets(file).filter(|target| !folder.join(target).exists());
        found.extend(dead.map(|target| format!("{}: {target}", file.path)));
    }
    Ok(found)
}

/// What stands in `](…)` and `src="…"`, without fragments; addresses elsewhere are left out.
fn targets(file: &File) -> impl Iterator<Item = &str> {
    let markdown = file.text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let html = file.text.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    markdown
        .chain(html)
        .map(|target| target.split('#').next().unwrap_or_default())
        .filter(|target| !target.is_empty() && !target.contains(':') && !target.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_links_within_the_repository() {
        let text = "[a](b.md#c) [d](https://e.example/) ![f](g.png) <img src=\"h.png\"> [i](#j)";
        let file = File { path: "README.md".into(), text: text.into() };
        assert_eq!(targets(&file).collect::<Vec<_>>(), ["b.md", "g.png", "h.png"]);
    }
}
