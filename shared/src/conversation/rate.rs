//! A token bucket per socket. In memory only: an object that slept had time to fill it.

use crate::limits::{FRAME_BURST, FRAMES_PER_SECOND, FRAMES_REFUSED};
use crate::time::{Millis, SECOND};

/// Frames are counted in thousandths, so that no fraction is lost.
const FRAME: u64 = SECOND;
const FULL: u64 = FRAME_BURST as u64 * FRAME;

/// How many frames a socket may still send.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    left: u64,
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

impl Default for Bucket {
    fn default() -> Self {
        Self { left: FULL, at: None, refused: 0 }
    }
}

impl Bucket {
    /// A frame that counts as `cost` frames arrived.
    pub(super) fn take(&mut self, now: Millis, cost: u32) -> Verdict {
        let gone = self.at.map_or(0, |at| now.since(at));
        self.left = FULL.min(self.left.saturating_add(gone.saturating_mul(u64::from(FRAMES_PER_SECOND))));
        self.at = Some(now);
        let cost = u64::from(cost) * FRAME;
        if self.left >= cost {
            self.left -= cost;
            self.refused = 0;
            return Verdict::Take;
        }
        self.refused += 1;
        if self.refused > FRAMES_REFUSED {
            return Verdict::Hopeless;
        }
        Verdict::Refuse { retry_after: (cost - self.left).div_ceil(u64::from(FRAMES_PER_SECOND)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_50_a_burst_then_a_steady_rate() {
        let mut bucket = Bucket::default();
        let now = Millis(1_000_000);
        assert!((0..FRAME_BURST).all(|_| bucket.take(now, 1) == Verdict::Take));
        assert_eq!(bucket.take(now, 1), Verdict::Refuse { retry_after: 125 });
        assert_eq!(bucket.take(now.plus(124), 1), Verdict::Refuse { retry_after: 1 });
        assert_eq!(bucket.take(now.plus(125), 1), Verdict::Take);
        assert_eq!(bucket.take(now.plus(125), 4), Verdict::Refuse { retry_after: 500 });
        assert!((0..FRAME_BURST).all(|_| bucket.take(now.plus(60_000), 1) == Verdict::Take));
    }

    #[test]
    fn r_50_flooding_is_hopeless_after_a_while() {
        let mut bucket = Bucket::default();
        let taken = (0..10_000).take_while(|_| bucket.take(Millis(5), 1) != Verdict::Hopeless).count();
        assert_eq!(taken, (FRAME_BURST + FRAMES_REFUSED) as usize);
    }

    #[test]
    fn a_clock_that_jumps_back_does_not_panic() {
        let mut bucket = Bucket::default();
        assert_eq!(bucket.take(Millis(u64::MAX), 1), Verdict::Take);
        assert_eq!(bucket.take(Millis(0), 1), Verdict::Take);
        assert_eq!(bucket.take(Millis(u64::MAX), 1), Verdict::Take);
    }
}
