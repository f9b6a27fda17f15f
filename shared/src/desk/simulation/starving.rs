//! Nobody starves: as long as somebody serves, everybody's turn comes, whoever comes with however much priority.

use super::*;

/// Seconds of waiting that a point is worth here.
const POINT: u32 = 10;
/// More points than anybody has, and so much later nobody comes in front of those who wait already.
const POINTS: u64 = 40;

impl World {
    /// Once somebody who serves every group is there and conversations end, those who wait now are served within the time
    /// that the largest head start and their number make, while somebody pressing comes all the time.
    pub(super) fn nobody_starves(&mut self) {
        self.version += 1;
        let groups = [sales(), default_group()].map(|id| GroupRule {
            id,
            name: String::new(),
            languages: vec![],
            capacity: None,
            language_wait: 0,
            no_answer: None,
            wrap_up: None,
        });
        let rules = Rule {
            name: "sales".into(),
            when: vec![Condition::Page { any: vec!["/sales*".into()] }],
            then: Then { group: Some(sales()), ..Then::default() },
            off: false,
        };
        let routing = Routing {
            groups: groups.to_vec(),
            rules: vec![rules],
            point: POINT,
            no_answer: 0,
            away_after: 0,
            ..Routing::default()
        };
        self.step(Input::Routing { version: self.version, routing, believed: Default::default() }, None);
        let fay =
            AgentProfile { groups: vec![default_group(), sales()], languages: vec![], ..profile("fay", 2) };
        let socket = self.connect(fay);
        self.greet(socket);
        let online = DeskRequest::Presence { presence: Presence::Online };
        self.step(Input::Frame { socket, request: online }, None);
        let line = |world: &Self| -> Vec<(ConversationId, u32)> {
            world.h.desk.waiting().map(|(id, h)| (id.clone(), h.no.0)).collect()
        };
        let waiting = line(self);
        let rounds = POINTS * u64::from(POINT) / 20 + 3 * waiting.len() as u64 + 30;
        for round in 0..rounds {
            let held: Vec<ConversationId> = self.h.desk.index.assigned.values().flatten().cloned().collect();
            let of_fay = self.h.desk.index.assigned.get(&AgentId::new("fay").unwrap());
            let first = of_fay.and_then(|held| held.first().cloned());
            let other = self.rng.pick(&held).cloned();
            for id in first.into_iter().chain(other) {
                if let (no, Belief::Assigned(_)) = self.belief(&id) {
                    self.beliefs.insert(id.clone(), (no, Belief::Bot));
                    let (handoff, at) = (HandoffNo(no), self.h.now);
                    self.say(ToDesk::Ended { conversation: id, handoff, at, replied: true });
                }
            }
            self.presses(2_000 + round as u32);
            self.pass_until(self.h.now.plus(20 * SECOND));
        }
        for (id, no) in waiting {
            let still = self.h.desk.handoffs.get(&id).is_some_and(|h| {
                h.no.0 == no && h.standing == Standing::Waiting && !h.away && h.returned.is_empty()
            });
            assert!(!still, "{id} starves");
        }
    }

    /// Somebody with as much priority as there is comes.
    fn presses(&mut self, n: u32) {
        let id = conv(n);
        self.beliefs.insert(id.clone(), (1, Belief::Asking));
        let page = self.rng.pick(&["/", "/sales"]).unwrap();
        let page = PageContext { url: format!("https://shop.example{page}"), ..PageContext::default() };
        let brief = Brief { page: Some(page), vip: 9, urgent: true, ..brief(Lang::En, "!") };
        let (handoff, at) = (HandoffNo(1), self.h.now);
        self.say(ToDesk::Handoff { conversation: id, handoff, at, brief, visitor: None });
    }
}
