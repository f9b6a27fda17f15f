//! The replica of the conversation: always a gapless beginning of what this reader may see.

use super::machine::{Link, Step};
use super::{Effect, Page, Side};
use crate::conversation::weight;
use crate::ids::{ClientId, ConversationId};
use crate::lang::Lang;
use crate::limits;
use crate::protocol::conversation::{Marks, Party, Reason};
use crate::protocol::message::{Body, Message, Sender};
use crate::protocol::stage::Stage;
use crate::protocol::{ErrorCode, ServerFrame};

/// What the server has told so far.
#[derive(Debug, Clone)]
pub(super) struct Replica {
    side: Side,
    pub(super) conversation: Option<ConversationId>,
    pub(super) log: Vec<Message>,
    pub(super) stage: Stage,
    pub(super) lang: Lang,
    pub(super) pinned: bool,
    pub(super) marks: Marks,
    pub(super) visitor_page: Page,
    pub(super) visitor_here: bool,
    pub(super) helpful: Vec<(u64, bool)>,
    /// Why not, of those that were told.
    pub(super) reasons: Vec<(u64, Reason)>,
    /// The newest entry that is not of one's own side.
    pub(super) foreign: u64,
    /// The newest entry heard of.
    known: u64,
    /// Pages are on their way.
    resuming: bool,
    /// Pages are to be asked for.
    ask: bool,
}

impl Replica {
    pub(super) fn new(side: Side) -> Self {
        let lang = if let Side::Visitor { lang } = side { lang } else { Lang::En };
        Self {
            side,
            conversation: None,
            log: Vec::new(),
            stage: Stage::Bot,
            lang,
            pinned: false,
            marks: Marks::default(),
            visitor_page: None,
            visitor_here: false,
            helpful: Vec::new(),
            reasons: Vec::new(),
            foreign: 0,
            known: 0,
            resuming: false,
            ask: false,
        }
    }

    pub(super) fn newest(&self) -> u64 {
        self.log.last().map_or(0, |m| m.seq)
    }

    /// Whether a message is of one's own side.
    pub(super) const fn is_own(&self, message: &Message) -> bool {
        matches!(
            (&self.side, &message.from),
            (Side::Visitor { .. }, Sender::Visitor) | (Side::Agent, Sender::Agent { .. })
        )
    }

    /// One's own message with this id, newest first: it is nearly always near the end.
    pub(super) fn own(&self, client_id: &ClientId) -> Option<&Message> {
        self.log.iter().rev().find(|m| m.client_id.as_ref() == Some(client_id) && self.is_own(m))
    }

    /// How far one's own side has (read, received).
    pub(super) const fn own_marks(&self) -> (u64, u64) {
        let m = &self.marks;
        match self.side {
            Side::Visitor { .. } => (m.visitor, m.visitor_delivered),
            Side::Agent => (m.agent, m.agent_delivered),
        }
    }

    /// How far the other side has (read, received).
    pub(super) const fn other_marks(&self) -> (u64, u64) {
        let m = &self.marks;
        match self.side {
            Side::Visitor { .. } => (m.agent, m.agent_delivered),
            Side::Agent => (m.visitor, m.visitor_delivered),
        }
    }

    pub(super) fn forget_line(&mut self) {
        (self.resuming, self.ask) = (false, false);
    }

    /// The `after` of a `resume` that is due now, asked once.
    pub(super) fn question(&mut self) -> Option<u64> {
        if !self.ask || self.resuming {
            return None;
        }
        (self.resuming, self.ask) = (true, false);
        Some(self.newest())
    }

    /// The server did not take the question.
    pub(super) fn ask_again(&mut self) {
        if self.resuming {
            (self.resuming, self.ask) = (false, true);
        }
    }

    fn raise_marks(&mut self, new: Marks) {
        let m = &mut self.marks;
        m.visitor = m.visitor.max(new.visitor);
        m.visitor_delivered = m.visitor_delivered.max(new.visitor_delivered);
        m.agent = m.agent.max(new.agent);
        m.agent_delivered = m.agent_delivered.max(new.agent_delivered);
    }

    fn mark_helpful(&mut self, seq: u64, yes: bool, reason: Option<Reason>) {
        self.reasons.retain(|&(s, _)| s != seq);
        self.reasons.extend(reason.map(|reason| (seq, reason)));
        self.helpful.retain(|&(s, _)| s != seq);
        if self.helpful.len() >= limits::HELPFUL_MARKS {
            self.helpful.remove(0);
        }
        self.helpful.push((seq, yes));
    }

    /// Whether `message` follows what is held; otherwise what is missing is asked for, once.
    fn follows(&mut self, prev: u64, message: &Message) -> bool {
        let newest = self.newest();
        if message.seq <= newest {
            return false;
        }
        self.known = self.known.max(message.seq);
        if prev != newest {
            self.ask = true;
        }
        prev == newest
    }
}

impl Link {
    pub(super) fn frame(&mut self, step: &mut Step, frame: ServerFrame) {
        let r = &mut self.replica;
        match frame {
            ServerFrame::Welcome {
                conversation,
                last,
                stage,
                lang,
                pinned,
                read,
                token,
                page,
                visitor_here,
                helpful,
                reasons,
            } => {
                let another = r.conversation.as_ref().is_some_and(|known| *known != conversation);
                if another || last < r.newest() {
                    // Another conversation than the one held: what is held is not of it.
                    r.log.clear();
                    (r.foreign, r.known, r.marks) = (0, 0, Marks::default());
                    self.seen = 0;
                    self.acked.clear();
                }
                r.conversation = Some(conversation);
                r.known = r.known.max(last);
                // `hello` is answered by pages.
                r.resuming = true;
                (r.stage, r.lang, r.pinned) = (stage, lang, pinned);
                (r.helpful, r.reasons) = (helpful, reasons);
                (r.visitor_page, r.visitor_here) = (page, visitor_here);
                r.raise_marks(read);
                step.effects.extend(token.map(Effect::Token));
                step.changed = true;
            }
            ServerFrame::Page { after, messages, more, ask } => {
                self.page_arrived(step, after, messages, more, ask);
            }
            ServerFrame::Message { prev, message } => {
                self.unconfirmed += 1 + (weight(&message) / limits::CONFIRM_BYTES) as u32;
                if r.follows(prev, &message) {
                    let news = r.is_news(&message);
                    self.absorb(step, message.clone());
                    if news && self.is_live() {
                        step.effects.push(Effect::Arrived(message));
                    }
                }
            }
            ServerFrame::Ack { client_id, seq, .. } => {
                if seq > r.newest() {
                    // The entry itself went astray.
                    r.known = r.known.max(seq);
                    r.ask = true;
                }
                self.acknowledged(step, client_id);
            }
            ServerFrame::Error { code: ErrorCode::RateLimited, retry_after, .. } => {
                self.slow_down(step, retry_after);
            }
            ServerFrame::Error { code, client_id: Some(client_id), .. } => {
                self.refused(step, &client_id, code);
            }
            // About who the visitor is said to be, and nothing that was asked for.
            ServerFrame::Error { code: ErrorCode::IdentityExpired | ErrorCode::IdentityRefused, .. } => {}
            ServerFrame::Error { code, client_id: None, .. } => self.tell_refused(step, code),
            ServerFrame::Typing { from, on } => {
                let other = match self.side {
                    Side::Visitor { .. } => Party::Agent,
                    Side::Agent => Party::Visitor,
                };
                if from == other {
                    self.typing = on.then(|| step.now.plus(limits::TYPING_LASTS));
                    step.changed = true;
                }
            }
            ServerFrame::Read { read } => {
                r.raise_marks(read);
                step.changed = true;
            }
            ServerFrame::Stage { stage } => {
                r.stage = stage;
                self.typing = None;
                step.changed = true;
            }
            ServerFrame::Language { lang, pinned } => {
                (r.lang, r.pinned) = (lang, pinned);
                step.changed = true;
            }
            ServerFrame::PageContext { page } => {
                r.visitor_page = Some(page);
                step.changed = true;
            }
            ServerFrame::VisitorHere { here } => {
                r.visitor_here = here;
                step.changed = true;
            }
            ServerFrame::Helpful { seq, yes, reason } => {
                r.mark_helpful(seq, yes, reason);
                self.hear_helpful(seq);
                step.changed = true;
            }
        }
        self.settle(step);
    }

    fn page_arrived(&mut self, step: &mut Step, after: u64, messages: Vec<Message>, more: bool, ask: bool) {
        let before = self.replica.newest();
        if let Some(last) = messages.last() {
            self.replica.known = self.replica.known.max(last.seq);
        }
        // A page that begins past the newest one held would leave a gap; it is asked for again below.
        if after <= before {
            for message in messages {
                if message.seq > self.replica.newest() {
                    self.absorb(step, message);
                }
            }
        }
        let r = &mut self.replica;
        if more && !ask {
            return;
        }
        r.resuming = false;
        let newest = r.newest();
        if more || after > before {
            r.ask = true;
        } else if newest < r.known {
            // Frames came while pages were on their way. A page that brought nothing shows that there is no more.
            r.ask = newest > before || r.ask;
            if !r.ask {
                r.known = newest;
            }
        } else {
            r.ask = false;
        }
        if !self.replica.ask {
            self.caught_up(step);
        }
    }

    /// Adds the next entry to the replica.
    fn absorb(&mut self, step: &mut Step, message: Message) {
        if self.replica.is_own(&message) {
            if let Some(id) = &message.client_id {
                self.logged(step, id);
            }
        } else {
            self.replica.foreign = message.seq;
            if message.from != Sender::Bot {
                self.typing = None;
            }
        }
        self.hear_event(&message);
        self.replica.log.push(message);
        step.changed = true;
    }
}

impl Replica {
    /// Whether a message is worth a sound or a badge: words of the other side.
    pub(super) fn is_news(&self, message: &Message) -> bool {
        match self.side {
            Side::Visitor { .. } => {
                !self.is_own(message) && !matches!(message.body, Body::Event { .. } | Body::Note { .. })
            }
            Side::Agent => message.from == Sender::Visitor,
        }
    }
}
