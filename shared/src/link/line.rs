//! The line's life: opening, greeting, pings, backoff, sleep and wake, and the one timer.

use super::machine::{Link, Step};
use super::{Effect, Line};
use crate::limits;
use crate::protocol::close;
use crate::time::{Millis, SECOND};

/// After a wake, an open line must prove itself this fast.
const PROVE_WITHIN: u64 = 5 * SECOND;

/// Where the line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
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

impl Link {
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

    pub(super) fn open(&mut self, step: &mut Step) {
        self.line = State::Opening { since: step.now };
        step.effects.push(Effect::Open);
        step.changed = true;
    }

    pub(super) fn opened(&mut self, step: &mut Step) {
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
    pub(super) fn hear(&mut self, now: Millis) -> bool {
        if let State::Live { heard, deadline, .. } = &mut self.line {
            (*heard, *deadline) = (now, None);
        }
        matches!(self.line, State::Greeting { .. } | State::Live { .. })
    }

    pub(super) fn closed(&mut self, step: &mut Step, code: u16) {
        if matches!(self.line, State::Idle | State::Waiting { .. }) {
            return;
        }
        match code {
            close::UNAUTHENTICATED | close::NOT_FOUND => {
                self.started = false;
                self.rest(step);
                step.last = Some(Effect::Expelled { code });
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

    /// The conversation takes nothing more: there is no reason to stay connected.
    pub(super) fn over(&mut self, step: &mut Step) {
        self.started = false;
        self.rest(step);
        step.effects.push(Effect::Close);
        step.last = Some(Effect::Over);
    }

    pub(super) fn sleep(&mut self, step: &mut Step) {
        if !matches!(self.line, State::Idle | State::Waiting { .. }) {
            step.effects.push(Effect::Close);
        }
        if self.line != State::Idle {
            self.rest(step);
        }
    }

    pub(super) fn wake(&mut self, step: &mut Step) {
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

    pub(super) fn tick(&mut self, step: &mut Step) {
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

    pub(super) fn next_timer(&self) -> Option<Millis> {
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
    pub(super) fn clock_went_back(&mut self, now: Millis) {
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
}
