//! A token bucket per socket. In memory only: an object that slept had time to fill it.

use crate::limits::{FRAME_BURST, FRAMES_PER_SECOND, FRAMES_REFUSED};
use crate::time::{Millis, SECOND};

/// Frames are counted in thousandths, so that no fraction is lost.
const FRAME: u64 = SECOND;

/// How many frames one socket may send. An operator may allow more or fewer than the default.
///
/// ```
/// use shared::conversation::Rate;
/// assert_eq!(Rate::per_second(8), Rate::default());
/// assert_eq!(Rate::per_second(100).burst, 500);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// At once.
    pub burst: u32,
    /// Steadily.
    pub per_second: u32,
}

impl Rate {
    /// So many a second, at least one, and bursts in the proportion of the default rate.
    #[must_use]
    pub const fn per_second(frames: u32) -> Self {
        let per_second = if frames == 0 { 1 } else { frames };
        Self { burst: per_second.saturating_mul(FRAME_BURST / FRAMES_PER_SECOND), per_second }
    }
}

impl Default for Rate {
    fn default() -> Self {
        Self { burst: FRAME_BURST, per_second: FRAMES_PER_SECOND }
    }
}

/// How much of its rate a socket has used.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bucket {
    used: u64,
    at: Option<Millis>,
    refused: u32,
}

/// Whether a frame is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Take,
    /// Too many; a frame would be taken after this many milliseconds.
    Refuse {
        retry_after: u64,
    },
    /// It goes on sending regardless.
    Hopeless,
}

impl Bucket {
    /// A frame that counts as `cost` frames arrived.
    pub(super) fn take(&mut self, now: Millis, cost: u32, rate: Rate) -> Verdict {
        let gone = self.at.map_or(0, |at| now.since(at));
        self.used = self.used.saturating_sub(gone.saturating_mul(u64::from(rate.per_second)));
        self.at = Some(now);
        // A frame that costs more than the whole burst is taken when nothing else was.
        let room = (u64::from(rate.burst) * FRAME).saturating_sub(self.used);
        let cost = (u64::from(cost) * FRAME).min(u64::from(rate.burst) * FRAME);
        if room >= cost {
            self.used += cost;
            self.refused = 0;
            return Verdict::Take;
        }
        self.refused += 1;
        if self.refused > FRAMES_REFUSED {
            return Verdict::Hopeless;
        }
        Verdict::Refuse { retry_after: (cost - room).div_ceil(u64::from(rate.per_second.max(1))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Rate = Rate { burst: FRAME_BURST, per_second: FRAMES_PER_SECOND };

    #[test]
    fn r_50_a_burst_then_a_steady_rate() {
        let mut bucket = Bucket::default();
        let now = Millis(1_000_000);
        assert!((0..FRAME_BURST).all(|_| bucket.take(now, 1, USUAL) == Verdict::Take));
        assert_eq!(bucket.take(now, 1, USUAL), Verdict::Refuse { retry_after: 125 });
        assert_eq!(bucket.take(now.plus(124), 1, USUAL), Verdict::Refuse { retry_after: 1 });
        assert_eq!(bucket.take(now.plus(125), 1, USUAL), Verdict::Take);
        assert_eq!(bucket.take(now.plus(125), 4, USUAL), Verdict::Refuse { retry_after: 500 });
        assert!((0..FRAME_BURST).all(|_| bucket.take(now.plus(60_000), 1, USUAL) == Verdict::Take));
    }

    #[test]
    fn r_50_flooding_is_hopeless_after_a_while() {
        let mut bucket = Bucket::default();
        let taken = (0..10_000).take_while(|_| bucket.take(Millis(5), 1, USUAL) != Verdict::Hopeless).count();
        assert_eq!(taken, (FRAME_BURST + FRAMES_REFUSED) as usize);
    }

    #[test]
    fn a_clock_that_jumps_back_does_not_panic() {
        let mut bucket = Bucket::default();
        assert_eq!(bucket.take(Millis(u64::MAX), 1, USUAL), Verdict::Take);
        assert_eq!(bucket.take(Millis(0), 1, USUAL), Verdict::Take);
        assert_eq!(bucket.take(Millis(u64::MAX), 1, USUAL), Verdict::Take);
    }

    #[test]
    fn r_50_an_operator_may_set_another_rate() {
        let rate = Rate::per_second(100);
        let mut bucket = Bucket::default();
        let now = Millis(1_000_000);
        assert!((0..500).all(|_| bucket.take(now, 1, rate) == Verdict::Take));
        assert_eq!(bucket.take(now, 1, rate), Verdict::Refuse { retry_after: 10 });
        assert_eq!(bucket.take(now.plus(10), 1, rate), Verdict::Take);
    }

    #[test]
    fn r_50_even_the_lowest_rate_lets_a_client_resume() {
        let rate = Rate { burst: 1, per_second: 1 };
        let mut bucket = Bucket::default();
        assert_eq!(bucket.take(Millis(5), 4, rate), Verdict::Take);
        assert_eq!(bucket.take(Millis(5), 4, rate), Verdict::Refuse { retry_after: 1_000 });
        assert_eq!(Rate::per_second(0), Rate::per_second(1));
    }
}
