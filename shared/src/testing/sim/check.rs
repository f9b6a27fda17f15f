//! What must hold after every step of a tab, and in the calm at the end.

use std::collections::BTreeSet;

use super::rooms::answers;
use super::world::World;
use crate::conversation::sender_key;
use crate::ids::ClientId;
use crate::link::Line;
use crate::protocol::conversation::Marks;
use crate::protocol::message::{Body, Event, Message, Sender};
use crate::protocol::stage::Stage;

impl World {
    /// what is acknowledged is in the log, there and of this sender.
    pub(super) fn check_ack(&mut self, tab: usize, client_id: &ClientId, seq: u64) {
        self.report.acknowledged += 1;
        let key = self.sender(tab);
        let log = self.rooms[self.tabs[tab].room].log.messages();
        let entry = log.get(seq as usize - 1);
        let there =
            entry.is_some_and(|m| m.client_id.as_ref() == Some(client_id) && sender_key(&m.from) == key);
        if !there {
            self.fail(format!("R-12: {client_id} was acknowledged as {seq}, where the log has {entry:?}"));
        }
    }

    /// Whether this tab's person wrote the message: then its copy is its acknowledgement.
    pub(super) fn is_own(&self, tab: usize, message: &Message) -> bool {
        sender_key(&message.from) == self.sender(tab)
    }

    fn sender(&self, tab: usize) -> String {
        match self.tabs[tab].agent {
            None => sender_key(&Sender::Visitor),
            Some(agent) => sender_key(&Sender::Agent { agent: self.windows[agent].card() }),
        }
    }

    /// the replica is a gapless beginning of what its reader may see; R-31: nothing is shown twice.
    pub(super) fn check_tab(&mut self, tab: usize) {
        if let Some(wrong) = self.replica_fault(tab) {
            self.fail(format!("tab {tab}: {wrong}"));
        }
    }

    fn replica_fault(&mut self, tab: usize) -> Option<String> {
        let t = &mut self.tabs[tab];
        let room = &mut self.rooms[t.room];
        let public = t.agent.is_none();
        let held = t.link.messages();
        if held.len() < t.checked {
            return Some("R-30: forgot messages".into());
        }
        let mut before = t.checked.checked_sub(1).map_or(0, |last| held[last].seq);
        for message in &held[t.checked..] {
            if public && !message.is_public() {
                return Some(format!("R-91: a visitor holds the note {}", message.seq));
            }
            if message.seq <= before {
                return Some(format!("R-30: holds {} after {before}", message.seq));
            }
            let skipped = &room.log.messages()[before as usize..message.seq as usize - 1];
            if skipped.iter().any(|m| !public || m.is_public()) {
                return Some(format!("R-30: a gap before {}", message.seq));
            }
            if room.log.messages().get(message.seq as usize - 1) != Some(message) {
                return Some(format!("R-30: holds {message:?}, which the log does not"));
            }
            before = message.seq;
        }
        t.checked = held.len();
        let reached = if public { &mut room.held.0 } else { &mut room.held.1 };
        *reached = (*reached).max(before);
        let mut pending = t.link.pending().iter().map(|p| p.draft.client_id());
        let twice = pending.find(|id| held.iter().rev().take(60).any(|m| m.client_id.as_ref() == Some(id)));
        // A visitor and an agent never use the same id here, so it is the same message.
        twice.map(|id| format!("R-31: {id} is shown twice"))
    }

    pub(super) fn check_calm(&mut self) {
        for room in 0..self.rooms.len() {
            self.report.messages += self.rooms[room].log.messages().len() as u64;
            let wrong = self.check_log(room).or_else(|| self.check_desk(room));
            let wrong = wrong.or_else(|| self.check_presence(room));
            if let Some(wrong) = wrong {
                self.fail(format!("room {room}: {wrong}"));
            }
        }
        for tab in 0..self.tabs.len() {
            if self.tabs[tab].open
                && let Some(wrong) = self.check_rest(tab)
            {
                self.fail(format!("tab {tab}: {wrong}"));
            }
        }
    }

    fn check_log(&self, room: usize) -> Option<String> {
        let log = self.rooms[room].log.messages();
        let mut asked = BTreeSet::new();
        if let Some(twice) = log.iter().filter_map(answers).find(|title| !asked.insert(*title)) {
            return Some(format!("R-60: message {twice} was answered twice"));
        }
        if !self.rooms[room].row.questions.is_empty() {
            return Some(format!("R-61: still to answer: {:?}", self.rooms[room].row.questions));
        }
        if let Some(wrong) = whose_turn(log) {
            return Some(wrong);
        }
        // What a tab wrote is in the log in that order; what was refused at some time may have come later.
        for (number, tab) in self.tabs.iter().enumerate().filter(|(_, t)| t.room == room) {
            let place = |id: &ClientId| log.iter().position(|m| m.client_id.as_ref() == Some(id));
            let mut last = None;
            for id in &tab.written {
                match place(id) {
                    Some(at) if last.is_none_or(|last| at > last) => last = Some(at),
                    Some(_) if self.refused.contains(id) => {}
                    Some(_) => return Some(format!("R-32: {id} of tab {number} is out of order")),
                    None if self.is_failed(room, id) || self.moved.contains(id) => {}
                    None => return Some(format!("R-32: {id}, written in tab {number}, is lost")),
                }
            }
        }
        None
    }

    fn is_failed(&self, room: usize, id: &ClientId) -> bool {
        let tabs = self.tabs.iter().filter(|t| t.room == room && t.open);
        let mut pending = tabs.flat_map(|t| t.link.pending());
        pending.any(|p| p.draft.client_id() == id && p.failed.is_some())
    }

    /// every conversation stands with the desk as it says itself.
    fn check_desk(&self, room: usize) -> Option<String> {
        let room = &self.rooms[room];
        let cell = self.desk.cells.get(&format!("handoff/{}", room.id));
        let cell: serde_json::Value =
            cell.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        let standing = cell["standing"]["type"].as_str().unwrap_or("closed");
        let (expect, agent) = match &room.row.stage {
            Stage::Queued { .. } => ("waiting", None),
            Stage::Assigned { agent } => ("assigned", Some(agent.id.as_str())),
            Stage::MessageLeft if room.row.left.as_ref().is_some_and(|left| left.call_back) => {
                ("waiting", None)
            }
            Stage::MessageLeft => ("message", None),
            Stage::Bot | Stage::Offline { .. } | Stage::Ended { .. } => ("closed", None),
        };
        let number = cell["no"].as_u64();
        let same = expect == "closed" || number == Some(u64::from(room.row.handoff.0));
        // and they agree on who is away.
        let away = cell["away"].as_bool().unwrap_or(false);
        let seen =
            cell["call_back"] == true || away == room.row.absent || !matches!(expect, "waiting" | "assigned");
        let limbo =
            standing != expect || !same || (agent.is_some() && agent != cell["standing"]["agent"].as_str());
        let row = &room.row;
        (limbo || !seen).then(|| {
            format!(
                "R-82: {:?} {:?} absent: {}, but the desk says {cell}",
                row.stage, row.handoff, row.absent
            )
        })
    }

    /// in the calm, who waits is away if no tab of theirs is open, and only then.
    fn check_presence(&self, room: usize) -> Option<String> {
        let row = &self.rooms[room].row;
        let waits = matches!(row.stage, Stage::Queued { .. }) && row.left.is_none();
        let here = self.tabs.iter().any(|t| t.room == room && t.agent.is_none() && t.open);
        (waits && here == row.absent).then(|| format!("R-83: a tab is open: {here}, away: {}", row.absent))
    }

    /// R-82 after every step: once nothing is on its way between the two, they agree.
    pub(super) fn check_settled(&mut self, room: usize) {
        let settled = self.rooms.get(room).is_some_and(|r| r.outbox.is_empty())
            && !self.desk.outbox.iter().any(|(_, to, _)| *to == room);
        if settled
            && self.plan.bug.is_none()
            && let Some(wrong) = self.check_desk(room)
        {
            self.fail(format!("room {room}: {wrong}"));
        }
    }

    fn check_rest(&self, tab: usize) -> Option<String> {
        let t = &self.tabs[tab];
        let room = &self.rooms[t.room];
        let public = t.agent.is_none();
        let visible: Vec<&Message> =
            room.log.messages().iter().filter(|m| !public || m.is_public()).collect();
        let link = &t.link;
        let row = &room.row;
        if link.line() != Line::Live {
            Some(format!("R-35: {:?} in the calm", link.line()))
        } else if visible.len() != link.messages().len() {
            Some(format!("R-30: holds {} of {} messages", link.messages().len(), visible.len()))
        } else if let Some(stuck) = link.pending().iter().find(|p| p.failed.is_none()) {
            Some(format!("R-32: {stuck:?} is still pending"))
        } else if *link.stage() != row.stage {
            Some(format!("R-20: shows {:?}, is {:?}", link.stage(), row.stage))
        } else if !marks_agree(public, link.marks(), row.marks) {
            Some(format!("R-24: shows {:?}, is {:?}", link.marks(), row.marks))
        } else if (link.lang(), link.pinned()) != (row.lang, row.pinned) {
            Some(format!("R-65: shows {}, is {}", link.lang(), row.lang))
        } else {
            row.helpful
                .iter()
                .find(|(seq, yes)| link.helpful(*seq) != Some(*yes))
                .map(|mark| format!("R-66: does not show {mark:?}"))
        }
    }
}

/// a conversation has one agent at a time, and the bot is silent meanwhile.
fn whose_turn(log: &[Message]) -> Option<String> {
    let mut assigned = None;
    for message in log {
        match &message.body {
            Body::Event { event: Event::AgentJoined { agent } } => {
                if let Some(before) = assigned.replace(agent) {
                    let seq = message.seq;
                    return Some(format!("R-82: {} joined {} at {seq}", agent.name, before.name));
                }
            }
            Body::Event {
                event: Event::AgentLost { .. } | Event::HandedBack { .. } | Event::Ended { .. },
            } => assigned = None,
            _ if assigned.is_some() && answers(message).is_some() => {
                return Some(format!("R-60: the bot spoke in an agent's turn: {message:?}"));
            }
            _ => {}
        }
    }
    None
}

/// What was read is the same everywhere. What was delivered is told to the other side, and may not be stored yet.
fn marks_agree(visitor: bool, shown: Marks, stored: Marks) -> bool {
    let (delivered, at_least) = match visitor {
        true => (shown.agent_delivered, stored.agent_delivered),
        false => (shown.visitor_delivered, stored.visitor_delivered),
    };
    (shown.visitor, shown.agent) == (stored.visitor, stored.agent) && delivered >= at_least
}
