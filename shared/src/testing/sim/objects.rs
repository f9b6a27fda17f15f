//! What conversations and desk have in common: sockets, evictions, crashes, alarms, outboxes.

use super::Bug;
use super::world::{Client, Event, Object, World};
use crate::conversation::{self, Principal, SocketId};
use crate::desk;
use crate::time::SECOND;

impl World {
    pub(super) fn accept(&mut self, to: Object, socket: u64, client: Client) {
        match (to, client) {
            (Object::Room(room), Client::Tab(tab)) => {
                let who = match self.tabs[tab].agent {
                    None => Principal::Visitor { visitor: self.rooms[room].visitor.clone() },
                    Some(agent) => {
                        let window = &self.windows[agent];
                        Principal::Agent { agent: window.card(), supervisor: window.is_supervisor() }
                    }
                };
                let input = conversation::Input::Connect { socket: SocketId(socket), who, pass: None };
                self.room_input(room, input, None);
            }
            (Object::Desk, Client::Window(agent)) => {
                let profile = self.windows[agent].profile.clone();
                let attachment =
                    desk::Attachment { socket: SocketId(socket), agent: profile.agent.id.clone() };
                self.desk.attachments.insert(SocketId(socket), attachment);
                self.desk_input(desk::Input::Connect { socket: SocketId(socket), profile, pass: None }, None);
            }
            _ => self.fail("a client at the wrong object"),
        }
    }

    pub(super) fn object_closed(&mut self, object: Object, socket: u64) {
        let socket = SocketId(socket);
        match object {
            Object::Room(room) => {
                self.rooms[room].attachments.remove(&socket);
                self.room_input(room, conversation::Input::Disconnect { socket }, None);
            }
            Object::Desk => {
                self.desk.attachments.remove(&socket);
                self.desk_input(desk::Input::Disconnect { socket }, None);
            }
        }
    }

    pub(super) fn evict(&mut self, object: Object) {
        self.report.evictions += 1;
        let lose = self.has(Bug::LoseItems);
        match object {
            Object::Room(room) => {
                let room = &mut self.rooms[room];
                room.machine = None;
                room.outbox.retain(|_| !lose);
            }
            Object::Desk => {
                self.desk.machine = None;
                self.desk.outbox.retain(|_| !lose);
            }
        }
    }

    /// The object dies: what is durable stays, its sockets are gone.
    pub(super) fn crash(&mut self, object: Object) {
        self.note(|| format!("{object:?} crashes"));
        self.report.crashes += 1;
        self.evict(object);
        for socket in self.sockets_of(object) {
            // A browser sees a line that broke.
            self.expel(socket, 1006);
        }
        match object {
            Object::Room(room) => self.rooms[room].attachments.clear(),
            Object::Desk => self.desk.attachments.clear(),
        }
        // The platform wakes it for its alarm and its outbox.
        let delay = self.rng.between(1, 2_000);
        self.after(delay, Event::Alarm(object));
        self.wind(object);
    }

    /// Sets the alarm, and starts the outbox.
    pub(super) fn wind(&mut self, object: Object) {
        let (due, offset, waiting, delivering, alarm) = match object {
            Object::Room(index) => {
                let machine = self.room_machine(index);
                let due = machine.next_due();
                let room = &mut self.rooms[index];
                room.machine = Some(machine);
                (due, room.offset, !room.outbox.is_empty(), room.delivering, room.alarm)
            }
            Object::Desk => {
                let machine = self.desk_machine();
                let due = machine.next_due();
                self.desk.machine = Some(machine);
                let desk = &self.desk;
                (due, desk.offset, !desk.outbox.is_empty(), desk.delivering, desk.alarm)
            }
        };
        if let Some(due) = due {
            let late = if self.unlucky(self.plan.repeats, 100) { self.rng.below(20 * SECOND) } else { 0 };
            let at = self.when(due, offset) + late;
            if alarm.is_none_or(|set| at < set) {
                self.at(at, Event::Alarm(object));
                match object {
                    Object::Room(room) => self.rooms[room].alarm = Some(at),
                    Object::Desk => self.desk.alarm = Some(at),
                }
            }
        }
        if waiting && !delivering {
            match object {
                Object::Room(room) => self.rooms[room].delivering = true,
                Object::Desk => self.desk.delivering = true,
            }
            // Now and then the other object cannot be reached for a while.
            let slow = self.unlucky(self.plan.repeats, 100);
            let delay = if slow { self.rng.below(10 * SECOND) } else { self.rng.between(1, 100) };
            self.after(delay, Event::Deliver(object));
        }
    }

    pub(super) fn alarm(&mut self, object: Object) {
        match object {
            Object::Room(room) => {
                let set = &mut self.rooms[room].alarm;
                *set = set.filter(|set| *set > self.now);
                // Where visitors stay the desk has no use for it.
                if self.plan.absences > 0 {
                    let stamp = |socket: u64| Some((SocketId(socket), self.sockets.get(&socket)?.proved?));
                    let proved = self.sockets_of(object).into_iter().filter_map(stamp).collect();
                    self.room_input(room, conversation::Input::Alive { proved }, None);
                }
                self.room_input(room, conversation::Input::Tick, None);
            }
            Object::Desk => {
                // One that came twice or by itself leaves the one that is set: there is never more than one.
                self.desk.alarm = self.desk.alarm.filter(|set| *set > self.now);
                let alive: Vec<u64> = self.sockets_of(Object::Desk);
                for socket in alive {
                    if !self.sockets.get(&socket).is_some_and(|s| s.silent) {
                        let at = self.clock(self.desk.offset);
                        self.desk_input(desk::Input::Alive { socket: SocketId(socket), at }, None);
                    }
                }
                self.desk_input(desk::Input::Tick, None);
            }
        }
        self.wind(object);
    }

    /// hands the outbox's first item over, at least once, in order per pair.
    pub(super) fn deliver(&mut self, object: Object) {
        let again = self.unlucky(self.plan.repeats, 100);
        let newest = self.has(Bug::ReorderItems);
        let next = |waiting: usize| if newest { waiting.checked_sub(1) } else { Some(0) };
        let (handed, place) = match object {
            Object::Room(index) => {
                self.rooms[index].delivering = false;
                let outbox = &self.rooms[index].outbox;
                let Some(place) = next(outbox.len()) else { return };
                let Some((number, item)) = outbox.get(place).cloned() else { return };
                let taken = self.desk.taken.get(&index).copied().unwrap_or(0);
                let handed = number <= taken
                    || self.desk_input(desk::Input::Conversation(item), Some((index, number)));
                (handed, place)
            }
            Object::Desk => {
                self.desk.delivering = false;
                let Some(place) = next(self.desk.outbox.len()) else { return };
                let Some((number, index, item)) = self.desk.outbox.get(place).cloned() else { return };
                let handed = number <= self.rooms[index].taken
                    || self.room_input(index, conversation::Input::Desk(item), Some(number));
                (handed, place)
            }
        };
        if handed && !again {
            match object {
                Object::Room(index) => drop(self.rooms[index].outbox.remove(place)),
                Object::Desk => drop(self.desk.outbox.remove(place)),
            }
        }
        self.wind(object);
    }

    /// Clocks of objects jump; alarms are the platform's and know its clock.
    pub(super) fn jump(&mut self, object: Object, by: i64) {
        match object {
            Object::Room(room) => self.rooms[room].offset += by,
            Object::Desk => self.desk.offset += by,
        }
        self.wind(object);
    }
}
