//! Seeds, planted bugs, and seeds that once failed.

use super::*;

fn check(seed: u64) -> Report {
    let plan = Plan::of(seed);
    match run(seed, &plan) {
        Ok(report) => report,
        Err(failure) => panic!("{failure}"),
    }
}

#[test]
fn every_rule_holds_for_many_seeds() {
    let mut sum = Report::default();
    for seed in 0..240 {
        sum += check(seed);
    }
    // The runs are worth something only if much happens in them.
    assert!(sum.messages > 5_000 && sum.acknowledged > 2_000, "{sum:?}");
    assert!(sum.evictions > 1_000 && sum.crashes > 500 && sum.assignments > 100, "{sum:?}");
    assert!(sum.absences > 50, "{sum:?}");
}

/// Seeds that once failed, each with what it found; `cargo xtask sim` prints the line to add.
mod kept {
    use super::*;

    fn kept(seed: u64, plan: Plan) {
        if let Err(failure) = run(seed, &plan) {
            panic!("{failure}");
        }
    }

    #[test]
    fn seed_95_a_mark_repeated_after_a_reconnect_changed_the_row_unsaved() {
        kept(95, Plan { losses: false, history: 0, absences: 0, supervisor: false, ..Plan::of(95) });
    }

    #[test]
    fn seed_374_a_clock_that_jumped_back_kept_a_question_from_being_asked_again() {
        kept(374, Plan { losses: false, history: 0, absences: 0, supervisor: false, ..Plan::of(374) });
    }

    #[test]
    fn seed_1333_offline_reached_an_assigned_conversation() {
        kept(1333, Plan { losses: false, history: 0, absences: 0, supervisor: false, ..Plan::of(1333) });
    }
}

#[test]
fn a_run_is_a_function_of_its_seed() {
    assert_eq!(check(7), check(7));
}

#[test]
fn planted_bugs_are_found() {
    for &bug in Bug::ALL {
        let found = (0..400).find(|&seed| run(seed, &Plan { bug: Some(bug), ..Plan::of(seed) }).is_err());
        assert!(found.is_some(), "{bug:?} was not found");
    }
}

#[test]
fn a_failing_plan_shrinks_to_one_that_fails() {
    let bug = Some(Bug::SkipSave);
    let failing = (0..99).find(|&seed| run(seed, &Plan { bug, ..Plan::of(seed) }).is_err()).unwrap();
    let plan = Plan { bug, ..Plan::of(failing) };
    let smallest = shrink(failing, &plan).unwrap();
    assert!(smallest.plan.seconds <= plan.seconds && !smallest.trace.is_empty(), "{smallest}");
}
