//! Restoring from cells.

use super::*;

#[test]
fn bad_cells_are_left_out_and_named() {
    let cells = [("handoff/c1", "{"), ("agent/a b", "{}"), ("place/c9", "{}"), ("x", ""), ("other/y", "1")];
    let cells = cells.map(|(k, v)| (k.to_owned(), v.to_owned()));
    let (desk, bad) = Desk::restore(cells);
    assert_eq!(bad.len(), 5);
    assert_eq!(desk, Desk::new());
}

#[test]
fn conversations_of_a_lost_agent_return_to_the_queue() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    h.ask(1, 1);
    h.cells.insert("agent/ann".into(), "not json".into());
    let (mut desk, bad) = Desk::restore(h.cells.clone());
    assert_eq!(bad, ["agent/ann"]);
    assert_eq!(desk.next_due(), Some(Millis(0)));
    let posts = desk.handle(h.now, Input::Tick);
    assert!(
        posts.iter().any(|e| matches!(e, crate::desk::Effect::Post { item: FromDesk::Requeued { .. }, .. }))
    );
}

#[test]
fn windows_closed_meanwhile_start_the_grace_at_the_next_input() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    h.ask(1, 1);
    h.attend(1, 1);
    h.wait(60 * MINUTE);
    h.open.clear();
    h.evict();
    assert_eq!(h.desk.next_due(), Some(Millis(0)));
    assert_eq!(h.step(Input::Tick).told(), NOTHING);
    assert_eq!(h.desk.next_due(), Some(h.now.plus(limits::AGENT_RECONNECT)));
    h.connect(profile("ann", 1));
    assert_eq!(h.pass(limits::AGENT_RECONNECT).told(), NOTHING);
}

#[test]
fn sockets_of_others_are_not_mistaken() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    let (mut desk, _) = Desk::restore(h.cells.clone());
    desk.restore_sockets(vec![Attachment { socket: ann, agent: agent_id("bob") }]);
    assert_eq!(desk.next_due(), Some(Millis(0)));
}
