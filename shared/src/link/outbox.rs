//! What this side wants to say: messages one by one until acknowledged, requests until they took effect.

use super::machine::{Link, Step};
use super::{Draft, Pending, Side};
use crate::ids::ClientId;
use crate::limits;
use crate::protocol::conversation::Reason;
use crate::protocol::message::{Body, Event, Message};
use crate::protocol::stage::Stage;
use crate::protocol::{ClientFrame, ErrorCode};
use crate::time::{Millis, SECOND};

/// Requests kept at most.
const TELLS: usize = 16;

/// A request that is repeated until it took effect.
#[derive(Debug, Clone)]
pub(super) struct Told {
    frame: ClientFrame,
    /// Whether it was sent on the present socket.
    pub(super) sent: bool,
    /// Whether it was ever sent.
    ever: bool,
}

impl Draft {
    /// The message's id.
    #[must_use]
    pub const fn client_id(&self) -> &ClientId {
        match self {
            Self::Text { client_id, .. }
            | Self::Pick { client_id, .. }
            | Self::Note { client_id, .. }
            | Self::LeaveMessage { client_id, .. } => client_id,
        }
    }

    /// The words to show while it is pending.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text { text, .. } | Self::Note { text, .. } | Self::LeaveMessage { text, .. } => text,
            Self::Pick { title, .. } => title,
        }
    }

    fn frame(&self) -> ClientFrame {
        match self.clone() {
            Self::Text { client_id, text } => ClientFrame::Send { client_id, text },
            Self::Pick { client_id, entry, title } => ClientFrame::Pick { client_id, entry, title },
            Self::Note { client_id, text } => ClientFrame::Note { client_id, text },
            Self::LeaveMessage { client_id, text, contact, call_back } => {
                ClientFrame::LeaveMessage { client_id, text, contact, call_back }
            }
        }
    }
}

impl Link {
    pub(super) fn write(&mut self, step: &mut Step, draft: Draft) {
        let known = self.knows(draft.client_id());
        if known || !self.has_room() || draft.text().chars().all(char::is_whitespace) {
            return;
        }
        // Refused here already: as a frame it might close the socket and never come to an answer.
        let too_long = draft.text().chars().nth(limits::TEXT_CHARS).is_some();
        let failed = too_long.then_some(ErrorCode::TooLarge);
        let at = self.written_at(step.now);
        self.outbox.push(Pending { draft, at, failed });
        self.typed = None;
        (step.store, step.changed) = (true, true);
    }

    /// After all that waits, whatever the clock says: the next page sorts what it finds by this.
    fn written_at(&self, now: Millis) -> Millis {
        self.outbox.iter().map(|p| p.at.plus(1)).fold(now, Millis::max)
    }

    fn knows(&self, client_id: &ClientId) -> bool {
        self.place(client_id).is_some() || self.replica.own(client_id).is_some()
    }

    fn place(&self, client_id: &ClientId) -> Option<usize> {
        self.outbox.iter().position(|p| p.draft.client_id() == client_id)
    }

    pub(super) fn adopt(&mut self, step: &mut Step, outbox: Vec<Pending>) {
        for pending in outbox {
            if self.has_room() && !self.knows(pending.draft.client_id()) {
                self.outbox.push(pending);
                (step.store, step.changed) = (true, true);
            }
        }
    }

    pub(super) fn retry(&mut self, step: &mut Step, client_id: &ClientId) {
        let Some(place) = self.place(client_id) else { return };
        if self.outbox[place].failed.is_some() {
            // To the end: that is where the log will have it.
            let mut pending = self.outbox.remove(place);
            (pending.failed, pending.at) = (None, self.written_at(step.now));
            self.outbox.push(pending);
            (step.store, step.changed) = (true, true);
        }
    }

    pub(super) fn pump_outbox(&mut self, step: &mut Step) {
        let overdue = |at: &Millis| step.now.since(*at) >= limits::RESEND_AFTER;
        if self.in_flight.as_ref().is_some_and(|(_, at)| overdue(at)) {
            self.in_flight = None;
        }
        if self.in_flight.is_some() {
            return;
        }
        let waits = |p: &&Pending| p.failed.is_none() && !self.acked.contains(p.draft.client_id());
        if let Some(next) = self.outbox.iter().find(waits) {
            self.in_flight = Some((next.draft.client_id().clone(), step.now));
            step.transmit(next.draft.frame());
            return;
        }
        self.settle(step);
        for told in self.tells.iter_mut().filter(|t| !t.sent) {
            (told.sent, told.ever) = (true, true);
            step.transmit(told.frame.clone());
        }
    }

    fn landed(&mut self, client_id: &ClientId) {
        if self.in_flight.as_ref().is_some_and(|(id, _)| id == client_id) {
            self.in_flight = None;
        }
    }

    /// One's own message arrived as an entry of the log: shown from there.
    pub(super) fn logged(&mut self, step: &mut Step, client_id: &ClientId) {
        self.landed(client_id);
        self.acked.retain(|id| id != client_id);
        if let Some(place) = self.place(client_id) {
            self.outbox.remove(place);
            step.store = true;
        }
    }

    pub(super) fn acknowledged(&mut self, step: &mut Step, client_id: ClientId) {
        self.landed(&client_id);
        if let Some(place) = self.place(&client_id)
            && !self.acked.contains(&client_id)
        {
            self.outbox[place].failed = None;
            self.acked.push(client_id);
            step.changed = true;
        }
    }

    pub(super) fn refused(&mut self, step: &mut Step, client_id: &ClientId, code: ErrorCode) {
        self.landed(client_id);
        if let Some(place) = self.place(client_id)
            && !self.acked.contains(client_id)
        {
            if self.is_over(code) {
                // It waits on, for the next conversation.
                return self.over(step);
            }
            self.outbox[place].failed = Some(code);
            (step.store, step.changed) = (true, true);
        }
    }

    /// Whether a refusal says that the visitor can say nothing more in this conversation.
    const fn is_over(&self, code: ErrorCode) -> bool {
        matches!((self.side, code), (Side::Visitor { .. }, ErrorCode::Ended | ErrorCode::Full))
    }

    pub(super) fn fail_in_flight(&mut self, step: &mut Step) {
        if let Some((client_id, _)) = self.in_flight.take() {
            self.refused(step, &client_id, ErrorCode::TooLarge);
        }
    }

    /// Frames were refused for their number: which ones is not said, so all that is not confirmed goes again.
    pub(super) fn slow_down(&mut self, step: &mut Step, retry_after: Option<u64>) {
        let wait = retry_after.unwrap_or(SECOND).min(limits::BACKOFF_MOST);
        self.paused = Some(step.now.plus(wait.max(1)));
        self.in_flight = None;
        self.told = (0, 0);
        self.greet = !self.is_live();
        self.replica.ask_again();
        self.tells.iter_mut().for_each(|t| t.sent = false);
    }

    pub(super) fn tell(&mut self, step: &mut Step, frame: ClientFrame) {
        match frame {
            ClientFrame::Page { page } => {
                if self.is_live() && self.page.as_ref() != Some(&page) {
                    step.transmit(ClientFrame::Page { page: page.clone() });
                }
                self.page = Some(page);
            }
            ClientFrame::Handoff
            | ClientFrame::LeaveQueue
            | ClientFrame::End
            | ClientFrame::Rate { .. }
            | ClientFrame::Helpful { .. }
            | ClientFrame::Language { .. }
            | ClientFrame::Choose { .. } => {
                self.tells.retain(|t| !replaces(&frame, &t.frame));
                if self.tells.len() >= TELLS {
                    self.tells.remove(0);
                }
                self.tells.push(Told { frame, sent: false, ever: false });
                step.changed = true;
            }
            frame => {
                if self.is_live() {
                    step.transmit(frame);
                }
            }
        }
    }

    /// Requests that were sent and whose effect shows are done.
    pub(super) fn settle(&mut self, step: &mut Step) {
        let before = self.tells.len();
        let r = &self.replica;
        let shows = |frame: &ClientFrame| match frame {
            // A choice belongs to the request it was made for, and is said again with it.
            ClientFrame::Handoff | ClientFrame::Choose { .. } => {
                matches!(r.stage, Stage::Queued { .. } | Stage::Assigned { .. })
            }
            ClientFrame::LeaveQueue => !matches!(r.stage, Stage::Queued { .. }),
            ClientFrame::End => matches!(r.stage, Stage::Ended { .. }),
            ClientFrame::Rate { score, .. } => {
                matches!(r.stage, Stage::Ended { rating: Some(s), .. } if s == *score)
            }
            // Of a comment nothing shows but that it was heard.
            ClientFrame::Helpful { comment: Some(_), .. } => false,
            ClientFrame::Helpful { seq, yes, reason, .. } => {
                let told = |reason: &Reason| r.reasons.contains(&(*seq, *reason));
                r.helpful.contains(&(*seq, *yes)) && reason.as_ref().is_none_or(told)
            }
            ClientFrame::Language { lang: None } => !r.pinned,
            ClientFrame::Language { lang: Some(lang) } => r.pinned && r.lang == *lang,
            _ => true,
        };
        self.tells.retain(|told| !(told.ever && shows(&told.frame)));
        step.changed |= self.tells.len() != before;
    }

    /// What was said about the answer `heard` has arrived, and so has a comment on it.
    pub(super) fn hear_helpful(&mut self, heard: u64) {
        let about = |frame: &ClientFrame| matches!(frame, ClientFrame::Helpful { seq, comment: Some(_), .. } if *seq == heard);
        self.tells.retain(|told| !(told.sent && about(&told.frame)));
    }

    /// A request that left its trace in the log took effect, even if the stage has moved on since.
    pub(super) fn hear_event(&mut self, message: &Message) {
        let Body::Event { event } = &message.body else { return };
        let trace = |frame: &ClientFrame| match (event, frame) {
            (Event::HandoffRequested, ClientFrame::Handoff | ClientFrame::Choose { .. })
            | (Event::LeftQueue, ClientFrame::LeaveQueue)
            | (Event::Ended { .. }, ClientFrame::End) => true,
            (Event::Rated { score, .. }, ClientFrame::Rate { score: told, .. }) => score == told,
            _ => false,
        };
        self.tells.retain(|told| !(told.ever && trace(&told.frame)));
    }

    /// An error that names no message is about the oldest request on its way; `ended` is never said of any other than
    /// `handoff`.
    pub(super) fn tell_refused(&mut self, step: &mut Step, code: ErrorCode) {
        let over = self.is_over(code);
        let meant =
            |t: &Told| t.sent && (!over || code == ErrorCode::Full || t.frame == ClientFrame::Handoff);
        if let Some(place) = self.tells.iter().position(meant) {
            if over && self.tells[place].frame == ClientFrame::Handoff {
                return self.over(step);
            }
            self.tells.remove(place);
            step.changed = true;
        }
    }

    pub(super) fn asks_for_person(&self) -> bool {
        self.tells.iter().any(|t| t.frame == ClientFrame::Handoff)
    }

    /// Asks for what `former` asked for: a person, and the one the visitor chose.
    pub(super) fn ask_for_person(&mut self, former: &Self) {
        let wishes = |told: &&Told| matches!(told.frame, ClientFrame::Choose { .. } | ClientFrame::Handoff);
        let again = |told: &Told| Told { frame: told.frame.clone(), sent: false, ever: false };
        self.tells.extend(former.tells.iter().filter(wishes).map(again));
    }

    pub(super) fn person_types(&mut self, step: &mut Step) {
        let spaced = self.typed.is_none_or(|at| step.now.since(at) >= limits::TYPING_EVERY);
        if spaced && self.is_live() && self.paused.is_none() {
            self.typed = Some(step.now);
            step.transmit(ClientFrame::Typing { on: true });
        }
    }
}

/// Whether the newer request makes the older one pointless.
fn replaces(new: &ClientFrame, old: &ClientFrame) -> bool {
    match (new, old) {
        (ClientFrame::Helpful { seq: a, .. }, ClientFrame::Helpful { seq: b, .. }) => a == b,
        (ClientFrame::Handoff, ClientFrame::LeaveQueue) | (ClientFrame::LeaveQueue, ClientFrame::Handoff) => {
            true
        }
        _ => std::mem::discriminant(new) == std::mem::discriminant(old),
    }
}
