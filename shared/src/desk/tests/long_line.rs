//! Long lines: what one event does is bounded, and in the end everybody is told the truth.

use std::collections::BTreeSet;

use super::*;

/// Two agents with so many who wait, all of them told a number.
fn line(waiting: u32) -> Harness {
    let mut h = Harness::trusting();
    h.online(profile("ann", 2));
    h.online(profile("bob", 2));
    for n in 0..waiting + 4 {
        h.ask(n, 1);
        h.wait(10);
    }
    h.pass(2 * SECOND);
    h
}

fn shown(h: &Harness) -> Vec<u32> {
    let place = |(id, _): (&ConversationId, _)| h.desk.places.get(id).unwrap().shown.position;
    h.desk.waiting().map(place).collect()
}

/// Ticks until nothing is left to do now; how many.
fn settle(h: &mut Harness) -> usize {
    let mut ticks = 0;
    while h.desk.next_due().is_some_and(|due| due <= h.now) {
        let step = h.tick();
        assert!(step.posts.len() + step.followed.len() <= 2 * limits::PLACES_AT_ONCE, "{}", step.posts.len());
        assert!(ticks < 100, "ticks without end");
        ticks += 1;
    }
    ticks
}

#[test]
fn r_180_whoever_moves_up_is_told_by_and_by_and_never_wrongly() {
    let mut h = line(250);
    assert_eq!(shown(&h), (1..=250).collect::<Vec<_>>());
    let mut before = shown(&h);
    // Four are served one after the other, without time for the others to be told.
    for n in 0..4 {
        let step = h.end(n, 1);
        assert!(step.posts.len() <= limits::PLACES_AT_ONCE + 1, "{}", step.posts.len());
        before.remove(0);
        let now = shown(&h);
        assert!(now.iter().zip(&before).all(|(now, before)| now <= before), "a position rose");
        assert_eq!(now.iter().collect::<BTreeSet<_>>().len(), now.len(), "two are shown the same");
        assert!(now.iter().zip(1..).all(|(shown, rank)| *shown >= rank), "nobody is shown too low a number");
        h.check_restored();
        before = now;
    }
    assert!(before.iter().zip(1..).any(|(shown, rank)| *shown > rank), "not everybody is told at once");
    // Whoever comes now stands behind everybody.
    h.ask(9_000, 1);
    assert!(shown(&h).iter().rev().skip(1).all(|other| other < shown(&h).last().unwrap()));
    h.evict();
    assert!(settle(&mut h) > 2);
    assert_eq!(shown(&h), (1..=247).collect::<Vec<_>>());
}

#[test]
fn r_181_a_long_line_is_estimated_over_several_events_and_after_an_eviction_anew() {
    let mut h = line(250);
    let told = |h: &Harness| h.desk.places.iter().filter(|(_, place)| place.first.is_some()).count();
    assert_eq!(told(&h), 250);
    // Everybody new, and no number yet.
    (0..4).for_each(|n| drop(h.ask(9_000 + n, 1)));
    settle(&mut h);
    h.wait(SECOND);
    let first = h.tick();
    assert_eq!(told(&h), 251, "the first event only pictures the desk: {:?}", first.told());
    h.check_restored();
    h.evict();
    assert_eq!(h.desk.next_due().filter(|due| *due <= h.now), h.desk.next_due(), "it goes on at once");
    assert!(settle(&mut h) > 5);
    assert_eq!(told(&h), 254);
    // The same as without a pause, and without an eviction.
    let mut other = line(250);
    (0..4).for_each(|n| drop(other.ask(9_000 + n, 1)));
    settle(&mut other);
    other.wait(SECOND);
    other.tick();
    settle(&mut other);
    let differ = h.cells.iter().filter(|(key, json)| other.cells.get(*key) != Some(json));
    assert_eq!(differ.collect::<Vec<_>>(), []);
}

#[test]
fn r_181_nobody_left_to_wait_ends_an_estimate() {
    let mut h = line(250);
    h.wait(31 * SECOND);
    h.tick();
    assert!(h.desk.next_due().is_some_and(|due| due <= h.now), "under way");
    for n in 4..254 {
        h.withdraw(n, 1);
    }
    h.check_restored();
    assert!(h.desk.next_due().is_none_or(|due| due > h.now));
}
