//! R-222 … R-227: before a conversation, notes, turns, and how much a desk takes.

use super::roster::{bob, call_back};
use super::routing::{group, of_groups, rules};
use super::*;
use crate::desk::cells::Handoff;
use crate::protocol::desk::TransferTo;
use crate::routing::{Choice, Routing, Then};

fn is_online(h: &mut Harness) -> bool {
    let now = h.now;
    h.desk.availability(now).online
}

#[test]
fn r_222_before_a_conversation_those_are_told_of_who_would_get_it() {
    let mut h = Harness::new();
    h.online(bob());
    assert!(!is_online(&mut h), "the usual group has nobody");
    let otherwise = Then { group: Some(group("sales")), ..Then::default() };
    h.route_by(1, Routing { otherwise, ..rules() });
    assert!(is_online(&mut h), "whom no rule names goes to sales");
    h.evict();
    assert!(is_online(&mut h));
}

#[test]
fn r_222_where_shoppers_choose_any_of_the_groups_will_do() {
    let mut h = Harness::new();
    h.online(bob());
    let choices = vec![Choice { group: group("sales"), names: [].into() }];
    h.route_by(1, Routing { choices, ..rules() });
    assert!(is_online(&mut h));
    // Nobody is told of a shorter wait than they may get once they have chosen.
    h.online(profile("ann", 1));
    let short = h.desk.availability(h.now);
    for n in 1..=4 {
        h.ask(n, 1);
    }
    h.pass(2 * SECOND);
    let long = h.desk.availability(h.now);
    assert!(short.online && long.online && short.wait != long.wait, "{short:?} {long:?}");
}

#[test]
fn r_224_a_note_for_who_has_it_already_is_kept() {
    let mut h = Harness::new();
    h.route_by(1, rules());
    let ann = h.online(profile("ann", 1));
    h.ask(1, 1);
    let to = || TransferTo::Agent { agent: agent_id("ann") };
    assert_eq!(
        h.transfer(ann, 1, to(), Some("call the carrier")).told(),
        ["c1 note by ann: call the carrier"]
    );
    assert_eq!(h.transfer(ann, 1, to(), None), Step::default());
}

#[test]
fn r_226_whoever_comes_back_has_not_jumped_the_turn() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 2));
    h.online(profile("bob", 2));
    h.online(profile("cho", 2));
    for (n, name) in [(1, "ann"), (2, "bob"), (3, "cho")] {
        assert_eq!(h.ask(n, 1).told(), [format!("c{n} assigned {name}")]);
        h.attend(n, 1);
        h.end(n, 1);
    }
    h.ask(4, 1);
    h.attend(4, 1);
    h.end(4, 1);
    // Ann had the last one. She goes and comes back.
    h.presence(ann, Presence::Offline);
    h.step(Input::Disconnect { socket: ann });
    assert!(h.desk.agents.get(&agent_id("ann")).is_none(), "gone for good");
    h.online(profile("ann", 2));
    assert_eq!(h.ask(5, 1).told(), ["c5 assigned bob"]);
    // Somebody new has had none.
    h.online(profile("dee", 2));
    assert_eq!(h.ask(6, 1).told(), ["c6 assigned dee"]);
    h.step(Input::Removed { agent: agent_id("ann") });
    assert_eq!(h.desk.turns.iter().count(), 0, "nothing is kept of an account that is gone");
}

#[test]
fn r_227_past_its_limit_a_message_is_not_taken_and_its_visitor_told() {
    let mut h = Harness::trusting();
    let most = u32::try_from(limits::DESK_MESSAGES).unwrap();
    for n in 0..most {
        assert_eq!(h.leave_message(n, 1).told(), NOTHING);
    }
    let one = format!("c{most} not taken");
    let at = h.now;
    assert_eq!(h.leave_message(most, 1).told(), [one]);
    h.check_restored();
    let (conversation, handoff) = (conv(most), HandoffNo(1));
    let again = ToDesk::MessageLeft {
        conversation,
        handoff,
        at,
        brief: brief(Lang::En, "call me"),
        call_back: false,
    };
    assert_eq!(h.say(again), Step::default(), "said once");
    // Once somebody has taken one there is room.
    let ann = h.online(profile("ann", 1));
    h.take(ann, 0);
    h.wait(1);
    assert_eq!(h.leave_message(most, 2).told(), NOTHING);
    // What is listed may be changed.
    h.wait(1);
    assert_eq!(h.leave_message(1, 1).told(), NOTHING);
    // Whoever asks for a human instead keeps the place among the messages.
    h.presence(ann, Presence::Online);
    h.ask(5, 2);
    let one = format!("c{} not taken", most + 1);
    assert_eq!(h.leave_message(most + 1, 1).told(), [one]);
    assert!(!h.leave_message(5, 3).told().contains(&"c5 not taken".into()));
}

#[test]
fn r_227_a_line_that_is_full_keeps_those_to_be_called_back_up_to_a_limit() {
    let mut h = Harness::trusting();
    h.online(of_groups("ann", 1, &["support"]));
    h.ask(0, 1);
    h.ask(1, 1);
    let fill = |h: &mut Harness, from: u32, most: usize, call_back: bool| {
        let one = h.desk.handoffs.get(&conv(1)).cloned().unwrap();
        for n in 1..u32::try_from(most).unwrap() {
            h.desk.put_handoff(&conv(from + n), Handoff { call_back, ..one.clone() });
        }
    };
    fill(&mut h, 10_000, limits::DESK_WAITING, false);
    assert!(h.ask(9_000, 1).told().contains(&"c9000 offline".into()));
    let told = call_back(&mut h, 9_000, 2).told();
    assert!(!told.contains(&"c9000 not taken".into()), "in line although it is full");
    fill(&mut h, 20_000, limits::DESK_CALL_BACKS, true);
    let told = call_back(&mut h, 9_001, 1).told();
    assert!(told.contains(&"c9001 not taken".into()), "{told:?}");
    // Who has left a message is not given up for asking to be called back instead.
    h.leave_message(9_002, 1);
    assert!(!call_back(&mut h, 9_002, 2).told().contains(&"c9002 not taken".into()));
    // Asking again changes nothing for who is in line.
    assert!(!call_back(&mut h, 9_000, 3).told().contains(&"c9000 not taken".into()));
    h.check_restored();
}
