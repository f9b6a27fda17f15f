//! Chinese characters: which script they belong to, and folding them to the simplified form.

mod source;

use std::sync::LazyLock;

use super::coder::{Bit, Coder, Decoder, NUMBER};
pub use source::pack;

/// First and last code point of the block the table covers (CJK Unified Ideographs).
const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FFF;

/// What one Chinese character tells about the language of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Written alike everywhere, or unknown.
    Neutral,
    /// Written so only in simplified Chinese (or, some of them, in Japanese).
    Simplified,
    /// Written so only in traditional Chinese (or, some of them, in Japanese).
    Traditional,
    /// Written so only in Japanese.
    Japanese,
}

struct Table {
    fold: Vec<u16>,
    mark: Vec<Mark>,
}

fn place(c: char) -> Option<usize> {
    let code = u32::from(c);
    (FIRST..=LAST).contains(&code).then(|| (code - FIRST) as usize)
}

/// What a pair of characters tells about the language of a text; in the order in which sections are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Both,
    Traditional,
    Fold,
    Japanese,
}

const SECTIONS: [Section; 4] = [Section::Both, Section::Traditional, Section::Fold, Section::Japanese];

/// A character and what it is folded to, by their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pair {
    from: u32,
    to: u32,
    section: Section,
}

impl Default for Pair {
    fn default() -> Self {
        Self { from: 0, to: 0, section: Section::Both }
    }
}

/// Reads or writes pairs in order of their first characters. `None` where no such were written.
fn code(coder: &mut impl Coder, pairs: &mut Vec<Pair>) -> Option<()> {
    let count = coder.even(12, pairs.len() as u32) as usize;
    pairs.resize(count, Pair::default());
    let (mut gaps, mut down) = ([Bit::NEW; NUMBER], Bit::NEW);
    let mut steps = [[Bit::NEW; NUMBER]; 2];
    let mut sections = [Bit::NEW; SECTIONS.len()];
    let mut last = Pair::default();
    for pair in pairs {
        pair.from = last.from + coder.number(&mut gaps, pair.from.wrapping_sub(last.from));
        pair.section = SECTIONS[coder.symbol(&mut sections, 2, pair.section as u32) as usize];
        // What characters are folded to often stands in the same order.
        let back = usize::from(coder.bit(&mut down, pair.to < last.to));
        let step = coder.number(&mut steps[back], pair.to.abs_diff(last.to));
        pair.to = if back > 0 { last.to.checked_sub(step)? } else { last.to + step };
        if pair.from.max(pair.to) > LAST - FIRST {
            return None;
        }
        last = *pair;
    }
    Some(())
}

fn read(bytes: &[u8]) -> Option<Vec<Pair>> {
    let mut pairs = Vec::new();
    code(&mut Decoder::new(bytes)?, &mut pairs)?;
    Some(pairs)
}

impl Table {
    fn new(pairs: &[Pair]) -> Self {
        let size = (LAST - FIRST + 1) as usize;
        let mut table = Self { fold: vec![0; size], mark: vec![Mark::Neutral; size] };
        for section in SECTIONS {
            for pair in pairs.iter().filter(|pair| pair.section == section) {
                let (from, to) = (pair.from as usize, pair.to as usize);
                table.fold[from] = (pair.to + FIRST) as u16;
                match section {
                    Section::Both => {
                        table.mark[from] = Mark::Traditional;
                        table.mark[to] = Mark::Simplified;
                    }
                    Section::Traditional => table.mark[from] = Mark::Traditional,
                    Section::Japanese => table.mark[from] = Mark::Japanese,
                    Section::Fold => {}
                }
            }
        }
        table
    }
}

/// What ships: `han.txt`, packed by `cargo xtask train`.
static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::new(&read(include_bytes!("han.bin")).unwrap_or_default()));

/// The simplified form of a traditional or Japanese character; any other character unchanged.
#[must_use]
pub fn fold(c: char) -> char {
    let Some(at) = place(c) else { return c };
    match TABLE.fold[at] {
        0 => c,
        code => char::from_u32(u32::from(code)).unwrap_or(c),
    }
}

/// What the character tells about the language of its text.
#[must_use]
pub fn mark(c: char) -> Mark {
    place(c).map_or(Mark::Neutral, |at| TABLE.mark[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_both_scripts_and_japanese_to_one() {
        let folded: String = "訂單運費發売対応a".chars().map(fold).collect();
        assert_eq!(folded, "订单运费发卖对应a");
    }

    #[test]
    fn marks() {
        assert_eq!(mark('们'), Mark::Simplified);
        assert_eq!(mark('們'), Mark::Traditional);
        assert_eq!(mark('発'), Mark::Japanese);
        for neutral in ['我', '里', '后', 'x', '😀'] {
            assert_eq!(mark(neutral), Mark::Neutral, "{neutral}");
        }
    }
}
