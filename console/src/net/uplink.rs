//! The machine behind the desk's line: one socket, kept open with pings, reopened with growing, jittered delays.
//!
//! Pure: it is told the time and a random number, and says what to do. Conversations have `shared::link`; the desk
//! needs no outbox and no resume, since every `hello` is answered by a whole snapshot.

use shared::limits::{BACKOFF_FIRST, BACKOFF_MOST, PING_EVERY, PONG_WITHIN};
use shared::protocol::close;
use shared::time::Millis;

/// How the line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// Not started, or put to sleep.
    #[default]
    Idle,
    Connecting,
    Live,
    /// Down; the next attempt is at this time.
    Waiting {
        until: Millis,
    },
}

/// What happens to the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    Start,
    Opened,
    Closed {
        code: u16,
    },
    /// Anything arrived.
    Heard,
    /// The page came back, or the network did.
    Wake,
    /// The page goes away.
    Sleep,
    Timer,
}

/// What the shell must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Open,
    Greet,
    Ping,
    Close,
    /// Wake the machine at this time; replaces any earlier timer.
    Timer(Option<Millis>),
    /// The line closed before it opened: the session may have ended, ask.
    AskSession,
    /// The server refuses this session.
    Expelled,
}

/// The desk's line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uplink {
    status: Status,
    failures: u32,
    /// When the last ping went out, until something is heard.
    pinged: Option<Millis>,
    /// When the line was last known to be good.
    good: Option<Millis>,
    /// How long the line had been down when it was opened last.
    outage: Option<u64>,
}

impl Uplink {
    /// How the line stands.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.status
    }

    /// How long the line had been down when it was opened last; none for the first time.
    #[must_use]
    pub const fn outage(&self) -> Option<u64> {
        self.outage
    }

    /// Takes one input in. `random` is uniform in 0..1.
    pub fn handle(&mut self, now: Millis, random: f64, input: Input) -> Vec<Effect> {
        match (input, self.status) {
            (Input::Start, Status::Idle) | (Input::Wake, Status::Idle | Status::Waiting { .. }) => {
                self.open()
            }
            (Input::Timer, Status::Waiting { until }) if now >= until => self.open(),
            (Input::Timer, Status::Waiting { until }) => vec![Effect::Timer(Some(until))],
            (Input::Opened, Status::Connecting) => {
                self.status = Status::Live;
                self.pinged = None;
                self.outage = self.good.map(|good| now.since(good));
                self.good = Some(now);
                vec![Effect::Greet, Effect::Timer(Some(now.plus(PING_EVERY)))]
            }
            (Input::Heard, Status::Live) => {
                self.failures = 0;
                self.pinged = None;
                self.good = Some(now);
                vec![]
            }
            (Input::Wake, Status::Live) => self.ping(now),
            (Input::Timer, Status::Live) => match self.pinged {
                Some(at) if now.since(at) >= PONG_WITHIN => {
                    let mut effects = vec![Effect::Close];
                    effects.extend(self.wait(now, random));
                    effects
                }
                Some(at) => vec![Effect::Timer(Some(at.plus(PONG_WITHIN)))],
                None => self.ping(now),
            },
            (Input::Closed { code: close::UNAUTHENTICATED }, _) => {
                self.status = Status::Idle;
                vec![Effect::Timer(None), Effect::Expelled]
            }
            (Input::Closed { .. }, Status::Connecting) => {
                let mut effects = self.wait(now, random);
                effects.push(Effect::AskSession);
                effects
            }
            (Input::Closed { .. }, Status::Live) => self.wait(now, random),
            (Input::Sleep, _) => {
                self.status = Status::Idle;
                vec![Effect::Close, Effect::Timer(None)]
            }
            _ => vec![],
        }
    }

    fn open(&mut self) -> Vec<Effect> {
        self.status = Status::Connecting;
        vec![Effect::Open, Effect::Timer(None)]
    }

    fn ping(&mut self, now: Millis) -> Vec<Effect> {
        self.pinged = self.pinged.or(Some(now));
        vec![Effect::Ping, Effect::Timer(Some(now.plus(PONG_WITHIN)))]
    }

    fn wait(&mut self, now: Millis, random: f64) -> Vec<Effect> {
        let ceiling = BACKOFF_FIRST.saturating_mul(1 << self.failures.min(16)).min(BACKOFF_MOST);
        self.failures = self.failures.saturating_add(1);
        let until = now.plus((random.clamp(0.0, 1.0) * ceiling as f64) as u64);
        self.status = Status::Waiting { until };
        vec![Effect::Timer(Some(until))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live() -> Uplink {
        let mut line = Uplink::default();
        line.handle(Millis(0), 0.5, Input::Start);
        line.handle(Millis(0), 0.5, Input::Opened);
        line
    }

    #[test]
    fn it_opens_greets_and_pings() {
        let mut line = Uplink::default();
        assert_eq!(line.handle(Millis(0), 0.5, Input::Start), [Effect::Open, Effect::Timer(None)]);
        assert_eq!(line.handle(Millis(0), 0.5, Input::Start), [], "once");
        let opened = line.handle(Millis(5), 0.5, Input::Opened);
        assert_eq!(opened, [Effect::Greet, Effect::Timer(Some(Millis(5 + PING_EVERY)))]);
        let due = line.handle(Millis(5 + PING_EVERY), 0.5, Input::Timer);
        assert_eq!(due[0], Effect::Ping);
    }

    #[test]
    fn silence_after_a_ping_is_death() {
        let mut line = live();
        line.handle(Millis(PING_EVERY), 0.5, Input::Timer);
        let effects = line.handle(Millis(PING_EVERY + PONG_WITHIN), 0.5, Input::Timer);
        assert_eq!(effects[0], Effect::Close);
        assert!(matches!(line.status(), Status::Waiting { .. }));
    }

    #[test]
    fn an_answer_keeps_it_alive() {
        let mut line = live();
        line.handle(Millis(PING_EVERY), 0.5, Input::Timer);
        line.handle(Millis(PING_EVERY + 10), 0.5, Input::Heard);
        let effects = line.handle(Millis(PING_EVERY + PONG_WITHIN), 0.5, Input::Timer);
        assert_eq!(effects[0], Effect::Ping);
        line.handle(Millis(PING_EVERY + 11), 0.0, Input::Closed { code: 1006 });
        line.handle(Millis(PING_EVERY + 11), 0.0, Input::Timer);
        assert_eq!(line.outage(), None);
        line.handle(Millis(PING_EVERY + 40), 0.0, Input::Opened);
        assert_eq!(line.outage(), Some(30));
    }

    #[test]
    fn delays_grow_to_a_ceiling_and_shrink_once_heard() {
        let mut line = live();
        let delay = |line: &mut Uplink| {
            line.handle(Millis(0), 1.0, Input::Closed { code: 1006 });
            let Status::Waiting { until } = line.status() else { panic!("{line:?}") };
            line.handle(until, 1.0, Input::Timer);
            line.handle(until, 1.0, Input::Opened);
            until.0
        };
        let delays: Vec<u64> = (0..7).map(|_| delay(&mut line)).collect();
        assert_eq!(delays, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
        line.handle(Millis(0), 1.0, Input::Heard);
        assert_eq!(delay(&mut line), 1_000);
    }

    #[test]
    fn waking_tries_at_once() {
        let mut line = live();
        line.handle(Millis(0), 1.0, Input::Closed { code: 1006 });
        assert_eq!(line.handle(Millis(1), 1.0, Input::Wake)[0], Effect::Open);
        let mut line = live();
        assert_eq!(line.handle(Millis(1), 1.0, Input::Wake)[0], Effect::Ping, "a live line is proved");
    }

    #[test]
    fn a_refused_session_is_not_tried_again() {
        let mut line = live();
        let effects = line.handle(Millis(0), 1.0, Input::Closed { code: close::UNAUTHENTICATED });
        assert_eq!(effects, [Effect::Timer(None), Effect::Expelled]);
        assert_eq!(line.status(), Status::Idle);
    }

    #[test]
    fn a_line_that_never_opened_asks_for_the_session() {
        let mut line = Uplink::default();
        line.handle(Millis(0), 0.5, Input::Start);
        assert!(line.handle(Millis(0), 0.5, Input::Closed { code: 1006 }).contains(&Effect::AskSession));
    }
}
