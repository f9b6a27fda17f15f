//! Secrets that are replaced: for a while the former one is good too, so that nobody has to change both sides in the
//! same moment.

use serde::{Deserialize, Serialize};

use crate::limits::SECRET_OVERLAP;
use crate::time::Millis;

/// A secret that was replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    pub secret: String,
    /// Until when it is good.
    pub until: Millis,
}

impl Former {
    /// What becomes of a secret that is replaced now.
    #[must_use]
    pub fn of(secret: &str, now: Millis, at_once: bool) -> Option<Self> {
        let kept = !at_once && !secret.is_empty();
        kept.then(|| Self { secret: secret.to_owned(), until: now.plus(SECRET_OVERLAP) })
    }

    /// The secret, while it is good: not before it was replaced either, whatever the clock says.
    #[must_use]
    pub fn good(&self, now: Millis) -> Option<&str> {
        (now < self.until && self.until.since(now) <= 2 * SECRET_OVERLAP).then_some(&self.secret)
    }
}

/// What a shop signs its customers' identities with, counted from the first one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Secrets {
    /// Empty: nobody is believed.
    pub secret: String,
    pub number: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<Former>,
}

impl Secrets {
    /// With another secret in place of the present one; empty: with none at all, and no former one.
    #[must_use]
    pub fn replaced(&self, secret: String, now: Millis, at_once: bool) -> Self {
        let former = Former::of(&self.secret, now, at_once || secret.is_empty());
        Self { secret, number: self.number.saturating_add(1), former }
    }

    /// The good ones with their numbers, the newest first.
    pub fn good(&self, now: Millis) -> impl Iterator<Item = (u32, &str)> {
        let former = self.former.as_ref().and_then(|former| former.good(now));
        let former = former.map(|secret| (self.number.saturating_sub(1), secret));
        let present = (!self.secret.is_empty()).then_some((self.number, self.secret.as_str()));
        present.into_iter().chain(former)
    }

    /// The same for those who must not know the secrets.
    #[must_use]
    pub fn believed(&self) -> Believed {
        Believed { number: self.number, former_until: self.former.as_ref().map(|former| former.until) }
    }
}

/// By which secrets what was signed is still believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Believed {
    pub number: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_until: Option<Millis>,
}

impl Believed {
    /// Whether what was signed with the secret of this number counts.
    #[must_use]
    pub fn counts(&self, number: u32, now: Millis) -> bool {
        // One who has been told less lately than whoever verified it believes them.
        number >= self.number
            || (number + 1 == self.number && self.former_until.is_some_and(|until| now < until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR;

    const NOW: Millis = Millis(1_000_000_000);

    fn good(secrets: &Secrets, now: Millis) -> Vec<(u32, &str)> {
        secrets.good(now).collect()
    }

    #[test]
    fn r_202_the_former_secret_is_good_for_a_day_unless_it_is_replaced_at_once() {
        let none = Secrets::default();
        assert_eq!(good(&none, NOW), []);
        let first = none.replaced("one".into(), NOW, false);
        assert_eq!(good(&first, NOW), [(1, "one")]);
        let second = first.replaced("two".into(), NOW, false);
        let end = NOW.plus(SECRET_OVERLAP);
        assert_eq!(good(&second, NOW), [(2, "two"), (1, "one")]);
        assert_eq!(good(&second, Millis(end.0 - 1)).len(), 2);
        assert_eq!(good(&second, end), [(2, "two")]);
        assert_eq!(good(&first.replaced("two".into(), NOW, true), NOW), [(2, "two")]);
        let third = second.replaced("three".into(), NOW.plus(HOUR), false);
        assert_eq!(good(&third, NOW.plus(HOUR)), [(3, "three"), (2, "two")], "no more than two");
        assert_eq!(good(&third.replaced(String::new(), NOW, false), NOW), []);
    }

    #[test]
    fn r_202_what_was_signed_with_it_counts_as_long() {
        let second = Secrets::default().replaced("one".into(), NOW, false).replaced("two".into(), NOW, false);
        let believed = second.believed();
        let end = NOW.plus(SECRET_OVERLAP);
        assert!(believed.counts(2, end) && believed.counts(1, Millis(end.0 - 1)));
        assert!(!believed.counts(1, end) && !believed.counts(0, NOW));
        assert!(!second.replaced("three".into(), NOW, true).believed().counts(2, NOW));
        assert!(Believed::default().counts(0, NOW), "before any was replaced");
    }
}
