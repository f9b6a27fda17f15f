//! What agents ask for.

use super::*;

#[test]
fn need_a_hello_first() {
    let mut h = Harness::new();
    let ann = h.connect(profile("ann", 1));
    assert_eq!(h.presence(ann, Presence::Online).errors(), [ErrorCode::WrongStage]);
    assert_eq!(h.take(ann, 1).errors(), [ErrorCode::WrongStage]);
    assert_eq!(h.ask(1, 1).told(), ["c1 offline"]);
    assert_eq!(
        h.step(Input::BadFrame { socket: ann, code: ErrorCode::BadFrame }).errors(),
        [ErrorCode::BadFrame]
    );
}

#[test]
fn of_unknown_windows_close_them() {
    let mut h = Harness::new();
    let socket = SocketId(9);
    let step = h.request(socket, DeskRequest::Hello);
    assert_eq!(step, Step { closes: vec![(socket, close::RESYNC)], ..Step::default() });
    let step = h.step(Input::BadFrame { socket, code: ErrorCode::BadFrame });
    assert_eq!(step.closes, [(socket, close::RESYNC)]);
}

#[test]
fn take_goes_out_of_turn_within_capacity() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 2));
    h.ask(1, 1);
    h.presence(ann, Presence::Busy);
    (2..=4).for_each(|n| drop(h.ask(n, 1)));
    assert_eq!(h.take(ann, 3).told(), ["c3 assigned ann", "c4 queued 2"]);
    assert_eq!(h.take(ann, 3), Step::default(), "twice is once");
    assert_eq!(h.take(ann, 4).errors(), [ErrorCode::NoCapacity]);
    assert_eq!(h.take(ann, 99).errors(), [ErrorCode::NotFound]);
    let bob = h.online(profile("bob", 1));
    assert_eq!(h.take(bob, 3).errors(), [ErrorCode::Taken]);
    h.end(3, 1);
    assert_eq!(h.take(bob, 3).errors(), [ErrorCode::NotFound]);
}

#[test]
fn supervisors_take_beyond_their_capacity_and_others_only_from_their_groups() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    h.ask(1, 1);
    h.ask(2, 1);
    let sora = h.online(supervisor("sora", 0));
    assert_eq!(h.take(sora, 2).told(), ["c2 assigned sora"]);
    h.ask(3, 1);
    let bob = h.online(AgentProfile { groups: vec![GroupId::new("sales").unwrap()], ..profile("bob", 1) });
    assert_eq!(h.take(bob, 3).errors(), [ErrorCode::Forbidden]);
}

#[test]
fn a_returned_conversation_goes_to_another_or_rests() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    h.ask(1, 1);
    h.wait(10);
    h.ask(2, 1);
    assert_eq!(h.give_back(ann, 1).told(), ["c2 assigned ann", "c1 given back by ann 1"]);
    h.wait(10);
    assert_eq!(h.end(2, 1).told(), NOTHING, "not to the one who gave it back");
    let told = h.pass(limits::RETURN_REST).told();
    assert_eq!(told.iter().filter(|t| t.contains("assigned")).collect::<Vec<_>>(), ["c1 assigned ann"]);
    let bob = h.online(profile("bob", 1));
    assert_eq!(h.give_back(ann, 1).told(), ["c1 given back by ann 1", "c1 assigned bob"]);
    assert_eq!(h.give_back(ann, 1).errors(), [ErrorCode::NotAssigned]);
    assert_eq!(h.give_back(bob, 1).told(), ["c1 given back by bob 1"], "no ping-pong");
    assert_eq!(h.give_back(bob, 1).errors(), [ErrorCode::NotAssigned]);
    assert_eq!(h.give_back(bob, 9).errors(), [ErrorCode::NotFound]);
}

#[test]
fn a_supervisor_gives_back_anybodys() {
    let mut h = Harness::new();
    h.online(profile("ann", 1));
    h.ask(1, 1);
    let sora = h.online(supervisor("sora", 1));
    assert_eq!(h.give_back(sora, 1).told(), ["c1 given back by ann 1", "c1 assigned sora"]);
}

#[test]
fn an_old_place_is_an_old_place() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    for n in 1..=4 {
        h.wait(10);
        h.ask(n, 1);
    }
    h.presence(ann, Presence::Busy);
    assert_eq!(h.give_back(ann, 1).told(), ["c1 given back by ann 4"], "nobody's position may rise");
    assert_eq!(h.withdraw(3, 1).told(), ["c1 queued 2"]);
    h.online(profile("bob", 1));
    let first = h.desk.handoffs.get(&conv(1)).unwrap();
    assert!(
        matches!(first.standing, crate::desk::cells::Standing::Assigned { .. }),
        "but it is next in line"
    );
}
