//! The forms as they are written (`latin.txt`), and packing them beforehand: `cargo xtask train`.

use super::{Kind, LANGUAGES, LATIN, Profiles, key};
use crate::text::coder::Encoder;
use crate::text::normalize::plain_latin;

const SOURCE: &str = include_str!("../../latin.txt");

/// What belongs into `latin.bin`.
#[must_use]
pub fn pack() -> Vec<u8> {
    let mut encoder = Encoder::new();
    // There are fewer than there is room for.
    let _ = parse(SOURCE).code(&mut encoder);
    encoder.finish()
}

fn parse(text: &str) -> Profiles {
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
    forms.sort_unstable();
    forms.dedup_by(|next, kept| {
        let same = *next & !LANGUAGES == *kept & !LANGUAGES;
        if same {
            *kept |= *next;
        }
        same
    });
    Profiles { forms }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::coder::noise;

    #[test]
    fn what_ships_is_what_is_written() {
        let shipped = include_bytes!("../../latin.bin");
        assert!(*shipped == *pack(), "run `cargo xtask train` and commit what it writes");
        assert_eq!(Profiles::read(shipped), Some(parse(SOURCE)));
        assert_eq!(Profiles::read(&shipped[1..]), None);
    }

    #[test]
    fn noise_is_read_without_harm() {
        for len in 0..200 {
            // Whether it means anything is of no matter.
            drop(Profiles::read(&noise(len)));
        }
    }
}
