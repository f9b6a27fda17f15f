//! The simulation's chance: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).

/// A generator of a fixed seed: the same state is told the same waits.
#[derive(Debug, Clone)]
pub(in crate::desk) struct Chance(u64);

impl Chance {
    pub(in crate::desk) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number above 0, up to 1.
    pub(in crate::desk) fn part(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64 + f64::EPSILON / 2.0
    }

    /// An exponential time of this rate; for ever when nothing happens.
    pub(in crate::desk) fn after(&mut self, rate: f64) -> f64 {
        if rate > 0.0 { -self.part().ln() / rate } else { f64::INFINITY }
    }
}
