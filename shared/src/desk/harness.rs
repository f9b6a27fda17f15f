//! A desk with its storage and its consoles, for tests: performs the effects, checks their order, and can evict the desk
//! at any point.

use std::collections::{BTreeMap, BTreeSet};

use super::insights::Record;
use super::{AgentProfile, Attachment, Desk, Effect, Input};
use crate::conversation::SocketId;
use crate::exchange::{FromDesk, HandoffNo, ToDesk};
use crate::ids::{AgentId, ConversationId, VisitorId};
use crate::lang::Lang;
use crate::protocol::desk::{Brief, Presence, TransferTo};
use crate::protocol::stage::{AgentCard, QueuePlace, default_group};
use crate::protocol::{DeskFrame, DeskRequest, ErrorCode};
use crate::routing::Routing;
use crate::site::Role;
use crate::time::Millis;

pub(super) fn conv(n: u32) -> ConversationId {
    ConversationId::new(format!("c{n}")).unwrap()
}

pub(super) fn agent_id(name: &str) -> AgentId {
    AgentId::new(name).unwrap()
}

pub(super) fn profile(name: &str, capacity: u32) -> AgentProfile {
    AgentProfile {
        agent: AgentCard { id: agent_id(name), name: name.to_uppercase() },
        role: Role::Agent,
        capacity,
        groups: vec![default_group()],
        languages: vec![Lang::En],
    }
}

pub(super) fn brief(lang: Lang, preview: &str) -> Brief {
    Brief { preview: preview.into(), ..Brief::empty(lang) }
}

/// What an input brought about, sorted by kind.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Step {
    pub(super) posts: Vec<(ConversationId, FromDesk)>,
    pub(super) sends: Vec<(SocketId, DeskFrame)>,
    pub(super) closes: Vec<(SocketId, u16)>,
    pub(super) records: Vec<Record>,
    /// Who was told that somebody stands behind them, or that nobody does any more, and nothing else.
    pub(super) followed: Vec<(ConversationId, bool)>,
    pub(super) writes: usize,
}

impl Step {
    pub(super) fn errors(&self) -> Vec<ErrorCode> {
        let code = |(_, frame): &(SocketId, DeskFrame)| match frame {
            DeskFrame::Error { code, .. } => Some(*code),
            _ => None,
        };
        self.sends.iter().filter_map(code).collect()
    }

    /// The posts in short: `c1 assigned ann`, `c2 queued 1`.
    pub(super) fn told(&self) -> Vec<String> {
        let text = |(conversation, item): &(ConversationId, FromDesk)| match item {
            FromDesk::Queued { place, .. } => format!("{conversation} queued {}", place.position),
            FromDesk::Offline { .. } => format!("{conversation} offline"),
            FromDesk::NotTaken { .. } => format!("{conversation} not taken"),
            FromDesk::Note { from, text, .. } => format!("{conversation} note by {}: {text}", from.id),
            FromDesk::Assigned { agent, .. } => format!("{conversation} assigned {}", agent.id),
            FromDesk::Requeued { lost, place, given_back, .. } => {
                let how = if *given_back { "given back by" } else { "requeued from" };
                let place = place.as_ref().map_or("away".into(), |place| place.position.to_string());
                format!("{conversation} {how} {lost} {place}")
            }
        };
        self.posts.iter().map(text).collect()
    }
}

#[derive(Debug, Default)]
pub(super) struct Harness {
    pub(super) desk: Desk,
    pub(super) cells: BTreeMap<String, String>,
    pub(super) open: BTreeMap<SocketId, AgentId>,
    pub(super) now: Millis,
    /// What everybody was told last.
    told: BTreeMap<ConversationId, QueuePlace>,
    trusting: bool,
    next_socket: u64,
}

impl Harness {
    pub(super) fn new() -> Self {
        Self { now: Millis(1_700_000_000_000), ..Self::default() }
    }

    /// Without restoring after every step: the test says when.
    pub(super) fn trusting() -> Self {
        Self { trusting: true, ..Self::new() }
    }

    /// No restoring after every step from now on.
    pub(super) fn trust(&mut self) {
        self.trusting = true;
    }

    /// Handles an input, performs the effects, and checks that a restored desk equals the live one.
    pub(super) fn step(&mut self, input: Input) -> Step {
        if let Input::Disconnect { socket } = &input {
            self.open.remove(socket);
        }
        let effects = self.desk.handle(self.now, input);
        let rank = |effect: &Effect| match effect {
            Effect::Put { .. } | Effect::Delete { .. } | Effect::Record(_) => 0,
            Effect::Post { .. } => 1,
            Effect::Send { .. } => 2,
            Effect::Close { .. } => 3,
        };
        assert!(effects.is_sorted_by_key(rank), "durable first: {effects:#?}");
        let mut step = Step::default();
        let mut touched = BTreeSet::new();
        for effect in effects {
            match effect {
                Effect::Put { key, json } => {
                    assert!(touched.insert(key.clone()), "one write a cell: {key}");
                    step.writes += 1;
                    self.cells.insert(key, json);
                }
                Effect::Delete { key } => {
                    assert!(touched.insert(key.clone()), "one write a cell: {key}");
                    step.writes += 1;
                    if let Some(id) = key.strip_prefix("place/") {
                        self.told.retain(|told, _| told.as_str() != id);
                    }
                    self.cells.remove(&key);
                }
                Effect::Record(record) => step.records.push(record),
                Effect::Post { conversation, item } => self.hear(&mut step, conversation, item),
                Effect::Send { socket, frame } => {
                    assert!(self.open.contains_key(&socket), "{socket:?} is closed: {frame:?}");
                    step.sends.push((socket, frame));
                }
                Effect::Close { socket, code } => {
                    self.open.remove(&socket);
                    step.closes.push((socket, code));
                }
            }
        }
        if !self.trusting {
            self.check_restored();
        }
        step
    }

    fn hear(&mut self, step: &mut Step, conversation: ConversationId, item: FromDesk) {
        let place = match &item {
            FromDesk::Queued { place, .. } => Some(place.clone()),
            FromDesk::Requeued { place, .. } => place.clone(),
            _ => None,
        };
        let before = match place.clone() {
            Some(place) => self.told.insert(conversation.clone(), place),
            None => self.told.remove(&conversation),
        };
        match (before, place) {
            (Some(before), Some(place))
                if before.followed != place.followed
                    && (QueuePlace { followed: place.followed, ..before.clone() }) == place =>
            {
                step.followed.push((conversation, place.followed));
            }
            _ => step.posts.push((conversation, item)),
        }
    }

    pub(super) fn check_restored(&mut self) {
        let mut restored = self.restored();
        assert_eq!(restored, self.desk, "restoring must give the same desk");
        assert_eq!(restored.next_due(), self.desk.next_due());
        assert_eq!(restored.availability(self.now), self.desk.availability(self.now));
    }

    fn restored(&self) -> Desk {
        let (mut desk, bad) = Desk::restore(self.cells.clone());
        assert_eq!(bad, Vec::<String>::new());
        desk.restore_sockets(self.attachments());
        desk
    }

    pub(super) fn attachments(&self) -> Vec<Attachment> {
        self.open.iter().map(|(socket, agent)| Attachment { socket: *socket, agent: agent.clone() }).collect()
    }

    /// Evicts the desk and restores it from its cells and open sockets.
    pub(super) fn evict(&mut self) {
        self.desk = self.restored();
    }

    pub(super) fn wait(&mut self, ms: u64) {
        self.now = self.now.plus(ms);
    }

    /// Lets time pass, with a tick whenever one is due, all open windows being alive.
    pub(super) fn pass(&mut self, ms: u64) -> Step {
        let end = self.now.plus(ms);
        let mut all = Step::default();
        while let Some(due) = self.desk.next_due().filter(|due| *due <= end) {
            self.now = due.max(self.now);
            let step = self.tick();
            all.posts.extend(step.posts);
            all.sends.extend(step.sends);
            all.closes.extend(step.closes);
            all.followed.extend(step.followed);
            all.writes += step.writes;
        }
        self.now = end;
        all
    }

    /// A tick, all open windows having just answered a ping.
    pub(super) fn tick(&mut self) -> Step {
        let sockets: Vec<_> = self.open.keys().copied().collect();
        for socket in sockets {
            self.step(Input::Alive { socket, at: self.now });
        }
        self.step(Input::Tick)
    }

    /// A new socket of an agent, open but not yet made known to the desk.
    pub(super) fn socket(&mut self, agent: &AgentId) -> SocketId {
        self.next_socket += 1;
        let socket = SocketId(self.next_socket);
        self.open.insert(socket, agent.clone());
        socket
    }

    pub(super) fn connect(&mut self, profile: AgentProfile) -> SocketId {
        let socket = self.socket(&profile.agent.id);
        self.step(Input::Connect { socket, profile, pass: None });
        socket
    }

    pub(super) fn request(&mut self, socket: SocketId, request: DeskRequest) -> Step {
        self.step(Input::Frame { socket, request })
    }

    pub(super) fn presence(&mut self, socket: SocketId, presence: Presence) -> Step {
        self.request(socket, DeskRequest::Presence { presence })
    }

    /// An agent with a greeted window, online.
    pub(super) fn online(&mut self, profile: AgentProfile) -> SocketId {
        let socket = self.connect(profile);
        self.request(socket, DeskRequest::Hello);
        self.presence(socket, Presence::Online);
        socket
    }

    pub(super) fn take(&mut self, socket: SocketId, n: u32) -> Step {
        self.request(socket, DeskRequest::Take { conversation: conv(n) })
    }

    pub(super) fn give_back(&mut self, socket: SocketId, n: u32) -> Step {
        self.request(socket, DeskRequest::Return { conversation: conv(n) })
    }

    pub(super) fn say(&mut self, item: ToDesk) -> Step {
        self.step(Input::Conversation(item))
    }

    pub(super) fn ask(&mut self, n: u32, no: u32) -> Step {
        self.ask_in(n, no, Lang::En)
    }

    pub(super) fn ask_in(&mut self, n: u32, no: u32, lang: Lang) -> Step {
        let item = ToDesk::Handoff {
            conversation: conv(n),
            handoff: HandoffNo(no),
            at: self.now,
            brief: brief(lang, "help"),
            visitor: None,
        };
        self.say(item)
    }

    /// With what is known of the visitor.
    pub(super) fn ask_with(&mut self, n: u32, brief: Brief, visitor: Option<&str>) -> Step {
        let visitor = visitor.map(|id| VisitorId::new(id).unwrap());
        let (conversation, handoff, at) = (conv(n), HandoffNo(1), self.now);
        self.say(ToDesk::Handoff { conversation, handoff, at, brief, visitor })
    }

    pub(super) fn vip(&mut self, n: u32, level: u8) -> Step {
        self.ask_with(n, Brief { vip: level, ..brief(Lang::En, "help") }, None)
    }

    pub(super) fn route_by(&mut self, version: u64, routing: Routing) -> Step {
        self.step(Input::Routing { version, routing, believed: Default::default() })
    }

    pub(super) fn transfer(&mut self, socket: SocketId, n: u32, to: TransferTo, note: Option<&str>) -> Step {
        let note = note.map(String::from);
        self.request(socket, DeskRequest::Transfer { conversation: conv(n), to, note })
    }

    pub(super) fn withdraw(&mut self, n: u32, no: u32) -> Step {
        self.say(ToDesk::Withdraw { conversation: conv(n), handoff: HandoffNo(no) })
    }

    pub(super) fn end(&mut self, n: u32, no: u32) -> Step {
        let (conversation, handoff, at) = (conv(n), HandoffNo(no), self.now);
        self.say(ToDesk::Ended { conversation, handoff, at, replied: true })
    }

    /// The agent who has it begins to write.
    pub(super) fn attend(&mut self, n: u32, no: u32) -> Step {
        self.say(ToDesk::Attended { conversation: conv(n), handoff: HandoffNo(no) })
    }

    pub(super) fn visitor(&mut self, n: u32, no: u32, here: bool) -> Step {
        self.say(ToDesk::Visitor { conversation: conv(n), handoff: HandoffNo(no), here })
    }

    pub(super) fn leave_message(&mut self, n: u32, no: u32) -> Step {
        let (conversation, handoff, at) = (conv(n), HandoffNo(no), self.now);
        self.say(ToDesk::MessageLeft {
            conversation,
            handoff,
            at,
            brief: brief(Lang::En, "call me"),
            call_back: false,
        })
    }
}
