//! R-99, R-44: slots, one message at a time.

use proptest::prelude::*;

use super::*;
use crate::faq::Ranked;

fn slot(name: &str, kind: SlotKind) -> Slot {
    let prompts = [(Lang::En, format!("Your {name}?")), (Lang::ZhCn, format!("您的{name}？"))].into();
    Slot { name: name.into(), kind, prompts }
}

fn slots() -> Vec<Slot> {
    vec![slot("order", SlotKind::OrderNumber), slot("product", SlotKind::Product)]
}

fn entry(id: &str) -> EntryId {
    EntryId::new(id).unwrap()
}

fn answer(lang: Lang) -> Body {
    Body::Answer {
        entry: entry("track"),
        title: "Where is it?".into(),
        text: "Order {order} with {product}: {later}.".into(),
        lang,
        asked: None,
        sources: vec![],
        ask: None,
    }
}

fn found(decision: Decision, best: &str) -> Reply {
    Reply { lang: None, decision, ranked: vec![Ranked { entry: entry(best), confidence: 0.9 }] }
}

fn said(says: &BotSays) -> (&str, Option<Ask>) {
    match says {
        BotSays::Body(Body::Answer { text, ask, .. }) => (text, *ask),
        other => panic!("{other:?}"),
    }
}

#[test]
fn r_99_slots_are_asked_for_in_turn_and_stand_in_the_answer() {
    let flow = begin(7, entry("track"), &slots(), "where is my parcel");
    let (says, flow) = next(flow, &slots(), answer(Lang::En));
    assert_eq!(said(&says), ("Your order?", Some(Ask { kind: SlotKind::OrderNumber, again: 0 })));
    let unsure = found(Decision::Offer, "return");
    let Heard::Next(flow) = hear(flow.unwrap(), &slots(), "it is tw-2026-0042", &unsure) else { panic!() };
    let (says, flow) = next(flow, &slots(), answer(Lang::ZhTw));
    assert_eq!(said(&says).0, "您的product？", "a kin language's words");
    let Heard::Next(flow) = hear(flow.unwrap(), &slots(), "**Current** 2", &unsure) else { panic!() };
    let (says, flow) = next(flow, &slots(), answer(Lang::En));
    assert_eq!(said(&says), (r"Order TW-2026-0042 with \*\*Current\*\* 2: {later}.", None));
    assert_eq!(flow, None);
}

#[test]
fn r_99_what_the_question_tells_already_is_not_asked_for() {
    let flow = begin(7, entry("track"), &slots(), "where is TW-2026-0042?");
    assert_eq!(said(&next(flow, &slots(), answer(Lang::En)).0).0, "Your product?");
    let flow = begin(7, entry("track"), &[], "x");
    assert_eq!(next(flow, &[], answer(Lang::En)), (BotSays::Body(answer(Lang::En)), None));
}

#[test]
fn r_44_what_is_no_such_thing_is_asked_for_twice_more() {
    let mut flow = begin(7, entry("track"), &slots(), "");
    for again in 1..=2 {
        let Heard::Next(next_one) = hear(flow, &slots(), "not at hand", &found(Decision::Offer, "x")) else {
            panic!()
        };
        let (says, kept) = next(next_one, &slots(), answer(Lang::En));
        assert_eq!(said(&says).1, Some(Ask { kind: SlotKind::OrderNumber, again }));
        flow = kept.unwrap();
    }
    assert_eq!(hear(flow, &slots(), "no", &found(Decision::Offer, "x")), Heard::GivenUp);
    let BotSays::Body(Body::Offer { options }) = give_up(&answer(Lang::En)) else { panic!() };
    assert_eq!(options[0].entry, entry("track"));
}

#[test]
fn r_44_something_else_a_person_and_thanks() {
    let flow = || begin(7, entry("track"), &slots(), "");
    let hears = |words: &str, reply: &Reply| hear(flow(), &slots(), words, reply);
    assert_eq!(hears("give me a human", &found(Decision::Handoff, "x")), Heard::Else);
    assert_eq!(hears("what does shipping cost", &found(Decision::Answer, "fee")), Heard::Else);
    let thanks = Reply { lang: None, decision: Decision::Social(Social::Thanks), ranked: vec![] };
    assert_eq!(hears("thanks", &thanks), Heard::Social(Social::Thanks));
    // An order number is one, whatever else the words look like.
    assert!(
        matches!(hears("TW-2026-0042", &found(Decision::Answer, "fee")), Heard::Next(f) if f.filled.len() == 1)
    );
    // Any words are a product, but not another question.
    let mut later = flow();
    later.filled.push(("order".into(), "1".into()));
    assert_eq!(hear(later.clone(), &slots(), "do you ship?", &found(Decision::Answer, "fee")), Heard::Else);
    assert!(matches!(
        hear(later.clone(), &slots(), "Current 2", &found(Decision::Offer, "fee")),
        Heard::Next(_)
    ));
    // The entry asks for less than it did.
    assert_eq!(hear(later, &slots()[..1], "Current 2", &found(Decision::Offer, "fee")), Heard::Else);
}

proptest! {
    #[test]
    fn no_words_become_marks_or_slots(words in "\\PC{0,60}") {
        let slots = [slot("a", SlotKind::Text), slot("b", SlotKind::Text)];
        let told = [("a".to_owned(), words.clone()), ("b".to_owned(), "B".to_owned())];
        prop_assert_eq!(filled("{a}|{b}|{c}|{", &told, &slots), format!("{}|B|{{c}}|{{", escaped(&words)));
    }
}
