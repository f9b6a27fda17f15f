//! What the desk reports of its days.

use super::*;
use crate::desk::insights::What;

fn kinds(step: &Step) -> Vec<String> {
    let kind = |what: &What| match what {
        What::Asked => "asked".to_owned(),
        What::Served { secs } => format!("served {secs}"),
        What::GaveUp { secs } => format!("gave up {secs}"),
        What::Told { promised, secs, .. } => format!("told {} {secs}", promised.is_some()),
        What::Staffed { secs, slots } => format!("staffed {secs} {slots}"),
    };
    step.records.iter().map(|record| kind(&record.what)).collect()
}

#[test]
fn r_120_every_wait_is_counted_once() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    assert_eq!(kinds(&h.ask(1, 1)), ["asked", "served 0"]);
    assert_eq!(kinds(&h.ask(2, 1)), ["asked"]);
    assert_eq!(kinds(&h.ask(3, 1)), ["asked"]);
    h.wait(2 * MINUTE);
    h.tick();
    h.wait(3 * MINUTE);
    assert_eq!(kinds(&h.end(1, 1)), ["served 300", "told true 300"]);
    // The third one leaves: it would have been served when the second one ends.
    let left = h.say(ToDesk::Withdraw { conversation: conv(3), handoff: HandoffNo(1) });
    assert_eq!(kinds(&left), ["gave up 300"]);
    h.wait(4 * MINUTE);
    // It was told after two of its minutes.
    assert_eq!(kinds(&h.end(2, 1)), ["told true 420"]);
    h.wait(51 * MINUTE);
    assert_eq!(kinds(&h.presence(ann, Presence::Away)), ["staffed 3600 1"]);
}

#[test]
fn r_120_a_repeat_counts_nothing() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    h.ask(1, 1);
    assert_eq!(kinds(&h.ask(1, 1)), NOTHING);
    h.end(1, 1);
    assert_eq!(kinds(&h.end(1, 1)), NOTHING);
}

#[test]
fn the_times_of_every_group_are_known_from_the_first_moment() {
    let mut h = Harness::new();
    assert_eq!(h.desk.times(h.now), []);
    h.online(profile("ann", 3));
    let times = h.desk.times(h.now);
    let [group] = &times[..] else { panic!("{times:?}") };
    assert_eq!(
        (group.group.clone(), group.handled, group.slots),
        (crate::protocol::stage::default_group(), 0.0, 3)
    );
    assert!(group.handle.mean() > 60.0 && group.patience.mean() > 60.0);
}
