//! agents' sockets rest on sessions.

use super::*;
use crate::security::pass::Pass;

const HIS: SocketId = SocketId(11);
const HERS: SocketId = SocketId(12);

/// With two windows of Mei's, each of another session.
fn room() -> Room {
    let mut room = Room::assigned();
    for (socket, session) in [(HIS, 1), (HERS, 2)] {
        let pass = Some(Pass { session, at: room.now, ends: room.now.plus(limits::CONSOLE_SESSION) });
        let who = Principal::Agent { agent: card("mei"), supervisor: false };
        room.put(Input::Connect { socket, who, pass });
        room.frame(socket, hello(0));
    }
    room
}

#[test]
fn r_200_whose_session_has_ended_is_closed_and_neither_heard_nor_told_anything() {
    let mut room = room();
    room.put(Input::SignedOut { sessions: vec![1, 7] });
    assert_eq!(room.closes(), [(HIS, close::UNAUTHENTICATED)]);
    let before = room.log.messages().len();
    room.frame(HIS, say("late"));
    assert_eq!((room.log.messages().len(), room.closes()), (before, vec![(HIS, close::RESYNC)]));
    room.frame(VISITOR, say("a"));
    assert!(room.got(HIS).is_empty());
    assert_eq!(room.got(HERS).len(), 1, "another session goes on");
    room.put(Input::SignedOut { sessions: vec![1] });
    assert_eq!(room.effects, [], "twice is nothing");
}

#[test]
fn r_201_a_socket_that_was_not_verified_for_long_is_neither_heard_nor_told_anything() {
    for late in [VISITOR, HIS] {
        let mut room = room();
        room.wait(limits::PASS);
        let before = room.log.messages().len();
        room.frame(late, say("x"));
        let closed: Vec<_> = room.closes().into_iter().map(|(socket, code)| (code, socket)).collect();
        assert!(closed.contains(&(close::RESYNC, HIS)) && closed.contains(&(close::RESYNC, HERS)));
        let told = [HIS, HERS].map(|socket| room.got(socket).len());
        assert_eq!(told, [0, 0], "nothing is told to them");
        let heard = room.log.messages().len() - before;
        assert_eq!(heard, usize::from(late == VISITOR), "nor heard from them");
    }
}

#[test]
fn r_201_it_is_verified_anew_before_that_when_something_happens_and_the_last_frame_counts() {
    let mut room = room();
    room.wait(limits::PASS_RENEW);
    room.frame(HIS, say("in-time"));
    assert!(room.log.messages().iter().any(|m| m.client_id == Some(id("in-time"))));
    assert_eq!(room.got(HIS).len(), 1, "it is acknowledged");
    assert_eq!(room.closes(), [(HIS, close::RESYNC), (HERS, close::RESYNC)]);
}

#[test]
fn r_201_with_its_session_a_socket_is_over_and_no_alarm_is_set_for_it() {
    let mut room = room();
    let ends = room.now.plus(MINUTE);
    let pass = Some(Pass { session: 3, at: room.now, ends });
    let who = Principal::Agent { agent: card("jonas"), supervisor: true };
    let due = room.machine.next_due();
    room.put(Input::Connect { socket: SocketId(13), who, pass });
    room.frame(SocketId(13), hello(0));
    assert_eq!(room.closes(), []);
    assert_eq!(room.machine.next_due(), due);
    room.wait(MINUTE);
    room.frame(SocketId(13), say("x"));
    assert_eq!(room.closes()[0], (SocketId(13), close::RESYNC));
}
