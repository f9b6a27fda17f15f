//! The machine: what it holds, dispatch, and the order of what is sent.

use super::line::State;
use super::outbox::Told;
use super::replica::Replica;
use super::{Effect, Input, Page, Pending, Side};
use crate::ids::ClientId;
use crate::limits;
use crate::protocol::ClientFrame;
use crate::time::Millis;

/// `delivered` waits this long for `read` to make it unnecessary.
const DELIVERED_WITHIN: u64 = 250;

/// One conversation as one tab sees it. Contract: the module's page.
///
/// ```
/// use shared::link::{Effect, Input, Link, Side};
/// use shared::{lang::Lang, time::Millis};
/// let mut link = Link::new(Side::Visitor { lang: Lang::En }, vec![]);
/// assert_eq!(link.handle(Millis(0), 7, Input::Start)[0], Effect::Open);
/// ```
#[derive(Debug, Clone)]
pub struct Link {
    pub(super) side: Side,
    /// Whether the conversation exists and may be connected to.
    pub(super) started: bool,
    pub(super) line: State,
    /// Failed attempts since the line last proved itself.
    pub(super) failures: u32,
    /// The latest time heard of.
    clock: Millis,
    timer: Option<Millis>,
    /// The server wants silence until then.
    pub(super) paused: Option<Millis>,
    pub(super) page: Page,
    pub(super) replica: Replica,
    pub(super) outbox: Vec<Pending>,
    /// Acknowledged, but the log's entry has not arrived.
    pub(super) acked: Vec<ClientId>,
    /// The one message on its way: the next follows its acknowledgement, so that order is kept whatever happens.
    pub(super) in_flight: Option<(ClientId, Millis)>,
    pub(super) tells: Vec<Told>,
    pub(super) typed: Option<Millis>,
    /// When the other side's typing notice ends.
    pub(super) typing: Option<Millis>,
    /// `hello` or `resume` is to be sent again when the silence is over.
    pub(super) greet: bool,
    /// The newest entry a person has seen here.
    pub(super) seen: u64,
    pub(super) deliver_at: Option<Millis>,
    /// Live messages since this client last said anything.
    pub(super) unconfirmed: u32,
    /// What the server was told of this side's marks: (read, delivered).
    pub(super) told: (u64, u64),
}

/// One call of `handle`.
pub(super) struct Step {
    pub(super) now: Millis,
    pub(super) entropy: u64,
    pub(super) effects: Vec<Effect>,
    /// The outbox changed.
    pub(super) store: bool,
    /// Something shown changed.
    pub(super) changed: bool,
    /// What ends this link: its shell goes on with another one, to which nothing said after it could belong.
    pub(super) last: Option<Effect>,
}

impl Step {
    pub(super) fn transmit(&mut self, frame: ClientFrame) {
        self.effects.push(Effect::Transmit(frame));
    }
}

impl Link {
    /// A link that has not started, with what an earlier page could not send.
    #[must_use]
    pub fn new(side: Side, outbox: Vec<Pending>) -> Self {
        Self {
            side,
            started: false,
            line: State::Idle,
            failures: 0,
            clock: Millis(0),
            timer: None,
            paused: None,
            page: None,
            replica: Replica::new(side),
            outbox,
            acked: Vec::new(),
            in_flight: None,
            tells: Vec::new(),
            typed: None,
            typing: None,
            greet: false,
            seen: 0,
            deliver_at: None,
            unconfirmed: 0,
            told: (0, 0),
        }
    }

    /// What follows from `input`. `entropy`: fresh random bits, for the jitter of reconnects.
    #[must_use]
    pub fn handle(&mut self, now: Millis, entropy: u64, input: Input) -> Vec<Effect> {
        let mut step = Step { now, entropy, effects: Vec::new(), store: false, changed: false, last: None };
        if now < self.clock {
            self.clock_went_back(now);
        }
        self.clock = now;
        match input {
            Input::Start => {
                self.started = true;
                if self.line == State::Idle {
                    self.open(&mut step);
                }
            }
            Input::Opened => self.opened(&mut step),
            Input::Closed { code } => self.closed(&mut step, code),
            Input::Frame(frame) => {
                if self.hear(now) {
                    self.frame(&mut step, frame);
                }
            }
            Input::Pong => {
                self.hear(now);
            }
            Input::Write(draft) => self.write(&mut step, draft),
            Input::Tell(frame) => self.tell(&mut step, frame),
            Input::Typing => self.person_types(&mut step),
            Input::Seen => {
                step.changed = self.unread() > 0;
                self.seen = self.replica.newest();
            }
            Input::Retry { client_id } => self.retry(&mut step, &client_id),
            Input::Adopt { outbox } => self.adopt(&mut step, outbox),
            Input::Wake => self.wake(&mut step),
            Input::Sleep => self.sleep(&mut step),
            Input::Timer => {
                self.timer = None;
                self.tick(&mut step);
            }
        }
        if self.paused.is_some_and(|until| until <= now) {
            self.paused = None;
        }
        if self.paused.is_none() {
            self.pump(&mut step);
            self.confirm(&mut step);
        }
        self.finish(step)
    }

    fn finish(&mut self, mut step: Step) -> Vec<Effect> {
        let sends = step.effects.iter().position(|e| matches!(e, Effect::Transmit(_)));
        let confirms = |frame: &ClientFrame| {
            matches!(
                frame,
                ClientFrame::Hello { .. }
                    | ClientFrame::Resume { .. }
                    | ClientFrame::Read { .. }
                    | ClientFrame::Delivered { .. }
            )
        };
        if step.effects.iter().any(|e| matches!(e, Effect::Transmit(frame) if confirms(frame))) {
            self.unconfirmed = 0;
        }
        if step.store {
            // R-39: a tab that dies in between has stored what the server may have.
            let place = sends.unwrap_or(step.effects.len());
            step.effects.insert(place, Effect::Store(self.outbox.clone()));
        }
        if step.changed {
            step.effects.push(Effect::Changed);
        }
        let timer = self.next_timer();
        if timer != self.timer {
            self.timer = timer;
            step.effects.push(Effect::Timer(timer));
        }
        step.effects.extend(step.last);
        step.effects
    }

    /// Sends what waits: greeting first, then the gap's question, messages one by one, then the rest.
    fn pump(&mut self, step: &mut Step) {
        if self.greet && matches!(self.line, State::Greeting { .. }) {
            self.greet = false;
            let lang = if let Side::Visitor { .. } = self.side { Some(self.replica.lang) } else { None };
            step.transmit(ClientFrame::Hello { after: self.replica.newest(), lang, page: self.page.clone() });
        }
        if let State::Greeting { .. } | State::Live { .. } = self.line
            && let Some(after) = self.replica.question()
        {
            step.transmit(ClientFrame::Resume { after });
        }
        if self.is_live() {
            self.pump_outbox(step);
        }
    }

    /// Confirms what arrived and what was seen, in as few frames as will do.
    fn confirm(&mut self, step: &mut Step) {
        if !self.is_live() {
            self.deliver_at = None;
            return;
        }
        let foreign = self.replica.foreign;
        let (read, delivered) = self.replica.own_marks();
        self.told = (self.told.0.max(read), self.told.1.max(delivered).max(self.told.0));
        if self.seen > self.told.0 && foreign > self.told.0 {
            step.transmit(ClientFrame::Read { seq: self.seen });
            self.told = (self.seen, self.seen.max(self.told.1));
        }
        let due = self.deliver_at.is_some_and(|at| at <= step.now);
        if foreign <= self.told.1 {
            self.deliver_at = None;
        } else if due {
            self.told.1 = self.replica.newest();
            self.deliver_at = None;
            step.transmit(ClientFrame::Delivered { seq: self.told.1 });
        } else if self.deliver_at.is_none() {
            self.deliver_at = Some(step.now.plus(DELIVERED_WITHIN));
        }
        if self.unconfirmed >= limits::CONFIRM_EVERY {
            step.transmit(ClientFrame::Delivered { seq: self.replica.newest() });
        }
    }
}
