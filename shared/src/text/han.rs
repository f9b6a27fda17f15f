//! Chinese characters: which script they belong to, and folding them to the simplified form.

use std::sync::LazyLock;

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

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let size = (LAST - FIRST + 1) as usize;
    let mut table = Table { fold: vec![0; size], mark: vec![Mark::Neutral; size] };
    let mut section = "";
    for line in include_str!("han.txt").lines().filter(|l| !l.starts_with('#')) {
        if let Some(name) = line.strip_prefix("= ") {
            section = name.split(':').next().unwrap_or_default();
            continue;
        }
        for pair in line.split_whitespace() {
            let mut chars = pair.chars();
            let (Some(from), Some(to)) = (chars.next(), chars.next()) else { continue };
            let (Some(from_at), Some(to_at)) = (place(from), place(to)) else { continue };
            table.fold[from_at] = (u32::from(to)) as u16;
            match section {
                "both" => {
                    table.mark[from_at] = Mark::Traditional;
                    table.mark[to_at] = Mark::Simplified;
                }
                "traditional" => table.mark[from_at] = Mark::Traditional,
                "japanese" => table.mark[from_at] = Mark::Japanese,
                _ => {}
            }
        }
    }
    table
});

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
