//! The simulation, the model and what is told of them, case by case.

use proptest::prelude::*;

use super::snapshot::{AbsenceModel, GroupModel};
use super::*;
use crate::desk::estimate::durations::Survival;
use crate::ids::{AgentId, GroupId};

fn agent(n: usize, groups: &[usize], capacity: u32, ages: &[f64]) -> AgentNow {
    let open = ages.iter().map(|age| Open { group: groups[0], age: *age, beside: 0, weight: 1 });
    AgentNow {
        id: AgentId::new(format!("a{n}")).unwrap(),
        groups: groups.to_vec(),
        capacity,
        open: open.collect(),
        on: true,
        since: 0.0,
        ready: 0.0,
        shifts: vec![],
        planned: false,
        mute: vec![],
    }
}

fn waiting(group: usize, priority: i32) -> Waiting {
    Waiting::strictly(group, priority, 0.0)
}

fn desk(agents: Vec<AgentNow>, queue: Vec<Waiting>) -> Snapshot {
    let groups = (0..2).map(|n| GroupId::new(format!("g{n}")).unwrap()).collect();
    Snapshot { groups, agents, queue, point: STRICT, room: vec![] }
}

/// Handle times of 512 to 609 seconds, and patient visitors.
fn even(snapshot: &Snapshot) -> Model {
    let group = || GroupModel {
        handle: Survival::from_fn(|secs| f64::from(u8::from(secs < 560.0))),
        doubt: 0.0,
        patience: Survival::exponential(1e9),
        arrivals: vec![],
    };
    Model {
        groups: snapshot.groups.iter().map(|_| group()).collect(),
        pace: vec![1.0; snapshot.agents.len()],
        beside: vec![1.0],
        absence: AbsenceModel::none(),
        pickup: 0.0,
    }
}

fn means(snapshot: &Snapshot, model: &Model) -> Vec<Option<f64>> {
    let waits = simulate(snapshot, model, 200);
    (0..snapshot.queue.len()).map(|n| waits.of(n).map(|drawn| drawn.mean)).collect()
}

fn near(wait: Option<f64>, expected: f64) {
    let wait = wait.unwrap();
    assert!((wait - expected).abs() < 0.12 * expected + 1.0, "{wait} is not about {expected}");
}

#[test]
fn what_is_open_frees_its_slot_by_its_age() {
    let snapshot =
        desk(vec![agent(0, &[0], 1, &[60.0]), agent(1, &[0], 1, &[420.0])], vec![waiting(0, 0); 3]);
    let waits = means(&snapshot, &even(&snapshot));
    near(waits[0], 140.0);
    near(waits[1], 500.0);
    near(waits[2], 700.0);
}

#[test]
fn of_two_humps_a_long_one_is_known_by_its_age() {
    let mut learned = Learned::default();
    let (group, by) = (GroupId::new("g0").unwrap(), AgentId::new("a0").unwrap());
    (0..400).for_each(|n| learned.handled(&group, &by, (0.0, if n % 2 == 0 { 120.0 } else { 1_200.0 }), 0));
    let wait = |age: f64| {
        let snapshot = desk(vec![agent(0, &[0], 1, &[age])], vec![waiting(0, 0)]);
        means(&snapshot, &learned.model(&snapshot, 1e6))[0].unwrap()
    };
    assert!((wait(300.0) - 900.0).abs() < 180.0, "{}", wait(300.0));
    assert!(wait(300.0) > 1.3 * wait(0.0), "{} {}", wait(300.0), wait(0.0));
    assert!(wait(1_000.0) < 400.0, "{}", wait(1_000.0));
}

#[test]
fn whoever_gives_up_still_has_a_wait_and_takes_no_slot() {
    let snapshot = desk(vec![agent(0, &[0], 1, &[0.0])], vec![waiting(0, 0); 2]);
    let mut model = even(&snapshot);
    model.groups[0].patience = Survival::exponential(1.0);
    let waits = means(&snapshot, &model);
    near(waits[0], 600.0);
    near(waits[1], 600.0);
}

#[test]
fn higher_priorities_to_come_are_waited_for() {
    let snapshot = desk(vec![agent(0, &[0], 1, &[0.0])], vec![waiting(0, 0)]);
    let mut model = even(&snapshot);
    model.groups[0].arrivals = vec![(1, 1.0 / 1_200.0)];
    let slower = means(&snapshot, &model)[0].unwrap();
    assert!(slower > 800.0, "{slower}");
    // Those of the same priority stand behind.
    model.groups[0].arrivals = vec![(0, 1.0 / 300.0)];
    near(means(&snapshot, &model)[0], 600.0);
    // So does nobody wait for whoever comes after them, when they are of the highest themselves.
    let vip = desk(snapshot.agents.clone(), vec![waiting(0, 1), waiting(0, 0)]);
    near(means(&vip, &even(&vip))[0], 600.0);
}

#[test]
fn an_agent_of_two_groups_takes_whoever_came_first() {
    let snapshot = desk(vec![agent(0, &[0, 1], 1, &[0.0])], vec![waiting(1, 0), waiting(0, 0)]);
    let waits = means(&snapshot, &even(&snapshot));
    near(waits[0], 600.0);
    near(waits[1], 1_200.0);
}

#[test]
fn shifts_end_and_begin_as_planned() {
    let mut leaving = agent(0, &[0], 1, &[0.0]);
    (leaving.shifts, leaving.planned) = (vec![(-3_600.0, 300.0)], true);
    let mut coming = agent(1, &[0], 2, &[]);
    (coming.shifts, coming.planned, coming.on) = (vec![(1_800.0, 9_000.0)], true, false);
    let snapshot = desk(vec![leaving.clone(), coming], vec![waiting(0, 0); 3]);
    let waits = means(&snapshot, &even(&snapshot));
    near(waits[0], 1_800.0);
    near(waits[1], 1_800.0);
    near(waits[2], 2_400.0);
    let alone = desk(vec![leaving], vec![waiting(0, 0)]);
    assert!(alone.is_served(0));
    assert_eq!(means(&alone, &even(&alone)), [None], "nobody is there any more");
}

#[test]
fn nobody_there_and_none_planned_is_offline() {
    let mut gone = agent(0, &[0], 3, &[]);
    gone.on = false;
    let snapshot = desk(vec![gone, agent(1, &[1], 1, &[])], vec![waiting(0, 0), waiting(1, 0)]);
    assert!(!snapshot.is_served(0));
    let waits = means(&snapshot, &even(&snapshot));
    assert_eq!(waits, [None, Some(0.0)]);
}

#[test]
fn slow_agents_and_full_ones_are_slow() {
    let mut learned = Learned::default();
    let group = GroupId::new("g0").unwrap();
    let by = |n: usize| AgentId::new(format!("a{n}")).unwrap();
    for n in 0..600usize {
        // The second takes twice as long, and everybody half as long again beside another.
        let (agent, beside) = (n % 2, (n / 2 % 2) as u32);
        let chance = 0.5 + (n * 7 % 11) as f64 / 10.0;
        let secs = 300.0 * chance * (1 + agent) as f64 * (1.0 + 0.5 * f64::from(beside));
        learned.handled(&group, &by(agent), (0.0, secs), beside);
    }
    let snapshot = desk(vec![agent(0, &[0], 2, &[]), agent(1, &[0], 2, &[])], vec![waiting(0, 0)]);
    let model = learned.model(&snapshot, 0.0);
    let (pace, beside) = (model.pace[1] / model.pace[0], model.beside[1] / model.beside[0]);
    assert!((pace - 2.0).abs() < 0.3, "{pace}");
    assert!((beside - 1.5).abs() < 0.15, "{beside}");
}

#[test]
fn a_new_desk_knows_what_is_usual_and_that_it_may_be_wrong() {
    let snapshot = desk(vec![agent(0, &[0], 1, &[0.0])], vec![waiting(0, 0)]);
    let learned = Learned::default();
    let model = learned.model(&snapshot, 1.7e9);
    let told = learned.common.calibration.forecast(&simulate(&snapshot, &model, 100).of(0).unwrap());
    assert!((300.0..700.0).contains(&told.mean), "{told:?}");
    assert!(told.quantiles[4] > 3.0 * told.quantiles[0], "{told:?}");
    assert!(told.quantiles.is_sorted() && told.promise >= told.quantiles[3], "{told:?}");
}

#[test]
fn the_same_desk_is_told_the_same_and_keeps_it_when_stored() {
    let mut learned = Learned::default();
    let (group, by) = (GroupId::new("g0").unwrap(), AgentId::new("a0").unwrap());
    for n in 0..200 {
        learned.handled(&group, &by, (1.7e9, 100.0 + f64::from(n * 37 % 700) / 3.0), n as u32 % 3);
        learned.waited(&group, f64::from(n) / 7.0, n % 9 == 0);
        learned.arrived(&group, n % 2, 1.7e9 + f64::from(n) * 71.3);
        learned.common.absence.was_there(100.0 / 3.0);
    }
    let stored: Learned = serde_json::from_str(&serde_json::to_string(&learned).unwrap()).unwrap();
    assert_eq!(stored, learned);
    let snapshot = desk(vec![agent(0, &[0], 3, &[5.0, 90.0, 300.0])], vec![waiting(0, 1), waiting(0, 0)]);
    let once = means(&snapshot, &learned.model(&snapshot, 1.71e9));
    assert_eq!(once, means(&snapshot, &stored.model(&snapshot, 1.71e9)));
}

#[test]
fn a_long_line_is_bounded_work() {
    let snapshot =
        desk((0..200).map(|n| agent(n, &[0], 3, &[30.0; 3])).collect(), vec![waiting(0, 0); 1_000]);
    assert_eq!(snapshot.paths(), 24);
    assert_eq!(desk(vec![agent(0, &[0], 3, &[])], vec![]).paths(), 100);
    let waits = simulate(&snapshot, &even(&snapshot), snapshot.paths());
    assert!(waits.of(999).is_some());
    assert!(waits.of(1_000).is_none());
}

fn any_secs() -> impl Strategy<Value = f64> {
    prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(-1e12), Just(0.0), -1e3..1e5]
}

prop_compose! {
    fn any_agent()(
        groups in prop::collection::vec(0usize..3, 0..4), capacity in prop_oneof![0u32..5, Just(u32::MAX)],
        open in prop::collection::vec((0usize..3, any_secs(), any::<u32>()), 0..6), on in any::<bool>(),
        since in any_secs(), ready in any_secs(), shifts in prop::collection::vec((any_secs(), any_secs()), 0..4),
        planned in any::<bool>(),
    ) -> AgentNow {
        let open = open.into_iter().map(|(group, age, beside)| Open { group, age, beside, weight: beside % 12 }).collect();
        AgentNow { groups, capacity, open, on, since, ready, shifts, planned, ..agent(0, &[0], 1, &[]) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn nothing_makes_it_panic_or_tell_what_is_no_number(
        agents in prop::collection::vec(any_agent(), 0..5),
        queue in prop::collection::vec((0usize..3, any::<i32>(), any_secs()), 0..8),
        seen in prop::collection::vec((any_secs(), any::<u32>(), any::<bool>()), 0..12),
        now in any_secs(), point in any_secs(), room in prop::collection::vec(prop::option::of(0u32..5), 0..3),
    ) {
        let mut learned = Learned::default();
        let (group, by) = (GroupId::new("g0").unwrap(), AgentId::new("a0").unwrap());
        for (secs, beside, flag) in seen {
            learned.handled(&group, &by, (now, secs), beside);
            learned.waited(&group, secs, flag);
            learned.cut(&group, secs);
            learned.arrived(&group, beside as i32, secs);
            let absence = &mut learned.common.absence;
            absence.begun(secs);
            absence.ended(secs);
            absence.returned(secs);
            absence.was_there(secs);
            absence.picked_up(secs);
        }
        let waiting = |(group, priority, waited): (usize, i32, f64)| Waiting {
            stands: waited,
            weight: priority as u32 % 12,
            ..Waiting::strictly(group, priority, waited)
        };
        let queue = queue.into_iter().map(waiting).collect();
        let snapshot = Snapshot { point, room, ..desk(agents, queue) };
        let model = learned.model(&snapshot, now);
        let waits = simulate(&snapshot, &model, 24);
        for n in 0..snapshot.queue.len() {
            if let Some(drawn) = waits.of(n) {
                let told = learned.common.calibration.forecast(&drawn);
                prop_assert!(told.mean.is_finite() && told.mean >= 0.0);
                prop_assert!(told.quantiles.iter().all(|q| q.is_finite()) && told.quantiles.is_sorted());
            }
            let told = formula::forecast(&snapshot, &model, snapshot.queue[n].group, n);
            prop_assert!(told.mean.is_finite() && told.quantiles.iter().all(|q| q.is_finite()));
        }
    }
}

#[test]
fn r_185_who_waits_for_a_speaker_is_passed_by_until_then() {
    let only = |until: f64| Waiting { narrow: Some((0, until)), ..waiting(0, 0) };
    // The first agent is free soon and does not speak the language, the second one speaks it and is free late.
    let agents =
        || vec![AgentNow { mute: vec![0], ..agent(0, &[0], 1, &[500.0]) }, agent(1, &[0], 1, &[0.0])];
    let late = desk(agents(), vec![only(1e4), waiting(0, 0)]);
    let told = means(&late, &even(&late));
    near(told[0], 560.0);
    near(told[1], 60.0);
    // After a while it goes to anybody: to who is idle by then.
    let soon = desk(agents(), vec![only(200.0)]);
    near(means(&soon, &even(&soon))[0], 200.0);
    // Without any such wish nothing is different.
    let plain = desk(agents(), vec![waiting(0, 0), waiting(0, 0)]);
    near(means(&plain, &even(&plain))[0], 60.0);
}
