//! the replica.

use super::*;

#[test]
fn r_30_duplicates_are_ignored_and_gaps_asked_for_once() {
    let mut tab = Tab::live();
    tab.get(live(0, theirs(1)));
    assert!(tab.effects.contains(&Effect::Arrived(theirs(1))));
    tab.get(live(0, theirs(1)));
    assert_eq!(tab.seqs(), [1]);
    // A visitor's sequence has gaps where the notes are.
    tab.get(live(1, theirs(4)));
    assert_eq!((tab.seqs(), tab.sent()), (vec![1, 4], vec![]));
    tab.get(live(6, theirs(7)));
    assert_eq!(tab.sent(), [&ClientFrame::Resume { after: 4 }]);
    tab.get(live(7, theirs(8)));
    assert_eq!((tab.sent(), tab.seqs()), (vec![], vec![1, 4]));
    tab.get(page(4, vec![theirs(5), theirs(6), theirs(7)]));
    assert_eq!(tab.sent(), [&ClientFrame::Resume { after: 7 }], "8 is known and still missing");
    tab.get(page(7, vec![theirs(8)]));
    assert_eq!((tab.sent(), tab.seqs()), (vec![], vec![1, 4, 5, 6, 7, 8]));
    assert!(!tab.effects.iter().any(|e| matches!(e, Effect::Arrived(_))));
}

#[test]
fn r_30_any_order_of_arrival_converges() {
    let frames = [
        live(0, theirs(1)),
        live(1, theirs(2)),
        page(0, vec![theirs(1), theirs(2)]),
        live(2, theirs(3)),
        page(2, vec![theirs(3)]),
        live(3, theirs(5)),
    ];
    let mut order: Vec<usize> = (0..frames.len()).collect();
    for round in 0..720 {
        // The round-th permutation, by factorial digits.
        let (mut left, mut rest) = (round, order.clone());
        let mut tab = Tab::live();
        while !rest.is_empty() {
            let frame = frames[rest.remove(left % rest.len().max(1))].clone();
            left /= rest.len() + 1;
            tab.get(frame);
        }
        // What the server then answers to the questions asked.
        let all = [1, 2, 3, 5];
        for _ in 0..5 {
            let after = tab.seqs().last().copied().unwrap_or(0);
            tab.get(page(after, all.iter().filter(|s| **s > after).map(|s| theirs(*s)).collect()));
        }
        assert_eq!(tab.seqs(), all, "round {round}");
        order.rotate_left(1);
    }
}

#[test]
fn another_conversation_under_the_same_link_is_read_from_its_beginning() {
    let mut tab = Tab::live();
    for seq in 1..=3 {
        tab.get(live(seq - 1, theirs(seq)));
    }
    tab.put(Input::Closed { code: 1006 });
    tab.timer();
    tab.put(Input::Opened);
    tab.get(welcome(1, Stage::Bot));
    tab.get(page(1, vec![]));
    assert_eq!(tab.sent(), [&ClientFrame::Resume { after: 0 }]);
    tab.get(page(0, vec![theirs(1)]));
    assert_eq!((tab.seqs(), tab.link.line()), (vec![1], Line::Live));
}
