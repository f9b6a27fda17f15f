use shared::ids::{AgentId, ClientId};
use shared::link::Draft;
use shared::protocol::{AgentCard, Event};
use shared::time::DAY;

use super::*;

fn said(seq: u64, at: u64, from: Sender) -> Message {
    let body = Body::Text { text: format!("m{seq}"), lang: None };
    Message { seq, at: Millis(at), from, client_id: None, body }
}

fn mei() -> Sender {
    Sender::Agent { agent: AgentCard { id: AgentId::new("mei").unwrap(), name: "Mei".into() } }
}

fn note(seq: u64, at: u64) -> Message {
    Message { body: Body::Note { text: "psst".into() }, ..said(seq, at, mei()) }
}

fn event(seq: u64, at: u64) -> Message {
    let body = Body::Event { event: Event::HandoffRequested };
    Message { body, ..said(seq, at, Sender::System) }
}

fn pending(id: &str) -> Pending {
    let draft = Draft::Text { client_id: ClientId::new(id).unwrap(), text: "…".into() };
    Pending { draft, at: Millis(0), failed: None }
}

/// `d` day, `u` unread, `e` event, `p` pending; a message is its number, `[` when first and `]` when last.
fn check(messages: &[Message], outbox: &[Pending], divider: Option<u64>, want: &str) {
    let shown: String = rows(messages, outbox, divider, |_| 0)
        .iter()
        .map(|row| match row {
            Row::Day { .. } => "d".to_owned(),
            Row::Unread => "u".into(),
            Row::Event(_) => "e".into(),
            Row::Pending { .. } => "p".into(),
            Row::Said { message, first, last } => {
                format!("{}{}{}", if *first { "[" } else { "" }, message.seq, if *last { "]" } else { "" })
            }
        })
        .collect();
    assert_eq!(shown, want);
}

#[test]
fn one_sender_within_minutes_is_one_group() {
    let v = Sender::Visitor;
    let log = [
        said(1, 0, v.clone()),
        said(2, MINUTE, v.clone()),
        said(3, 2 * MINUTE, mei()),
        said(4, 9 * MINUTE, mei()),
    ];
    check(&log, &[], None, "d[12][3][4]");
}

#[test]
fn notes_events_and_answers_stand_alone() {
    let log = [said(1, 0, mei()), note(2, 1), note(3, 2), event(4, 3), said(5, 4, mei())];
    check(&log, &[], None, "d[1][23]e[5]");
    check(&[said(1, 0, Sender::Bot), said(2, 1, Sender::Bot)], &[], None, "d[1][2]");
}

#[test]
fn a_new_day_breaks_a_group() {
    let v = Sender::Visitor;
    check(&[said(1, DAY - 1, v.clone()), said(2, DAY, v)], &[], None, "d[1]d[2]");
}

#[test]
fn the_unread_mark_stands_once_before_the_visitors_first_new_words() {
    let v = Sender::Visitor;
    let log = [said(1, 0, v.clone()), said(2, 1, mei()), said(3, 2, v.clone()), said(4, 3, v.clone())];
    check(&log, &[], Some(1), "d[1][2]u[34]");
    check(&log, &[], Some(3), "d[1][2][3]u[4]");
    check(&log, &[], Some(4), "d[1][2][34]");
    check(&log, &[], Some(0), "d[1][2][34]");
}

#[test]
fn what_is_on_its_way_comes_last() {
    check(&[said(1, 0, mei())], &[pending("a"), pending("b")], None, "d[1]pp");
    check(&[], &[], None, "");
}

#[test]
fn last_words_skip_notes_and_events() {
    let log = [said(1, 0, Sender::Visitor), note(2, 1), event(3, 2)];
    assert_eq!(last_words(&log), Some((&log[0], "m1")));
    assert_eq!(last_words(&[event(1, 0)]), None);
}
