//! The desk machine, event by event: how long each takes with all it writes and sends as JSON, by kind of event.

use std::collections::BTreeMap;
use std::fmt::Write;

use shared::conversation::SocketId;
use shared::desk::{AgentProfile, Desk, Effect, Input};
use shared::exchange::{HandoffNo, ToDesk};
use shared::ids::{AgentId, BadId, ConversationId, GroupId};
use shared::lang::Lang;
use shared::protocol::desk::{Brief, Presence, TransferTo};
use shared::protocol::{AgentCard, DeskFrame, DeskRequest};
use shared::site::Role;
use shared::testing::Rng;
use shared::time::Millis;

use crate::Clock;

/// What cannot happen to a desk that this makes up itself.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Id(#[from] BadId),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// How much there is to do.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub waiting: usize,
    pub agents: u32,
    pub events: usize,
}

/// Milliseconds between two events.
const APART: u64 = 40;
/// Milliseconds until an alarm that is due goes off.
const ALARM: u64 = 4;
/// The goal, in milliseconds.
const GOAL: f64 = 5.0;

struct Shop {
    desk: Desk,
    now: Millis,
    rng: Rng,
    /// Who has each conversation, as the desk says.
    held: BTreeMap<ConversationId, (AgentId, u32)>,
    waiting: Vec<(ConversationId, u32)>,
    next: u32,
    sockets: BTreeMap<AgentId, SocketId>,
    took: BTreeMap<&'static str, Vec<f64>>,
    sent: usize,
    due: Option<Millis>,
    clock: Clock,
}

impl Shop {
    /// One event, timed to the last byte it sends.
    fn handle(&mut self, kind: &'static str, input: Input) -> Result<(), Error> {
        let begun = (self.clock)();
        let effects = self.desk.handle(self.now, input);
        let due = self.desk.next_due();
        let mut last: Option<(DeskFrame, usize)> = None;
        let mut bytes = 0;
        for effect in &effects {
            match effect {
                Effect::Put { key, json } => bytes += key.len() + json.len(),
                Effect::Post { item, .. } => bytes += serde_json::to_string(item)?.len(),
                // The same frame goes to many windows and is written once, as in the Worker.
                Effect::Send { frame, .. } => {
                    if last.as_ref().is_none_or(|(former, _)| former != frame) {
                        last = Some((frame.clone(), serde_json::to_string(frame)?.len()));
                    }
                    bytes += last.as_ref().map_or(0, |(_, len)| *len);
                }
                Effect::Delete { .. } | Effect::Record(_) | Effect::Close { .. } => {}
            }
        }
        self.took.entry(kind).or_default().push((self.clock)() - begun);
        self.sent += bytes;
        self.due = due;
        for effect in effects {
            let Effect::Send { frame, .. } = effect else { continue };
            match frame {
                DeskFrame::Assigned { card } => {
                    let at = self.waiting.iter().position(|(id, _)| *id == card.conversation);
                    if let Some(at) = at {
                        let (id, no) = self.waiting.swap_remove(at);
                        self.held.insert(id, (card.agent, no));
                    } else if let Some(held) = self.held.get_mut(&card.conversation) {
                        held.0 = card.agent;
                    }
                }
                DeskFrame::Waiting { card } => {
                    if let Some((_, no)) = self.held.remove(&card.conversation) {
                        self.waiting.push((card.conversation, no));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Time passes until the next event: alarms go off when they are due, one every few milliseconds at most.
    fn passes(&mut self) -> Result<(), Error> {
        let end = self.now.plus(APART);
        while let Some(due) = self.due.filter(|due| *due < end) {
            self.now = due.max(self.now.plus(ALARM));
            if self.now >= end {
                break;
            }
            self.live();
            self.handle("alarm", Input::Tick)?;
        }
        self.now = end;
        Ok(())
    }

    /// The lines are proved all along, as by the pings of open consoles.
    fn live(&mut self) {
        for socket in self.sockets.values() {
            self.desk.handle(self.now, Input::Alive { socket: *socket, at: self.now });
        }
    }

    fn arrives(&mut self) -> Result<(), Error> {
        let conversation = ConversationId::new(format!("c{}", self.next))?;
        self.next += 1;
        self.waiting.push((conversation.clone(), 1));
        let (urgent, vip) = (self.rng.below(8) == 0, self.rng.below(3) as u8);
        let lang = if self.rng.below(2) == 0 { Lang::En } else { Lang::Ja };
        let brief = Brief { preview: "Where is my order?".into(), urgent, vip, ..Brief::empty(lang) };
        let (handoff, at) = (HandoffNo(1), self.now);
        self.handle(
            "arrives",
            Input::Conversation(ToDesk::Handoff { conversation, handoff, at, brief, visitor: None }),
        )
    }

    fn any_held(&mut self) -> Option<(ConversationId, AgentId)> {
        let n = self.rng.below(self.held.len().max(1) as u64) as usize;
        self.held.iter().nth(n).map(|(id, (agent, _))| (id.clone(), agent.clone()))
    }

    fn any_waiting(&mut self) -> Option<ConversationId> {
        let n = self.rng.below(self.waiting.len().max(1) as u64) as usize;
        self.waiting.get(n).map(|(id, _)| id.clone())
    }

    fn happens(&mut self, waiting: usize) -> Result<(), Error> {
        let handoff = HandoffNo(1);
        let at = self.now;
        match self.rng.below(10) {
            0..=3 if self.waiting.len() > waiting => {
                let Some((conversation, _)) = self.any_held() else { return Ok(()) };
                self.held.remove(&conversation);
                self.handle(
                    "ends",
                    Input::Conversation(ToDesk::Ended { conversation, handoff, at, replied: true }),
                )
            }
            0..=4 => self.arrives(),
            5 => {
                let Some(conversation) = self.any_waiting() else { return Ok(()) };
                self.waiting.retain(|(id, _)| *id != conversation);
                self.handle("leaves", Input::Conversation(ToDesk::Withdraw { conversation, handoff }))
            }
            6 => {
                let Some((conversation, _)) = self.any_held() else { return Ok(()) };
                self.handle("attended", Input::Conversation(ToDesk::Attended { conversation, handoff }))
            }
            7 => {
                let Some((conversation, agent)) = self.any_held() else { return Ok(()) };
                let Some(socket) = self.sockets.get(&agent).copied() else { return Ok(()) };
                let group = GroupId::new("support")?;
                let request = DeskRequest::Transfer {
                    conversation,
                    to: TransferTo::Group { group },
                    note: Some("note".into()),
                };
                self.handle("transfer", Input::Frame { socket, request })
            }
            8 => {
                let n = self.rng.below(self.sockets.len() as u64) as usize;
                let Some(socket) = self.sockets.values().nth(n).copied() else { return Ok(()) };
                let presence = if self.rng.below(2) == 0 { Presence::Busy } else { Presence::Online };
                self.handle("presence", Input::Frame { socket, request: DeskRequest::Presence { presence } })
            }
            _ => self.handle("tick", Input::Tick),
        }
    }
}

/// Lets so many events happen at a desk of that size, and says how long they took.
///
/// # Errors
/// None that is known of.
pub fn run(Size { waiting, agents, events }: Size, clock: Clock) -> Result<String, Error> {
    let mut shop = Shop {
        desk: Desk::new(),
        now: Millis(1_700_000_000_000),
        rng: Rng::new(1),
        held: BTreeMap::new(),
        waiting: Vec::new(),
        next: 0,
        sockets: BTreeMap::new(),
        took: BTreeMap::new(),
        sent: 0,
        due: None,
        clock,
    };
    for n in 0..agents {
        let id = AgentId::new(format!("a{n}"))?;
        let socket = SocketId(u64::from(n) + 1);
        let profile = AgentProfile {
            agent: AgentCard { id: id.clone(), name: format!("Agent {n}") },
            role: Role::Agent,
            capacity: 3,
            groups: vec![],
            languages: vec![Lang::En],
        };
        shop.sockets.insert(id, socket);
        shop.handle("connect", Input::Connect { socket, profile, pass: None })?;
        shop.handle("hello", Input::Frame { socket, request: DeskRequest::Hello })?;
        let presence = DeskRequest::Presence { presence: Presence::Online };
        shop.handle("presence", Input::Frame { socket, request: presence })?;
    }
    while shop.waiting.len() < waiting {
        shop.arrives()?;
        shop.passes()?;
    }
    shop.took.clear();
    shop.sent = 0;
    for _ in 0..events {
        shop.live();
        shop.happens(waiting)?;
        shop.passes()?;
    }
    let mut report = String::new();
    let mut all: Vec<f64> = shop.took.values().flatten().copied().collect();
    let each = shop.sent / all.len().max(1);
    let _ = writeln!(report, "{} waiting, {agents} agents, {each} bytes an event", shop.waiting.len());
    let _ = writeln!(report, "{:>10} {:>7} {:>8} {:>8} {:>8}", "event", "n", "p50 ms", "p99 ms", "max ms");
    for (kind, took) in &mut shop.took {
        line(&mut report, kind, took);
    }
    let p99 = line(&mut report, "all", &mut all);
    let _ =
        writeln!(report, "{} of {GOAL} ms", if p99 <= GOAL { "within the goal" } else { "beyond the goal" });
    Ok(report)
}

fn line(report: &mut String, kind: &str, took: &mut [f64]) -> f64 {
    took.sort_by(f64::total_cmp);
    let at = |part: f64| took.get(((took.len() as f64 - 1.0) * part) as usize).copied().unwrap_or(0.0);
    let (half, most, longest) = (at(0.5), at(0.99), at(1.0));
    let _ = writeln!(report, "{kind:>10} {:>7} {half:>8.2} {most:>8.2} {longest:>8.2}", took.len());
    most
}
