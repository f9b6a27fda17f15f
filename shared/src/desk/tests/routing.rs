//! R-104 …: where handoffs go, in which order, and to whom.

use super::*;
use crate::protocol::desk::Brief;
use crate::protocol::{Fallback, PageContext};
use crate::routing::{Condition, Decision, Given, GroupRule, LeftWhy, Routing, Rule, Then, What};

pub(super) fn group(name: &str) -> GroupId {
    GroupId::new(name).unwrap()
}

pub(super) fn of_groups(name: &str, capacity: u32, groups: &[&str]) -> AgentProfile {
    AgentProfile { groups: groups.iter().map(|g| group(g)).collect(), ..profile(name, capacity) }
}

/// Pages below `/sales` go to `sales`, below `/heavy` weigh 2, and what is below `/soon` has 3 points.
pub(super) fn rules() -> Routing {
    let rule = |name: &str, then| Rule {
        name: name.into(),
        when: vec![Condition::Page { any: vec![format!("/{name}*")] }],
        then,
        off: false,
    };
    let sales = GroupRule {
        id: group("sales"),
        name: "Sales".into(),
        languages: vec![],
        capacity: None,
        language_wait: 0,
        no_answer: None,
        wrap_up: None,
    };
    Routing {
        groups: vec![sales],
        rules: vec![
            rule("sales", Then { group: Some(group("sales")), ..Then::default() }),
            rule("heavy", Then { weight: 2, ..Then::default() }),
            rule("soon", Then { priority: 3, ..Then::default() }),
        ],
        no_answer: 0,
        away_after: 0,
        ..Routing::default()
    }
}

pub(super) fn at_page(path: &str) -> Brief {
    let page = PageContext { url: format!("https://shop.example{path}?q=1"), ..PageContext::default() };
    Brief { page: Some(page), ..brief(Lang::En, "help") }
}

/// A desk with these rules and an agent who is full: ann, who has c0.
fn full(routing: Routing) -> (Harness, SocketId) {
    let mut h = Harness::new();
    h.route_by(1, routing);
    let ann = h.online(profile("ann", 1));
    h.ask(0, 1);
    (h, ann)
}

pub(super) fn decisions(h: &mut Harness) -> Vec<Decision> {
    let socket = h.socket(&agent_id("sora"));
    h.step(Input::Connect { socket, profile: supervisor("sora", 0), pass: None });
    h.request(socket, DeskRequest::Hello);
    let step = h.request(socket, DeskRequest::Decisions { conversation: None, before: None });
    let [(_, DeskFrame::Decisions { decisions, .. })] = &step.sends[..] else { panic!("{step:?}") };
    decisions.clone()
}

#[test]
fn r_104_a_point_is_worth_its_time_in_line_and_no_more() {
    let (mut h, _) = full(rules());
    h.ask(1, 1);
    h.wait(9 * MINUTE);
    // Two points are worth ten minutes.
    h.vip(2, 1);
    h.wait(2 * MINUTE);
    h.ask(3, 1);
    h.vip(4, 1);
    let (mut last, mut served) = (0, vec![]);
    for _ in 0..4 {
        let told = h.end(last, 1).told();
        let next = told.iter().find_map(|t| t.strip_suffix(" assigned ann")).unwrap().to_string();
        last = next[1..].parse().unwrap();
        served.push(last);
    }
    assert_eq!(served, [2, 1, 4, 3]);
}

#[test]
fn r_104_nobody_starves() {
    let (mut h, _) = full(rules());
    h.ask(1, 1);
    // A most important visitor every minute, without end, and one leaves every minute.
    let mut last = 0;
    for n in 2..200 {
        h.wait(MINUTE);
        h.vip(n, 9);
        let told = h.end(last, 1).told();
        let next = told.iter().find_map(|t| t.strip_suffix(" assigned ann")).unwrap();
        last = next[1..].parse().unwrap();
        if last == 1 {
            assert_eq!(n, 91, "18 points are worth 90 minutes");
            return;
        }
    }
    panic!("starved");
}

#[test]
fn r_105_an_overtaken_visitors_number_holds() {
    let (mut h, _) = full(rules());
    h.ask(1, 1);
    h.ask(2, 1);
    assert_eq!(h.vip(3, 9).told(), ["c3 queued 1"], "and nobody else's number changes");
    assert_eq!(h.end(0, 1).told(), ["c3 assigned ann"]);
    assert_eq!(h.end(3, 1).told(), ["c1 assigned ann", "c2 queued 1"]);
}

#[test]
fn r_106_what_weighs_more_takes_more() {
    let mut h = Harness::new();
    h.route_by(1, rules());
    let ann = h.online(profile("ann", 3));
    assert_eq!(h.ask_with(1, at_page("/heavy"), None).told(), ["c1 assigned ann"]);
    assert_eq!(h.desk.load(&agent_id("ann")), 2);
    assert_eq!(h.ask_with(2, at_page("/heavy"), None).told(), ["c2 queued 1"]);
    assert_eq!(h.take(ann, 2).errors(), [ErrorCode::NoCapacity]);
    // It holds the agent, so that lighter ones behind it do not keep it waiting for ever.
    assert_eq!(h.ask(3, 1).told(), ["c3 queued 2"]);
    h.online(profile("bob", 1));
    let bobs = h.desk.handoffs.get(&conv(2)).unwrap().standing.clone();
    assert!(
        matches!(bobs, crate::desk::cells::Standing::Assigned { .. }),
        "who has nothing has room for anything"
    );
    assert_eq!(h.desk.load(&agent_id("ann")), 3, "c3 had nothing to wait for any more");
}

#[test]
fn r_106_what_is_too_heavy_for_everybody_goes_to_who_has_nothing() {
    let (mut h, _) = full(rules());
    h.ask_with(1, at_page("/heavy"), None);
    assert_eq!(h.end(0, 1).told(), ["c1 assigned ann"]);
}

#[test]
fn r_106_a_group_at_its_capacity_waits_and_one_without_any_is_closed() {
    let mut routing = rules();
    routing.groups[0].capacity = Some(1);
    let mut h = Harness::new();
    h.route_by(1, routing.clone());
    h.online(of_groups("ann", 5, &["sales", "support"]));
    assert_eq!(h.ask_with(1, at_page("/sales"), None).told(), ["c1 assigned ann"]);
    assert_eq!(h.ask_with(2, at_page("/sales"), None).told(), ["c2 queued 1"]);
    assert_eq!(h.ask(3, 1).told(), ["c3 assigned ann"], "of another group");
    assert_eq!(h.end(1, 1).told(), ["c2 assigned ann"]);
    routing.groups[0].capacity = Some(0);
    h.route_by(2, routing);
    assert_eq!(h.ask_with(4, at_page("/sales"), None).told(), ["c4 offline"]);
}

#[test]
fn r_106_a_full_group_lets_nobody_of_it_by() {
    let mut routing = rules();
    routing.groups[0].capacity = Some(2);
    let heavy = Then { group: Some(group("sales")), weight: 2, ..Then::default() };
    let when = vec![Condition::Page { any: vec!["/two".into()] }];
    routing.rules.insert(0, Rule { name: "two".into(), when, then: heavy, off: false });
    let mut h = Harness::new();
    h.route_by(1, routing);
    h.online(of_groups("ann", 5, &["sales", "support"]));
    assert_eq!(h.ask_with(1, at_page("/sales"), None).told(), ["c1 assigned ann"]);
    assert_eq!(h.ask_with(2, at_page("/two"), None).told(), ["c2 queued 1"]);
    assert_eq!(
        h.ask_with(3, at_page("/sales"), None).told(),
        ["c3 queued 2"],
        "there is room for it, but not its turn"
    );
    assert_eq!(h.ask(4, 1).told(), ["c4 assigned ann"], "of another group");
    assert_eq!(h.end(1, 1).told(), ["c2 assigned ann", "c3 queued 1"]);
    assert_eq!(h.end(2, 1).told(), ["c3 assigned ann"]);
}

#[test]
fn r_106_a_group_without_members_tells_that_nobody_is_there() {
    let mut h = Harness::new();
    h.route_by(1, rules());
    h.online(profile("ann", 1));
    assert_eq!(h.ask_with(1, at_page("/sales"), None).told(), ["c1 offline"]);
    let told = decisions(&mut h);
    assert_eq!(
        told[0].what,
        What::Refused { group: group("sales"), full: false, late: false, offer: Fallback::LeaveMessage }
    );
    let What::Routed { why, on_duty, .. } = &told[1].what else { panic!("{told:?}") };
    assert_eq!((why.rule.clone(), *on_duty), (Some((0, "sales".into())), 0));
}

#[test]
fn r_107_a_returning_visitor_goes_to_the_agent_they_know_while_that_agent_can() {
    let mut h = Harness::new();
    h.route_by(1, rules());
    for name in ["ann", "bob"] {
        h.online(profile(name, 2));
    }
    let ask = |h: &mut Harness, n| h.ask_with(n, brief(Lang::En, "?"), Some("v1")).told();
    assert_eq!(ask(&mut h, 1), ["c1 assigned ann"]);
    h.attend(1, 1);
    h.end(1, 1);
    assert_eq!(ask(&mut h, 2), ["c2 assigned ann"], "though it is bob's turn");
    h.ask(3, 1);
    h.ask(4, 1);
    assert_eq!(ask(&mut h, 5), ["c5 assigned bob"], "ann is full");
    (2..=5).for_each(|n| drop(h.end(n, 1)));
    h.wait(limits::FAMILIAR);
    let told = ask(&mut h, 6);
    assert_eq!(decisions(&mut h)[0].what, what_given("ann", Given::Turn, 2), "{told:?}");
}

fn what_given(name: &str, why: Given, among: u32) -> What {
    What::Given { agent: profile(name, 0).agent, why, among, waited: 0 }
}

#[test]
fn r_108_speakers_first_for_a_while() {
    let mut routing = rules();
    routing.groups[0].language_wait = 60;
    let mut h = Harness::new();
    h.route_by(1, routing);
    let sales = |name: &str, lang| AgentProfile { languages: vec![lang], ..of_groups(name, 1, &["sales"]) };
    let mei = h.online(sales("mei", Lang::ZhCn));
    h.online(sales("jonas", Lang::En));
    let chinese =
        |h: &mut Harness, n| h.ask_with(n, Brief { lang: Lang::ZhCn, ..at_page("/sales") }, None).told();
    assert_eq!(chinese(&mut h, 1), ["c1 assigned mei"]);
    assert_eq!(chinese(&mut h, 2), ["c2 queued 1"], "though jonas is free");
    assert_eq!(
        h.ask_with(3, at_page("/sales"), None).told(),
        ["c3 assigned jonas"],
        "and is not kept from others"
    );
    h.end(3, 1);
    assert_eq!(h.pass(MINUTE - 1).told().iter().filter(|t| t.contains("assigned")).count(), 0);
    assert_eq!(h.pass(1).told(), ["c2 assigned jonas"]);
    h.end(2, 1);
    h.presence(mei, Presence::Busy);
    assert_eq!(chinese(&mut h, 4), ["c4 assigned jonas"], "when no speaker takes any, nobody waits for one");
}

#[test]
fn r_115_every_decision_is_kept_with_its_reasons() {
    let (mut h, ann) = full(rules());
    h.ask_with(1, at_page("/soon/x"), None);
    h.give_back(ann, 0);
    let told = decisions(&mut h);
    let kinds: Vec<String> = told.iter().map(|d| format!("{} {:?}", d.conversation, d.what)).collect();
    assert!(kinds[0].starts_with("c1 Given"), "{kinds:#?}");
    assert_eq!(told[1].what, What::Back { agent: agent_id("ann"), why: LeftWhy::GivenBack });
    let What::Routed { why, facts, on_duty, waiting } = &told[2].what else { panic!("{kinds:#?}") };
    assert_eq!(
        (why.rule.clone(), why.points, facts.page.as_str()),
        (Some((2, "soon".into())), [3, 0, 0, 0], "/soon/x")
    );
    assert_eq!((why.passed_by.len(), *on_duty, *waiting), (2, 1, 0));
    assert_eq!(told.len(), 5);
    // Only supervisors may ask, and only the newest are kept.
    assert_eq!(
        h.request(ann, DeskRequest::Decisions { conversation: None, before: None }).errors(),
        [ErrorCode::Forbidden]
    );
    let mut told = decisions(&mut h);
    assert_eq!(told.len(), 5);
    h.trust();
    for n in 2..u32::try_from(limits::DESK_DECISIONS).unwrap() {
        h.ask(n, 1);
        h.withdraw(n, 1);
    }
    let ask = |h: &mut Harness, before| {
        let sora = h.online(supervisor("sora", 0));
        let step = h.request(sora, DeskRequest::Decisions { conversation: None, before });
        let [(_, DeskFrame::Decisions { decisions, more })] = &step.sends[..] else { panic!("{step:?}") };
        (decisions.clone(), *more)
    };
    told.clear();
    loop {
        let (some, more) = ask(&mut h, told.last().map(|d: &Decision| d.n));
        told.extend(some);
        if !more {
            break;
        }
    }
    assert_eq!(told.len() as u64, limits::DESK_DECISIONS);
    assert!(told.windows(2).all(|pair| pair[0].n == pair[1].n + 1));
    h.evict();
    let newest = told[0].n;
    h.ask(5_000, 1);
    assert!(ask(&mut h, None).0[0].n > newest, "counted on after an eviction");
}

#[test]
fn r_115_rules_are_tried_without_holding() {
    let (mut h, _) = full(Routing { no_answer: 0, ..Routing::default() });
    let sora = h.online(supervisor("sora", 0));
    let mut other = rules();
    other.rules.push(other.rules[0].clone());
    let explain = |routing| DeskRequest::Explain { facts: at_page("/sales/1").facts(), routing };
    let step = h.request(sora, explain(Some(other)));
    let [(_, DeskFrame::Explained { explanation, on_duty, faults, .. })] = &step.sends[..] else {
        panic!("{step:?}")
    };
    assert_eq!((explanation.route.group.clone(), *on_duty, faults.len()), (group("sales"), 0, 1));
    let step = h.request(sora, explain(None));
    let [(_, DeskFrame::Explained { explanation, on_duty, .. })] = &step.sends[..] else {
        panic!("{step:?}")
    };
    assert_eq!((explanation.rule.clone(), *on_duty), (None, 1), "the present ones");
}

#[test]
fn r_116_new_rules_hold_for_new_handoffs_and_older_versions_are_ignored() {
    let (mut h, _) = full(rules());
    h.ask_with(1, at_page("/soon"), None);
    h.route_by(3, Routing::default());
    h.route_by(2, rules());
    h.ask_with(2, at_page("/soon"), None);
    let priority = |n| h.desk.handoffs.get(&conv(n)).unwrap().priority;
    assert_eq!((priority(1), priority(2)), (3, 0));
}

#[test]
fn r_100_a_message_left_from_the_queue_is_for_the_group_that_was_to_attend() {
    let (mut h, _) = full(rules());
    h.online(of_groups("bob", 1, &["sales"]));
    h.ask_with(1, at_page("/sales"), None);
    h.ask_with(2, at_page("/sales"), None);
    let left = |n, brief| ToDesk::MessageLeft {
        conversation: conv(n),
        handoff: HandoffNo(2),
        at: Millis(u64::MAX),
        brief,
        call_back: false,
    };
    // As conversations send it: the request is withdrawn, and the message has a number of its own.
    h.withdraw(2, 1);
    h.say(left(2, brief(Lang::En, "m")));
    assert_eq!(h.desk.handoffs.get(&conv(2)).unwrap().group, group("sales"));
    h.say(left(3, at_page("/sales")));
    assert_eq!(h.desk.handoffs.get(&conv(3)).unwrap().group, group("sales"), "by the rules");
}
