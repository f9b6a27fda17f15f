//! questions without an answer are told, masked, and once.

use super::*;
use crate::exchange::{Miss, Unanswered};

impl Room {
    fn missed(&self) -> Vec<&Unanswered> {
        self.effects
            .iter()
            .filter_map(|e| if let Effect::Miss(miss) = e { Some(miss) } else { None })
            .collect()
    }
}

fn offer(options: &[&str]) -> BotSays {
    let option = |entry: &&str| Offered { entry: EntryId::new(*entry).unwrap(), title: "O".into() };
    BotSays::Body(Body::Offer { options: options.iter().map(option).collect() })
}

fn write(text: &str) -> ClientFrame {
    ClientFrame::Send { client_id: id(&format!("c{}", text.len())), text: text.into() }
}

#[test]
fn r_67_what_is_offered_or_not_known_is_told_without_who_asked() {
    let mut room = Room::new();
    room.frame(VISITOR, write("where is 20260042, mail a@b.example"));
    room.reply(1, offer(&[]));
    let told = room.missed();
    assert_eq!((told[0].text.as_str(), told[0].miss), ("where is [number], mail [email]", Miss::Nothing));
    room.frame(VISITOR, say("b"));
    room.reply(3, offer(&["refund", "return"]));
    let told = room.missed();
    assert_eq!((told[0].miss, told[0].entry.as_ref().unwrap().as_str()), (Miss::Offered, "refund"));
    room.frame(VISITOR, ClientFrame::Handoff);
    assert!(room.missed().is_empty(), "told already");
}

#[test]
fn r_67_an_answer_that_does_not_do_is_told_once() {
    let mut room = Room::new();
    room.frame(VISITOR, say("a"));
    room.reply(1, answer("refund"));
    assert!(room.missed().is_empty());
    room.frame(VISITOR, ClientFrame::Handoff);
    let told = room.missed();
    assert_eq!((told[0].text.as_str(), told[0].miss), ("text of a", Miss::Handoff));
    let mut room = Room::new();
    room.frame(VISITOR, say("a"));
    room.reply(1, answer("refund"));
    for (yes, expected) in [(true, 0), (false, 1), (false, 0)] {
        room.frame(VISITOR, ClientFrame::Helpful { seq: 2, yes });
        assert_eq!(room.missed().len(), expected);
    }
    room.frame(VISITOR, ClientFrame::Handoff);
    assert!(room.missed().is_empty(), "told as not helpful");
}
