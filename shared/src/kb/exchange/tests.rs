//! Files of every format: what is read, what is refused, and that what is written reads back.

use proptest::prelude::*;

use super::*;
use crate::faq::EntryText;
use crate::kb::check::{problems, tidy};
use crate::kb::{Slot, SlotKind, Variant, Window};
use crate::time::Millis;

mod fuzz;

fn reading() -> Reading<'static> {
    Reading { lang: Lang::En, languages: &[] }
}

fn sound(format: Format, text: &str) -> BTreeMap<EntryId, Content> {
    let found = read(format, text, reading());
    assert_eq!(found.problems.errors, 0, "{:?}\n{text}", found.problems.named);
    found.entries.into_iter().collect()
}

fn id(text: &str) -> EntryId {
    EntryId::new(text).unwrap()
}

fn text(questions: &[&str], answer: &str) -> EntryText {
    EntryText { questions: questions.iter().map(|q| (*q).to_owned()).collect(), answer: answer.into() }
}

/// The problems as `line field code`.
fn wrong(format: Format, text: &str) -> Vec<String> {
    let said = |p: &Problem| {
        let why = serde_json::to_value(&p.why).unwrap();
        let field = serde_json::to_value(p.field).unwrap();
        format!("{} {} {}", p.line.unwrap_or(0), field.as_str().unwrap(), why["type"].as_str().unwrap())
    };
    read(format, text, reading()).problems.named.iter().map(said).collect()
}

#[test]
fn a_table_names_its_columns_in_any_order_and_by_other_names() {
    let table = "\u{FEFF}Language;question;answer;id;category\r\nen;\"How long?\nTill when?\";30 days;a;Returns\r\n\r\nzh;多久;\"30 天;\n谢谢\";a;\r\n";
    let kb = sound(Format::Csv, table);
    let entry = &kb[&id("a")];
    assert_eq!(entry.texts[&Lang::En], text(&["How long?", "Till when?"], "30 days"));
    assert_eq!(entry.texts[&Lang::ZhCn], text(&["多久"], "30 天;\n谢谢"));
    assert_eq!(entry.topic, "Returns");
    let without_ids = sound(Format::Csv, "question,answer\nHow long?,30 days\n多久,30 天\n");
    assert!(without_ids.contains_key(&id("how-long")), "{without_ids:?}");
    assert_eq!(without_ids.len(), 2);
}

#[test]
fn a_table_says_which_line_and_why() {
    for (table, expected) in [
        ("id,questions\na,b\n", vec!["1 file missing_column"]),
        ("id,lang,questions,answer,x\na,en,b,c,d\n", vec!["1 file unknown_column"]),
        ("id,lang,questions,answer\na b,en,q,a\n", vec!["2 id bad_id"]),
        ("id,lang,questions,answer\na,xx,q,a\n", vec!["2 lang unknown_language"]),
        ("id,lang,questions,answer\na,en,\"q\nr\",\n", vec!["3 answer empty"]),
        (
            "id,lang,questions,answer\na,en,,a\nb,en,\" \",a\n",
            vec!["2 questions missing", "3 questions empty"],
        ),
        ("id,lang,questions,answer\na,en,q,a\na,en,q,a\n", vec!["3 lang duplicate"]),
        ("id,lang,questions,answer\na,en,q,a\na,en-GB,q,b\n", vec!["3 lang contradicts"]),
        ("id,lang,questions,answer\na,zh,q,a\na,zh-CN,q,b\n", vec!["3 lang contradicts"]),
        ("id,lang,questions,answer\na,en,q,\"a\nb\n", vec!["2 file unclosed_quote"]),
        ("id,lang,questions,answer\na,en,\"q\"r,a\n", vec!["2 file syntax"]),
        ("id,lang,questions,answer\na,en,q,a\u{7}\n", vec!["2 answer control_character"]),
        ("id,lang,questions,answer,from\na,en,q,a,someday\n", vec!["2 valid bad_time"]),
        ("id,lang,questions,answer,from,until\na,en,q,a,2026-02-01,2026-01-01\n", vec!["2 valid bad_window"]),
        ("", vec!["1 file missing"]),
    ] {
        assert_eq!(wrong(Format::Csv, table), expected, "{table}");
    }
    let huge = format!("id,lang,questions,answer\na,en,q,{}\n", "x".repeat(1 << 20));
    assert_eq!(wrong(Format::Csv, &huge), ["2 answer too_long"]);
}

#[test]
fn warnings_do_not_keep_a_file_out() {
    let table = "id,lang,questions,answer\na,en,\"q\nq\",a\nb,en,Q!,b\nc,ko,뭐,c\n";
    let found = read(Format::Csv, table, Reading { lang: Lang::En, languages: &[Lang::En] });
    assert_eq!((found.problems.errors, found.problems.warnings), (0, 3), "{:?}", found.problems.named);
    assert_eq!(found.entries[0].1.texts[&Lang::En].questions, ["q"]);
    let said: Vec<&Why> = found.problems.named.iter().map(|p| &p.why).collect();
    assert_eq!(said, [&Why::Repeated, &Why::AlsoIn { entry: "a".into() }, &Why::NotOffered]);
}

#[test]
fn a_hundred_thousand_entries_are_refused_with_one_problem_that_names_the_first_too_many() {
    let mut table = String::from("id,lang,questions,answer\n");
    (0..100_000).for_each(|n| table.push_str(&format!("e{n},en,q{n},a\n")));
    let found = read(Format::Csv, &table, reading());
    assert_eq!(found.problems.errors, 1);
    assert_eq!(found.problems.named[0].line, Some(5_002));
    assert_eq!(found.problems.named[0].why, Why::TooMany { most: 5_000 });
}

#[test]
fn many_problems_are_counted_and_the_first_ones_named() {
    let mut table = String::from("id,lang,questions,answer\n");
    (0..1_000).for_each(|n| table.push_str(&format!("e{n},en,q{n},\n")));
    let found = read(Format::Csv, &table, reading());
    assert_eq!((found.problems.errors, found.problems.named.len()), (1_000, limits::KB_PROBLEMS));
    assert_eq!(found.problems.named[0].line, Some(2));
}

#[test]
fn json_says_line_and_column() {
    let file = "{\"entries\": [\n {\"id\": \"a\", \"texts\": {\n  \"en\": {\"questions\": [\"q\"], \"answer\": \"\"},\n  \"en\": {\"questions\": [\"q\"], \"answer\": \"x\"}}},\n {\"id\": \"b\", \"texts\": {\"en\": {\"questions\": \"q\"}}}\n]}";
    let found = read(Format::Json, file, reading());
    let at: Vec<_> = found.problems.named.iter().map(|p| (p.line, p.column.is_some(), p.field)).collect();
    let (answer, lang) = ((Some(3), false, Field::Answer), (Some(4), false, Field::Lang));
    assert!(at.contains(&answer) && at.contains(&lang), "{:?}", found.problems.named);
    assert!(at.contains(&(Some(5), true, Field::File)), "{:?}", found.problems.named);
    assert_eq!(wrong(Format::Json, "{\"entries\": [\n\n x]}"), ["3 file syntax"]);
    assert_eq!(wrong(Format::Json, "[]"), ["1 file missing"]);
}

#[test]
fn json_lines_say_the_line() {
    let good = r#"{"id":"a","lang":"en","questions":["Q"],"answer":"A"}"#;
    assert_eq!(wrong(Format::JsonLines, &format!("{good}\n\n{{\"id\":\"b\"}}\n")), ["3 file syntax"]);
    assert_eq!(sound(Format::JsonLines, good)[&id("a")].texts[&Lang::En], text(&["Q"], "A"));
}

#[test]
fn a_shops_page_is_read_with_its_faq() {
    let page = r##"<html><head>
<script type="application/ld+json">
{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"Shop"},{"@type":["WebPage","FAQPage"],"inLanguage":"en-GB",
 "mainEntity":[{"@type":"Question","name":"How long can I return?","acceptedAnswer":{"@type":"Answer","text":"<p>Within <b>30</b> days.</p>"}},
 {"@type":"Question","@id":"https://shop.example/faq#shipping","name":"Shipping?","alternateName":"Delivery?","acceptedAnswer":[{"text":"Free."}]}]}]}
</script></head></html>"##;
    let kb = sound(Format::FaqPage, page);
    assert_eq!(kb[&id("how-long-can-i-return")].texts[&Lang::En].answer, "Within **30** days.");
    assert_eq!(kb[&id("shipping")].texts[&Lang::En], text(&["Shipping?", "Delivery?"], "Free."));
    let without = page.replace("\"text\":\"Free.\"", "\"x\":1");
    assert_eq!(wrong(Format::FaqPage, &without), ["5 answer empty"]);
    assert_eq!(wrong(Format::FaqPage, "<html></html>"), ["1 file missing"]);
}

#[test]
fn anybodys_markdown_asks_in_headings() {
    let page = "# Help\n\n## Returns\n\n### How long?\n\n30 days.\n\n- unused\n\n### Who pays?\nWe do.\n```\n# not a heading\n```\n## 发货多久？\n\n两天。\n";
    let kb = sound(Format::Markdown, page);
    assert_eq!(kb[&id("how-long")].texts[&Lang::En].answer, "30 days.\n\n- unused");
    assert_eq!(kb[&id("how-long")].topic, "Returns");
    assert!(kb[&id("who-pays")].texts[&Lang::En].answer.contains("# not a heading"));
    let chinese = kb.values().find(|c| c.title() == Some("发货多久？")).unwrap();
    assert_eq!((chinese.texts[&Lang::En].answer.as_str(), chinese.topic.as_str()), ("两天。", ""));
    assert_eq!(wrong(Format::Markdown, "# A\n\n## B\n"), ["3 answer empty"]);
}

#[test]
fn what_a_format_has_no_room_for_stays_as_it_was() {
    let variant = Variant {
        name: "618".into(),
        valid: Window { from: Some(Millis(1)), until: None },
        answers: [(Lang::En, "7 days".into())].into(),
    };
    let former = Content {
        topic: "Returns".into(),
        texts: [(Lang::En, text(&["q"], "a"))].into(),
        variants: vec![variant],
        ask: vec![Slot {
            name: "order".into(),
            kind: SlotKind::OrderNumber,
            prompts: [(Lang::En, "?".into())].into(),
        }],
        ..Content::default()
    };
    let before: BTreeMap<_, _> = [(id("a"), former.clone())].into();
    for format in Format::ALL {
        let file = write(format, &[(id("a"), former.clone())]);
        let after = fitted(format, &before, read(format, &file, reading()).entries);
        assert_eq!(after, [(id("a"), former.clone())], "{format:?}");
    }
}

#[test]
fn formats_are_guessed() {
    let entries =
        [(id("a"), Content { texts: [(Lang::En, text(&["q"], "a"))].into(), ..Content::default() })];
    for format in Format::ALL {
        let file = write(format, &entries);
        assert_eq!(Format::guess("x", &file), format, "{file}");
        assert_eq!(Format::guess(&format!("x.{}", format.file().0), &file), format);
        assert_eq!(Format::parse(format.name()), Some(format));
    }
}

#[test]
fn the_demo_shops_knowledge_base_goes_through_every_format() {
    let demo = include_str!("../../../../data/tidewater/kb.jsonl");
    let kb = read(Format::JsonLines, demo, reading());
    assert_eq!(kb.problems.errors, 0, "{:?}", kb.problems.named);
    for format in Format::ALL {
        let before: BTreeMap<_, _> = kb.entries.iter().cloned().collect();
        let back = sound(format, &write(format, &kb.entries));
        let back: BTreeMap<_, _> = fitted(format, &before, back.into_iter().collect()).into_iter().collect();
        assert!(back == before, "{format:?}");
    }
}
