//! How much more a text is of one space than of another: of a knowledge base, say, than of shops in general.
//!
//! What is asked about something else has words that are as usual elsewhere, or more so. Each term counts with the
//! logarithm of the share of groups that have it here over the share that have it there.

use super::super::terms::Terms;
use super::Space;
use crate::text::sort::sort;

/// Added to each share, so that a term that nobody has is rare and no more.
const FLOOR: f32 = 0.004;

/// The terms of a text by how much more usual they are here than there.
#[derive(Debug, Default, Clone)]
pub(in super::super) struct Specific {
    /// The sum over the terms that are known here, each times what it weighs.
    pub(super) sum: f32,
    /// What all terms weigh, known or not.
    pub(super) weight: f32,
    /// Terms that are not known here, with what they weigh.
    pub(super) strange: Vec<(u64, f32)>,
}

/// How many groups of a space have each of its terms: what others are compared with.
#[derive(Debug, Default)]
pub(in super::super) struct Usual {
    terms: Terms,
    counts: Vec<u16>,
    groups: usize,
}

impl Usual {
    /// Of a space, and of terms that it was made without: their keys and counts.
    pub(in super::super) fn new(space: &Space, others: &[(u32, u16)]) -> Self {
        let own = (0u32..).zip(space.terms.keys());
        let own = own.map(|(term, key)| (*key, space.rows.range(term).len() as u16));
        let all = own.chain(others.iter().copied());
        let mut all: Vec<u64> = all.map(|(key, count)| u64::from(key) << 16 | u64::from(count)).collect();
        sort(&mut all);
        all.dedup_by_key(|one| *one >> 16);
        let (keys, counts) = all.into_iter().map(|one| ((one >> 16) as u32, one as u16)).unzip();
        Self { terms: space.terms.alike(keys), counts, groups: space.groups }
    }

    fn count(&self, number: usize) -> usize {
        self.counts.get(number).copied().map_or(0, usize::from).min(self.groups)
    }

    /// How much more a text is of the space that read it than of this one: the mean over its terms, and one that grows
    /// with their number.
    pub(in super::super) fn against(&self, text: &Specific) -> (f32, f32) {
        if text.weight <= 0.0 {
            return (0.0, 0.0);
        }
        let count = |term: &u64| self.terms.find(*term).map_or(0, |number| self.count(number as usize));
        let strange = text
            .strange
            .iter()
            .map(|(term, weight)| weight * (share(0, 1) - share(count(term), self.groups)));
        let sum = text.sum + strange.sum::<f32>();
        (sum / text.weight, sum / text.weight.sqrt())
    }
}

/// The logarithm of the share of groups.
fn share(count: usize, groups: usize) -> f32 {
    (count as f32 / groups.max(1) as f32 + FLOOR).ln()
}

impl Space {
    /// From now on texts are compared with `other`, whose terms may have shorter keys.
    pub(in super::super) fn compare(&mut self, other: &Usual) {
        if self.terms.bits() < other.terms.bits() {
            return;
        }
        let theirs: Vec<f32> = (0..=other.groups).map(|count| share(count, other.groups)).collect();
        let mut ours: Vec<Option<f32>> = vec![None; self.groups + 1];
        let mut place = 0;
        let keys = other.terms.keys();
        self.specific.clear();
        for (term, key) in (0u32..).zip(self.terms.keys()) {
            let key = other.terms.shortened(self.terms.bits(), *key);
            while keys.get(place).is_some_and(|other| *other < key) {
                place += 1;
            }
            let count = if keys.get(place) == Some(&key) { other.count(place) } else { 0 };
            let own = self.rows.range(term).len().min(self.groups);
            let own = *ours[own].get_or_insert_with(|| share(own, self.groups));
            self.specific.push(own - theirs[count]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::features;
    use super::super::build::Doc;
    use super::*;

    #[test]
    fn texts_of_one_space_are_told_from_those_of_another() {
        let doc = |group: u32, text: &str| Doc {
            group,
            phrasings: vec![features::of(text).words],
            ..Doc::default()
        };
        let mut own = Space::build(&[doc(0, "track my parcel"), doc(1, "slice the bread")], 2, 0.4);
        let other = Space::build(&[doc(0, "track my parcel"), doc(1, "peel an orange")], 2, 0.4);
        let other = Usual::new(&other, &[]);
        own.compare(&other);
        let specific = |text: &str| {
            let (mean, grows) = other.against(&own.read(&features::of(text).words).specific);
            assert!((mean > 0.0) == (grows > 0.0), "{text}: {mean} {grows}");
            mean
        };
        assert!(specific("bread") > 1.0 && specific("parcel").abs() < 0.5 && specific("orange") < -1.0);
        assert!(specific("parcel of bread") < specific("slice of bread"));
        assert_eq!(specific(""), 0.0);
    }
}
