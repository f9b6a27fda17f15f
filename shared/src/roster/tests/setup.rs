//! Whole rosters: what is wrong with them, and what they come to.

use serde_json::{Value, json};

use super::super::{Fault, Member, Problem, Roster, Team};
use super::at;
use crate::ids::{AgentId, GroupId};
use crate::roster::Stretch;

fn group(name: &str) -> GroupId {
    GroupId::new(name).unwrap()
}

fn agent(name: &str) -> AgentId {
    AgentId::new(name).unwrap()
}

fn members() -> Vec<Member> {
    let member = |name, of| Member { agent: agent(name), groups: vec![group(of)], capacity: 2 };
    vec![member("ann", "support"), member("bob", "sales")]
}

fn roster(value: Value) -> Roster {
    serde_json::from_value(value).unwrap()
}

fn plan(zone: &str, start: &str, end: &str) -> Value {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    json!({"zone": zone, "shifts": [{"days": days, "hours": {"start": start, "end": end, "overnight": end <= start}}]})
}

fn check(value: Value, expect: &[Fault]) {
    let found = roster(value).faults(&members(), at("2026-01-05T00:00Z"));
    assert_eq!(found, expect);
}

#[test]
fn r_130_what_is_wrong_with_a_roster_is_named() {
    check(json!({}), &[]);
    check(json!({"agents": {"ann": plan("UTC", "09:00", "17:00")}}), &[]);
    let unknown = Problem::UnknownZone { zone: "Mars/Olympus".into() };
    let of_ann = |problem| Fault::Agent { agent: agent("ann"), problem };
    check(json!({"agents": {"ann": plan("Mars/Olympus", "09:00", "17:00")}}), &[of_ann(unknown)]);
    let of_sales = |problem| Fault::Group { group: group("sales"), problem };
    let backwards =
        json!({"zone": "UTC", "shifts": [{"days": ["mon"], "hours": {"start": "17:00", "end": "09:00"}}]});
    check(
        json!({"groups": {"sales": {"hours": backwards}}}),
        &[of_sales(Problem::EndsBeforeStart { shift: 0 })],
    );
    for rules in [json!({"most_waiting": 0}), json!({"longest_wait": 0}), json!({"most_waiting": 9999})] {
        check(json!({"groups": {"sales": rules}}), &[Fault::BadNumber { group: group("sales") }]);
    }
}

#[test]
fn r_130_groups_that_lead_back_to_themselves_are_refused() {
    let to = |name: &str| json!({"type": "group", "group": name});
    let circle = |groups: &[&str]| Fault::Loop { groups: groups.iter().map(|name| group(name)).collect() };
    check(json!({"groups": {"sales": {"closed": to("sales")}}}), &[circle(&["sales"])]);
    check(
        json!({"groups": {"sales": {"closed": to("support")}, "support": {"overflow": {"after": 5, "group": "sales"}}}}),
        &[circle(&["sales", "support"])],
    );
    check(json!({"groups": {"sales": {"closed": to("support"), "full": to("support")}, "support": {}}}), &[]);
}

#[test]
fn r_130_what_is_worth_knowing_refuses_nothing() {
    let value = json!({
        "agents": {"zoe": plan("UTC", "09:00", "17:00"), "ann": plan("Europe/Berlin", "02:30", "10:00")},
        "groups": {"sales": {"closed": {"type": "group", "group": "night"}}},
    });
    let faults = roster(value).faults(&members(), at("2026-01-05T00:00Z"));
    assert!(faults.contains(&Fault::NoMembers { group: group("night") }));
    assert!(faults.contains(&Fault::NoAccount { agent: agent("zoe") }));
    let turned = |f: &&Fault| matches!(f, Fault::Agent { problem: Problem::ClockTurned { .. }, .. });
    assert_eq!(faults.iter().filter(turned).count(), 2, "in March and October");
    assert!(faults.iter().all(Fault::is_notice));
}

#[test]
fn r_130_a_roster_past_its_limits_is_refused() {
    let agents: serde_json::Map<String, Value> =
        (0..501).map(|n| (format!("a{n}"), plan("UTC", "09:00", "17:00"))).collect();
    check(json!({"agents": agents}), &[Fault::TooLarge]);
}

#[test]
fn r_139_plans_of_all_regions_are_pictured_on_one_line_of_time() {
    let region = |name: &str| Member { agent: agent(name), groups: vec![group("support")], capacity: 1 };
    let names = ["east", "west", "south", "europe", "americas"];
    let plans = json!({"agents": {
        "east": plan("Asia/Shanghai", "08:00", "16:00"),
        "west": plan("Asia/Urumqi", "09:00", "17:00"),
        "south": plan("Asia/Singapore", "10:00", "18:00"),
        "europe": plan("Europe/Berlin", "15:00", "23:00"),
        "americas": plan("America/New_York", "16:00", "02:00"),
    }});
    let team = Team { revision: 1, members: names.map(region).to_vec(), roster: roster(plans) };
    let (from, to) = (at("2026-01-06T00:00Z"), at("2026-01-07T00:00Z"));
    let picture = team.picture(from, to, from);
    let gaps: Vec<&Stretch> = picture.people.iter().filter(|stretch| stretch.people == 0).collect();
    let gap = |start, end| Stretch { start: at(start), end: at(end), people: 0 };
    assert_eq!(
        gaps,
        [&gap("2026-01-06T11:00Z", "2026-01-06T14:00Z")],
        "Urumqi's 17:00 is 11:00, Berlin's 15:00 is 14:00"
    );
    assert_eq!(picture.agents.len(), 5);
    assert_eq!(picture.groups[&group("support")].people, picture.people);
}
