//! Takes what tells who somebody is out of a text that others will read: addresses, numbers, links.

/// What stands in place of an e-mail address.
pub const EMAIL: &str = "[email]";
/// What stands in place of a number by which somebody or something is known: an order, a phone, a card.
pub const NUMBER: &str = "[number]";
/// What stands in place of a link, which may carry any of these.
pub const LINK: &str = "[link]";

/// Digits that make a word or a run a number by which something is known; prices, sizes and years have fewer.
const DIGITS: usize = 5;

/// The text without personal data. Names cannot be told from other words and stay.
#[must_use]
pub fn mask(text: &str) -> String {
    let text: String = text.chars().map(narrow).collect();
    let mut out = String::with_capacity(text.len());
    // A run of digits with spaces or marks between is one number, so words are looked at together with their neighbours.
    let mut rest = text.as_str();
    while !rest.is_empty() {
        if let Some(end) = link(rest).filter(|_| at_start(&out)) {
            out.push_str(LINK);
            rest = &rest[end..];
        } else if let Some(end) = email(rest).filter(|_| at_start(&out)) {
            out.push_str(EMAIL);
            rest = &rest[end..];
        } else if let Some(end) = number(rest).filter(|_| at_start(&out)) {
            out.push_str(NUMBER);
            rest = &rest[end..];
        } else {
            let next = rest.chars().next().map_or(rest.len(), char::len_utf8);
            out.push_str(&rest[..next]);
            rest = &rest[next..];
        }
    }
    out
}

/// Whether what follows begins a word; in scripts without spaces a word begins anywhere.
fn at_start(before: &str) -> bool {
    before.chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric())
}

fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        // Digits of other scripts are digits too.
        '\u{0660}'..='\u{0669}' => char::from_u32(u32::from(c) - 0x0660 + 0x30).unwrap_or(c),
        '\u{06F0}'..='\u{06F9}' => char::from_u32(u32::from(c) - 0x06F0 + 0x30).unwrap_or(c),
        '\u{0E50}'..='\u{0E59}' => char::from_u32(u32::from(c) - 0x0E50 + 0x30).unwrap_or(c),
        other => other,
    }
}

fn link(text: &str) -> Option<usize> {
    let lower: String = text.chars().take(8).collect::<String>().to_ascii_lowercase();
    let starts = ["https://", "http://", "www."].iter().any(|start| lower.starts_with(start));
    starts.then(|| text.find(|c: char| c.is_whitespace() || !c.is_ascii()).unwrap_or(text.len()))
}

fn email(text: &str) -> Option<usize> {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '%');
    let user = text.find(|c| !word(c)).filter(|end| (1..=64).contains(end))?;
    let host = text[user..].strip_prefix('@')?;
    let end =
        host.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))).unwrap_or(host.len());
    let host = host[..end].trim_end_matches('.');
    host.contains('.').then_some(user + 1 + host.len())
}

/// A number: digits with spaces and marks between, or a word of letters, digits and dashes.
fn number(text: &str) -> Option<usize> {
    if !text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '(' | '#')) {
        return None;
    }
    let count = |run: &str| run.bytes().filter(u8::is_ascii_digit).count();
    let word = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '#' | '_')))
        .unwrap_or(text.len());
    let by_word = Some(word).filter(|end| count(&text[..*end]) >= DIGITS);
    let run = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | '-' | '.' | '/' | ' ')))
        .unwrap_or(text.len());
    let run = text[..run].rfind(|c: char| c.is_ascii_digit()).map_or(0, |last| last + 1);
    let by_run = Some(run).filter(|end| count(&text[..*end]) >= DIGITS);
    by_word.max(by_run)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_tells_who_somebody_is_goes_and_the_rest_stays() {
        for (text, masked) in [
            ("where is TW-2026-0042?", "where is [number]?"),
            ("我的订单20260042还没到", "我的订单[number]还没到"),
            ("订单号：１２３４５６７８", "订单号:[number]"),
            ("call +86 138-0013-8000 please", "call [number] please"),
            ("mail kim.x@shop.example.", "mail [email]."),
            ("邮箱kim@shop.example谢谢", "邮箱[email]谢谢"),
            ("see https://shop.example/o?id=1 ok", "see [link] ok"),
            ("my card 4111 1111 1111 1111", "my card [number]"),
            ("size 42, 2026, 299 yuan, 618", "size 42, 2026, 299 yuan, 618"),
            ("超过3天呢", "超过3天呢"),
            ("Current 2 Pro", "Current 2 Pro"),
            ("", ""),
        ] {
            assert_eq!(mask(text), masked, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_long_number_and_no_address_remains(text in "[a-c0-9 @.+-]{0,40}|\\PC{0,40}") {
            let masked = mask(&text);
            let longest = masked.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
            prop_assert!(longest.is_none_or(|digits| digits < DIGITS), "{}", masked);
        }

        #[test]
        fn masking_twice_changes_nothing_more(text in "\\PC{0,40}") {
            let masked = mask(&text);
            prop_assert_eq!(mask(&masked), masked);
        }
    }
}
