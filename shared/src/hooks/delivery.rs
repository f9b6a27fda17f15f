//! One endpoint, and what follows from how it took an event.

use serde::{Deserialize, Serialize};

use super::event::{HookEvent, Kind};
use crate::ids::EndpointId;
use crate::limits;
use crate::protocol::stage::AgentCard;
use crate::security::secrets::Former;
use crate::time::{DAY, HOUR, MINUTE, Millis, SECOND};

/// The longest time between a failed try and the next, by how many failed; after the last the event is a dead letter.
const PAUSES: [u64; 11] = [
    5 * SECOND,
    30 * SECOND,
    2 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    4 * HOUR,
    8 * HOUR,
    8 * HOUR,
    8 * HOUR,
];
/// The longest pause that an endpoint may ask for by `Retry-After`.
const ASKED_PAUSE: u64 = HOUR;
/// An endpoint that has only failed for this long is turned off.
const FAILING: u64 = 3 * DAY;

/// An address elsewhere that is told what happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    pub id: EndpointId,
    pub url: String,
    pub kinds: Vec<Kind>,
    /// Signs what it is sent. Shown once, when it is made.
    pub secret: String,
    /// The one before it, which signs too for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<Former>,
    /// What happened before is not told.
    pub created: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AgentCard>,
    /// Absent while it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off: Option<Stopped>,
    /// Since when it has only failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing: Option<Millis>,
    /// The last tries, newest first.
    #[serde(default)]
    pub tried: Vec<Tried>,
}

/// Since when an endpoint is not told any more, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    pub why: Off,
    pub at: Millis,
}

/// Why an endpoint is not told any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Off {
    /// A supervisor turned it off.
    Hand,
    /// It answered 410.
    Gone,
    /// It has only failed for three days.
    Failing,
}

/// How a try went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outcome {
    /// It answered. What it says besides the status is not looked at.
    Status {
        status: u16,
        /// Milliseconds it asks to be left alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
    /// No answer within the limit.
    Silent,
    /// No connection, or it broke, or the name does not lead to a public address.
    Unreachable,
    /// The address may not be spoken to (any more).
    Refused,
}

/// One try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    pub at: Millis,
    /// The event's id.
    pub event: String,
    pub outcome: Outcome,
    /// How long it took, in milliseconds.
    pub took: u64,
}

/// Why an event was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Why {
    /// The endpoint refused it.
    Rejected { status: u16 },
    /// The endpoint pointed elsewhere; redirects are not followed.
    Redirected { status: u16 },
    /// Every try failed; the last one like this.
    GaveUp { last: Outcome },
    /// The address may not be spoken to.
    Refused,
    /// The endpoint was off, or turned off while it waited.
    Off,
    /// Too much was waiting for the endpoint.
    Overflow,
}

/// What is next for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Delivered,
    /// Try again then.
    Again(Millis),
    Dead(Why),
}

/// What a status says.
enum Verdict {
    Taken,
    Later,
    Never(Why),
    Gone,
}

const fn judge(status: u16) -> Verdict {
    match status {
        200..=299 => Verdict::Taken,
        410 => Verdict::Gone,
        300..=399 => Verdict::Never(Why::Redirected { status }),
        408 | 409 | 425 | 429 => Verdict::Later,
        400..=499 => Verdict::Never(Why::Rejected { status }),
        _ => Verdict::Later,
    }
}

impl Endpoint {
    /// Signs with another secret from now on, for a while with both.
    pub fn renew(&mut self, secret: String, now: Millis, at_once: bool) {
        self.former = Former::of(&self.secret, now, at_once);
        self.secret = secret;
    }

    /// The secrets that sign, the newest first.
    #[must_use]
    pub fn secrets(&self, now: Millis) -> Vec<&str> {
        let former = self.former.as_ref().and_then(|former| former.good(now));
        std::iter::once(self.secret.as_str()).chain(former).collect()
    }

    /// Whether it is to be told this.
    #[must_use]
    pub fn wants(&self, event: &HookEvent) -> bool {
        let asked = event.event.kind().is_none_or(|kind| self.kinds.contains(&kind));
        asked && self.off.is_none() && event.at >= self.created
    }

    /// Takes note of a try, the `failed + 1`th of this event, and says what is next. `entropy` spreads the tries of many
    /// events that failed together.
    pub fn after(&mut self, tried: Tried, failed: u32, entropy: u64) -> Next {
        let (now, outcome) = (tried.at.plus(tried.took), tried.outcome);
        self.tried.insert(0, tried);
        self.tried.truncate(limits::HOOK_TRIES_SHOWN);
        let asked = match outcome {
            Outcome::Status { status, retry_after } => match judge(status) {
                Verdict::Taken => {
                    self.failing = None;
                    return Next::Delivered;
                }
                Verdict::Gone => {
                    self.off = Some(Stopped { why: Off::Gone, at: now });
                    return Next::Dead(Why::Rejected { status });
                }
                Verdict::Never(why) => {
                    self.fails(now);
                    return Next::Dead(why);
                }
                Verdict::Later => retry_after.unwrap_or(0).min(ASKED_PAUSE),
            },
            Outcome::Silent | Outcome::Unreachable => 0,
            Outcome::Refused => {
                self.fails(now);
                return Next::Dead(Why::Refused);
            }
        };
        self.fails(now);
        match usize::try_from(failed).ok().and_then(|n| PAUSES.get(n)) {
            Some(&most) => Next::Again(now.plus(spread(most, entropy).max(asked))),
            None => Next::Dead(Why::GaveUp { last: outcome }),
        }
    }

    fn fails(&mut self, now: Millis) {
        // A time in the future means that the clock went back.
        let since = self.failing.filter(|since| *since <= now).unwrap_or(now);
        self.failing = Some(since);
        if self.off.is_none() && now.since(since) >= FAILING {
            self.off = Some(Stopped { why: Off::Failing, at: now });
        }
    }

    /// On again: it is given its time anew.
    pub fn turn_on(&mut self) {
        (self.off, self.failing) = (None, None);
    }
}

/// Between half of `most` and all of it.
const fn spread(most: u64, entropy: u64) -> u64 {
    let half = most / 2;
    half + entropy % (half + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hooks::signature::{TOLERANCE, sign, verify};
    use crate::ids::SiteKey;

    fn endpoint() -> Endpoint {
        Endpoint {
            id: EndpointId::new("e").unwrap(),
            url: "https://hooks.shop.example/".into(),
            kinds: vec![Kind::Message],
            secret: "whsec_x".into(),
            former: None,
            created: Millis(1_000),
            by: None,
            off: None,
            failing: None,
            tried: vec![],
        }
    }

    fn tried(at: u64, outcome: Outcome) -> Tried {
        Tried { at: Millis(at), event: "c.1".into(), outcome, took: 0 }
    }

    const fn status(status: u16) -> Outcome {
        Outcome::Status { status, retry_after: None }
    }

    #[test]
    fn r_153_what_is_final_and_what_is_tried_again() {
        for code in [200, 201, 204, 299] {
            assert_eq!(endpoint().after(tried(0, status(code)), 0, 0), Next::Delivered, "{code}");
        }
        for outcome in [
            status(500),
            status(503),
            status(408),
            status(409),
            status(425),
            status(429),
            status(100),
            status(999),
            Outcome::Silent,
            Outcome::Unreachable,
        ] {
            assert_eq!(endpoint().after(tried(0, outcome), 0, 0), Next::Again(Millis(2_500)), "{outcome:?}");
        }
        for code in [400, 401, 403, 404, 422, 499] {
            let dead = Next::Dead(Why::Rejected { status: code });
            assert_eq!(endpoint().after(tried(0, status(code)), 0, 0), dead, "{code}");
        }
        for code in [301, 302, 307, 308, 304] {
            let dead = Next::Dead(Why::Redirected { status: code });
            assert_eq!(endpoint().after(tried(0, status(code)), 0, 0), dead, "{code}");
        }
        assert_eq!(endpoint().after(tried(0, Outcome::Refused), 0, 0), Next::Dead(Why::Refused));
    }

    #[test]
    fn r_153_after_twelve_tries_it_is_a_dead_letter() {
        let (mut endpoint, mut at, mut failed) = (endpoint(), 0, 0);
        while let Next::Again(next) = endpoint.after(tried(at, status(500)), failed, u64::MAX) {
            assert!(next.0 > at);
            (at, failed) = (next.0, failed + 1);
        }
        assert_eq!(failed, 11);
        assert!((16 * HOUR..40 * HOUR).contains(&at), "{at}");
        let last = status(500);
        assert_eq!(endpoint.after(tried(at, last), failed, 0), Next::Dead(Why::GaveUp { last }));
    }

    #[test]
    fn r_153_an_endpoint_may_ask_to_be_left_alone_for_up_to_an_hour() {
        let asks = |ms| Outcome::Status { status: 429, retry_after: Some(ms) };
        assert_eq!(endpoint().after(tried(0, asks(60_000)), 0, 0), Next::Again(Millis(60_000)));
        assert_eq!(endpoint().after(tried(0, asks(u64::MAX)), 0, 0), Next::Again(Millis(HOUR)));
    }

    #[test]
    fn r_203_for_a_day_both_secrets_sign_unless_it_is_replaced_at_once() {
        let mut e = endpoint();
        let now = Millis(5_000);
        assert_eq!(e.secrets(now), ["whsec_x"]);
        e.renew("whsec_y".into(), now, false);
        assert_eq!(e.secrets(now), ["whsec_y", "whsec_x"]);
        let header = sign(&e.secrets(now), 5, b"{}");
        for secret in ["whsec_y", "whsec_x"] {
            assert_eq!(verify(&header, secret, b"{}", 5, TOLERANCE), Ok(()), "{secret}");
        }
        assert_eq!(e.secrets(now.plus(limits::SECRET_OVERLAP)), ["whsec_y"]);
        e.renew("whsec_z".into(), now, true);
        assert_eq!(e.secrets(now), ["whsec_z"]);
    }

    #[test]
    fn r_155_gone_turns_off_at_once_and_failing_after_three_days() {
        let mut gone = endpoint();
        let _ = gone.after(tried(5, status(410)), 0, 0);
        assert_eq!(gone.off, Some(Stopped { why: Off::Gone, at: Millis(5) }));

        let mut failing = endpoint();
        let _ = failing.after(tried(0, status(500)), 0, 0);
        let _ = failing.after(tried(3 * DAY - 1, status(404)), 0, 0);
        assert_eq!(failing.off, None);
        let mut recovers = failing.clone();
        let _ = recovers.after(tried(3 * DAY - 1, status(200)), 0, 0);
        let _ = recovers.after(tried(3 * DAY, status(500)), 0, 0);
        assert_eq!(recovers.off, None, "one success is enough");
        let _ = failing.after(tried(3 * DAY, Outcome::Silent), 0, 0);
        assert_eq!(failing.off.map(|off| off.why), Some(Off::Failing));
        failing.turn_on();
        let _ = failing.after(tried(9 * DAY, status(500)), 0, 0);
        assert_eq!(failing.off, None, "its time begins anew");
    }

    #[test]
    fn r_151_an_endpoint_is_told_what_it_asked_for_since_it_was_made() {
        let event = |at, happened| HookEvent {
            event: happened,
            ..HookEvent::test(SiteKey::new("s").unwrap(), "x".into(), Millis(at))
        };
        use super::super::event::Happened;
        let from = crate::protocol::Sender::Visitor;
        let message = Happened::Message { from, text: "x".into(), client_id: None };
        assert!(endpoint().wants(&event(1_000, message.clone())));
        assert!(!endpoint().wants(&event(999, message.clone())));
        assert!(!endpoint().wants(&event(1_000, Happened::Reopened)));
        assert!(endpoint().wants(&event(1_000, Happened::Test)));
        let off = Endpoint { off: Some(Stopped { why: Off::Hand, at: Millis(0) }), ..endpoint() };
        assert!(!off.wants(&event(1_000, message)));
    }

    proptest! {
        #[test]
        fn a_next_try_is_later_and_within_bounds(
            at in 0u64..1 << 50, took in 0u64..20_000, failed in any::<u32>(), entropy in any::<u64>(),
            code in any::<u16>(), asked in proptest::option::of(any::<u64>()),
        ) {
            let mut endpoint = endpoint();
            let outcome = Outcome::Status { status: code, retry_after: asked };
            let tried = Tried { took, ..tried(at, outcome) };
            if let Next::Again(next) = endpoint.after(tried, failed, entropy) {
                prop_assert!(next.0 >= at + took + 2_500 && next.0 <= at + took + 8 * HOUR);
                prop_assert!(failed < 11);
            }
            prop_assert!(endpoint.tried.len() <= limits::HOOK_TRIES_SHOWN);
        }
    }
}
