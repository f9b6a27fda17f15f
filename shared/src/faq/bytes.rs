//! Bytes of stored things: written here, and read with every length and number checked.

use thiserror::Error;

/// What every stored thing begins with: its kind and the version of its form.
const MAGIC: [u8; 4] = *b"edfq";
const VERSION: u32 = 1;

/// Why bytes are no index that this build can use. Whoever holds the knowledge base builds the index anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Damaged {
    /// Not the bytes of an index at all.
    #[error("these bytes are no stored index")]
    Foreign,
    /// Written by a build with another form, or with another bank or lexicon.
    #[error("the stored index is of another version")]
    Version,
    /// Cut short or changed since.
    #[error("the stored index is damaged")]
    Broken,
}

/// Collects bytes.
#[derive(Debug, Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    pub(super) fn u64(&mut self, value: u64) {
        self.0.extend(value.to_le_bytes());
    }

    pub(super) fn f32(&mut self, value: f32) {
        self.0.extend(value.to_le_bytes());
    }

    /// Seven bits a byte, the lowest first.
    pub(super) fn number(&mut self, mut value: u32) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    /// Numbers of as many bytes each as the largest needs, which are read at once.
    pub(super) fn fixed(&mut self, numbers: impl ExactSizeIterator<Item = u32> + Clone) {
        let most = numbers.clone().max().unwrap_or(0);
        let width = 4 - (most.leading_zeros() / 8).min(3) as usize;
        self.number(numbers.len() as u32);
        self.u8(width as u8);
        self.0.reserve(numbers.len() * width);
        for number in numbers {
            self.0.extend(&number.to_le_bytes()[..width]);
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len() as u32);
        self.0.extend(text.as_bytes());
    }

    /// The bytes between a head and a checksum.
    pub(super) fn checked(self) -> Vec<u8> {
        let mut all = Vec::with_capacity(self.0.len() + 16);
        all.extend(MAGIC);
        all.extend(VERSION.to_le_bytes());
        all.extend(self.0);
        let sum = checksum(&all);
        all.extend(sum.to_le_bytes());
        all
    }
}

/// Reads what a [`Writer`] wrote.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
}

type Read<T> = Result<T, Damaged>;

impl<'a> Reader<'a> {
    /// The bytes between head and checksum, when both are right.
    pub(super) fn checked(bytes: &'a [u8]) -> Read<Self> {
        let Some((magic, rest)) = bytes.split_first_chunk::<4>() else { return Err(Damaged::Foreign) };
        if *magic != MAGIC {
            return Err(Damaged::Foreign);
        }
        let (version, rest) = rest.split_first_chunk::<4>().ok_or(Damaged::Broken)?;
        if u32::from_le_bytes(*version) != VERSION {
            return Err(Damaged::Version);
        }
        let (inner, sum) = rest.split_last_chunk::<8>().ok_or(Damaged::Broken)?;
        if checksum(&bytes[..bytes.len() - 8]) != u64::from_le_bytes(*sum) {
            return Err(Damaged::Broken);
        }
        Ok(Self { bytes: inner })
    }

    fn take<const N: usize>(&mut self) -> Read<[u8; N]> {
        let (taken, rest) = self.bytes.split_first_chunk::<N>().ok_or(Damaged::Broken)?;
        self.bytes = rest;
        Ok(*taken)
    }

    pub(super) fn u8(&mut self) -> Read<u8> {
        Ok(self.take::<1>()?[0])
    }

    pub(super) fn u64(&mut self) -> Read<u64> {
        Ok(u64::from_le_bytes(self.take()?))
    }

    /// A finite number.
    pub(super) fn f32(&mut self) -> Read<f32> {
        let value = f32::from_le_bytes(self.take()?);
        if value.is_finite() { Ok(value) } else { Err(Damaged::Broken) }
    }

    pub(super) fn number(&mut self) -> Read<u32> {
        let mut value = 0u32;
        for (place, byte) in self.bytes.iter().take(5).enumerate() {
            value |= u32::from(byte & 0x7f) << (7 * place as u32);
            if byte & 0x80 == 0 {
                self.bytes = &self.bytes[place + 1..];
                return Ok(value);
            }
        }
        Err(Damaged::Broken)
    }

    /// What [`Writer::fixed`] wrote.
    pub(super) fn fixed(&mut self) -> Read<Vec<u32>> {
        let count = self.count()?;
        let width = self.u8()?;
        let bytes = self.bytes(count.checked_mul(usize::from(width)).ok_or(Damaged::Broken)?)?;
        Ok(match width {
            1 => bytes.iter().map(|byte| u32::from(*byte)).collect(),
            2 => bytes.as_chunks::<2>().0.iter().map(|b| u32::from(u16::from_le_bytes(*b))).collect(),
            3 => {
                bytes.as_chunks::<3>().0.iter().map(|[a, b, c]| u32::from_le_bytes([*a, *b, *c, 0])).collect()
            }
            4 => bytes.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b)).collect(),
            _ => return Err(Damaged::Broken),
        })
    }

    /// A count of things that take at least one byte each, so that no more is believed than there is.
    #[inline]
    pub(super) fn count(&mut self) -> Read<usize> {
        let count = self.number()? as usize;
        if count <= self.bytes.len() { Ok(count) } else { Err(Damaged::Broken) }
    }

    pub(super) fn bytes(&mut self, count: usize) -> Read<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or(Damaged::Broken)?;
        self.bytes = rest;
        Ok(taken)
    }

    pub(super) fn text(&mut self) -> Read<String> {
        let count = self.count()?;
        let text = std::str::from_utf8(self.bytes(count)?).map_err(|_| Damaged::Broken)?;
        Ok(text.to_owned())
    }

    /// Nothing may be left.
    pub(super) const fn finish(&self) -> Read<()> {
        if self.bytes.is_empty() { Ok(()) } else { Err(Damaged::Broken) }
    }
}

/// A checksum against accidents, eight bytes at a time.
fn checksum(bytes: &[u8]) -> u64 {
    let mix = |hash: u64, word: u64| {
        let hash = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^ (hash >> 29)
    };
    let words = bytes.chunks_exact(8);
    let mut last = [0u8; 8];
    last[..words.remainder().len()].copy_from_slice(words.remainder());
    let hash = words.fold(bytes.len() as u64, |hash, word| {
        mix(hash, u64::from_le_bytes(word.try_into().unwrap_or_default()))
    });
    mix(hash, u64::from_le_bytes(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let mut writer = Writer::default();
        writer.u8(7);
        writer.u64(u64::MAX);
        writer.f32(0.5);
        for number in [0, 127, 128, 300, u32::MAX] {
            writer.number(number);
        }
        writer.text("定金");
        let bytes = writer.checked();
        let mut reader = Reader::checked(&bytes).unwrap();
        assert_eq!((reader.u8(), reader.u64(), reader.f32()), (Ok(7), Ok(u64::MAX), Ok(0.5)));
        for number in [0, 127, 128, 300, u32::MAX] {
            assert_eq!(reader.number(), Ok(number));
        }
        assert_eq!(reader.text().as_deref(), Ok("定金"));
        assert_eq!((reader.finish(), reader.u8()), (Ok(()), Err(Damaged::Broken)));
    }

    #[test]
    fn what_was_not_is_refused() {
        let bytes = Writer(b"some bytes of some length".to_vec()).checked();
        let fault = |bytes: &[u8]| Reader::checked(bytes).map(drop).unwrap_err();
        assert_eq!((fault(b""), fault(b"{\"json\":1}")), (Damaged::Foreign, Damaged::Foreign));
        let mut other = bytes.clone();
        other[4] += 1;
        assert_eq!(fault(&other), Damaged::Version);
        for cut in 4..bytes.len() {
            assert_eq!(fault(&bytes[..cut]), Damaged::Broken);
        }
        for bit in 64..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(fault(&flipped), Damaged::Broken);
        }
    }
}
