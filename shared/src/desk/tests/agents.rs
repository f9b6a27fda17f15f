//! Agents who come, go and vanish.

use super::*;

#[test]
fn a_reload_loses_nothing() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    h.ask(1, 1);
    h.ask(2, 1);
    h.wait(SECOND);
    assert_eq!(h.step(Input::Disconnect { socket: ann }).told(), NOTHING);
    h.wait(SECOND);
    assert_eq!(h.ask(3, 1).told(), ["c3 queued 2"], "still on duty");
    assert_eq!(h.pass(limits::AGENT_RECONNECT - SECOND - 1).told(), NOTHING);
    let ann = h.connect(profile("ann", 1));
    assert_eq!(h.pass(10 * SECOND).told(), NOTHING);
    let snapshot = h.request(ann, DeskRequest::Hello);
    let [(_, DeskFrame::Snapshot { me, assigned, .. })] = &snapshot.sends[..] else { panic!("{snapshot:?}") };
    assert_eq!((me.presence, me.load, assigned.len()), (Presence::Online, 1, 1));
}

#[test]
fn one_who_is_reloading_gets_nothing_new() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 2));
    h.step(Input::Disconnect { socket: ann });
    assert_eq!(h.ask(1, 1).told(), ["c1 queued 1"]);
    h.wait(SECOND);
    assert!(h.desk.availability(h.now).online);
    h.connect(profile("ann", 2));
    h.now = h.now.plus(1);
    assert_eq!(h.ask(2, 1).told(), ["c2 assigned ann"]);
}

#[test]
fn one_who_disconnects_for_good_has_vanished() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    h.ask(1, 1);
    h.wait(1);
    h.ask(2, 1);
    h.step(Input::Disconnect { socket: ann });
    let told = h.pass(limits::AGENT_RECONNECT).told();
    assert_eq!(told, ["c1 requeued from ann 2", "c2 queued 1"]);
    h.online(profile("bob", 1));
    assert_eq!(h.end(1, 1).told(), ["c2 assigned bob"], "c1 had been first in line and was with bob");
    let ann = h.connect(profile("ann", 1));
    let snapshot = h.request(ann, DeskRequest::Hello);
    assert!(
        matches!(&snapshot.sends[..], [(_, DeskFrame::Snapshot { me, .. })] if me.presence == Presence::Offline)
    );
}

#[test]
fn silence_of_all_windows_is_vanishing_and_closes_them() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    let second = h.connect(profile("ann", 1));
    h.ask(1, 1);
    // One window still answers.
    h.wait(limits::AGENT_SILENT);
    h.step(Input::Alive { socket: second, at: Millis(h.now.0 - 1) });
    assert_eq!(h.step(Input::Tick).told(), NOTHING);
    h.wait(limits::AGENT_SILENT - 1);
    assert_eq!(h.desk.next_due(), Some(h.now));
    let step = h.step(Input::Tick);
    assert_eq!(step.told(), ["c1 requeued from ann 1"]);
    assert_eq!(step.closes, [(ann, close::RESYNC), (second, close::RESYNC)]);
    assert_eq!(h.step(Input::Disconnect { socket: ann }), Step::default());
}

#[test]
fn pings_cost_no_writes_until_they_matter() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    h.wait(limits::PING_EVERY);
    assert_eq!(h.step(Input::Alive { socket: ann, at: h.now }), Step::default());
    h.wait(limits::AGENT_SILENT);
    assert_eq!(h.step(Input::Alive { socket: ann, at: h.now }).writes, 1);
    assert_eq!(h.step(Input::Alive { socket: SocketId(77), at: h.now }), Step::default());
}

#[test]
fn a_forgotten_window_of_somebody_off_duty_keeps_nothing_awake() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    assert!(h.desk.next_due().is_some());
    h.presence(ann, Presence::Offline);
    assert_eq!(h.desk.next_due(), None);
}

#[test]
fn several_windows_are_one_agent() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    let second = h.connect(profile("ann", 1));
    h.request(second, DeskRequest::Hello);
    h.step(Input::Disconnect { socket: ann });
    assert_eq!(h.ask(1, 1).told(), ["c1 assigned ann"]);
    for _ in 0..limits::AGENT_WINDOWS {
        h.connect(profile("ann", 1));
    }
    assert_eq!(h.open.len(), limits::AGENT_WINDOWS, "the oldest was closed");
    assert!(!h.open.contains_key(&second));
}

#[test]
fn going_away_keeps_what_is_open() {
    for presence in [Presence::Away, Presence::Busy, Presence::Offline] {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 2));
        h.online(profile("bob", 1));
        h.ask(1, 1);
        assert_eq!(h.presence(ann, presence).told(), NOTHING);
        h.ask(2, 1);
        assert_eq!(h.ask(3, 1).told(), ["c3 queued 1"], "{presence:?}");
        assert_eq!(h.pass(30 * SECOND).told(), NOTHING);
        assert_eq!(h.presence(ann, Presence::Online).told(), ["c3 assigned ann"]);
        h.presence(ann, Presence::Offline);
        h.step(Input::Disconnect { socket: ann });
        let told = h.pass(limits::AGENT_RECONNECT).told();
        assert_eq!(told.len(), 2, "off duty and gone, with conversations open: {told:?}");
    }
}

#[test]
fn when_the_last_goes_off_duty_the_waiting_are_told_after_a_grace() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    h.ask(1, 1);
    h.ask(2, 1);
    let step = h.presence(ann, Presence::Offline);
    let place = QueuePlace::new(1, WaitShown::Unknown);
    assert_eq!(
        step.posts,
        [(conv(2), FromDesk::Queued { handoff: HandoffNo(1), place })],
        "no number any more"
    );
    assert_eq!(h.ask(3, 1).told(), ["c3 offline"]);
    assert_eq!(h.pass(limits::OFF_DUTY_GRACE - 1).told(), NOTHING);
    assert_eq!(h.pass(1).told(), ["c2 offline"]);
    assert_eq!(h.presence(ann, Presence::Online).told(), NOTHING);
    h.end(1, 1);
    assert_eq!(h.ask(2, 2).told(), ["c2 assigned ann"]);
}

#[test]
fn coming_back_within_the_grace_serves_the_waiting() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    h.ask(1, 1);
    h.attend(1, 1);
    h.ask(2, 1);
    h.presence(ann, Presence::Away);
    h.pass(limits::OFF_DUTY_GRACE - 1);
    h.online(profile("bob", 1));
    h.attend(2, 1);
    h.presence(ann, Presence::Online);
    assert_eq!(h.pass(10 * MINUTE).told().iter().filter(|t| t.contains("offline")).count(), 0);
}

#[test]
fn a_changed_profile_holds_from_the_next_connection() {
    let mut h = Harness::new();
    h.online(profile("ann", 3));
    (1..=2).for_each(|n| drop(h.ask(n, 1)));
    h.connect(profile("ann", 1));
    h.wait(1);
    assert_eq!(h.ask(3, 1).told(), ["c3 queued 1"], "two open, capacity one: keeps both, takes none");
    h.end(1, 1);
    assert_eq!(h.end(2, 1).told(), ["c3 assigned ann"]);
    h.connect(AgentProfile { groups: vec![GroupId::new("sales").unwrap()], ..profile("ann", 9) });
    assert_eq!(h.ask(4, 1).told(), ["c4 offline"], "no longer of the group");
}
