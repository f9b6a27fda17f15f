//! R-31 …: what this side says.

use super::*;
use crate::protocol::conversation::Reason;

#[test]
fn r_31_a_message_is_shown_once_from_pending_to_read() {
    let mut tab = Tab::live();
    let check = |tab: &Tab, pending: Option<Delivery>, logged: Option<Delivery>| {
        let link = &tab.link;
        assert_eq!(link.pending().first().map(|p| link.pending_delivery(p)), pending);
        assert_eq!(link.messages().last().and_then(|m| link.delivery(m)), logged);
    };
    tab.put(Input::Write(text("a")));
    assert_eq!(tab.sent_ids(), ["a"]);
    // stored before anything of it is sent.
    let stored = matches!(&tab.effects[..], [Effect::Store(o), Effect::Transmit(_), Effect::Changed, ..] if o.len() == 1);
    assert!(stored, "{:?}", tab.effects);
    check(&tab, Some(Delivery::Sending), None);
    tab.get(live(0, message(1, Sender::Visitor, Some("a"))));
    assert!(tab.effects.contains(&Effect::Store(vec![])));
    check(&tab, None, Some(Delivery::Sent));
    tab.get(ack("a", 1));
    check(&tab, None, Some(Delivery::Sent));
    tab.get(ServerFrame::Read { read: Marks { agent_delivered: 1, ..Marks::default() } });
    check(&tab, None, Some(Delivery::Delivered));
    tab.get(ServerFrame::Read { read: Marks { agent_delivered: 1, agent: 1, ..Marks::default() } });
    check(&tab, None, Some(Delivery::Read));
    tab.get(ServerFrame::Read { read: Marks::default() });
    check(&tab, None, Some(Delivery::Read));
}

#[test]
fn r_31_an_ack_whose_entry_went_astray_asks_for_it() {
    let mut tab = Tab::live();
    tab.put(Input::Write(text("a")));
    tab.get(ack("a", 2));
    assert_eq!(tab.sent(), [&ClientFrame::Resume { after: 0 }]);
    assert_eq!(tab.link.pending_delivery(&tab.link.pending()[0]), Delivery::Sent);
    tab.get(page(0, vec![theirs(1), message(2, Sender::Visitor, Some("a"))]));
    assert_eq!((tab.link.pending().len(), tab.seqs()), (0, vec![1, 2]));
}

#[test]
fn r_32_messages_go_one_by_one_and_again_after_a_reconnect() {
    let mut tab = Tab::new();
    for name in ["a", "b", "c"] {
        tab.put(Input::Write(text(name)));
    }
    tab.put(Input::Start);
    tab.connect(0, vec![]);
    assert_eq!(tab.sent_ids(), ["a"]);
    tab.get(ack("a", 1));
    assert_eq!(tab.sent_ids(), ["b"]);
    tab.put(Input::Closed { code: 1006 });
    tab.timer();
    assert_eq!(tab.effects[0], Effect::Open);
    // `b` had reached the log: it is not sent again.
    tab.connect(0, vec![message(1, Sender::Visitor, Some("a")), message(2, Sender::Visitor, Some("b"))]);
    assert_eq!((tab.sent_ids(), tab.link.pending().len()), (vec!["c"], 1));
    tab.wait(limits::RESEND_AFTER);
    tab.put(Input::Timer);
    assert_eq!(tab.sent_ids(), ["c"], "an acknowledgement that does not come is asked for");
}

#[test]
fn r_33_refused_messages_fail_and_may_be_retried() {
    let mut tab = Tab::live();
    tab.put(Input::Write(text("a")));
    tab.put(Input::Write(text("b")));
    tab.get(error(ErrorCode::NotFound, Some("a")));
    assert_eq!(tab.sent_ids(), ["b"]);
    let failed = |link: &Link| link.outbox()[0].failed;
    assert_eq!(failed(&tab.link), Some(ErrorCode::NotFound), "the next page must not send it unasked");
    let next = tab.link.successor(VISITOR);
    assert_eq!(failed(&next), None, "a new conversation may take it");
    tab.get(ack("b", 1));
    tab.put(Input::Retry { client_id: id("a") });
    assert_eq!(tab.sent_ids(), ["a"]);
    let long = Draft::Text { client_id: id("l"), text: "x".repeat(limits::TEXT_CHARS + 1) };
    tab.put(Input::Write(long));
    assert_eq!(tab.sent_ids(), [""; 0]);
    assert_eq!(tab.link.pending().last().unwrap().failed, Some(ErrorCode::TooLarge));
}

#[test]
fn r_66_a_comment_is_told_again_until_it_was_heard() {
    let told = |comment: Option<&str>| {
        let comment = comment.map(str::to_owned);
        ClientFrame::Helpful { seq: 1, yes: false, reason: Some(Reason::Wrong), comment }
    };
    let heard = ServerFrame::Helpful { seq: 1, yes: false, reason: Some(Reason::Wrong) };
    let mut tab = Tab::live();
    tab.put(Input::Tell(told(None)));
    tab.get(heard.clone());
    tab.put(Input::Tell(told(Some("it moved"))));
    assert_eq!(tab.sent(), [&told(Some("it moved"))]);
    tab.put(Input::Closed { code: 1006 });
    tab.put(Input::Wake);
    tab.connect(0, vec![]);
    assert_eq!(tab.sent(), [&told(Some("it moved"))], "nothing tells that it arrived");
    tab.get(heard);
    tab.put(Input::Closed { code: 1006 });
    tab.put(Input::Wake);
    tab.connect(0, vec![]);
    assert_eq!(tab.sent(), [&ClientFrame::End; 0]);
}

#[test]
fn r_77_what_a_conversation_does_not_take_any_more_goes_into_a_new_one() {
    for code in [ErrorCode::Ended, ErrorCode::Full] {
        let mut tab = Tab::live();
        for name in ["a", "b", "c"] {
            tab.put(Input::Write(text(name)));
        }
        tab.get(ack("a", 1));
        tab.get(error(code, Some("b")));
        assert_eq!(tab.effects[0], Effect::Close);
        // After the timer of this link, which the next one must not lose its own to.
        assert!(matches!(tab.effects[..], [.., Effect::Timer(None), Effect::Over]), "{:?}", tab.effects);
        assert_eq!((tab.sent_ids(), tab.link.line()), (vec![], Line::Idle));
        tab.put(Input::Wake);
        assert_eq!(tab.effects, [], "it is not gone back to");
        let mut next = Tab { link: tab.link.successor(VISITOR), ..Tab::new() };
        next.put(Input::Start);
        next.connect(0, vec![]);
        assert_eq!(next.sent_ids(), ["b"]);
        next.get(ack("b", 1));
        assert_eq!(next.sent_ids(), ["c"], "what is in the log of the former is not said again");
        assert_eq!(next.link.pending().len(), 2);
    }
}

#[test]
fn r_77_a_person_asked_for_too_late_is_asked_for_in_a_new_conversation() {
    let mut tab = Tab::live();
    tab.put(Input::Tell(ClientFrame::Helpful { seq: 1, yes: true, reason: None, comment: None }));
    tab.put(Input::Tell(ClientFrame::Handoff));
    tab.get(error(ErrorCode::Ended, None));
    assert_eq!(tab.effects.last(), Some(&Effect::Over));
    assert!(tab.link.has_unsaid());
    let mut next = Tab { link: tab.link.successor(VISITOR), ..Tab::new() };
    next.put(Input::Start);
    next.connect(0, vec![]);
    assert_eq!(next.sent(), [&ClientFrame::Handoff]);
}

#[test]
fn r_77_a_full_conversation_that_takes_no_rating_goes_on() {
    let mut tab = Tab::live();
    tab.put(Input::Tell(ClientFrame::Rate { score: 5, comment: None }));
    tab.get(error(ErrorCode::Full, None));
    assert_eq!((tab.link.line(), tab.effects.contains(&Effect::Over)), (Line::Live, false));
}

#[test]
fn r_33_what_is_refused_to_an_agent_fails() {
    let mut tab = Tab { link: Link::new(Side::Agent, vec![]), ..Tab::new() };
    tab.put(Input::Start);
    tab.connect(0, vec![]);
    tab.put(Input::Write(text("a")));
    tab.get(error(ErrorCode::Ended, Some("a")));
    assert_eq!((tab.link.line(), tab.link.pending()[0].failed), (Line::Live, Some(ErrorCode::Ended)));
    assert!(!tab.effects.contains(&Effect::Over));
}

#[test]
fn r_39_the_next_page_finds_the_order_by_the_times_whatever_the_clock_does() {
    let mut tab = Tab::new();
    tab.put(Input::Write(Draft::Text { client_id: id("x"), text: "x".repeat(limits::TEXT_CHARS + 1) }));
    for (name, now) in [("a", 2_000_000), ("b", 2_000_000), ("c", 1_000)] {
        tab.now = Millis(now);
        tab.put(Input::Write(text(name)));
    }
    tab.put(Input::Retry { client_id: id("x") });
    let outbox = tab.link.outbox();
    let ids: Vec<_> = outbox.iter().map(|p| p.draft.client_id().as_str()).collect();
    assert_eq!(ids, ["a", "b", "c", "x"]);
    assert!(outbox.is_sorted_by(|a, b| a.at < b.at), "{outbox:?}");
}

#[test]
fn r_34_told_to_slow_down_everything_unconfirmed_goes_again_in_order() {
    let mut tab = Tab::live();
    for name in ["a", "b"] {
        tab.put(Input::Write(text(name)));
    }
    tab.get(error(ErrorCode::RateLimited, None));
    assert_eq!(tab.sent_ids(), [""; 0]);
    assert_eq!(tab.timer, Some(tab.now.plus(2_000)));
    tab.timer();
    assert_eq!(tab.sent_ids(), ["a"]);
}

#[test]
fn r_39_two_tabs_adopt_each_others_outbox_without_doubling() {
    let mut first = Tab::live();
    first.put(Input::Write(text("a")));
    let stored = first.link.pending().to_vec();
    let mut second = Tab::live();
    for _ in 0..2 {
        second.put(Input::Adopt { outbox: stored.clone() });
    }
    assert_eq!(second.link.pending().len(), 1);
    for tab in [&mut first, &mut second] {
        tab.get(live(0, message(1, Sender::Visitor, Some("a"))));
        tab.put(Input::Adopt { outbox: stored.clone() });
        assert_eq!((tab.link.pending().len(), tab.seqs()), (0, vec![1]));
    }
}

#[test]
fn requests_follow_the_messages_and_repeat_until_they_took_effect() {
    let mut tab = Tab::live();
    tab.put(Input::Write(text("a")));
    tab.put(Input::Tell(ClientFrame::End));
    assert_eq!(tab.sent().len(), 0);
    tab.get(live(0, message(1, Sender::Visitor, Some("a"))));
    assert_eq!(tab.sent(), [&ClientFrame::End]);
    tab.put(Input::Closed { code: 1006 });
    tab.timer();
    tab.connect(1, vec![]);
    assert_eq!(tab.sent(), [&ClientFrame::End]);
    tab.get(ServerFrame::Stage { stage: Stage::Ended { by: EndedBy::Visitor, at: tab.now, rating: None } });
    tab.put(Input::Closed { code: 1006 });
    tab.timer();
    tab.connect(1, vec![]);
    assert_eq!(tab.sent().len(), 0);
}

#[test]
fn a_request_whose_trace_is_in_the_log_is_not_repeated() {
    let mut tab = Tab::live();
    tab.put(Input::Tell(ClientFrame::Handoff));
    assert_eq!(tab.sent(), [&ClientFrame::Handoff]);
    tab.put(Input::Closed { code: 1006 });
    tab.timer();
    let mut event = message(1, Sender::System, None);
    event.body = Body::Event { event: Event::HandoffRequested };
    // Meanwhile nobody was online, and the stage is another one again.
    tab.connect(0, vec![event]);
    assert_eq!(tab.sent().len(), 0);
}

#[test]
fn marks_are_told_once_and_reading_spares_the_delivery() {
    let mut tab = Tab::live();
    tab.get(live(0, theirs(1)));
    assert_eq!((tab.sent().len(), tab.link.unread()), (0, 1));
    tab.put(Input::Seen);
    assert_eq!((tab.sent(), tab.link.unread()), (vec![&ClientFrame::Read { seq: 1 }], 0));
    tab.put(Input::Seen);
    assert_eq!(tab.sent().len(), 0);
    tab.get(live(1, theirs(2)));
    tab.timer();
    assert_eq!(tab.sent(), [&ClientFrame::Delivered { seq: 2 }]);
    // One's own message needs no confirmation.
    tab.get(live(2, message(3, Sender::Visitor, None)));
    tab.put(Input::Seen);
    tab.wait(SECOND);
    tab.put(Input::Pong);
    assert!(tab.sent().is_empty() || tab.sent() == [&ClientFrame::Read { seq: 3 }]);
}

#[test]
fn a_reader_whose_side_has_read_all_still_confirms_now_and_then() {
    let mut tab = Tab::live();
    let mut confirmed = 0;
    for seq in 1..=3_000 {
        tab.get(live(seq - 1, message(seq, Sender::Visitor, None)));
        confirmed += tab.sent().len();
    }
    assert_eq!(confirmed, 3_000 / limits::CONFIRM_EVERY as usize);
    // Long ones weigh more: whoever reads is never near the bytes that may be on their way.
    let body = Body::Text { text: "\u{1F600}".repeat(limits::TEXT_CHARS), lang: None };
    let mut unconfirmed = 0;
    for seq in 3_001..=3_200 {
        tab.get(live(seq - 1, Message { body: body.clone(), ..message(seq, Sender::Visitor, None) }));
        unconfirmed = if tab.sent().is_empty() { unconfirmed + 4 * limits::TEXT_CHARS } else { 0 };
        assert!(unconfirmed < limits::UNCONFIRMED_BYTES / 3, "{unconfirmed}");
    }
}

#[test]
fn typing_is_spaced_and_the_other_sides_ends_by_itself() {
    let mut tab = Tab::live();
    let mut typed = 0;
    for _ in 0..100 {
        tab.put(Input::Typing);
        typed += tab.sent().len();
        tab.wait(SECOND / 10);
    }
    assert_eq!(typed, 4);
    tab.get(ServerFrame::Typing { from: Party::Agent, on: true });
    assert!(tab.link.typing(tab.now));
    assert!(!tab.link.typing(tab.now.plus(limits::TYPING_LASTS)));
    tab.get(live(0, theirs(1)));
    assert!(!tab.link.typing(tab.now));
}

#[test]
fn nobody_is_typing_after_the_stage_changed() {
    let mut tab = Tab::live();
    tab.get(ServerFrame::Typing { from: Party::Agent, on: true });
    assert!(tab.link.typing(tab.now));
    tab.get(ServerFrame::Stage { stage: crate::protocol::Stage::Bot });
    assert!(!tab.link.typing(tab.now));
}

#[test]
fn the_outbox_is_bounded_and_says_so() {
    let mut tab = Tab::new();
    for n in 0..limits::OUTBOX_MESSAGES + 5 {
        assert_eq!(tab.link.has_room(), n < limits::OUTBOX_MESSAGES);
        tab.put(Input::Write(text(&n.to_string())));
    }
    assert_eq!(tab.link.pending().len(), limits::OUTBOX_MESSAGES);
}

#[test]
fn r_167_a_choice_is_said_before_the_request_it_was_made_for_and_again_with_it() {
    let choose = ClientFrame::Choose { group: crate::ids::GroupId::new("returns").ok() };
    let mut tab = Tab::live();
    tab.put(Input::Tell(choose.clone()));
    assert_eq!(tab.sent(), [&choose]);
    tab.put(Input::Tell(ClientFrame::Handoff));
    assert_eq!(tab.sent(), [&ClientFrame::Handoff]);
    tab.put(Input::Closed { code: 1006 });
    tab.timer();
    tab.connect(0, vec![]);
    assert_eq!(tab.sent(), [&choose, &ClientFrame::Handoff]);
    let mut next = Tab { link: tab.link.successor(VISITOR), ..Tab::new() };
    next.put(Input::Start);
    next.connect(0, vec![]);
    assert_eq!(next.sent(), [&choose, &ClientFrame::Handoff]);
}

#[test]
fn r_168_what_is_wrong_with_an_identity_takes_no_request_back() {
    let mut tab = Tab::live();
    tab.put(Input::Tell(ClientFrame::Handoff));
    tab.get(error(ErrorCode::IdentityExpired, None));
    tab.put(Input::Closed { code: 1006 });
    tab.timer();
    tab.connect(0, vec![]);
    assert_eq!(tab.sent(), [&ClientFrame::Handoff]);
}
