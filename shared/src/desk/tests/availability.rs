//! What somebody asking now would be told.

use super::*;

#[test]
fn says_what_somebody_asking_now_would_be_told() {
    let mut h = Harness::new();
    assert_eq!(h.desk.availability(h.now), Availability::OFFLINE);
    let ann = h.online(profile("ann", 2));
    let soon = WaitShown::Range { low_min: 1, high_min: 1 };
    assert_eq!(
        h.desk.availability(h.now),
        Availability { online: true, wait: Some(soon), ..Availability::OFFLINE }
    );
    for n in 1..=6 {
        h.wait(SECOND);
        let told = h.desk.availability(h.now).wait;
        let step = h.ask(n, 1);
        let got = match &step.posts.last().unwrap().1 {
            FromDesk::Queued { place, .. } => Some(place.wait),
            _ => Some(soon),
        };
        assert_eq!(told, got, "{n}");
    }
    h.presence(ann, Presence::Busy);
    assert_eq!(
        h.desk.availability(h.now),
        Availability { online: true, wait: Some(WaitShown::Unknown), ..Availability::OFFLINE }
    );
}

#[test]
fn a_promise_counts_down_while_nothing_happens() {
    let mut h = Harness::new();
    h.online(profile("ann", 2));
    (1..=4).for_each(|n| drop(h.ask(n, 1)));
    let step = h.pass(6 * MINUTE);
    let highs = |n: u32| -> Vec<u32> {
        let shown = |(c, item): &(crate::ids::ConversationId, FromDesk)| match item {
            FromDesk::Queued {
                place: QueuePlace { wait: WaitShown::Range { high_min, .. }, .. }, ..
            } if *c == conv(n) => Some(*high_min),
            _ => None,
        };
        step.posts.iter().filter_map(shown).collect()
    };
    assert!(!highs(4).is_empty());
    assert!(highs(4).windows(2).all(|w| w[0] >= w[1]), "{:?}", highs(4));
}
