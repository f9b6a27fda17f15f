//! What the estimate foretells is what the desk then does: the same desk simulated, and played by the real rule.

use std::collections::BTreeMap;

use super::*;
use crate::desk::cells::Standing;
use crate::desk::estimate::durations::Survival;
use crate::desk::estimate::snapshot::{AbsenceModel, GroupModel};
use crate::desk::estimate::{Model, simulate};
use crate::protocol::stage::default_group;
use crate::routing::{Condition, GroupRule, Routing, Rule, Then};

/// Every conversation takes so many seconds.
const TAKES: u64 = 560;

fn rules() -> Routing {
    Routing { no_answer: 0, away_after: 0, wrap_up: 0, ..Routing::default() }
}

fn support(capacity: Option<u32>) -> GroupRule {
    GroupRule {
        id: default_group(),
        name: String::new(),
        languages: vec![],
        capacity,
        language_wait: 0,
        no_answer: None,
        wrap_up: None,
    }
}

/// A desk by these rules with agents of these capacities.
fn desk(routing: Routing, capacities: &[u32]) -> Harness {
    let mut h = Harness::trusting();
    h.route_by(1, routing);
    for (n, capacity) in capacities.iter().enumerate() {
        h.online(profile(&format!("a{n}"), *capacity));
    }
    h
}

/// The mean waits foretold, in seconds, with so many of a priority arriving a second.
fn foretold(h: &Harness, arrivals: Vec<(i32, f64)>) -> Vec<(ConversationId, f64)> {
    let snapshot = h.desk.picture(h.now, None);
    let group = |_| GroupModel {
        handle: Survival::from_fn(|secs| f64::from(u8::from(secs < TAKES as f64))),
        doubt: 0.0,
        patience: Survival::exponential(1e9),
        arrivals: arrivals.clone(),
    };
    let model = Model {
        groups: snapshot.groups.iter().map(group).collect(),
        pace: vec![1.0; snapshot.agents.len()],
        beside: vec![1.0],
        absence: AbsenceModel::none(),
        pickup: 0.0,
    };
    let waits = simulate(&snapshot, &model, 100);
    let mean = |n: usize| waits.of(n).map_or(f64::INFINITY, |drawn| drawn.mean);
    h.desk.waiting().enumerate().map(|(n, (id, _))| (id.clone(), mean(n))).collect()
}

/// Plays the desk until everybody who waits now is served; the seconds that took. With `vips`, somebody of VIP level 1
/// comes every so many seconds.
fn played(h: &mut Harness, vips: Option<u64>) -> BTreeMap<ConversationId, f64> {
    let begun = h.now;
    let mut waits = BTreeMap::new();
    let waiting: Vec<ConversationId> = h.desk.waiting().map(|(id, _)| id.clone()).collect();
    let mut next = 10_000;
    while waits.len() < waiting.len() {
        h.wait(SECOND);
        let secs = h.now.since(begun) / SECOND;
        assert!(secs < 100_000, "somebody is never served");
        if vips.is_some_and(|every| secs % every == every / 2) {
            h.vip(next, 1);
            next += 1;
        }
        let over = |(id, handoff): (&ConversationId, &crate::desk::cells::Handoff)| match handoff.standing {
            Standing::Assigned { at, .. } if h.now.since(at) >= TAKES * SECOND => {
                Some((id.clone(), handoff.no))
            }
            _ => None,
        };
        let over: Vec<_> = h.desk.handoffs.iter().filter_map(over).collect();
        for (conversation, handoff) in over {
            let at = h.now;
            h.say(ToDesk::Ended { conversation, handoff, at, replied: true });
        }
        for id in &waiting {
            let served = h.desk.handoffs.get(id).is_some_and(|handoff| handoff.standing != Standing::Waiting);
            if served && !waits.contains_key(id) {
                waits.insert(id.clone(), h.now.since(begun) as f64 / 1e3);
            }
        }
    }
    waits
}

/// Everybody waits as foretold, within so much of it.
fn agrees(h: &mut Harness, arrivals: Vec<(i32, f64)>, vips: Option<u64>, within: f64) {
    let foretold = foretold(h, arrivals);
    let played = played(h, vips);
    for (id, mean) in foretold {
        let truly = played[&id];
        assert!((mean - truly).abs() <= within * truly + 40.0, "{id}: foretold {mean}, truly {truly}");
    }
}

#[test]
fn r_185_a_group_at_its_capacity_is_foretold_to_wait() {
    let mut h = desk(Routing { groups: vec![support(Some(2))], ..rules() }, &[1, 1, 1]);
    (1..=6).for_each(|n| drop(h.ask(n, 1)));
    h.wait(100 * SECOND);
    assert_eq!(h.desk.waiting().count(), 4, "two at a time, though three are there");
    agrees(&mut h, vec![], None, 0.1);
    // What somebody has who takes nothing new counts as well.
    let mut h = desk(Routing { groups: vec![support(Some(2))], ..rules() }, &[1, 1]);
    (1..=4).for_each(|n| drop(h.ask(n, 1)));
    let busy = h.open.keys().next().copied().unwrap();
    h.presence(busy, Presence::Busy);
    h.online(profile("late", 2));
    agrees(&mut h, vec![], None, 0.1);
}

#[test]
fn r_185_what_weighs_more_is_foretold_to_wait_for_room_and_to_keep_it() {
    let heavy = Rule {
        name: "heavy".into(),
        when: vec![Condition::Urgent],
        then: Then { weight: 3, ..Then::default() },
        off: false,
    };
    let mut h = desk(Routing { rules: vec![heavy], ..rules() }, &[3]);
    for n in 1..=3 {
        h.ask(n, 1);
        h.wait(100 * SECOND);
    }
    // One that takes everything, then some that would have fitted before.
    let brief = crate::protocol::desk::Brief { urgent: true, ..brief(Lang::En, "all of it") };
    h.ask_with(4, brief, None);
    h.wait(10 * SECOND);
    (5..=9).for_each(|n| drop(h.ask(n, 1)));
    agrees(&mut h, vec![], None, 0.1);
}

#[test]
fn r_185_a_head_start_is_foretold_to_run_out() {
    // A point is worth 5 minutes and VIP level 1 two of them: those who come within ten minutes go first, later ones not.
    let mut h = desk(rules(), &[1]);
    (1..=3).for_each(|n| drop(h.ask(n, 1)));
    agrees(&mut h, vec![(2, 1.0 / 150.0)], Some(150), 0.15);
    // Who has waited for long is overtaken by nobody.
    let mut h = desk(rules(), &[1]);
    (1..=3).for_each(|n| drop(h.ask(n, 1)));
    h.wait(540 * SECOND);
    h.end(1, 1);
    h.wait(100 * SECOND);
    agrees(&mut h, vec![(2, 1.0 / 150.0)], Some(150), 0.15);
}

#[test]
fn r_185_the_estimate_knows_who_waits_for_a_speaker() {
    use super::routing::{group, rules};
    use crate::routing::{GroupRule, Routing};
    let told = |language_wait: u32| {
        let mut h = Harness::new();
        let support = GroupRule { id: group("support"), language_wait, ..rules().groups[0].clone() };
        h.route_by(1, Routing { groups: vec![support], ..Routing::default() });
        h.online(speaking("bob", 1, &[Lang::En]));
        h.ask_in(1, 1, Lang::En);
        h.attend(1, 1);
        h.wait(4 * MINUTE);
        h.online(speaking("ann", 1, &[Lang::Ja]));
        h.ask_in(2, 1, Lang::Ja);
        h.ask_in(3, 1, Lang::Ja);
        let snapshot = h.desk.picture(h.now, None);
        let narrow: Vec<_> = snapshot.queue.iter().map(|w| w.narrow.map(|(lang, _)| lang)).collect();
        let mute: Vec<usize> = snapshot.agents.iter().map(|a| a.mute.len()).collect();
        (narrow, mute)
    };
    assert_eq!(told(600), (vec![Some(0)], vec![0, 1]), "bob does not speak it");
    assert_eq!(told(0), (vec![None], vec![0, 0]));
}
