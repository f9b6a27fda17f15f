//! questions without an answer are told, masked, and once.

use super::*;
use crate::exchange::{Miss, Unanswered};
use crate::kb::SlotKind;
use crate::protocol::conversation::Reason;
use crate::protocol::message::Ask;

impl Room {
    fn missed(&self) -> Vec<&Unanswered> {
        self.effects
            .iter()
            .filter_map(|e| if let Effect::Miss(miss) = e { Some(miss) } else { None })
            .collect()
    }
}

fn offer(options: &[&str]) -> BotSays {
    let option = |entry: &&str| Offered { entry: EntryId::new(*entry).unwrap(), title: "O".into() };
    BotSays::Body(Body::Offer { options: options.iter().map(option).collect() })
}

fn track() -> EntryId {
    EntryId::new("track").unwrap()
}

fn write(text: &str) -> ClientFrame {
    ClientFrame::Send { client_id: id(&format!("c{}", text.len())), text: text.into() }
}

#[test]
fn r_67_what_is_offered_or_not_known_is_told_without_who_asked() {
    let mut room = Room::new();
    room.frame(VISITOR, write("where is 20260042, mail a@b.example"));
    room.reply(1, offer(&[]));
    let told = room.missed();
    assert_eq!((told[0].text.as_str(), told[0].miss), ("where is [number], mail [email]", Miss::Nothing));
    room.frame(VISITOR, say("b"));
    room.reply(3, offer(&["refund", "return"]));
    let told = room.missed();
    assert_eq!((told[0].miss, told[0].entry.as_ref().unwrap().as_str()), (Miss::Offered, "refund"));
    room.frame(VISITOR, ClientFrame::Handoff);
    assert!(room.missed().is_empty(), "told already");
}

#[test]
fn r_67_an_answer_that_does_not_do_is_told_once() {
    let mut room = Room::new();
    room.frame(VISITOR, say("a"));
    room.reply(1, answer("refund"));
    assert!(room.missed().is_empty());
    room.frame(VISITOR, ClientFrame::Handoff);
    let told = room.missed();
    assert_eq!((told[0].text.as_str(), told[0].miss), ("text of a", Miss::Handoff));
    let mut room = Room::new();
    room.frame(VISITOR, say("a"));
    room.reply(1, answer("refund"));
    for (yes, expected) in [(true, 0), (false, 1), (false, 0)] {
        room.frame(VISITOR, ClientFrame::Helpful { seq: 2, yes, reason: None, comment: None });
        assert_eq!(room.missed().len(), expected);
    }
    room.frame(VISITOR, ClientFrame::Handoff);
    assert!(room.missed().is_empty(), "told as not helpful");
}

#[test]
fn r_66_a_mark_of_no_is_explained_once_and_counts_once() {
    let mut room = Room::new();
    room.frame(VISITOR, say("a"));
    room.reply(1, answer("refund"));
    let no = |reason, comment: Option<&str>| ClientFrame::Helpful {
        seq: 2,
        yes: false,
        reason,
        comment: comment.map(str::to_owned),
    };
    room.frame(VISITOR, no(None, None));
    room.frame(VISITOR, no(Some(Reason::Outdated), None));
    let told = room.missed();
    assert_eq!(
        (told[0].miss, told[0].reason, told[0].comment.as_deref()),
        (Miss::Unhelpful, Some(Reason::Outdated), None)
    );
    assert!(room.got(VISITOR).contains(&&ServerFrame::Helpful {
        seq: 2,
        yes: false,
        reason: Some(Reason::Outdated)
    }));
    room.frame(VISITOR, no(Some(Reason::Outdated), Some(" mail a@b.example, it was 14 days\u{202E} ")));
    let told = room.missed();
    assert_eq!((told[0].reason, told[0].comment.as_deref()), (None, Some("mail [email], it was 14 days")));
    for repeated in
        [no(Some(Reason::Outdated), Some("again")), no(Some(Reason::Wrong), None), no(None, Some("x"))]
    {
        room.frame(VISITOR, repeated);
        assert!(room.missed().is_empty());
    }
    let state = room.machine.state();
    assert_eq!((state.tally.unhelpful, state.tally.reasons.get(&Reason::Outdated)), (1, Some(&1)));
    room.frame(
        VISITOR,
        ClientFrame::Helpful { seq: 2, yes: true, reason: Some(Reason::Wrong), comment: None },
    );
    let state = room.machine.state();
    assert_eq!((state.tally.helpful, state.tally.unhelpful, state.reasons.len()), (1, 0, 0));
    assert_eq!(state.summary().unwrap().reasons.get(&Reason::Outdated), Some(&0));
    room.frame(VISITOR, hello(0));
    assert!(matches!(room.got(VISITOR)[0], ServerFrame::Welcome { reasons, .. } if reasons.is_empty()));
}

#[test]
fn r_99_what_the_bot_asked_for_is_no_question_of_the_visitor() {
    let mut room = Room::new();
    room.frame(VISITOR, say("a"));
    room.asks("track", 1);
    room.frame(VISITOR, say("number"));
    assert_eq!(room.asked()[0].flow.as_ref().unwrap().seq, 1, "the bot hears what it asked for");
    room.reply(3, answer("track"));
    let state = room.machine.state();
    assert_eq!(
        (state.flow.as_ref(), state.tally.answers, state.answered.as_ref().unwrap().seq),
        (None, 1, 1)
    );
    room.frame(VISITOR, ClientFrame::Helpful { seq: 2, yes: false, reason: None, comment: None });
    assert_eq!(room.error(VISITOR), Some(ErrorCode::BadValue), "a question cannot have helped");
    room.frame(VISITOR, ClientFrame::Helpful { seq: 4, yes: false, reason: None, comment: None });
    assert_eq!(room.missed()[0].text, "text of a");
}

#[test]
fn r_44_a_flow_ends_with_the_stage_and_when_it_is_given_up() {
    let mut room = Room::new();
    room.frame(VISITOR, say("a"));
    room.asks("track", 1);
    room.frame(VISITOR, say("nonsense"));
    room.reply(3, offer(&["track"]));
    assert_eq!(room.missed()[0].text, "text of a", "the question it began with");
    assert_eq!(room.machine.state().flow, None);
    for leave in [ClientFrame::Handoff, ClientFrame::End] {
        let mut room = Room::new();
        room.frame(VISITOR, say("a"));
        room.asks("track", 1);
        room.frame(VISITOR, leave);
        assert_eq!(room.machine.state().flow, None);
        assert!(room.missed().is_empty(), "nothing was answered yet");
    }
}

#[test]
fn r_99_what_a_picked_entry_asks_for_is_heard_while_waiting_and_nothing_else() {
    let mut room = Room::new();
    room.frame(VISITOR, ClientFrame::Handoff);
    room.frame(VISITOR, say("a"));
    assert!(room.asked().is_empty(), "R-63");
    room.frame(VISITOR, ClientFrame::Pick { client_id: id("p"), entry: track(), title: "T".into() });
    let seq = room.machine.state().last;
    room.asks("track", seq);
    let place = place(2);
    room.put(Input::Desk(FromDesk::Queued { handoff: HandoffNo(1), place }));
    assert!(matches!(room.machine.state().stage, Stage::Queued { place: Some(_), .. }));
    room.frame(VISITOR, say("b"));
    let seq = room.asked()[0].seq;
    let before = room.machine.state().last;
    room.reply(seq, offer(&["other"]));
    assert_eq!((room.machine.state().last, &room.machine.state().flow), (before, &None));
    assert!(room.missed().is_empty());
    room.frame(VISITOR, say("c"));
    assert!(room.asked().is_empty());
    room.frame(VISITOR, ClientFrame::Pick { client_id: id("q"), entry: track(), title: "T".into() });
    room.asks("track", room.machine.state().last);
    room.frame(VISITOR, say("d"));
    room.reply(room.asked()[0].seq, answer("track"));
    assert!(matches!(&room.log.page(0, 99, true).last().unwrap().body, Body::Answer { ask: None, .. }));
}

impl Room {
    /// The bot asks for an order number.
    fn asks(&mut self, entry: &str, seq: u64) {
        let BotSays::Body(Body::Answer { entry, title, text, lang, asked, sources, .. }) = answer(entry)
        else {
            return;
        };
        let flow = Some(Flow { seq, entry: entry.clone(), filled: vec![], again: 0 });
        let ask = Some(Ask { kind: SlotKind::OrderNumber, again: 0 });
        let say = BotSays::Body(Body::Answer { entry, title, text, lang, asked, sources, ask });
        self.put(Input::Bot { seq, reply: BotReply { lang: None, say, flow } });
    }
}
