//! windows rest on sessions.

use super::*;
use crate::security::pass::Pass;

/// A window of ann's, who is online and has c1, opened with this session.
fn desk(sessions: &[u64]) -> (Harness, Vec<SocketId>) {
    let mut h = Harness::new();
    let mut windows = Vec::new();
    for &session in sessions {
        let ann = profile("ann", 1);
        let socket = h.socket(&ann.agent.id);
        let pass = Some(Pass { session, at: h.now, ends: h.now.plus(limits::CONSOLE_SESSION) });
        h.step(Input::Connect { socket, profile: ann, pass });
        h.request(socket, DeskRequest::Hello);
        windows.push(socket);
    }
    h.presence(windows[0], Presence::Online);
    assert_eq!(h.ask(1, 1).told(), ["c1 assigned ann"]);
    (h, windows)
}

#[test]
fn r_200_windows_whose_session_has_ended_are_closed_and_what_the_agent_had_waits_again() {
    let (mut h, windows) = desk(&[1, 2]);
    let step = h.step(Input::SignedOut { sessions: vec![1] });
    assert_eq!(step.closes, [(windows[0], close::UNAUTHENTICATED)]);
    assert_eq!(h.pass(limits::AGENT_RECONNECT).told(), NOTHING, "another session goes on");
    let step = h.step(Input::SignedOut { sessions: vec![2] });
    assert_eq!(step.closes, [(windows[1], close::UNAUTHENTICATED)]);
    let late = h.step(Input::Frame { socket: windows[1], request: DeskRequest::Hello });
    assert_eq!((late.closes, late.sends.len()), (vec![(windows[1], close::RESYNC)], 0));
    assert_eq!(h.pass(limits::AGENT_RECONNECT).told(), ["c1 requeued from ann 1"]);
}

#[test]
fn r_201_a_window_that_was_not_verified_for_long_is_neither_heard_nor_told_anything() {
    let (mut h, windows) = desk(&[1]);
    h.wait(limits::PASS);
    let step = h.request(windows[0], DeskRequest::Presence { presence: Presence::Away });
    assert_eq!((step.closes[0], step.sends), ((windows[0], close::RESYNC), vec![]));
}

#[test]
fn r_201_a_window_is_verified_anew_in_time_by_itself_while_somebody_is_on_duty() {
    let (mut h, windows) = desk(&[1]);
    h.step(Input::Conversation(ToDesk::Attended { conversation: conv(1), handoff: HandoffNo(1) }));
    // Until the tick that looks after who is there.
    let from = h.now;
    while h.open.contains_key(&windows[0]) {
        h.now = h.desk.next_due().unwrap_or(Millis(u64::MAX));
        let step = h.tick();
        assert!(step.closes.iter().all(|close| *close == (windows[0], close::RESYNC)));
    }
    let after = h.now.since(from);
    assert!((limits::PASS_RENEW..limits::PASS).contains(&after), "{after}");
    // Back within the grace of a reload, nothing has changed.
    let ann = profile("ann", 1);
    let socket = h.socket(&ann.agent.id);
    let pass = Some(Pass { session: 1, at: h.now, ends: h.now.plus(limits::CONSOLE_SESSION) });
    h.step(Input::Connect { socket, profile: ann, pass });
    assert_eq!(h.pass(limits::AGENT_RECONNECT).told(), NOTHING);
    let (state, held) = h.desk.member(&agent_id("ann"));
    assert_eq!((state.map(|s| s.presence), held.len()), (Some(Presence::Online), 1));
}

#[test]
fn r_201_windows_are_renewed_one_after_the_other_and_after_whoever_waits_is_served() {
    let mut h = Harness::new();
    for name in ["ann", "bob"] {
        let agent = profile(name, 1);
        let socket = h.socket(&agent.agent.id);
        let pass = Some(Pass { session: 1, at: h.now, ends: h.now.plus(limits::CONSOLE_SESSION) });
        h.step(Input::Connect { socket, profile: agent, pass });
        h.request(socket, DeskRequest::Hello);
        h.presence(socket, Presence::Online);
    }
    h.wait(limits::PASS_RENEW);
    let step = h.ask(1, 1);
    assert_eq!((step.told(), step.closes.len()), (vec!["c1 assigned ann".to_owned()], 1));
    let closed = step.closes[0].0;
    let next = h.tick();
    assert!(next.closes.len() == 1 && next.closes[0].0 != closed);
}
