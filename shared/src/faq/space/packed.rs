//! The form in which a space ships that was made coarse (see `thin`): keys and cells, as few bits as they need.

use super::thin::{COARSE, KEY_BITS, OFTEN, ONLY, kept, steps, value};
use super::{Cell, Learned, Phrasings, Rows, Space};
use crate::text::coder::{Bit, Coder, GAP, NUMBER, gap_bits};

/// Terms a shipped space has at most, and groups, so that either has a number of so many bits.
const TERM_BITS: u32 = 16;
const GROUP_BITS: u32 = 8;
/// No shipped space has more.
const MOST_CELLS: usize = 1 << 20;
/// Rows longer than this are alike.
const LENGTHS: usize = 9;
/// Learned values by how usual they are, in steps.
const USUAL: [i32; 17] = [2, 3, 1, 4, -1, 5, 0, -2, 6, 7, -3, 8, -4, -5, -6, -7, -8];
/// What has been seen of learned values in rows that are alike, by the place of the one before.
type Seen = [[Bit; USUAL.len()]; 4];

/// A number below the count of models, the smaller the fewer steps.
fn unary(coder: &mut impl Coder, models: &mut [Bit], value: usize) -> usize {
    let most = models.len() - 1;
    let mut models = models.iter_mut().take(most).enumerate();
    models.find_map(|(at, model)| (!coder.bit(model, at < value)).then_some(at)).unwrap_or(most)
}

/// What has been seen of rows.
struct Models {
    lengths: [Bit; LENGTHS + 1],
    longer: [Bit; NUMBER],
    /// The group of rows that have one.
    only: [Bit; 1 << GROUP_BITS],
    /// How far the next group is from the one before, by how far that is in the mean: the number of bits, and the
    /// highest below the first.
    steps: [[Bit; NUMBER]; 9],
    halves: [[Bit; 9]; 9],
    cells: [Seen; LENGTHS + 1],
}

impl Models {
    const NEW: Self = Self {
        lengths: [Bit::NEW; LENGTHS + 1],
        longer: [Bit::NEW; NUMBER],
        only: [Bit::NEW; 1 << GROUP_BITS],
        steps: [[Bit::NEW; NUMBER]; 9],
        halves: [[Bit::NEW; 9]; 9],
        cells: [[[Bit::NEW; USUAL.len()]; 4]; LENGTHS + 1],
    };

    /// The number of groups that have a term.
    fn length(&mut self, coder: &mut impl Coder, len: usize) -> usize {
        let place = unary(coder, &mut self.lengths, len.saturating_sub(1));
        if place < LENGTHS {
            return place + 1;
        }
        LENGTHS + 1 + coder.number(&mut self.longer, len.saturating_sub(LENGTHS + 1) as u32) as usize
    }

    /// A group `step` + 1 after the one before, where `mean` is to be expected.
    fn step(&mut self, coder: &mut impl Coder, mean: usize, step: u32) -> u32 {
        let kind = (mean.max(1).ilog2() as usize).min(8);
        let bits = unary(coder, &mut self.steps[kind][..10], (u32::BITS - step.leading_zeros()) as usize);
        match bits {
            0 | 1 => bits as u32,
            bits => {
                let rest = bits as u32 - 2;
                let half = coder.bit(&mut self.halves[kind][rest as usize], step >> rest & 1 > 0);
                (2 | u32::from(half)) << rest | coder.even(rest, step & !(!0 << rest))
            }
        }
    }

    /// What was learned of a row. What only one group has says the same everywhere.
    fn learned(&mut self, coder: &mut impl Coder, cells: &mut [Cell]) {
        let alone = cells.len() == 1;
        let seen = &mut self.cells[cells.len().min(LENGTHS)];
        let mut place = 3;
        for cell in cells {
            let mut learned = ONLY;
            if !alone {
                let steps = steps(i32::from(cell.learned() as i8));
                let usual = USUAL.iter().position(|usual| *usual == steps).unwrap_or(0);
                let usual = unary(coder, &mut seen[place], usual);
                place = usual.min(2);
                learned = value(USUAL[usual]) as i8 as u8;
            }
            *cell = Cell::new(cell.group() as u32, OFTEN).with_learned(learned);
        }
    }
}

/// Keys in order: those of words and the like, then those of grams. `None` where no such were written.
pub(in super::super) fn keys(coder: &mut impl Coder, keys: &mut [u32]) -> Option<()> {
    const HALF: u32 = 1 << (KEY_BITS - 1);
    let words = keys.iter().filter(|key| **key < HALF).count();
    let words = coder.even(TERM_BITS, words as u32) as usize;
    let (words, grams) = keys.split_at_mut_checked(words)?;
    for (keys, first, coarse) in [(words, 0, 0), (grams, HALF, COARSE)] {
        let low = gap_bits(KEY_BITS - 1 - coarse, keys.len());
        let mut gaps = [Bit::NEW; GAP];
        let mut next = 0;
        for key in keys {
            let found =
                next + coder.gap(&mut gaps, low, (key.wrapping_sub(first) >> coarse).wrapping_sub(next));
            if found >= HALF >> coarse {
                return None;
            }
            *key = first | found << coarse;
            next = found + 1;
        }
    }
    Some(())
}

impl Rows {
    /// Reads or writes the rows of so many terms.
    fn code(
        &mut self,
        coder: &mut impl Coder,
        models: &mut Models,
        terms: usize,
        groups: usize,
    ) -> Option<()> {
        self.starts.resize(terms + 1, 0);
        for term in 0..terms {
            let start = self.starts[term] as usize;
            let len = models.length(coder, (self.starts[term + 1] as usize).saturating_sub(start));
            let end = start + len;
            if len > groups || end > MOST_CELLS {
                return None;
            }
            self.starts[term + 1] = end as u32;
            if self.cells.len() < end {
                self.cells.resize(end, Cell::new(0, 0));
            }
            let mut next = 0u32;
            let row = &mut self.cells[start..end];
            for (left, cell) in (1..=len).rev().zip(row.iter_mut()) {
                let group = cell.group() as u32;
                let found = if len == 1 {
                    coder.symbol(&mut models.only, GROUP_BITS, group)
                } else {
                    let mean = groups.saturating_sub(next as usize) / (left + 1);
                    next + models.step(coder, mean, group.saturating_sub(next))
                };
                if found as usize >= groups {
                    return None;
                }
                *cell = Cell::new(found, OFTEN).with_learned(cell.learned());
                next = found + 1;
            }
            models.learned(coder, row);
        }
        Some(())
    }
}

/// A number of 32 bits.
fn whole(coder: &mut impl Coder, value: u32) -> u32 {
    coder.even(16, value >> 16) << 16 | coder.even(16, value & 0xffff)
}

/// A finite number.
fn real(coder: &mut impl Coder, value: f32) -> Option<f32> {
    Some(f32::from_bits(whole(coder, value.to_bits()))).filter(|value| value.is_finite())
}

impl Space {
    /// Reads or writes a space of `groups` groups that was made coarse. `None` where something else was written.
    pub(in super::super) fn code(&mut self, coder: &mut impl Coder, groups: usize) -> Option<()> {
        if groups > 1 << GROUP_BITS {
            return None;
        }
        self.groups = groups;
        self.flatten = real(coder, self.flatten)?;
        self.scale = real(coder, self.scale)?;
        let mut all = self.terms.keys().to_vec();
        let terms = coder.even(TERM_BITS, all.len() as u32) as usize;
        all.resize(terms, 0);
        keys(coder, &mut all)?;
        let mut models = Models::NEW;
        self.rows.code(coder, &mut models, terms, groups)?;
        self.answers = Rows { starts: vec![0; terms + 1], cells: Vec::new() };
        self.phrasings = Phrasings { groups: vec![0; groups + 1], starts: vec![0], ..Phrasings::default() };
        self.terms = kept(all);
        self.learned = Learned::new(self.scale);
        self.weigh();
        Some(())
    }
}
