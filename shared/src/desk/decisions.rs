//! The site's routing at this desk: where a handoff goes by it, and the record of what was decided.

use std::sync::LazyLock;

use super::AgentProfile;
use super::cells::{Handoff, PLAN, Plan, Standing};
use super::machine::Desk;
use crate::exchange::{HandoffNo, ToDesk};
use crate::ids::{ConversationId, GroupId, VisitorId};
use crate::limits;
use crate::protocol::DeskFrame;
use crate::protocol::desk::Brief;
use crate::routing::{self, Decision, Facts, Route, Routing, What, explain};
use crate::security::secrets::Believed;
use crate::time::Millis;

static USUAL: LazyLock<Routing> = LazyLock::new(Routing::default);

fn disown(brief: &mut Brief) {
    (brief.vip, brief.customer) = (0, None);
}

impl Desk {
    /// The site's routing, as far as this desk has been told.
    pub(super) fn routing(&self) -> &Routing {
        self.plan.get(&PLAN).map_or(&*USUAL, |plan| &plan.routing)
    }

    /// Holds for handoffs from now on; who waits stays where they were sent.
    pub(super) fn handle_routing(&mut self, now: Millis, version: u64, routing: Routing, believed: Believed) {
        let former = self.plan.get(&PLAN);
        if former.is_some_and(|plan| plan.version >= version) {
            return;
        }
        let disowned = former.map(|plan| plan.believed).unwrap_or_default() != believed;
        self.plan.put(PLAN, Plan { version, routing, believed });
        if disowned {
            self.disown_all(now);
        }
    }

    /// The time is over in which a secret that was replaced is believed too.
    pub(super) fn end_overlap(&mut self, now: Millis) {
        let until = self.plan.get(&PLAN).and_then(|plan| plan.believed.former_until);
        if until.is_some_and(|until| until <= now) {
            if let Some(plan) = self.plan.edit(&PLAN) {
                plan.believed.former_until = None;
            }
            self.disown_all(now);
        }
    }

    /// Level and customer of all that was signed with a secret that is no longer believed.
    fn disown_all(&mut self, now: Millis) {
        let believed = self.plan.get(&PLAN).map(|plan| plan.believed).unwrap_or_default();
        let signed = self.handoffs.iter().filter(|(_, h)| !believed.counts(h.brief.signed, now));
        let signed = signed.filter(|(_, h)| h.brief.customer.is_some() || h.brief.vip > 0);
        let signed: Vec<ConversationId> = signed.map(|(id, _)| id.clone()).collect();
        for id in signed {
            self.change(&id, |h| disown(&mut h.brief));
        }
    }

    /// What was signed with a secret that is no longer believed counts for nothing.
    pub(super) fn believe(&self, now: Millis, item: &mut ToDesk) {
        let believed = self.plan.get(&PLAN).map(|plan| plan.believed).unwrap_or_default();
        if let ToDesk::Handoff { brief, .. } | ToDesk::MessageLeft { brief, .. } | ToDesk::Brief { brief, .. } =
            item
            && !believed.counts(brief.signed, now)
        {
            disown(brief);
        }
    }

    /// An account was changed: what it may and can do holds at once.
    pub(super) fn handle_profile(&mut self, profile: AgentProfile) {
        let id = profile.agent.id.clone();
        if self.agents.get(&id).is_some_and(|agent| agent.profile != profile)
            && let Some(agent) = self.agents.edit(&id)
        {
            agent.profile = profile;
        }
    }

    /// A handoff of this brief, waiting where the rules send it. The decision is recorded.
    pub(super) fn route(
        &mut self,
        now: Millis,
        id: &ConversationId,
        (no, since, visitor): (HandoffNo, Millis, Option<VisitorId>),
        brief: Brief,
    ) -> Handoff {
        let facts = brief.facts();
        let why = explain(&facts, self.routing());
        let Route { group, priority, weight } = why.route.clone();
        let (on_duty, waiting) = self.duty_and_line(&group, now);
        self.decide(now, id, What::Routed { facts, why, on_duty, waiting });
        Handoff {
            no,
            since,
            head_start: self.routing().head_start(priority),
            narrow: self.narrow_until(&group, since),
            group,
            priority,
            weight,
            visitor,
            brief,
            listed: false,
            left: None,
            standing: Standing::Waiting,
            away: false,
            call_back: false,
            returned: vec![],
            been: vec![],
        }
    }

    /// Until when only those who speak the language are given what has waited for the group since then.
    pub(super) fn narrow_until(&self, group: &GroupId, since: Millis) -> Option<Millis> {
        let narrow = self.routing().language_wait(group);
        (narrow > 0).then(|| since.plus(narrow))
    }

    /// How many of the group are on duty, and how many wait for it.
    fn duty_and_line(&self, group: &GroupId, now: Millis) -> (u32, u32) {
        let on_duty = self.agents.iter().filter(|(_, agent)| agent.is_on_duty(group, now)).count();
        let waiting = self.waiting().filter(|(_, h)| h.group == *group).count();
        (u32::try_from(on_duty).unwrap_or(u32::MAX), u32::try_from(waiting).unwrap_or(u32::MAX))
    }

    /// Records a decision; the oldest one gives way.
    pub(super) fn decide(&mut self, now: Millis, conversation: &ConversationId, what: What) {
        let n = self.index.decided;
        self.index.decided = n.saturating_add(1);
        let decision = Decision { n, at: now, conversation: conversation.clone(), what };
        self.decisions.put(n % limits::DESK_DECISIONS, decision);
    }

    /// The recorded decisions, of one conversation or of all, newest first: as many as a frame tells of those before one.
    pub(super) fn decisions(&self, of: Option<&ConversationId>, before: Option<u64>) -> DeskFrame {
        let wanted = |d: &&Decision| {
            of.is_none_or(|id| d.conversation == *id) && before.is_none_or(|before| d.n < before)
        };
        let mut found: Vec<&Decision> = self.decisions.iter().map(|(_, d)| d).filter(wanted).collect();
        found.sort_unstable_by_key(|d| std::cmp::Reverse(d.n));
        let more = found.len() > limits::DECISIONS_AT_ONCE;
        let decisions = found.into_iter().take(limits::DECISIONS_AT_ONCE).cloned().collect();
        DeskFrame::Decisions { decisions, more }
    }

    /// Where a handoff of these facts would go, by these rules or the present ones.
    pub(super) fn explained(&self, now: Millis, facts: &Facts, other: Option<&Routing>) -> DeskFrame {
        let explanation = explain(facts, other.unwrap_or_else(|| self.routing()));
        let (on_duty, waiting) = self.duty_and_line(&explanation.route.group, now);
        let faults = other.map(routing::check).unwrap_or_default();
        let candidates = self.candidates(now, facts, &explanation.route, other);
        DeskFrame::Explained { explanation, on_duty, waiting, faults, candidates }
    }
}
