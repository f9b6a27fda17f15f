//! What should not be and is: each has an outcome.

use serde_json::{Value, json};

use super::roster::team as roster;
use super::routing::{group, of_groups, rules};
use super::*;
use crate::protocol::stage::Fallback;
use crate::routing::{Routing, Then};

fn plan(zone: &str, hours: &[(&str, &str)]) -> Value {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let shift = |(start, end): &(&str, &str)| json!({"days": days, "hours": {"start": start, "end": end}});
    json!({"zone": zone, "shifts": hours.iter().map(shift).collect::<Vec<_>>()})
}

fn opens(step: &Step) -> Vec<Option<Millis>> {
    let of = |(_, item): &(ConversationId, FromDesk)| match item {
        FromDesk::Offline { opens, .. } => Some(*opens),
        _ => None,
    };
    step.posts.iter().filter_map(of).collect()
}

#[test]
fn r_186_plans_that_cannot_be_are_no_plans_and_stop_nobody() {
    for plan in [
        plan("Nowhere/AtAll", &[("09:00", "17:00")]),
        plan("UTC", &[("17:00", "09:00")]),
        plan("UTC", &[("09:00", "09:00")]),
        plan("UTC", &[]),
    ] {
        let mut h = Harness::new();
        h.step(roster(json!({"ann": plan}), json!({})));
        assert_eq!(opens(&h.ask(1, 1)), [None], "nobody is planned: {plan}");
        h.online(profile("ann", 1));
        assert_eq!(h.ask(1, 2).told(), ["c1 assigned ann"], "whoever is there serves: {plan}");
        assert_eq!(h.ask(2, 1).told(), ["c2 queued 1"]);
        h.pass(2 * MINUTE);
    }
}

#[test]
fn r_186_plans_that_overlap_are_one() {
    let mut h = Harness::new();
    h.step(roster(json!({"ann": plan("UTC", &[("09:00", "17:00"), ("08:00", "12:00")])}), json!({})));
    // It is 22:13:20; the day after begins at eight.
    let eight = Millis(h.now.0 / (24 * 60 * MINUTE) * (24 * 60 * MINUTE)).plus(32 * 60 * MINUTE);
    assert_eq!(opens(&h.ask(1, 1)), [Some(eight)]);
}

#[test]
fn r_186_hours_that_a_turned_clock_leaves_out_begin_when_it_has_turned() {
    // Berlin, 31 March 2024: from two to three there is no such time.
    let mut h = Harness::new();
    h.now = Millis(1_711_846_800_000 - 60 * MINUTE);
    h.step(roster(json!({"ann": plan("Europe/Berlin", &[("02:30", "06:00")])}), json!({})));
    let told = opens(&h.ask(1, 1));
    assert_eq!(told.len(), 1);
    let opens = told[0].unwrap();
    assert!((1_711_846_800_000..=1_711_846_800_000 + 60 * MINUTE).contains(&opens.0), "{opens:?}");
}

#[test]
fn r_186_groups_that_lead_back_to_themselves_lead_nowhere() {
    let to = |group: &str| json!({"closed": {"type": "group", "group": group}});
    let mut h = Harness::new();
    h.step(roster(json!({}), json!({"support": to("sales"), "sales": to("support")})));
    let step = h.ask(1, 1);
    let offered = |(_, item): &(ConversationId, FromDesk)| match item {
        FromDesk::Offline { offer, .. } => Some(*offer),
        _ => None,
    };
    assert_eq!(step.posts.iter().filter_map(offered).collect::<Vec<_>>(), [Fallback::LeaveMessage]);
    // Nor do those who wait go in circles when they have waited too long.
    let full = |group: &str| json!({"longest_wait": 1, "full": {"type": "group", "group": group}});
    h.step(roster(json!({}), json!({"support": full("sales"), "sales": full("support")})));
    h.online(of_groups("ann", 1, &["support", "sales"]));
    (2..=4).for_each(|n| drop(h.ask(n, 1)));
    h.attend(2, 1);
    h.pass(10 * MINUTE);
    assert_eq!(h.desk.waiting().count(), 2, "they wait on");
}

#[test]
fn r_186_rules_that_match_nothing_leave_everything_to_the_last_line() {
    let last = Then { group: Some(group("sales")), ..Then::default() };
    for rules in [vec![], vec![rules().rules[0].clone()]] {
        let mut h = Harness::new();
        h.route_by(1, Routing { rules, otherwise: last.clone(), ..rules_of() });
        h.online(of_groups("ann", 1, &["sales"]));
        assert_eq!(h.ask(1, 1).told(), ["c1 assigned ann"]);
    }
    // A last line to a group that there is not is the default one's.
    let mut h = Harness::new();
    let last = Then { group: Some(group("nowhere")), ..Then::default() };
    h.route_by(1, Routing { rules: vec![], otherwise: last, ..rules_of() });
    h.online(profile("ann", 1));
    assert_eq!(h.ask(1, 1).told(), ["c1 assigned ann"]);
}

fn rules_of() -> Routing {
    rules()
}

#[test]
fn r_186_agents_without_capacity_and_weights_beyond_any_are_served_around() {
    let mut h = Harness::new();
    h.online(profile("ann", 0));
    assert_eq!(h.ask(1, 1).told(), ["c1 offline"]);
    h.online(profile("bob", 1));
    let mut routing = rules();
    routing.otherwise = Then { weight: u32::MAX, ..Then::default() };
    h.route_by(1, routing);
    // Who has nothing has room for anything.
    assert_eq!(h.ask(1, 2).told(), ["c1 assigned bob"]);
    assert_eq!(h.ask(2, 1).told(), ["c2 queued 1"]);
    h.pass(MINUTE);
    assert_eq!(h.end(1, 2).told()[0], "c2 assigned bob");
}

#[test]
fn r_186_an_agent_removed_in_the_middle_leaves_nobody_behind() {
    let mut h = Harness::new();
    h.online(profile("ann", 3));
    (1..=4).for_each(|n| drop(h.ask(n, 1)));
    let step = h.step(Input::Removed { agent: agent_id("ann") });
    assert_eq!(step.posts.iter().filter(|(_, item)| matches!(item, FromDesk::Requeued { .. })).count(), 3);
    // What the removed one says by a window that is still open is answered by closing it.
    assert_eq!(step.closes.len(), 1);
    let told = h.pass(limits::OFF_DUTY_GRACE + MINUTE).told();
    assert_eq!(told.iter().filter(|told| told.ends_with("offline")).count(), 4, "{told:?}");
}

#[test]
fn r_186_state_of_earlier_builds_is_read() {
    let at = 1_700_000_000_000u64;
    let brief = json!({"lang": "en", "preview": "Where is it?"});
    let handoff = |standing: Value, left: bool| json!({"no": 1, "since": at, "group": "support", "priority": 0, "brief": brief, "left": left, "standing": standing});
    let place = json!({"position": 1, "wait": {"type": "range", "low_min": 2, "high_min": 5}});
    let rows = [
        ("handoff/c1", handoff(json!({"type": "assigned", "agent": "ann", "at": at}), false)),
        ("handoff/c2", handoff(json!({"type": "waiting"}), false)),
        ("handoff/c3", handoff(json!({"type": "message"}), true)),
        ("handoff/c4", handoff(json!({"type": "closed", "at": at}), false)),
        ("place/c2", json!({"shown": place, "from": at, "promise": {"early": at, "late": at + 300_000}})),
        (
            "agent/ann",
            json!({
                "profile": {"agent": {"id": "ann", "name": "Ann"}, "role": "agent", "capacity": 1, "groups": [], "languages": ["en"]},
                "presence": "online", "windows": [{"socket": 1, "greeted": true}], "heard": at, "turn": 7
            }),
        ),
        ("group/support", json!({"handled": [60_000, 90_000], "gave_up": 3, "waited": 900_000})),
        ("estimate/run", json!({"at": at})),
    ];
    let rows = rows.map(|(key, json)| (key.to_owned(), json.to_string()));
    let (desk, bad) = Desk::restore(rows.clone());
    assert_eq!(bad, Vec::<String>::new());
    let mut h = Harness::new();
    (h.desk, h.cells) = (desk, rows.into_iter().collect());
    h.now = Millis(at + 5 * SECOND);
    h.open.insert(SocketId(1), agent_id("ann"));
    h.desk.restore_sockets(h.attachments());
    h.tick();
    // Read by this build, it goes on like any other.
    assert_eq!(h.ask(5, 1).told(), ["c5 queued 2"]);
    assert_eq!(h.end(1, 1).told(), ["c2 assigned ann", "c5 queued 1"]);
    h.check_restored();
}
