//! R-109 … R-111: conversations nobody attends to, agents who are away without saying so, and wrapping up.

use super::routing::rules;
use super::*;
use crate::protocol::desk::AwayReason;
use crate::routing::Routing;

fn desk(change: impl FnOnce(&mut Routing)) -> Harness {
    let mut h = Harness::new();
    let mut routing = rules();
    change(&mut routing);
    h.route_by(1, routing);
    h
}

fn sent_away(step: &Step) -> Vec<(SocketId, AwayReason)> {
    let away = |(socket, frame): &(SocketId, DeskFrame)| match frame {
        DeskFrame::SentAway { reason } => Some((*socket, *reason)),
        _ => None,
    };
    step.sends.iter().filter_map(away).collect()
}

#[test]
fn r_109_what_is_not_attended_to_goes_to_the_next_and_back_to_its_place_if_there_is_none() {
    let mut h = desk(|r| r.no_answer = 60);
    h.online(profile("ann", 1));
    h.online(profile("bob", 1));
    assert_eq!(h.ask(1, 1).told(), ["c1 assigned ann"]);
    assert_eq!(h.pass(MINUTE - 1).told(), NOTHING);
    assert_eq!(h.pass(1).told(), ["c1 requeued from ann 1", "c1 assigned bob"]);
    h.ask(2, 1);
    h.attend(2, 1);
    h.ask(3, 1);
    assert_eq!(
        h.pass(MINUTE).told(),
        ["c3 queued 1", "c3 assigned bob", "c1 requeued from bob 1"],
        "both have let it wait"
    );
    h.attend(3, 1);
    assert_eq!(h.end(2, 1).told(), NOTHING);
    assert_eq!(h.pass(MINUTE).told(), ["c1 queued 1", "c1 assigned ann"], "whose rest from it is over");
}

#[test]
fn r_109_writing_once_is_enough_and_who_took_it_is_not_asked() {
    let mut h = desk(|r| r.no_answer = 60);
    let ann = h.online(profile("ann", 2));
    h.ask(1, 1);
    h.attend(1, 1);
    assert_eq!(h.attend(1, 1), Step::default());
    h.presence(ann, Presence::Busy);
    h.ask(2, 1);
    h.take(ann, 2);
    assert_eq!(h.pass(60 * MINUTE).told(), NOTHING);
}

#[test]
fn r_109_a_clock_that_goes_back_starts_the_time_anew() {
    let mut h = desk(|r| r.no_answer = 60);
    h.online(profile("ann", 1));
    h.ask(1, 1);
    h.now = Millis(h.now.0 - 60 * MINUTE);
    h.tick();
    assert_eq!(h.pass(MINUTE - 1).told(), NOTHING);
    assert_eq!(h.pass(1).told(), ["c1 requeued from ann 1"]);
}

#[test]
fn r_110_no_answer_twice_in_a_row_is_away() {
    let mut h = desk(|r| r.no_answer = 60);
    let ann = h.online(profile("ann", 1));
    h.ask(1, 1);
    assert_eq!(sent_away(&h.pass(MINUTE)), []);
    h.withdraw(1, 1);
    h.ask(2, 1);
    let step = h.pass(MINUTE);
    assert_eq!(sent_away(&step), [(ann, AwayReason::NoAnswer)]);
    assert_eq!(h.desk.agents.get(&agent_id("ann")).unwrap().presence, Presence::Away);
    h.presence(ann, Presence::Online);
    h.ask(3, 1);
    h.attend(3, 1);
    h.end(3, 1);
    assert_eq!(h.ask(4, 1).told(), ["c4 assigned ann"]);
    assert_eq!(sent_away(&h.pass(MINUTE)), [], "in a row");
}

#[test]
fn r_110_without_a_sign_of_life_for_long_is_away() {
    let mut h = desk(|r| r.away_after = 600);
    let ann = h.online(profile("ann", 1));
    h.pass(9 * MINUTE);
    h.request(ann, DeskRequest::Active);
    h.ask(1, 1);
    h.pass(9 * MINUTE);
    h.attend(1, 1);
    assert_eq!(sent_away(&h.pass(10 * MINUTE - 1)), []);
    assert_eq!(sent_away(&h.pass(1)), [(ann, AwayReason::Idle)]);
    h.end(1, 1);
    assert_eq!(h.ask(2, 1).told(), ["c2 offline"]);
    h.presence(ann, Presence::Online);
    assert_eq!(h.ask(2, 2).told(), ["c2 assigned ann"]);
}

#[test]
fn r_111_an_agent_who_wraps_up_gets_nothing_new_until_done() {
    let mut h = desk(|r| r.wrap_up = 30);
    let ann = h.online(profile("ann", 2));
    h.ask(1, 1);
    h.wait(SECOND);
    let step = h.end(1, 1);
    let until = h.now.plus(30 * SECOND);
    let told = |(_, frame): &(SocketId, DeskFrame)| matches!(frame, DeskFrame::Agent { agent } if agent.wrap_up == Some(until));
    assert!(step.sends.iter().any(told), "{step:?}");
    assert_eq!(h.ask(2, 1).told(), ["c2 queued 1"]);
    let told = h.pass(30 * SECOND).told();
    assert_eq!(told.last().map(String::as_str), Some("c2 assigned ann"), "{told:?}");
    h.end(2, 1);
    h.ask(3, 1);
    assert_eq!(h.request(ann, DeskRequest::Ready).told(), ["c3 assigned ann"], "done before the time");
    assert_eq!(h.withdraw(3, 1).told(), NOTHING);
    assert_eq!(h.ask(4, 1).told(), ["c4 assigned ann"], "nothing to wrap up");
}

#[test]
fn r_111_each_group_has_its_own_times() {
    let mut h = desk(|r| {
        r.wrap_up = 30;
        r.groups[0].wrap_up = Some(0);
    });
    h.online(super::routing::of_groups("ann", 1, &["sales", "support"]));
    h.ask_with(1, super::routing::at_page("/sales"), None);
    h.end(1, 1);
    assert_eq!(h.ask(2, 1).told(), ["c2 assigned ann"]);
}
