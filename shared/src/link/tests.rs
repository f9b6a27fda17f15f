//! R-30 … R-39, the client's rules, one link at a time. The simulation joins links to the real machine.

mod line;
mod replica;
mod sending;
mod stampede;

use super::*;
use crate::ids::{AgentId, ConversationId};
use crate::limits;
use crate::protocol::close;
use crate::protocol::conversation::{Marks, Party};
use crate::protocol::message::{Body, Event, Sender};
use crate::protocol::stage::{AgentCard, EndedBy, Stage};
use crate::time::{MINUTE, SECOND};

const ENTROPY: u64 = 400;
const VISITOR: Side = Side::Visitor { lang: Lang::En };

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
        reasons: vec![],
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
        let link = Link::new(VISITOR, outbox);
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
