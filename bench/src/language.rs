//! How many short texts' languages are recognised.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use shared::lang::Lang;
use shared::text::language;

use crate::data;

#[derive(Debug, Deserialize)]
struct Sample {
    text: String,
    lang: Lang,
}

/// Prints the share that is right, and every text that is not.
pub(crate) fn run(file: &Path) -> anyhow::Result<()> {
    let samples = data::lines::<Sample>(file)?;
    let mut per: BTreeMap<Lang, (usize, usize)> = BTreeMap::new();
    for (_, sample) in &samples {
        let found = language::detect(&sample.text, &[]);
        let (right, all) = per.entry(sample.lang).or_default();
        *all += 1;
        if found == Some(sample.lang) {
            *right += 1;
        } else {
            println!("{} taken for {}: {}", sample.lang, found.map_or("none", Lang::tag), sample.text);
        }
    }
    for (lang, (right, all)) in &per {
        println!("{lang}\t{right}/{all}");
    }
    let right: usize = per.values().map(|(right, _)| right).sum();
    println!("right\t{right}/{}\t{:.1} %", samples.len(), 100.0 * right as f64 / samples.len().max(1) as f64);
    Ok(())
}
