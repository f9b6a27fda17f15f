//! Texts for people: the build stops at a missing key of a language it compiles; this finds a missing language too.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use super::Repository;

/// The languages of everything a person reads.
const LANGUAGES: [&str; 4] = ["en", "zh-CN", "zh-TW", "ja"];

pub(super) fn same_keys(repository: &Repository) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders: BTreeMap<&str, BTreeMap<&str, BTreeSet<String>>> = BTreeMap::new();
    for file in repository.under("", &[".json"]) {
        let Some((folder, name)) =
            file.path.rsplit_once('/').filter(|(folder, _)| folder.split('/').any(|part| part == "locales"))
        else {
            continue;
        };
        let texts: Value = serde_json::from_str(&file.text).with_context(|| file.path.clone())?;
        let mut keys = BTreeSet::new();
        collect(&texts, "", &mut keys);
        folders.entry(folder).or_default().insert(name.trim_end_matches(".json"), keys);
    }
    for (folder, languages) in &folders {
        found.extend(
            LANGUAGES
                .iter()
                .filter(|l| !languages.contains_key(*l))
                .map(|l| format!("{folder} has no {l}.json")),
        );
        let Some(english) = languages.get("en") else { continue };
        for (language, keys) in languages {
            let differing = english.symmetric_difference(keys);
            found
                .extend(differing.map(|key| format!("{folder}/{language}.json and en.json differ in {key}")));
        }
    }
    Ok(found)
}

/// Paths of all texts; plural forms differ between languages by nature, so they count as one text.
fn collect(value: &Value, path: &str, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) if !members.contains_key("other") => {
            for (name, member) in members {
                collect(member, &format!("{path}/{name}"), keys);
            }
        }
        _ => {
            keys.insert(path.to_owned());
        }
    }
}
