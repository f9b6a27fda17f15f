//! How many messages' mood and urgency are told.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use shared::faq::mood::{self, Mood};

use bench_engine::data;

#[derive(Debug, Deserialize)]
struct Sample {
    text: String,
    lang: String,
    mood: Mood,
    urgent: bool,
}

const MOODS: [Mood; 4] = [Mood::Angry, Mood::Worried, Mood::Neutral, Mood::Happy];

/// Prints the shares that are right, in all and per language, and which moods are taken for which.
pub(crate) fn run(file: &Path) -> anyhow::Result<()> {
    let samples = data::lines::<Sample>(&file.display().to_string(), &std::fs::read_to_string(file)?)?;
    let mut taken: BTreeMap<(Mood, Mood), usize> = BTreeMap::new();
    // Per language: all, mood right, urgency right; urgent ones all, found, and found wrongly.
    let mut per: BTreeMap<&str, [usize; 6]> = BTreeMap::new();
    for (_, sample) in &samples {
        let tone = mood::read(&sample.text);
        *taken.entry((sample.mood, tone.mood)).or_default() += 1;
        for lang in [sample.lang.as_str(), "all"] {
            let counts = per.entry(lang).or_default();
            for (count, holds) in counts.iter_mut().zip([
                true,
                tone.mood == sample.mood,
                tone.urgent == sample.urgent,
                sample.urgent,
                sample.urgent && tone.urgent,
                !sample.urgent && tone.urgent,
            ]) {
                *count += usize::from(holds);
            }
        }
    }
    println!("mood\tright\turgency\tright\turgent found\turgent by mistake");
    for (lang, [all, mood, urgency, urgent, found, wrongly]) in &per {
        let share = |right: &usize| 100.0 * *right as f64 / (*all).max(1) as f64;
        println!(
            "{lang}\t{mood}/{all} {:.1} %\t\t{urgency}/{all} {:.1} %\t{found}/{urgent}\t{wrongly}",
            share(mood),
            share(urgency)
        );
    }
    println!("\nis \\ taken for\t{MOODS:?}");
    for is in MOODS {
        let row: Vec<usize> = MOODS.iter().map(|as_| taken.get(&(is, *as_)).copied().unwrap_or(0)).collect();
        println!("{is:?}\t{row:?}");
    }
    Ok(())
}
