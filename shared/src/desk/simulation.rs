//! Seeded days at a desk: visitors and agents do anything in any order, lines break, windows fall silent, the desk is
//! evicted, old items arrive again. After every step the desk is held to what it promises.

mod check;
mod replica;

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Handoff, Standing};
use super::harness::{Harness, Step, brief, conv, profile};
use super::{AgentProfile, Input};
use crate::conversation::SocketId;
use crate::exchange::{FromDesk, HandoffNo, ToDesk};
use crate::ids::{AgentId, ConversationId, GroupId};
use crate::lang::Lang;
use crate::protocol::desk::{Presence, WaitingCard, WaitingKind};
use crate::protocol::stage::default_group;
use crate::protocol::{DeskFrame, DeskRequest};
use crate::site::Role;
use crate::testing::Rng;
use crate::time::{MINUTE, Millis, SECOND};
use replica::Replica;

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

struct World {
    h: Harness,
    rng: Rng,
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
        let mut rng = Rng::new(seed);
        let clock_jumps = rng.below(4) == 0;
        let visitors = 6 + rng.below(18) as u32;
        Self {
            h: Harness::trusting(),
            rng,
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
        let name = self.rng.pick(&AGENTS).cloned().unwrap();
        let capacity = [0, 1, 1, 2, 3][self.rng.below(5) as usize];
        let groups = [vec![default_group()], vec![], vec![sales()], vec![default_group(), sales()]];
        let languages = [vec![Lang::En], vec![Lang::ZhCn, Lang::En], vec![Lang::Ja], vec![]];
        AgentProfile {
            // One supervisor, always the same person.
            role: if name == "eve" { Role::Supervisor } else { Role::Agent },
            groups: groups[self.rng.below(4) as usize].clone(),
            languages: languages[self.rng.below(4) as usize].clone(),
            ..profile(name, capacity)
        }
    }

    /// One thing that happens.
    fn happen(&mut self) {
        match self.rng.below(28) {
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
        let n = self.rng.below(self.visitors.into()) as u32;
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
            let lang = self.rng.pick(&[Lang::En, Lang::ZhTw, Lang::Ja]).cloned().unwrap();
            self.absent.remove(&id);
            self.beliefs.insert(id.clone(), (no, Belief::Asking));
            let late = self.rng.below(2_000);
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
            let (handoff, at, replied) = (HandoffNo(no), self.h.now, self.rng.below(2) == 0);
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
        self.say(ToDesk::MessageLeft {
            conversation: id,
            handoff,
            at,
            brief: brief(Lang::En, "note"),
            call_back: false,
        });
    }

    fn words(&mut self) {
        let (_, id) = self.visitor();
        let handoff = HandoffNo(self.belief(&id).0);
        let text = format!("word {}", self.rng.below(3));
        self.say(ToDesk::Brief { conversation: id, handoff, brief: brief(Lang::En, &text) });
    }

    fn old_item_again(&mut self) {
        if let Some(item) = self.rng.pick(&self.said).cloned() {
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
        if self.rng.below(6) != 0 {
            self.greet(socket);
            let presence = if self.rng.below(3) == 0 { Presence::Busy } else { Presence::Online };
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
        self.rng.pick(&all).cloned()
    }

    fn agent_disconnects(&mut self) {
        let all: Vec<_> = self.h.open.keys().copied().collect();
        let Some(socket) = self.rng.pick(&all).cloned() else { return };
        if self.rng.below(3) == 0 {
            self.silent.push(socket);
        } else {
            self.replicas.remove(&socket);
            self.step(Input::Disconnect { socket }, None);
        }
    }

    fn presence(&mut self) {
        let Some(socket) = self.socket() else { return };
        use Presence::{Away, Busy, Offline, Online};
        let presence = self.rng.pick(&[Online, Online, Online, Busy, Away, Offline]).cloned().unwrap();
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
        let n = 1_000 + self.rng.below(8) as u32;
        if self.h.desk.handoffs.get(&conv(n)).is_some() {
            return;
        }
        let handoff = Handoff {
            no: HandoffNo(1),
            since: Millis(self.h.now.0 - self.rng.below(5_000)),
            group: self.rng.pick(&[default_group(), sales()]).cloned().unwrap(),
            priority: [-1, 0, 5][self.rng.below(3) as usize],
            brief: brief(Lang::En, "vip"),
            left: None,
            standing: Standing::Waiting,
            away: false,
            call_back: false,
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
        if self.rng.below(4) == 0 {
            // A deploy: every socket is gone, nobody is told.
            self.h.open.clear();
            self.replicas.clear();
        }
        self.h.evict();
    }

    fn time_passes(&mut self) {
        if self.clock_jumps && self.rng.below(10) == 0 {
            self.h.now = Millis(self.h.now.0 - self.rng.below(100_000));
        }
        let spans = [1, SECOND, 10 * SECOND, MINUTE, 5 * MINUTE];
        let end = self.h.now.plus(spans[self.rng.below(spans.len() as u64) as usize]);
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
            FromDesk::Offline { handoff, .. } => (handoff, Belief::Offline),
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
    for seed in 0..120 {
        let ran = std::panic::catch_unwind(|| run(seed, 120));
        match ran {
            Ok((assigned, away)) => (assignments, absences) = (assignments + assigned, absences + away),
            Err(cause) => {
                eprintln!("seed {seed} fails");
                std::panic::resume_unwind(cause);
            }
        }
    }
    assert!(assignments > 600 && absences > 120, "busy enough to show anything: {assignments} {absences}");
}
