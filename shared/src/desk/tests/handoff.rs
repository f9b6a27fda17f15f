//! Handoffs: assigned, queued, told offline.

use super::*;

#[test]
fn is_assigned_at_once_to_a_free_agent() {
    let mut h = Harness::new();
    h.online(profile("ann", 2));
    assert_eq!(h.ask(1, 1).told(), ["c1 assigned ann"]);
}

#[test]
fn waits_in_order_when_all_are_full_and_moves_up() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    h.ask(1, 1);
    assert_eq!(h.ask(2, 1).told(), ["c2 queued 1"]);
    h.wait(10);
    assert_eq!(h.ask(3, 1).told(), ["c3 queued 2"]);
    assert_eq!(h.end(1, 1).told(), ["c2 assigned ann", "c3 queued 1"]);
    assert_eq!(h.end(2, 1).told(), ["c3 assigned ann"]);
    assert_eq!(h.end(3, 1).told(), NOTHING);
}

#[test]
fn the_second_in_line_is_told_a_position_and_a_range() {
    let mut h = Harness::new();
    h.online(profile("ann", 2));
    h.online(profile("bob", 2));
    (1..=5).for_each(|n| drop(h.ask(n, 1)));
    h.wait(SECOND);
    let step = h.ask(6, 1);
    let place = |position, low_min, high_min, followed| QueuePlace {
        followed,
        ..QueuePlace::new(position, WaitShown::Range { low_min, high_min })
    };
    let queued = |n, place| (conv(n), FromDesk::Queued { handoff: HandoffNo(1), place });
    // The one before, who came within a second of another estimate, is told the number now.
    assert_eq!(step.posts, [queued(5, place(1, 2, 5, true)), queued(6, place(2, 2, 10, false))]);
}

#[test]
fn r_89_whoever_comes_within_a_second_of_an_estimate_is_told_a_position_and_the_number_later() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    (1..=2).for_each(|n| drop(h.ask(n, 1)));
    let waits = |step: &Step, n: u32| -> Vec<WaitShown> {
        let told = step.posts.iter().filter(|(c, _)| *c == conv(n));
        told.filter_map(
            |(_, item)| if let FromDesk::Queued { place, .. } = item { Some(place.wait) } else { None },
        )
        .collect()
    };
    assert_eq!(waits(&h.ask(3, 1), 3), [WaitShown::Unknown], "the second before has an estimate already");
    h.wait(SECOND);
    let later = h.ask(4, 1);
    assert!(matches!(waits(&later, 3)[..], [WaitShown::Range { .. }]), "{later:?}");
    assert!(matches!(waits(&later, 4)[..], [WaitShown::Range { .. }]), "{later:?}");
}

#[test]
fn is_told_offline_when_nobody_is_on_duty() {
    let mut h = Harness::new();
    assert_eq!(h.ask(1, 1).told(), ["c1 offline"]);
    let ann = h.connect(profile("ann", 2));
    assert_eq!(h.ask(2, 1).told(), ["c2 offline"], "connected is not yet on duty");
    h.request(ann, DeskRequest::Hello);
    h.presence(ann, Presence::Away);
    assert_eq!(h.ask(3, 1).told(), ["c3 offline"], "away is not on duty");
    h.presence(ann, Presence::Busy);
    assert_eq!(h.ask(4, 1).told(), ["c4 queued 1"], "busy is on duty but takes none");
    assert_eq!(h.presence(ann, Presence::Online).told(), ["c4 assigned ann"]);
    assert_eq!(h.ask(1, 2).told(), ["c1 assigned ann"], "trying again");
}

#[test]
fn an_agent_without_capacity_is_not_on_duty() {
    let mut h = Harness::new();
    h.online(profile("ann", 0));
    assert_eq!(h.desk.availability(h.now), Availability::OFFLINE);
    assert_eq!(h.ask(1, 1).told(), ["c1 offline"]);
}

#[test]
fn agents_of_other_groups_do_not_count_and_agents_without_groups_belong_to_the_default_one() {
    let mut h = Harness::new();
    h.online(AgentProfile { groups: vec![GroupId::new("sales").unwrap()], ..profile("ann", 1) });
    assert_eq!(h.ask(1, 1).told(), ["c1 offline"]);
    h.online(AgentProfile { groups: vec![], ..profile("bob", 1) });
    assert_eq!(h.ask(1, 2).told(), ["c1 assigned bob"]);
}

#[test]
fn goes_to_the_language_first_then_the_least_loaded_then_in_turn() {
    let mut h = Harness::new();
    h.online(speaking("ann", 4, &[Lang::En]));
    h.online(speaking("bob", 4, &[Lang::En]));
    h.online(speaking("mei", 4, &[Lang::ZhCn]));
    assert_eq!(h.ask_in(1, 1, Lang::ZhTw).told(), ["c1 assigned mei"], "kin");
    assert_eq!(h.ask_in(2, 1, Lang::ZhCn).told(), ["c2 assigned mei"], "though others are idle");
    assert_eq!(h.ask(3, 1).told(), ["c3 assigned ann"]);
    assert_eq!(h.ask(4, 1).told(), ["c4 assigned bob"]);
    h.end(3, 1);
    h.end(4, 1);
    assert_eq!(h.ask(5, 1).told(), ["c5 assigned ann"], "whose turn is longest ago");
    h.end(5, 1);
    assert_eq!(h.ask(6, 1).told(), ["c6 assigned bob"]);
    assert_eq!(h.ask_in(7, 1, Lang::Ja).told(), ["c7 assigned ann"], "nobody speaks it: least loaded");
}

#[test]
fn duplicates_and_stale_ones_change_nothing() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    h.ask(1, 2);
    h.ask(2, 1);
    for step in [h.ask(1, 2), h.ask(2, 1), h.ask(1, 1), h.withdraw(1, 1), h.end(1, 1), h.leave_message(1, 1)]
    {
        assert_eq!(step, Step::default());
    }
    h.withdraw(2, 1);
    assert_eq!(h.withdraw(2, 1), Step::default());
    assert_eq!(h.ask(2, 1), Step::default(), "a late duplicate does not wait for ever");
    h.end(1, 2);
    for step in [h.end(1, 2), h.withdraw(1, 2), h.ask(1, 2), h.withdraw(99, 1), h.end(99, 1)] {
        assert_eq!(step, Step::default());
    }
}

#[test]
fn a_newer_request_replaces_the_older() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    h.ask(1, 1);
    assert_eq!(h.ask(1, 2).told(), ["c1 assigned ann"]);
    h.ask(2, 1);
    h.wait(1);
    h.ask(3, 1);
    h.wait(1);
    assert_eq!(h.ask(2, 2).told(), ["c3 queued 1", "c2 queued 2"], "asked anew, behind the others");
}

#[test]
fn withdrawing_frees_the_place_and_the_agent() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    (1..=3).for_each(|n| drop(h.ask(n, 1)));
    assert_eq!(h.withdraw(2, 1).told(), ["c3 queued 1"]);
    assert_eq!(h.withdraw(1, 1).told(), ["c3 assigned ann"]);
}

#[test]
fn finished_handoffs_are_forgotten_in_the_end() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    for n in 0..u32::try_from(limits::DESK_CLOSED).unwrap() + 20 {
        h.wait(1);
        h.desk.handle(
            h.now,
            Input::Conversation(ToDesk::Handoff {
                conversation: conv(n),
                handoff: HandoffNo(1),
                at: h.now,
                brief: brief(Lang::En, ""),
                visitor: None,
            }),
        );
        h.desk.handle(
            h.now,
            Input::Conversation(ToDesk::Withdraw { conversation: conv(n), handoff: HandoffNo(1) }),
        );
    }
    assert_eq!(h.desk.handoffs.iter().count(), limits::DESK_CLOSED);
    assert!(h.desk.handoffs.get(&conv(19)).is_none() && h.desk.handoffs.get(&conv(20)).is_some());
}

#[test]
fn a_full_queue_offers_to_leave_a_message() {
    let mut h = Harness::new();
    let ann = h.connect(profile("ann", 1));
    h.request(ann, DeskRequest::Hello);
    h.presence(ann, Presence::Busy);
    let most = u32::try_from(limits::DESK_WAITING).unwrap();
    // Put into storage directly: settling so long a line once per visitor is not what is tested here.
    for n in 0..most {
        let json = format!(
            r#"{{"no":1,"since":{},"group":"support","priority":0,"brief":{{"lang":"en","preview":""}},
                "standing":{{"type":"waiting"}}}}"#,
            h.now.0
        );
        h.cells.insert(format!("handoff/c{n}"), json);
    }
    h.evict();
    assert!(h.ask(most, 1).told().contains(&format!("c{most} offline")));
}
