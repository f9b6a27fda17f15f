//! R-70 … R-81: stages, the desk, the end.

use super::*;

fn desk(room: &mut Room, item: FromDesk) {
    room.put(Input::Desk(item));
}

fn leave(client_id: &str, contact: Option<&str>) -> ClientFrame {
    let contact = contact.map(String::from);
    ClientFrame::LeaveMessage {
        client_id: id(client_id),
        text: "Please call".into(),
        contact,
        call_back: false,
    }
}

fn lost(agent: &str) -> FromDesk {
    let (lost, place) = (card(agent).id, Some(place(1)));
    FromDesk::Requeued { handoff: no(1), lost, place, given_back: false }
}

fn no(n: u32) -> HandoffNo {
    HandoffNo(n)
}

#[test]
fn r_70_handoff_queues_and_tells_the_desk_once() {
    let mut room = Room::with_agents();
    room.frame(VISITOR, say("where"));
    room.frame(VISITOR, ClientFrame::Handoff);
    assert_eq!(*room.stage(), Stage::Queued { since: room.now, place: None });
    match room.posts()[..] {
        [ToDesk::Handoff { handoff, brief, .. }] => {
            assert_eq!((*handoff, brief.preview.as_str()), (no(1), "text of where"));
        }
        ref other => panic!("{other:?}"),
    }
    room.frame(VISITOR, ClientFrame::Handoff);
    assert_eq!(room.effects, [], "asking again while waiting changes nothing");
    desk(&mut room, FromDesk::Queued { handoff: no(1), place: place(2) });
    for socket in [VISITOR, MEI] {
        assert!(matches!(
            room.got(socket)[..],
            [ServerFrame::Stage { stage: Stage::Queued { place: Some(_), .. } }]
        ));
    }
    desk(&mut room, FromDesk::Queued { handoff: no(1), place: place(2) });
    assert_eq!(room.effects, [], "the same place is not news");
}

#[test]
fn r_71_answers_to_older_requests_are_ignored() {
    let mut room = Room::new();
    room.frame(VISITOR, ClientFrame::Handoff);
    room.frame(VISITOR, ClientFrame::LeaveQueue);
    room.frame(VISITOR, ClientFrame::Handoff);
    for item in [
        FromDesk::Queued { handoff: no(1), place: place(1) },
        FromDesk::offline(no(1)),
        FromDesk::Assigned { handoff: no(1), agent: card("mei") },
        lost("mei"),
        FromDesk::Assigned { handoff: no(3), agent: card("mei") },
    ] {
        desk(&mut room, item);
        assert_eq!(room.effects, []);
    }
    assert!(matches!(room.stage(), Stage::Queued { place: None, .. }));
}

#[test]
fn r_72_an_agent_joins_is_lost_and_the_place_is_kept() {
    let mut room = Room::new();
    let asked = room.now;
    room.frame(VISITOR, ClientFrame::Handoff);
    room.wait(MINUTE);
    desk(&mut room, FromDesk::Assigned { handoff: no(1), agent: card("mei") });
    desk(&mut room, FromDesk::Assigned { handoff: no(1), agent: card("mei") });
    assert_eq!(room.effects, [], "delivered twice");
    desk(&mut room, lost("jonas"));
    assert_eq!(room.effects, [], "not the one who has it");
    desk(&mut room, lost("mei"));
    assert_eq!(*room.stage(), Stage::Queued { since: asked, place: Some(place(1)) });
    desk(&mut room, FromDesk::Assigned { handoff: no(1), agent: card("jonas") });
    assert!(matches!(
        room.events()[..],
        [
            Event::HandoffRequested,
            Event::AgentJoined { .. },
            Event::AgentLost { .. },
            Event::AgentJoined { .. }
        ]
    ));
}

#[test]
fn r_73_nobody_online_then_again() {
    let mut room = Room::new();
    room.frame(VISITOR, ClientFrame::Handoff);
    desk(&mut room, FromDesk::offline(no(1)));
    assert_eq!((room.stage(), room.events()[1]), (&Stage::OFFLINE, &Event::NobodyOnline));
    desk(&mut room, FromDesk::offline(no(1)));
    assert_eq!(room.effects, []);
    room.frame(VISITOR, ClientFrame::Handoff);
    assert!(matches!(room.posts()[..], [ToDesk::Handoff { handoff: HandoffNo(2), .. }]));
}

#[test]
fn r_73_the_agent_vanishes_and_nobody_is_left() {
    let mut room = Room::assigned();
    desk(&mut room, FromDesk::offline(no(1)));
    assert_eq!(*room.stage(), Stage::OFFLINE);
    assert!(matches!(room.events()[2..], [Event::AgentLost { .. }, Event::NobodyOnline]));
}

#[test]
fn r_74_leaving_the_queue() {
    let mut room = Room::new();
    room.frame(VISITOR, ClientFrame::LeaveQueue);
    assert_eq!(room.effects, []);
    room.frame(VISITOR, ClientFrame::Handoff);
    room.frame(VISITOR, ClientFrame::LeaveQueue);
    assert!(matches!(room.posts()[..], [ToDesk::Withdraw { handoff: HandoffNo(1), .. }]));
    assert_eq!((room.stage(), room.events()[1]), (&Stage::Bot, &Event::LeftQueue));
    desk(&mut room, FromDesk::Assigned { handoff: no(1), agent: card("mei") });
    assert_eq!(*room.stage(), Stage::Bot, "an assignment that crossed the withdrawal");
}

#[test]
fn r_75_a_message_left_waits_for_its_answer() {
    let mut room = Room::with_agents();
    room.frame(VISITOR, ClientFrame::Handoff);
    room.frame(VISITOR, leave("l", Some("a@b.example")));
    assert!(matches!(
        room.posts()[..],
        [ToDesk::Withdraw { handoff: HandoffNo(1), .. }, ToDesk::MessageLeft { handoff: HandoffNo(2), brief, .. }]
            if brief.contact.as_deref() == Some("a@b.example")
    ));
    assert_eq!(*room.stage(), Stage::MessageLeft);
    assert_eq!(room.machine.next_due(), None, "it does not idle away");
    // Asking for a human now does not lose the message.
    room.frame(VISITOR, ClientFrame::Handoff);
    assert!(matches!(room.posts()[..], [ToDesk::Handoff { handoff: HandoffNo(3), .. }]));
    desk(&mut room, FromDesk::offline(no(3)));
    assert!(matches!(room.posts()[..], [ToDesk::MessageLeft { handoff: HandoffNo(4), .. }]));
    assert_eq!(*room.stage(), Stage::MessageLeft);
    desk(&mut room, FromDesk::Assigned { handoff: no(4), agent: card("mei") });
    room.frame(MEI, say("hello"));
    // Mei vanishes and there is nobody else: the message is not lost with her.
    desk(&mut room, FromDesk::offline(no(4)));
    assert!(matches!(room.posts()[..], [ToDesk::MessageLeft { handoff: HandoffNo(5), .. }]));
    desk(&mut room, FromDesk::Assigned { handoff: no(5), agent: card("mei") });
    room.frame(MEI, ClientFrame::End);
    assert_eq!((room.error(MEI), &room.machine.state().left), (None, &None));
}

#[test]
fn r_223_an_answer_by_mail_has_everything_that_agents_and_a_shops_own_program_need() {
    use crate::hooks::{Happened, HookEvent};
    let mut room = Room::with_agents();
    room.frame(VISITOR, ClientFrame::Handoff);
    let offer = crate::protocol::Fallback::Email;
    desk(&mut room, FromDesk::Offline { handoff: no(1), opens: None, full: true, offer });
    assert_eq!(*room.stage(), Stage::Offline { opens: None, full: true, offer }, "which asks for an address");
    room.frame(VISITOR, leave("l", Some("a@b.example")));
    let [ToDesk::MessageLeft { brief, call_back: false, .. }] = room.posts()[..] else { panic!() };
    assert_eq!(brief.contact.as_deref(), Some("a@b.example"), "agents see the address");
    let words = brief.preview.clone();
    assert!(!words.is_empty(), "and the message");
    // A program elsewhere hears both, in this order.
    let site = crate::ids::SiteKey::new("shop").unwrap();
    let told = |room: &Room| -> Vec<Happened> {
        let id = crate::ids::ConversationId::new("c").unwrap();
        room.log.messages().iter().filter_map(|m| Some(HookEvent::of(&site, &id, m)?.event)).collect()
    };
    let all = told(&room);
    let [.., Happened::Message { text, .. }, Happened::MessageLeft { contact }] = &all[..] else {
        panic!("{all:?}")
    };
    assert!(text.contains(words.as_str()) || words.contains(text.as_str()), "{text} {words}");
    assert_eq!(contact.as_deref(), Some("a@b.example"));
    // Answered and dealt with: it is no longer listed, and the answer was told too.
    desk(&mut room, FromDesk::Assigned { handoff: no(2), agent: card("mei") });
    room.frame(MEI, say("answer"));
    assert!(matches!(told(&room).last(), Some(Happened::Message { text, .. }) if text == "text of answer"));
    room.frame(MEI, ClientFrame::End);
    assert!(matches!(room.posts()[..], [ToDesk::Ended { .. }]));
}

#[test]
fn r_227_what_the_desk_cannot_take_is_not_promised_an_answer() {
    let mut room = Room::with_agents();
    room.frame(VISITOR, leave("l", Some("a@b.example")));
    desk(&mut room, FromDesk::NotTaken { handoff: no(7) });
    assert_eq!(*room.stage(), Stage::MessageLeft, "of another request");
    desk(&mut room, FromDesk::NotTaken { handoff: no(1) });
    let offer = crate::protocol::Fallback::LeaveMessage;
    assert_eq!(*room.stage(), Stage::Offline { opens: None, full: true, offer });
    assert_eq!(room.events().last(), Some(&&Event::MessageNotTaken));
    assert_eq!(room.machine.state().left, None);
    desk(&mut room, FromDesk::NotTaken { handoff: no(1) });
    assert_eq!(room.events().iter().filter(|e| ***e == Event::MessageNotTaken).count(), 1, "once");
    // What was typed is in the log, and trying again later is a message like any other.
    room.frame(VISITOR, leave("m", Some("a@b.example")));
    assert_eq!(*room.stage(), Stage::MessageLeft);
}

#[test]
fn r_75_a_message_left_is_never_refused_for_a_race() {
    let mut room = Room::assigned();
    room.frame(VISITOR, leave("l", Some("a@b.example")));
    assert!(matches!(room.stage(), Stage::Assigned { .. }));
    assert_eq!(room.error(VISITOR), None);
    room.frame(MEI, ClientFrame::End);
    room.frame(VISITOR, leave("m", None));
    assert_eq!(*room.stage(), Stage::MessageLeft);
}

#[test]
fn r_76_ending_frees_the_desk() {
    type Check = fn(&[&ToDesk]) -> bool;
    let check = |mut room: Room, socket, by, posted: Check| {
        room.frame(socket, ClientFrame::End);
        assert!(posted(&room.posts()), "{:?}", room.posts());
        assert_eq!(*room.stage(), Stage::Ended { by, at: room.now, rating: None });
        assert_eq!(room.machine.next_due(), None);
        room.frame(socket, ClientFrame::End);
        assert_eq!(room.effects, [], "an end repeated is none");
    };
    check(Room::new(), VISITOR, EndedBy::Visitor, |p| p.is_empty());
    let mut queued = Room::new();
    queued.frame(VISITOR, ClientFrame::Handoff);
    check(queued, VISITOR, EndedBy::Visitor, |p| matches!(p, [ToDesk::Withdraw { .. }]));
    check(Room::assigned(), MEI, EndedBy::Agent, |p| matches!(p, [ToDesk::Ended { replied: false, .. }]));
    let mut replied = Room::assigned();
    replied.frame(MEI, say("a"));
    check(replied, VISITOR, EndedBy::Visitor, |p| matches!(p, [ToDesk::Ended { replied: true, .. }]));
    check(Room::with_agents(), SORA, EndedBy::Agent, |p| p.is_empty());
    let mut left = Room::new();
    left.frame(VISITOR, leave("l", None));
    check(left, VISITOR, EndedBy::Visitor, |p| matches!(p, [ToDesk::Withdraw { .. }]));
}

#[test]
fn r_77_writing_after_the_end_reopens_for_a_while() {
    let ended = || {
        let mut room = Room::assigned();
        room.frame(MEI, ClientFrame::End);
        room
    };
    let mut room = ended();
    room.wait(limits::REOPEN_WITHIN);
    room.frame(VISITOR, say("again"));
    assert_eq!((room.stage(), room.asked().len()), (&Stage::Bot, 1));
    let last: Vec<_> = room.bodies().into_iter().rev().take(2).collect();
    assert!(matches!(last[..], [Body::Text { .. }, Body::Event { event: Event::Reopened }]));

    let mut room = ended();
    room.wait(limits::REOPEN_WITHIN + 1);
    room.frame(VISITOR, say("late"));
    assert_eq!(room.error(VISITOR), Some(ErrorCode::Ended));

    let mut room = ended();
    room.frame(VISITOR, ClientFrame::Handoff);
    assert!(matches!(room.posts()[..], [ToDesk::Handoff { handoff: HandoffNo(2), .. }]));
}

#[test]
fn r_78_rating_after_the_end_replaces() {
    let mut room = Room::new();
    let rate = |score, comment: &str| ClientFrame::Rate { score, comment: Some(comment.into()) };
    room.frame(VISITOR, rate(5, ""));
    assert_eq!(room.error(VISITOR), Some(ErrorCode::WrongStage));
    room.frame(VISITOR, ClientFrame::End);
    for (score, comment, error) in [
        (0, "", Some(ErrorCode::BadValue)),
        (6, "", Some(ErrorCode::BadValue)),
        (5, &*"x".repeat(limits::TEXT_CHARS + 1), Some(ErrorCode::TooLarge)),
        (2, "slow", None),
        (4, "better\u{202E}", None),
        (4, "better", None),
    ] {
        room.frame(VISITOR, rate(score, comment));
        assert_eq!(room.error(VISITOR), error);
    }
    let rated = room.events().iter().filter(|e| matches!(e, Event::Rated { .. })).count();
    assert_eq!(rated, 2, "the same rating again is no new entry");
    assert!(matches!(room.stage(), Stage::Ended { rating: Some(4), .. }));
    assert_eq!(room.machine.state().tally.comment.as_deref(), Some("better"));
}

#[test]
fn r_79_idle_conversations_end_by_rule_with_one_far_alarm() {
    let check = |mut room: Room, posts: usize| {
        let due = room.now.plus(limits::IDLE_CLOSE);
        if !matches!(room.stage(), Stage::Queued { .. }) {
            assert_eq!(room.machine.next_due(), Some(due));
        }
        room.now = Millis(due.0 - 1);
        room.put(Input::Tick);
        assert_eq!(room.effects, []);
        assert_eq!(room.machine.next_due(), Some(due));
        room.now = due.plus(DAY);
        room.put(Input::Tick);
        assert_eq!(room.posts().len(), posts);
        assert!(matches!(room.stage(), Stage::Ended { by: EndedBy::Idle, .. }));
        room.put(Input::Tick);
        assert_eq!((&room.effects, room.machine.next_due()), (&vec![], None));
    };
    check(Room::new(), 0);
    check(Room::assigned(), 1);
    let mut queued = Room::new();
    queued.frame(VISITOR, ClientFrame::Handoff);
    check(queued, 1);
}

#[test]
fn r_80_the_desk_hears_of_changed_cards_but_not_too_often() {
    let mut room = Room::new();
    room.frame(VISITOR, ClientFrame::Handoff);
    room.frame(VISITOR, say("a"));
    assert_eq!(room.posts().len(), 0, "it was told a moment ago");
    let due = room.machine.next_due().unwrap();
    room.frame(VISITOR, say("b"));
    room.now = due;
    room.put(Input::Tick);
    assert!(matches!(room.posts()[..], [ToDesk::Brief { brief, .. }] if brief.preview == "text of b"));
    room.wait(MINUTE);
    room.frame(VISITOR, say("c"));
    assert_eq!(room.posts().len(), 1);
    room.put(Input::Desk(FromDesk::Assigned { handoff: HandoffNo(1), agent: card("mei") }));
    room.wait(limits::BRIEF_EVERY);
    room.frame(VISITOR, say("d"));
    assert_eq!(room.posts().len(), 0, "the agent reads it live");
    room.wait(limits::BRIEF_EVERY_ASSIGNED * 3 / 2);
    room.frame(VISITOR, say("e"));
    assert_eq!(room.posts().len(), 1);
}

#[test]
fn r_80_conversations_assigned_together_tell_the_desk_each_at_a_moment_of_its_own() {
    let every = limits::BRIEF_EVERY_ASSIGNED;
    let mut told = Vec::new();
    for n in 0..120 {
        let mut room = Room::empty();
        let mut made = create(None);
        if let Input::Create { conversation, .. } = &mut made {
            *conversation = ConversationId::new(format!("c-{n}")).unwrap();
        }
        room.put(made);
        room.join(VISITOR, visitor());
        room.frame(VISITOR, ClientFrame::Handoff);
        room.put(Input::Desk(FromDesk::Assigned { handoff: HandoffNo(1), agent: card("mei") }));
        let assigned = room.now;
        let mut moments = Vec::new();
        for m in 0..3 {
            room.frame(VISITOR, say(&format!("m-{m}")));
            assert_eq!(room.posts().len(), 0);
            room.now = room.machine.next_due().unwrap();
            room.put(Input::Tick);
            assert_eq!(room.posts().len(), 1);
            moments.push(room.now.since(assigned));
        }
        assert!((every / 2..every * 3 / 2).contains(&moments[0]));
        assert_eq!([moments[1] - moments[0], moments[2] - moments[1]], [every, every]);
        told.push(moments[0]);
    }
    for tenth in 5..15 {
        let span = tenth * every / 10..(tenth + 1) * every / 10;
        let within = told.iter().filter(|moment| span.contains(moment)).count();
        assert!((4..=24).contains(&within), "{within} of 120 in a tenth of the time");
    }
}

#[test]
fn r_81_the_archive_gets_a_summary_at_every_turn() {
    let mut room = Room::new();
    let summary = |room: &Room| {
        room.effects.iter().find_map(|e| if let Effect::Summarise(s) = e { Some(s.clone()) } else { None })
    };
    room.frame(VISITOR, say("a"));
    assert_eq!(summary(&room).unwrap().preview, "text of a");
    room.reply(1, answer("e"));
    assert_eq!(summary(&room), None);
    room.frame(VISITOR, ClientFrame::Helpful { seq: 2, yes: true, reason: None, comment: None });
    assert_eq!(summary(&room).unwrap().helpful, 1);
    room.frame(VISITOR, ClientFrame::Handoff);
    assert_eq!(summary(&room).unwrap().stage, "queued");
    room.frame(VISITOR, ClientFrame::End);
    let end = summary(&room).unwrap();
    assert_eq!((end.stage.as_str(), end.answers, end.handoffs, end.messages), ("ended", 1, 1, 4));
}

#[test]
fn r_101_what_is_written_to_an_agent_counts_when_the_conversation_goes_on_to_another() {
    let words = |room: &mut Room, client_id: &str, text: &str| {
        room.frame(VISITOR, ClientFrame::Send { client_id: id(client_id), text: text.into() });
    };
    let shown = |room: &Room| {
        let brief = room.machine.state().brief();
        (brief.mood, brief.urgent)
    };
    let mut room = Room::assigned();
    words(&mut room, "a", "This is outrageous, I am furious!!");
    assert_eq!(shown(&room).0, Mood::Angry, "the card of who has it tells");
    words(&mut room, "b", "The second one, please");
    assert_eq!(shown(&room).0, Mood::Neutral, "of several only the latest");
    words(&mut room, "c", "It is urgent, I am furious, answer immediately!!");
    desk(&mut room, lost("mei"));
    assert_eq!(shown(&room), (Mood::Angry, true));
    words(&mut room, "d", "Hello");
    assert_eq!(shown(&room), (Mood::Angry, true), "a mood holds while they wait");
    room.frame(VISITOR, ClientFrame::End);
    assert_eq!(shown(&room), (Mood::Neutral, false));
}
