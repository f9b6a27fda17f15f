//! What happens instead of waiting: when a group is closed, full, or too slow.

use super::cells::{Handoff, Standing, TEAM};
use super::machine::{Desk, Outcome};
use crate::exchange::HandoffNo;
use crate::ids::{ConversationId, GroupId};
use crate::lang::Lang;
use crate::limits;
use crate::protocol::desk::Brief;
use crate::protocol::stage::{Fallback, Moved, QueuePlace, WaitShown};
use crate::roster::{Otherwise, Rules};
use crate::routing::{Diverted, What};
use crate::time::{MINUTE, Millis};

/// Why somebody is not let wait, and what they are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) opens: Option<Millis>,
    /// People are there; they have too much to do.
    pub(super) full: bool,
    /// They have waited as long as anybody may.
    pub(super) late: bool,
    pub(super) offer: Fallback,
}

impl Desk {
    /// Where somebody who asks for a group may wait: there, or in the first group its rules lead to that takes them; or why
    /// nowhere.
    pub(super) fn admit(&self, now: Millis, asked: GroupId) -> (GroupId, Option<Refusal>) {
        let mut group = asked.clone();
        let mut seen = vec![asked.clone()];
        let mut opens: Option<Millis> = None;
        let mut full = false;
        loop {
            let Some(is_full) = self.refuses(&group, now) else { return (group, None) };
            full |= is_full;
            let opening = if is_full { None } else { self.opens(&group, now) };
            opens = opens.into_iter().chain(opening).min();
            let rules = self.group_rules(&group);
            let then = rules.map(|rules| if is_full { &rules.full } else { &rules.closed });
            match then {
                // Loops are refused when a roster is saved; here one would only end the search.
                Some(Otherwise::Group { group: next }) if !seen.contains(next) => {
                    seen.push(next.clone());
                    group = next.clone();
                }
                other => {
                    let offer = other.map_or(Fallback::LeaveMessage, Otherwise::offer);
                    return (
                        asked,
                        Some(Refusal { opens: opens.filter(|_| !full), full, late: false, offer }),
                    );
                }
            }
        }
    }

    /// Whether the group takes nobody more: `true` because the line is as long as it may be, `false` because nobody is
    /// there.
    fn refuses(&self, group: &GroupId, now: Millis) -> Option<bool> {
        if self.routing().capacity(group) == 0 || !self.is_open(group, now) || !self.is_attended(group, now) {
            return Some(false);
        }
        let all = self.index.waiting.len() + self.index.away.len();
        if all >= limits::DESK_WAITING {
            return Some(true);
        }
        let most = self.group_rules(group).and_then(|rules| rules.most_waiting)?;
        // Whoever an agent is free for does not wait.
        let free = self.agents.iter().any(|(id, _)| self.can_serve(id, group));
        // Whoever is away holds no position: those who closed their tabs keep nobody out.
        let lined = self.waiting().filter(|(_, h)| h.group == *group).count();
        (!free && lined >= most as usize).then_some(true)
    }

    /// Why the group takes nobody more.
    pub(super) fn why_not(&self, group: &GroupId, now: Millis) -> Diverted {
        if self.refuses(group, now) == Some(true) { Diverted::Full } else { Diverted::Closed }
    }

    /// Whether anybody of the group is on duty, or is about to be by plan.
    pub(super) fn is_attended(&self, group: &GroupId, now: Millis) -> bool {
        self.on_duty(group, now) || self.is_expected(group, now)
    }

    /// Whoever waits and may be sent away: not those to be called back.
    pub(super) fn unserved(&self) -> impl Iterator<Item = (&ConversationId, &Handoff)> {
        self.waiting().chain(self.away()).filter(|(_, handoff)| !handoff.call_back)
    }

    pub(super) fn is_called_back(&self, id: &ConversationId) -> bool {
        self.handoffs.get(id).is_some_and(|handoff| handoff.call_back)
    }

    /// Nobody of the group is there any more for somebody who waits: another group takes over by rule, or they are told.
    pub(super) fn send_on(&mut self, now: Millis, id: &ConversationId, out: &mut Outcome) {
        let Some(group) = self.handoffs.get(id).map(|h| h.group.clone()) else { return };
        match self.admit(now, group.clone()) {
            (next, None) if next != group => {
                let why = self.why_not(&group, now);
                self.move_to(now, id, next, why, out);
            }
            (_, None) => {}
            (_, Some(refusal)) => self.refuse(now, id, refusal, out),
        }
    }

    /// The visitor waits for another group from now on, at the lowest position that is free there, and is told so: a new
    /// line is the one reason for which a shown position may rise. What was promised was promised of the other line.
    fn move_to(
        &mut self,
        now: Millis,
        id: &ConversationId,
        group: GroupId,
        why: Diverted,
        out: &mut Outcome,
    ) {
        let Some(handoff) = self.handoffs.get(id) else { return };
        let (from, since) = (handoff.group.clone(), handoff.since);
        let free = self.free_position(&group, handoff.priority);
        let to = self.name_told(&group, handoff.brief.lang);
        let narrow = self.narrow_until(&group, since).filter(|until| *until > now);
        if let Some(place) = self.places.edit(id) {
            let times = place.shown.moved.as_ref().map_or(1, |moved| moved.times.saturating_add(1));
            let moved = Some(Moved { times, to });
            place.shown = QueuePlace { moved, ..QueuePlace::new(free, WaitShown::Unknown) };
            (place.promise, place.basis) = (None, None);
            out.moved.insert(id.clone());
        }
        self.change(id, |handoff| {
            handoff.been.push((from.clone(), now));
            handoff.group = group.clone();
            handoff.narrow = narrow;
        });
        self.decide(now, id, What::Diverted { from, group, why });
    }

    /// How visitors are told of a group: by the name under which they may choose it, else not at all.
    fn name_told(&self, group: &GroupId, lang: Lang) -> Option<String> {
        let routing = self.routing();
        let choice = routing.choices.iter().find(|choice| choice.group == *group)?;
        Some(routing.choice_name(choice, lang, Lang::En).to_owned())
    }

    /// The lowest position nobody is shown.
    fn free_position(&self, group: &GroupId, priority: i32) -> u32 {
        let same = self.waiting().filter(|(_, h)| h.group == *group && h.priority == priority);
        let mut taken: Vec<u32> =
            same.filter_map(|(id, _)| Some(self.places.get(id)?.shown.position)).collect();
        taken.sort_unstable();
        taken.into_iter().fold(1, |free, taken| if taken == free { free + 1 } else { free })
    }

    /// Those who have waited as long as a rule says: another group helps, where that is no step back; or they are told
    /// that it takes too long. Looked at with every event, and at least whenever waits are estimated anew.
    pub(super) fn end_long_waits(&mut self, now: Millis, out: &mut Outcome) {
        let ends = |rules: &Rules| rules.overflow.is_some() || rules.longest_wait.is_some();
        let mut rules = self.team.get(&TEAM).into_iter().flat_map(|team| team.roster.groups.values());
        if !rules.any(ends) {
            return;
        }
        let late = |(id, handoff): (&ConversationId, &Handoff)| {
            let (helped, ended) = self.wait_ends(id, handoff);
            let is_due = |at: Option<Millis>| at.is_some_and(|at| at <= now);
            (is_due(helped) || is_due(ended)).then(|| (id.clone(), is_due(ended)))
        };
        let late: Vec<_> = self.waiting().chain(self.away()).filter_map(late).collect();
        for (id, ended) in late {
            let Some((group, priority)) = self.handoffs.get(&id).map(|h| (h.group.clone(), h.priority))
            else {
                continue;
            };
            let Some(rules) = self.group_rules(&group).cloned() else { continue };
            let helper = match (&rules.overflow, &rules.full) {
                (_, Otherwise::Group { group }) if ended => Some(group),
                (Some(overflow), _) => Some(&overflow.group),
                (None, _) => None,
            };
            let shown = self.places.get(&id).map(|place| place.shown.position);
            let been = |next: &GroupId| {
                next == &group
                    || self.handoffs.get(&id).is_some_and(|h| h.been.iter().any(|(been, _)| been == next))
            };
            let next = helper.filter(|next| !been(next) && self.refuses(next, now).is_none());
            if let Some(next) = next
                && (ended || shown.is_none_or(|shown| self.free_position(next, priority) <= shown))
            {
                let why = if ended { Diverted::Late } else { Diverted::Overflow };
                self.move_to(now, &id, next.clone(), why, out);
            } else if ended && !self.is_called_back(&id) && !matches!(rules.full, Otherwise::Group { .. }) {
                let offer = rules.full.offer();
                self.refuse(now, &id, Refusal { opens: None, full: true, late: true, offer }, out);
            }
        }
    }

    /// When another group may help somebody who waits, and when the wait is over by rule. It counts from when they began
    /// to wait this time, in this line.
    fn wait_ends(&self, id: &ConversationId, handoff: &Handoff) -> (Option<Millis>, Option<Millis>) {
        let Some(rules) = self.group_rules(&handoff.group) else { return (None, None) };
        let from = self.places.get(id).map_or(handoff.since, |place| place.from);
        let from = handoff.been.last().map_or(from, |(_, until)| from.max(*until));
        let after = |minutes: u32| from.plus(u64::from(minutes) * MINUTE);
        (rules.overflow.as_ref().map(|overflow| after(overflow.after)), rules.longest_wait.map(after))
    }

    /// Whether somebody who waits is offered to be called back: where the rules name that, and the wait is long.
    pub(super) fn may_be_called_back(&self, handoff: &Handoff, wait: &WaitShown) -> bool {
        let named = |rules: &Rules| rules.full == Otherwise::CallBack;
        !handoff.call_back
            && self.has_room_to_call_back()
            && matches!(wait, WaitShown::Over { .. })
            && self.group_rules(&handoff.group).is_some_and(named)
    }

    /// Whether one more may be promised to be called back.
    pub(super) fn has_room_to_call_back(&self) -> bool {
        self.index.called.len() < limits::DESK_CALL_BACKS
    }

    /// The visitor asks to be called back: they wait on without being there, at the place they had a short while ago.
    pub(super) fn keep_in_line(
        &mut self,
        now: Millis,
        id: &ConversationId,
        (no, at): (HandoffNo, Millis),
        brief: Brief,
        out: &mut Outcome,
    ) {
        let old = self.handoffs.get(id);
        let recent = old.filter(|old| match old.standing {
            Standing::Closed { at } => now.since(at) <= limits::PLACE_KEPT,
            _ => true,
        });
        let since = recent.map_or(at, |old| old.since.min(at)).min(now);
        let kept = recent.is_some();
        let group = old.map(|old| old.group.clone());
        // Who has left a message is promised an answer already.
        let listed = old.is_some_and(|old| old.standing == Standing::Message);
        let been = recent.map(|old| old.been.clone()).unwrap_or_default();
        let (priority, head_start, weight) =
            recent.map_or((0, 0, 1), |old| (old.priority, old.head_start, old.weight));
        match old.map(|old| old.standing.clone()) {
            Some(Standing::Assigned { .. }) if old.is_some_and(|old| old.no == no) => {
                self.change(id, |h| {
                    h.brief = brief;
                    h.left = Some(at);
                });
                return;
            }
            Some(Standing::Waiting) => self.end_wait(now, id, None),
            _ => {}
        }
        let routed = |desk: &mut Self| desk.route(now, id, (no, since, None), brief.clone()).group;
        let group = group.unwrap_or_else(|| routed(self));
        let handoff = Handoff {
            no,
            since,
            group: group.clone(),
            priority,
            head_start,
            weight,
            visitor: None,
            narrow: None,
            brief,
            listed,
            left: Some(at),
            standing: Standing::Waiting,
            away: false,
            call_back: true,
            returned: vec![],
            been,
        };
        if !listed && !self.index.called.contains(id) && !self.has_room_to_call_back() {
            return self.do_not_take(now, id, handoff, out);
        }
        self.put_handoff(id, handoff);
        self.decide(now, id, What::CalledBack { group, kept });
    }
}
