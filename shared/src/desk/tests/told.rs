//! What is said beside position and time: that somebody stands behind, and why a promise rises.

use super::*;
use crate::protocol::stage::{Risen, default_group};

fn risen(step: &Step) -> Vec<(ConversationId, Risen)> {
    let said = step.posts.iter().filter_map(|(id, item)| match item {
        FromDesk::Queued { place, .. } => Some((id.clone(), place.risen?)),
        _ => None,
    });
    said.collect()
}

/// Time passes until somebody is told a reason.
fn until_risen(h: &mut Harness) -> Vec<(ConversationId, Risen)> {
    for _ in 0..240 {
        let told = risen(&h.pass(30 * SECOND));
        if !told.is_empty() {
            return told;
        }
    }
    panic!("no promise rose")
}

#[test]
fn r_182_the_last_in_line_is_told_once_that_somebody_is_behind() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    h.ask(1, 1);
    assert_eq!(h.ask(2, 1).followed, [], "nobody is behind the last");
    h.wait(5 * SECOND);
    assert_eq!(h.ask(3, 1).followed, [(conv(2), true)]);
    h.wait(5 * SECOND);
    assert_eq!(h.ask(4, 1).followed, [(conv(3), true)], "the second one was told already");
    // Nobody is behind the third any more: that is no longer said.
    assert_eq!(h.withdraw(4, 1).followed, [(conv(3), false)]);
    h.wait(5 * SECOND);
    assert_eq!(h.ask(5, 1).followed, [], "said once");
    // Whoever comes in front of others was never the last.
    h.wait(5 * SECOND);
    let vip = h.vip(6, 9);
    let place = |step: &Step, n| {
        step.posts.iter().find_map(|(id, item)| match item {
            FromDesk::Queued { place, .. } if *id == conv(n) => Some(place.clone()),
            _ => None,
        })
    };
    assert!(!place(&vip, 6).unwrap().followed);
}

#[test]
fn r_182_those_behind_are_of_the_same_group() {
    let sales = GroupId::new("sales").unwrap();
    let mut h = Harness::new();
    h.online(AgentProfile { groups: vec![default_group(), sales], ..profile("ann", 1) });
    h.ask(1, 1);
    h.ask(2, 1);
    h.wait(5 * SECOND);
    // Somebody less pressing is behind as well.
    assert_eq!(h.vip(3, 0).followed, [(conv(2), true)]);
    // Somebody who is away is not.
    assert_eq!(h.visitor(3, 1, false).followed, [(conv(2), false)]);
}

#[test]
fn r_183_a_risen_promise_says_that_an_agent_left() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    let bob = h.online(profile("bob", 1));
    (1..=4).for_each(|n| drop(h.ask(n, 1)));
    h.wait(SECOND);
    h.tick();
    h.wait(2 * SECOND);
    h.presence(bob, Presence::Away);
    let told = until_risen(&mut h);
    assert!(told.iter().all(|(_, why)| *why == Risen::Staff), "{told:?}");
}

#[test]
fn r_183_a_risen_promise_says_that_somebody_came_in_front() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    (1..=2).for_each(|n| drop(h.ask(n, 1)));
    h.wait(SECOND);
    h.tick();
    h.wait(2 * SECOND);
    (10..=13).for_each(|n| drop(h.vip(n, 3)));
    let told = until_risen(&mut h);
    assert!(told.contains(&(conv(2), Risen::Overtaken)), "{told:?}");
}

#[test]
fn r_183_a_risen_promise_says_that_conversations_take_longer() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    (1..=3).for_each(|n| drop(h.ask(n, 1)));
    h.attend(1, 1);
    let told = until_risen(&mut h);
    assert!(told.iter().all(|(_, why)| *why == Risen::Slower), "{told:?}");
    let (waits, _) = told[0].clone();
    let said = |h: &Harness| h.desk.places.get(&waits).unwrap().shown.risen;
    assert!(said(&h).is_some(), "said for as long as the promise holds");
}
