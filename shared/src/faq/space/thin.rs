//! Making a space smaller: for what is learned once and ships.

use super::super::terms::Terms;
use super::{Cell, Learned, Phrasings, Rows, Space};

/// Bits of a term's key in a space that ships, and how many fewer a gram's has.
pub(super) const KEY_BITS: u32 = 18;
pub(super) const COARSE: u32 = 2;
/// A learned weight is one of this many times fewer values.
pub(super) const STEP: i32 = 16;
/// The largest value, in steps.
pub(super) const MOST: i32 = 8;
/// How often a group has a term, for all of them.
pub(super) const OFTEN: u32 = 32;
/// What was learned of a term that only one group has, for all of them.
pub(super) const ONLY: u8 = 64;

/// What a bit costs beside the square of what is lost, that of half a step in the middle of the range being 1/4.
const PRICE: f32 = 0.1;
const MIDDLE: f32 = 48.0;
/// Rows longer than this are alike.
const LENGTHS: usize = 9;

/// Terms of a space that ships.
pub(in super::super) fn kept(keys: Vec<u32>) -> Terms {
    Terms::new(KEY_BITS, keys).coarse(COARSE)
}

/// The value of so many steps.
pub(super) fn value(steps: i32) -> i32 {
    (steps * STEP).clamp(-127, 127)
}

/// A value in steps.
pub(super) const fn steps(value: i32) -> i32 {
    (value + value.signum() * STEP / 2) / STEP
}

impl Space {
    /// Forgets single phrasings and answers, and makes keys and values coarser.
    pub(in super::super) fn coarsen(&mut self) {
        self.shorten_keys();
        let exact: Vec<i32> = self.rows.cells.iter().map(|cell| i32::from(cell.learned() as i8)).collect();
        let mut coarse: Vec<i32> = exact.iter().map(|value| steps(*value)).collect();
        // What is usual depends on what was chosen, and what is chosen on what is usual.
        for _ in 0..6 {
            self.choose(&exact, &mut coarse);
        }
        for term in 0..self.terms.len() as u32 {
            let row = self.rows.range(term);
            for at in row.clone() {
                let learned = if row.len() == 1 { ONLY } else { value(coarse[at]) as i8 as u8 };
                let cell = &mut self.rows.cells[at];
                *cell = Cell::new(cell.group() as u32, OFTEN).with_learned(learned);
            }
        }
        self.learned = Learned::new(self.scale);
    }

    /// Of the values near to the exact ones chooses those which cost least: what is usual takes few bits.
    fn choose(&self, exact: &[i32], coarse: &mut [i32]) {
        let rows = || (0..self.terms.len() as u32).map(|term| self.rows.range(term));
        let place = |steps: i32| (steps + MOST) as usize;
        let mut seen = [[0.3f32; 2 * MOST as usize + 1]; LENGTHS + 1];
        for row in rows() {
            let seen = &mut seen[row.len().min(LENGTHS)];
            coarse[row].iter().for_each(|steps| seen[place(*steps)] += 1.0);
        }
        // Values stand for their squares.
        let weight = |value: i32| (value * value.abs()) as f32;
        for row in rows() {
            let seen = &seen[row.len().min(LENGTHS)];
            let all: f32 = seen.iter().sum();
            for at in row {
                let cost = |steps: &i32| {
                    let lost = (weight(exact[at]) - weight(value(*steps))) / (2.0 * MIDDLE * STEP as f32);
                    lost * lost - PRICE * (seen[place(*steps)] / all).log2()
                };
                let low = exact[at].div_euclid(STEP);
                let near = (low - 1..=low + 2).filter(|steps| steps.abs() <= MOST);
                coarse[at] = near.min_by(|a, b| cost(a).total_cmp(&cost(b))).unwrap_or(low);
            }
        }
    }

    fn shorten_keys(&mut self) {
        let own = kept(Vec::new());
        let mut keys: Vec<u32> = Vec::new();
        let mut starts = vec![0u32];
        let mut cells: Vec<Cell> = Vec::new();
        for (term, key) in (0u32..).zip(self.terms.keys()) {
            let key = own.shortened(self.terms.bits(), *key);
            // Of two terms whose shorter keys are the same the first is kept.
            if keys.last() != Some(&key) {
                keys.push(key);
                cells.extend(self.rows.of(term));
                starts.push(cells.len() as u32);
            }
        }
        let terms = keys.len();
        self.terms = kept(keys);
        self.rows = Rows { starts, cells };
        self.answers = Rows { starts: vec![0; terms + 1], cells: Vec::new() };
        self.phrasings =
            Phrasings { groups: vec![0; self.groups + 1], starts: vec![0], ..Phrasings::default() };
        self.weigh();
    }
}
