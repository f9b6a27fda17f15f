//! A clock that is wrong.

use super::*;

#[test]
fn going_backwards_delays_but_loses_nothing() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    h.ask(1, 1);
    h.ask(2, 1);
    h.step(Input::Disconnect { socket: ann });
    h.now = Millis(h.now.0 - 60 * MINUTE);
    assert_eq!(h.tick().told().iter().filter(|t| t.contains("offline")).count(), 0);
    let told = h.pass(limits::AGENT_RECONNECT).told();
    assert!(told.contains(&"c1 requeued from ann 2".to_owned()), "{told:?}");
    let told = h.pass(limits::OFF_DUTY_GRACE).told();
    assert_eq!(told.iter().filter(|t| t.contains("offline")).count(), 2, "{told:?}");
}

#[test]
fn a_request_from_the_future_gets_no_better_place_than_now() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    h.ask(1, 1);
    let at = h.now.plus(60 * MINUTE);
    h.say(ToDesk::Handoff {
        conversation: conv(2),
        handoff: HandoffNo(1),
        at,
        brief: brief(Lang::En, ""),
        visitor: None,
    });
    h.wait(1);
    assert_eq!(h.ask(3, 1).told(), ["c3 queued 2"]);
}
