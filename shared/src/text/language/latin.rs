//! The Latin languages: common words, and typical groups of letters.

mod source;

use std::sync::LazyLock;

use crate::lang::Lang;
use crate::text::coder::{Bit, Coder, Decoder, GAP, gap_bits};
use crate::text::tokens;

pub use source::pack;

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

/// Bits of a form's hash that are kept: about one other word or group of letters in six hundred is taken for a form.
const KEY_BITS: u32 = 20;

/// What words and groups of letters speak for.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Profiles {
    /// For each form the upper bits of a hash and a bit for each of its languages, in order.
    forms: Vec<u64>,
}

/// What ships: `latin.txt`, packed by `cargo xtask train`. Were it damaged, other marks would have to do.
pub(super) static PROFILES: LazyLock<Profiles> =
    LazyLock::new(|| Profiles::read(include_bytes!("../latin.bin")).unwrap_or_default());

/// The upper bits of a form's hash.
fn key(kind: Kind, form: &str) -> u64 {
    (tokens::hash(form) ^ kind as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) & !0 << (64 - KEY_BITS)
}

/// Languages, a bit each, and how much a form speaks for each of them.
#[derive(Debug, Clone, Copy)]
struct Found {
    languages: u64,
    each: f32,
}

impl Profiles {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut profiles = Self::default();
        profiles.code(&mut Decoder::new(bytes)?)?;
        Some(profiles)
    }

    /// Reads or writes all forms. `None` where no such were written.
    fn code(&mut self, coder: &mut impl Coder) -> Option<()> {
        let forms = coder.even(12, self.forms.len() as u32) as usize;
        self.forms.resize(forms, 0);
        let low = gap_bits(KEY_BITS, forms);
        let mut gaps = [Bit::NEW; GAP];
        let mut languages = [Bit::NEW; 1 << LATIN.len()];
        let mut next = 0;
        for form in &mut self.forms {
            let key = (*form >> (64 - KEY_BITS)) as u32;
            let key = next + coder.gap(&mut gaps, low, key.wrapping_sub(next));
            if key >> KEY_BITS > 0 {
                return None;
            }
            let spoken = coder.symbol(&mut languages, LATIN.len() as u32, (*form & LANGUAGES) as u32);
            *form = u64::from(key) << (64 - KEY_BITS) | u64::from(spoken);
            next = key + 1;
        }
        Some(())
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
