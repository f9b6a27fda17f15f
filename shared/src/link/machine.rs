//! The machine: the line's life, timers, the order of effects.

use super::outbox::Told;
use super::replica::Replica;
use super::{Effect, Input, Line, Page, Pending, Side};
use crate::ids::ClientId;
use crate::limits;
use crate::protocol::{ClientFrame, close};
use crate::time::{Millis, SECOND};

/// After a wake, an open line must prove itself this fast.
const PROVE_WITHIN: u64 = 5 * SECOND;
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
    started: bool,
    line: State,
    /// Failed attempts since the line last proved itself.
    failures: u32,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Opening {
        since: Millis,
    },
    /// `hello` is sent; pages up to the present are awaited.
    Greeting {
        since: Millis,
    },
    Live {
        since: Millis,
        heard: Millis,
        deadline: Option<Millis>,
    },
    Waiting {
        until: Millis,
    },
}

/// One call of `handle`.
pub(super) struct Step {
    pub(super) now: Millis,
    entropy: u64,
    pub(super) effects: Vec<Effect>,
    /// The outbox changed.
    pub(super) store: bool,
    /// Something shown changed.
    pub(super) changed: bool,
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
        let mut step = Step { now, entropy, effects: Vec::new(), store: false, changed: false };
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
        if step.effects.iter().any(|e| matches!(e, Effect::Transmit(_))) {
            self.unconfirmed = 0;
        }
        if step.store {
            step.effects.push(Effect::Store(self.outbox.clone()));
        }
        if step.changed {
            step.effects.push(Effect::Changed);
        }
        let timer = self.next_timer();
        if timer != self.timer {
            self.timer = timer;
            step.effects.push(Effect::Timer(timer));
        }
        step.effects
    }

    /// How the line stands.
    #[must_use]
    pub const fn line(&self) -> Line {
        match self.line {
            State::Idle => Line::Idle,
            State::Opening { .. } | State::Greeting { .. } => Line::Connecting,
            State::Live { .. } => Line::Live,
            State::Waiting { until } => Line::Waiting { until },
        }
    }

    pub(super) const fn is_live(&self) -> bool {
        matches!(self.line, State::Live { .. })
    }

    /// Pages up to the present have arrived.
    pub(super) fn caught_up(&mut self, step: &mut Step) {
        if let State::Greeting { .. } = self.line {
            self.line = State::Live { since: step.now, heard: step.now, deadline: None };
            step.changed = true;
        }
    }

    fn open(&mut self, step: &mut Step) {
        self.line = State::Opening { since: step.now };
        step.effects.push(Effect::Open);
        step.changed = true;
    }

    fn opened(&mut self, step: &mut Step) {
        if let State::Opening { .. } = self.line {
            self.line = State::Greeting { since: step.now };
            self.forget_line();
            self.greet = true;
        }
    }

    /// Nothing of the former socket holds for the next one.
    fn forget_line(&mut self) {
        self.in_flight = None;
        self.paused = None;
        self.greet = false;
        self.typing = None;
        self.typed = None;
        self.unconfirmed = 0;
        self.replica.forget_line();
        self.told = (0, 0);
        self.tells.iter_mut().for_each(|t| t.sent = false);
    }

    /// Something arrived; `false` when no socket is open.
    fn hear(&mut self, now: Millis) -> bool {
        if let State::Live { heard, deadline, .. } = &mut self.line {
            (*heard, *deadline) = (now, None);
        }
        matches!(self.line, State::Greeting { .. } | State::Live { .. })
    }

    fn closed(&mut self, step: &mut Step, code: u16) {
        if matches!(self.line, State::Idle | State::Waiting { .. }) {
            return;
        }
        match code {
            close::UNAUTHENTICATED | close::NOT_FOUND => {
                self.started = false;
                self.rest(step);
                step.effects.push(Effect::Expelled { code });
                return;
            }
            // Whatever was on its way is too large: sending it again would close the next socket too.
            close::TOO_LARGE => self.fail_in_flight(step),
            _ => {}
        }
        self.back_off(step, code);
    }

    fn back_off(&mut self, step: &mut Step, code: u16) {
        if let State::Live { since, .. } = self.line
            && step.now.since(since) >= limits::LINE_PROVED
        {
            self.failures = 0;
        }
        let doubled = limits::BACKOFF_FIRST << self.failures.min(16);
        let flooding = code == close::RATE_LIMITED;
        let ceiling = if flooding { limits::BACKOFF_MOST } else { doubled.min(limits::BACKOFF_MOST) };
        self.failures = self.failures.saturating_add(1);
        self.forget_line();
        self.line = State::Waiting { until: step.now.plus(step.entropy % (ceiling + 1)) };
        step.changed = true;
    }

    /// The line is dead though nobody said so.
    fn abandon(&mut self, step: &mut Step) {
        step.effects.push(Effect::Close);
        self.back_off(step, 0);
    }

    fn rest(&mut self, step: &mut Step) {
        self.line = State::Idle;
        self.forget_line();
        step.changed = true;
    }

    fn sleep(&mut self, step: &mut Step) {
        if !matches!(self.line, State::Idle | State::Waiting { .. }) {
            step.effects.push(Effect::Close);
        }
        if self.line != State::Idle {
            self.rest(step);
        }
    }

    fn wake(&mut self, step: &mut Step) {
        if !self.started {
            return;
        }
        match &mut self.line {
            State::Idle | State::Waiting { .. } => self.open(step),
            State::Opening { .. } | State::Greeting { .. } => {}
            State::Live { heard, deadline, .. } => {
                // Timers stood still: whatever the line was, it is faster to open a new one than to find out.
                if step.now.since(*heard) > limits::PING_EVERY + limits::PONG_WITHIN {
                    step.effects.push(Effect::Close);
                    self.forget_line();
                    self.open(step);
                    return;
                }
                let soon = step.now.plus(PROVE_WITHIN);
                if deadline.is_none() {
                    step.effects.push(Effect::Ping);
                }
                *deadline = Some(deadline.map_or(soon, |d| d.min(soon)));
            }
        }
    }

    fn tick(&mut self, step: &mut Step) {
        let now = step.now;
        match &mut self.line {
            State::Waiting { until } if *until <= now => self.open(step),
            State::Opening { since } | State::Greeting { since } => {
                if now.since(*since) >= limits::CONNECT_WITHIN {
                    self.abandon(step);
                }
            }
            State::Live { heard, deadline, .. } => match deadline {
                Some(due) if *due <= now => self.abandon(step),
                None if now.since(*heard) >= limits::PING_EVERY => {
                    *deadline = Some(now.plus(limits::PONG_WITHIN));
                    step.effects.push(Effect::Ping);
                }
                _ => {}
            },
            State::Waiting { .. } | State::Idle => {}
        }
        if self.typing.is_some_and(|until| until <= now) {
            self.typing = None;
            step.changed = true;
        }
    }

    fn next_timer(&self) -> Option<Millis> {
        let line = match self.line {
            State::Idle => return None,
            State::Opening { since } | State::Greeting { since } => {
                [Some(since.plus(limits::CONNECT_WITHIN)), self.paused, None, None]
            }
            State::Waiting { until } => [Some(until), None, None, None],
            State::Live { heard, deadline, .. } => [
                deadline.or(Some(heard.plus(limits::PING_EVERY))),
                self.paused,
                self.in_flight.as_ref().map(|(_, at)| at.plus(limits::RESEND_AFTER)),
                self.deliver_at,
            ],
        };
        line.into_iter().chain([self.typing]).flatten().min()
    }

    /// Instants remembered from a later time would never come.
    fn clock_went_back(&mut self, now: Millis) {
        match &mut self.line {
            State::Opening { since } | State::Greeting { since } => *since = now,
            State::Live { since, heard, deadline } => {
                (*since, *heard) = (now, now);
                *deadline = deadline.map(|_| now.plus(limits::PONG_WITHIN));
            }
            State::Waiting { until } => *until = now,
            State::Idle => {}
        }
        self.paused = self.paused.map(|_| now);
        self.deliver_at = self.deliver_at.map(|_| now);
        if let Some((_, at)) = &mut self.in_flight {
            *at = now;
        }
        (self.typing, self.typed) = (None, None);
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
