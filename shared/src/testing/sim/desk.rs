//! The shell around the desk.

use std::collections::BTreeMap;

use super::world::{Down, Object, World};
use crate::conversation::SocketId;
use crate::desk::{self, Desk};
use crate::exchange::FromDesk;
use crate::ids::ConversationId;
use crate::protocol::DeskRequest;
use crate::routing::Routing;

#[derive(Default)]
pub(super) struct DeskObject {
    pub(super) machine: Option<Desk>,
    pub(super) cells: BTreeMap<String, String>,
    pub(super) outbox: Vec<(u64, usize, FromDesk)>,
    pub(super) next_item: u64,
    /// Per room the last item taken.
    pub(super) taken: BTreeMap<usize, u64>,
    pub(super) attachments: BTreeMap<SocketId, desk::Attachment>,
    pub(super) offset: i64,
    pub(super) alarm: Option<u64>,
    pub(super) delivering: bool,
}

impl World {
    pub(super) fn desk_request(&mut self, socket: u64, request: DeskRequest) {
        self.desk_input(desk::Input::Frame { socket: SocketId(socket), request }, None);
    }

    /// The site's routing reaches the desk.
    pub(super) fn route_by(&mut self, version: u64, routing: Routing) {
        self.desk_input(desk::Input::Routing { version, routing, believed: Default::default() }, None);
    }

    pub(super) fn desk_input(&mut self, input: desk::Input, item: Option<(usize, u64)>) -> bool {
        if self.unlucky(self.plan.crashes, 3) {
            self.crash(Object::Desk);
            return false;
        }
        if self.unlucky(self.plan.evictions, 60) {
            self.evict(Object::Desk);
        }
        let now = self.clock(self.desk.offset);
        let taken = match &input {
            desk::Input::Frame { request: DeskRequest::Take { conversation }, .. } => {
                Some(conversation.clone())
            }
            _ => None,
        };
        let mut machine = self.desk_machine();
        let effects = machine.handle(now, input);
        let mut sends = Vec::new();
        for effect in effects {
            match effect {
                desk::Effect::Put { key, json } => drop(self.desk.cells.insert(key, json)),
                desk::Effect::Delete { key } => drop(self.desk.cells.remove(&key)),
                // Only figures are made of these.
                desk::Effect::Record(_) => {}
                desk::Effect::Post { conversation, item } => {
                    if matches!(item, FromDesk::Assigned { .. }) {
                        self.report.assignments += 1;
                        if taken.as_ref() != Some(&conversation) {
                            self.check_given(&conversation);
                        }
                    }
                    let room = self.rooms.iter().position(|r| r.id == conversation);
                    if let Some(room) = room {
                        self.desk.next_item += 1;
                        self.note(|| format!("desk posts {item:?}"));
                        self.desk.outbox.push((self.desk.next_item, room, item));
                    }
                }
                send => sends.push(send),
            }
        }
        if let Some((room, item)) = item {
            self.desk.taken.insert(room, item);
        }
        self.desk.machine = Some(machine);
        self.check_positions();
        self.check_capacity();
        (0..self.rooms.len()).for_each(|room| self.check_settled(room));
        let survive = self.crash_within(&sends);
        for send in sends.into_iter().take(survive) {
            match send {
                desk::Effect::Send { socket, frame } => self.down(socket.0, Down::Desk(frame)),
                desk::Effect::Close { socket, code } => {
                    self.desk.attachments.remove(&socket);
                    self.expel(socket.0, code);
                }
                _ => {}
            }
        }
        if survive == usize::MAX {
            self.wind(Object::Desk);
        } else {
            self.crash(Object::Desk);
        }
        true
    }

    pub(super) fn desk_machine(&mut self) -> Desk {
        if let Some(machine) = self.desk.machine.take() {
            return machine;
        }
        let (mut machine, bad) = Desk::restore(self.desk.cells.clone());
        if !bad.is_empty() {
            self.fail(format!("cells do not restore: {bad:?}"));
        }
        machine.restore_sockets(self.desk.attachments.values().cloned().collect());
        machine
    }

    /// nobody is given the conversation of a visitor who is away.
    fn check_given(&mut self, conversation: &ConversationId) {
        let cell = self.desk.cells.get(&format!("handoff/{conversation}"));
        let cell: serde_json::Value =
            cell.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        if cell["away"] == true {
            self.fail(format!("R-84: {conversation} is away and was given to an agent"));
        }
    }

    /// no two waiting visitors are shown the same position.
    fn check_positions(&mut self) {
        let mut shown = Vec::new();
        for (key, json) in self.desk.cells.range("place/".to_string()..) {
            if !key.starts_with("place/") {
                break;
            }
            let place: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
            shown.push(place["shown"]["position"].as_u64());
        }
        shown.sort_unstable();
        if shown.windows(2).any(|pair| pair[0] == pair[1]) {
            self.fail("R-82: a position is shown twice");
        }
    }

    /// nobody has more conversations than their capacity, supervisors apart.
    fn check_capacity(&mut self) {
        let mut held: BTreeMap<String, u32> = BTreeMap::new();
        let handoffs = self.desk.cells.range("handoff/".to_string()..);
        for (_, json) in handoffs.take_while(|(key, _)| key.starts_with("handoff/")) {
            // Most are closed: reading those costs more than all the rest.
            if !json.contains("assigned") {
                continue;
            }
            let cell: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
            if cell["standing"]["type"] == "assigned" {
                *held.entry(cell["standing"]["agent"].as_str().unwrap_or_default().into()).or_default() += 1;
            }
        }
        let over = |w: &&super::clients::Window| {
            let held = held.get(w.profile.agent.id.as_str()).copied().unwrap_or(0);
            held > w.profile.capacity && !w.is_supervisor()
        };
        if let Some(name) = self.windows.iter().find(over).map(|w| w.profile.agent.name.clone()) {
            self.fail(format!("R-82: {name} has more conversations than capacity"));
        }
    }
}
