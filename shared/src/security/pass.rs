//! What an agent's open socket rests on: a console session, and when it was looked at last.
//!
//! A session is verified where a socket is opened; what happens to it afterwards is told to whoever holds the socket.
//! For all that is not told (it has run out, a message was lost) there is a bound: a socket is good for a time only, and
//! its client then opens another, which is verified anew.

use serde::{Deserialize, Serialize};

use crate::limits::{PASS, PASS_RENEW};
use crate::time::{MINUTE, Millis};

/// Two machines' clocks differ by no more than this.
const CLOCKS: u64 = MINUTE;

/// With what an agent's socket was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// Which session, as a number that opens nothing.
    pub session: u64,
    /// When it was verified.
    pub at: Millis,
    /// When it runs out.
    pub ends: Millis,
}

impl Pass {
    /// Until when the socket may be used.
    #[must_use]
    pub fn until(&self) -> Millis {
        self.ends.min(self.at.plus(PASS))
    }

    /// Whether nothing may be heard from the socket or told to it any more; so too after a clock that went back.
    #[must_use]
    pub fn is_over(&self, now: Millis) -> bool {
        self.until() <= now || self.at.since(now) > CLOCKS
    }

    /// Whether it is time to have it verified anew, when something happens anyway.
    #[must_use]
    pub fn is_old(&self, now: Millis) -> bool {
        now.since(self.at) >= PASS_RENEW
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Millis = Millis(1_000_000_000);

    fn pass(lasts: u64) -> Pass {
        Pass { session: 1, at: AT, ends: AT.plus(lasts) }
    }

    #[test]
    fn r_201_a_pass_is_over_after_its_time_and_with_its_session() {
        let long = pass(10 * PASS);
        assert!(!long.is_over(AT) && !long.is_over(AT.plus(PASS - 1)));
        assert!(long.is_over(AT.plus(PASS)));
        assert!(long.is_old(AT.plus(PASS_RENEW)) && !long.is_old(AT.plus(PASS_RENEW - 1)));
        let short = pass(MINUTE);
        assert!(!short.is_over(AT.plus(MINUTE - 1)) && short.is_over(AT.plus(MINUTE)));
        assert!(!short.is_old(AT.plus(MINUTE)), "it would only be opened again and again");
    }

    #[test]
    fn r_201_clocks_may_differ_a_little() {
        let pass = pass(10 * PASS);
        assert!(!pass.is_over(Millis(AT.0 - CLOCKS)));
        assert!(pass.is_over(Millis(AT.0 - CLOCKS - 1)), "the clock went back");
    }
}
