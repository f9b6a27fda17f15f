//! Seeded days at a desk: visitors and agents do anything in any order, lines break, windows fall silent, the desk is
//! evicted, old items arrive again. After every step the desk is held to what it promises.

mod check;
mod people;
mod replica;
mod starving;

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Handoff, Standing};
use super::harness::{Harness, Step, brief, conv, profile};
use super::{AgentProfile, Input};
use crate::conversation::SocketId;
use crate::exchange::{FromDesk, HandoffNo, ToDesk};
use crate::ids::{AgentId, ConversationId, GroupId, VisitorId};
use crate::lang::Lang;
use crate::protocol::desk::{Brief, Presence, TransferTo, WaitingCard, WaitingKind};
use crate::protocol::stage::default_group;
use crate::protocol::{DeskFrame, DeskRequest, PageContext};
use crate::roster::{Member, Team};
use crate::routing::{Condition, GroupRule, Routing, Rule, Then};
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
    /// Whom the present step gives a conversation by hand.
    by_hand: Vec<AgentId>,
    version: u64,
    /// How often each visitor was moved to another line, as they were told last.
    moved: BTreeMap<ConversationId, u32>,
    moves: usize,
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
            by_hand: Vec::new(),
            version: 0,
            moved: BTreeMap::new(),
            moves: 0,
        }
    }

    fn profile(&mut self) -> AgentProfile {
        let name = *self.rng.pick(&AGENTS).unwrap();
        self.profile_of(name)
    }

    fn profile_of(&mut self, name: &str) -> AgentProfile {
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
        match self.rng.below(37) {
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
            26 | 27 => self.attends(),
            28 => self.transfers(),
            29 => self.takes_over(),
            30 => self.account_changes(),
            31 => self.shows_life(),
            32 => self.rules_change(),
            33 => self.roster_changes(),
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
            // Who is moved to another line makes room that somebody else may be moved to by the next event.
            let ruled = self.h.desk.group_rules(&default_group()).is_some();
            for _ in 0..if ruled { 8 } else { 0 } {
                if self.tick() == Step::default() {
                    break;
                }
            }
            assert!(self.h.desk.next_due().is_none_or(|due| due > self.h.now), "a tick leaves nothing due");
            assert_eq!(self.h.step(Input::Tick), Step::default(), "nothing is left for a second tick");
            ticks += 1;
            assert!(ticks < 500, "ticks without end");
        }
        self.h.now = end;
        let told = self.tick().posts;
        // Rules about long waits are looked at with every event, and every 30 s.
        let ruled = self.h.desk.group_rules(&default_group()).is_some();
        assert!(self.clock_jumps || ruled || told.is_empty(), "a change nobody was woken for: {told:?}");
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
                let times = place.moved.as_ref().map_or(0, |moved| moved.times);
                let moved = self.moved.insert(id.clone(), times).is_some_and(|before| before < times);
                self.moves += usize::from(moved);
                if let Belief::Queued(before) = belief {
                    assert!(
                        place.position <= before || moved,
                        "{what}: {id} rose from {before} to {}",
                        place.position
                    );
                }
                assert!(!matches!(belief, Belief::Assigned(_)), "{what}: {id} is assigned");
                (handoff, Belief::Queued(place.position))
            }
            FromDesk::Requeued { handoff, lost, place, .. } => {
                assert_eq!(belief, Belief::Assigned(lost.clone()), "{what}: {id}");
                let times =
                    place.as_ref().and_then(|place| place.moved.as_ref()).map_or(0, |moved| moved.times);
                self.moved.insert(id.clone(), times);
                let away = self.absent.contains(id);
                assert!(away || place.is_some(), "{what}: {id} is there and told no place");
                (handoff, place.as_ref().map_or(Belief::Away, |place| Belief::Queued(place.position)))
            }
            FromDesk::Offline { handoff, .. } | FromDesk::NotTaken { handoff } => (handoff, Belief::Offline),
            FromDesk::Note { handoff, .. } => (handoff, belief),
            FromDesk::Assigned { handoff, agent } => {
                let by_hand = taken == Some(id);
                assert!(by_hand || !matches!(belief, Belief::Assigned(_)), "{what}: {id} has two agents");
                self.assignments += 1;
                if !by_hand || !self.by_hand.contains(&agent.id) {
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

fn run(seed: u64, steps: usize) -> (usize, usize, usize) {
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
    if !seed.is_multiple_of(4) {
        world.rules_change();
    }
    if seed % 3 == 1 {
        world.roster_changes();
    }
    for _ in 0..steps {
        world.happen();
    }
    if seed.is_multiple_of(5) {
        world.nobody_starves();
    }
    world.finish();
    (world.assignments, world.absences, world.moves)
}

/// The seeds of `cargo xtask sim --desk --seeds A..B`, which names them when this is built.
fn seeds() -> std::ops::Range<u64> {
    let range = option_env!("DESK_SEEDS").and_then(|text| text.split_once(".."));
    range.map_or(0..100, |(from, to)| from.parse().unwrap()..to.parse().unwrap())
}

#[test]
fn r_184_hundreds_of_days_are_fair() {
    let (mut assignments, mut absences, mut moves) = (0, 0, 0);
    for seed in seeds() {
        let ran = std::panic::catch_unwind(|| run(seed, 120));
        match ran {
            Ok((assigned, away, moved)) => {
                (assignments, absences, moves) = (assignments + assigned, absences + away, moves + moved);
            }
            Err(cause) => {
                eprintln!("seed {seed} fails");
                std::panic::resume_unwind(cause);
            }
        }
    }
    assert!(
        assignments > 400 && absences > 80 && moves > 5,
        "busy enough to show anything: {assignments} {absences} {moves}"
    );
}
