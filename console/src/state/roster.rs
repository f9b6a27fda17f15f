//! The roster on screen: as the server has it, as it is being written, and what it would come to.

use leptos::prelude::*;
use shared::ids::{AgentId, GroupId};
use shared::protocol::roster::{Coverage, RosterPage};
use shared::roster::{Fault, Plan, Roster, Rules, Span, Stretch};
use shared::time::Millis;

/// Everything the page shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Planning {
    pub page: RwSignal<Option<RosterPage>>,
    pub draft: RwSignal<Roster>,
    /// The time that is pictured, and what the draft comes to in it.
    pub coverage: RwSignal<Option<Pictured>>,
    pub faults: RwSignal<Vec<Fault>>,
    /// The day on screen, counted from today.
    pub day: RwSignal<i32>,
    pub chosen: RwSignal<Option<Whose>>,
    /// Something is on its way to the server: buttons wait.
    pub busy: RwSignal<bool>,
    /// Counts what was asked of the server, so that late answers are known as such.
    pub turn: RwSignal<u32>,
}

impl Planning {
    /// Somebody else may sign in next.
    pub fn forget(&self) {
        self.page.set(None);
        self.draft.set(Roster::default());
        self.coverage.set(None);
        self.faults.set(Vec::new());
        self.chosen.set(None);
    }

    /// Whether something was written that is not saved.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.page
            .with(|page| page.as_ref().is_some_and(|page| self.draft.with(|draft| page.roster != *draft)))
    }
}

/// What a roster comes to between two instants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pictured {
    pub from: Millis,
    pub to: Millis,
    /// Reaches further on both sides.
    pub coverage: Coverage,
}

impl Pictured {
    /// Whether something of the span is seen.
    #[must_use]
    pub fn shows(&self, span: Span) -> bool {
        span.start < self.to && self.from < span.end
    }

    /// The part of a span that is seen.
    #[must_use]
    pub fn cut(&self, span: Span) -> Span {
        Span { start: span.start.max(self.from), end: span.end.min(self.to) }
    }
}

/// Whose plan is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Whose {
    Agent(AgentId),
    Group(GroupId),
}

impl Whose {
    /// Whether a fault is about this one.
    #[must_use]
    pub fn has(&self, fault: &Fault) -> bool {
        match (self, fault) {
            (Self::Agent(id), Fault::Agent { agent, .. } | Fault::NoAccount { agent }) => id == agent,
            (
                Self::Group(id),
                Fault::Group { group, .. } | Fault::BadNumber { group } | Fault::NoMembers { group },
            ) => id == group,
            (Self::Group(id), Fault::Loop { groups }) => groups.contains(id),
            _ => false,
        }
    }
}

/// The plan of somebody, or a group's own hours.
#[must_use]
pub fn plan<'a>(roster: &'a Roster, whose: &Whose) -> Option<&'a Plan> {
    match whose {
        Whose::Agent(id) => roster.agents.get(id),
        Whose::Group(id) => roster.groups.get(id)?.hours.as_ref(),
    }
}

/// Puts a plan in place of the former one; none takes it away.
pub fn put_plan(roster: &mut Roster, whose: &Whose, plan: Option<Plan>) {
    match (whose, plan) {
        (Whose::Agent(id), Some(plan)) => drop(roster.agents.insert(id.clone(), plan)),
        (Whose::Agent(id), None) => drop(roster.agents.remove(id)),
        (Whose::Group(id), plan) => edit_rules(roster, id, |rules| rules.hours = plan),
    }
}

/// Changes a plan, if there is one.
pub fn edit_plan(roster: &mut Roster, whose: &Whose, edit: impl FnOnce(&mut Plan)) {
    let plan = match whose {
        Whose::Agent(id) => roster.agents.get_mut(id),
        Whose::Group(id) => roster.groups.get_mut(id).and_then(|rules| rules.hours.as_mut()),
    };
    plan.map(edit);
}

/// Changes a group's rules; rules that say nothing are none.
pub fn edit_rules(roster: &mut Roster, group: &GroupId, edit: impl FnOnce(&mut Rules)) {
    let rules = roster.groups.entry(group.clone()).or_default();
    edit(rules);
    if *rules == Rules::default() {
        roster.groups.remove(group);
    }
}

/// Where a span stands on a line of time: from the start, and how long, in per cent.
#[must_use]
pub fn part(span: Span, from: Millis, to: Millis) -> (f64, f64) {
    let whole = to.since(from).max(1) as f64 / 100.0;
    let (start, end) = (span.start.max(from), span.end.min(to));
    (start.since(from) as f64 / whole, end.since(start) as f64 / whole)
}

/// The times in which somebody ought to be there and nobody is: within the hours of groups that have some, else any time.
#[must_use]
pub fn gaps(people: &[Stretch], open: Option<&[Span]>) -> Vec<Span> {
    let empty = people.iter().filter(|stretch| stretch.people == 0);
    let empty = empty.map(|stretch| Span { start: stretch.start, end: stretch.end });
    let Some(open) = open else { return empty.collect() };
    let both = empty.flat_map(|gap| {
        open.iter().map(move |open| Span { start: gap.start.max(open.start), end: gap.end.min(open.end) })
    });
    both.filter(|span| span.start < span.end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: u64, end: u64) -> Span {
        Span { start: Millis(start), end: Millis(end) }
    }

    #[test]
    fn spans_stand_where_their_time_is() {
        assert_eq!(part(span(25, 75), Millis(0), Millis(100)), (25.0, 50.0));
        assert_eq!(part(span(0, 150), Millis(50), Millis(100)), (0.0, 100.0));
    }

    #[test]
    fn nobody_is_missed_while_a_group_is_closed() {
        let stretch = |start, end, people| Stretch { start: Millis(start), end: Millis(end), people };
        let people = [stretch(0, 10, 0), stretch(10, 20, 2), stretch(20, 30, 0)];
        assert_eq!(gaps(&people, None), [span(0, 10), span(20, 30)]);
        assert_eq!(gaps(&people, Some(&[span(5, 25)])), [span(5, 10), span(20, 25)]);
    }

    #[test]
    fn rules_that_say_nothing_are_none() {
        let group = GroupId::new("support").unwrap();
        let mut roster = Roster::default();
        edit_rules(&mut roster, &group, |rules| rules.most_waiting = Some(5));
        assert_eq!(roster.groups.len(), 1);
        edit_rules(&mut roster, &group, |rules| rules.most_waiting = None);
        assert_eq!(roster, Roster::default());
    }
}
