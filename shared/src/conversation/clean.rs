//! What is kept of texts that people and pages send: verbatim, except for what could deceive a reader.

use crate::limits::{SHORT_CHARS, TEXT_CHARS, URL_CHARS};
use crate::protocol::ErrorCode;
use crate::protocol::stage::{PageContext, Product};

/// The text without control characters (but newline and tab) and without bidirectional overrides and isolates.
#[must_use]
pub fn clean(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    text.chars().filter(|&c| !is_deceptive(c)).collect()
}

/// Whether it is of printable ASCII and line breaks alone, which every message is asked: then there is nothing to look at
/// by its characters.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t'))
}

pub(crate) fn is_deceptive(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether nothing would be seen of it: a message of it is refused.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace() || is_deceptive(c) || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
    })
}

/// A message's text, cleaned; blank and too long ones are refused.
pub(crate) fn words(text: String) -> Result<String, ErrorCode> {
    let text = if is_plain(&text) { text } else { clean(&text) };
    if is_blank(&text) {
        return Err(ErrorCode::BadValue);
    }
    if text.len() > TEXT_CHARS && text.chars().nth(TEXT_CHARS).is_some() {
        return Err(ErrorCode::TooLarge);
    }
    Ok(text)
}

/// At most `chars` characters of it, cleaned.
pub(crate) fn shortened(text: &str, chars: usize) -> String {
    if text.len() <= chars && is_plain(text) {
        return text.to_owned();
    }
    text.chars().filter(|&c| !is_deceptive(c)).take(chars).collect()
}

/// A short text, cleaned and cut; `None` when blank.
pub(super) fn short(text: &str) -> Option<String> {
    let text = shortened(text, SHORT_CHARS);
    (!is_blank(&text)).then_some(text)
}

/// A page as kept: bounded, and only http(s) addresses. A longer address is cut: it is for people to recognise.
pub(super) fn page(page: PageContext) -> PageContext {
    let product = page.product.and_then(|product| {
        Some(Product {
            name: short(&product.name)?,
            sku: product.sku.as_deref().and_then(short),
            price: product.price.as_deref().and_then(short),
            image: product.image.as_deref().map(url).filter(|url| !url.is_empty()),
        })
    });
    PageContext { url: url(&page.url), title: shortened(&page.title, SHORT_CHARS), product }
}

fn url(text: &str) -> String {
    let has = |scheme: &str| text.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme));
    if has("https://") || has("http://") { shortened(text, URL_CHARS) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_54_words_are_kept_verbatim_but_for_what_deceives() {
        let check = |text: &str, kept: Result<&str, ErrorCode>| {
            assert_eq!(words(text.to_owned()), kept.map(String::from), "{text:?}");
        };
        check(" <b>hi</b>\n\tthere ", Ok(" <b>hi</b>\n\tthere "));
        check("a\u{0}b\u{1b}[2Jc\u{7f}\u{85}", Ok("ab[2Jc"));
        check("\u{202E}evil\u{2066}x\u{2069}", Ok("evilx"));
        check("مرحبا\u{200F} שלום 👩‍👩‍👧", Ok("مرحبا\u{200F} שלום 👩‍👩‍👧"));
        for blank in ["", " \n", "\u{200B}\u{FEFF}", "\u{202E}\u{0}"] {
            check(blank, Err(ErrorCode::BadValue));
        }
        check(&"😀".repeat(TEXT_CHARS), Ok(&"😀".repeat(TEXT_CHARS)));
        check(&"😀".repeat(TEXT_CHARS + 1), Err(ErrorCode::TooLarge));
    }

    #[test]
    fn r_55_pages_are_bounded_and_only_web_addresses_kept() {
        for (given, kept) in [
            ("https://shop.example/p?q=1", "https://shop.example/p?q=1"),
            ("HTTP://shop.example", "HTTP://shop.example"),
            ("javascript:alert(1)", ""),
            ("data:text/html,x", ""),
            (" https://shop.example", ""),
            ("é", ""),
        ] {
            assert_eq!(url(given), kept, "{given}");
        }
        let long = "x".repeat(9_000);
        let kept = page(PageContext {
            url: format!("https://{long}"),
            title: long.clone(),
            product: Some(Product {
                name: long.clone(),
                sku: Some(long),
                price: Some(" ".into()),
                image: Some("file:///etc/passwd".into()),
            }),
        });
        assert_eq!(kept.url.chars().count(), URL_CHARS);
        assert_eq!(kept.title.chars().count(), SHORT_CHARS);
        let product = kept.product.unwrap();
        assert_eq!(product.name.chars().count(), SHORT_CHARS);
        assert_eq!((product.price, product.image), (None, None));
    }
}
