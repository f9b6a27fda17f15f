//! Adaptive arithmetic coding for what ships with the engine: a value takes as few bits as it surprises.
//!
//! What is coded is described once for both directions: a [`Coder`] is given every value and returns it. One that
//! writes returns what it was given; one that reads ignores that, and returns what was written.

/// How likely one bit is to be set, learned from those before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bit {
    /// How likely the bit is not set, in 65536ths.
    clear: u16,
    /// Bits seen, up to [`Bit::MOST`].
    seen: u16,
}

impl Bit {
    /// A bit of which nothing is known yet.
    pub(crate) const NEW: Self = Self { clear: 1 << 15, seen: 0 };
    /// From so many bits on the newest counts no less than it does then.
    const MOST: u16 = 250;

    /// In 4096ths, never 0 and never all.
    const fn share(self) -> u32 {
        (self.clear >> 4) as u32
    }

    fn learn(&mut self, bit: bool) {
        let clear = i32::from(self.clear);
        let target = if bit { 32 } else { 65_535 - 32 };
        self.clear = (clear + (((target - clear) * RATES[usize::from(self.seen)]) >> 15)) as u16;
        self.seen += u16::from(self.seen < Self::MOST);
    }
}

/// How much a bit counts after so many others, in 32768ths: the first ones the most, one and a half more steady them.
const RATES: [i32; Bit::MOST as usize + 1] = {
    let mut rates = [0; Bit::MOST as usize + 1];
    let mut seen = 0;
    while seen < rates.len() {
        rates[seen] = (1 << 16) / (2 * seen as i32 + 3);
        seen += 1;
    }
    rates
};

/// One direction of coding.
pub(crate) trait Coder {
    /// A bit that `model` expects, and learns from.
    fn bit(&mut self, model: &mut Bit, bit: bool) -> bool;

    /// A number of up to 16 bits, each value as likely as any other.
    fn even(&mut self, bits: u32, value: u32) -> u32;

    /// A number of `bits` bits whose values are likely as those before were; `models` has `1 << bits` of them.
    #[inline(never)]
    fn symbol(&mut self, models: &mut [Bit], bits: u32, value: u32) -> u32 {
        let mut node = 1;
        for place in (0..bits).rev() {
            let set = self.bit(&mut models[node], value >> place & 1 > 0);
            node = node << 1 | usize::from(set);
        }
        node as u32 & !(1 << bits)
    }

    /// A number around `1 << low`, as the differences of sorted hashes are. Larger ones are likely as before.
    #[inline(never)]
    fn gap(&mut self, models: &mut [Bit; GAP], low: u32, value: u32) -> u32 {
        let mut high = 0;
        while high < MOST_HIGH && self.bit(&mut models[(high as usize).min(GAP - 1)], high < value >> low) {
            high += 1;
        }
        high << low | self.even(low, value & !(!0 << low))
    }

    /// Any number of up to 24 bits: how many bits it has, and these.
    #[inline(never)]
    fn number(&mut self, models: &mut [Bit; NUMBER], value: u32) -> u32 {
        let bits = self.symbol(models, 5, u32::BITS - value.leading_zeros()).min(24);
        let Some(rest) = bits.checked_sub(1) else { return 0 };
        let low = rest.min(12);
        let high = self.even(rest - low, value >> low & !(!0 << (rest - low)));
        1 << rest | high << low | self.even(low, value & !(!0 << low))
    }
}

/// The models of a gap.
pub(crate) const GAP: usize = 12;
/// The bits that a gap between so many keys of `bits` bits has at least.
pub(crate) fn gap_bits(bits: u32, keys: usize) -> u32 {
    bits.saturating_sub((keys.max(1) as u32).ilog2() + 1).min(16)
}

/// A larger gap is no gap between things that were written.
const MOST_HIGH: u32 = 1 << 12;
/// The models of a number's length.
pub(crate) const NUMBER: usize = 32;

/// Letters of names; what else is in one is written as the first.
const LETTERS: &[u8; 31] = b"-abcdefghijklmnopqrstuvwxyz0123";
/// No name is longer.
const LONGEST: usize = 100;

/// The place of a letter in [`LETTERS`]. Looking for it there would be unrolled.
const fn place_of(letter: u8) -> u32 {
    match letter {
        b'a'..=b'z' => (letter - b'a') as u32 + 1,
        b'0'..=b'3' => (letter - b'0') as u32 + 27,
        _ => 0,
    }
}

/// Names, each letter by the one before it.
pub(crate) fn names(coder: &mut impl Coder, names: &mut [String]) {
    let end = LETTERS.len() as u32;
    let mut models = vec![[Bit::NEW; 32]; LETTERS.len() + 1];
    for name in names {
        let letters: Vec<u32> = name.bytes().take(LONGEST).map(place_of).collect();
        let mut last = end;
        name.clear();
        while name.len() <= LONGEST {
            let letter = letters.get(name.len()).copied().unwrap_or(end);
            last = coder.symbol(&mut models[last as usize], 5, letter);
            let Some(letter) = LETTERS.get(last as usize) else { break };
            name.push(char::from(*letter));
        }
    }
}

/// Below this the range is too small to be divided.
const LEAST: u32 = 1 << 24;

/// Writes.
#[derive(Debug)]
pub(crate) struct Encoder {
    low: u64,
    range: u32,
    /// The last byte that a carry may still change, and how many 0xff follow it.
    held: u8,
    full: usize,
    started: bool,
    out: Vec<u8>,
}

impl Encoder {
    pub(crate) const fn new() -> Self {
        Self { low: 0, range: u32::MAX, held: 0, full: 0, started: false, out: Vec::new() }
    }

    fn shift(&mut self) {
        let carry = (self.low >> 32) as u8;
        let top = (self.low >> 24) as u8;
        if carry > 0 || top != 0xff {
            if self.started {
                self.out.push(self.held.wrapping_add(carry));
            }
            self.started = true;
            self.out.extend(std::iter::repeat_n(0xffu8.wrapping_add(carry), self.full));
            (self.held, self.full) = (top, 0);
        } else {
            self.full += 1;
        }
        self.low = (self.low & 0x00ff_ffff) << 8;
    }

    fn settle(&mut self) {
        while self.range < LEAST {
            self.range <<= 8;
            self.shift();
        }
    }

    /// What was written, with a checksum before it.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        for _ in 0..5 {
            self.shift();
        }
        // What is missing at the end reads as zeros.
        while self.out.last() == Some(&0) {
            self.out.pop();
        }
        let mut all = checksum(&self.out).to_le_bytes().to_vec();
        all.extend(self.out);
        all
    }
}

impl Coder for Encoder {
    fn bit(&mut self, model: &mut Bit, bit: bool) -> bool {
        let bound = (self.range >> 12) * model.share();
        if bit {
            self.low += u64::from(bound);
            self.range -= bound;
        } else {
            self.range = bound;
        }
        model.learn(bit);
        self.settle();
        bit
    }

    fn even(&mut self, bits: u32, value: u32) -> u32 {
        self.range >>= bits;
        self.low += u64::from(value) * u64::from(self.range);
        self.settle();
        value
    }
}

/// Reads. Past the end there are zeros for ever, so that whoever reads bounds what is believed.
#[derive(Debug)]
pub(crate) struct Decoder<'a> {
    rest: &'a [u8],
    range: u32,
    code: u32,
}

impl<'a> Decoder<'a> {
    /// `None` when the bytes are not as they were written.
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Self> {
        let (sum, rest) = bytes.split_first_chunk::<4>()?;
        if checksum(rest) != u32::from_le_bytes(*sum) {
            return None;
        }
        let mut decoder = Self { rest, range: u32::MAX, code: 0 };
        for _ in 0..4 {
            decoder.code = decoder.code << 8 | decoder.next();
        }
        Some(decoder)
    }

    fn next(&mut self) -> u32 {
        let Some((first, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        u32::from(*first)
    }

    fn settle(&mut self) {
        while self.range < LEAST {
            self.range <<= 8;
            self.code = self.code << 8 | self.next();
        }
    }
}

impl Coder for Decoder<'_> {
    // Where it is called are many places, and to be small counts more than to be quick.
    #[inline(never)]
    fn bit(&mut self, model: &mut Bit, _: bool) -> bool {
        let bound = (self.range >> 12) * model.share();
        let bit = self.code >= bound;
        if bit {
            self.code -= bound;
            self.range -= bound;
        } else {
            self.range = bound;
        }
        model.learn(bit);
        self.settle();
        bit
    }

    #[inline(never)]
    fn even(&mut self, bits: u32, _: u32) -> u32 {
        self.range >>= bits;
        let value = (self.code / self.range).min(!(!0 << bits));
        self.code = self.code.wrapping_sub(value * self.range);
        self.settle();
        value
    }
}

/// A checksum against accidents (FNV-1a).
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// So many random numbers, the same every time, with a checksum that is right: what is read of them must do no harm.
#[cfg(test)]
pub(crate) fn noise(len: usize) -> Vec<u8> {
    let mut noise = Encoder::new();
    let mut state = 7 + len as u64;
    for _ in 0..len {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        noise.even(16, (state >> 48) as u32);
    }
    noise.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that differ in how they are spread, the same for the same seed.
    fn values(seed: u64) -> Vec<u32> {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        (0..next() % 3_000)
            .map(|_| {
                let bits = next() % 17;
                (next() % (1 << bits)) as u32
            })
            .collect()
    }

    /// All kinds of values, in either direction.
    fn code(coder: &mut impl Coder, values: &mut [u32]) {
        let mut symbols = vec![Bit::NEW; 1 << 9];
        let mut gaps = [Bit::NEW; GAP];
        let mut numbers = [Bit::NEW; NUMBER];
        let mut bit = Bit::NEW;
        for (at, value) in values.iter_mut().enumerate() {
            *value = match at % 5 {
                0 => coder.symbol(&mut symbols, 9, *value & 511),
                1 => coder.gap(&mut gaps, 7, *value),
                2 => coder.number(&mut numbers, *value),
                3 => coder.even(16, *value & 0xffff),
                _ => u32::from(coder.bit(&mut bit, *value > 1)),
            };
        }
    }

    fn written(values: &mut [u32]) -> Vec<u8> {
        let mut encoder = Encoder::new();
        code(&mut encoder, values);
        encoder.finish()
    }

    #[test]
    fn what_was_written_is_read() {
        for seed in 0..300 {
            let mut expected = values(seed);
            let bytes = written(&mut expected);
            let mut read = vec![0; expected.len()];
            code(&mut Decoder::new(&bytes).unwrap(), &mut read);
            assert_eq!(read, expected, "seed {seed}");
        }
    }

    #[test]
    fn what_repeats_takes_little() {
        let mut values = vec![0; 10_000];
        assert!(written(&mut values).len() < 10_000 / 5 * 3, "three of five are free");
        let mut symbols: Vec<u32> = (0..8_000).map(|at| at * at % 7).collect();
        let mut encoder = Encoder::new();
        let mut models = [Bit::NEW; 8];
        symbols.iter_mut().for_each(|symbol| *symbol = encoder.symbol(&mut models, 3, *symbol));
        // Four values, one of them half as likely as the others: 1.95 bits each.
        let bytes = encoder.finish().len();
        assert!((1_900..2_000).contains(&bytes), "{bytes}");
    }

    #[test]
    fn damage_is_seen_and_nothing_that_is_read_panics() {
        let bytes = written(&mut values(7));
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1 << (at % 8);
            assert!(Decoder::new(&other).is_none());
            assert!(Decoder::new(&bytes[..at]).is_none());
        }
        for seed in 0..200 {
            let noise: Vec<u8> = values(seed).iter().map(|value| *value as u8).collect();
            let mut all = checksum(&noise).to_le_bytes().to_vec();
            all.extend(noise);
            code(&mut Decoder::new(&all).unwrap(), &mut [0; 5_000]);
        }
    }
}
