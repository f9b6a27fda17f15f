//! The shell around conversations: storage, effects, and the bot.

use std::collections::BTreeMap;

use super::Bug;
use super::world::{Down, Event, Object, World};
use crate::conversation::{self, BotQuestion, BotReply, BotSays, Conversation, Flow, Log, SocketId, State};
use crate::exchange::ToDesk;
use crate::ids::{ClientId, ConversationId, EntryId, VisitorId};
use crate::kb::SlotKind;
use crate::lang::Lang;
use crate::limits;
use crate::protocol::message::{Ask, Body, Message, Offered, Sender};
use crate::protocol::stage::Stage;
use crate::protocol::{ClientFrame, ServerFrame, close};
use crate::testing::MemoryLog;

/// A conversation's object.
pub(super) struct Room {
    pub(super) id: ConversationId,
    pub(super) visitor: VisitorId,
    /// Absent when evicted.
    pub(super) machine: Option<Conversation>,
    /// What survives: row, log, outbox and the number of the last item taken from the desk.
    pub(super) row: State,
    pub(super) log: MemoryLog,
    pub(super) outbox: Vec<(u64, ToDesk)>,
    pub(super) next_item: u64,
    pub(super) taken: u64,
    pub(super) attachments: BTreeMap<SocketId, conversation::Attachment>,
    pub(super) offset: i64,
    pub(super) alarm: Option<u64>,
    pub(super) delivering: bool,
    /// The newest entry any client of (visitors, agents) has held.
    pub(super) held: (u64, u64),
    /// The visitor has gone away, until then.
    pub(super) gone_until: Option<u64>,
}

/// The log as the machine reads it, with the planted bug.
struct Reads<'a>(&'a MemoryLog, bool);

impl Log for Reads<'_> {
    fn find(&self, sender: &str, client_id: &ClientId) -> Option<Message> {
        self.0.find(sender, client_id).filter(|_| !self.1)
    }
    fn page(&self, after: u64, limit: usize, public: bool) -> Vec<Message> {
        self.0.page(after, limit, public)
    }
    fn last(&self, at_most: u64, public: bool) -> u64 {
        self.0.last(at_most, public)
    }
}

impl Room {
    pub(super) fn new(id: ConversationId, visitor: VisitorId) -> Self {
        Self {
            id,
            visitor,
            machine: Some(Conversation::new()),
            row: State::default(),
            log: MemoryLog::default(),
            outbox: Vec::new(),
            next_item: 1,
            taken: 0,
            attachments: BTreeMap::new(),
            offset: 0,
            alarm: None,
            delivering: false,
            held: (0, 0),
            gone_until: None,
        }
    }
}

impl World {
    pub(super) fn room_frame(&mut self, room: usize, socket: u64, frame: ClientFrame) {
        // Through the wire's form now and then, to show that it carries everything.
        let frame = if self.rng.chance(20) {
            match serde_json::to_string(&frame).and_then(|json| serde_json::from_str(&json)) {
                Ok(frame) => frame,
                Err(error) => return self.fail(format!("{frame:?} does not survive the wire: {error}")),
            }
        } else {
            frame
        };
        let input = conversation::Input::Frame { socket: SocketId(socket), frame, renewed: None };
        self.room_input(room, input, None);
    }

    /// Gives a conversation an input; `item` is the number of the desk's item it carries. Returns whether it was
    /// taken durably.
    pub(super) fn room_input(&mut self, index: usize, input: conversation::Input, item: Option<u64>) -> bool {
        if self.unlucky(self.plan.crashes, 3) {
            self.crash(Object::Room(index));
            return false;
        }
        if self.unlucky(self.plan.evictions, 60) {
            self.evict(Object::Room(index));
        }
        let forgetful = self.has(Bug::ForgetDedupe);
        let now = self.clock(self.rooms[index].offset);
        let mut machine = self.room_machine(index);
        let room = &mut self.rooms[index];
        let judged = match &input {
            conversation::Input::Alive { .. } => false,
            conversation::Input::Frame { socket, .. } if !room.attachments.contains_key(socket) => false,
            _ => true,
        };
        let effects = machine.handle(now, input, &Reads(&room.log, forgetful));
        if judged {
            self.check_slow(&effects);
        }
        // One synchronous block: everything durable, or nothing.
        let mut errors = Vec::new();
        let early = self.plan.bug == Some(Bug::SendBeforePersist) && self.rng.chance(20);
        let mut sends = Vec::new();
        let room = &mut self.rooms[index];
        let kept = room.outbox.len();
        let durable_last = effects.iter().skip_while(|e| !is_send(e)).any(is_durable);
        if durable_last {
            errors.push("R-12: something is sent before everything is durable".to_string());
        }
        for effect in effects {
            match effect {
                _ if early && !is_send(&effect) => {}
                conversation::Effect::Append(message) => {
                    room.row.absorb(&message);
                    errors.extend(room.log.append(message).err());
                }
                conversation::Effect::Save => {
                    if self.plan.bug != Some(Bug::SkipSave) || !self.rng.chance(50) {
                        room.row = machine.state().clone();
                    }
                }
                conversation::Effect::Post(post) => {
                    self.report.absences += u64::from(matches!(post, ToDesk::Visitor { here: false, .. }));
                    room.outbox.push((room.next_item, post));
                    room.next_item += 1;
                }
                conversation::Effect::Summarise(_) | conversation::Effect::Miss(_) => {}
                conversation::Effect::Attach(attachment) => {
                    room.attachments.insert(attachment.socket, attachment);
                }
                send => sends.push(send),
            }
        }
        if let Some(item) = item
            && !early
        {
            room.taken = item;
        }
        room.machine = Some(machine);
        let posted: Vec<_> = room.outbox.iter().skip(kept).cloned().collect();
        if !posted.is_empty() {
            self.note(|| format!("room {index} posts {posted:?}"));
        }
        errors.into_iter().for_each(|error| self.fail(error));
        if !early {
            self.check_room(index);
            self.check_settled(index);
        }
        let survive = if early { usize::MAX } else { self.crash_within(&sends) };
        for send in sends.into_iter().take(survive) {
            self.room_sends(index, send);
        }
        if survive != usize::MAX || early {
            self.crash(Object::Room(index));
        } else {
            self.wind(Object::Room(index));
        }
        !early
    }

    /// a link that hears the server shows that it reads.
    fn check_slow(&mut self, effects: &[conversation::Effect]) {
        for effect in effects {
            if let conversation::Effect::Close { socket, code: close::RESYNC } = effect
                && self.sockets.get(&socket.0).is_some_and(|s| !s.silent)
            {
                self.fail(format!("R-23: socket {} reads and is told to resync", socket.0));
            }
        }
    }

    /// After how many sends the object crashes; `usize::MAX`: it does not.
    pub(super) fn crash_within<T>(&mut self, sends: &[T]) -> usize {
        if self.unlucky(self.plan.crashes, 6) {
            usize::try_from(self.rng.below(sends.len() as u64 + 1)).unwrap_or(0)
        } else {
            usize::MAX
        }
    }

    pub(super) fn room_machine(&mut self, index: usize) -> Conversation {
        let forget = self.has(Bug::ForgetGreeted);
        let room = &mut self.rooms[index];
        if let Some(machine) = room.machine.take() {
            return machine;
        }
        let mut attachments: Vec<_> = room.attachments.values().cloned().collect();
        if forget {
            attachments.iter_mut().for_each(|a| a.greeted = false);
        }
        let row = serde_json::to_string(&room.row).and_then(|row| serde_json::from_str(&row));
        match row {
            Ok(row) => Conversation::restore(row, attachments),
            Err(error) => {
                self.fail(format!("the row does not restore: {error}"));
                Conversation::new()
            }
        }
    }

    fn room_sends(&mut self, index: usize, effect: conversation::Effect) {
        match effect {
            conversation::Effect::Send { socket, frame } => {
                if !self.sockets.get(&socket.0).is_some_and(|s| s.to == Object::Room(index)) {
                    self.fail(format!("{frame:?} for a socket of nobody"));
                }
                if self.has(Bug::SkipLive)
                    && matches!(*frame, ServerFrame::Message { .. })
                    && self.rng.chance(20)
                {
                    return;
                }
                self.down(socket.0, Down::Frame(std::rc::Rc::unwrap_or_clone(frame)));
            }
            conversation::Effect::Close { socket, code } => {
                self.rooms[index].attachments.remove(&socket);
                self.expel(socket.0, code);
            }
            conversation::Effect::AskBot(question) => {
                if self.unlucky(self.plan.repeats, 80) {
                    return;
                }
                let reply = self.bot_thinks(&question);
                let delay = self.rng.between(1, 300);
                if self.unlucky(self.plan.repeats, 80) {
                    let other = self.bot_thinks(&question);
                    self.after(delay + 200, Event::Bot(index, question.seq, other));
                }
                self.after(delay, Event::Bot(index, question.seq, reply));
            }
            _ => {}
        }
    }

    fn bot_thinks(&mut self, question: &BotQuestion) -> BotReply {
        let seq = question.seq;
        // Which question this answers stands in the title: what was asked for is answered with the same entry again.
        let title = seq.to_string();
        let lang = self.rng.pick(&[None, None, Some(Lang::En), Some(Lang::ZhCn), Some(Lang::Ja)]).copied();
        let entry = EntryId::from_random(u128::from(seq));
        // What it asked for it asks for again, or goes on, or thinks of something else.
        let flow = match question.flow.clone() {
            Some(flow) if self.rng.chance(700) => Some(Flow { again: flow.again + 1, ..flow }),
            _ => self.rng.chance(150).then(|| Flow { seq, entry: entry.clone(), filled: vec![], again: 0 }),
        };
        let flow = flow.filter(|flow| flow.again < 3);
        let going_on = question.flow.as_ref().map(|flow| flow.entry.clone());
        let entry = going_on.filter(|_| self.rng.chance(700)).unwrap_or(entry);
        let ask = |flow: &Flow| Ask { kind: SlotKind::OrderNumber, again: flow.again };
        let say = match self.rng.below(10) {
            _ if flow.is_some() => BotSays::Body(Body::Answer {
                entry: flow.as_ref().map_or(entry, |flow| flow.entry.clone()),
                title: title.clone(),
                text: "which?".into(),
                lang: Lang::En,
                asked: None,
                sources: vec![],
                ask: flow.as_ref().map(ask),
            }),
            0 => BotSays::Handoff,
            1 => BotSays::Body(Body::Offer { options: vec![Offered { entry, title: title.clone() }] }),
            _ => BotSays::Body(Body::Answer {
                entry,
                title: title.clone(),
                text: "a".into(),
                lang: Lang::En,
                asked: None,
                sources: vec![],
                ask: None,
            }),
        };
        BotReply { lang: lang.flatten(), say, flow }
    }

    pub(super) fn bot_replies(&mut self, room: usize, seq: u64, reply: BotReply) {
        self.room_input(room, conversation::Input::Bot { seq, reply }, None);
    }

    /// What must hold after every step of a conversation.
    fn check_room(&mut self, index: usize) {
        let room = &self.rooms[index];
        let state = room.machine.as_ref().map_or(&room.row, Conversation::state);
        let marks = state.marks;
        let wrong = if self.plan.bug.is_none() && !state.is_saved_as(&room.row) {
            Some("R-11: the state changed and was not saved".to_string())
        } else if state.last != room.log.last(u64::MAX, false)
            || state.last_public != room.log.last(u64::MAX, true)
        {
            Some(format!("R-10: the row says {}, the log {}", state.last, room.log.last(u64::MAX, false)))
        } else if marks.visitor > marks.visitor_delivered || marks.agent > marks.agent_delivered {
            Some("R-24: read before delivered".into())
        } else if marks.visitor_delivered > room.held.0 || marks.agent_delivered > room.held.1 {
            Some(format!("R-24: {marks:?} though the clients held only {:?}", room.held))
        } else if state.questions.len() > limits::QUESTIONS {
            Some("R-60: too many questions".into())
        } else if state.flow.is_some() && matches!(state.stage, Stage::Assigned { .. } | Stage::Ended { .. })
        {
            Some("R-44: the bot waits for something that it will not be told".into())
        } else {
            None
        };
        if let Some(wrong) = wrong {
            self.fail(wrong);
        }
    }

    /// A new conversation, as `POST …/conversations` makes it.
    pub(super) fn create(&mut self, room: usize) {
        let Some(site) = crate::ids::SiteKey::new("sim").ok() else { return };
        let (conversation, visitor) = (self.rooms[room].id.clone(), self.rooms[room].visitor.clone());
        let create = || conversation::Input::Create {
            site: site.clone(),
            conversation: conversation.clone(),
            visitor: visitor.clone(),
            lang: Lang::En,
            page: None,
            opener: None,
        };
        // The caller repeats it until it succeeded, and perhaps once more.
        while !self.room_input(room, create(), None) {}
        self.room_input(room, create(), None);
        self.remember(room);
    }

    /// What was said at an earlier visit: more than a page of it, so that resuming takes several.
    fn remember(&mut self, room: usize) {
        let (at, room) = (self.clock(0), &mut self.rooms[room]);
        for _ in 0..self.plan.history {
            let seq = room.row.last + 1;
            let client_id = Some(ClientId::from_random(1 << 120 | u128::from(seq)));
            // Long ones now and then, so that answers end for their bytes too.
            let text = "before".repeat(if seq % 5 == 0 { 600 } else { 1 });
            let body = Body::Text { text, lang: None };
            let outcome = room.log.append(Message { seq, at, from: Sender::Visitor, client_id, body });
            (room.row.last, room.row.last_public) = (seq, seq);
            if let Err(error) = outcome {
                return self.fail(error);
            }
        }
        room.machine = None;
    }
}

const fn is_send(effect: &conversation::Effect) -> bool {
    matches!(effect, conversation::Effect::Send { .. })
}

const fn is_durable(effect: &conversation::Effect) -> bool {
    use conversation::Effect::{Append, Miss, Post, Save, Summarise};
    matches!(effect, Append(_) | Save | Post(_) | Summarise(_) | Miss(_))
}

/// The title of what the bot says: it names the question, see `bot_thinks`.
pub(super) fn answers(message: &Message) -> Option<&str> {
    match (&message.from, &message.body) {
        (Sender::Bot, Body::Answer { title, .. }) => Some(title),
        (Sender::Bot, Body::Offer { options }) => options.first().map(|o| o.title.as_str()),
        _ => None,
    }
}
