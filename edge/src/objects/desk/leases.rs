//! Agents over the API: a lease is a console window without a socket, open until a time. It is kept in a cell, so that it
//! survives eviction as sockets do.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shared::conversation::SocketId;
use shared::desk::{Attachment, Effect, Input};
use shared::ids::AgentId;
use shared::outside::{Mine, PresenceState};
use shared::protocol::{DeskFrame, DeskRequest, ErrorCode};
use shared::time::Millis;

use super::Desk;
use crate::clock;
use crate::error::Result;
use crate::objects::calls::{AskDesk, AskedOfDesk};
use crate::storage::cells;

/// How the cells of leases begin; no key of the machine's starts with an underscore.
const PREFIX: &str = "_lease/";

/// An agent's window without a socket.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Lease {
    socket: SocketId,
    until: Millis,
}

/// The leases of a desk.
#[derive(Debug, Default)]
pub(super) struct Leases(RefCell<BTreeMap<AgentId, Lease>>);

impl Leases {
    /// Takes the leases out of what was stored; the windows they stand for.
    pub(super) fn restore(&self, stored: &mut Vec<(String, String)>) -> Vec<Attachment> {
        let read = |(key, json): &(String, String)| {
            let agent = AgentId::new(key.strip_prefix(PREFIX)?).ok()?;
            Some((agent, serde_json::from_str(json).ok()?))
        };
        let leases: BTreeMap<AgentId, Lease> = stored.iter().filter_map(read).collect();
        stored.retain(|(key, _)| !key.starts_with(PREFIX));
        let windows =
            leases.iter().map(|(agent, lease)| Attachment { socket: lease.socket, agent: agent.clone() });
        let windows = windows.collect();
        self.0.replace(leases);
        windows
    }

    /// When the next one ends.
    pub(super) fn due(&self) -> Option<Millis> {
        self.0.borrow().values().map(|lease| lease.until).min()
    }

    fn get(&self, agent: &AgentId) -> Option<Lease> {
        self.0.borrow().get(agent).copied()
    }

    fn of(&self, socket: SocketId) -> Option<AgentId> {
        self.0.borrow().iter().find(|(_, lease)| lease.socket == socket).map(|(agent, _)| agent.clone())
    }

    fn all(&self) -> Vec<(AgentId, Lease)> {
        self.0.borrow().iter().map(|(agent, lease)| (agent.clone(), *lease)).collect()
    }
}

impl Desk {
    /// An agent asks over the API; what they then are and have.
    pub(super) async fn asked(&self, call: AskDesk) -> Result<(PresenceState, Mine)> {
        self.wake()?;
        self.belong(call.site.as_str())?;
        let agent = call.profile.agent.clone();
        match call.ask {
            AskedOfDesk::Look => {}
            AskedOfDesk::Presence(presence, lasts) => {
                let socket = self.leases.get(&agent.id).map_or_else(|| self.sockets.reserve(), |l| l.socket);
                self.lease(&agent.id, Lease { socket, until: clock::now().plus(lasts.unwrap_or(0)) })?;
                self.perform(Input::Connect { socket, profile: call.profile.clone(), pass: None }, None)?;
                self.ask(socket, DeskRequest::Hello)?;
                self.ask(socket, DeskRequest::Presence { presence })?;
                // Whoever renews a lease is there: no automatic away.
                self.ask(socket, DeskRequest::Active)?;
                if lasts.is_none() {
                    self.end_lease(&agent.id, socket)?;
                }
            }
            AskedOfDesk::Do(request) => {
                let lease = self.leases.get(&agent.id).ok_or(ErrorCode::WrongStage)?;
                self.ask(lease.socket, request)?;
            }
        }
        self.follow_up().await?;
        let until = self.leases.get(&agent.id).map(|lease| lease.until);
        let machine = self.machine.borrow();
        let machine = machine.as_ref().ok_or(ErrorCode::Internal)?;
        let (state, conversations) = machine.member(&agent.id);
        let known = state.map(|s| (s.presence, s.capacity, s.load));
        let (presence, capacity, load) = known.unwrap_or((Default::default(), call.profile.capacity, 0));
        Ok((PresenceState { agent, presence, capacity, load, until }, Mine { conversations }))
    }

    /// A request of a window; its refusal is an error.
    fn ask(&self, socket: SocketId, request: DeskRequest) -> Result<()> {
        let effects = self.decide(Input::Frame { socket, request }, None)?;
        let refused = effects.iter().find_map(|effect| match effect {
            Effect::Send { socket: to, frame: DeskFrame::Error { code, .. } } if *to == socket => Some(*code),
            _ => None,
        });
        self.send(effects)?;
        refused.map_or(Ok(()), |code| Err(code.into()))
    }

    fn lease(&self, agent: &AgentId, lease: Lease) -> Result<()> {
        cells::put(&self.sql, format!("{PREFIX}{agent}"), serde_json::to_string(&lease)?)?;
        self.leases.0.borrow_mut().insert(agent.clone(), lease);
        Ok(())
    }

    fn end_lease(&self, agent: &AgentId, socket: SocketId) -> Result<()> {
        cells::delete(&self.sql, format!("{PREFIX}{agent}"))?;
        self.leases.0.borrow_mut().remove(agent);
        self.perform(Input::Disconnect { socket }, None)
    }

    /// The machine closed a window: if it was a lease's, that is over.
    pub(super) fn closed(&self, socket: SocketId) -> Result<()> {
        if let Some(agent) = self.leases.of(socket) {
            cells::delete(&self.sql, format!("{PREFIX}{agent}"))?;
            self.leases.0.borrow_mut().remove(&agent);
        }
        Ok(())
    }

    /// Before a tick: leases that hold count as heard of, those that are over as closed.
    pub(super) fn look_after_leases(&self) -> Result<()> {
        let now = clock::now();
        for (agent, Lease { socket, until }) in self.leases.all() {
            if until > now {
                self.perform(Input::Alive { socket, at: now }, None)?;
            } else {
                self.end_lease(&agent, socket)?;
            }
        }
        Ok(())
    }
}
