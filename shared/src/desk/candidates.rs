//! Who of a group could be given a conversation now, and what keeps the others from it.

use super::cells::{Agent, Handoff, Standing};
use super::frames::state;
use super::machine::Desk;
use crate::exchange::HandoffNo;
use crate::ids::AgentId;
use crate::protocol::desk::{Brief, Candidate, Presence, Speaks, Unfit};
use crate::routing::{Facts, Route, Routing};
use crate::time::Millis;

impl Desk {
    /// The members of the route's group who are signed in: whoever would be given it first, then those who could be, then
    /// the others. Of the routing it goes by, groups may be new.
    pub(super) fn candidates(
        &self,
        now: Millis,
        facts: &Facts,
        route: &Route,
        other: Option<&Routing>,
    ) -> Vec<Candidate> {
        let routing = other.unwrap_or_else(|| self.routing());
        let handoff = Handoff {
            no: HandoffNo(0),
            since: now,
            head_start: 0,
            narrow: (routing.language_wait(&route.group) > 0).then_some(now),
            group: route.group.clone(),
            priority: route.priority,
            weight: route.weight,
            visitor: None,
            brief: Brief::empty(facts.lang),
            listed: false,
            left: None,
            standing: Standing::Waiting,
            away: false,
            call_back: false,
            returned: vec![],
            been: vec![],
        };
        let (load, most) = (self.group_load(&route.group), routing.capacity(&route.group));
        let room = most > 0 && (load == 0 || load.saturating_add(route.weight) <= most);
        let members = self.agents.iter().filter(|(_, agent)| agent.serves(&route.group));
        let candidate = |(id, agent): (&AgentId, &Agent)| {
            let speaks = match agent.misfit(facts.lang) {
                0 => Speaks::Well,
                1 => Speaks::Nearly,
                _ => Speaks::No,
            };
            let unfit = if agent.presence != Presence::Online || agent.windows.is_empty() {
                Some(Unfit::Presence)
            } else if agent.wrap_up.is_some() {
                Some(Unfit::WrappingUp)
            } else if !self.has_room(id, agent, route.weight) {
                Some(Unfit::NoRoom)
            } else if !room {
                Some(Unfit::GroupFull)
            } else if speaks == Speaks::No && self.is_narrow(&handoff) {
                Some(Unfit::Language)
            } else {
                None
            };
            Candidate { agent: state(agent, self.load(id)), speaks, chosen: None, unfit }
        };
        let mut all: Vec<Candidate> = members.map(candidate).collect();
        let fit: Vec<AgentId> =
            all.iter().filter(|c| c.unfit.is_none()).map(|c| c.agent.agent.id.clone()).collect();
        if let Some((best, why, _)) = self.best(&fit, &handoff, now) {
            all.iter_mut().filter(|c| c.agent.agent.id == best).for_each(|c| c.chosen = Some(why.clone()));
        }
        all.sort_by_key(|c| (c.chosen.is_none(), c.unfit.is_some(), c.speaks, c.agent.agent.name.clone()));
        all
    }
}
