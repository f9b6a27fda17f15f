//! Answers as schema.org has them, which is HTML, to and from the plain texts with a little Markdown that entries have.

/// The text of an answer that may be HTML.
pub(super) fn to_text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut link: Option<(usize, String)> = None;
    let mut rest = html;
    while let Some(place) = rest.find(['<', '&']) {
        out.push_str(&rest[..place]);
        rest = &rest[place..];
        if rest.starts_with('&') {
            rest = entity(rest, &mut out);
            continue;
        }
        let named = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        let Some(end) = rest.find('>').filter(|_| named) else {
            out.push('<');
            rest = &rest[1..];
            continue;
        };
        tag(&rest[1..end], &mut out, &mut link);
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out.trim().to_owned()
}

fn tag(tag: &str, out: &mut String, link: &mut Option<(usize, String)>) {
    let name: String = tag.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect();
    let fresh_line = |out: &mut String| {
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
    };
    match name.trim_end_matches('/').to_ascii_lowercase().as_str() {
        "br" => out.push('\n'),
        "/p" | "/div" | "/ul" | "/ol" | "/h2" | "/h3" | "/h4" => {
            fresh_line(out);
            if !out.ends_with("\n\n") {
                out.push('\n');
            }
        }
        "p" | "div" | "ul" | "ol" | "/li" | "/tr" => fresh_line(out),
        "li" => {
            fresh_line(out);
            out.push_str("- ");
        }
        "b" | "strong" | "/b" | "/strong" => out.push_str("**"),
        "a" => *link = attribute(tag, "href").map(|address| (out.len(), address)),
        "/a" => {
            if let Some((start, address)) = link.take()
                && let Some(label) = out.get(start..).map(str::to_owned)
            {
                out.truncate(start);
                out.push_str(&format!("[{label}]({address})"));
            }
        }
        _ => {}
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let place = tag.to_ascii_lowercase().find(&format!("{name}="))?;
    let value = tag.get(place + name.len() + 1..)?;
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split(char::is_whitespace).next()?,
    };
    let mut plain = String::new();
    let mut rest = value;
    while let Some(place) = rest.find('&') {
        plain.push_str(&rest[..place]);
        rest = entity(&rest[place..], &mut plain);
    }
    plain.push_str(rest);
    (plain.starts_with("https://") || plain.starts_with("http://")).then_some(plain)
}

/// Reads the entity that `text` begins with; what is none is kept as it is. The rest.
fn entity<'a>(text: &'a str, out: &mut String) -> &'a str {
    let end = text.char_indices().take(12).find(|(_, c)| *c == ';').map(|(place, _)| place);
    let found = end.and_then(|end| {
        let name = &text[1..end];
        let number = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => digits.parse().ok(),
        });
        let named = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some(' '),
            _ => None,
        };
        named.or_else(|| number.and_then(char::from_u32)).map(|c| (c, end))
    });
    match found {
        Some((c, end)) => {
            out.push(c);
            &text[end + 1..]
        }
        None => {
            out.push('&');
            &text[1..]
        }
    }
}

/// A text as HTML that shows it.
pub(super) fn from_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn answers_of_pages_become_texts() {
        for (html, text) in [
            ("Within 30&nbsp;days.", "Within 30 days."),
            ("<p>One.</p><p>Two &amp; three.</p>", "One.\n\nTwo & three."),
            ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
            (
                "See <a class=\"x\" href=\"https://s.example/?a=1&amp;b=2\">here</a>.",
                "See [here](https://s.example/?a=1&b=2).",
            ),
            ("<a href=\"javascript:x()\">x</a>", "x"),
            ("<b>Now</b>", "**Now**"),
            ("1 < 2 & 3", "1 < 2 & 3"),
            ("&#x4F60;&#22909;", "你好"),
            ("<br", "<br"),
        ] {
            assert_eq!(to_text(html), text, "{html}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(text in "[ -~你好\n]{0,60}") {
            prop_assert_eq!(to_text(&from_text(&text)), text.trim());
        }

        #[test]
        fn nothing_panics(html in "[<>&;#/a-p\"'= é你]{0,60}") {
            let _ = to_text(&html);
        }
    }
}
