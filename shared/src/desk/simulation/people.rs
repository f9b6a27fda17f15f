//! What visitors, agents and supervisors do, in any order.

use serde_json::json;

use super::*;

impl World {
    pub(super) fn visitor_asks(&mut self) {
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
            let brief = self.asks_about(lang);
            self.say(ToDesk::Handoff {
                conversation: id,
                handoff: HandoffNo(no),
                at,
                brief,
                visitor: Some(VisitorId::new(format!("v{}", n % 7)).unwrap()),
            });
        }
    }

    /// A visitor who waits goes away, or is back; back also while an agent has the conversation.
    pub(super) fn visitor_goes_or_returns(&mut self) {
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

    pub(super) fn visitor_leaves(&mut self) {
        let (_, id) = self.visitor();
        if let (no, Belief::Queued(_) | Belief::Away) = self.belief(&id) {
            self.beliefs.insert(id.clone(), (no, Belief::Bot));
            self.say(ToDesk::Withdraw { conversation: id, handoff: HandoffNo(no) });
        }
    }

    pub(super) fn conversation_ends(&mut self) {
        let (_, id) = self.visitor();
        if let (no, Belief::Assigned(_)) = self.belief(&id) {
            self.beliefs.insert(id.clone(), (no, Belief::Bot));
            let (handoff, at, replied) = (HandoffNo(no), self.h.now, self.rng.below(2) == 0);
            self.say(ToDesk::Ended { conversation: id, handoff, at, replied });
        }
    }

    pub(super) fn message_left(&mut self) {
        let (n, id) = self.visitor();
        let no = match self.belief(&id) {
            // By its time a message is told from a repeat only while clocks run forward; conversations give it a number of
            // its own.
            (no, Belief::Queued(_) | Belief::Away | Belief::Offline) if !self.clock_jumps => no,
            (_, Belief::Bot | Belief::Queued(_) | Belief::Away | Belief::Offline) => {
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

    pub(super) fn words(&mut self) {
        let (_, id) = self.visitor();
        let handoff = HandoffNo(self.belief(&id).0);
        let text = format!("word {}", self.rng.below(3));
        self.say(ToDesk::Brief { conversation: id, handoff, brief: brief(Lang::En, &text) });
    }

    pub(super) fn old_item_again(&mut self) {
        if let Some(item) = self.rng.pick(&self.said).cloned() {
            // Words, or presence, said again replace newer ones; items come in order and once.
            if matches!(item, ToDesk::Brief { .. } | ToDesk::Visitor { .. } | ToDesk::Attended { .. }) {
                return;
            }
            // Whatever time alone changes has been told before.
            self.tick();
            let step = self.step(Input::Conversation(item.clone()), None);
            assert_eq!(step, Step::default(), "an old item has no effect: {item:?}");
        }
    }

    pub(super) fn say(&mut self, item: ToDesk) {
        self.said.push(item.clone());
        self.step(Input::Conversation(item), None);
    }

    pub(super) fn agent_connects(&mut self) {
        let profile = self.profile();
        let socket = self.connect(profile);
        if self.rng.below(6) != 0 {
            self.greet(socket);
            let presence = if self.rng.below(3) == 0 { Presence::Busy } else { Presence::Online };
            self.step(Input::Frame { socket, request: DeskRequest::Presence { presence } }, None);
        }
    }

    pub(super) fn connect(&mut self, profile: AgentProfile) -> SocketId {
        let socket = self.h.socket(&profile.agent.id);
        self.step(Input::Connect { socket, profile, pass: None }, None);
        socket
    }

    pub(super) fn greet(&mut self, socket: SocketId) {
        self.step(Input::Frame { socket, request: DeskRequest::Hello }, None);
    }

    pub(super) fn socket(&mut self) -> Option<SocketId> {
        let all: Vec<_> = self.replicas.keys().copied().collect();
        self.rng.pick(&all).cloned()
    }

    pub(super) fn agent_disconnects(&mut self) {
        let all: Vec<_> = self.h.open.keys().copied().collect();
        let Some(socket) = self.rng.pick(&all).cloned() else { return };
        if self.rng.below(3) == 0 {
            self.silent.push(socket);
        } else {
            self.replicas.remove(&socket);
            self.step(Input::Disconnect { socket }, None);
        }
    }

    pub(super) fn presence(&mut self) {
        let Some(socket) = self.socket() else { return };
        use Presence::{Away, Busy, Offline, Online};
        let presence = self.rng.pick(&[Online, Online, Online, Busy, Away, Offline]).cloned().unwrap();
        self.step(Input::Frame { socket, request: DeskRequest::Presence { presence } }, None);
    }

    pub(super) fn takes(&mut self) {
        let (Some(socket), (_, conversation)) = (self.socket(), self.visitor()) else { return };
        self.by_hand = self.h.open.get(&socket).cloned().into_iter().collect();
        let request = DeskRequest::Take { conversation: conversation.clone() };
        self.step(Input::Frame { socket, request }, Some(conversation));
        self.by_hand.clear();
    }

    /// What somebody asks about: the rules send some of it elsewhere, or make it heavier or more pressing.
    pub(super) fn asks_about(&mut self, lang: Lang) -> Brief {
        let page = self.rng.pick(&["/", "/sales", "/sales/x", "/heavy", "/soon", "/asia"]).unwrap();
        let page = PageContext { url: format!("https://shop.example{page}"), ..PageContext::default() };
        Brief {
            page: Some(page),
            vip: [0, 0, 0, 1, 3][self.rng.below(5) as usize],
            urgent: self.rng.below(6) == 0,
            ..brief(lang, "?")
        }
    }

    pub(super) fn attends(&mut self) {
        let (_, id) = self.visitor();
        if let (no, Belief::Assigned(_)) = self.belief(&id) {
            self.say(ToDesk::Attended { conversation: id, handoff: HandoffNo(no) });
        }
    }

    pub(super) fn transfers(&mut self) {
        let (Some(socket), (_, conversation)) = (self.socket(), self.visitor()) else { return };
        let name = *self.rng.pick(&AGENTS).unwrap();
        let to = match self.rng.below(3) {
            0 => TransferTo::Group { group: sales() },
            1 => TransferTo::Group { group: default_group() },
            _ => TransferTo::Agent { agent: AgentId::new(name).unwrap() },
        };
        self.by_hand = match &to {
            TransferTo::Agent { agent } => vec![agent.clone()],
            TransferTo::Group { .. } => vec![],
        };
        let note = (self.rng.below(2) == 0).then(|| "note".to_string());
        let request = DeskRequest::Transfer { conversation: conversation.clone(), to, note };
        self.step(Input::Frame { socket, request }, Some(conversation));
        self.by_hand.clear();
    }

    pub(super) fn takes_over(&mut self) {
        let (Some(socket), (_, conversation)) = (self.socket(), self.visitor()) else { return };
        self.by_hand = self.h.open.get(&socket).cloned().into_iter().collect();
        let request = DeskRequest::TakeOver { conversation: conversation.clone() };
        self.step(Input::Frame { socket, request }, Some(conversation));
        self.by_hand.clear();
    }

    /// An account is changed or removed.
    pub(super) fn account_changes(&mut self) {
        let name = *self.rng.pick(&AGENTS).unwrap();
        let agent = AgentId::new(name).unwrap();
        let profile = self.profile_of(name);
        if self.rng.below(3) == 0 {
            self.silent.retain(|s| self.h.open.get(s) != Some(&agent));
            self.step(Input::Removed { agent }, None);
        } else {
            self.step(Input::Profile { profile }, None);
        }
    }

    pub(super) fn shows_life(&mut self) {
        let Some(socket) = self.socket() else { return };
        let request = if self.rng.below(2) == 0 { DeskRequest::Active } else { DeskRequest::Ready };
        self.step(Input::Frame { socket, request }, None);
    }

    pub(super) fn rules_change(&mut self) {
        let rule = |page: &str, then: Then| Rule {
            off: false,
            name: page.into(),
            when: vec![Condition::Page { any: vec![format!("/{page}*")] }],
            then,
        };
        let mut numbers = [0; 4];
        numbers.iter_mut().for_each(|n| *n = [0, 0, 20, 90][self.rng.below(4) as usize]);
        let [no_answer, wrap_up, language_wait, away] = numbers;
        let groups = [sales(), default_group()].map(|id| GroupRule {
            id,
            name: String::new(),
            languages: vec![],
            capacity: [None, None, Some(2), Some(1), Some(0)][self.rng.below(5) as usize],
            language_wait,
            no_answer: None,
            wrap_up: None,
        });
        let routing = Routing {
            groups: groups.to_vec(),
            rules: vec![
                rule("sales", Then { group: Some(sales()), ..Then::default() }),
                rule("heavy", Then { weight: 2 + self.rng.below(2) as u32, ..Then::default() }),
                rule("soon", Then { priority: 3, ..Then::default() }),
            ],
            point: [0, 10, 300][self.rng.below(3) as usize],
            no_answer,
            wrap_up: wrap_up / 3,
            away_after: away * 5,
            ..Routing::default()
        };
        self.version += 1;
        self.step(Input::Routing { version: self.version, routing, believed: Default::default() }, None);
    }

    /// Groups lead on to each other when they are closed, full or slow; in circles too, as they may stand in storage.
    pub(super) fn roster_changes(&mut self) {
        let numbers = [json!(null), json!(1), json!(3), json!(8)];
        let mut groups = serde_json::Map::new();
        for (id, other) in [("support", "sales"), ("sales", "support")] {
            let offers = ["leave_message", "call_back", "email", "bot_only"];
            let lead = json!({"type": "group", "group": other});
            let mut otherwise = || match self.rng.below(3) {
                0 => json!({"type": offers[self.rng.below(4) as usize]}),
                _ => lead.clone(),
            };
            let (closed, full) = (otherwise(), otherwise());
            let mut number = || numbers[self.rng.below(4) as usize].clone();
            let (most, longest, after) = (number(), number(), number());
            let overflow =
                if after.is_null() { json!(null) } else { json!({"after": after, "group": other}) };
            let rules = json!({"closed": closed, "full": full, "most_waiting": most, "longest_wait": longest, "overflow": overflow});
            groups.insert(id.into(), rules);
        }
        let members = AGENTS.map(|name| Member {
            agent: AgentId::new(name).unwrap(),
            groups: vec![default_group()],
            capacity: 1,
        });
        let roster = serde_json::from_value(json!({"agents": {}, "groups": groups})).unwrap();
        self.version += 1;
        self.step(Input::Roster(Team { revision: self.version, members: members.to_vec(), roster }), None);
    }

    pub(super) fn returns(&mut self) {
        let (Some(socket), (_, conversation)) = (self.socket(), self.visitor()) else { return };
        self.step(Input::Frame { socket, request: DeskRequest::Return { conversation } }, None);
    }

    /// Handoffs of another group or priority, as a later version's rules may make them, found in storage.
    pub(super) fn other_class_asks(&mut self) {
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
            head_start: [0, 60_000, -5_000][self.rng.below(3) as usize],
            weight: 1,
            visitor: None,
            narrow: None,
            listed: false,
            left: None,
            standing: Standing::Waiting,
            away: false,
            call_back: false,
            returned: vec![],
            been: vec![],
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
}
