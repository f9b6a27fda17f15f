//! R-30 … R-39, the client's rules, one link at a time. The simulation joins links to the real machine.

use super::*;
use crate::ids::{AgentId, ConversationId};
use crate::limits;
use crate::protocol::close;
use crate::protocol::conversation::{Marks, Party};
use crate::protocol::message::{Body, Event, Sender};
use crate::protocol::stage::{AgentCard, EndedBy, Stage};
use crate::time::SECOND;

const ENTROPY: u64 = 400;

struct Tab {
    link: Link,
    now: Millis,
    effects: Vec<Effect>,
    timer: Option<Millis>,
}

fn id(text: &str) -> ClientId {
    ClientId::new(text).unwrap()
}

fn text(client_id: &str) -> Draft {
    Draft::Text { client_id: id(client_id), text: "words".into() }
}

fn message(seq: u64, from: Sender, client_id: Option<&str>) -> Message {
    let body = Body::Text { text: "words".into(), lang: None };
    Message { seq, at: Millis(seq), from, client_id: client_id.map(id), body }
}

fn mei() -> Sender {
    Sender::Agent { agent: AgentCard { id: AgentId::new("mei").unwrap(), name: "Mei".into() } }
}

fn theirs(seq: u64) -> Message {
    message(seq, mei(), None)
}

fn live(prev: u64, message: Message) -> ServerFrame {
    ServerFrame::Message { prev, message }
}

fn page(after: u64, messages: Vec<Message>) -> ServerFrame {
    ServerFrame::Page { after, messages, more: false, ask: false }
}

fn welcome(last: u64, stage: Stage) -> ServerFrame {
    ServerFrame::Welcome {
        conversation: ConversationId::new("c").unwrap(),
        last,
        stage,
        lang: Lang::En,
        pinned: false,
        read: Marks::default(),
        token: None,
        page: None,
        visitor_here: false,
        helpful: vec![],
    }
}

fn ack(client_id: &str, seq: u64) -> ServerFrame {
    ServerFrame::Ack { client_id: id(client_id), seq, at: Millis(seq) }
}

fn error(code: ErrorCode, client_id: Option<&str>) -> ServerFrame {
    ServerFrame::Error { code, client_id: client_id.map(id), retry_after: Some(2_000) }
}

impl Tab {
    fn new() -> Self {
        Self::with(vec![])
    }

    fn with(outbox: Vec<Pending>) -> Self {
        let link = Link::new(Side::Visitor { lang: Lang::En }, outbox);
        Self { link, now: Millis(1_000_000), effects: vec![], timer: None }
    }

    /// Connected, with an empty conversation.
    fn live() -> Self {
        let mut tab = Self::new();
        tab.put(Input::Start);
        tab.connect(0, vec![]);
        tab
    }

    fn put(&mut self, input: Input) {
        self.effects = self.link.handle(self.now, ENTROPY, input);
        for effect in &self.effects {
            if let Effect::Timer(at) = effect {
                self.timer = *at;
            }
        }
        let seqs: Vec<_> = self.link.messages().iter().map(|m| m.seq).collect();
        assert!(seqs.is_sorted_by(|a, b| a < b), "R-30: the replica is in order, without doubles");
    }

    fn get(&mut self, frame: ServerFrame) {
        self.put(Input::Frame(frame));
    }

    fn connect(&mut self, after: u64, messages: Vec<Message>) {
        self.put(Input::Opened);
        assert!(matches!(self.sent()[..], [ClientFrame::Hello { after: a, .. }] if *a == after));
        self.get(welcome(messages.last().map_or(after, |m| m.seq), Stage::Bot));
        self.get(page(after, messages));
        assert_eq!(self.link.line(), Line::Live);
    }

    fn wait(&mut self, ms: u64) {
        self.now = self.now.plus(ms);
    }

    fn timer(&mut self) {
        self.now = self.timer.take().unwrap();
        self.put(Input::Timer);
    }

    fn sent(&self) -> Vec<&ClientFrame> {
        let of = |e: &'_ Effect| matches!(e, Effect::Transmit(_));
        let frames = self.effects.iter().filter(|e| of(e));
        frames.filter_map(|e| if let Effect::Transmit(f) = e { Some(f) } else { None }).collect()
    }

    fn sent_ids(&self) -> Vec<&str> {
        self.sent().iter().filter_map(|f| f.client_id()).map(ClientId::as_str).collect()
    }

    fn seqs(&self) -> Vec<u64> {
        self.link.messages().iter().map(|m| m.seq).collect()
    }
}

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
fn r_31_a_message_is_shown_once_from_pending_to_read() {
    let mut tab = Tab::live();
    let check = |tab: &Tab, pending: Option<Delivery>, logged: Option<Delivery>| {
        let link = &tab.link;
        assert_eq!(link.pending().first().map(|p| link.pending_delivery(p)), pending);
        assert_eq!(link.messages().last().and_then(|m| link.delivery(m)), logged);
    };
    tab.put(Input::Write(text("a")));
    assert_eq!(tab.sent_ids(), ["a"]);
    assert!(matches!(&tab.effects[..], [_, Effect::Store(o), Effect::Changed, ..] if o.len() == 1));
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
    tab.get(error(ErrorCode::Ended, Some("a")));
    assert_eq!(tab.sent_ids(), ["b"]);
    let failed = |tab: &Tab| tab.link.pending()[0].failed;
    assert_eq!(failed(&tab), Some(ErrorCode::Ended));
    assert!(tab.link.outbox().iter().all(|p| p.failed.is_none()), "a new conversation may take it");
    tab.get(ack("b", 1));
    tab.put(Input::Retry { client_id: id("a") });
    assert_eq!(tab.sent_ids(), ["a"]);
    let long = Draft::Text { client_id: id("l"), text: "x".repeat(limits::TEXT_CHARS + 1) };
    tab.put(Input::Write(long));
    assert_eq!(tab.sent_ids(), [""; 0]);
    assert_eq!(tab.link.pending().last().unwrap().failed, Some(ErrorCode::TooLarge));
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
fn r_35_reconnecting_backs_off_with_full_jitter() {
    let mut link = Link::new(Side::Visitor { lang: Lang::En }, vec![]);
    let mut now = Millis(0);
    let _ = link.handle(now, 0, Input::Start);
    let mut most = vec![];
    for _ in 0..9 {
        let mut longest = 0;
        for entropy in (0..2_000).map(|n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15)) {
            let mut copy = link.clone();
            let _ = copy.handle(now, entropy, Input::Closed { code: 1006 });
            let Line::Waiting { until } = copy.line() else { panic!() };
            longest = longest.max(until.since(now));
        }
        most.push(longest.div_ceil(SECOND));
        let _ = link.handle(now, u64::MAX, Input::Closed { code: 1006 });
        now = now.plus(limits::BACKOFF_MOST);
        assert!(link.handle(now, 0, Input::Timer).contains(&Effect::Open));
    }
    assert_eq!(most, [1, 2, 4, 8, 16, 30, 30, 30, 30]);
}

#[test]
fn r_35_a_line_that_held_resets_the_delay() {
    let mut tab = Tab::live();
    for _ in 0..3 {
        tab.put(Input::Closed { code: 1006 });
        tab.put(Input::Wake);
        assert_eq!(tab.effects[0], Effect::Open, "a wake does not wait");
        tab.connect(0, vec![]);
    }
    tab.wait(limits::LINE_PROVED);
    tab.put(Input::Closed { code: 1006 });
    assert_eq!(tab.link.line(), Line::Waiting { until: tab.now.plus(ENTROPY) });
}

#[test]
fn r_36_a_silent_line_is_pinged_and_given_up() {
    let mut tab = Tab::live();
    tab.timer();
    assert_eq!(tab.effects[0], Effect::Ping);
    tab.put(Input::Pong);
    tab.timer();
    assert_eq!(tab.effects[0], Effect::Ping);
    tab.timer();
    assert_eq!(tab.effects[0], Effect::Close);
    assert!(matches!(tab.link.line(), Line::Waiting { .. }));
    tab.timer();
    assert_eq!(tab.effects[0], Effect::Open);
    tab.timer();
    assert_eq!(tab.effects[0], Effect::Close, "nor does it wait for ever for a socket to open");
}

#[test]
fn r_36_a_wake_proves_the_line_and_replaces_one_that_slept() {
    let mut tab = Tab::live();
    tab.put(Input::Wake);
    assert_eq!(tab.effects[0], Effect::Ping);
    tab.put(Input::Pong);
    tab.wait(60 * SECOND);
    tab.put(Input::Wake);
    assert_eq!(tab.effects[..2], [Effect::Close, Effect::Open]);
}

#[test]
fn r_37_sleep_closes_and_wake_resumes() {
    let mut tab = Tab::live();
    tab.get(live(0, theirs(1)));
    tab.put(Input::Sleep);
    assert_eq!((&tab.effects[0], tab.timer, tab.link.line()), (&Effect::Close, None, Line::Idle));
    tab.put(Input::Write(text("a")));
    tab.put(Input::Wake);
    tab.connect(1, vec![theirs(2)]);
    assert_eq!((tab.seqs(), tab.sent_ids()), (vec![1, 2], vec!["a"]));
    let mut never = Tab::new();
    never.put(Input::Wake);
    assert_eq!(never.effects, [], "there is nothing to connect to");
}

#[test]
fn r_38_a_refused_token_expels_and_keeps_the_outbox() {
    let mut tab = Tab::live();
    tab.put(Input::Write(text("a")));
    tab.put(Input::Closed { code: close::UNAUTHENTICATED });
    assert_eq!(tab.effects[0], Effect::Expelled { code: close::UNAUTHENTICATED });
    tab.put(Input::Wake);
    assert_eq!((tab.link.line(), tab.link.outbox().len()), (Line::Idle, 1));
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
    for seq in 1..=1_000 {
        tab.get(live(seq - 1, message(seq, Sender::Visitor, None)));
        confirmed += tab.sent().len();
    }
    assert_eq!(confirmed, 1_000 / limits::CONFIRM_EVERY as usize);
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

#[test]
fn a_clock_that_jumps_back_stops_nothing() {
    let mut tab = Tab::live();
    tab.put(Input::Closed { code: 1006 });
    tab.now = Millis(5);
    tab.put(Input::Timer);
    assert_eq!(tab.effects[0], Effect::Open);
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
