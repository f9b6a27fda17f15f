//! R-112 … R-114: conversations that go from hand to hand, and accounts that go.

use super::routing::{group, of_groups, rules};
use super::*;
use crate::protocol::desk::TransferTo;

/// ann has c1 and bob nothing; both of them have room for one.
fn two() -> (Harness, SocketId, SocketId) {
    let mut h = Harness::new();
    h.route_by(1, rules());
    let ann = h.online(profile("ann", 1));
    h.ask(1, 1);
    let bob = h.online(profile("bob", 1));
    (h, ann, bob)
}

fn to(name: &str) -> TransferTo {
    TransferTo::Agent { agent: agent_id(name) }
}

fn to_group(name: &str) -> TransferTo {
    TransferTo::Group { group: group(name) }
}

#[test]
fn r_112_to_a_colleague_with_a_note() {
    let (mut h, ann, bob) = two();
    assert_eq!(h.transfer(bob, 1, to("bob"), None).errors(), [ErrorCode::NotAssigned], "not bob's to send");
    assert_eq!(h.transfer(ann, 1, to("zoe"), None).errors(), [ErrorCode::NotFound]);
    assert_eq!(h.transfer(ann, 1, to("bob"), Some(" ")).errors(), [ErrorCode::BadValue]);
    assert_eq!(h.transfer(ann, 1, to("ann"), None), Step::default());
    h.presence(bob, Presence::Away);
    assert_eq!(h.transfer(ann, 1, to("bob"), None).errors(), [ErrorCode::NoCapacity]);
    h.presence(bob, Presence::Busy);
    let told = h.transfer(ann, 1, to("bob"), Some("wants a refund")).told();
    assert_eq!(told, ["c1 note by ann: wants a refund", "c1 assigned bob"]);
    assert_eq!(h.ask(2, 1).told(), ["c2 assigned ann"], "who has room again");
    assert_eq!(h.transfer(ann, 2, to("bob"), None).errors(), [ErrorCode::NoCapacity], "bob is full");
    let sora = h.online(supervisor("sora", 0));
    assert_eq!(h.transfer(sora, 2, to("bob"), None).told(), ["c2 assigned bob"], "a supervisor may");
    assert_eq!(h.transfer(ann, 9, to("bob"), None).errors(), [ErrorCode::NotFound]);
}

#[test]
fn r_112_to_a_group_at_its_old_place() {
    let (mut h, ann, bob) = two();
    assert_eq!(h.transfer(ann, 1, to_group("nowhere"), None).errors(), [ErrorCode::NotFound]);
    assert_eq!(
        h.transfer(ann, 1, to_group("sales"), None).errors(),
        [ErrorCode::NoCapacity],
        "nobody is there"
    );
    let cho = h.online(of_groups("cho", 1, &["sales"]));
    h.presence(cho, Presence::Busy);
    let told = h.transfer(ann, 1, to_group("sales"), Some("shoes")).told();
    assert_eq!(told, ["c1 note by ann: shoes", "c1 given back by ann 1"]);
    assert_eq!(h.presence(cho, Presence::Online).told(), ["c1 assigned cho"]);
    // To one's own group: a colleague gets it.
    h.ask(2, 1);
    let told = h.transfer(bob, 2, to_group("support"), None).told();
    assert_eq!(told, ["c2 given back by bob 1", "c2 assigned ann"]);
}

#[test]
fn r_113_a_supervisor_takes_over() {
    let (mut h, ann, bob) = two();
    let over =
        |h: &mut Harness, socket, n| h.request(socket, DeskRequest::TakeOver { conversation: conv(n) });
    assert_eq!(over(&mut h, bob, 1).errors(), [ErrorCode::Forbidden]);
    let sora = h.online(supervisor("sora", 0));
    let step = over(&mut h, sora, 1);
    assert_eq!(step.told(), ["c1 assigned sora"]);
    assert!(step.sends.iter().any(
        |(s, f)| *s == ann && matches!(f, DeskFrame::Assigned { card } if card.agent == agent_id("sora"))
    ));
    assert_eq!(over(&mut h, sora, 1), Step::default(), "twice is once");
    assert_eq!(over(&mut h, sora, 7).errors(), [ErrorCode::NotFound]);
    h.presence(bob, Presence::Busy);
    h.presence(ann, Presence::Busy);
    h.ask(2, 1);
    assert_eq!(over(&mut h, sora, 2).errors(), [ErrorCode::NotAssigned], "that is to take");
    assert_eq!(h.pass(60 * MINUTE).told(), NOTHING, "who took it over is there");
}

#[test]
fn r_114_a_removed_accounts_conversations_return_to_their_places() {
    let (mut h, ann, bob) = two();
    h.presence(bob, Presence::Busy);
    h.wait(MINUTE);
    h.ask(2, 1);
    let step = h.step(Input::Removed { agent: agent_id("ann") });
    assert_eq!(step.closes, [(ann, close::UNAUTHENTICATED)]);
    assert_eq!(step.told()[0], "c1 requeued from ann 2", "shown behind c2 at first");
    assert_eq!(h.presence(bob, Presence::Online).told()[0], "c1 assigned bob", "and yet next");
    assert_eq!(h.step(Input::Removed { agent: agent_id("zoe") }), Step::default());
}

#[test]
fn r_114_a_changed_account_holds_at_once() {
    let (mut h, _, bob) = two();
    h.presence(bob, Presence::Busy);
    h.ask(2, 1);
    assert_eq!(h.step(Input::Profile { profile: profile("ann", 2) }).told(), ["c2 assigned ann"]);
    assert_eq!(h.step(Input::Profile { profile: profile("ann", 2) }), Step::default());
    assert_eq!(h.step(Input::Profile { profile: profile("zoe", 2) }), Step::default());
}
