//! How fast somebody may ask: a burst, then a steady rate. For requests over HTTP, counted by token or by address where
//! they arrive, before they cost anything.

use std::collections::BTreeMap;

use crate::time::{Millis, SECOND};

/// So many at once, and then one in so many milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    pub burst: u32,
    pub every: u64,
}

impl Pace {
    /// So many at once, and then so many a second.
    #[must_use]
    pub const fn per_second(burst: u32, rate: u32) -> Self {
        Self { burst, every: SECOND / if rate == 0 { 1 } else { rate as u64 } }
    }

    const fn whole(self) -> u64 {
        self.burst as u64 * self.every
    }
}

/// What somebody has left, as the time it takes to earn it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bucket {
    left: u64,
    at: Millis,
}

/// The paces of many, the most recent ones.
///
/// ```
/// use shared::pace::{Pace, Paces};
/// use shared::time::Millis;
/// let mut paces = Paces::new(Pace { burst: 1, every: 500 }, 10);
/// assert_eq!(paces.take("ada", Millis(0)), Ok(()));
/// assert_eq!(paces.take("ada", Millis(0)), Err(500));
/// assert_eq!(paces.take("bob", Millis(0)), Ok(()));
/// ```
#[derive(Debug)]
pub struct Paces {
    pace: Pace,
    most: usize,
    kept: BTreeMap<String, Bucket>,
}

impl Paces {
    /// Of at most so many.
    #[must_use]
    pub const fn new(pace: Pace, most: usize) -> Self {
        Self { pace, most, kept: BTreeMap::new() }
    }

    /// Whether this one has asked before and is still remembered.
    #[must_use]
    pub fn knows(&self, who: &str) -> bool {
        self.kept.contains_key(who)
    }

    /// Takes a request; or says how many milliseconds to wait.
    pub fn take(&mut self, who: &str, now: Millis) -> Result<(), u64> {
        let (whole, every) = (self.pace.whole(), self.pace.every);
        if !self.kept.contains_key(who) {
            self.make_room(now);
        }
        let bucket = self.kept.entry(who.to_owned()).or_insert(Bucket { left: whole, at: now });
        bucket.left = bucket.left.saturating_add(now.since(bucket.at)).min(whole);
        bucket.at = now;
        match bucket.left.checked_sub(every) {
            Some(left) => {
                bucket.left = left;
                Ok(())
            }
            None => Err(every - bucket.left),
        }
    }

    /// Gives back what was taken for nothing.
    pub fn give_back(&mut self, who: &str) {
        let (whole, every) = (self.pace.whole(), self.pace.every);
        if let Some(bucket) = self.kept.get_mut(who) {
            bucket.left = bucket.left.saturating_add(every).min(whole);
        }
    }

    /// Whoever has everything left is as good as forgotten; else whoever asked longest ago is.
    fn make_room(&mut self, now: Millis) {
        if self.kept.len() < self.most {
            return;
        }
        let whole = self.pace.whole();
        self.kept.retain(|_, bucket| bucket.left.saturating_add(now.since(bucket.at)) < whole);
        if self.kept.len() >= self.most {
            let oldest = self.kept.iter().min_by_key(|(_, bucket)| bucket.at).map(|(who, _)| who.clone());
            oldest.map(|who| self.kept.remove(&who));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;

    fn of(pace: Pace) -> Paces {
        Paces::new(pace, 3)
    }

    #[test]
    fn r_163_a_token_has_a_burst_and_a_rate() {
        let mut paces = of(limits::API_PACE);
        let burst = (0..1_000).take_while(|_| paces.take("t", Millis(0)).is_ok()).count();
        assert_eq!(burst, 60);
        let wait = paces.take("t", Millis(0)).unwrap_err();
        assert!(paces.take("t", Millis(wait - 1)).is_err());
        assert!(paces.take("t", Millis(wait)).is_ok());
        assert!(paces.take("t", Millis(0)).is_err(), "a clock that goes back gives nothing");
    }

    #[test]
    fn what_was_taken_for_nothing_is_given_back() {
        let mut paces = of(Pace { burst: 1, every: 10 });
        assert_eq!(paces.take("a", Millis(0)), Ok(()));
        paces.give_back("a");
        paces.give_back("a");
        assert_eq!(paces.take("a", Millis(0)), Ok(()));
        assert_eq!(paces.take("a", Millis(0)), Err(10));
    }

    #[test]
    fn many_others_make_nobodys_pace_forgotten_soon() {
        let mut paces = of(Pace { burst: 1, every: 1_000 });
        assert_eq!(paces.take("busy", Millis(5)), Ok(()));
        for n in 0..100 {
            let _ = paces.take(&format!("other {n}"), Millis(n / 50));
            assert!(paces.kept.len() <= 3);
        }
        assert!(paces.knows("busy"), "others asked longer ago");
        let mut paces = of(Pace { burst: 1, every: 10 });
        for who in ["a", "b", "c"] {
            assert_eq!(paces.take(who, Millis(0)), Ok(()));
        }
        assert_eq!(paces.take("d", Millis(10)), Ok(()));
        assert!(!paces.knows("a") && paces.knows("d"), "whoever has everything left is forgotten");
    }
}
