//! The subset, by examples, and what no text may do.

use proptest::prelude::*;

use super::*;

/// Blocks as one line: what is easy to compare.
fn shown(text: &str) -> String {
    let words = |runs: &[Run<'_>]| {
        let one = |run: &Run<'_>| {
            let marks = format!("{}{}", if run.bold { "b" } else { "" }, if run.emphasis { "i" } else { "" });
            let link = run.link.map(|link| format!(" → {link}")).unwrap_or_default();
            if marks.is_empty() && link.is_empty() {
                run.text.to_owned()
            } else {
                format!("<{marks}:{}{link}>", run.text)
            }
        };
        runs.iter().map(one).collect::<Vec<_>>().join("|")
    };
    let block = |block: &Block<'_>| match block {
        Block::Words(runs) => words(runs),
        Block::List { first, items } => {
            let items: Vec<_> = items.iter().map(|item| words(item)).collect();
            format!("{}[{}]", first.map(|n| n.to_string()).unwrap_or_default(), items.join("; "))
        }
        Block::Image { alt, address } => format!("image {alt} {address}"),
        Block::Buttons(row) => {
            let one = |b: &Button<'_>| match b.does {
                Does::Say => format!("({})", b.label),
                Does::Open(address) => format!("({} ↗ {address})", b.label),
                Does::Pick(entry) => format!("({} ? {entry})", b.label),
            };
            row.iter().map(one).collect::<Vec<_>>().join(" ")
        }
    };
    blocks(text).iter().map(block).collect::<Vec<_>>().join(" ¶ ")
}

fn check(text: &str, expect: &str) {
    assert_eq!(shown(text), expect, "{text:?}");
}

#[test]
fn r_56_paragraphs_and_line_breaks_stay() {
    check("", "");
    check("one\ntwo", "one\ntwo");
    check("one\n\n \n two  \n", "one ¶  two");
}

#[test]
fn r_56_bold_and_emphasis_in_every_script() {
    check("a **b** *c*", "a |<b:b>| |<i:c>");
    check("**重要：**请在3天内", "<b:重要：>|请在3天内");
    check("**مهم** جدًا", "<b:مهم>| جدًا");
    check("***both***", "<bi:both>");
    check("**a *b* c**", "<b:a >|<bi:b>|<b: c>");
    for plain in ["2*3*4", "* alone", "a * b * c", "**", "5 ** 6", "*open", "x** y**", "snake_case_name"] {
        let expect = plain.strip_prefix("* ").map_or_else(|| plain.to_owned(), |item| format!("[{item}]"));
        check(plain, &expect);
    }
    check(r"\*no\* 1\\2 \a", r"*no|* 1|\2 \a");
}

#[test]
fn r_56_lists() {
    check("Do:\n- a\n- **b**\n* c\nThen", "Do: ¶ [a; <b:b>; c] ¶ Then");
    check("1. a\n2) b\n\n3. c\n- d", "1[a; b; c] ¶ [d]");
    check("2026. a year\n-no\n1.5 m", "2026. a year\n-no\n1.5 m");
}

#[test]
fn r_57_only_these_addresses_are_links() {
    check("[x](https://a.example/退?y=1#z)!", "<:x → https://a.example/退?y=1#z>|!");
    check(
        "[mail](mailto:a@b.example) [call](tel:+86138)",
        "<:mail → mailto:a@b.example>| |<:call → tel:+86138>",
    );
    check("**[x](HTTP://a.example)**", "<b:x → HTTP://a.example>");
    check("see https://a.example/x.", "see |<:https://a.example/x → https://a.example/x>|.");
    for text in [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert%281%29)",
        "[x](data:text/html,x)",
        "[x](vbscript:x)",
        "[x](//a.example)",
        "[x](/a)",
        "[x](https://)",
        "[x](https:// a.example)",
        "[](https://)",
        "<a href=\"x\">",
        "<script>alert(1)</script>",
    ] {
        check(text, text);
    }
}

#[test]
fn r_57_images_stand_alone_and_come_by_https() {
    check(
        "Like this:\n![A cable](https://a.example/c.png)\nDone",
        "Like this: ¶ image A cable https://a.example/c.png ¶ Done",
    );
    check("![x](javascript:alert%281%29)", "![x](javascript:alert%281%29)");
    check("[x](https://a.example\"on=\"x)", "[x](|<:https://a.example → https://a.example>|\"on=\"x)");
    check("![x](http://a.example/c.png)", "!|<:x → http://a.example/c.png>");
}

#[test]
fn r_58_buttons() {
    check("Sure.\n\n[[Track it]](https://a.example) [[Yes]]", "Sure. ¶ (Track it ↗ https://a.example) (Yes)");
    check("[[a]]\n[[b]](entry:return-how)", "(a) (b ? return-how)");
    for text in ["[[a]](javascript:x)", "[[a]](entry:<b>)", "[[ ]]", "[[a]] and more", "[[a"] {
        check(text, text);
    }
}

#[test]
fn bidirectional_overrides_and_controls_vanish() {
    check("a\u{202E}b\u{2066}c\u{7}", "a|b|c");
    check("[x\u{202E}](https://a.example)", "[x|](|<:https://a.example → https://a.example>|)");
}

#[test]
fn people_s_own_words_have_links_and_nothing_else() {
    let parts = links("**see** [x](https://a.example) - https://b.example/y。");
    let linked: Vec<_> = parts.iter().filter_map(|run| run.link).collect();
    assert_eq!(linked, ["https://a.example", "https://b.example/y"]);
    assert!(parts.iter().all(|run| !run.bold && run.link.is_none_or(|link| link == run.text)));
    let text: String = parts.iter().map(|run| run.text).collect();
    assert_eq!(text, "**see** [x](https://a.example) - https://b.example/y。");
}

#[test]
fn bare_addresses() {
    let check = |text: &str, expect: &[(&str, bool)]| {
        let found: Vec<_> = links(text).iter().map(|run| (run.text, run.link.is_some())).collect();
        assert_eq!(found, expect, "{text}");
    };
    check("no link", &[("no link", false)]);
    check("(http://a.example)", &[("(", false), ("http://a.example", true), (")", false)]);
    check("请看https://a.example/退货", &[("请看", false), ("https://a.example/", true), ("退货", false)]);
    check("http https:// httpx://a", &[("http https:// httpx://a", false)]);
    check("javascript:alert(1) data:text/html,x", &[("javascript:alert(1) data:text/html,x", false)]);
}

#[test]
fn an_escaped_text_is_shown_as_it_was() {
    for (text, after) in [
        ("**x** [y](https://z.example)", ""),
        (r"a\b *c*", ""),
        ("TW-2026-0042", ""),
        ("https://z.example", ""),
        ("- a", ""),
        ("1. a 2) b", ""),
        ("• a", ""),
        ("![a](https://z.example/c.png)", ""),
        ("[[a]]", ""),
        ("-", " a"),
        ("12.", " a"),
        ("•", " a"),
        ("\\", "*a"),
    ] {
        let escaped = [&escaped(text), after].concat();
        let read = blocks(&escaped);
        let [Block::Words(runs)] = &read[..] else { panic!("{read:?}") };
        assert_eq!(runs.iter().map(|run| run.text).collect::<String>(), [text, after].concat());
        assert!(runs.iter().all(|run| !run.bold && !run.emphasis && run.link.is_none()), "{runs:?}");
    }
}

fn sound(run: &Run<'_>) -> bool {
    !run.text.is_empty() && !run.text.contains(is_deceptive) && run.link.is_none_or(is_link)
}

fn all_sound(text: &str) {
    for block in blocks(text) {
        match block {
            Block::Words(runs) => assert!(runs.iter().all(sound), "{text:?}"),
            Block::List { items, .. } => assert!(items.iter().flatten().all(sound), "{text:?}"),
            Block::Image { address, alt } => {
                assert!(is_link(address) && has_scheme(address, "https://") && !alt.contains(is_deceptive));
            }
            Block::Buttons(row) => assert!(row.iter().all(|b| match b.does {
                Does::Say => !b.label.is_empty(),
                Does::Open(address) => is_link(address),
                Does::Pick(id) => is_id(id),
            })),
        }
    }
}

proptest! {
    #[test]
    fn no_text_leads_elsewhere(text in "\\PC{0,80}") {
        all_sound(&text);
        assert!(links(&text).iter().all(sound));
    }

    #[test]
    fn no_mixture_of_marks_leads_elsewhere(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "**", "*", "[", "]", "(", ")", "[[", "]]", "](", "!", "\\", "\n", "\n\n", "- ", "1. ", " ", "a", "字",
                "javascript:", "https://", "https://a.example", "mailto:", "tel:1", "entry:", "\u{202E}", "\u{2066}", "<b>",
                "http", "\t", "é",
            ]),
            0..40,
        ),
    ) {
        all_sound(&parts.concat());
    }

    #[test]
    fn without_marks_nothing_is_lost(text in "[a-z字\\n .,;é-]{0,60}") {
        let shown = |runs: &[Run<'_>]| runs.iter().map(|run| run.text.to_owned()).collect::<String>();
        let read: String = blocks(&text).iter().map(|block| match block {
            Block::Words(runs) => shown(runs),
            Block::List { items, .. } => items.iter().map(|item| shown(item)).collect(),
            _ => String::new(),
        }).collect();
        let bare = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
        assert_eq!(bare(&read), bare(&text));
    }
}

#[test]
fn huge_texts_take_time_by_their_length() {
    let marks =
        "* ** |*a|**a |[|[[|[a](|[a](b|![|\\|- |1. |h|http://|*a* |[[a]]|**a*|(|[a](https://|\\*|[[a]](";
    for mark in marks.split('|') {
        // Fifty thousand bytes of marks: quadratic reading would not come to an end.
        all_sound(&mark.repeat(50_000 / mark.len()));
    }
}
