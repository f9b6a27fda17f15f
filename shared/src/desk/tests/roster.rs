//! What a roster changes: opening and closing, rules, and calling back. It is Tuesday, 22:13:20 UTC.

use serde_json::{Value, json};

use super::*;
use crate::protocol::desk::Brief;
use crate::protocol::stage::{Fallback, default_group};
use crate::roster::{Member, Team};
use crate::time::{HOUR, MINUTE};

const TUESDAY: Millis = Millis(1_699_920_000_000);

fn clock(day: u64, hour: u64, minute: u64) -> Millis {
    TUESDAY.plus(((day * 24 + hour) * 60 + minute) * MINUTE)
}

fn plan(days: &[&str], start: &str, end: &str) -> Value {
    json!({"zone": "UTC", "shifts": [{"days": days, "hours": {"start": start, "end": end}}]})
}

/// A roster with Ann in support and Bob in sales.
pub(super) fn team(agents: Value, groups: Value) -> Input {
    let member = |name: &str, group: &str| Member {
        agent: agent_id(name),
        groups: vec![GroupId::new(group).unwrap()],
        capacity: 1,
    };
    let members = vec![member("ann", "support"), member("bob", "sales")];
    let roster = serde_json::from_value(json!({"agents": agents, "groups": groups})).unwrap();
    Input::Roster(Team { revision: 1, members, roster })
}

pub(super) fn bob() -> AgentProfile {
    AgentProfile { groups: vec![GroupId::new("sales").unwrap()], ..profile("bob", 1) }
}

fn refused(step: &Step) -> Vec<(Option<Millis>, bool, Fallback)> {
    let of = |(_, item): &(ConversationId, FromDesk)| match item {
        FromDesk::Offline { opens, full, offer, .. } => Some((*opens, *full, *offer)),
        _ => None,
    };
    step.posts.iter().filter_map(of).collect()
}

pub(super) fn place_of(step: &Step, n: u32) -> Option<QueuePlace> {
    let of = |(id, item): &(ConversationId, FromDesk)| match item {
        FromDesk::Queued { place, .. } if *id == conv(n) => Some(place.clone()),
        _ => None,
    };
    step.posts.iter().rev().find_map(of)
}

#[test]
fn r_131_offline_says_when_somebody_is_planned_next() {
    let mut h = Harness::new();
    assert_eq!(refused(&h.ask(1, 1)), [(None, false, Fallback::LeaveMessage)]);
    h.step(team(json!({"ann": plan(&["wed"], "09:00", "17:00")}), json!({})));
    let opens = Some(clock(1, 9, 0));
    assert_eq!(refused(&h.ask(2, 1)), [(opens, false, Fallback::LeaveMessage)]);
    assert_eq!(h.desk.availability(h.now), Availability { opens, ..Availability::OFFLINE });
    // Ann should have been here for an hour: nobody knows when she will be.
    h.now = clock(1, 10, 0);
    assert_eq!(refused(&h.ask(3, 1)), [(None, false, Fallback::LeaveMessage)]);
}

#[test]
fn r_132_outside_of_its_own_hours_a_group_takes_nobody_new() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    h.ask(1, 1);
    let hours = plan(&["tue", "thu"], "08:00", "23:00");
    h.step(team(json!({}), json!({"support": {"hours": hours}})));
    assert_eq!(h.ask(2, 1).told(), ["c2 queued 1"]);
    h.now = clock(0, 23, 0);
    let step = h.ask(3, 1);
    assert_eq!(refused(&step), [(Some(clock(2, 8, 0)), false, Fallback::LeaveMessage)]);
    assert!(
        !step.told().contains(&"c2 offline".into()),
        "who waited before waits on while somebody is there"
    );
}

#[test]
fn r_132_who_is_due_in_a_moment_is_waited_for() {
    let mut h = Harness::new();
    h.step(team(json!({"ann": plan(&["wed"], "09:00", "17:00")}), json!({})));
    h.now = clock(1, 8, 55);
    assert_eq!(h.ask(1, 1).told(), ["c1 queued 1"]);
    // She does not come.
    let step = h.pass(16 * MINUTE);
    assert_eq!(refused(&step), [(None, false, Fallback::LeaveMessage)]);
    assert!(h.now.since(clock(1, 9, 10)) < 2 * MINUTE);
}

#[test]
fn r_133_who_will_not_be_served_before_closing_is_told_before() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    h.step(team(json!({"ann": plan(&["tue"], "08:00", "22:30")}), json!({})));
    h.ask(1, 1);
    let first = h.ask(2, 1);
    for n in 3..=8 {
        h.ask(n, 1);
    }
    let step = h.pass(2 * SECOND);
    let closes = Some(clock(0, 22, 30));
    assert_eq!(place_of(&first, 2).unwrap().closes, None, "the next one probably is");
    assert_eq!(place_of(&step, 8).unwrap().closes, closes);
    assert_eq!(h.desk.availability(h.now).closes, closes);
    h.step(team(json!({}), json!({})));
    let step = h.pass(2 * SECOND);
    assert_eq!(place_of(&step, 8).unwrap().closes, None, "she stays after all");
}

#[test]
fn r_134_a_closed_group_leads_to_the_first_that_takes_them() {
    let mut h = Harness::new();
    h.online(bob());
    let sales = json!({"type": "group", "group": "sales"});
    h.step(team(json!({}), json!({"support": {"closed": sales}, "sales": {"closed": {"type": "bot_only"}}})));
    assert_eq!(h.ask(1, 1).told(), ["c1 assigned bob"]);
    assert_eq!(h.ask(2, 1).told(), ["c2 queued 1"]);
    assert!(h.desk.availability(h.now).online);
    let mut h = Harness::new();
    h.step(team(json!({}), json!({"support": {"closed": sales}, "sales": {"closed": {"type": "bot_only"}}})));
    assert_eq!(refused(&h.ask(1, 1)), [(None, false, Fallback::BotOnly)]);
}

#[test]
fn r_135_a_full_line_takes_nobody_more() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    h.step(team(json!({}), json!({"support": {"most_waiting": 1, "full": {"type": "email"}}})));
    assert_eq!(h.ask(1, 1).told(), ["c1 assigned ann"]);
    assert_eq!(h.ask(2, 1).told(), ["c2 queued 1"]);
    assert_eq!(refused(&h.ask(3, 1)), [(None, true, Fallback::Email)]);
    h.withdraw(2, 1);
    assert_eq!(h.ask(3, 2).told(), ["c3 queued 1"]);
    // Whoever closed the tab keeps nobody out.
    h.say(ToDesk::Visitor { conversation: conv(3), handoff: HandoffNo(2), here: false });
    assert_eq!(h.ask(4, 1).told(), ["c4 queued 1"]);
}

#[test]
fn r_136_after_a_while_another_group_helps_unless_that_is_a_step_back() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    let bob_there = h.online(bob());
    h.step(team(json!({}), json!({"support": {"overflow": {"after": 5, "group": "sales"}}})));
    h.ask(1, 1);
    assert_eq!(h.ask(2, 1).told(), ["c2 queued 1"]);
    assert!(!h.pass(4 * MINUTE).told().contains(&"c2 assigned bob".into()));
    assert!(h.pass(2 * MINUTE).told().contains(&"c2 assigned bob".into()));
    h.ask(3, 1);
    // Bob has as much to do as Ann: nothing is gained and nothing lost.
    h.pass(6 * MINUTE);
    assert!(h.end(1, 1).told().is_empty() || h.desk.places.get(&conv(3)).is_none());
    h.presence(bob_there, Presence::Offline);
}

#[test]
fn r_136_the_longest_wait_ends_with_what_the_rules_say() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    h.step(team(json!({}), json!({"support": {"longest_wait": 10, "full": {"type": "call_back"}}})));
    h.ask(1, 1);
    h.attend(1, 1);
    h.ask(2, 1);
    assert_eq!(refused(&h.pass(9 * MINUTE)), []);
    assert_eq!(refused(&h.pass(2 * MINUTE)), [(None, true, Fallback::CallBack)]);
}

/// Somebody asks to be called back.
pub(super) fn call_back(h: &mut Harness, n: u32, no: u32) -> Step {
    let (conversation, handoff, at) = (conv(n), HandoffNo(no), h.now);
    let brief = Brief { contact: Some("+44 20 7946 0000".into()), ..brief(Lang::En, "call me") };
    h.say(ToDesk::MessageLeft { conversation, handoff, at, brief, call_back: true })
}

#[test]
fn r_137_who_asks_to_be_called_back_keeps_the_place() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    h.step(team(json!({}), json!({"support": {"longest_wait": 10, "full": {"type": "call_back"}}})));
    h.ask(1, 1);
    h.attend(1, 1);
    h.ask(2, 1);
    h.wait(MINUTE);
    h.ask(3, 1);
    h.pass(10 * MINUTE);
    h.withdraw(3, 1);
    call_back(&mut h, 3, 2);
    call_back(&mut h, 2, 2);
    h.visitor(2, 2, false);
    let step = h.end(1, 1);
    assert_eq!(step.told().first().map(String::as_str), Some("c2 assigned ann"), "in the old order");
    let card = step.sends.iter().find_map(|(_, frame)| match frame {
        DeskFrame::Assigned { card } if card.call_back => card.brief.contact.clone(),
        _ => None,
    });
    assert_eq!(card.as_deref(), Some("+44 20 7946 0000"), "the agent sees what it is and where to call");
    // Nobody is there: they are not sent away.
    h.presence(ann, Presence::Offline);
    assert_eq!(refused(&h.pass(HOUR)), []);
    assert_eq!(h.end(2, 2).told(), NOTHING);
    assert_eq!(h.presence(ann, Presence::Online).told(), ["c3 assigned ann"]);
}

#[test]
fn r_138_plans_tell_the_estimate_who_comes_and_goes() {
    let shown = |agents: Value| {
        let mut h = Harness::new();
        h.online(profile("ann", 1));
        h.step(team(agents, json!({})));
        for n in 1..=6 {
            h.ask(n, 1);
        }
        h.pass(2 * SECOND);
        h.desk.outlook(h.now, &default_group()).1.map_or(0.0, |forecast| forecast.quantiles[2])
    };
    let alone = shown(json!({}));
    let leaving = shown(json!({"ann": plan(&["tue"], "08:00", "22:20")}));
    assert!(leaving > alone * 2.0, "{leaving} {alone}");
}

#[test]
fn r_130_an_older_roster_changes_nothing_and_a_former_desk_has_none() {
    let mut h = Harness::new();
    let Input::Roster(newer) = team(json!({"ann": plan(&["wed"], "09:00", "17:00")}), json!({})) else {
        unreachable!()
    };
    h.step(Input::Roster(Team { revision: 5, ..newer.clone() }));
    h.step(Input::Roster(Team { revision: 4, members: vec![], ..newer }));
    assert_eq!(h.desk.availability(h.now).opens, Some(clock(1, 9, 0)));
    h.evict();
    assert_eq!(h.desk.availability(h.now).opens, Some(clock(1, 9, 0)));
}
