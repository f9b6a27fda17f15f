//! readers who do not read, and readers who only seem not to.

use super::*;
use crate::link;

/// Mei's and Sora's windows are open; the visitor has said so many of the longest texts.
fn long_log(messages: u64) -> Room {
    let mut room = Room::with_agents();
    room.evicting = false;
    for n in 0..messages {
        room.wait(SECOND);
        let text = "\u{1F600}".repeat(limits::TEXT_CHARS);
        room.frame(VISITOR, ClientFrame::Send { client_id: id(&format!("long{n}")), text });
        let seq = room.machine.state().last;
        for socket in [VISITOR, MEI, SORA] {
            room.frame(socket, ClientFrame::Delivered { seq });
        }
    }
    room.wait(60 * SECOND);
    room
}

/// What the last input sent to a socket, on the wire.
fn bytes(room: &Room, to: SocketId) -> usize {
    room.got(to).iter().map(|f| serde_json::to_string(f).unwrap().len()).sum()
}

/// Goes on with `next` until the tab is closed; how much it was sent by then.
fn flood(room: &mut Room, mut next: impl FnMut(u64) -> ClientFrame) -> usize {
    room.join(TAB, visitor());
    let mut sent = bytes(room, TAB);
    for n in 0..2_000 {
        room.wait(SECOND);
        room.frame(TAB, next(n));
        sent += bytes(room, TAB);
        if room.closes() == [(TAB, close::RESYNC)] {
            return sent;
        }
    }
    panic!("still open after {sent} bytes");
}

/// The limit may be passed by the answer that reaches it.
const MOST: usize = limits::UNCONFIRMED_BYTES + limits::RESUME_BYTES + limits::PAGE_BYTES + 100_000;

#[test]
fn r_23_asking_for_the_log_again_and_again_is_bounded() {
    let mut room = long_log(200);
    let sent = flood(&mut room, |_| ClientFrame::Resume { after: 0 });
    assert!(sent < MOST, "{sent}");
    let sent = flood(&mut room, |_| hello(0));
    assert!(sent < MOST, "{sent}");
}

#[test]
fn r_23_saying_that_it_arrived_makes_nothing_good_that_is_asked_for_again() {
    let mut room = long_log(200);
    let sent = flood(&mut room, |n| match n % 2 {
        0 => ClientFrame::Delivered { seq: n / 2 },
        _ => ClientFrame::Resume { after: 0 },
    });
    assert!(sent < MOST, "{sent}");
    // Nor does what it was not sent yet.
    let sent = flood(&mut room, |n| match n % 2 {
        0 => ClientFrame::Read { seq: u64::MAX },
        _ => ClientFrame::Resume { after: 0 },
    });
    assert!(sent < MOST, "{sent}");
}

#[test]
fn r_23_a_new_message_makes_nothing_good_that_is_asked_for_again() {
    // One page of the longest texts, so that each new message is on that page.
    let mut room = long_log(10);
    let mut last = room.machine.state().last;
    let sent = flood(&mut room, |n| match n % 3 {
        0 => {
            last += 1;
            say(&format!("s{n}"))
        }
        1 => ClientFrame::Delivered { seq: last },
        _ => ClientFrame::Resume { after: 0 },
    });
    assert!(sent < MOST, "{sent}");
}

#[test]
fn r_21_a_long_log_is_had_in_answers_of_about_a_mebibyte_each() {
    let mut room = long_log(400);
    room.join(TAB, visitor());
    let mut answers = 0;
    let newest = loop {
        assert!(bytes(&room, TAB) < limits::RESUME_BYTES + limits::PAGE_BYTES + 100_000);
        assert_eq!(room.closes(), []);
        let last = room.got(TAB).into_iter().next_back().cloned();
        let Some(ServerFrame::Page { messages, more, ask, .. }) = last else { panic!("{last:?}") };
        assert_eq!(more, ask);
        answers += 1;
        let newest = messages[messages.len() - 1].seq;
        if !ask {
            break newest;
        }
        // Meanwhile others talk: what comes live is newer than the pages still to come.
        room.frame(VISITOR, say(&format!("meanwhile{newest}")));
        room.wait(SECOND);
        room.frame(TAB, ClientFrame::Resume { after: newest });
    };
    assert_eq!((newest, answers), (room.machine.state().last, 5));
}

#[test]
fn r_23_a_reader_who_shows_nothing_is_told_to_resync() {
    let mut room = Room::with_agents();
    room.join(TAB, visitor());
    room.evicting = false;
    let mut closed = vec![];
    // Mei holds the first message, and shows it once.
    for n in 0..=limits::UNCONFIRMED_MESSAGES + 1 {
        assert_eq!(closed, [], "after {n}");
        room.wait(SECOND);
        room.frame(VISITOR, say(&n.to_string()));
        closed = room.closes();
        let seq = room.machine.state().last;
        // Sora confirms now and then; Mei says much, and nothing that shows that she reads.
        if n % limits::CONFIRM_EVERY == 0 {
            room.frame(SORA, ClientFrame::Delivered { seq });
            room.frame(TAB, ClientFrame::Resume { after: seq });
        }
        room.frame(MEI, ClientFrame::Typing { on: n % 2 == 0 });
        room.frame(MEI, ClientFrame::Delivered { seq: 1 });
        room.frame(MEI, ClientFrame::Read { seq: seq + 1 });
    }
    assert_eq!(closed, [(MEI, close::RESYNC)]);
}

#[test]
fn r_23_ones_own_messages_count_by_their_bytes_only() {
    let mut room = Room::assigned();
    room.evicting = false;
    room.put(Input::Disconnect { socket: MEI });
    room.put(Input::Disconnect { socket: SORA });
    for n in 0..3 * limits::UNCONFIRMED_MESSAGES {
        room.wait(SECOND);
        room.frame(VISITOR, say(&n.to_string()));
        assert_eq!(room.closes(), []);
    }
    let text = "\u{1F600}".repeat(limits::TEXT_CHARS);
    let long = |n| ClientFrame::Send { client_id: id(&format!("long{n}")), text: text.clone() };
    assert!(flood(&mut room, long) < MOST);
}

#[test]
fn r_23_what_has_no_sequence_counts_until_anything_newer_has_arrived() {
    let mut room = Room::with_agents();
    room.evicting = false;
    let address = "a".repeat(900);
    let page_changes = |room: &mut Room, times: usize, confirm: bool| {
        for n in 0..times {
            room.wait(SECOND);
            let url = format!("https://shop.example/{n}/{address}");
            room.frame(
                VISITOR,
                ClientFrame::Page { page: PageContext { url, title: "".into(), product: None } },
            );
            if !room.closes().is_empty() {
                return room.closes();
            }
            // Naming an old sequence again shows nothing.
            if n % 1_000 == 999 {
                if confirm {
                    room.frame(VISITOR, say(&format!("m{n}")));
                }
                let seq = room.machine.state().last;
                [MEI, SORA].iter().for_each(|&agent| room.frame(agent, ClientFrame::Delivered { seq }));
            }
        }
        vec![]
    };
    assert_eq!(page_changes(&mut room, 6_000, true), []);
    assert_eq!(page_changes(&mut room, 6_000, false), [(MEI, close::RESYNC), (SORA, close::RESYNC)]);
}

/// Our own client on that socket: hears what the last input sent, and says what it says to it, with its timers.
fn follow(room: &mut Room, link: &mut link::Link, socket: SocketId, first: link::Input) {
    let mut inputs = std::collections::VecDeque::from([first]);
    while let Some(input) = inputs.pop_front() {
        for effect in link.handle(room.now, 7, input) {
            if let link::Effect::Transmit(frame) = effect {
                room.frame(socket, frame);
                assert!(room.closes().is_empty(), "{:?}", room.closes());
                inputs.extend(room.got(socket).into_iter().cloned().map(link::Input::Frame));
            }
        }
    }
}

#[test]
fn r_23_our_own_clients_show_that_they_read() {
    let mut room = long_log(150);
    let sides = [(TAB, link::Side::Visitor { lang: Lang::En }), (MEI, link::Side::Agent)];
    let mut links = sides.map(|(socket, side)| (socket, link::Link::new(side, vec![])));
    room.put(Input::Disconnect { socket: MEI });
    for (socket, link) in &mut links {
        let side = if *socket == TAB {
            visitor()
        } else {
            Principal::Agent { agent: card("mei"), supervisor: false }
        };
        room.put(Input::Connect { socket: *socket, who: side, pass: None });
        follow(&mut room, link, *socket, link::Input::Start);
        follow(&mut room, link, *socket, link::Input::Opened);
        assert_eq!(link.line(), link::Line::Live);
    }
    // Another tab and another agent talk, and say first that everything has reached their sides.
    let long = "\u{1F600}".repeat(limits::TEXT_CHARS);
    for n in 0..1_600 {
        room.wait(SECOND);
        let text = if n < 800 { long.clone() } else { "short".into() };
        let speaker = [VISITOR, SORA][n % 2];
        room.frame(speaker, ClientFrame::Send { client_id: id(&format!("n{n}")), text });
        assert_eq!(room.closes(), []);
        let news =
            links.each_ref().map(|(socket, _)| room.got(*socket).into_iter().cloned().collect::<Vec<_>>());
        let seq = room.machine.state().last;
        for socket in [VISITOR, SORA] {
            room.frame(socket, ClientFrame::Delivered { seq });
        }
        for ((socket, link), news) in links.iter_mut().zip(news) {
            for frame in news {
                follow(&mut room, link, *socket, link::Input::Frame(frame));
            }
            follow(&mut room, link, *socket, link::Input::Timer);
        }
    }
    for (_, link) in &links {
        assert_eq!(link.messages().last().map(|m| m.seq), Some(room.machine.state().last));
    }
}
