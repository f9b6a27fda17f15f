//! R-10 … R-28: log, acknowledgement, resume, marks, typing.

use super::*;

fn acks(room: &Room, to: SocketId) -> Vec<u64> {
    room.got(to)
        .iter()
        .filter_map(|f| if let ServerFrame::Ack { seq, .. } = f { Some(*seq) } else { None })
        .collect()
}

/// (prev, seq) of live messages.
fn live(room: &Room, to: SocketId) -> Vec<(u64, u64)> {
    let of = |f: &&ServerFrame| match f {
        ServerFrame::Message { prev, message } => Some((*prev, message.seq)),
        _ => None,
    };
    room.got(to).iter().filter_map(of).collect()
}

#[test]
fn r_10_r_13_sequences_count_from_one_and_its_own_copy_acknowledges_a_message() {
    let mut room = Room::with_agents();
    room.frame(VISITOR, say("a"));
    assert!(matches!(room.got(VISITOR)[..], [ServerFrame::Message { prev: 0, .. }]));
    assert_eq!((live(&room, MEI), acks(&room, MEI)), (vec![(0, 1)], vec![]));
    room.frame(VISITOR, say("b"));
    assert_eq!(live(&room, SORA), [(1, 2)]);
}

#[test]
fn r_12_resending_returns_the_first_ack_in_any_stage() {
    let mut room = Room::with_agents();
    let first = room.now;
    room.frame(VISITOR, say("a"));
    let resend = |room: &mut Room| {
        room.wait(SECOND);
        let length = room.log.messages().len();
        let changed = ClientFrame::Send { client_id: id("a"), text: "other words, or too many".repeat(999) };
        for frame in [say("a"), changed] {
            room.frame(VISITOR, frame);
            let ack = ServerFrame::Ack { client_id: id("a"), seq: 1, at: first };
            assert_eq!(room.effects, [Effect::Send { socket: VISITOR, frame: ack.into() }]);
        }
        assert_eq!(room.log.messages().len(), length);
    };
    resend(&mut room);
    room.frame(VISITOR, ClientFrame::Handoff);
    resend(&mut room);
    room.put(Input::Desk(FromDesk::Assigned { handoff: HandoffNo(1), agent: card("mei") }));
    resend(&mut room);
    room.frame(MEI, ClientFrame::End);
    resend(&mut room);
    room.wait(400 * DAY);
    resend(&mut room);
}

#[test]
fn r_12_client_ids_are_each_senders_own() {
    let mut room = Room::assigned();
    for socket in [VISITOR, MEI, SORA] {
        room.frame(socket, say("same"));
        assert_eq!(live(&room, socket).len(), 1);
        assert!(acks(&room, socket).is_empty(), "nothing was taken for a repeat");
    }
    let texts = room.bodies().iter().filter(|b| matches!(b, Body::Text { .. })).count();
    assert_eq!(texts, 3);
}

#[test]
fn r_12_a_left_message_and_a_pick_are_stored_once() {
    let mut room = Room::new();
    let leave = ClientFrame::LeaveMessage {
        client_id: id("l"),
        text: "Call me".into(),
        contact: None,
        call_back: false,
    };
    room.frame(VISITOR, leave.clone());
    let length = room.log.messages().len();
    room.frame(VISITOR, leave);
    assert_eq!((acks(&room, VISITOR), room.log.messages().len()), (vec![1], length));
}

#[test]
fn r_20_welcome_then_pages_then_live() {
    let mut room = Room::new();
    for n in 0..250 {
        room.wait(SECOND);
        room.frame(VISITOR, say(&n.to_string()));
        room.reply(room.machine.state().last, answer("e"));
    }
    let check = |room: &mut Room, after: u64, pages: &[(u64, usize, bool)]| {
        room.put(Input::Connect { socket: TAB, who: visitor(), pass: None });
        room.frame(TAB, hello(after));
        let got = room.got(TAB);
        assert!(matches!(got[0], ServerFrame::Welcome { last: 500, .. }));
        let shape: Vec<_> = got[1..]
            .iter()
            // What it has is delivered, which everybody is told.
            .filter(|f| !matches!(f, ServerFrame::Read { .. }))
            .map(|f| match f {
                ServerFrame::Page { after, messages, more, ask: false } => (*after, messages.len(), *more),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(shape, pages);
        room.put(Input::Disconnect { socket: TAB });
    };
    check(
        &mut room,
        0,
        &[(0, 100, true), (100, 100, true), (200, 100, true), (300, 100, true), (400, 100, false)],
    );
    check(&mut room, 450, &[(450, 50, false)]);
    check(&mut room, 500, &[(500, 0, false)]);
    check(&mut room, 9_999, &[(500, 0, false)]);
}

#[test]
fn r_21_resuming_is_bounded_and_the_client_asks_for_the_rest() {
    let mut room = Room::new();
    let window = limits::RESUME_PAGES * limits::PAGE_MESSAGES;
    room.evicting = false;
    for n in 0..=window {
        room.wait(SECOND);
        room.put(Input::Frame { socket: VISITOR, frame: say(&n.to_string()), renewed: None });
    }
    room.frame(VISITOR, ClientFrame::Resume { after: 0 });
    let got = room.got(VISITOR);
    assert_eq!(got.len(), limits::RESUME_PAGES);
    assert!(matches!(got[got.len() - 1], ServerFrame::Page { more: true, ask: true, .. }));
    let left = room.machine.state().last - window as u64;
    room.frame(VISITOR, ClientFrame::Resume { after: window as u64 });
    match room.got(VISITOR)[..] {
        [ServerFrame::Page { messages, more: false, ask: false, .. }] => {
            assert_eq!(messages.len() as u64, left)
        }
        ref other => panic!("{} frames", other.len()),
    }
}

#[test]
fn r_21_a_page_of_long_texts_is_cut_by_bytes() {
    let mut room = Room::new();
    for n in 0..40 {
        room.wait(SECOND);
        let text = "😀".repeat(limits::TEXT_CHARS);
        room.frame(VISITOR, ClientFrame::Send { client_id: id(&n.to_string()), text });
    }
    room.frame(VISITOR, ClientFrame::Resume { after: 0 });
    let pages = room.got(VISITOR);
    assert!(pages.len() > 2);
    for page in pages {
        assert!(serde_json::to_string(page).unwrap().len() < limits::PAGE_BYTES + 20_000);
    }
}

#[test]
fn r_22_prev_is_per_audience_and_visitors_see_no_notes() {
    let mut room = Room::assigned();
    let base = room.machine.state().last;
    room.frame(MEI, say("m1"));
    room.frame(SORA, ClientFrame::Note { client_id: id("n"), text: "VIP".into() });
    assert_eq!((live(&room, VISITOR), live(&room, MEI)), (vec![], vec![(base + 1, base + 2)]));
    room.frame(MEI, say("m2"));
    assert_eq!(live(&room, VISITOR), [(base + 1, base + 3)]);
    assert_eq!(live(&room, MEI), [(base + 2, base + 3)]);
    room.frame(VISITOR, ClientFrame::Resume { after: 0 });
    assert!(!serde_json::to_string(&room.got(VISITOR)).unwrap().contains("VIP"));
}

#[test]
fn r_24_marks_rise_and_are_clamped() {
    let mut room = Room::with_agents();
    room.frame(VISITOR, say("a"));
    room.frame(MEI, ClientFrame::Note { client_id: id("n"), text: "x".into() });
    let check = |room: &mut Room, socket, frame, marks: Option<(u64, u64, u64, u64)>| {
        let frame_is_read = matches!(frame, ClientFrame::Read { .. });
        room.frame(socket, frame);
        let expect = marks.map(|(visitor, visitor_delivered, agent, agent_delivered)| ServerFrame::Read {
            read: Marks { visitor, visitor_delivered, agent, agent_delivered },
        });
        // What reached one side is of interest to the other; what was read, to both.
        let told = |to| frame_is_read || (to == VISITOR) != (socket == VISITOR);
        for to in [VISITOR, MEI, SORA] {
            assert_eq!(room.got(to), expect.iter().filter(|_| told(to)).collect::<Vec<_>>());
        }
    };
    check(&mut room, MEI, ClientFrame::Delivered { seq: 1 }, Some((0, 0, 0, 1)));
    check(&mut room, SORA, ClientFrame::Delivered { seq: 1 }, None);
    check(&mut room, SORA, ClientFrame::Read { seq: 99 }, Some((0, 0, 2, 2)));
    check(&mut room, MEI, ClientFrame::Read { seq: 1 }, None);
    check(&mut room, VISITOR, ClientFrame::Delivered { seq: 9 }, Some((0, 1, 2, 2)));
    check(&mut room, VISITOR, ClientFrame::Read { seq: u64::MAX }, Some((1, 1, 2, 2)));
}

#[test]
fn r_25_typing_goes_to_the_other_side_spaced_and_is_never_stored() {
    let mut room = Room::assigned();
    room.evicting = false;
    let check = |room: &mut Room, socket, on, to: &[SocketId]| {
        room.frame(socket, ClientFrame::Typing { on });
        let got: Vec<_> = [VISITOR, MEI, SORA].into_iter().filter(|&s| !room.got(s).is_empty()).collect();
        assert_eq!(got, to);
    };
    let rest = limits::TYPING_EVERY / 2;
    check(&mut room, VISITOR, true, &[MEI, SORA]);
    check(&mut room, VISITOR, true, &[]);
    check(&mut room, VISITOR, false, &[MEI, SORA]);
    check(&mut room, VISITOR, false, &[]);
    // Off and on again is no way round the spacing, and an `on` that was kept back needs no `off`.
    check(&mut room, VISITOR, true, &[]);
    check(&mut room, VISITOR, false, &[]);
    room.wait(rest - 1);
    check(&mut room, VISITOR, true, &[]);
    room.wait(1);
    check(&mut room, VISITOR, true, &[MEI, SORA]);
    // The message takes the notice away, and typing after it is news.
    room.frame(VISITOR, say("typed"));
    check(&mut room, VISITOR, false, &[]);
    check(&mut room, VISITOR, true, &[MEI, SORA]);
    check(&mut room, VISITOR, true, &[]);
    check(&mut room, MEI, true, &[VISITOR]);
    room.wait(rest);
    check(&mut room, VISITOR, true, &[MEI, SORA]);
    check(&mut room, MEI, true, &[VISITOR]);
    // What was noted by a clock that went back does not keep anything back.
    room.now = Millis(room.now.0 - 60 * SECOND);
    check(&mut room, MEI, true, &[VISITOR]);
    room.frame(VISITOR, hello(0));
    assert!(!room.got(VISITOR).iter().any(|f| matches!(f, ServerFrame::Typing { .. })));
}

#[test]
fn r_25_typing_on_and_off_at_one_instant_is_passed_on_once() {
    let mut room = Room::assigned();
    room.evicting = false;
    let mut told = 0;
    for n in 0..30 {
        room.frame(VISITOR, ClientFrame::Typing { on: n % 2 == 0 });
        told += room.got(MEI).len();
    }
    assert_eq!(told, 2);
}

#[test]
fn r_26_agents_see_the_visitor_come_and_go() {
    let mut room = Room::with_agents();
    room.join(TAB, visitor());
    assert_eq!(room.got(MEI).len(), 0);
    room.put(Input::Disconnect { socket: VISITOR });
    assert_eq!(room.got(MEI).len(), 0);
    room.put(Input::Disconnect { socket: TAB });
    assert_eq!(room.got(MEI), [&ServerFrame::VisitorHere { here: false }]);
    room.join(TAB, visitor());
    assert_eq!(room.got(MEI), [&ServerFrame::VisitorHere { here: true }]);
}

#[test]
fn r_27_the_page_is_shown_to_agents_only() {
    let mut room = Room::with_agents();
    let page = PageContext {
        url: "https://shop.example/p".into(),
        title: "P".into(),
        product: Some(Product { name: "Current 2".into(), ..Product::default() }),
    };
    room.frame(VISITOR, ClientFrame::Page { page: page.clone() });
    assert_eq!(room.got(MEI), [&ServerFrame::PageContext { page: page.clone() }]);
    assert_eq!(room.got(VISITOR).len(), 0);
    room.frame(VISITOR, ClientFrame::Page { page: page.clone() });
    assert_eq!(room.effects, []);
    for (socket, shown) in [(MEI, Some(page)), (VISITOR, None)] {
        room.frame(socket, hello(0));
        assert!(matches!(room.got(socket)[0], ServerFrame::Welcome { page, .. } if *page == shown));
    }
}

#[test]
fn r_28_create_is_idempotent_and_the_opener_is_the_first_entry() {
    let opener = Body::Opener {
        campaign: crate::ids::CampaignId::new("c").unwrap(),
        text: "Questions?".into(),
        lang: Lang::En,
    };
    let mut room = Room::empty();
    room.put(create(Some(opener.clone())));
    room.put(create(Some(opener.clone())));
    assert_eq!((room.bodies(), &room.effects), (vec![&opener], &vec![]));
}

#[test]
fn a_renewed_token_is_handed_over_in_the_welcome() {
    let mut room = Room::new();
    room.put(Input::Frame { socket: VISITOR, frame: hello(0), renewed: Some("t".into()) });
    assert!(matches!(room.got(VISITOR)[0], ServerFrame::Welcome { token: Some(t), .. } if t == "t"));
}

#[test]
fn r_24_what_is_delivered_costs_no_write_and_survives_eviction_and_leaving() {
    let mut room = Room::assigned();
    room.frame(VISITOR, say("a"));
    let seq = room.machine.state().last;
    room.evicting = false;
    let saved = room.machine.state().clone();
    room.frame(MEI, ClientFrame::Delivered { seq });
    let Marks { agent_delivered, .. } = room.machine.state().marks;
    assert_eq!(agent_delivered, seq);
    let told = |f: &&ServerFrame| matches!(f, ServerFrame::Read { read } if read.agent_delivered == seq);
    assert!(room.got(VISITOR).iter().any(told), "its sender is told");

    let mut machine = Conversation::restore(saved, room.attachments.clone());
    assert_eq!(machine.state().marks.agent_delivered, seq, "the socket's attachment has it");
    let left = machine.handle(room.now, Input::Disconnect { socket: MEI }, &room.log);
    assert!(left.contains(&Effect::Save), "it goes with the socket, so that it is saved");
}

#[test]
fn r_11_what_the_log_tells_is_not_saved_again_but_never_far_behind() {
    let mut room = Room::assigned();
    let mut saves = Vec::new();
    for n in 0..1_100 {
        // Nobody writes faster than they may.
        room.wait(SECOND / 4);
        let frame = if n % 3 == 0 {
            ClientFrame::Send { client_id: id(&format!("m{n}")), text: "One moment.".into() }
        } else {
            say(&format!("v{n}"))
        };
        let socket = if n % 3 == 0 { MEI } else { VISITOR };
        let input = Input::Frame { socket, frame, renewed: None };
        let effects = room.machine.handle(room.now, input.clone(), &room.log);
        for effect in effects {
            match effect {
                Effect::Append(message) => {
                    room.row.absorb(&message);
                    room.log.append(message).unwrap();
                }
                Effect::Save => {
                    room.row = room.machine.state().clone();
                    saves.push(room.row.last);
                }
                _ => {}
            }
        }
        let restored = Conversation::restore(room.row.clone(), room.attachments.clone());
        assert_eq!(restored.state(), room.machine.state(), "message {n}");
    }
    let last = room.machine.state().last;
    assert!(last > 1_100 && saves.len() < 16, "few are saved: {saves:?}");
    for block in (limits::SAVED_EVERY..=last).step_by(limits::SAVED_EVERY as usize) {
        assert!(saves.contains(&block), "message {block} is saved: {saves:?}");
    }
}
