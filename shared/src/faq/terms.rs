//! Terms: words, grams and concepts, as hashes with weights, and the numbers a space gives them.

use crate::text::sort::sort_by;

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The bit that the terms of grams of characters have: they are most of all terms, and each tells little.
pub(super) const GRAM: u64 = 2;

/// A term and how much it tells: in search, and for a classifier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weighted {
    pub(super) term: u64,
    pub(super) search: f32,
    pub(super) style: f32,
}

/// Terms with weights, each once, in order.
pub(super) type Bag = Vec<Weighted>;

/// Puts terms in order: one function, as every sort takes room in the Worker.
#[inline(never)]
pub(super) fn arrange(bag: &mut Bag) {
    sort_by(bag, |weighted| weighted.term);
}

/// Adds up equal terms: the second and further occurrences count less.
pub(super) fn gather(bag: &mut Bag) {
    arrange(bag);
    bag.dedup_by(|next, kept| {
        let same = next.term == kept.term;
        if same {
            kept.search += next.search * 0.25;
            kept.style += next.style * 0.25;
        }
        same
    });
}

/// Keeps each term once, with its largest weights.
pub(super) fn unite(bag: &mut Bag) {
    arrange(bag);
    bag.dedup_by(|next, kept| {
        let same = next.term == kept.term;
        if same {
            kept.search = kept.search.max(next.search);
            kept.style = kept.style.max(next.style);
        }
        same
    });
}

/// The numbers of a space's terms. A term is known by a key of some of its hash's bits: with 28 of them one unknown
/// term in a few thousand is taken for a known one, which moves a score a little and saves half of the memory. A key's
/// first bit says whether the term is a gram, so that the many grams are never taken for words.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Terms {
    bits: u32,
    /// So many of the last bits of a gram's key are 0.
    coarse: u32,
    /// In ascending order; a term's number is its key's place.
    keys: Vec<u32>,
    /// Where the keys start that begin with each of the first so many bits.
    starts: Vec<u32>,
    shift: u32,
}

impl Terms {
    /// Sorted keys of `bits` bits, each once.
    pub(super) fn new(bits: u32, keys: Vec<u32>) -> Self {
        let first_bits = (usize::BITS - keys.len().leading_zeros()).clamp(1, bits);
        let shift = bits - first_bits;
        let mut starts = vec![0u32; (1usize << first_bits) + 1];
        for key in &keys {
            starts[(key >> shift) as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self { bits, coarse: 0, keys, starts, shift }
    }

    /// The same with keys of grams that have `coarse` bits less.
    pub(super) const fn coarse(mut self, coarse: u32) -> Self {
        self.coarse = coarse;
        self
    }

    /// Terms of the same form.
    pub(super) fn alike(&self, keys: Vec<u32>) -> Self {
        Self::new(self.bits.max(1), keys).coarse(self.coarse)
    }

    /// The key of a term.
    pub(super) const fn key(bits: u32, term: u64) -> u32 {
        let mixed = ((term ^ (term >> 32)).wrapping_mul(GOLDEN) >> (65 - bits)) as u32;
        mixed | ((term & GRAM > 0) as u32) << (bits - 1)
    }

    /// The key that a term has here whose key of `bits` bits is this. As keys ascend, so do these.
    pub(super) fn shortened(&self, bits: u32, key: u32) -> u32 {
        let key = key >> bits.saturating_sub(self.bits);
        if key >> (self.bits - 1) > 0 { key >> self.coarse << self.coarse } else { key }
    }

    /// The number of a term.
    pub(super) fn find(&self, term: u64) -> Option<u32> {
        if self.keys.is_empty() {
            return None;
        }
        self.number(self.shortened(self.bits, Self::key(self.bits, term)))
    }

    /// The number of the term with a key.
    pub(super) fn number(&self, key: u32) -> Option<u32> {
        let first = (key >> self.shift) as usize;
        let (from, to) = (*self.starts.get(first)?, *self.starts.get(first + 1)?);
        let keys = self.keys.get(from as usize..to as usize)?;
        let at = keys.iter().position(|k| *k == key)?;
        Some(from + at as u32)
    }

    pub(super) const fn bits(&self) -> u32 {
        self.bits
    }

    pub(super) fn keys(&self) -> &[u32] {
        &self.keys
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_finds_its_place() {
        let mut keys: Vec<u32> = (0..500u64).map(|term| Terms::key(20, term * 7)).collect();
        keys.sort_unstable();
        keys.dedup();
        let terms = Terms::new(20, keys.clone());
        for (place, key) in keys.iter().enumerate() {
            assert_eq!(terms.number(*key), Some(place as u32));
        }
        assert_eq!(terms.find(14), terms.number(Terms::key(20, 14)));
        assert_eq!(Terms::new(20, Vec::new()).find(3), None);
        assert_eq!(Terms::default().find(3), None);
    }

    #[test]
    fn repeated_terms_are_added_up() {
        let weighted = |term, search, style| Weighted { term, search, style };
        let mut bag = vec![weighted(2, 1.0, 0.5), weighted(1, 1.0, 1.0), weighted(2, 1.0, 0.5)];
        gather(&mut bag);
        assert_eq!(bag, [weighted(1, 1.0, 1.0), weighted(2, 1.25, 0.625)]);
        let mut bag = vec![weighted(2, 0.5, 1.0), weighted(2, 1.0, 0.2)];
        unite(&mut bag);
        assert_eq!(bag, [weighted(2, 1.0, 1.0)]);
    }
}
