//! Asking for a human, and what the desk says.

use super::machine::Conversation;
use super::step::Step;
use super::{Effect, SocketId};
use crate::exchange::{FromDesk, HandoffNo, ToDesk};
use crate::ids::{AgentId, ConversationId};
use crate::limits;
use crate::protocol::message::{Body, Event, Sender};
use crate::protocol::stage::{AgentCard, EndedBy, Fallback, QueuePlace, Stage};
use crate::protocol::{ErrorCode, close};
use crate::security::identity::Identity;
use crate::text::tokens;
use crate::time::Millis;

impl Conversation {
    pub(super) fn id(&self) -> Option<ConversationId> {
        self.state.about.as_ref().map(|about| about.conversation.clone())
    }

    fn event(&mut self, step: &mut Step<'_>, event: Event) {
        self.append(step, Sender::System, None, Body::Event { event });
    }

    /// A new request for a human, live or by a left message, begins.
    pub(super) fn next_handoff(&mut self, step: &mut Step<'_>) {
        self.state.handoff = HandoffNo(self.state.handoff.0 + 1);
        self.state.asked_at = step.now;
        self.state.replied = false;
        self.state.absent = false;
        step.save = true;
    }

    /// The visitor asks for a human, by button or in words. Asking again while waiting changes nothing.
    #[inline(never)]
    pub(super) fn handoff_asked(&mut self, step: &mut Step<'_>) -> Result<(), ErrorCode> {
        if matches!(self.state.stage, Stage::Queued { .. } | Stage::Assigned { .. }) {
            return Ok(());
        }
        self.reopen_to_write(step)?;
        self.answer_did_not_do(step);
        self.next_handoff(step);
        if let Some(left) = &mut self.state.left {
            // They wait themselves from now on.
            left.call_back = false;
        }
        self.state.visitor_at = step.now;
        self.state.tally.handoffs += 1;
        self.event(step, Event::HandoffRequested);
        self.set_stage(step, Stage::Queued { since: step.now, place: None });
        if let Some(conversation) = self.id() {
            let (handoff, brief) = (self.state.handoff, self.state.brief());
            let visitor = self.state.about.as_ref().map(|about| about.visitor.clone());
            step.durable(Effect::Post(ToDesk::Handoff {
                conversation,
                handoff,
                at: step.now,
                brief,
                visitor,
            }));
        }
        self.card_told(step);
        self.questions_cease(step, true);
        Ok(())
    }

    #[inline(never)]
    pub(super) fn leave_queue(&mut self, step: &mut Step<'_>) -> Result<(), ErrorCode> {
        match self.state.stage {
            Stage::Queued { .. } => {}
            // Left already: the frame may be a repeat after a reconnect.
            Stage::Bot | Stage::Offline { .. } | Stage::MessageLeft => return Ok(()),
            Stage::Assigned { .. } | Stage::Ended { .. } => return Err(ErrorCode::WrongStage),
        }
        self.withdraw(step);
        self.state.visitor_at = step.now;
        self.event(step, Event::LeftQueue);
        self.without_human(step, Stage::Bot);
        Ok(())
    }

    /// No human now: a message left before waits on for its answer, otherwise `stage`.
    fn without_human(&mut self, step: &mut Step<'_>, stage: Stage) {
        if self.state.left.is_some() {
            self.keep_left_message(step);
        } else {
            self.state.brief_due = false;
            self.set_stage(step, stage);
        }
    }

    pub(super) fn withdraw(&mut self, step: &mut Step<'_>) {
        let handoff = self.state.handoff;
        if let Some(conversation) = self.id() {
            step.durable(Effect::Post(ToDesk::Withdraw { conversation, handoff }));
        }
    }

    /// Ends the conversation, whatever its stage; an ended one stays as it is.
    #[inline(never)]
    pub(super) fn end(&mut self, step: &mut Step<'_>, by: EndedBy) {
        match self.state.stage {
            Stage::Ended { .. } => return,
            Stage::Queued { .. } | Stage::MessageLeft => self.withdraw(step),
            Stage::Assigned { .. } => {
                let (handoff, replied, at) = (self.state.handoff, self.state.replied, step.now);
                if let Some(conversation) = self.id() {
                    step.durable(Effect::Post(ToDesk::Ended { conversation, handoff, at, replied }));
                }
            }
            Stage::Bot | Stage::Offline { .. } => {}
        }
        self.state.left = None;
        self.state.brief_due = false;
        self.questions_cease(step, false);
        self.event(step, Event::Ended { by });
        self.set_stage(step, Stage::Ended { by, at: step.now, rating: None });
    }

    /// The desk speaks; answers to older requests, and repeats, change nothing.
    #[inline(never)]
    pub(super) fn desk_spoke(&mut self, step: &mut Step<'_>, item: FromDesk) {
        let stale = |handoff: HandoffNo| handoff != self.state.handoff;
        match item {
            FromDesk::Queued { handoff, .. }
            | FromDesk::Offline { handoff, .. }
            | FromDesk::Assigned { handoff, .. }
            | FromDesk::Requeued { handoff, .. }
            | FromDesk::NotTaken { handoff }
            | FromDesk::Note { handoff, .. }
                if stale(handoff) => {}
            FromDesk::Queued { place, .. } => self.placed(step, place),
            FromDesk::Offline { opens, full, offer, .. } => {
                self.nobody_online(step, Stage::Offline { opens, full, offer });
            }
            FromDesk::Note { from, text, .. } => {
                self.append(step, Sender::Agent { agent: from }, None, Body::Note { text });
            }
            FromDesk::Assigned { agent, .. } => self.assigned(step, agent),
            FromDesk::NotTaken { .. } => {
                if self.state.stage == Stage::MessageLeft {
                    // The words stay in the log; what nobody will see is not promised an answer.
                    self.state.left = None;
                    self.state.brief_due = false;
                    self.event(step, Event::MessageNotTaken);
                    let offer = Fallback::LeaveMessage;
                    self.set_stage(step, Stage::Offline { opens: None, full: true, offer });
                }
            }
            FromDesk::Requeued { lost, place, given_back, .. } => {
                if let Stage::Assigned { agent } = &self.state.stage
                    && agent.id == lost
                {
                    let agent = agent.clone();
                    let event =
                        if given_back { Event::HandedBack { agent } } else { Event::AgentLost { agent } };
                    self.event(step, event);
                    if self.state.is_called_back() {
                        // The visitor need not stay: they are called back in their turn, by whomever.
                        self.set_stage(step, Stage::MessageLeft);
                        return;
                    }
                    let since = self.state.asked_at;
                    let place = place.filter(|_| !self.state.absent);
                    self.set_stage(step, Stage::Queued { since, place });
                }
            }
        }
    }

    /// Also after an agent who vanished, when there is no other.
    fn nobody_online(&mut self, step: &mut Step<'_>, offline: Stage) {
        match &self.state.stage {
            Stage::Queued { .. } => {}
            Stage::Assigned { agent } => {
                let agent = agent.clone();
                self.event(step, Event::AgentLost { agent });
            }
            Stage::Bot | Stage::Offline { .. } | Stage::MessageLeft | Stage::Ended { .. } => return,
        }
        let full = matches!(offline, Stage::Offline { full: true, .. });
        self.event(step, if full { Event::QueueFull } else { Event::NobodyOnline });
        self.without_human(step, offline);
    }

    fn placed(&mut self, step: &mut Step<'_>, new: QueuePlace) {
        // A place that was on its way while the visitor went away is theirs no more.
        if let Stage::Queued { since, place } = &self.state.stage
            && !self.state.absent
            && place.as_ref() != Some(&new)
        {
            let stage = Stage::Queued { since: *since, place: Some(new) };
            let summary = step.summary;
            self.set_stage(step, stage);
            // The archive need not hear of every step forward.
            step.summary = summary;
        }
    }

    fn assigned(&mut self, step: &mut Step<'_>, agent: AgentCard) {
        let fits = match &self.state.stage {
            Stage::Queued { .. } | Stage::MessageLeft | Stage::Offline { .. } => true,
            Stage::Assigned { agent: before } => before.id != agent.id,
            Stage::Bot | Stage::Ended { .. } => false,
        };
        if !fits {
            return;
        }
        self.questions_cease(step, false);
        self.state.attended = false;
        self.state.tally.agent = Some(agent.clone());
        self.event(step, Event::AgentJoined { agent: agent.clone() });
        self.set_stage(step, Stage::Assigned { agent });
    }

    /// The agent who has it has begun to write: the desk is told once, so that it looks for nobody else.
    pub(super) fn attended(&mut self, step: &mut Step<'_>, agent: &AgentId) {
        let theirs = matches!(&self.state.stage, Stage::Assigned { agent: a } if a.id == *agent);
        if theirs
            && !self.state.attended
            && let Some(conversation) = self.id()
        {
            self.state.attended = true;
            step.save = true;
            let handoff = self.state.handoff;
            step.durable(Effect::Post(ToDesk::Attended { conversation, handoff }));
        }
    }

    /// The desk was told the card's contents just now.
    pub(super) fn card_told(&mut self, step: &mut Step<'_>) {
        self.state.brief_at = step.now;
        self.state.brief_due = false;
        step.save = true;
    }

    /// The shop says who this is: what it said before is no longer true. Who waits stays where they are. Somebody else at
    /// the same browser is not let in: to them, this conversation is not there, and their client begins another.
    #[inline(never)]
    pub(super) fn identified(&mut self, step: &mut Step<'_>, socket: SocketId, identity: Identity) {
        let Identity { customer, vip, until, signed } = identity;
        if self.state.customer.as_ref().is_some_and(|known| known.id != customer.id) {
            self.expel(step, socket, close::NOT_FOUND);
            return;
        }
        // An older tab still shows what was signed with the former secret.
        if signed < self.state.signed {
            return;
        }
        let now = (vip, until, Some(customer), signed);
        let before = (self.state.vip, self.state.vip_until, self.state.customer.clone(), self.state.signed);
        if now != before {
            let shown = (now.0, &now.2, now.3) != (before.0, &before.2, before.3);
            (self.state.vip, self.state.vip_until, self.state.customer, self.state.signed) = now;
            step.save = true;
            if shown {
                self.card_changed(step);
            }
        }
    }

    /// Language, last words, topic or page changed: the desk is told, not too often.
    pub(super) fn card_changed(&mut self, step: &mut Step<'_>) {
        if self.state.has_card() {
            step.save |= !self.state.brief_due;
            self.state.brief_due = true;
            self.retry_brief(step);
        }
    }

    /// When the desk is told of changed contents.
    pub(super) fn brief_due(&self) -> Option<Millis> {
        if !self.state.brief_due {
            return None;
        }
        let told = self.state.brief_at;
        Some(match self.state.stage {
            Stage::Assigned { .. } => self.own_moment(told, limits::BRIEF_EVERY_ASSIGNED),
            _ => told.plus(limits::BRIEF_EVERY),
        })
    }

    /// The conversation's own moment of every so many milliseconds, the first that is at least half of that after
    /// `told`: those that were assigned together do not burden the desk together ever after.
    fn own_moment(&self, told: Millis, every: u64) -> Millis {
        let id = self.state.about.as_ref().map_or("", |about| about.conversation.as_str());
        let earliest = told.plus(every / 2);
        earliest.plus((tokens::hash(id) % every + every - earliest.0 % every) % every)
    }

    #[inline(never)]
    pub(super) fn retry_brief(&mut self, step: &mut Step<'_>) {
        if self.brief_due().is_none_or(|due| step.now < due) {
            return;
        }
        if self.state.has_card()
            && let Some(conversation) = self.id()
        {
            let (handoff, brief) = (self.state.handoff, self.state.brief());
            step.durable(Effect::Post(ToDesk::Brief { conversation, handoff, brief }));
        }
        self.card_told(step);
    }
}
