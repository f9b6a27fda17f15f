//! Finds web addresses in plain text, so that they can be shown as links.

/// A stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    Text(&'a str),
    /// An `http://` or `https://` address; nothing else ever becomes a link.
    Link(&'a str),
}

/// Cuts `text` into plain stretches and links, losing nothing.
pub(crate) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(at) = rest[from..].find("http").map(|at| from + at) {
        let link = link_at(&rest[at..]);
        if link.is_empty() {
            from = at + 4;
            continue;
        }
        if at > 0 {
            found.push(Part::Text(&rest[..at]));
        }
        found.push(Part::Link(link));
        rest = &rest[at + link.len()..];
        from = 0;
    }
    if !rest.is_empty() {
        found.push(Part::Text(rest));
    }
    found
}

/// The address `text` begins with, or nothing. Ends before white space, quotes, brackets, and anything that is no
/// ASCII (an address typed into Chinese text has no space after it), and without closing punctuation.
fn link_at(text: &str) -> &str {
    let scheme = if text.starts_with("https://") {
        8
    } else if text.starts_with("http://") {
        7
    } else {
        return "";
    };
    let host = &text[scheme..];
    let end = host.find(|c: char| !c.is_ascii_graphic() || "<>\"'`{}|\\^".contains(c)).unwrap_or(host.len());
    let host = host[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '*', '_']);
    if host.starts_with(|c: char| c.is_ascii_alphanumeric()) { &text[..scheme + host.len()] } else { "" }
}

#[cfg(test)]
mod tests {
    use super::Part::{Link, Text};
    use super::*;

    #[test]
    fn addresses_become_links_and_nothing_else_does() {
        let check = |text: &str, expect: &[Part<'_>]| assert_eq!(parts(text), expect, "{text}");
        check("", &[]);
        check("no link", &[Text("no link")]);
        check("see https://a.example/x?y=1.", &[Text("see "), Link("https://a.example/x?y=1"), Text(".")]);
        check("(http://a.example)", &[Text("("), Link("http://a.example"), Text(")")]);
        check("请看https://a.example/退货", &[Text("请看"), Link("https://a.example/"), Text("退货")]);
        check("http https:// httpx://a", &[Text("http https:// httpx://a")]);
        check("javascript:alert(1) data:text/html,x", &[Text("javascript:alert(1) data:text/html,x")]);
        check(
            "<a href=\"https://a.example\">",
            &[Text("<a href=\""), Link("https://a.example"), Text("\">")],
        );
        check(
            "https://a.example https://b.example",
            &[Link("https://a.example"), Text(" "), Link("https://b.example")],
        );
    }
}
