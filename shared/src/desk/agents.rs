//! Agents come, go, fall silent and vanish.

use super::AgentProfile;
use super::cells::{Agent, Window};
use super::machine::{Desk, Outcome};
use crate::conversation::SocketId;
use crate::ids::AgentId;
use crate::limits;
use crate::protocol::close;
use crate::protocol::desk::Presence;
use crate::routing::LeftWhy;
use crate::security::pass::Pass;
use crate::time::Millis;

impl Desk {
    /// The agent behind a window.
    pub(super) fn agent_of(&self, socket: SocketId) -> Option<AgentId> {
        let has = |agent: &Agent| agent.windows.iter().any(|w| w.socket == socket);
        self.agents.iter().find(|(_, agent)| has(agent)).map(|(id, _)| id.clone())
    }

    /// A window connected: a new agent is offline until it says otherwise; one that was away for less than
    /// `limits::AGENT_RECONNECT`, or has another window, keeps its presence and conversations.
    pub(super) fn handle_connect(
        &mut self,
        now: Millis,
        socket: SocketId,
        profile: AgentProfile,
        pass: Option<Pass>,
        out: &mut Outcome,
    ) {
        let id = profile.agent.id.clone();
        if let Some(former) = self.agent_of(socket) {
            self.drop_window(&former, socket);
            if former != id {
                self.note_if_gone(now, &former, out);
            }
        }
        if self.agents.get(&id).is_none() {
            let presence = Presence::Offline;
            let turn = self.turns.get(&id).copied().unwrap_or(0);
            self.turns.remove(&id);
            let agent = Agent {
                profile: profile.clone(),
                presence,
                windows: vec![],
                heard: now,
                gone: None,
                turn,
                since: now,
                wrap_up: None,
                missed: 0,
                active: now,
            };
            self.agents.put(id.clone(), agent);
        }
        let Some(agent) = self.agents.edit(&id) else { return };
        agent.profile = profile;
        agent.gone = None;
        agent.heard = now;
        agent.windows.push(Window { socket, greeted: false, pass });
        if agent.windows.len() > limits::AGENT_WINDOWS {
            out.closes.push((agent.windows.remove(0).socket, close::RATE_LIMITED));
        }
    }

    /// A window disconnected; an unknown one has been dropped before.
    pub(super) fn handle_disconnect(&mut self, now: Millis, socket: SocketId, out: &mut Outcome) {
        if let Some(id) = self.agent_of(socket) {
            self.drop_window(&id, socket);
            self.note_if_gone(now, &id, out);
        }
    }

    /// Closes the windows whose sessions are over or have ended, with this code. Whoever is still signed in opens another
    /// within the grace of a reload.
    pub(super) fn close_windows(
        &mut self,
        now: Millis,
        code: u16,
        fits: impl Fn(&Pass) -> bool,
        out: &mut Outcome,
    ) {
        let windows = self.agents.iter().flat_map(|(id, agent)| agent.windows.iter().map(move |w| (id, w)));
        let fit = windows.filter(|(_, window)| window.pass.as_ref().is_some_and(&fits));
        let fit: Vec<(AgentId, SocketId)> = fit.map(|(id, window)| (id.clone(), window.socket)).collect();
        for (id, socket) in fit {
            self.close_window(now, &id, socket, code, out);
        }
    }

    /// Closes the window that was verified longest ago, if that is long: its agent opens another. After everything else
    /// and one at a time, so that nobody waits for those who are away for a moment.
    pub(super) fn renew_window(&mut self, now: Millis, out: &mut Outcome) {
        let windows = self.agents.iter().flat_map(|(id, agent)| agent.windows.iter().map(move |w| (id, w)));
        let old = windows.filter_map(|(id, window)| Some((window.pass?, id, window.socket)));
        let oldest = old.filter(|(pass, ..)| pass.is_old(now)).min_by_key(|(pass, ..)| pass.at);
        if let Some((_, id, socket)) = oldest.map(|(pass, id, socket)| (pass, id.clone(), socket)) {
            self.close_window(now, &id, socket, close::RESYNC, out);
        }
    }

    fn close_window(&mut self, now: Millis, id: &AgentId, socket: SocketId, code: u16, out: &mut Outcome) {
        out.closes.push((socket, code));
        self.drop_window(id, socket);
        self.note_if_gone(now, id, out);
    }

    /// The line to a window was proved at `at`. Ignored as long as nothing hangs on it, so that pings cost no writes:
    /// the shell tells it again before the tick that asks.
    pub(super) fn handle_alive(&mut self, now: Millis, socket: SocketId, at: Millis) {
        let at = at.min(now);
        let Some(id) = self.agent_of(socket) else { return };
        let asks =
            self.agents.get(&id).is_some_and(|a| a.heard.plus(limits::AGENT_SILENT) <= now && a.heard < at);
        if asks && let Some(agent) = self.agents.edit(&id) {
            agent.heard = at;
        }
    }

    /// Lets agents vanish whose time without a window has run out and, at a tick (only then the shell has just told
    /// which windows are alive), those whose windows have all been silent too long.
    pub(super) fn expire_agents(&mut self, now: Millis, tick: bool, out: &mut Outcome) {
        let ids: Vec<_> = self.agents.iter().map(|(id, _)| id.clone()).collect();
        for id in ids {
            let Some(agent) = self.agents.get(&id) else { continue };
            if agent.windows.is_empty() && agent.gone.is_none() {
                // Restored, and its windows were closed meanwhile.
                self.note_if_gone(now, &id, out);
            } else if let Some(gone) = agent.gone {
                if now.since(gone) >= limits::AGENT_RECONNECT {
                    self.vanish(now, &id, out);
                } else if gone > now
                    && let Some(agent) = self.agents.edit(&id)
                {
                    // The clock went backwards: the grace starts anew instead of lasting until it has caught up.
                    agent.gone = Some(now);
                }
            } else if tick && self.is_watched(&id, agent) {
                if now.since(agent.heard) >= limits::AGENT_SILENT {
                    self.vanish(now, &id, out);
                } else if agent.heard > now
                    && let Some(agent) = self.agents.edit(&id)
                {
                    agent.heard = now;
                }
            }
        }
    }

    /// When an agent may vanish next, or is to be looked after at once.
    pub(super) fn agents_due(&self) -> Option<Millis> {
        let due = |(id, agent): (&AgentId, &Agent)| match agent.gone {
            Some(gone) => Some(gone.plus(limits::AGENT_RECONNECT)),
            None if agent.windows.is_empty() => Some(Millis(0)),
            None => self.is_watched(id, agent).then(|| agent.heard.plus(limits::AGENT_SILENT)),
        };
        self.agents.iter().filter_map(due).min()
    }

    /// Whether anything hangs on the agent's being there. A forgotten window of somebody off duty does not keep the
    /// desk awake.
    fn is_watched(&self, id: &AgentId, agent: &Agent) -> bool {
        agent.presence != Presence::Offline || self.load(id) > 0
    }

    fn drop_window(&mut self, id: &AgentId, socket: SocketId) {
        if let Some(agent) = self.agents.edit(id) {
            agent.windows.retain(|w| w.socket != socket);
        }
    }

    /// Starts the grace of an agent without windows, or forgets one on whom nothing hangs.
    fn note_if_gone(&mut self, now: Millis, id: &AgentId, out: &mut Outcome) {
        let Some(agent) = self.agents.get(id).filter(|agent| agent.windows.is_empty()) else { return };
        if !self.is_watched(id, agent) {
            self.vanish(now, id, out);
        } else if let Some(agent) = self.agents.edit(id) {
            agent.gone = Some(now);
        }
    }

    /// The agent is gone: the conversations return to the queue, the windows (silent ones) are closed.
    fn vanish(&mut self, now: Millis, id: &AgentId, out: &mut Outcome) {
        self.depart(now, id, (LeftWhy::Vanished, close::RESYNC), out);
    }

    /// The account is gone: whoever uses it is signed out, and the conversations return to their places.
    pub(super) fn handle_removed(&mut self, now: Millis, id: &AgentId, out: &mut Outcome) {
        self.depart(now, id, (LeftWhy::Removed, close::UNAUTHENTICATED), out);
    }

    fn depart(&mut self, now: Millis, id: &AgentId, (why, code): (LeftWhy, u16), out: &mut Outcome) {
        let windows = self.agents.get(id).map(|agent| agent.windows.clone()).unwrap_or_default();
        out.closes.extend(windows.into_iter().map(|w| (w.socket, code)));
        if let Some(agent) = self.agents.get(id).cloned() {
            self.learn_presence(now, &agent, None);
        }
        let held = self.index.assigned.get(id).cloned().unwrap_or_default();
        for conversation in held {
            self.requeue(now, &conversation, why, out);
        }
        if let Some(turn) = self.agents.get(id).map(|agent| agent.turn).filter(|turn| *turn > 0) {
            self.turns.put(id.clone(), turn);
        }
        if why == LeftWhy::Removed {
            self.turns.remove(id);
        }
        while self.turns.iter().count() > limits::DESK_TURNS {
            // Whose turn was longest ago is the next one anyway.
            let Some((_, first)) = self.turns.iter().map(|(id, turn)| (*turn, id.clone())).min() else {
                break;
            };
            self.turns.remove(&first);
        }
        self.agents.remove(id);
    }
}
