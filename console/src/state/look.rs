//! How things of the protocol look on screen: short codes, safe links, tints.

use shared::ids::ConversationId;
use shared::lang::Lang;

/// A language in one or two letters of its own.
#[must_use]
pub const fn lang_mark(lang: Lang) -> &'static str {
    match lang {
        Lang::ZhCn => "简",
        Lang::ZhTw => "繁",
        Lang::En => "EN",
        Lang::Ja => "日",
        Lang::Ko => "한",
        Lang::Es => "ES",
        Lang::Fr => "FR",
        Lang::De => "DE",
        Lang::Pt => "PT",
        Lang::It => "IT",
        Lang::Ru => "RU",
        Lang::Th => "ไท",
        Lang::Vi => "VI",
        Lang::Id => "ID",
        Lang::Ar => "ع",
    }
}

/// A conversation's short code, by which agents tell anonymous visitors apart: `7K3Q`.
#[must_use]
pub fn short_code(id: &ConversationId) -> String {
    let letters: Vec<char> = id.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
    letters.iter().skip(letters.len().saturating_sub(4)).map(char::to_ascii_uppercase).collect()
}

/// One of `of` tints, always the same for the same text.
#[must_use]
pub fn tint(text: &str, of: u32) -> u32 {
    let hash = text.bytes().fold(2_166_136_261u32, |h, b| (h ^ u32::from(b)).wrapping_mul(16_777_619));
    (hash ^ hash >> 15) % of.max(1)
}

/// The initials of a person's name: `JM`, `美`.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|w| w.chars().next());
    let Some(first) = first else { return "?".into() };
    let last = words.next_back().and_then(|w| w.chars().next()).filter(|_| first.is_ascii());
    std::iter::once(first).chain(last).flat_map(char::to_uppercase).collect()
}

/// The URL, when it may be followed from the console: http or https, nothing else.
#[must_use]
pub fn safe_link(url: &str) -> Option<&str> {
    let lower: String = url.chars().take(8).flat_map(char::to_lowercase).collect();
    let sound = (lower.starts_with("https://") || lower.starts_with("http://"))
        && !url.chars().any(|c| c.is_control() || c.is_whitespace());
    sound.then_some(url)
}

/// The image URL, when it may be loaded: https only.
#[must_use]
pub fn safe_image(url: &str) -> Option<&str> {
    safe_link(url).filter(|u| u.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://")))
}

/// A URL as people read it: host and path, without scheme, query and trailing slash.
#[must_use]
pub fn readable_url(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    rest.get(..end).unwrap_or(rest).trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_links_are_followed_and_only_https_images_loaded() {
        for (url, link, image) in [
            ("https://shop.example/a?b=1", true, true),
            ("HTTPS://SHOP.example", true, true),
            ("http://localhost:8788/p", true, false),
            ("javascript:alert(1)", false, false),
            (" javascript:alert(1)", false, false),
            ("data:text/html,x", false, false),
            ("https://a b", false, false),
            ("", false, false),
            ("日本語日本語日本語", false, false),
        ] {
            assert_eq!((safe_link(url).is_some(), safe_image(url).is_some()), (link, image), "{url}");
        }
    }

    #[test]
    fn urls_read_short() {
        assert_eq!(readable_url("https://shop.example/p/1/?x#y"), "shop.example/p/1");
        assert_eq!(readable_url("nonsense"), "nonsense");
    }

    #[test]
    fn codes_initials_and_tints() {
        assert_eq!(short_code(&ConversationId::new("0abc-7k3q").unwrap()), "7K3Q");
        assert_eq!(short_code(&ConversationId::new("a").unwrap()), "A");
        assert_eq!(short_code(&ConversationId::new("-").unwrap()), "");
        for (name, want) in [("Jonas Meyer", "JM"), ("mei", "M"), ("李 美", "李"), ("", "?"), (" ", "?")] {
            assert_eq!(initials(name), want, "{name:?}");
        }
        assert!(tint("x", 8) < 8 && tint("x", 8) == tint("x", 8) && tint("x", 0) == 0);
    }
}
