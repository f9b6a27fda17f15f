//! The engine over the demo shop's knowledge base, and over bad input.

use proptest::prelude::*;

use super::*;
use crate::protocol::http::KbLine;

fn tidewater() -> Vec<Entry> {
    let text = include_str!("../../../data/tidewater/kb.jsonl");
    entries_from_lines(text.lines().map(|l| serde_json::from_str::<KbLine>(l).unwrap()).collect())
}

fn index() -> &'static Index {
    static INDEX: std::sync::LazyLock<Index> = std::sync::LazyLock::new(|| Index::build(&tidewater()));
    &INDEX
}

fn ask(text: &str) -> Reply {
    index().reply(&Question { text, context: &[], languages: &[Lang::ZhCn, Lang::En, Lang::Ja] })
}

fn id(text: &str) -> EntryId {
    EntryId::new(text).unwrap()
}

#[track_caller]
fn answered(text: &str, entry: &str, lang: Lang) {
    let reply = ask(text);
    assert_eq!(reply.ranked.first().map(|r| r.entry.as_str()), Some(entry), "{text}: {reply:?}");
    assert_eq!(reply.decision, Decision::Answer, "{text}: {reply:?}");
    assert_eq!(reply.lang, Some(lang), "{text}");
    assert_eq!(index().answer(&id(entry), lang, &[]).map(|a| a.lang), Some(lang));
}

#[test]
fn the_story_of_the_demo() {
    answered("怎么退定金", "presale-deposit-refund", Lang::ZhCn);
    answered("how to track my order", "order-tracking", Lang::En);
    answered("返品の送料は誰が払いますか", "return-shipping-cost", Lang::Ja);
}

#[test]
fn phrasings_of_the_knowledge_base_are_answered() {
    for entry in index().entries() {
        for (lang, text) in &entry.texts {
            let reply = ask(&text.questions[0]);
            assert_eq!(reply.ranked[0].entry, entry.id, "{lang} {:?}", text.questions[0]);
            assert!(
                matches!(reply.decision, Decision::Answer | Decision::Handoff),
                "{:?} {reply:?}",
                text.questions[0]
            );
        }
    }
}

#[test]
fn what_the_shop_does_not_know_is_not_answered() {
    for text in [
        "黑洞里面有什么",
        "what is the capital of Peru",
        "今天天气怎么样",
        "write me a poem about autumn",
        "日本で一番高い山は何ですか",
        "ok",
        "12345",
        "😀",
        "",
        "的了吗",
        "the of and",
    ] {
        let reply = ask(text);
        assert_ne!(reply.decision, Decision::Answer, "{text}: {reply:?}");
    }
}

#[test]
fn a_human_is_reached_and_asked_about() {
    assert_eq!(ask("转人工").decision, Decision::Handoff);
    assert_eq!(ask("talk to a human").decision, Decision::Handoff);
    answered("人工客服几点上班", "human-agent-hours", Lang::ZhCn);
    assert_eq!(ask("你好").decision, Decision::Social(Social::Greeting));
    assert_eq!(ask("are you a robot?").decision, Decision::Social(Social::AreYouBot));
}

#[test]
fn a_lone_word_is_offered_what_is_related() {
    for text in ["refund", "order", "Refund!", "退款", "キャンセル", "返品", "invoice", "保修"] {
        let reply = ask(text);
        assert_eq!(reply.decision, Decision::Offer, "{text}: {reply:?}");
        assert!(!reply.ranked.is_empty(), "{text}");
    }
    let abuse = ask("fuck you");
    assert_eq!((abuse.decision, abuse.ranked.len()), (Decision::Offer, 0));
}

#[test]
fn a_change_of_topic_is_not_dragged_back() {
    let context = [Turn::Visitor("怎么退定金".into()), Turn::Bot(id("presale-deposit-refund"))];
    for (text, entry) in [
        ("how do I pair my headphones over bluetooth", "bluetooth-pairing"),
        ("对了，怎么开发票", "invoice-request"),
        ("ところで、領収書はもらえますか", "invoice-request"),
    ] {
        let reply = index().reply(&Question { text, context: &context, languages: &[] });
        assert_eq!(reply.ranked[0].entry, id(entry), "{text}: {reply:?}");
    }
}

#[test]
fn a_follow_up_is_read_with_what_was_said() {
    let context = [Turn::Visitor("怎么退定金".into()), Turn::Bot(id("presale-deposit-refund"))];
    let reply = index().reply(&Question { text: "要是过了时间呢", context: &context, languages: &[] });
    assert_eq!(reply.ranked[0].entry, id("presale-deposit-refund"), "{reply:?}");
    let reply = index().reply(&Question { text: "耳机防水吗", context: &context, languages: &[] });
    assert_eq!(reply.ranked[0].entry, id("water-resistance"), "{reply:?}");
}

#[test]
fn a_reply_is_explained() {
    let ask = |text, context: &[Turn]| index().explain(&Question { text, context, languages: &[] });
    let why = ask("can I get my deposit refunded", &[]);
    let first = &why.reasons[0];
    assert_eq!((&first.entry, why.reasons.len()), (&why.reply.ranked[0].entry, why.reply.ranked.len()));
    assert_eq!(first.entry.as_str(), "presale-deposit-refund");
    assert!(first.concepts.iter().any(|name| name == "deposit"), "{first:?}");
    assert!(first.words.iter().any(|word| word == "deposit"), "{first:?}");
    let phrasing = first.phrasing.as_ref().unwrap();
    assert!(phrasing.lang == Lang::En && phrasing.similarity > 0.3, "{phrasing:?}");
    assert_eq!(why.intent.as_ref().map(|(name, _)| name.as_str()), Some("deposit-back"));
    assert_eq!(why.lean, 0.0);
    let context = [Turn::Visitor("怎么退定金".into()), Turn::Bot(id("presale-deposit-refund"))];
    assert!(ask("要是过了时间呢", &context).lean > 0.5);
    let nothing = ask("", &[]);
    assert!(nothing.reasons.is_empty() && nothing.intent.is_none());
}

#[test]
fn the_answer_comes_in_the_best_language_there_is() {
    let entry = id("order-tracking");
    let lang = |lang, fallback: &[Lang]| index().answer(&entry, lang, fallback).map(|a| a.lang);
    assert_eq!(lang(Lang::Ja, &[]), Some(Lang::Ja));
    assert_eq!(lang(Lang::ZhTw, &[Lang::En]), Some(Lang::ZhCn));
    assert_eq!(lang(Lang::Fr, &[Lang::Ja, Lang::En]), Some(Lang::Ja));
    assert!(lang(Lang::Fr, &[]).is_some());
    assert_eq!(index().answer(&id("unknown"), Lang::En, &[]), None);
    assert_eq!(index().title(&entry, Lang::En, &[]).as_deref(), Some("How do I track my order?"));
}

#[test]
fn suggestions_follow_the_typing() {
    let first = |typed: &str, lang| index().suggest(typed, lang, 4).first().map(|o| o.entry.to_string());
    assert_eq!(first("how do I tr", Lang::En).as_deref(), Some("order-tracking"));
    assert_eq!(first("退定金", Lang::ZhCn).as_deref(), Some("presale-deposit-refund"));
    assert_eq!(first("運費", Lang::ZhTw).as_deref(), Some("shipping-fee"));
    assert_eq!(first("返品の手", Lang::Ja).as_deref(), Some("return-how"));
    assert_eq!(first("", Lang::En), None);
    assert!(index().suggest("how", Lang::En, 3).len() <= 3);
    for offered in index().suggest("warranty", Lang::En, 4) {
        assert!(offered.title.is_ascii(), "{}", offered.title);
    }
}

#[test]
fn odd_knowledge_bases_do_no_harm() {
    let entry = |id: &str, questions: &[&str], answer: &str| Entry {
        id: EntryId::new(id).unwrap(),
        texts: [(
            Lang::En,
            EntryText {
                questions: questions.iter().map(|q| (*q).to_owned()).collect(),
                answer: answer.into(),
            },
        )]
        .into(),
    };
    assert_eq!(
        Index::build(&[]).reply(&Question { text: "hello there", context: &[], languages: &[] }).ranked,
        []
    );
    let none = Entry { id: id("none"), texts: BTreeMap::new() };
    let entries = [
        entry("a", &[], ""),
        entry("b", &["", "\u{202E}", "😀"], ""),
        none,
        entry("c", &["where is it"], ""),
        entry("c", &["twice"], "x"),
    ];
    let index = Index::build(&entries);
    assert_eq!(index.len(), 4);
    let reply = index.reply(&Question { text: "where is it", context: &[], languages: &[] });
    assert_eq!(reply.ranked[0].entry, id("c"));
    assert_eq!(index.answer(&id("c"), Lang::En, &[]), None);
    assert_eq!(index.suggest("where", Lang::En, 9).len(), 1);
}

#[test]
fn long_and_empty_questions_are_bounded() {
    for text in [
        "退".repeat(100_000),
        "😀".repeat(250_000),
        "the ".repeat(50_000),
        "x".repeat(100_000),
        "\u{202E}".repeat(9_999),
    ] {
        let reply = ask(&text);
        assert!(reply.ranked.len() <= 10);
        let _ = index().suggest(&text, Lang::En, 4);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_question_gets_a_sound_reply(text in "\\PC{0,200}", before in ".{0,80}") {
        let context = [Turn::Visitor(before), Turn::Bot(id("unknown"))];
        let reply = index().reply(&Question { text: &text, context: &context, languages: &[] });
        prop_assert!(reply.ranked.len() <= 10);
        for pair in reply.ranked.windows(2) {
            prop_assert!(pair[0].confidence >= pair[1].confidence);
        }
        prop_assert!(reply.ranked.iter().all(|r| (0.0..=1.0).contains(&r.confidence)));
        let _ = index().suggest(&text, Lang::Ja, 4);
    }

    #[test]
    fn any_knowledge_base_builds(questions in proptest::collection::vec(".{0,60}", 0..12), answer in ".{0,100}") {
        let entries: Vec<Entry> = questions
            .chunks(3)
            .enumerate()
            .map(|(n, chunk)| Entry {
                id: EntryId::new(format!("e{n}")).unwrap(),
                texts: [(Lang::ALL[n], EntryText { questions: chunk.to_vec(), answer: answer.clone() })].into(),
            })
            .collect();
        let index = Index::build(&entries);
        let _ = index.reply(&Question { text: &answer, context: &[], languages: &[] });
        let _ = index.suggest(&answer, Lang::ZhCn, 4);
    }
}

#[test]
fn words_that_no_shop_knows_are_offered_what_is_about_them() {
    let lines = include_str!("../../../data/tidewater/kb.jsonl").lines();
    let mut entries = entries_from_lines(lines.map(|line| serde_json::from_str(line).unwrap()).collect());
    let questions = vec!["Do you offer zorbing balls?".into()];
    let text = EntryText { questions, answer: "Yes, two sizes.".into() };
    entries.push(Entry { id: EntryId::new("zorb").unwrap(), texts: [(Lang::En, text)].into() });
    let index = Index::build(&entries);
    let first = |text| {
        let reply = index.reply(&Question { text, context: &[], languages: &[] });
        Some((reply.decision, reply.ranked.first()?.entry.to_string()))
    };
    let zorb = Some((Decision::Offer, "zorb".to_owned()));
    for text in ["zorbing balls", "do you have zorbing balls", "do zorbing balls float"] {
        assert_eq!(first(text), zorb, "{text}");
    }
    assert_ne!(first("do llamas float"), zorb);
}
