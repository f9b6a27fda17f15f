//! What a roster comes to, for whoever plans it.

use super::coverage::coverage;
use super::team::Team;
use crate::protocol::roster::{Coverage, GroupCoverage};
use crate::time::Millis;

impl Team {
    /// Everybody's plans between two instants on one line of time, and what is wrong with them at `now`. A plan that
    /// cannot be read counts as none.
    #[must_use]
    pub fn picture(&self, from: Millis, to: Millis, now: Millis) -> Coverage {
        let table = self.between(from, to);
        let mut picture = Coverage { faults: self.roster.faults(&self.members, now), ..Coverage::default() };
        // Whoever only follows a group's hours has no plan to be shown, and is counted with it.
        picture.people = coverage(table.agents.values().map(Vec::as_slice), from, to);
        for group in self.members.iter().flat_map(|member| &member.groups).chain(self.roster.groups.keys()) {
            if picture.groups.contains_key(group) {
                continue;
            }
            let members = self.members.iter().filter(|member| member.groups.contains(group));
            let spans = members.filter_map(|member| table.agents.get(&member.agent)).map(Vec::as_slice);
            let people = coverage(spans, from, to);
            let own = table.groups.get(group).filter(|opening| opening.own);
            let open = own.map(|opening| opening.spans.clone());
            picture.groups.insert(group.clone(), GroupCoverage { open, people });
        }
        picture.agents = table.agents;
        picture
    }
}
