//! Kana: half-width forms made whole.

const FULL: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";

/// Half-width katakana (U+FF61..=U+FF9D) as full-width; `None` for anything else.
pub(super) fn full_width(c: char) -> Option<char> {
    let at = u32::from(c).checked_sub(0xFF61)?;
    FULL.chars().nth(at as usize)
}

/// The kana with a voicing mark that followed it as a character of its own; `None` when it takes none.
pub(super) fn voiced(kana: char, semi: bool) -> Option<char> {
    let code = u32::from(kana);
    let step = match (kana, semi) {
        ('ウ', false) => return Some('ヴ'),
        ('う', false) => return Some('ゔ'),
        ('カ'..='チ' | 'か'..='ち', false) => 1,
        ('ツ'..='ト' | 'つ'..='と', false) => 1,
        ('ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ' | 'は' | 'ひ' | 'ふ' | 'へ' | 'ほ', false) => 1,
        ('ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ' | 'は' | 'ひ' | 'ふ' | 'へ' | 'ほ', true) => 2,
        _ => return None,
    };
    char::from_u32(code + step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_width_is_made_whole() {
        assert_eq!(full_width('ｱ'), Some('ア'));
        assert_eq!(full_width('ﾝ'), Some('ン'));
        assert_eq!(full_width('ｰ'), Some('ー'));
        assert_eq!(full_width('a'), None);
        assert_eq!(voiced('カ', false), Some('ガ'));
        assert_eq!(voiced('ト', false), Some('ド'));
        assert_eq!(voiced('ハ', true), Some('パ'));
        assert_eq!(voiced('ン', false), None);
    }
}
