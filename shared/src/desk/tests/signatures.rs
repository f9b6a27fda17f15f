//! what a shop has signed counts as long as its secret does.

use super::*;
use crate::protocol::desk::Brief;
use crate::routing::Routing;
use crate::security::identity::Customer;
use crate::security::secrets::Believed;

fn believe(h: &mut Harness, version: u64, number: u32, former_until: Option<Millis>) {
    let believed = Believed { number, former_until };
    h.step(Input::Routing { version, routing: Routing::default(), believed });
}

fn signed(number: u32) -> Brief {
    let customer = Some(Customer { id: "4711".into(), name: None });
    Brief { vip: 3, customer, signed: number, ..brief(Lang::En, "help") }
}

/// Level and customer on the card of the conversation.
fn card(h: &mut Harness, socket: SocketId, n: u32) -> (u8, bool) {
    let step = h.request(socket, DeskRequest::Hello);
    let cards = step.sends.iter().find_map(|(_, frame)| match frame {
        DeskFrame::Snapshot { waiting, .. } => Some(waiting.clone()),
        _ => None,
    });
    let card = cards.into_iter().flatten().find(|card| card.conversation == conv(n));
    card.map(|card| (card.brief.vip, card.brief.customer.is_some())).unwrap()
}

#[test]
fn r_202_a_level_counts_as_long_as_the_secret_it_was_signed_with() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    h.presence(ann, Presence::Busy);
    h.ask_with(1, signed(0), None);
    assert_eq!(card(&mut h, ann, 1), (3, true));
    // Replaced: for a day both count.
    let until = h.now.plus(limits::SECRET_OVERLAP);
    believe(&mut h, 2, 1, Some(until));
    h.ask_with(2, signed(0), None);
    h.ask_with(3, signed(1), None);
    assert_eq!([1, 2, 3].map(|n| card(&mut h, ann, n)), [(3, true); 3]);
    h.wait(limits::SECRET_OVERLAP);
    h.presence(ann, Presence::Busy);
    h.ask_with(4, signed(0), None);
    h.ask_with(5, signed(1), None);
    assert_eq!([4, 5].map(|n| card(&mut h, ann, n)), [(0, false), (3, true)]);
    assert_eq!([1, 2, 3].map(|n| card(&mut h, ann, n)), [(0, false), (0, false), (3, true)]);
    // Replaced at once: also of those who wait already, who keep their places.
    believe(&mut h, 3, 2, None);
    assert_eq!([3, 5].map(|n| card(&mut h, ann, n)), [(0, false); 2]);
    let handoff = HandoffNo(1);
    let again = ToDesk::Brief { conversation: conv(5), handoff, brief: signed(1) };
    h.step(Input::Conversation(again));
    assert_eq!(card(&mut h, ann, 5), (0, false), "nor later");
    let again = ToDesk::Brief { conversation: conv(5), handoff, brief: signed(2) };
    h.step(Input::Conversation(again));
    assert_eq!(card(&mut h, ann, 5), (3, true), "signed anew");
}
