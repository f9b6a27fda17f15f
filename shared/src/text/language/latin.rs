//! The Latin languages: common words, and typical groups of letters.

use std::sync::LazyLock;

use crate::lang::Lang;
use crate::text::normalize::plain_latin;
use crate::text::sort::sort;
use crate::text::tokens;

/// The languages told apart here.
pub(super) const LATIN: [Lang; 8] =
    [Lang::En, Lang::Es, Lang::Fr, Lang::De, Lang::Pt, Lang::It, Lang::Vi, Lang::Id];

/// What a word speaks for, by language as in [`LATIN`].
pub(super) type Points = [f32; LATIN.len()];

/// What a form is.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Word,
    /// A common word as people type it who leave accents off.
    Bare,
    Letters,
}

/// The bits of the languages in what is known of a form.
const LANGUAGES: u64 = 0xff;

/// What words and groups of letters speak for.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    /// For each form the upper bits of a hash and a bit for each of its languages, in order.
    forms: Vec<u64>,
}

/// Compiled once, from `latin.txt`.
pub(super) static PROFILES: LazyLock<Profiles> =
    LazyLock::new(|| Profiles::compiled(include_str!("../latin.txt")));

/// The upper bits of a form's hash.
fn key(kind: Kind, form: &str) -> u64 {
    (tokens::hash(form) ^ kind as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) & !LANGUAGES
}

/// Languages, a bit each, and how much a form speaks for each of them.
#[derive(Debug, Clone, Copy)]
struct Found {
    languages: u64,
    each: f32,
}

impl Profiles {
    fn compiled(text: &str) -> Self {
        let mut forms: Vec<u64> = Vec::new();
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            let mut parts = line.split(' ');
            let (Some(tag), Some(what)) = (parts.next(), parts.next()) else { continue };
            let Some(at) = LATIN.iter().position(|l| l.tag() == tag) else { continue };
            for form in parts {
                if what == "words" {
                    forms.push(key(Kind::Word, form) | 1 << at);
                    if !form.is_ascii() {
                        let bare: String = form.chars().map(plain_latin).collect();
                        forms.push(key(Kind::Bare, &bare) | 1 << at);
                    }
                } else {
                    forms.push(key(Kind::Letters, form) | 1 << at);
                }
            }
        }
        sort(&mut forms);
        forms.dedup_by(|next, kept| {
            let same = *next & !LANGUAGES == *kept & !LANGUAGES;
            if same {
                *kept |= *next;
            }
            same
        });
        Self { forms }
    }

    fn find(&self, kind: Kind, form: &str) -> Option<Found> {
        let key = key(kind, form);
        let at = self.forms.partition_point(|known| *known < key);
        let known = *self.forms.get(at).filter(|known| **known & !LANGUAGES == key)?;
        let languages = known & LANGUAGES;
        // What fewer languages have tells more.
        let (each, most) = match kind {
            Kind::Word => (1.0, 2.0),
            Kind::Bare => (0.6, 1.2),
            Kind::Letters => (1.0, 0.5f32),
        };
        let sum: f32 = (0..languages.count_ones()).map(|_| each).sum();
        Some(Found { languages, each: each * (most / sum.max(1.0)) })
    }

    /// Whether it is a common word.
    pub(super) fn is_listed(&self, word: &str) -> bool {
        self.find(Kind::Word, word).is_some()
    }

    /// Points of each Latin language for a lower-case word, and whether the word is a listed one.
    #[inline(never)]
    pub(super) fn word(&self, word: &str) -> (Points, bool) {
        let mut points = Points::default();
        let mut add = |found: Found, factor: f32| {
            for (at, points) in points.iter_mut().enumerate() {
                if found.languages >> at & 1 > 0 {
                    *points += found.each * factor;
                }
            }
        };
        let listed = self.find(Kind::Word, word).or_else(|| self.find(Kind::Bare, word));
        // Longer words are more certain.
        let length = 0.6 + 0.1 * word.chars().count().min(8) as f32;
        if let Some(found) = listed {
            add(found, length);
        }
        let mut marked = String::with_capacity(word.len() + 2);
        marked.push('^');
        marked.extend(word.chars().take(30));
        marked.push('$');
        // Groups of one to five letters.
        for (from, _) in marked.char_indices() {
            let rest = &marked[from..];
            for (at, last) in rest.char_indices().take(5) {
                let group = &rest[..at + last.len_utf8()];
                if let Some(found) = self.find(Kind::Letters, group) {
                    // An accented letter tells more than a group of plain ones.
                    add(found, if group.is_ascii() { 0.5 } else { 1.6 });
                }
            }
        }
        (points, listed.is_some())
    }
}
