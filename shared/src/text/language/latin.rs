//! The Latin languages: common words, and typical groups of letters.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::lang::Lang;
use crate::text::normalize::plain_latin;

/// The languages told apart here.
pub(super) const LATIN: [Lang; 8] =
    [Lang::En, Lang::Es, Lang::Fr, Lang::De, Lang::Pt, Lang::It, Lang::Vi, Lang::Id];

/// What a word speaks for, by language as in [`LATIN`].
pub(super) type Points = [f32; LATIN.len()];

/// What words and groups of letters speak for.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    pub(super) words: HashMap<&'static str, Points>,
    /// Common words as people type them who leave accents off.
    bare: HashMap<String, Points>,
    letters: HashMap<&'static str, Points>,
}

/// Compiled once, from `latin.txt`.
pub(super) static PROFILES: LazyLock<Profiles> = LazyLock::new(|| {
    let mut profiles = Profiles::default();
    for line in include_str!("../latin.txt").lines().filter(|l| !l.starts_with('#')) {
        let mut parts = line.split(' ');
        let (Some(tag), Some(what)) = (parts.next(), parts.next()) else { continue };
        let Some(at) = LATIN.iter().position(|l| l.tag() == tag) else { continue };
        for form in parts {
            if what == "words" {
                profiles.words.entry(form).or_default()[at] = 1.0;
                let bare: String = form.chars().map(plain_latin).collect();
                if bare != form {
                    profiles.bare.entry(bare).or_default()[at] = 0.6;
                }
            } else {
                profiles.letters.entry(form).or_default()[at] = 1.0;
            }
        }
    }
    // What fewer languages have tells more.
    let share = |points: &mut Points, most: f32| {
        let sum: f32 = points.iter().sum();
        points.iter_mut().for_each(|p| *p *= most / sum.max(1.0));
    };
    profiles.words.values_mut().for_each(|p| share(p, 2.0));
    profiles.bare.values_mut().for_each(|p| share(p, 1.2));
    profiles.letters.values_mut().for_each(|p| share(p, 0.5));
    profiles
});

impl Profiles {
    /// Points of each Latin language for a lower-case word, and whether the word is a listed one.
    pub(super) fn word(&self, word: &str) -> (Points, bool) {
        let mut points = Points::default();
        let mut add = |more: &Points, factor: f32| {
            for (p, m) in points.iter_mut().zip(more) {
                *p += m * factor;
            }
        };
        let listed = self.words.get(word);
        let bare = if listed.is_none() { self.bare.get(word) } else { None };
        // Longer words are more certain.
        let length = 0.6 + 0.1 * word.chars().count().min(8) as f32;
        if let Some(found) = listed.or(bare) {
            add(found, length);
        }
        let mut marked = String::with_capacity(word.len() + 2);
        marked.push('^');
        marked.extend(word.chars().take(30));
        marked.push('$');
        let starts: Vec<usize> = marked.char_indices().map(|(at, _)| at).chain([marked.len()]).collect();
        for from in 0..starts.len() - 1 {
            for to in from + 1..starts.len().min(from + 6) {
                if let Some(found) = self.letters.get(&marked[starts[from]..starts[to]]) {
                    // An accented letter tells more than a group of plain ones.
                    let accented = !marked[starts[from]..starts[to]].is_ascii();
                    add(found, if accented { 1.6 } else { 0.5 });
                }
            }
        }
        (points, listed.or(bare).is_some())
    }
}
