//! What people do, and what goes wrong.

use super::clients::Window;
use super::rooms::{Room, answers};
use super::world::{Event, Object, Up, World};
use crate::desk::AgentProfile;
use crate::ids::{AgentId, ClientId, ConversationId, EntryId, VisitorId};
use crate::lang::Lang;
use crate::link::{Draft, Input};
use crate::protocol::desk::Presence;
use crate::protocol::stage::{AgentCard, PageContext, Stage};
use crate::protocol::{ClientFrame, DeskRequest};
use crate::routing::Routing;
use crate::site::Role;
use crate::time::{DAY, HOUR, SECOND};

impl World {
    pub(super) fn people_arrive(&mut self) {
        for agent in 0..self.plan.agents + usize::from(self.plan.supervisor) {
            let supervisor = agent == self.plan.agents;
            let id = AgentId::from_random(agent as u128);
            let name = format!("agent {agent}");
            self.windows.push(Window {
                profile: AgentProfile {
                    agent: AgentCard { id, name },
                    role: if supervisor { Role::Supervisor } else { Role::Agent },
                    capacity: if supervisor { 1 } else { 1 + agent as u32 },
                    groups: vec![],
                    languages: vec![Lang::En],
                },
                socket: None,
                presence: if self.plan.absences > 0 { Presence::Busy } else { Presence::Online },
                vanished: false,
            });
            let delay = self.rng.below(10 * SECOND);
            self.after(delay, Event::WindowOpens(agent));
            self.after(delay, Event::AgentActs(agent));
        }
        if self.rng.chance(500) {
            // Agents who do not write soon lose what they were given, and wrap up after each.
            self.route_by(1, Routing { no_answer: 15, wrap_up: 2, away_after: 30, ..Routing::default() });
        }
        for visitor in 0..self.plan.visitors {
            let id = visitor as u128;
            self.rooms.push(Room::new(ConversationId::from_random(id), VisitorId::from_random(id)));
            self.create(visitor);
            for _ in 0..self.plan.tabs {
                self.open_tab(visitor, None);
            }
            let delay = self.rng.below(5 * SECOND);
            self.after(delay, Event::VisitorActs(visitor));
        }
        self.after(SECOND, Event::Fault);
    }

    fn tabs_of(&self, keep: impl Fn(&super::clients::Tab) -> bool) -> Vec<usize> {
        (0..self.tabs.len()).filter(|&tab| self.tabs[tab].open && keep(&self.tabs[tab])).collect()
    }

    fn write(&mut self, tab: usize, draft: impl FnOnce(ClientId) -> Draft) {
        if !self.tabs[tab].link.has_room() || self.tabs[tab].frozen {
            return;
        }
        let number = self.tabs[tab].written.len() as u128;
        let client_id = ClientId::from_random((tab as u128) << 64 | number);
        self.tabs[tab].written.push(client_id.clone());
        self.tab_input(tab, Input::Write(draft(client_id)));
    }

    pub(super) fn visitor_acts(&mut self, visitor: usize) {
        if !self.lively {
            return;
        }
        let next = self.rng.between(50, 4_000) * self.leisure();
        self.after(next, Event::VisitorActs(visitor));
        if self.visitor_is_away(visitor) {
            return;
        }
        let tabs = self.tabs_of(|t| t.room == visitor && t.agent.is_none());
        let Some(&tab) = self.rng.pick(&tabs) else {
            self.open_tab(visitor, None);
            return;
        };
        if self.tabs[tab].asleep {
            self.tabs[tab].asleep = false;
            self.tab_input(tab, Input::Wake);
            return;
        }
        let text = || "words".to_string();
        let tell = |frame| Input::Tell(frame);
        match self.rng.below(100) {
            0..=39 => self.write(tab, |client_id| Draft::Text { client_id, text: text() }),
            40..=43 => {
                let entry = EntryId::from_random(7);
                self.write(tab, |client_id| Draft::Pick { client_id, entry, title: text() });
            }
            44..=47 => self.write(tab, |client_id| Draft::LeaveMessage {
                client_id,
                text: text(),
                contact: Some("a@b.example".into()),
                call_back: visitor.is_multiple_of(3),
            }),
            48..=57 => self.tab_input(tab, tell(ClientFrame::Handoff)),
            58..=60 => self.tab_input(tab, tell(ClientFrame::LeaveQueue)),
            61..=63 => self.tab_input(tab, tell(ClientFrame::End)),
            64..=66 => {
                let score = self.rng.between(1, 5) as u8;
                self.tab_input(tab, tell(ClientFrame::Rate { score, comment: None }));
            }
            67..=69 => {
                let log = self.tabs[tab].link.messages();
                let answers: Vec<u64> = log.iter().filter(|m| answers(m).is_some()).map(|m| m.seq).collect();
                if let Some(&seq) = self.rng.pick(&answers) {
                    let yes = self.rng.chance(500);
                    self.tab_input(tab, tell(ClientFrame::Helpful { seq, yes, reason: None, comment: None }));
                }
            }
            70..=71 => {
                let lang = self.rng.pick(&[None, Some(Lang::En), Some(Lang::Ar)]).copied().flatten();
                self.tab_input(tab, tell(ClientFrame::Language { lang }));
            }
            72..=73 => {
                let url = format!("https://shop.example/{}", self.rng.below(9));
                let page = PageContext { url, ..PageContext::default() };
                self.tab_input(tab, tell(ClientFrame::Page { page }));
            }
            74..=76 => {
                let failed = self.tabs[tab].link.pending().iter().find(|p| p.failed.is_some());
                if let Some(client_id) = failed.map(|p| p.draft.client_id().clone()) {
                    self.tab_input(tab, Input::Retry { client_id });
                }
            }
            77..=82 => self.tab_input(tab, Input::Typing),
            83..=91 => self.tab_input(tab, Input::Seen),
            92..=94 => {
                self.tabs[tab].asleep = true;
                self.tab_input(tab, Input::Sleep);
            }
            95 => self.tab_input(tab, Input::Wake),
            96..=97 => {
                self.close_tab(tab);
                self.open_tab(visitor, None);
            }
            98 => self.close_tab(tab),
            _ => {
                if tabs.len() < 3 {
                    self.open_tab(visitor, None);
                }
            }
        }
    }

    pub(super) fn agent_acts(&mut self, agent: usize) {
        if !self.lively {
            return;
        }
        let next = self.rng.between(100, 4_000) * self.leisure();
        self.after(next, Event::AgentActs(agent));
        if self.windows[agent].vanished {
            if self.rng.chance(60) {
                self.agent_returns(agent);
            }
            return;
        }
        let supervisor = self.windows[agent].is_supervisor();
        if supervisor && self.rng.chance(100) {
            self.supervisor_looks_in(agent);
        }
        let me = self.windows[agent].profile.agent.id.clone();
        let mine = |t: &super::clients::Tab| {
            let has = |stage: &Stage| matches!(stage, Stage::Assigned { agent } if agent.id == me);
            t.agent == Some(agent) && (supervisor || has(t.link.stage()))
        };
        let tabs = self.tabs_of(mine);
        let window = self.windows[agent].socket;
        let request = |world: &mut Self, request| {
            if let Some(socket) = window {
                world.up(socket, Up::Request(request));
            }
        };
        match (self.rng.below(100), self.rng.pick(&tabs).copied()) {
            (0..=49, Some(tab)) => {
                self.write(tab, |client_id| Draft::Text { client_id, text: "reply".into() });
            }
            (50..=55, Some(tab)) => {
                self.write(tab, |client_id| Draft::Note { client_id, text: "note".into() });
            }
            (56..=70, Some(tab)) => self.tab_input(tab, Input::Seen),
            (71..=74, Some(tab)) => self.tab_input(tab, Input::Typing),
            (75..=78, Some(tab)) => self.tab_input(tab, Input::Tell(ClientFrame::End)),
            (79..=80, Some(tab)) => {
                let conversation = self.rooms[self.tabs[tab].room].id.clone();
                request(self, DeskRequest::Return { conversation });
            }
            // Queues in which one can be away are those that last.
            (81..=90, _) if self.plan.absences > 0 => {
                let presence = if self.rng.chance(800) { Presence::Busy } else { Presence::Online };
                self.windows[agent].presence = presence;
                request(self, DeskRequest::Presence { presence });
            }
            (81..=84, _) => {
                let presences = [Presence::Online, Presence::Busy, Presence::Away, Presence::Offline];
                let presence = self.rng.pick(&presences).copied().unwrap_or_default();
                self.windows[agent].presence = presence;
                request(self, DeskRequest::Presence { presence });
            }
            (85..=90, _) => {
                self.windows[agent].presence = Presence::Online;
                request(self, DeskRequest::Presence { presence: Presence::Online });
            }
            (91..=95, _) => {
                let room = self.rng.below(self.rooms.len() as u64) as usize;
                let conversation = self.rooms[room].id.clone();
                request(self, DeskRequest::Take { conversation });
            }
            (96..=97, _) if self.plan.vanishing => self.agent_vanishes(agent),
            _ => {}
        }
    }

    /// A supervisor opens any conversation.
    fn supervisor_looks_in(&mut self, agent: usize) {
        let room = self.rng.below(self.rooms.len() as u64) as usize;
        if self.tabs_of(|t| t.room == room && t.agent == Some(agent)).is_empty() {
            self.open_tab(room, Some(agent));
        }
    }

    /// How much longer people take for everything where they may go away for minutes.
    const fn leisure(&self) -> u64 {
        if self.plan.absences > 0 { 3 } else { 1 }
    }

    /// Lets the visitor go away for a while, or come back; whether they do nothing else now.
    fn visitor_is_away(&mut self, visitor: usize) -> bool {
        if self.plan.absences == 0 {
            return false;
        }
        if let Some(until) = self.rooms[visitor].gone_until {
            if until <= self.now {
                self.note(|| format!("visitor {visitor} returns"));
                self.rooms[visitor].gone_until = None;
                self.open_tab(visitor, None);
            }
            return true;
        }
        let waits = matches!(self.rooms[visitor].row.stage, Stage::Queued { .. });
        let goes = self.rng.chance(if waits { 200 } else { 10 });
        if goes {
            self.note(|| format!("visitor {visitor} goes away"));
            self.rooms[visitor].gone_until = Some(self.now + self.rng.between(10, 400) * SECOND);
            let silently = self.rng.chance(300);
            for tab in self.tabs_of(|t| t.room == visitor && t.agent.is_none()) {
                if silently && let Some(socket) = self.tabs[tab].socket {
                    self.silence(socket);
                }
                self.close_tab(tab);
            }
        }
        goes
    }

    /// The lid closes: sockets stay open, nothing passes.
    fn agent_vanishes(&mut self, agent: usize) {
        self.note(|| format!("agent {agent} vanishes"));
        self.windows[agent].vanished = true;
        let mut sockets: Vec<u64> = self.windows[agent].socket.into_iter().collect();
        for tab in self.tabs.iter_mut().filter(|t| t.agent == Some(agent)) {
            tab.frozen = true;
            sockets.extend(tab.socket);
        }
        sockets.into_iter().for_each(|socket| self.silence(socket));
    }

    fn agent_returns(&mut self, agent: usize) {
        self.note(|| format!("agent {agent} returns"));
        self.windows[agent].vanished = false;
        match self.windows[agent].socket {
            Some(socket) => self.after(1, Event::ClientClosed(socket, 1006)),
            None => self.after(1, Event::WindowOpens(agent)),
        }
        for tab in 0..self.tabs.len() {
            if self.tabs[tab].agent == Some(agent) && self.tabs[tab].frozen {
                self.tabs[tab].frozen = false;
                if self.tabs[tab].socket.is_none() {
                    self.tab_input(tab, Input::Closed { code: 1006 });
                }
                self.tab_input(tab, Input::Timer);
                self.tab_input(tab, Input::Wake);
            }
        }
    }

    /// Half-open from now on; the object's side finds out at last.
    fn silence(&mut self, socket: u64) {
        if let Some(s) = self.sockets.get_mut(&socket) {
            s.silent = true;
            let delay = self.rng.between(20, 200) * SECOND;
            self.after(delay, Event::ServerClosed(socket));
        }
    }

    pub(super) fn fault(&mut self) {
        if !self.lively {
            return;
        }
        let next = self.rng.between(200, 5_000);
        self.after(next, Event::Fault);
        let open: Vec<u64> =
            self.sockets.iter().filter(|(_, s)| s.client_open && s.server_open).map(|(&id, _)| id).collect();
        let room = self.rng.below(self.rooms.len() as u64) as usize;
        let object = if self.rng.chance(300) { Object::Desk } else { Object::Room(room) };
        match self.rng.below(10) {
            0..=2 if self.plan.cuts => {
                if let Some(&socket) = self.rng.pick(&open) {
                    self.cut(socket);
                }
            }
            3 if self.plan.cuts && self.rng.chance(300) => {
                // A deploy: every socket at once, every object anew.
                open.into_iter().for_each(|socket| self.expel(socket, 1006));
                (0..self.rooms.len()).for_each(|room| self.crash(Object::Room(room)));
                self.crash(Object::Desk);
            }
            4 if self.plan.silence => {
                if let Some(&socket) = self.rng.pick(&open) {
                    self.silence(socket);
                }
            }
            5 if self.plan.evictions => self.evict(object),
            6 if self.plan.crashes => self.crash(object),
            7 if self.plan.clocks => {
                let span = match self.rng.below(100) {
                    0 => 8 * DAY,
                    1..=4 => 25 * HOUR,
                    _ => self.rng.between(SECOND, HOUR),
                } as i64;
                let by = if self.rng.chance(500) { span } else { -span };
                let tabs = self.tabs_of(|_| true);
                match self.rng.pick(&tabs) {
                    Some(&tab) if self.rng.chance(500) => self.tabs[tab].offset += by,
                    _ => self.jump(object, by),
                }
            }
            8 if self.plan.repeats => self.after(1, Event::Alarm(object)),
            _ => {}
        }
    }

    /// Nothing goes wrong any more and nobody does anything new: everything must come to rest and agree.
    pub(super) fn calm_down(&mut self) {
        self.lively = false;
        // In the calm nobody writes, and everything must come to rest.
        self.route_by(2, Routing { no_answer: 0, away_after: 0, ..Routing::default() });
        let poor = self.sockets.iter().filter(|(_, s)| s.silent || s.lossy);
        let poor: Vec<u64> = poor.map(|(&id, _)| id).collect();
        poor.into_iter().for_each(|socket| self.cut(socket));
        for agent in 0..self.windows.len() {
            self.windows[agent].presence = Presence::Online;
            self.agent_returns(agent);
        }
        for visitor in 0..self.rooms.len() {
            // Who is away stays away, unless there is something they have still to send.
            let unsent =
                self.tabs.iter().any(|t| t.room == visitor && t.agent.is_none() && !t.store.is_empty());
            if self.rooms[visitor].gone_until.is_some() && !unsent {
                continue;
            }
            if self.tabs_of(|t| t.room == visitor && t.agent.is_none()).is_empty() {
                self.open_tab(visitor, None);
            }
        }
        for tab in 0..self.tabs.len() {
            self.tab_input(tab, Input::Wake);
        }
        // Closed consoles are opened again, for what they had stored.
        for tab in 0..self.tabs.len() {
            let Some(agent) = self.tabs[tab].agent else { continue };
            if !self.tabs[tab].open && !self.tabs[tab].store.is_empty() {
                self.open_tab(self.tabs[tab].room, Some(agent));
            }
        }
        (0..self.rooms.len()).for_each(|room| self.wind(Object::Room(room)));
        self.wind(Object::Desk);
    }
}
