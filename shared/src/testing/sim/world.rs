//! Time, events and the network.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::clients::{Tab, Window};
use super::desk::DeskObject;
use super::rooms::Room;
use super::{Bug, Failure, Plan, Report};
use crate::conversation::BotReply;
use crate::ids::ClientId;
use crate::protocol::{ClientFrame, DeskFrame, DeskRequest, ServerFrame};
use crate::testing::Rng;
use crate::time::{MINUTE, Millis, SECOND};

/// When runs begin, by every clock.
const BEGIN: u64 = 1_700_000_000_000;
/// The calm at the end: longer than every delay, grace and timeout but the idle rule.
const CALM: u64 = 3 * MINUTE;
/// Events of a run at most: more means that somebody talks without end.
const EVENTS: u64 = 400_000;
const TRACE: usize = 400;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    Room(usize),
    Desk,
}

/// From client to object.
#[derive(Debug, Clone)]
pub(super) enum Up {
    Connect,
    Frame(ClientFrame),
    Request(DeskRequest),
    Ping,
}

/// From object to client.
#[derive(Debug, Clone)]
pub(super) enum Down {
    Opened,
    Frame(ServerFrame),
    Desk(DeskFrame),
    Pong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    Tab(usize),
    /// A console window of this agent.
    Window(usize),
}

#[derive(Debug, Clone)]
pub(super) enum Event {
    Up(u64, Up),
    Down(u64, Down),
    /// The client learns that the socket is closed.
    ClientClosed(u64, u16),
    /// The object learns it.
    ServerClosed(u64),
    /// A tab's timer, if it is still this one.
    Timer(usize, u64),
    Alarm(Object),
    Bot(usize, u64, BotReply),
    /// The object's outbox is tried.
    Deliver(Object),
    /// Another tab's store changed.
    Adopt(usize),
    VisitorActs(usize),
    AgentActs(usize),
    WindowOpens(usize),
    Fault,
}

#[derive(Debug, Clone)]
pub(super) struct Socket {
    pub(super) to: Object,
    pub(super) client: Client,
    pub(super) client_open: bool,
    pub(super) server_open: bool,
    /// Half-open: nothing passes and nobody knows.
    pub(super) silent: bool,
    /// A frame was lost on it: its client may lack the newest message until it connects anew.
    pub(super) lossy: bool,
    /// When a ping was answered last, by the object's clock.
    pub(super) proved: Option<Millis>,
    up_at: u64,
    down_at: u64,
}

pub(super) struct World {
    pub(super) seed: u64,
    pub(super) plan: Plan,
    pub(super) rng: Rng,
    /// Milliseconds since the beginning.
    pub(super) now: u64,
    /// People act and faults happen.
    pub(super) lively: bool,
    events: BTreeMap<(u64, u64), Event>,
    count: u64,
    pub(super) sockets: BTreeMap<u64, Socket>,
    next_socket: u64,
    pub(super) rooms: Vec<Room>,
    pub(super) desk: DeskObject,
    pub(super) tabs: Vec<Tab>,
    pub(super) windows: Vec<Window>,
    pub(super) report: Report,
    /// Messages that were refused at some time.
    pub(super) refused: BTreeSet<ClientId>,
    /// Messages that were taken along into another conversation.
    pub(super) moved: BTreeSet<ClientId>,
    pub(super) failed: Option<String>,
    trace: Option<VecDeque<String>>,
}

impl World {
    pub(super) fn new(seed: u64, plan: Plan, tracing: bool) -> Self {
        Self {
            seed,
            plan,
            rng: Rng::new(seed),
            now: 0,
            lively: true,
            events: BTreeMap::new(),
            count: 0,
            sockets: BTreeMap::new(),
            next_socket: 1,
            rooms: Vec::new(),
            desk: DeskObject::default(),
            tabs: Vec::new(),
            windows: Vec::new(),
            report: Report::default(),
            refused: BTreeSet::new(),
            moved: BTreeSet::new(),
            failed: None,
            trace: tracing.then(VecDeque::new),
        }
    }

    pub(super) fn run(mut self) -> Result<Report, Box<Failure>> {
        self.people_arrive();
        let end = match self.plan.steps {
            None => (self.plan.seconds + self.plan.absences) * SECOND,
            Some(steps) => {
                self.until(u64::MAX, steps);
                self.now
            }
        };
        self.until(end, u64::MAX);
        self.calm_down();
        self.until(end + CALM, u64::MAX);
        if self.failed.is_none() {
            self.check_calm();
        }
        match self.failed.take() {
            None => Ok(self.report),
            Some(what) => Err(Box::new(Failure {
                seed: self.seed,
                plan: self.plan,
                at: self.now,
                what,
                trace: self.trace.map(Vec::from).unwrap_or_default(),
            })),
        }
    }

    /// Lets happen what happens until then, or until so many events have happened.
    fn until(&mut self, end: u64, steps: u64) {
        let most = EVENTS.saturating_add(self.plan.steps.unwrap_or(0));
        while self.failed.is_none() && self.report.events < steps {
            match self.events.first_key_value() {
                Some((&(at, _), _)) if at <= end => {}
                _ => break,
            }
            let Some(((at, _), event)) = self.events.pop_first() else { break };
            self.now = self.now.max(at);
            self.report.events += 1;
            if self.report.events > most {
                self.fail("events without end");
            }
            if let Some(line) = self.describe(&event) {
                self.note(|| line);
            }
            self.happens(event);
        }
        if self.failed.is_none() && end != u64::MAX {
            self.now = self.now.max(end);
        }
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Up(socket, up) => self.arrives_up(socket, up),
            Event::Down(socket, down) => self.arrives_down(socket, down),
            Event::ClientClosed(socket, code) => {
                if let Some(s) = self.sockets.get_mut(&socket)
                    && s.client_open
                {
                    s.client_open = false;
                    let client = s.client;
                    self.client_closed(client, socket, code);
                }
            }
            Event::ServerClosed(socket) => {
                if let Some(s) = self.sockets.get_mut(&socket)
                    && s.server_open
                {
                    s.server_open = false;
                    let to = s.to;
                    self.object_closed(to, socket);
                }
            }
            Event::Timer(tab, number) => self.tab_timer(tab, number),
            Event::Alarm(object) => self.alarm(object),
            Event::Bot(room, seq, reply) => self.bot_replies(room, seq, reply),
            Event::Deliver(object) => self.deliver(object),
            Event::Adopt(tab) => self.tab_adopts(tab),
            Event::VisitorActs(visitor) => self.visitor_acts(visitor),
            Event::AgentActs(agent) => self.agent_acts(agent),
            Event::WindowOpens(agent) => self.window_opens(agent),
            Event::Fault => self.fault(),
        }
    }

    pub(super) fn at(&mut self, at: u64, event: Event) {
        self.count += 1;
        self.events.insert((at, self.count), event);
    }

    pub(super) fn after(&mut self, ms: u64, event: Event) {
        self.at(self.now + ms, event);
    }

    /// What a clock that is off by `offset` shows.
    pub(super) fn clock(&self, offset: i64) -> Millis {
        Millis((BEGIN + self.now).saturating_add_signed(offset))
    }

    /// When that clock will show `at`, now if it does already.
    pub(super) fn when(&self, at: Millis, offset: i64) -> u64 {
        self.now + at.since(self.clock(offset))
    }

    pub(super) fn fail(&mut self, what: impl Into<String>) {
        if self.failed.is_none() {
            self.failed = Some(what.into());
        }
    }

    pub(super) fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            if trace.len() >= TRACE {
                trace.pop_front();
            }
            trace.push_back(format!("{:>7} {}", self.now, line()));
        }
    }

    pub(super) fn has(&self, bug: Bug) -> bool {
        self.plan.bug == Some(bug)
    }

    /// A fault of a kind the plan has happens now, `in_thousand` times out of a thousand.
    pub(super) fn unlucky(&mut self, planned: bool, in_thousand: u64) -> bool {
        self.lively && planned && self.rng.chance(in_thousand)
    }

    /// A message's way through the network: mostly fast, sometimes slow.
    fn delay(&mut self) -> u64 {
        if self.lively && self.rng.chance(30) {
            self.rng.between(500, 8_000)
        } else {
            self.rng.between(2, 60)
        }
    }

    pub(super) fn open_socket(&mut self, to: Object, client: Client) -> u64 {
        let socket = self.next_socket;
        self.next_socket += 1;
        self.report.connections += 1;
        let silent = self.unlucky(self.plan.silence, 30);
        let (up_at, down_at) = (0, 0);
        let fresh = Socket {
            to,
            client,
            client_open: true,
            server_open: false,
            silent,
            lossy: false,
            proved: None,
            up_at,
            down_at,
        };
        self.sockets.insert(socket, fresh);
        if self.unlucky(self.plan.cuts, 80) {
            let delay = self.delay();
            self.after(delay, Event::ClientClosed(socket, 1006));
        } else {
            self.up(socket, Up::Connect);
        }
        socket
    }

    pub(super) fn up(&mut self, socket: u64, up: Up) {
        let delay = self.delay();
        let now = self.now;
        let Some(s) = self.sockets.get_mut(&socket) else { return };
        if s.client_open && !s.silent {
            // One direction of one socket keeps its order.
            s.up_at = (s.up_at + 1).max(now + delay);
            let at = s.up_at;
            if matches!(up, Up::Frame(ClientFrame::Send { .. })) && self.unlucky(self.plan.losses, 10) {
                self.at(at, Event::Up(socket, up.clone()));
            }
            self.at(at, Event::Up(socket, up));
        }
    }

    pub(super) fn down(&mut self, socket: u64, mut down: Down) {
        let delay = self.delay();
        let now = self.now;
        if self.has(Bug::ShortPages)
            && let Down::Frame(ServerFrame::Page { messages, .. }) = &mut down
        {
            messages.pop();
        }
        let Some(s) = self.sockets.get_mut(&socket) else { return };
        if s.server_open && !s.silent {
            s.down_at = (s.down_at + 1).max(now + delay);
            let at = s.down_at;
            if let Down::Frame(ServerFrame::Message { .. }) = down {
                if self.unlucky(self.plan.losses, 5) {
                    self.lose(socket, &down);
                    return;
                }
                if self.unlucky(self.plan.losses, 10) {
                    self.at(at, Event::Down(socket, down.clone()));
                }
            }
            self.at(at, Event::Down(socket, down));
        }
    }

    /// The socket could not take the frame and stays open all the same.
    fn lose(&mut self, socket: u64, down: &Down) {
        self.note(|| format!("lost on socket {socket}: {down:?}"));
        if let Some(s) = self.sockets.get_mut(&socket) {
            s.lossy = true;
        }
    }

    /// An event as a line of the trace, if there is one: who speaks to whom instead of a socket's number, and nothing of
    /// timers and pings, of which there are many.
    fn describe(&self, event: &Event) -> Option<String> {
        self.trace.as_ref()?;
        let ends = |socket: &u64| match self.sockets.get(socket) {
            Some(s) => (format!("{:?} #{socket}", s.client), format!("{:?}", s.to)),
            None => (format!("#{socket}"), "nobody".into()),
        };
        Some(match event {
            Event::Timer(..) | Event::Up(_, Up::Ping) | Event::Down(_, Down::Pong) => return None,
            Event::Up(socket, up) => {
                let (client, object) = ends(socket);
                format!("{client} -> {object}: {up:?}")
            }
            Event::Down(socket, down) => {
                let (client, object) = ends(socket);
                format!("{client} <- {object}: {down:?}")
            }
            Event::ClientClosed(socket, code) => {
                format!("{} learns that it is closed, {code}", ends(socket).0)
            }
            Event::ServerClosed(socket) => {
                let (client, object) = ends(socket);
                format!("{object} learns that {client} is closed")
            }
            other => format!("{other:?}"),
        })
    }

    fn arrives_up(&mut self, socket: u64, up: Up) {
        let Some(s) = self.sockets.get_mut(&socket) else { return };
        if s.silent {
            return;
        }
        let (to, client) = (s.to, s.client);
        match up {
            Up::Connect => {
                s.server_open = true;
                self.down(socket, Down::Opened);
                self.accept(to, socket, client);
            }
            _ if !s.server_open => {}
            Up::Frame(frame) => {
                if let Object::Room(room) = to {
                    self.room_frame(room, socket, frame);
                }
            }
            Up::Request(request) => self.desk_request(socket, request),
            // Answered by the platform, without waking the object.
            Up::Ping => {
                let offset = match to {
                    Object::Room(room) => self.rooms[room].offset,
                    Object::Desk => self.desk.offset,
                };
                let now = self.clock(offset);
                if let Some(s) = self.sockets.get_mut(&socket) {
                    s.proved = Some(now);
                }
                self.down(socket, Down::Pong);
            }
        }
    }

    fn arrives_down(&mut self, socket: u64, down: Down) {
        let Some(s) = self.sockets.get(&socket) else { return };
        if s.client_open && !s.silent {
            let client = s.client;
            self.client_hears(client, socket, down);
        }
    }

    /// The client closes its end.
    pub(super) fn hang_up(&mut self, socket: u64) {
        let delay = self.delay();
        let now = self.now;
        let Some(s) = self.sockets.get_mut(&socket) else { return };
        if s.client_open {
            s.client_open = false;
            // What was sent before arrives before.
            let mut at = s.up_at.max(now + delay) + 1;
            if s.silent {
                at += 30 * SECOND;
            }
            self.at(at, Event::ServerClosed(socket));
        }
    }

    /// The object closes its end.
    pub(super) fn expel(&mut self, socket: u64, code: u16) {
        let Some(s) = self.sockets.get_mut(&socket) else { return };
        if s.server_open {
            s.server_open = false;
            let at = s.down_at.max(self.now) + 1;
            if !s.silent {
                self.at(at, Event::ClientClosed(socket, code));
            }
        }
    }

    /// The network cuts: both ends learn it, each in its time.
    pub(super) fn cut(&mut self, socket: u64) {
        let (a, b) = (self.delay(), self.delay());
        self.after(a, Event::ClientClosed(socket, 1006));
        self.after(b, Event::ServerClosed(socket));
    }

    pub(super) fn sockets_of(&self, object: Object) -> Vec<u64> {
        let open = self.sockets.iter().filter(|(_, s)| s.to == object && s.server_open);
        open.map(|(&socket, _)| socket).collect()
    }
}
