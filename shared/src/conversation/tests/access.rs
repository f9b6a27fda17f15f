//! R-40 … R-53: who may do what, limits, bad input.

use super::*;

fn note(client_id: &str) -> ClientFrame {
    ClientFrame::Note { client_id: id(client_id), text: "x".into() }
}

#[test]
fn r_40_what_is_not_theirs_is_forbidden() {
    let page = PageContext::default();
    let entry = EntryId::new("e").unwrap();
    let check = |socket, frame: ClientFrame, code| {
        let mut room = Room::with_agents();
        room.frame(socket, frame.clone());
        assert_eq!(room.error(socket), Some(code), "{frame:?}");
        assert_eq!(room.log.messages(), []);
        assert_eq!(room.effects.len(), 1);
        let named = matches!(room.got(socket)[0], ServerFrame::Error { client_id, .. }
            if client_id.as_ref() == frame.client_id());
        assert!(named, "the error names the message it is about");
    };
    check(VISITOR, note("n"), ErrorCode::Forbidden);
    for frame in [
        ClientFrame::Pick { client_id: id("p"), entry, title: "T".into() },
        ClientFrame::Page { page },
        ClientFrame::Language { lang: Some(Lang::Ja) },
        ClientFrame::Helpful { seq: 1, yes: true, reason: None, comment: None },
        ClientFrame::Handoff,
        ClientFrame::LeaveQueue,
        ClientFrame::LeaveMessage { client_id: id("l"), text: "x".into(), contact: None, call_back: false },
        ClientFrame::Rate { score: 5, comment: None },
    ] {
        check(MEI, frame.clone(), ErrorCode::Forbidden);
        check(SORA, frame, ErrorCode::Forbidden);
    }
    check(MEI, say("m"), ErrorCode::NotAssigned);
    check(MEI, ClientFrame::End, ErrorCode::NotAssigned);
}

#[test]
fn r_41_agents_write_when_assigned_supervisors_always_notes_anybody() {
    let mut room = Room::assigned();
    room.join(SocketId(9), Principal::Agent { agent: card("jonas"), supervisor: false });
    for (socket, frame, error) in [
        (MEI, say("a"), None),
        (SORA, say("b"), None),
        (SocketId(9), say("c"), Some(ErrorCode::NotAssigned)),
        (SocketId(9), note("d"), None),
        (SocketId(9), ClientFrame::End, Some(ErrorCode::NotAssigned)),
        (SORA, ClientFrame::End, None),
        (MEI, say("e"), Some(ErrorCode::Ended)),
        (MEI, note("f"), None),
    ] {
        room.frame(socket, frame.clone());
        assert_eq!(room.error(socket), error, "{frame:?}");
    }
}

#[test]
fn r_42_nothing_before_hello() {
    let mut room = Room::with_agents();
    room.put(Input::Connect { socket: TAB, who: visitor(), pass: None });
    room.frame(TAB, say("early"));
    assert_eq!(room.error(TAB), Some(ErrorCode::BadFrame));
    room.frame(VISITOR, say("a"));
    assert!(room.got(TAB).is_empty(), "live frames are for greeted sockets");
}

#[test]
fn r_43_strangers_and_unknown_sockets_are_closed() {
    let mut room = Room::new();
    room.put(Input::Connect {
        socket: TAB,
        who: Principal::Visitor { visitor: VisitorId::new("w").unwrap() },
        pass: None,
    });
    assert_eq!(room.closes(), [(TAB, close::UNAUTHENTICATED)]);
    room.frame(SocketId(99), say("x"));
    assert_eq!(room.closes(), [(SocketId(99), close::RESYNC)]);
    let mut room = Room::empty();
    room.put(Input::Connect { socket: TAB, who: visitor(), pass: None });
    assert_eq!(room.closes(), [(TAB, close::NOT_FOUND)]);
    for input in [
        Input::Tick,
        Input::Bot { seq: 1, reply: BotReply { lang: None, say: BotSays::Handoff, flow: None } },
        Input::Desk(FromDesk::offline(HandoffNo(0))),
        Input::Disconnect { socket: TAB },
        Input::BadFrame { socket: TAB, code: ErrorCode::BadFrame },
    ] {
        room.put(input);
        assert_eq!(room.effects, []);
    }
}

#[test]
fn r_50_too_many_frames_are_refused_then_the_socket_closed() {
    let mut room = Room::with_agents();
    room.evicting = false;
    let flood = |room: &mut Room, count: u32| (0..count).for_each(|_| room.frame(VISITOR, say("a")));
    flood(&mut room, limits::FRAME_BURST);
    assert_eq!(room.error(VISITOR), None);
    flood(&mut room, 1);
    assert!(matches!(
        room.got(VISITOR)[..],
        [ServerFrame::Error { code: ErrorCode::RateLimited, client_id: None, retry_after: Some(125) }]
    ));
    room.frame(MEI, note("others"));
    assert_eq!(room.error(MEI), None);
    flood(&mut room, limits::FRAMES_REFUSED);
    assert_eq!(room.closes(), [(VISITOR, close::RATE_LIMITED)]);
    assert!(!room.machine.visitor_here());
}

#[test]
fn r_50_an_operator_may_allow_more_frames() {
    let mut room = Room::with_agents();
    room.evicting = false;
    room.machine = room.machine.clone().with_rate(Rate::per_second(100));
    (0..500 - limits::RESUME_COSTS).for_each(|_| room.frame(VISITOR, say("a")));
    assert_eq!(room.error(VISITOR), None);
    (0..limits::RESUME_COSTS).for_each(|_| room.frame(VISITOR, say("a")));
    room.frame(VISITOR, say("a"));
    assert_eq!(room.error(VISITOR), Some(ErrorCode::RateLimited));
}

#[test]
fn r_51_the_oldest_socket_gives_way_and_agents_always_get_in() {
    let mut room = Room::new();
    for n in 0..limits::VISITOR_SOCKETS as u64 {
        room.join(SocketId(100 + n), visitor());
    }
    assert_eq!(room.attachments.len(), limits::VISITOR_SOCKETS);
    assert!(room.attachments.iter().all(|a| a.socket != VISITOR), "the oldest went");
    room.put(Input::Connect { socket: SocketId(9_000), who: visitor(), pass: None });
    assert_eq!(room.closes(), [(SocketId(100), close::RATE_LIMITED)]);
    room.put(Input::Connect {
        socket: MEI,
        who: Principal::Agent { agent: card("mei"), supervisor: false },
        pass: None,
    });
    assert_eq!(room.closes(), []);
}

#[test]
fn r_52_bad_texts_get_their_code_and_are_not_stored() {
    let mut room = Room::new();
    for (text, code) in [
        (String::new(), ErrorCode::BadValue),
        (" \n\t\u{3000}".into(), ErrorCode::BadValue),
        ("\u{202E}".into(), ErrorCode::BadValue),
        ("x".repeat(limits::TEXT_CHARS + 1), ErrorCode::TooLarge),
    ] {
        room.frame(VISITOR, ClientFrame::Send { client_id: id("a"), text });
        assert_eq!(room.error(VISITOR), Some(code));
    }
    assert_eq!(room.log.messages(), []);
    room.frame(VISITOR, say("a"));
    assert_eq!(room.log.messages().len(), 1, "a refused client id may be used again");
}

#[test]
fn r_52_frames_that_are_none_are_refused_and_oversize_closes() {
    let mut room = Room::new();
    room.put(Input::BadFrame { socket: VISITOR, code: ErrorCode::BadFrame });
    assert_eq!((room.error(VISITOR), room.closes()), (Some(ErrorCode::BadFrame), vec![]));
    room.put(Input::BadFrame { socket: VISITOR, code: ErrorCode::FrameTooLarge });
    assert_eq!(room.error(VISITOR), Some(ErrorCode::FrameTooLarge));
    assert_eq!(room.closes(), [(VISITOR, close::TOO_LARGE)]);
}

#[test]
fn r_53_a_full_conversation_takes_no_more() {
    let mut room = Room::assigned();
    let mut state = room.machine.state().clone();
    (state.last, state.last_public) = (limits::CONVERSATION_MESSAGES, limits::CONVERSATION_MESSAGES);
    let mut full = Conversation::restore(state, room.attachments.clone());
    for (socket, frame) in [(VISITOR, say("a")), (MEI, say("a")), (SORA, note("a"))] {
        let effects = full.handle(room.now, Input::Frame { socket, frame, renewed: None }, &room.log);
        let code = ErrorCode::Full;
        let frame = ServerFrame::Error { code, client_id: Some(id("a")), retry_after: None };
        assert_eq!(effects, [Effect::Send { socket, frame: frame.into() }]);
    }
    room.evicting = false;
}

#[test]
fn r_168_another_customer_at_the_same_browser_is_not_let_in_and_a_level_runs_out() {
    let identified = |room: &mut Room, socket, id: &str, vip, minutes: u64| {
        let customer = Customer { id: id.into(), name: None };
        let until = room.now.plus(minutes * MINUTE);
        room.put(Input::Identified { socket, identity: Identity { customer, vip, until, signed: 0 } });
    };
    let mut room = Room::with_agents();
    room.put(Input::Connect { socket: TAB, who: visitor(), pass: None });
    identified(&mut room, TAB, "4711", 3, 60);
    room.frame(TAB, hello(0));
    assert_eq!(room.machine.state().brief().vip, 3);
    // The same customer again, whose level has changed.
    identified(&mut room, TAB, "4711", 2, 60);
    assert_eq!((room.closes(), room.machine.state().brief().vip), (vec![], 2));
    // Somebody else: before anything is shown to them.
    let other = SocketId(77);
    room.put(Input::Connect { socket: other, who: visitor(), pass: None });
    identified(&mut room, other, "0815", 9, 60);
    assert_eq!(room.closes(), [(other, close::NOT_FOUND)]);
    room.frame(other, hello(0));
    assert_eq!(room.got(other), Vec::<&ServerFrame>::new());
    let state = room.machine.state();
    assert_eq!((state.brief().vip, state.customer.as_ref().map(|c| c.id.as_str())), (2, Some("4711")));
    room.wait(61 * MINUTE);
    room.frame(VISITOR, ClientFrame::Handoff);
    assert_eq!(room.machine.state().brief().vip, 0);
}

#[test]
fn r_202_an_older_secrets_signature_does_not_replace_a_newer_ones() {
    let mut room = Room::with_agents();
    for (vip, signed, counts) in [(3, 1, (3, 1)), (5, 0, (3, 1)), (4, 1, (4, 1)), (2, 2, (2, 2))] {
        let customer = Customer { id: "4711".into(), name: None };
        let identity = Identity { customer, vip, until: room.now.plus(MINUTE), signed };
        room.put(Input::Identified { socket: VISITOR, identity });
        let brief = room.machine.state().brief();
        assert_eq!((brief.vip, brief.signed), counts, "{vip} {signed}");
    }
}

#[test]
fn r_137_only_who_was_offered_it_is_called_back() {
    let leave = |room: &mut Room, client_id: &str| {
        let (client_id, contact) = (id(client_id), Some("ada@example.com".into()));
        let text = "Please call".into();
        room.frame(VISITOR, ClientFrame::LeaveMessage { client_id, text, contact, call_back: true });
        room.posts().iter().find_map(|item| match item {
            ToDesk::MessageLeft { call_back, .. } => Some(*call_back),
            _ => None,
        })
    };
    let mut room = Room::with_agents();
    assert_eq!(leave(&mut room, "a"), Some(false), "a message like any other");
    let mut room = Room::with_agents();
    room.frame(VISITOR, ClientFrame::Handoff);
    let handoff = HandoffNo(1);
    let offer = Fallback::CallBack;
    room.put(Input::Desk(FromDesk::Offline { handoff, opens: None, full: true, offer }));
    assert_eq!(leave(&mut room, "a"), Some(true));
}
