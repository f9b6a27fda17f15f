//! Left messages.

use super::*;

#[test]
fn is_listed_until_taken_and_never_assigned_by_itself() {
    let mut h = Harness::new();
    h.ask(1, 1);
    assert_eq!(h.leave_message(1, 1).told(), NOTHING);
    let ann = h.online(profile("ann", 2));
    let snapshot = h.request(ann, DeskRequest::Hello);
    let [(_, DeskFrame::Snapshot { waiting, .. })] = &snapshot.sends[..] else { panic!("{snapshot:?}") };
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0].kind, waiting[0].brief.preview.as_str()), (WaitingKind::Message, "call me"));
    assert_eq!(h.pass(60 * MINUTE).told(), NOTHING);
    assert_eq!(h.take(ann, 1).told(), ["c1 assigned ann"]);
    h.wait(MINUTE);
    h.end(1, 1);
    assert_eq!(h.leave_message(1, 1).writes, 2, "a new one after the end is listed again, and recorded");
}

#[test]
fn a_late_duplicate_is_not_listed_again() {
    let mut h = Harness::new();
    let left = |at| ToDesk::MessageLeft {
        conversation: conv(1),
        handoff: HandoffNo(1),
        at,
        brief: brief(Lang::En, "m"),
        call_back: false,
    };
    let at = h.now;
    h.say(left(at));
    assert_eq!(h.say(left(at)), Step::default());
    h.wait(5);
    h.withdraw(1, 1);
    assert_eq!(h.say(left(at)), Step::default());
}

#[test]
fn left_from_the_queue_frees_the_place() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    (1..=3).for_each(|n| drop(h.ask(n, 1)));
    assert_eq!(h.leave_message(2, 1).told(), ["c3 queued 1"]);
    assert_eq!(h.end(1, 1).told(), ["c3 assigned ann"]);
    assert_eq!(h.end(3, 1).told(), NOTHING);
}

#[test]
fn an_agent_who_was_given_the_conversation_meanwhile_keeps_it() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    h.ask(1, 1);
    let step = h.leave_message(1, 1);
    assert_eq!(step.told(), NOTHING);
    assert!(
        matches!(&step.sends[..], [(s, DeskFrame::Assigned { card })] if *s == ann && card.brief.preview == "call me")
    );
}

#[test]
fn that_was_taken_waits_live_when_its_agent_vanishes_and_is_listed_again_when_nobody_comes() {
    let mut h = Harness::new();
    h.leave_message(1, 1);
    let ann = h.online(profile("ann", 1));
    assert_eq!(h.take(ann, 1).told(), ["c1 assigned ann"]);
    h.step(Input::Disconnect { socket: ann });
    assert_eq!(h.pass(limits::AGENT_RECONNECT).told(), ["c1 requeued from ann 1"]);
    assert_eq!(h.pass(limits::OFF_DUTY_GRACE).told(), ["c1 offline"]);
    // The conversation keeps its message and leaves it anew.
    h.leave_message(1, 2);
    let bob = h.online(profile("bob", 1));
    assert_eq!(h.take(bob, 1).told(), ["c1 assigned bob"]);
}
