//! visitors who wait and go away.

use super::*;

/// One agent who is full, and `n` visitors in line, ten milliseconds apart.
fn line(n: u32) -> (Harness, SocketId) {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    for n in 0..=n {
        h.wait(10);
        h.ask(n, 1);
    }
    (h, ann)
}

#[test]
fn r_84_others_move_up_and_nobody_is_given_the_conversation() {
    let (mut h, ann) = line(3);
    h.wait(MINUTE);
    assert_eq!(h.visitor(1, 1, false).told(), ["c2 queued 1", "c3 queued 2"]);
    assert_eq!(h.visitor(1, 1, false), Step::default(), "said twice");
    assert_eq!(h.end(0, 1).told(), ["c2 assigned ann", "c3 queued 1"]);
    h.end(2, 1);
    assert_eq!(h.end(3, 1).told(), NOTHING, "nobody is there");
    let at_once = h.desk.availability(h.now);
    assert!(matches!(at_once.wait, Some(WaitShown::Range { low_min: 1, high_min: 1 })), "{at_once:?}");
    assert_eq!(h.pass(10 * MINUTE).told(), NOTHING);
    assert_eq!(h.visitor(1, 1, true).told(), ["c1 assigned ann"]);
    // By hand an agent may take it: somebody may want to write to those who are away.
    h.ask(4, 1);
    h.visitor(4, 1, false);
    h.end(1, 1);
    assert_eq!(h.take(ann, 4).told(), ["c4 assigned ann"]);
}

#[test]
fn r_85_back_at_the_old_place_while_shown_positions_stay() {
    let (mut h, _) = line(4);
    h.attend(0, 1);
    h.visitor(1, 1, false);
    h.wait(10 * MINUTE);
    h.ask(5, 1);
    // c2, c3, c4, c5 are shown 1 to 4 by now.
    assert_eq!(h.visitor(1, 1, true).told(), ["c1 queued 5"]);
    assert_eq!(h.withdraw(4, 1).told(), ["c1 queued 3"], "the first to fall, and nobody else moves");
    assert_eq!(
        h.end(0, 1).told().first().map(String::as_str),
        Some("c1 assigned ann"),
        "before all who came later"
    );
    assert_eq!(h.end(1, 1).told().first().map(String::as_str), Some("c2 assigned ann"));
}

#[test]
fn r_84_consoles_see_who_is_away() {
    let (mut h, ann) = line(2);
    let away = |step: &Step| -> Vec<(ConversationId, bool)> {
        let card = |(_, frame): &(SocketId, DeskFrame)| match frame {
            DeskFrame::Waiting { card } => Some((card.conversation.clone(), card.away)),
            _ => None,
        };
        step.sends.iter().filter_map(card).collect()
    };
    let step = h.visitor(1, 1, false);
    assert_eq!(away(&step), [(conv(1), true)]);
    let step = h.request(ann, DeskRequest::Hello);
    let [(_, DeskFrame::Snapshot { waiting, .. })] = &step.sends[..] else { panic!("{step:?}") };
    assert_eq!(waiting.iter().map(|c| c.away).collect::<Vec<_>>(), [false, true], "whoever is there first");
    let step = h.visitor(1, 1, true);
    assert_eq!(away(&step), [(conv(1), false)]);
}

#[test]
fn r_84_what_an_agent_held_comes_back_as_the_conversation_said_last() {
    let (mut h, ann) = line(1);
    h.visitor(1, 1, false);
    h.end(0, 1);
    h.take(ann, 1);
    assert_eq!(h.give_back(ann, 1).told(), ["c1 given back by ann away"]);
    assert_eq!(h.pass(10 * MINUTE).told(), NOTHING);
    h.take(ann, 1);
    assert_eq!(h.visitor(1, 1, true).told(), NOTHING);
    assert_eq!(h.give_back(ann, 1).told(), ["c1 given back by ann 1"]);
    // Said while an agent had just been given it.
    let bob = h.online(profile("bob", 1));
    h.visitor(1, 1, false);
    h.step(Input::Disconnect { socket: bob });
    assert_eq!(h.pass(limits::AGENT_RECONNECT).told(), ["c1 requeued from bob away"]);
}

#[test]
fn r_84_without_anybody_on_duty_those_who_are_away_are_told_too() {
    let (mut h, ann) = line(1);
    h.end(0, 1);
    h.end(1, 1);
    h.presence(ann, Presence::Busy);
    h.ask(2, 1);
    h.visitor(2, 1, false);
    h.presence(ann, Presence::Away);
    assert_eq!(h.pass(limits::OFF_DUTY_GRACE).told(), ["c2 offline"]);
    assert_eq!(h.visitor(2, 1, true), Step::default(), "late");
    assert_eq!(h.pass(10 * MINUTE).told(), NOTHING);
}

#[test]
fn r_84_what_is_said_of_another_number_changes_nothing() {
    let (mut h, _) = line(1);
    for step in
        [h.visitor(1, 2, false), h.visitor(1, 0, false), h.visitor(99, 1, false), h.visitor(1, 1, true)]
    {
        assert_eq!(step, Step::default());
    }
    h.visitor(1, 1, false);
    assert_eq!(h.ask(1, 2).told(), ["c1 queued 1"], "who asks again is there");
    assert_eq!(h.visitor(1, 1, false), Step::default());
    h.visitor(1, 2, false);
    assert_eq!(h.withdraw(1, 2).told(), NOTHING);
    assert_eq!(h.desk.index.away.len(), 0);
}
