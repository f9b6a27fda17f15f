//! The rules of SPEC.md, one conversation at a time. The harness restores the machine from its row, its log and its
//! attachments before every input, so that every test also shows that eviction changes nothing.

mod access;
mod bot;
mod messages;
mod misses;
mod passes;
mod slow;
mod stages;
mod watch;

use super::state::State;
use super::*;
use crate::exchange::HandoffNo;
use crate::faq::mood::Mood;
use crate::ids::AgentId;
use crate::limits;
use crate::protocol::conversation::Marks;
use crate::protocol::message::{Event, Offered};
use crate::protocol::stage::{EndedBy, Fallback, Product, QueuePlace, Stage, WaitShown};
use crate::protocol::{ErrorCode, close};
use crate::security::identity::{Customer, Identity};
use crate::testing::MemoryLog;
use crate::time::{DAY, MINUTE, Millis, SECOND};

const VISITOR: SocketId = SocketId(1);
const MEI: SocketId = SocketId(2);
const SORA: SocketId = SocketId(3);
/// A second tab of the visitor.
const TAB: SocketId = SocketId(4);

struct Room {
    machine: Conversation,
    log: MemoryLog,
    /// The state as it is saved.
    row: State,
    attachments: Vec<Attachment>,
    now: Millis,
    /// Effects of the last input but Append and Save, which are performed.
    effects: Vec<Effect>,
    /// Whether to restore before every input.
    evicting: bool,
}

fn card(name: &str) -> AgentCard {
    AgentCard { id: AgentId::new(name).unwrap(), name: name.into() }
}

fn id(text: &str) -> ClientId {
    ClientId::new(text).unwrap()
}

fn visitor() -> Principal {
    Principal::Visitor { visitor: VisitorId::new("v").unwrap() }
}

fn create(opener: Option<Body>) -> Input {
    Input::Create {
        site: SiteKey::new("tidewater").unwrap(),
        conversation: ConversationId::new("c").unwrap(),
        visitor: VisitorId::new("v").unwrap(),
        lang: Lang::En,
        page: None,
        opener,
    }
}

fn hello(after: u64) -> ClientFrame {
    ClientFrame::Hello { after, lang: None, page: None }
}

fn say(client_id: &str) -> ClientFrame {
    ClientFrame::Send { client_id: id(client_id), text: format!("text of {client_id}") }
}

fn answer(entry: &str) -> BotSays {
    BotSays::Body(Body::Answer {
        entry: EntryId::new(entry).unwrap(),
        title: format!("title of {entry}"),
        text: "So it is.".into(),
        lang: Lang::En,
        asked: None,
        sources: vec![],
        ask: None,
    })
}

fn place(position: u32) -> QueuePlace {
    QueuePlace::new(position, WaitShown::Range { low_min: 3, high_min: 7 })
}

impl Room {
    /// A created conversation with the visitor connected and greeted.
    fn new() -> Self {
        let mut room = Self::empty();
        room.put(create(None));
        room.join(VISITOR, visitor());
        room
    }

    fn empty() -> Self {
        Self {
            machine: Conversation::new(),
            log: MemoryLog::default(),
            row: State::default(),
            attachments: vec![],
            now: Millis(1_000_000),
            effects: vec![],
            evicting: true,
        }
    }

    /// With Mei (agent) and Sora (supervisor) looking on.
    fn with_agents() -> Self {
        let mut room = Self::new();
        room.join(MEI, Principal::Agent { agent: card("mei"), supervisor: false });
        room.join(SORA, Principal::Agent { agent: card("sora"), supervisor: true });
        room
    }

    /// Assigned to Mei.
    fn assigned() -> Self {
        let mut room = Self::with_agents();
        room.frame(VISITOR, ClientFrame::Handoff);
        room.put(Input::Desk(FromDesk::Assigned { handoff: HandoffNo(1), agent: card("mei") }));
        room
    }

    fn join(&mut self, socket: SocketId, who: Principal) {
        self.put(Input::Connect { socket, who, pass: None });
        self.frame(socket, hello(0));
    }

    fn frame(&mut self, socket: SocketId, frame: ClientFrame) {
        self.put(Input::Frame { socket, frame, renewed: None });
    }

    fn put(&mut self, input: Input) {
        if self.evicting {
            let row = serde_json::to_string(&self.row).unwrap();
            self.machine =
                Conversation::restore(serde_json::from_str(&row).unwrap(), self.attachments.clone());
        }
        if let Input::Disconnect { socket } = &input {
            self.attachments.retain(|a| a.socket != *socket);
        }
        let effects = self.machine.handle(self.now, input, &self.log);
        let durable = |e: &Effect| {
            matches!(
                e,
                Effect::Append(_) | Effect::Save | Effect::Post(_) | Effect::Summarise(_) | Effect::Miss(_)
            )
        };
        let sends = effects.iter().skip_while(|e| durable(e) || matches!(e, Effect::Attach(_)));
        assert!(!sends.clone().any(durable), "R-11: nothing is sent before everything is durable");
        self.effects.clear();
        for effect in effects {
            match effect {
                Effect::Append(message) => {
                    self.row.absorb(&message);
                    self.log.append(message).unwrap();
                }
                Effect::Save => self.row = self.machine.state().clone(),
                Effect::Attach(attachment) => {
                    self.attachments.retain(|a| a.socket != attachment.socket);
                    self.attachments.push(attachment);
                }
                Effect::Close { socket, .. } => {
                    self.attachments.retain(|a| a.socket != socket);
                    self.effects.push(effect);
                }
                _ => self.effects.push(effect),
            }
        }
        assert!(self.machine.state().is_saved_as(&self.row), "R-11: a change of state is saved");
        assert_eq!(self.machine.state().last, self.log.last(u64::MAX, false));
        assert_eq!(self.machine.state().last_public, self.log.last(u64::MAX, true));
    }

    fn reply(&mut self, seq: u64, say: BotSays) {
        self.put(Input::Bot { seq, reply: BotReply { lang: None, say, flow: None } });
    }

    fn wait(&mut self, ms: u64) {
        self.now = self.now.plus(ms);
    }

    /// Frames the last input sent to a socket.
    fn got(&self, to: SocketId) -> Vec<&ServerFrame> {
        let sends = self.effects.iter().filter_map(|e| match e {
            Effect::Send { socket, frame } if *socket == to => Some(&**frame),
            _ => None,
        });
        sends.collect()
    }

    fn error(&self, to: SocketId) -> Option<ErrorCode> {
        self.got(to)
            .iter()
            .find_map(|f| if let ServerFrame::Error { code, .. } = f { Some(*code) } else { None })
    }

    fn posts(&self) -> Vec<&ToDesk> {
        self.effects
            .iter()
            .filter_map(|e| if let Effect::Post(item) = e { Some(item) } else { None })
            .collect()
    }

    fn asked(&self) -> Vec<&BotQuestion> {
        self.effects.iter().filter_map(|e| if let Effect::AskBot(q) = e { Some(q) } else { None }).collect()
    }

    fn closes(&self) -> Vec<(SocketId, u16)> {
        let of = |e: &Effect| {
            if let Effect::Close { socket, code } = e { Some((*socket, *code)) } else { None }
        };
        self.effects.iter().filter_map(of).collect()
    }

    fn stage(&self) -> &Stage {
        &self.machine.state().stage
    }

    /// Bodies of the log, the events' without their type.
    fn bodies(&self) -> Vec<&Body> {
        self.log.messages().iter().map(|m| &m.body).collect()
    }

    fn events(&self) -> Vec<&Event> {
        self.bodies()
            .iter()
            .filter_map(|b| if let Body::Event { event } = b { Some(event) } else { None })
            .collect()
    }
}
