//! The characters as they are written (`han.txt`), and packing them beforehand: `cargo xtask train`.

use super::super::coder::Encoder;
use super::{Pair, Section, code, place};

const SOURCE: &str = include_str!("../han.txt");

/// What belongs into `han.bin`.
#[must_use]
pub fn pack() -> Vec<u8> {
    let mut encoder = Encoder::new();
    // All are in range, and fewer than there is room for.
    let _ = code(&mut encoder, &mut parse(SOURCE));
    encoder.finish()
}

/// The pairs in order of their first characters.
fn parse(text: &str) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut section = None;
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        if let Some(name) = line.strip_prefix("= ") {
            section = match name.split(':').next() {
                Some("both") => Some(Section::Both),
                Some("traditional") => Some(Section::Traditional),
                Some("fold") => Some(Section::Fold),
                Some("japanese") => Some(Section::Japanese),
                _ => None,
            };
            continue;
        }
        for pair in line.split_whitespace() {
            let mut chars = pair.chars().map(place);
            let (Some(Some(from)), Some(Some(to))) = (chars.next(), chars.next()) else { continue };
            pairs.extend(section.map(|section| Pair { from: from as u32, to: to as u32, section }));
        }
    }
    pairs.sort_by_key(|pair| pair.from);
    pairs
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn what_ships_is_what_is_written() {
        let shipped = include_bytes!("../han.bin");
        assert!(*shipped == *pack(), "run `cargo xtask train` and commit what it writes");
        assert_eq!(read(shipped), Some(parse(SOURCE)));
        assert_eq!(read(&shipped[1..]), None);
    }

    #[test]
    fn noise_is_read_without_harm() {
        for seed in 0..200u32 {
            let mut noise = Encoder::new();
            for at in 0..seed {
                crate::text::coder::Coder::even(
                    &mut noise,
                    16,
                    (at + 1).wrapping_mul(seed.wrapping_mul(0x9e37_79b1)) >> 16,
                );
            }
            // Whether it means anything is of no matter.
            drop(read(&noise.finish()));
        }
    }
}
