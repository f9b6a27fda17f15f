//! Suggestions while typing.

use crate::lang::Lang;
use crate::text::normalize::normalize;
use crate::text::tokens::{self, Kind};

use super::Entry;
use crate::text::sort::sort;

/// Characters of the typed text that are read.
const TYPED_CHARS: usize = 100;

#[derive(Debug, Clone)]
struct Phrasing {
    entry: u32,
    lang: Lang,
    /// Normalised, single spaces.
    text: String,
}

/// Every phrasing as it is typed.
#[derive(Debug, Default, Clone)]
pub(super) struct Titles {
    phrasings: Vec<Phrasing>,
}

fn tidy(text: &str, max: usize) -> String {
    normalize(text, max).split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Titles {
    pub(super) fn new(entries: &[Entry]) -> Self {
        let mut phrasings = Vec::new();
        for (number, entry) in entries.iter().enumerate() {
            for (lang, text) in &entry.texts {
                phrasings.extend(text.questions.iter().map(|q| Phrasing {
                    entry: number as u32,
                    lang: *lang,
                    text: tidy(q, 200),
                }));
            }
        }
        Self { phrasings }
    }

    /// Places of entries, best first.
    pub(super) fn suggest(&self, typed: &str, lang: Lang, limit: usize) -> Vec<usize> {
        let typed = tidy(typed, TYPED_CHARS);
        if typed.is_empty() || limit == 0 {
            return Vec::new();
        }
        let parts = parts(&typed);
        let mut best: Vec<(u32, f32)> = Vec::new();
        for phrasing in self.phrasings.iter().filter(|p| p.lang.is_kin(lang)) {
            let score = score(&typed, &parts, &phrasing.text);
            if score < 0.34 {
                continue;
            }
            match best.iter_mut().find(|(entry, _)| *entry == phrasing.entry) {
                Some((_, old)) => *old = old.max(score),
                None => best.push((phrasing.entry, score)),
            }
        }
        // Scores are above 0, and so in the order of their bits.
        let pack = |(entry, score): (u32, f32)| u64::from(!score.to_bits()) << 32 | u64::from(entry);
        let mut best: Vec<u64> = best.into_iter().map(pack).collect();
        sort(&mut best);
        best.truncate(limit);
        best.into_iter().map(|one| one as u32 as usize).collect()
    }
}

/// What of the typed text a phrasing should contain, with weights: words, the last one maybe unfinished, and
/// character pairs.
fn parts(typed: &str) -> Vec<(String, f32)> {
    let mut parts = Vec::new();
    tokens::for_each(typed, |kind, token| match kind {
        Kind::Word => parts.push((token.to_owned(), 1.0)),
        Kind::StopWord => parts.push((token.to_owned(), 0.15)),
        Kind::Single => parts.push((token.to_owned(), 0.4)),
        Kind::Double => parts.push((token.to_owned(), 1.0)),
        Kind::StandIn | Kind::Triple | Kind::Letters | Kind::StopLetters | Kind::Pair | Kind::Number => {}
    });
    parts
}

fn score(typed: &str, parts: &[(String, f32)], text: &str) -> f32 {
    // A phrasing that goes on exactly as typed comes first, the shortest one before the others.
    if text.starts_with(typed) {
        return 2.0 - (text.len() as f32 / 1_000.0).min(0.5);
    }
    if typed.chars().count() >= 2 && contains_at_start_of_word(text, typed) {
        return 1.4 - (text.len() as f32 / 1_000.0).min(0.3);
    }
    let total: f32 = parts.iter().map(|(_, weight)| weight).sum();
    if total <= 0.0 {
        return 0.0;
    }
    let met: f32 = parts
        .iter()
        .filter(|(part, _)| contains_at_start_of_word(text, part))
        .map(|(_, weight)| weight)
        .sum();
    met / total
}

/// Whether `part` occurs in `text`, for letters of spaced scripts only at the start of a word.
fn contains_at_start_of_word(text: &str, part: &str) -> bool {
    let spaced = part.chars().next().and_then(tokens::script) == Some(tokens::Script::Spaced);
    text.match_indices(part).any(|(at, _)| {
        !spaced
            || text[..at]
                .chars()
                .next_back()
                .is_none_or(|c| tokens::script(c) != Some(tokens::Script::Spaced))
    })
}
