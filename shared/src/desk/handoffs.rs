//! What conversations ask of the desk. Every input may come twice or late: what an older handoff says is ignored.

use super::cells::{Handoff, Standing};
use super::machine::{Desk, Outcome, Returned};
use super::rules::Refusal;
use crate::exchange::{FromDesk, HandoffNo, ToDesk};
use crate::ids::{AgentId, ConversationId, VisitorId};
use crate::limits;
use crate::protocol::desk::Brief;
use crate::protocol::stage::Fallback;
use crate::routing::{LeftWhy, What};
use crate::time::Millis;

impl Desk {
    pub(super) fn handle_conversation(&mut self, now: Millis, mut item: ToDesk, out: &mut Outcome) {
        self.believe(now, &mut item);
        match item {
            ToDesk::Handoff { conversation, handoff, at, brief, visitor } => {
                self.handle_handoff(now, &conversation, (handoff, at, visitor), brief, out);
            }
            ToDesk::Withdraw { conversation, handoff } => {
                if self.is_current(&conversation, handoff) {
                    self.finish(now, &conversation, handoff, now);
                }
            }
            ToDesk::Ended { conversation, handoff, at, .. } => {
                if self.is_current(&conversation, handoff) {
                    if let Some(handoff) = self.handoffs.get(&conversation).cloned() {
                        self.learn_handled(&handoff, at);
                        if let Standing::Assigned { agent, .. } = &handoff.standing {
                            self.begin_wrap_up(now, agent, &handoff.group, at);
                        }
                    }
                    self.finish(now, &conversation, handoff, at);
                    self.change(&conversation, |h| h.listed = false);
                }
            }
            ToDesk::MessageLeft { conversation, handoff, at, brief, call_back } => {
                self.handle_message(now, &conversation, handoff, (at, call_back), brief, out);
            }
            ToDesk::Visitor { conversation, handoff, here } => {
                self.handle_visitor(now, &conversation, handoff, here);
            }
            ToDesk::Attended { conversation, handoff } => {
                self.handle_attended(now, &conversation, handoff);
            }
            ToDesk::Brief { conversation, handoff, brief } => {
                let current = self.handoffs.get(&conversation).is_some_and(|h| h.no == handoff);
                if current && self.is_current(&conversation, handoff) {
                    self.change(&conversation, |h| h.brief = brief);
                }
            }
        }
    }

    /// A human is wanted. A newer request replaces the older one.
    fn handle_handoff(
        &mut self,
        now: Millis,
        id: &ConversationId,
        (no, at, visitor): (HandoffNo, Millis, Option<VisitorId>),
        brief: Brief,
        out: &mut Outcome,
    ) {
        if let Some(old) = self.handoffs.get(id) {
            if no <= old.no {
                return;
            }
            if old.standing == Standing::Waiting {
                self.end_wait(now, id, None);
            }
        }
        // A conversation whose clock runs ahead does not get a place in the future.
        let listed = self.handoffs.get(id).is_some_and(|old| old.listed);
        let mut handoff = self.route(now, id, (no, at.min(now), visitor), brief);
        handoff.listed = listed;
        let (group, refused) = self.admit(now, handoff.group.clone());
        if group != handoff.group {
            let (from, why) = (handoff.group.clone(), self.why_not(&handoff.group, now));
            self.decide(now, id, What::Diverted { from, group: group.clone(), why });
            handoff.narrow = self.narrow_until(&group, handoff.since);
        }
        handoff.group = group;
        self.learn_arrived(now, &handoff.group, handoff.priority);
        self.put_handoff(id, handoff);
        if let Some(refusal) = refused {
            self.refuse(now, id, refusal, out);
        }
    }

    /// A message was left: from the queue, instead of it, or after "offline". An agent who has just got the
    /// conversation keeps it. The same message again (it is known by its time) is ignored.
    fn handle_message(
        &mut self,
        now: Millis,
        id: &ConversationId,
        no: HandoffNo,
        (at, call_back): (Millis, bool),
        brief: Brief,
        out: &mut Outcome,
    ) {
        let old = self.handoffs.get(id);
        if old.is_some_and(|old| no < old.no || (no == old.no && old.left.is_some_and(|left| at <= left))) {
            return;
        }
        if call_back {
            self.keep_in_line(now, id, (no, at), brief, out);
            return;
        }
        let standing = old.filter(|old| old.no == no).map(|old| old.standing.clone());
        let group = old.map(|old| old.group.clone());
        if old.is_some_and(|old| old.standing == Standing::Waiting) {
            self.end_wait(now, id, Some(true));
        }
        match standing {
            Some(Standing::Assigned { .. } | Standing::Message) => self.change(id, |h| {
                h.brief = brief;
                h.left = Some(at);
            }),
            Some(Standing::Waiting) => {
                let Some(old) = self.handoffs.get(id).cloned() else { return };
                self.list(
                    now,
                    id,
                    Handoff { brief, left: Some(at), standing: Standing::Message, ..old },
                    out,
                );
            }
            Some(Standing::Closed { .. }) | None => {
                // Whoever would have attended to the visitor attends to what they left.
                let routed =
                    |desk: &mut Self| desk.route(now, id, (no, at.min(now), None), brief.clone()).group;
                let handoff = Handoff {
                    no,
                    since: at.min(now),
                    group: group.unwrap_or_else(|| routed(self)),
                    priority: 0,
                    head_start: 0,
                    weight: 1,
                    visitor: None,
                    narrow: None,
                    brief,
                    listed: true,
                    left: Some(at),
                    standing: Standing::Message,
                    away: false,
                    call_back: false,
                    returned: vec![],
                    been: vec![],
                };
                self.list(now, id, handoff, out);
            }
        }
    }

    /// A left message joins the others, if there is room.
    fn list(&mut self, now: Millis, id: &ConversationId, message: Handoff, out: &mut Outcome) {
        let kept = self.handoffs.get(id).is_some_and(|old| old.listed);
        if !kept && self.messages_kept() >= limits::DESK_MESSAGES {
            return self.do_not_take(now, id, message, out);
        }
        let group = message.group.clone();
        self.put_handoff(id, Handoff { listed: true, ..message });
        self.decide(now, id, What::Left { group });
    }

    /// How many messages are listed, or were and will be again if nobody attends to the visitor.
    fn messages_kept(&self) -> usize {
        let asks = |h: &Handoff| h.listed && h.standing == Standing::Waiting;
        self.index.messages.len() + self.handoffs.iter().filter(|(_, handoff)| asks(handoff)).count()
    }

    /// There is no room for what somebody left. They are told, and what was said stays in the conversation.
    pub(super) fn do_not_take(
        &mut self,
        now: Millis,
        id: &ConversationId,
        mut handoff: Handoff,
        out: &mut Outcome,
    ) {
        out.post(id, FromDesk::NotTaken { handoff: handoff.no });
        self.decide(now, id, What::NotTaken { group: handoff.group.clone() });
        close(&mut handoff, now);
        self.put_handoff(id, handoff);
    }

    /// The visitor went away, or is back. Away, they have left the line: it moves up, and learns about patience. Back,
    /// they stand where they would had they stayed. Noted also while an agent has the conversation, for when it
    /// comes back.
    fn handle_visitor(&mut self, now: Millis, id: &ConversationId, no: HandoffNo, here: bool) {
        let current = self.handoffs.get(id).filter(|h| h.no == no && h.away == here);
        let Some(standing) = current.map(|h| h.standing.clone()) else { return };
        if matches!(standing, Standing::Closed { .. }) || self.is_called_back(id) {
            return;
        }
        if !here && standing == Standing::Waiting {
            self.end_wait(now, id, Some(true));
        }
        self.change(id, |h| h.away = !here);
    }

    /// Whether the conversation is here, open, and not spoken of by an older handoff. (A newer one than the desk has
    /// heard of settles the older all the more.)
    fn is_current(&self, id: &ConversationId, no: HandoffNo) -> bool {
        let open = |h: &Handoff| !matches!(h.standing, Standing::Closed { .. });
        self.handoffs.get(id).is_some_and(|h| no >= h.no && open(h))
    }

    /// The conversation is over for the desk. Of what it said only the numbers are kept.
    fn finish(&mut self, now: Millis, id: &ConversationId, no: HandoffNo, at: Millis) {
        if self.handoffs.get(id).is_some_and(|h| h.standing == Standing::Waiting) {
            self.end_wait(now, id, Some(true));
        }
        self.change(id, |h| {
            h.no = no;
            close(h, at);
        });
    }

    /// Nobody is there to wait for. A conversation that had left a message answers by leaving it again, under a new number.
    pub(super) fn refuse(&mut self, now: Millis, id: &ConversationId, refusal: Refusal, out: &mut Outcome) {
        self.end_wait(now, id, None);
        let Some((handoff, group)) = self.handoffs.get(id).map(|h| (h.no, h.group.clone())) else { return };
        out.returned.remove(id);
        let Refusal { opens, full, late, mut offer } = refusal;
        if offer == Fallback::CallBack && !self.has_room_to_call_back() {
            offer = Fallback::LeaveMessage;
        }
        self.decide(now, id, What::Refused { group, full, late, offer });
        out.post(id, FromDesk::Offline { handoff, opens, full, offer });
        self.change(id, |h| close(h, now));
    }

    /// An assigned conversation waits again, where it would be had it never been assigned. Also a left message that an
    /// agent had taken: its visitor was told that somebody is there, and is told now that they wait for another.
    pub(super) fn requeue(&mut self, now: Millis, id: &ConversationId, why: LeftWhy, out: &mut Outcome) {
        let Some(Standing::Assigned { agent, .. }) = self.handoffs.get(id).map(|h| h.standing.clone()) else {
            return;
        };
        if let Some(handoff) = self.handoffs.get(id).cloned() {
            self.learn_cut(&handoff, now);
        }
        self.change(id, |h| {
            h.standing = Standing::Waiting;
            h.returned.retain(|(_, at)| now.since(*at) < limits::RETURN_REST);
        });
        self.decide(now, id, What::Back { agent: agent.clone(), why });
        let given_back = why == LeftWhy::GivenBack;
        out.returned.insert(id.clone(), Returned { lost: agent, given_back });
    }

    /// Conversations of agents who are not known (their cell was lost) return to the queue.
    pub(super) fn reclaim_orphans(&mut self, now: Millis, out: &mut Outcome) {
        let orphaned = |id: &&AgentId| self.agents.get(id).is_none();
        let lost: Vec<_> = self.index.assigned.keys().filter(orphaned).cloned().collect();
        for agent in lost {
            for id in self.index.assigned.get(&agent).cloned().unwrap_or_default() {
                self.requeue(now, &id, LeftWhy::Vanished, out);
            }
        }
    }

    /// A wait is over, by being served, by giving up, or (`None`) by neither: learn from it, and forget what was shown.
    pub(super) fn end_wait(&mut self, now: Millis, id: &ConversationId, gave_up: Option<bool>) {
        let Some(told) = self.places.get(id).map(|place| (place.from, place.first)) else {
            // Whoever was served at once was shown no place, and shows nothing about patience.
            return self.note_served_at_once(now, id, gave_up);
        };
        self.places.remove(id);
        self.learn_waited(now, id, told, gave_up);
    }
}

fn close(handoff: &mut Handoff, at: Millis) {
    let lang = handoff.brief.lang;
    handoff.brief = Brief::empty(lang);
    handoff.visitor = None;
    handoff.narrow = None;
    handoff.returned = vec![];
    handoff.been = vec![];
    handoff.call_back = false;
    handoff.standing = Standing::Closed { at };
}
