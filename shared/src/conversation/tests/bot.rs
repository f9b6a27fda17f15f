//! R-60 … R-66: questions and answers, language.

use super::*;
use crate::faq::Turn;

fn offer() -> Body {
    Body::Offer { options: vec![Offered { entry: EntryId::new("o").unwrap(), title: "O".into() }] }
}

#[test]
fn r_60_each_question_is_asked_in_turn_and_answered_once() {
    let mut room = Room::new();
    room.frame(VISITOR, say("a"));
    assert_eq!(room.asked().len(), 1);
    room.frame(VISITOR, say("b"));
    assert_eq!(room.asked().len(), 0, "one at a time");
    room.reply(2, answer("wrong"));
    assert_eq!(room.effects, [], "not asked yet");
    room.reply(1, answer("e1"));
    let asked = room.asked();
    assert_eq!((asked[0].seq, asked[0].text.as_str()), (2, "text of b"));
    assert_eq!(
        asked[0].context,
        [Turn::Visitor("text of a".into()), Turn::Bot(EntryId::new("e1").unwrap())],
        "asked knowing the answer before it"
    );
    room.reply(1, answer("again"));
    assert_eq!(room.effects, []);
    room.reply(2, BotSays::Body(offer()));
    room.reply(2, answer("late"));
    let answers = room.log.messages().iter().filter(|m| m.from == Sender::Bot).count();
    assert_eq!((answers, room.machine.next_due()), (2, room.machine.state().idle_end()));
}

#[test]
fn r_61_a_question_lost_in_a_crash_is_asked_again_and_given_up_honestly() {
    let mut room = Room::new();
    room.frame(VISITOR, say("a"));
    for _ in 1..limits::ASK_TIMES {
        let due = room.machine.next_due().unwrap();
        room.put(Input::Tick);
        assert_eq!(room.asked().len(), 0, "an early alarm changes nothing");
        room.now = due;
        room.put(Input::Tick);
        assert_eq!(room.asked().len(), 1);
    }
    room.now = room.machine.next_due().unwrap();
    room.put(Input::Tick);
    assert_eq!(room.bodies()[1], &Body::Offer { options: vec![] });
    assert_eq!(room.machine.next_due(), room.machine.state().idle_end());
}

#[test]
fn r_62_picks_are_the_visitors_words_and_name_the_entry() {
    let mut room = Room::new();
    let entry = EntryId::new("refund").unwrap();
    let pick = ClientFrame::Pick { client_id: id("p"), entry: entry.clone(), title: "Refunds\u{7}?".into() };
    room.frame(VISITOR, pick.clone());
    assert_eq!(room.bodies(), [&Body::Text { text: "Refunds?".into(), lang: None }]);
    assert_eq!(room.asked()[0].picked, Some(entry));
    // Picked just before asking for a human: still answered while waiting.
    room.frame(VISITOR, ClientFrame::Handoff);
    room.reply(1, answer("refund"));
    assert!(matches!(room.bodies()[..], [_, Body::Event { .. }, Body::Answer { .. }]));
}

#[test]
fn r_63_the_bot_is_silent_while_a_human_is_wanted_or_there() {
    let mut room = Room::new();
    room.frame(VISITOR, say("a"));
    room.frame(VISITOR, ClientFrame::Handoff);
    room.reply(1, answer("late"));
    room.frame(VISITOR, say("b"));
    assert_eq!(room.asked().len(), 0);
    room.put(Input::Desk(FromDesk::Assigned { handoff: HandoffNo(1), agent: card("mei") }));
    room.frame(VISITOR, say("c"));
    assert_eq!(room.asked().len(), 0);
    assert!(room.log.messages().iter().all(|m| m.from != Sender::Bot));
}

#[test]
fn r_64_a_human_asked_for_in_words() {
    for offline in [false, true] {
        let mut room = Room::new();
        if offline {
            room.frame(VISITOR, ClientFrame::Handoff);
            room.put(Input::Desk(FromDesk::offline(HandoffNo(1))));
        }
        room.frame(VISITOR, say("human"));
        let seq = room.asked()[0].seq;
        room.reply(seq, BotSays::Handoff);
        assert!(matches!(room.stage(), Stage::Queued { place: None, .. }));
        assert!(matches!(room.posts()[..], [ToDesk::Handoff { handoff: HandoffNo(n), .. }]
            if *n == 1 + u32::from(offline)));
    }
}

#[test]
fn r_65_the_language_follows_the_visitors_words_unless_pinned() {
    let mut room = Room::new();
    let mut ask = |lang, pin: Option<Option<Lang>>| {
        if let Some(lang) = pin {
            room.frame(VISITOR, ClientFrame::Language { lang });
        }
        room.wait(SECOND);
        room.frame(VISITOR, say(&room.now.0.to_string()));
        let seq = room.machine.state().last;
        room.put(Input::Bot { seq, reply: BotReply { lang, say: answer("e"), flow: None } });
        let told = room.got(VISITOR).iter().any(|f| matches!(f, ServerFrame::Language { .. }));
        (room.machine.state().lang, told)
    };
    assert_eq!(ask(Some(Lang::ZhCn), None), (Lang::ZhCn, true));
    assert_eq!(ask(None, None), (Lang::ZhCn, false));
    assert_eq!(ask(Some(Lang::Ja), Some(Some(Lang::En))), (Lang::En, false));
    assert_eq!(ask(Some(Lang::Ja), Some(None)), (Lang::Ja, true));
}

#[test]
fn r_66_helpful_once_per_answer_changeable() {
    let mut room = Room::with_agents();
    room.frame(VISITOR, say("a"));
    room.reply(1, answer("e"));
    for (seq, yes, error, tally) in [
        (2, true, None, (1, 0)),
        (2, true, None, (1, 0)),
        (2, false, None, (0, 1)),
        (1, true, Some(ErrorCode::BadValue), (0, 1)),
        (0, true, Some(ErrorCode::BadValue), (0, 1)),
        (u64::MAX, true, Some(ErrorCode::BadValue), (0, 1)),
    ] {
        room.frame(VISITOR, ClientFrame::Helpful { seq, yes, reason: None, comment: None });
        assert_eq!(room.error(VISITOR), error);
        let now = &room.machine.state().tally;
        assert_eq!((now.helpful, now.unhelpful), tally);
    }
    assert_eq!(room.machine.state().helpful, [(2, false)]);
}

#[test]
fn a_flood_of_questions_is_bounded() {
    let mut room = Room::new();
    for n in 0..30 {
        room.frame(VISITOR, say(&n.to_string()));
    }
    assert_eq!(room.machine.state().questions.len(), limits::QUESTIONS);
    for _ in 0..limits::QUESTIONS {
        let seq = room.machine.state().questions[0].seq;
        room.reply(seq, answer("e"));
    }
    assert!(room.machine.state().questions.is_empty());
}
