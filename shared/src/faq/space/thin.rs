//! Making a space smaller: for what is learned once and ships.

use super::super::terms::Terms;
use super::{Cell, Learned, Phrasings, Rows, Space};

/// Bits of a term's key in a space that ships.
pub(in super::super) const KEY_BITS: u32 = 19;
/// A learned weight is one of this many times fewer values, and so is how often a group has a term.
pub(super) const LEARNED_STEP: i32 = 16;
pub(super) const OFTEN_STEP: u32 = 32;

impl Space {
    /// Forgets single phrasings and answers, and makes keys and values coarser.
    pub(in super::super) fn coarsen(&mut self) {
        self.shorten_keys();
        for cell in &mut self.rows.cells {
            let often = (cell.often() + OFTEN_STEP / 2) / OFTEN_STEP * OFTEN_STEP;
            let learned = i32::from(cell.learned() as i8);
            let learned = (learned + learned.signum() * LEARNED_STEP / 2) / LEARNED_STEP * LEARNED_STEP;
            *cell = Cell::new(cell.group() as u32, often.min(Cell::SATURATED))
                .with_learned(learned.clamp(-127, 127) as i8 as u8);
        }
        self.learned = Learned::new(self.scale);
    }

    fn shorten_keys(&mut self) {
        let shift = self.terms.bits() - KEY_BITS;
        let mut keys: Vec<u32> = Vec::new();
        let mut starts = vec![0u32];
        let mut cells: Vec<Cell> = Vec::new();
        for (term, key) in (0u32..).zip(self.terms.keys()) {
            let key = key >> shift;
            // Of two terms whose shorter keys are the same the first is kept.
            if keys.last() != Some(&key) {
                keys.push(key);
                cells.extend(self.rows.of(term));
                starts.push(cells.len() as u32);
            }
        }
        let terms = keys.len();
        self.terms = Terms::new(KEY_BITS, keys);
        self.rows = Rows { starts, cells };
        self.answers = Rows { starts: vec![0; terms + 1], cells: Vec::new() };
        self.phrasings =
            Phrasings { groups: vec![0; self.groups + 1], starts: vec![0], ..Phrasings::default() };
        self.weigh();
    }
}
