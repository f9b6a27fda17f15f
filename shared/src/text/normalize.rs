//! Normalising text for matching: one form for what people write in many.

use super::{han, kana};

/// Stands for a URL in normalised text.
pub const URL: char = '\u{E000}';
/// Stands for an e-mail address.
pub const EMAIL: char = '\u{E001}';
/// Stands for an order, parcel or phone number.
pub const NUMBER: char = '\u{E002}';

/// Normalises up to `max_chars` characters of `text` for matching: full width to half width, half-width kana to
/// full width, lower case, accents off Latin letters, traditional and Japanese characters folded to simplified
/// ones, Arabic letter variants unified. Control, formatting and bidirectional characters vanish; emoji and
/// punctuation other than `'` inside words become a space. URLs, addresses and order numbers become one stand-in
/// character each.
#[must_use]
pub fn normalize(text: &str, max_chars: usize) -> String {
    let mut out = String::with_capacity(text.len().min(max_chars * 4));
    let plain = narrow(text, max_chars);
    for (nth, word) in plain.split_whitespace().enumerate() {
        if nth > 0 {
            out.push(' ');
        }
        match recognise(word) {
            Some(stand_in) => out.push(stand_in),
            None => fold_word(word, &mut out),
        }
    }
    out
}

/// Whether the character carries no meaning of its own in a chat text: controls, bidirectional overrides, joiners,
/// variation selectors, tags.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}'
        | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFF}' | '\u{E000}'..='\u{F8FF}'
        | '\u{E0000}'..='\u{10FFFF}')
}

/// Whether the character is a pictograph, dingbat or another symbol people use as one.
#[must_use]
pub const fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FBFF}' | '\u{2190}'..='\u{2BFF}' | '\u{3030}' | '\u{303D}' | '\u{3297}'
        | '\u{3299}' | '\u{20E3}')
}

/// Width and invisible characters, which the recognising of URLs and numbers builds on. Words stay apart.
fn narrow(text: &str, max_chars: usize) -> String {
    let mut out = String::with_capacity(text.len().min(max_chars * 4));
    for c in text.chars().take(max_chars) {
        match c {
            c if is_invisible(c) => {}
            c if is_emoji(c) => out.push(' '),
            '\u{FF01}'..='\u{FF5E}' => out.extend(char::from_u32(u32::from(c) - 0xFEE0)),
            'ﾞ' | '\u{3099}' | 'ﾟ' | '\u{309A}' => {
                let semi = matches!(c, 'ﾟ' | '\u{309A}');
                if let Some(whole) = out.chars().last().and_then(|last| kana::voiced(last, semi)) {
                    out.pop();
                    out.push(whole);
                }
            }
            '’' | '‘' | 'ʼ' | '´' | '`' => out.push('\''),
            '“' | '”' | '、' | '。' => out.push(' '),
            c => out.push(kana::full_width(c).unwrap_or(c)),
        }
    }
    out
}

/// A word that is a URL, an address or a number nobody matches by its letters.
fn recognise(word: &str) -> Option<char> {
    if !word.is_ascii() {
        return None;
    }
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let lower = word.to_ascii_lowercase();
    if lower.starts_with("http:") || lower.starts_with("https:") || lower.starts_with("www.") {
        return Some(URL);
    }
    if let Some((name, domain)) = word.split_once('@') {
        return (!name.is_empty() && domain.contains('.')).then_some(EMAIL);
    }
    if let Some((host, path)) = word.split_once('/')
        && host.contains('.')
        && !path.is_empty()
        && host.bytes().any(|b| b.is_ascii_alphabetic())
    {
        return Some(URL);
    }
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let numberlike = word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'#'));
    (digits >= 5 && numberlike && digits * 2 >= word.len()).then_some(NUMBER)
}

fn fold_word(word: &str, out: &mut String) {
    let mut digits = 0usize;
    for c in word.chars() {
        // A long number glued to Chinese or Japanese text is a number all the same.
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        if digits == 6 {
            out.truncate(out.len() - 5);
            out.push(NUMBER);
        }
        if digits >= 6 {
            continue;
        }
        fold_char(c, out);
    }
}

/// Appends the folded form of one character.
fn fold_char(c: char, out: &mut String) {
    match c {
        'a'..='z' | '0'..='9' | '\'' | 'ー' => out.push(c),
        'A'..='Z' => out.push(c.to_ascii_lowercase()),
        '\u{4E00}'..='\u{9FFF}' => out.push(han::fold(c)),
        '\u{300}'..='\u{36F}' | '\u{64B}'..='\u{652}' | '\u{640}' | '\u{670}' => {}
        'أ' | 'إ' | 'آ' | 'ٱ' => out.push('ا'),
        'ى' => out.push('ي'),
        'ة' => out.push('ه'),
        'ß' => out.push_str("ss"),
        'æ' | 'Æ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        '々' => {
            if let Some(last) = out.chars().last() {
                out.push(last);
            }
        }
        c if c.is_alphanumeric() || is_thai_mark(c) => {
            for lower in c.to_lowercase() {
                if !matches!(lower, '\u{300}'..='\u{36F}') {
                    out.push(plain_latin(lower));
                }
            }
        }
        _ => {
            if !out.ends_with(' ') {
                out.push(' ');
            }
        }
    }
}

/// Thai vowel and tone marks, which belong to their word although they are no letters.
const fn is_thai_mark(c: char) -> bool {
    matches!(c, '\u{E31}' | '\u{E34}'..='\u{E3A}' | '\u{E47}'..='\u{E4E}')
}

/// The first and the last of the accented letters that lie close to each other.
const NEAR: [u32; 2] = ['à' as u32, 'ư' as u32];
const FAR: [u32; 2] = ['ạ' as u32, 'ỹ' as u32];

/// For each letter from the first to the last the plain one, or 0: a table is smaller than the code of a `match`.
const fn table<const N: usize>(first: u32) -> [u8; N] {
    let mut table = [0; N];
    let mut at = 0;
    while at < N {
        if let Some(c) = char::from_u32(first + at as u32) {
            table[at] = plain(c);
        }
        at += 1;
    }
    table
}

static NEAR_TABLE: [u8; (NEAR[1] - NEAR[0] + 1) as usize] = table(NEAR[0]);
static FAR_TABLE: [u8; (FAR[1] - FAR[0] + 1) as usize] = table(FAR[0]);

/// A lower-case Latin or Cyrillic letter without its accents.
#[must_use]
pub fn plain_latin(c: char) -> char {
    let place = |first: u32| u32::from(c).wrapping_sub(first) as usize;
    match NEAR_TABLE.get(place(NEAR[0])).or_else(|| FAR_TABLE.get(place(FAR[0]))) {
        Some(plain) if *plain > 0 => char::from(*plain),
        _ if c == 'ё' => 'е',
        _ => c,
    }
}

/// The letter below the accents of a Latin one; 0 for any other.
const fn plain(c: char) -> u8 {
    match c {
        'à'..='å'
        | 'ā'
        | 'ă'
        | 'ą'
        | 'ạ'
        | 'ả'
        | 'ấ'
        | 'ầ'
        | 'ẩ'
        | 'ẫ'
        | 'ậ'
        | 'ắ'
        | 'ằ'
        | 'ẳ'
        | 'ẵ'
        | 'ặ' => b'a',
        'ç' | 'ć' | 'č' => b'c',
        'ď' | 'đ' => b'd',
        'è'..='ë' | 'ē' | 'ę' | 'ě' | 'ẹ' | 'ẻ' | 'ẽ' | 'ế' | 'ề' | 'ể' | 'ễ' | 'ệ' => {
            b'e'
        }
        'ğ' => b'g',
        'ì'..='ï' | 'ī' | 'ı' | 'ỉ' | 'ị' | 'ĩ' => b'i',
        'ł' => b'l',
        'ñ' | 'ń' | 'ň' => b'n',
        'ò'..='ö'
        | 'ø'
        | 'ō'
        | 'ő'
        | 'ọ'
        | 'ỏ'
        | 'ố'
        | 'ồ'
        | 'ổ'
        | 'ỗ'
        | 'ộ'
        | 'ơ'
        | 'ớ'
        | 'ờ'
        | 'ở'
        | 'ỡ'
        | 'ợ' => b'o',
        'ř' => b'r',
        'ś' | 'š' | 'ş' => b's',
        'ť' => b't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ụ' | 'ủ' | 'ũ' | 'ư' | 'ứ' | 'ừ' | 'ử' | 'ữ' | 'ự' => {
            b'u'
        }
        'ý' | 'ÿ' | 'ỳ' | 'ỵ' | 'ỷ' | 'ỹ' => b'y',
        'ź' | 'ż' | 'ž' => b'z',
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_many() {
        for (text, expect) in [
            ("Ｏｒｄｅｒ　ＡＢＣ", "order abc"),
            ("ｷｬﾝｾﾙ ﾀﾞｳﾝﾛｰﾄﾞ", "キャンセル ダウンロード"),
            ("訂單運費", "订单运费"),
            ("Où est mon colis ?", "ou est mon colis "),
            ("Don’t", "don't"),
            ("a\u{202E}b\u{200B}c\0", "abc"),
            ("退款😀😀吧", "退款 吧"),
            ("色々", "色色"),
            ("", ""),
        ] {
            assert_eq!(normalize(text, 100), expect, "{text:?}");
        }
    }

    #[test]
    fn no_accented_letter_is_outside_the_tables() {
        for c in '\0'..=char::MAX {
            let expect = match plain(c) {
                0 if c == 'ё' => 'е',
                0 => c,
                plain => char::from(plain),
            };
            assert_eq!(plain_latin(c), expect, "{c:?}");
        }
    }

    #[test]
    fn numbers_and_addresses_are_recognised() {
        for (text, expect) in [
            ("see https://a.b/c?d", format!("see {URL}")),
            ("mail me@shop.example now", format!("mail {EMAIL} now")),
            ("order #TW20240518-0031", format!("order {NUMBER}")),
            ("订单20240518003到哪了", format!("订单{NUMBER}到哪了")),
            ("iphone 15", "iphone 15".to_owned()),
        ] {
            assert_eq!(normalize(text, 100), expect, "{text:?}");
        }
    }

    #[test]
    fn bounded() {
        assert_eq!(normalize(&"x".repeat(100_000), 10).len(), 10);
        assert_eq!(normalize(&"😀".repeat(100_000), 100).trim(), "");
    }
}
