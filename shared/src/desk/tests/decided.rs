//! what rules of the roster do is recorded, and nobody's place rises without a word.

use serde_json::{Value, json};

use super::roster::{bob, call_back, place_of, team};
use super::routing::{decisions, group, rules};
use super::*;
use crate::protocol::stage::{Fallback, Moved};
use crate::roster::{Member, Team};
use crate::routing::{Choice, Diverted, GroupRule, Routing, What};

/// The newest decisions about anybody, oldest first, without those of routing and giving.
fn turns(h: &mut Harness) -> Vec<(ConversationId, What)> {
    let all = decisions(h).into_iter().rev();
    let told = all.filter(|d| !matches!(d.what, What::Routed { .. } | What::Given { .. }));
    told.map(|d| (d.conversation, d.what)).collect()
}

fn diverted(n: u32, why: Diverted) -> (ConversationId, What) {
    (conv(n), What::Diverted { from: group("support"), group: group("sales"), why })
}

fn desk(support: Value) -> Harness {
    let mut h = Harness::new();
    h.step(team(json!({}), json!({"support": support})));
    h
}

#[test]
fn r_220_another_groups_help_is_recorded_with_its_reason() {
    let sales = json!({"type": "group", "group": "sales"});
    let mut h = desk(json!({"closed": sales, "full": sales, "most_waiting": 1}));
    h.online(bob());
    h.ask(1, 1);
    h.online(profile("ann", 1));
    (2..=4).for_each(|n| drop(h.ask(n, 1)));
    assert_eq!(turns(&mut h), [diverted(1, Diverted::Closed), diverted(4, Diverted::Full)]);
    // The group that waited has nobody any more: it is led on as well.
    let mut h = desk(json!({"closed": sales}));
    let ann = h.online(profile("ann", 1));
    h.online(bob());
    (1..=2).for_each(|n| drop(h.ask(n, 1)));
    h.presence(ann, Presence::Offline);
    h.pass(2 * limits::OFF_DUTY_GRACE);
    assert!(turns(&mut h).contains(&diverted(2, Diverted::Closed)));
}

#[test]
fn r_220_who_waited_too_long_is_recorded_wherever_they_go() {
    let mut h = desk(json!({"overflow": {"after": 5, "group": "sales"}}));
    h.online(profile("ann", 1));
    h.online(bob());
    (1..=2).for_each(|n| drop(h.ask(n, 1)));
    h.pass(6 * MINUTE);
    assert!(turns(&mut h).contains(&diverted(2, Diverted::Overflow)));
    let mut h = desk(json!({"longest_wait": 10, "full": {"type": "group", "group": "sales"}}));
    h.online(profile("ann", 1));
    h.online(bob());
    (1..=2).for_each(|n| drop(h.ask(n, 1)));
    h.attend(1, 1);
    h.pass(11 * MINUTE);
    assert_eq!(turns(&mut h), [diverted(2, Diverted::Late)]);
    let mut h = desk(json!({"longest_wait": 10, "full": {"type": "call_back"}}));
    h.online(profile("ann", 1));
    (1..=2).for_each(|n| drop(h.ask(n, 1)));
    h.attend(1, 1);
    h.pass(11 * MINUTE);
    call_back(&mut h, 2, 2);
    let support = group("support");
    let refused = What::Refused { group: support.clone(), full: true, late: true, offer: Fallback::CallBack };
    let called = What::CalledBack { group: support.clone(), kept: true };
    assert_eq!(turns(&mut h), [(conv(2), refused), (conv(2), called)]);
    // Whoever had nothing to keep is called back all the same.
    call_back(&mut h, 3, 1);
    let called = What::CalledBack { group: support, kept: false };
    assert_eq!(turns(&mut h).last(), Some(&(conv(3), called)));
}

#[test]
fn r_220_messages_and_the_end_of_waiting_for_a_speaker_are_recorded() {
    let mut h = Harness::new();
    h.ask(1, 1);
    h.leave_message(1, 1);
    h.leave_message(2, 1);
    let refused =
        What::Refused { group: group("support"), full: false, late: false, offer: Fallback::LeaveMessage };
    let left = || What::Left { group: group("support") };
    assert_eq!(turns(&mut h), [(conv(1), refused), (conv(1), left()), (conv(2), left())]);
    let only = GroupRule { language_wait: 60, ..rules().groups[0].clone() };
    let mut h = Harness::new();
    h.route_by(1, Routing { groups: vec![GroupRule { id: group("support"), ..only }], ..Routing::default() });
    h.online(speaking("ann", 1, &[Lang::Ja]));
    h.online(speaking("bob", 1, &[Lang::En]));
    h.ask_in(1, 1, Lang::Ja);
    assert_eq!(h.ask_in(2, 1, Lang::Ja).told(), ["c2 queued 1"]);
    assert!(h.pass(61 * SECOND).told().contains(&"c2 assigned bob".into()));
    assert_eq!(turns(&mut h), [(conv(2), What::Widened)]);
}

/// Ann has one of support, Bob one of sales, for whom c10 and c11 wait; c2 waits for Ann.
fn two_lines(choices: Vec<Choice>) -> (Harness, SocketId) {
    let mut h = desk(json!({"closed": {"type": "group", "group": "sales"}}));
    h.route_by(1, Routing { choices, ..rules() });
    let ann = h.online(profile("ann", 1));
    h.online(bob());
    h.ask(1, 1);
    for n in 9..12 {
        let page = crate::protocol::PageContext {
            url: "https://shop.example/sales/1".into(),
            ..crate::protocol::PageContext::default()
        };
        let about = crate::protocol::desk::Brief { page: Some(page), ..brief(Lang::En, "?") };
        h.ask_with(n, about, None);
    }
    assert_eq!(h.ask(2, 1).told(), ["c2 queued 1"]);
    (h, ann)
}

#[test]
fn r_221_a_place_rises_with_another_line_and_a_word_about_it_only() {
    let (mut h, ann) = two_lines(vec![]);
    h.presence(ann, Presence::Offline);
    let step = h.pass(2 * limits::OFF_DUTY_GRACE);
    let told: Vec<QueuePlace> = step
        .posts
        .iter()
        .filter_map(|(id, item)| match item {
            FromDesk::Queued { place, .. } if *id == conv(2) => Some(place.clone()),
            _ => None,
        })
        .collect();
    let risen = told.iter().find(|place| place.position == 3).expect("third in the new line");
    assert_eq!(risen.moved, Some(Moved { times: 1, to: None }), "said in the same frame");
    assert_eq!(risen.risen, None, "what was promised was of the other line");
    assert!(told.iter().all(|place| place.position == 1 || place.moved.is_some()), "{told:?}");
}

#[test]
fn r_221_a_line_is_named_as_visitors_know_it() {
    let names = [(Lang::En, "Sales".to_owned())].into();
    let (mut h, ann) = two_lines(vec![Choice { group: group("sales"), names }]);
    h.presence(ann, Presence::Offline);
    let step = h.pass(2 * limits::OFF_DUTY_GRACE);
    let moved = place_of(&step, 2).and_then(|place| place.moved);
    assert_eq!(moved, Some(Moved { times: 1, to: Some("Sales".into()) }));
}

#[test]
fn r_221_rules_that_lead_back_move_nobody_to_and_fro() {
    let members = [("ann", "support"), ("bob", "sales")].map(|(name, of)| Member {
        agent: agent_id(name),
        groups: vec![group(of)],
        capacity: 1,
    });
    let help = |of: &str| json!({"overflow": {"after": 5, "group": of}});
    let roster = json!({"agents": {}, "groups": {"support": help("sales"), "sales": help("support")}});
    let roster = serde_json::from_value(roster).unwrap();
    let mut h = Harness::new();
    h.step(Input::Roster(Team { revision: 1, members: members.to_vec(), roster }));
    h.online(profile("ann", 1));
    h.online(bob());
    (1..=3).for_each(|n| drop(h.ask(n, 1)));
    h.attend(1, 1);
    // Bob gets the second one; the third moves once at most.
    h.pass(30 * MINUTE);
    let moves = turns(&mut h)
        .into_iter()
        .filter(|(id, what)| *id == conv(3) && matches!(what, What::Diverted { .. }));
    assert!(moves.count() <= 1);
}
