//! Seeded days at a desk: visitors and agents do anything in any order, lines break, windows fall silent, the desk is
//! evicted, old items arrive again. After every step the desk is held to what it promises.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Agent, Handoff, Standing};
use super::harness::{Harness, Step, brief, conv, profile};
use super::{AgentProfile, Input};
use crate::conversation::SocketId;
use crate::exchange::{FromDesk, HandoffNo, ToDesk};
use crate::ids::{AgentId, ConversationId, GroupId};
use crate::lang::Lang;
use crate::limits;
use crate::protocol::desk::{AgentState, AssignedCard, Presence, WaitingCard, WaitingKind};
use crate::protocol::stage::default_group;
use crate::protocol::{DeskFrame, DeskRequest};
use crate::site::Role;
use crate::time::{MINUTE, Millis, SECOND};

/// SplitMix64 (Steele, Lea, Flood 2014): all the chance a run has.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.below(from.len())].clone())
    }
}

/// How a conversation believes it stands, from what it said and was told.
#[derive(Debug, Clone, PartialEq)]
enum Belief {
    Bot,
    /// Asked; not answered yet.
    Asking,
    Queued(u32),
    /// Waiting and gone away.
    Away,
    Offline,
    Assigned(AgentId),
    /// With a message left; an agent may have it already.
    Left,
}

/// What a console window makes of its frames.
#[derive(Debug, Default, PartialEq, Clone)]
struct Replica {
    agents: BTreeMap<AgentId, AgentState>,
    waiting: BTreeMap<ConversationId, WaitingCard>,
    assigned: BTreeMap<ConversationId, AssignedCard>,
}

impl Replica {
    fn take(&mut self, frame: DeskFrame) {
        match frame {
            DeskFrame::Snapshot { agents, waiting, assigned, .. } => {
                self.agents = agents.into_iter().map(|a| (a.agent.id.clone(), a)).collect();
                self.waiting = waiting.into_iter().map(|c| (c.conversation.clone(), c)).collect();
                self.assigned = assigned.into_iter().map(|c| (c.conversation.clone(), c)).collect();
            }
            DeskFrame::Waiting { card } => {
                self.assigned.remove(&card.conversation);
                self.waiting.insert(card.conversation.clone(), card);
            }
            DeskFrame::Assigned { card } => {
                self.waiting.remove(&card.conversation);
                self.assigned.insert(card.conversation.clone(), card);
            }
            DeskFrame::Gone { conversation } => {
                self.waiting.remove(&conversation);
                self.assigned.remove(&conversation);
            }
            DeskFrame::Agent { agent } if agent.presence == Presence::Offline && agent.load == 0 => {
                self.agents.remove(&agent.agent.id);
            }
            DeskFrame::Agent { agent } => {
                self.agents.insert(agent.agent.id.clone(), agent);
            }
            DeskFrame::Error { .. } => {}
        }
    }

    /// Without agents who are off duty and free: a snapshot names those with a window, frames do not tell who has one.
    fn on_duty(mut self) -> Self {
        self.agents.retain(|_, a| a.presence != Presence::Offline || a.load > 0);
        self
    }
}

struct World {
    h: Harness,
    chance: Chance,
    visitors: u32,
    numbers: BTreeMap<u32, u32>,
    beliefs: BTreeMap<ConversationId, (u32, Belief)>,
    said: Vec<ToDesk>,
    replicas: BTreeMap<SocketId, Replica>,
    /// Windows that are open but no longer answer.
    silent: Vec<SocketId>,
    /// Since when each group has had visitors waiting and nobody on duty.
    off: BTreeMap<GroupId, Millis>,
    clock_jumps: bool,
    assignments: usize,
    /// Whose visitor is away, as the desk was told last.
    absent: BTreeSet<ConversationId>,
    /// When each handoff was asked for, by the desk: it never changes.
    since: BTreeMap<(ConversationId, u32), Millis>,
    absences: usize,
}

fn sales() -> GroupId {
    GroupId::new("sales").unwrap()
}

const AGENTS: [&str; 5] = ["ann", "bob", "cho", "dee", "eve"];

impl World {
    fn new(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let clock_jumps = chance.one_in(4);
        let visitors = 6 + chance.below(18) as u32;
        Self {
            h: Harness::trusting(),
            chance,
            visitors,
            numbers: BTreeMap::new(),
            beliefs: BTreeMap::new(),
            said: Vec::new(),
            replicas: BTreeMap::new(),
            silent: Vec::new(),
            off: BTreeMap::new(),
            clock_jumps,
            assignments: 0,
            absent: BTreeSet::new(),
            since: BTreeMap::new(),
            absences: 0,
        }
    }

    fn profile(&mut self) -> AgentProfile {
        let name = self.chance.pick(&AGENTS).unwrap();
        let capacity = [0, 1, 1, 2, 3][self.chance.below(5)];
        let groups = [vec![default_group()], vec![], vec![sales()], vec![default_group(), sales()]];
        let languages = [vec![Lang::En], vec![Lang::ZhCn, Lang::En], vec![Lang::Ja], vec![]];
        AgentProfile {
            // One supervisor, always the same person.
            role: if name == "eve" { Role::Supervisor } else { Role::Agent },
            groups: groups[self.chance.below(4)].clone(),
            languages: languages[self.chance.below(4)].clone(),
            ..profile(name, capacity)
        }
    }

    /// One thing that happens.
    fn happen(&mut self) {
        match self.chance.below(28) {
            0..=4 => self.visitor_asks(),
            5..=6 => self.visitor_leaves(),
            7..=9 => self.conversation_ends(),
            10 => self.message_left(),
            11 => self.words(),
            12 => self.old_item_again(),
            13 | 14 => self.agent_connects(),
            15 => self.agent_disconnects(),
            16 | 17 => self.presence(),
            18 => self.takes(),
            19 => self.returns(),
            20 => self.other_class_asks(),
            21 => self.evicted(),
            22..=25 => self.visitor_goes_or_returns(),
            _ => self.time_passes(),
        }
    }

    fn visitor(&mut self) -> (u32, ConversationId) {
        let n = self.chance.below(self.visitors as usize) as u32;
        (n, conv(n))
    }

    fn belief(&self, id: &ConversationId) -> (u32, Belief) {
        self.beliefs.get(id).cloned().unwrap_or((0, Belief::Bot))
    }

    fn visitor_asks(&mut self) {
        let (n, id) = self.visitor();
        if matches!(self.belief(&id).1, Belief::Bot | Belief::Offline | Belief::Left) {
            let no = self.numbers.entry(n).or_insert(0);
            *no += 1;
            let no = *no;
            let lang = self.chance.pick(&[Lang::En, Lang::ZhTw, Lang::Ja]).unwrap();
            self.absent.remove(&id);
            self.beliefs.insert(id.clone(), (no, Belief::Asking));
            let late = self.chance.below(2_000) as u64;
            let at = Millis(self.h.now.0 - late);
            self.say(ToDesk::Handoff {
                conversation: id,
                handoff: HandoffNo(no),
                at,
                brief: brief(lang, "?"),
            });
        }
    }

    /// A visitor who waits goes away, or is back; back also while an agent has the conversation.
    fn visitor_goes_or_returns(&mut self) {
        let (_, id) = self.visitor();
        let (no, belief) = self.belief(&id);
        let here = match (self.absent.contains(&id), &belief) {
            (true, Belief::Away | Belief::Assigned(_)) => true,
            (false, Belief::Queued(_)) => false,
            _ => return,
        };
        if here {
            self.absent.remove(&id);
        } else {
            self.absent.insert(id.clone());
            self.absences += 1;
            self.beliefs.insert(id.clone(), (no, Belief::Away));
        }
        let waits = belief == Belief::Away;
        if waits {
            self.beliefs.insert(id.clone(), (no, Belief::Asking));
        }
        self.say(ToDesk::Visitor { conversation: id.clone(), handoff: HandoffNo(no), here });
        assert!(!waits || self.belief(&id).1 != Belief::Away, "{id} is back and was told nothing");
    }

    fn visitor_leaves(&mut self) {
        let (_, id) = self.visitor();
        if let (no, Belief::Queued(_) | Belief::Away) = self.belief(&id) {
            self.beliefs.insert(id.clone(), (no, Belief::Bot));
            self.say(ToDesk::Withdraw { conversation: id, handoff: HandoffNo(no) });
        }
    }

    fn conversation_ends(&mut self) {
        let (_, id) = self.visitor();
        if let (no, Belief::Assigned(_)) = self.belief(&id) {
            self.beliefs.insert(id.clone(), (no, Belief::Bot));
            let (handoff, at, replied) = (HandoffNo(no), self.h.now, self.chance.one_in(2));
            self.say(ToDesk::Ended { conversation: id, handoff, at, replied });
        }
    }

    fn message_left(&mut self) {
        let (n, id) = self.visitor();
        let no = match self.belief(&id) {
            (no, Belief::Queued(_) | Belief::Away | Belief::Offline) => no,
            (_, Belief::Bot) => {
                let no = self.numbers.entry(n).or_insert(0);
                *no += 1;
                self.absent.remove(&id);
                *no
            }
            _ => return,
        };
        if self.belief(&id).1 == Belief::Offline {
            // The desk had done with it: this is a new matter.
            self.absent.remove(&id);
        }
        self.beliefs.insert(id.clone(), (no, Belief::Left));
        let (handoff, at) = (HandoffNo(no), self.h.now);
        self.say(ToDesk::MessageLeft { conversation: id, handoff, at, brief: brief(Lang::En, "note") });
    }

    fn words(&mut self) {
        let (_, id) = self.visitor();
        let handoff = HandoffNo(self.belief(&id).0);
        let text = format!("word {}", self.chance.below(3));
        self.say(ToDesk::Brief { conversation: id, handoff, brief: brief(Lang::En, &text) });
    }

    fn old_item_again(&mut self) {
        if let Some(item) = self.chance.pick(&self.said) {
            // Words, or presence, said again replace newer ones; items come in order and once.
            if matches!(item, ToDesk::Brief { .. } | ToDesk::Visitor { .. }) {
                return;
            }
            // Whatever time alone changes has been told before.
            self.tick();
            let step = self.step(Input::Conversation(item.clone()), None);
            assert_eq!(step, Step::default(), "an old item has no effect: {item:?}");
        }
    }

    fn say(&mut self, item: ToDesk) {
        self.said.push(item.clone());
        self.step(Input::Conversation(item), None);
    }

    fn agent_connects(&mut self) {
        let profile = self.profile();
        let socket = self.connect(profile);
        if !self.chance.one_in(6) {
            self.greet(socket);
            let presence = if self.chance.one_in(3) { Presence::Busy } else { Presence::Online };
            self.step(Input::Frame { socket, request: DeskRequest::Presence { presence } }, None);
        }
    }

    fn connect(&mut self, profile: AgentProfile) -> SocketId {
        let socket = self.h.socket(&profile.agent.id);
        self.step(Input::Connect { socket, profile }, None);
        socket
    }

    fn greet(&mut self, socket: SocketId) {
        self.step(Input::Frame { socket, request: DeskRequest::Hello }, None);
    }

    fn socket(&mut self) -> Option<SocketId> {
        let all: Vec<_> = self.replicas.keys().copied().collect();
        self.chance.pick(&all)
    }

    fn agent_disconnects(&mut self) {
        let all: Vec<_> = self.h.open.keys().copied().collect();
        let Some(socket) = self.chance.pick(&all) else { return };
        if self.chance.one_in(3) {
            self.silent.push(socket);
        } else {
            self.replicas.remove(&socket);
            self.step(Input::Disconnect { socket }, None);
        }
    }

    fn presence(&mut self) {
        let Some(socket) = self.socket() else { return };
        use Presence::{Away, Busy, Offline, Online};
        let presence = self.chance.pick(&[Online, Online, Online, Busy, Away, Offline]).unwrap();
        self.step(Input::Frame { socket, request: DeskRequest::Presence { presence } }, None);
    }

    fn takes(&mut self) {
        let (Some(socket), (_, conversation)) = (self.socket(), self.visitor()) else { return };
        let request = DeskRequest::Take { conversation: conversation.clone() };
        self.step(Input::Frame { socket, request }, Some(conversation));
    }

    fn returns(&mut self) {
        let (Some(socket), (_, conversation)) = (self.socket(), self.visitor()) else { return };
        self.step(Input::Frame { socket, request: DeskRequest::Return { conversation } }, None);
    }

    /// Handoffs of another group or priority, as a later version's rules may make them, found in storage.
    fn other_class_asks(&mut self) {
        let n = 1_000 + self.chance.below(8) as u32;
        if self.h.desk.handoffs.get(&conv(n)).is_some() {
            return;
        }
        let handoff = Handoff {
            no: HandoffNo(1),
            since: Millis(self.h.now.0 - self.chance.below(5_000) as u64),
            group: self.chance.pick(&[default_group(), sales()]).unwrap(),
            priority: [-1, 0, 5][self.chance.below(3)],
            brief: brief(Lang::En, "vip"),
            left: None,
            standing: Standing::Waiting,
            away: false,
            returned: vec![],
        };
        self.h.cells.insert(format!("handoff/c{n}"), serde_json::to_string(&handoff).unwrap());
        let Handoff { since, group, priority, brief, .. } = handoff;
        let card = WaitingCard {
            conversation: conv(n),
            kind: WaitingKind::Live,
            since,
            group,
            priority,
            away: false,
            brief,
        };
        // Consoles hear of changes, and to the desk this is none.
        self.replicas.values_mut().for_each(|r| r.take(DeskFrame::Waiting { card: card.clone() }));
        self.beliefs.insert(conv(n), (1, Belief::Asking));
        self.h.evict();
        self.step(Input::Tick, None);
    }

    fn evicted(&mut self) {
        self.h.check_restored();
        if self.chance.one_in(4) {
            // A deploy: every socket is gone, nobody is told.
            self.h.open.clear();
            self.replicas.clear();
        }
        self.h.evict();
    }

    fn time_passes(&mut self) {
        if self.clock_jumps && self.chance.one_in(10) {
            self.h.now = Millis(self.h.now.0 - self.chance.below(100_000) as u64);
        }
        let spans = [1, SECOND, 10 * SECOND, MINUTE, 5 * MINUTE];
        let end = self.h.now.plus(spans[self.chance.below(spans.len())]);
        self.pass_until(end);
    }

    /// Lets time pass, with a tick whenever one is due.
    fn pass_until(&mut self, end: Millis) {
        let mut ticks = 0;
        while let Some(due) = self.h.desk.next_due().filter(|due| *due <= end) {
            self.h.now = due.max(self.h.now);
            self.tick();
            assert!(self.h.desk.next_due().is_none_or(|due| due > self.h.now), "a tick leaves nothing due");
            assert_eq!(self.h.step(Input::Tick), Step::default(), "nothing is left for a second tick");
            ticks += 1;
            assert!(ticks < 500, "ticks without end");
        }
        self.h.now = end;
        let told = self.tick().posts;
        assert!(self.clock_jumps || told.is_empty(), "a change nobody was woken for: {told:?}");
    }

    fn tick(&mut self) -> Step {
        let alive: Vec<_> = self.h.open.keys().copied().filter(|s| !self.silent.contains(s)).collect();
        for socket in alive {
            self.h.step(Input::Alive { socket, at: self.h.now });
        }
        self.step(Input::Tick, None)
    }

    fn step(&mut self, input: Input, taken: Option<ConversationId>) -> Step {
        let what = format!("{input:?}");
        let step = self.h.step(input);
        for (socket, frame) in step.sends.clone() {
            self.replicas.entry(socket).or_default().take(frame);
        }
        for (socket, _) in &step.closes {
            self.replicas.remove(socket);
        }
        for (id, item) in &step.posts {
            self.hear(id, item, taken.as_ref(), &what);
        }
        self.check(&what);
        step
    }

    /// A conversation hears from the desk; stale items are none of its business.
    fn hear(&mut self, id: &ConversationId, item: &FromDesk, taken: Option<&ConversationId>, what: &str) {
        let (no, belief) = self.belief(id);
        let (about, new) = match item {
            FromDesk::Queued { handoff, place } => {
                if let Belief::Queued(before) = belief {
                    assert!(
                        place.position <= before,
                        "{what}: {id} rose from {before} to {}",
                        place.position
                    );
                }
                assert!(!matches!(belief, Belief::Assigned(_)), "{what}: {id} is assigned");
                (handoff, Belief::Queued(place.position))
            }
            FromDesk::Requeued { handoff, lost, place, .. } => {
                assert_eq!(belief, Belief::Assigned(lost.clone()), "{what}: {id}");
                let away = self.absent.contains(id);
                assert!(away || place.is_some(), "{what}: {id} is there and told no place");
                (handoff, place.as_ref().map_or(Belief::Away, |place| Belief::Queued(place.position)))
            }
            FromDesk::Offline { handoff } => (handoff, Belief::Offline),
            FromDesk::Assigned { handoff, agent } => {
                assert!(!matches!(belief, Belief::Assigned(_)), "{what}: {id} has two agents");
                self.assignments += 1;
                if taken != Some(id) {
                    self.check_assignment(id, &agent.id, what);
                }
                (handoff, Belief::Assigned(agent.id.clone()))
            }
        };
        assert_eq!(*about, HandoffNo(no), "{what}: {id} is told about another handoff");
        self.beliefs.insert(id.clone(), (no, new));
    }

    fn bars(&self, handoff: &Handoff, agent: &AgentId) -> bool {
        handoff.returned.iter().any(|(a, at)| a == agent && self.h.now.since(*at) < limits::RETURN_REST)
    }

    /// An assignment nobody asked for is within capacity, and nobody it overtook could have been taken.
    fn check_assignment(&self, id: &ConversationId, agent: &AgentId, what: &str) {
        let desk = &self.h.desk;
        let served = desk.handoffs.get(id).unwrap();
        let a = desk.agents.get(agent).unwrap();
        assert!(!self.absent.contains(id), "{what}: {id} was given to {agent} and is away");
        assert!(a.serves(&served.group), "{what}: {agent} does not serve {}", served.group);
        assert!(desk.load(agent) <= a.profile.capacity, "{what}: {agent} is over capacity");
        assert_eq!(a.presence, Presence::Online, "{what}: {agent}");
        assert!(!self.bars(served, agent), "{what}: {agent} gave {id} back just now");
        let line = |id: &ConversationId, h: &Handoff| (Reverse(h.priority), h.since, id.clone());
        for (other, waiting) in desk.waiting() {
            let overtaken = line(other, waiting) < line(id, served);
            assert!(
                !overtaken || !a.serves(&waiting.group) || self.bars(waiting, agent),
                "{what}: {id} overtook {other}"
            );
        }
    }

    fn check(&mut self, what: &str) {
        let desk = &self.h.desk;
        // Everybody is somewhere, and knows where.
        for (id, (no, belief)) in &self.beliefs {
            let handoff = desk.handoffs.get(id);
            let standing = handoff.map(|h| &h.standing);
            let fits = match belief {
                Belief::Bot => matches!(standing, None | Some(Standing::Closed { .. })),
                Belief::Asking => false,
                Belief::Queued(position) => {
                    standing == Some(&Standing::Waiting)
                        && handoff.is_some_and(|h| !h.away)
                        && desk.places.get(id).is_some_and(|p| p.shown.position == *position)
                }
                Belief::Away => {
                    standing == Some(&Standing::Waiting)
                        && handoff.is_some_and(|h| h.away)
                        && desk.places.get(id).is_none()
                }
                Belief::Offline => matches!(standing, Some(Standing::Closed { .. })),
                Belief::Assigned(agent) => {
                    matches!(standing, Some(Standing::Assigned { agent: a, .. }) if a == agent)
                }
                Belief::Left => standing == Some(&Standing::Message),
            };
            assert!(
                fits && handoff.is_none_or(|h| h.no.0 == *no),
                "{what}: {id} believes {belief:?}, not {handoff:?}"
            );
        }
        // Whoever comes back, from an agent or from being away, stands where they stood; the desk knows who is away.
        for (id, handoff) in desk.handoffs.iter() {
            let since = *self.since.entry((id.clone(), handoff.no.0)).or_insert(handoff.since);
            let kept = since == handoff.since || handoff.left.is_some();
            assert!(kept, "{what}: {id} lost its place");
            let open = !matches!(handoff.standing, Standing::Closed { .. });
            assert!(!open || handoff.away == self.absent.contains(id), "{what}: {id} {handoff:?}");
        }
        // No fitting agent is idle while somebody waits.
        let free = |(id, a): &(&AgentId, &Agent)| {
            a.presence == Presence::Online && !a.windows.is_empty() && desk.load(id) < a.profile.capacity
        };
        for (agent, a) in desk.agents.iter().filter(free) {
            for (id, handoff) in desk.waiting() {
                assert!(
                    !a.serves(&handoff.group) || self.bars(handoff, agent),
                    "{what}: {agent} is free while {id} waits"
                );
            }
        }
        // Positions are 1 to n in every class.
        let mut classes: BTreeMap<(&GroupId, i32), Vec<u32>> = BTreeMap::new();
        for (id, handoff) in desk.waiting() {
            let position = desk.places.get(id).unwrap().shown.position;
            classes.entry((&handoff.group, handoff.priority)).or_default().push(position);
        }
        for (class, mut positions) in classes {
            positions.sort_unstable();
            assert!(
                positions.iter().copied().eq(1..=positions.len() as u32),
                "{what}: {class:?} {positions:?}"
            );
        }
        assert_eq!(desk.places.iter().count(), desk.index.waiting.len(), "{what}");
        // Every console sees the same, and the truth.
        let mut views = self.replicas.values().map(|r| r.clone().on_duty());
        if let Some(first) = views.next() {
            assert!(views.all(|view| view == first), "{what}: consoles differ");
            assert_eq!(
                first.assigned.len(),
                desk.index.assigned.values().map(|a| a.len()).sum::<usize>(),
                "{what}"
            );
            let waiting = desk.index.waiting.len() + desk.index.away.len();
            assert_eq!(first.waiting.len(), waiting + desk.index.messages.len(), "{what}");
            assert_eq!(
                first.waiting.values().filter(|card| card.away).count(),
                desk.index.away.len(),
                "{what}"
            );
            assert!(first.agents.iter().all(|(id, a)| a.load == desk.load(id)), "{what}");
        }
        self.check_hope(what);
        if self.chance.one_in(8) {
            self.h.check_restored();
        }
    }

    /// Nobody waits for long when nobody is on duty.
    fn check_hope(&mut self, what: &str) {
        let (desk, now) = (&self.h.desk, self.h.now);
        let waiting: Vec<GroupId> = desk.waiting().chain(desk.away()).map(|(_, h)| h.group.clone()).collect();
        self.off.retain(|group, _| waiting.contains(group) && !desk.on_duty(group, now));
        for group in waiting {
            if !desk.on_duty(&group, now) {
                let since = *self.off.entry(group).or_insert(now);
                assert!(
                    self.clock_jumps || now.since(since) <= limits::OFF_DUTY_GRACE,
                    "{what}: waiting in vain"
                );
            }
        }
    }

    /// Everybody's lid closes: in the end nobody is left in limbo.
    fn finish(&mut self) {
        self.silent = self.h.open.keys().copied().collect();
        for _ in 0..20 {
            self.pass_until(self.h.now.plus(MINUTE));
        }
        assert_eq!(self.h.desk.index.waiting.len() + self.h.desk.index.away.len(), 0);
        assert_eq!(self.h.desk.index.assigned.len(), 0);
        assert!(self.h.desk.agents.iter().all(|(_, a)| a.presence == Presence::Offline));
        assert_eq!(self.h.desk.next_due(), None, "an empty desk sleeps");
    }
}

fn run(seed: u64, steps: usize) -> (usize, usize) {
    let mut world = World::new(seed);
    // A day begins with somebody there.
    for name in ["ann", "bob"] {
        let socket = world.connect(profile(name, 2));
        world.greet(socket);
        world.step(
            Input::Frame { socket, request: DeskRequest::Presence { presence: Presence::Online } },
            None,
        );
    }
    for _ in 0..steps {
        world.happen();
    }
    world.finish();
    (world.assignments, world.absences)
}

#[test]
fn hundreds_of_days() {
    let (mut assignments, mut absences) = (0, 0);
    for seed in 0..200 {
        let ran = std::panic::catch_unwind(|| run(seed, 120));
        match ran {
            Ok((assigned, away)) => (assignments, absences) = (assignments + assigned, absences + away),
            Err(cause) => {
                eprintln!("seed {seed} fails");
                std::panic::resume_unwind(cause);
            }
        }
    }
    assert!(assignments > 1_000 && absences > 200, "busy enough to show anything: {assignments} {absences}");
}
