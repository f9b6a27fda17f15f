//! Tabs with their links and stores, and agents' console windows.

use super::world::{Client, Down, Event, Object, Up, World};
use crate::desk::AgentProfile;
use crate::ids::ClientId;
use crate::lang::Lang;
use crate::link::{Effect, Input, Link, Pending, Side};
use crate::protocol::desk::Presence;
use crate::protocol::stage::AgentCard;
use crate::protocol::{DeskFrame, DeskRequest, ServerFrame};
use crate::site::Role;

/// One tab: a visitor's, or an agent's view of a conversation.
pub(super) struct Tab {
    pub(super) room: usize,
    /// Whose: an agent's, or the room's visitor's.
    pub(super) agent: Option<usize>,
    pub(super) link: Link,
    pub(super) socket: Option<u64>,
    pub(super) offset: i64,
    timer: u64,
    /// What the tab has stored; outlives it.
    pub(super) store: Vec<Pending>,
    pub(super) open: bool,
    /// The laptop's lid is closed: no timers, nothing arrives.
    pub(super) frozen: bool,
    pub(super) asleep: bool,
    /// Messages written here, in order.
    pub(super) written: Vec<ClientId>,
    /// Entries of the replica that have been compared with the log.
    pub(super) checked: usize,
}

/// A console window.
pub(super) struct Window {
    pub(super) profile: AgentProfile,
    pub(super) socket: Option<u64>,
    pub(super) presence: Presence,
    pub(super) vanished: bool,
}

impl Window {
    pub(super) fn card(&self) -> AgentCard {
        self.profile.agent.clone()
    }

    pub(super) fn is_supervisor(&self) -> bool {
        self.profile.role >= Role::Supervisor
    }
}

impl World {
    /// A tab is opened, and takes over what tabs that are gone have stored.
    pub(super) fn open_tab(&mut self, room: usize, agent: Option<usize>) -> usize {
        let mut outbox: Vec<Pending> = Vec::new();
        for tab in self.tabs.iter_mut().filter(|t| t.room == room && t.agent == agent) {
            let known = |p: &Pending| outbox.iter().any(|o| o.draft.client_id() == p.draft.client_id());
            let new: Vec<_> = tab.store.iter().filter(|p| !known(p)).cloned().collect();
            outbox.extend(new);
            if !tab.open {
                tab.store.clear();
            }
        }
        let side = if agent.is_some() { Side::Agent } else { Side::Visitor { lang: Lang::En } };
        let link = Link::new(side, outbox.clone());
        self.tabs.push(Tab {
            room,
            agent,
            link,
            socket: None,
            offset: 0,
            timer: 0,
            store: outbox,
            open: true,
            frozen: false,
            asleep: false,
            written: Vec::new(),
            checked: 0,
        });
        let tab = self.tabs.len() - 1;
        self.tab_input(tab, Input::Start);
        tab
    }

    /// A tab is closed: its store stays.
    pub(super) fn close_tab(&mut self, tab: usize) {
        self.tabs[tab].open = false;
        if let Some(socket) = self.tabs[tab].socket.take() {
            self.hang_up(socket);
        }
    }

    pub(super) fn tab_input(&mut self, tab: usize, input: Input) {
        if !self.tabs[tab].open || self.tabs[tab].frozen {
            return;
        }
        let now = self.clock(self.tabs[tab].offset);
        let entropy = self.rng.bits();
        let effects = self.tabs[tab].link.handle(now, entropy, input);
        for effect in effects {
            let socket = self.tabs[tab].socket;
            match effect {
                Effect::Open => {
                    if let Some(old) = socket {
                        self.fail(format!("R-36: opened a socket while {old} is open"));
                    }
                    let socket = self.open_socket(Object::Room(self.tabs[tab].room), Client::Tab(tab));
                    self.tabs[tab].socket = Some(socket);
                }
                Effect::Transmit(frame) => match socket {
                    Some(socket) => self.up(socket, Up::Frame(frame)),
                    None => self.fail(format!("{frame:?} without a socket")),
                },
                Effect::Ping => socket.into_iter().for_each(|socket| self.up(socket, Up::Ping)),
                Effect::Close => {
                    if let Some(socket) = self.tabs[tab].socket.take() {
                        self.hang_up(socket);
                    }
                }
                Effect::Timer(at) => {
                    let tabs = &mut self.tabs[tab];
                    tabs.timer += 1;
                    let (number, offset) = (tabs.timer, tabs.offset);
                    if let Some(at) = at {
                        let at = self.when(at, offset);
                        self.at(at, Event::Timer(tab, number));
                    }
                }
                Effect::Store(outbox) => {
                    let (room, agent) = (self.tabs[tab].room, self.tabs[tab].agent);
                    self.tabs[tab].store = outbox;
                    for other in 0..self.tabs.len() {
                        if other != tab && self.tabs[other].room == room && self.tabs[other].agent == agent {
                            let delay = self.rng.between(1, 50);
                            self.after(delay, Event::Adopt(other));
                        }
                    }
                }
                Effect::Arrived(message) => {
                    let agent = self.tabs[tab].agent.is_some();
                    if agent != (message.from == crate::protocol::Sender::Visitor) {
                        self.fail(format!("announced a message of one's own side: {message:?}"));
                    }
                }
                Effect::Over => self.moves_on(tab),
                Effect::Expelled { code } => self.fail(format!("expelled with {code}")),
                Effect::Token(_) | Effect::Changed => {}
            }
        }
        self.check_tab(tab);
    }

    /// the tab goes on in a new conversation, with all that is not said and nothing that is. Rooms are one to a
    /// visitor here, so the tab leaves this one for good.
    fn moves_on(&mut self, tab: usize) {
        let link = &self.tabs[tab].link;
        let unsaid = link.outbox();
        let next = link.successor(Side::Visitor { lang: Lang::En });
        let same =
            |(a, b): (&Pending, &Pending)| a.draft == b.draft && (b.failed.is_none() || a.failed == b.failed);
        let pending = next.pending();
        let carried = unsaid.len() == pending.len() && unsaid.iter().zip(pending).all(same);
        if self.tabs[tab].agent.is_some() || self.tabs[tab].socket.is_some() || !carried {
            self.fail(format!("R-77: tab {tab} takes {pending:?} of {unsaid:?}"));
        }
        self.moved.extend(unsaid.into_iter().map(|p| p.draft.client_id().clone()));
        self.tabs[tab].store.clear();
        self.close_tab(tab);
    }

    pub(super) fn tab_timer(&mut self, tab: usize, number: u64) {
        if self.tabs[tab].timer == number {
            self.tab_input(tab, Input::Timer);
        }
    }

    /// The store event of another tab.
    pub(super) fn tab_adopts(&mut self, tab: usize) {
        let (room, agent) = (self.tabs[tab].room, self.tabs[tab].agent);
        let others = self.tabs.iter().filter(|t| t.room == room && t.agent == agent);
        let outbox = others.flat_map(|t| t.store.clone()).collect();
        self.tab_input(tab, Input::Adopt { outbox });
    }

    pub(super) fn client_hears(&mut self, client: Client, socket: u64, down: Down) {
        match client {
            Client::Tab(tab) => {
                if self.tabs[tab].socket != Some(socket) {
                    return;
                }
                if let Down::Frame(ServerFrame::Error { client_id: Some(client_id), .. }) = &down {
                    self.refused.insert(client_id.clone());
                }
                match &down {
                    Down::Frame(ServerFrame::Ack { client_id, seq, .. }) => {
                        self.check_ack(tab, client_id, *seq)
                    }
                    Down::Frame(ServerFrame::Message { message, .. }) if self.is_own(tab, message) => {
                        if let Some(client_id) = &message.client_id {
                            self.check_ack(tab, client_id, message.seq);
                        }
                    }
                    _ => {}
                }
                match down {
                    Down::Opened => self.tab_input(tab, Input::Opened),
                    Down::Frame(frame) => self.tab_input(tab, Input::Frame(frame)),
                    Down::Pong => self.tab_input(tab, Input::Pong),
                    Down::Desk(_) => {}
                }
            }
            Client::Window(agent) => {
                if self.windows[agent].socket == Some(socket) {
                    self.window_hears(agent, socket, down);
                }
            }
        }
    }

    pub(super) fn client_closed(&mut self, client: Client, socket: u64, code: u16) {
        match client {
            Client::Tab(tab) => {
                if self.tabs[tab].socket == Some(socket) {
                    self.tabs[tab].socket = None;
                    if self.tabs[tab].frozen {
                        return;
                    }
                    self.tab_input(tab, Input::Closed { code });
                }
            }
            Client::Window(agent) => {
                if self.windows[agent].socket == Some(socket) {
                    self.windows[agent].socket = None;
                    let delay = self.rng.between(100, 3_000);
                    self.after(delay, Event::WindowOpens(agent));
                }
            }
        }
    }

    pub(super) fn window_opens(&mut self, agent: usize) {
        if self.windows[agent].socket.is_none() && !self.windows[agent].vanished {
            let socket = self.open_socket(Object::Desk, Client::Window(agent));
            self.windows[agent].socket = Some(socket);
        }
    }

    fn window_hears(&mut self, agent: usize, socket: u64, down: Down) {
        let me = self.windows[agent].profile.agent.id.clone();
        let cards = match down {
            Down::Opened => {
                let presence = self.windows[agent].presence;
                self.up(socket, Up::Request(DeskRequest::Hello));
                self.up(socket, Up::Request(DeskRequest::Presence { presence }));
                return;
            }
            Down::Desk(DeskFrame::Snapshot { assigned, .. }) => assigned,
            Down::Desk(DeskFrame::Assigned { card }) => vec![card],
            _ => return,
        };
        for card in cards.into_iter().filter(|c| c.agent == me) {
            let Some(room) = self.rooms.iter().position(|r| r.id == card.conversation) else { continue };
            if !self.tabs.iter().any(|t| t.room == room && t.agent == Some(agent) && t.open) {
                self.open_tab(room, Some(agent));
            }
        }
    }
}
