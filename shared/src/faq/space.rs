//! A vector space of groups (entries or intents), and scores of a text against every group.
//!
//! Three scores per group, all in 0..=1: BM25 over all phrasings together; BM25 over the answer; and, for the groups
//! that are asked for, the cosine of the best single phrasing. The first two are divided by what a perfect match would
//! score, so they say which share of the text is covered. Beside them a linear classifier has a weight for every term
//! of every group (see `train`).
//!
//! The memory is flat: per term a row of cells, one for each group that has the term, and per phrasing its terms.

mod build;
mod change;
mod packed;
mod quick;
mod specific;
mod thin;

use super::terms::{Bag, Terms};
use crate::text::sort::sort;

pub(super) use build::Doc;
pub(super) use change::Change;
pub(super) use packed::keys;
pub(super) use specific::{Specific, Usual};
pub(super) use thin::kept;

/// Groups a space can hold; further ones match nothing.
pub(super) const GROUPS: usize = 1 << 18;
/// Bits of a term's key.
pub(super) const KEY_BITS: u32 = 28;

/// One group's part in a term's row: the group, how often it has the term (saturated), and what the classifier learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell(u32);

impl Cell {
    const SATURATED: u32 = 63;

    const fn new(group: u32, often: u32) -> Self {
        Self(group << 14 | often << 8)
    }

    pub(super) const fn group(self) -> usize {
        (self.0 >> 14) as usize
    }

    /// In 0..=63, which stands for 0..=K1 + 1.
    const fn often(self) -> u32 {
        self.0 >> 8 & Self::SATURATED
    }

    const fn learned(self) -> u8 {
        self.0 as u8
    }

    pub(super) const fn with_learned(self, learned: u8) -> Self {
        Self(self.0 & !0xff | learned as u32)
    }
}

/// Cells of every term, one row after the other.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Rows {
    /// Where each term's row starts, and where the last one ends.
    starts: Vec<u32>,
    cells: Vec<Cell>,
}

impl Rows {
    /// From triples of term, group and saturated count, packed to sort by them; of equal pairs the largest count.
    fn new(terms: usize, mut packed: Vec<u64>) -> Self {
        sort(&mut packed);
        let mut starts = vec![0u32; terms + 1];
        let mut cells: Vec<Cell> = Vec::with_capacity(packed.len());
        let mut last = u64::MAX;
        for one in packed {
            let (term, cell) = ((one >> 32) as usize, Cell(one as u32));
            if one >> 14 == last {
                cells.pop();
                starts[term + 1] -= 1;
            }
            last = one >> 14;
            cells.push(cell);
            starts[term + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self { starts, cells }
    }

    pub(super) fn range(&self, term: u32) -> std::ops::Range<usize> {
        let at = term as usize;
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(from), Some(to)) => *from as usize..*to as usize,
            _ => 0..0,
        }
    }

    fn of(&self, term: u32) -> &[Cell] {
        self.cells.get(self.range(term)).unwrap_or_default()
    }

    pub(super) fn cells(&self) -> &[Cell] {
        &self.cells
    }
}

/// The phrasings of every group, each by its terms.
#[derive(Debug, Default, Clone, PartialEq)]
struct Phrasings {
    /// Where each group's phrasings start, and where the last group's end.
    groups: Vec<u32>,
    /// Where each phrasing's terms start, and where the last one's end.
    starts: Vec<u32>,
    /// A term's number and its weight in 64ths of 2: `term << 6 | weight`.
    terms: Vec<u32>,
    /// One over each phrasing's length.
    scales: Vec<f32>,
}

/// A weight in 0..=2 as one of 64 steps, and back.
fn step_of(weight: f32) -> u32 {
    ((weight * 32.0 + 0.5) as u32).clamp(1, 63)
}
fn weight_of(step: u32) -> f32 {
    (step & 63) as f32 / 32.0
}

/// The space itself. Built once, asked often.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Space {
    pub(super) terms: Terms,
    pub(super) rows: Rows,
    answers: Rows,
    phrasings: Phrasings,
    groups: usize,
    /// The power that idf is raised to for the classifier. For search a rare word is worth many common ones. A
    /// classifier learns by itself which terms tell its classes apart, and small words do ("can I" and "did I" are
    /// different questions), so that there the weights are closer together.
    flatten: f32,
    /// The mean length of phrasings together and of answers, by class.
    means: Vec<(f32, f32)>,
    /// What 127 stands for in the learned weights; 0 when nothing was learned.
    scale: f32,
    /// What follows is derived: the weight of each term in search and for the classifier, and of unknown ones.
    idf: Vec<(f32, f32)>,
    unseen: (f32, f32),
    /// How much more usual each term is than in another space; empty when there is none to compare with.
    specific: Vec<f32>,
    learned: Learned,
}

/// What each of the 256 learned values stands for.
#[derive(Debug, Clone, PartialEq)]
struct Learned([f32; 256]);

impl Default for Learned {
    fn default() -> Self {
        Self([0.0; 256])
    }
}

impl Learned {
    /// Small weights are many: values stand closer together near 0.
    fn new(scale: f32) -> Self {
        let mut values = [0.0; 256];
        for (at, value) in values.iter_mut().enumerate() {
            let part = f32::from(at as u8 as i8) / 127.0;
            *value = scale * part * part.abs();
        }
        Self(values)
    }

    fn step(scale: f32, weight: f32) -> u8 {
        if scale <= 0.0 {
            return 0;
        }
        let part = (weight.abs() / scale).sqrt().min(1.0) * 127.0 + 0.5;
        (if weight < 0.0 { -(part as i32) } else { part as i32 }) as i8 as u8
    }
}

/// A text as a space sees it.
#[derive(Debug, Default, Clone)]
pub(super) struct Asked {
    /// Known terms with their weights in search and for the classifier.
    known: Vec<(u32, f32, f32)>,
    /// The lengths over all terms, known or not.
    length: f32,
    style_length: f32,
    /// The sum of the search weights.
    weight: f32,
    pub(super) specific: Specific,
}

impl Asked {
    /// What a classifier sees: rows and values, of length `share` or less.
    pub(super) fn example(&self, share: f32) -> impl Iterator<Item = (u32, f32)> + '_ {
        let scale = share / self.style_length.max(f32::MIN_POSITIVE);
        self.known
            .iter()
            .filter(|(.., style)| *style > 0.0)
            .map(move |(term, _, style)| (*term, style * scale))
    }
}

/// The scores of a text against every group.
#[derive(Debug, Default, Clone)]
pub(super) struct Scores {
    /// Only of the groups that were looked at closely.
    pub(super) phrasing: Vec<f32>,
    pub(super) pooled: Vec<f32>,
    pub(super) answer: Vec<f32>,
}

/// How much a term tells that `count` of the groups have.
fn idf(groups: usize, count: f32) -> f32 {
    (1.0 + (groups as f32 - count + 0.5).max(0.5) / (count + 0.5)).ln()
}

const K1: f32 = 1.2;
const B: f32 = 0.2;

impl Space {
    /// The number of groups.
    pub(super) const fn groups(&self) -> usize {
        self.groups
    }

    /// A text in terms of the space.
    pub(super) fn read(&self, text: &Bag) -> Asked {
        let mut asked = Asked { known: Vec::with_capacity(text.len()), ..Asked::default() };
        for weighted in text {
            // A term may be left over from what has been replaced since.
            let number = self.terms.find(weighted.term).filter(|number| self.is_used(*number));
            let (search_idf, style_idf) =
                number.and_then(|number| self.idf.get(number as usize)).copied().unwrap_or(self.unseen);
            let search = weighted.search * search_idf;
            // A term that only answers have is none of the classifier's.
            let known = number.is_some_and(|number| !self.rows.range(number).is_empty());
            let style = weighted.style * if known { style_idf } else { self.unseen.1 };
            asked.length += search * search;
            asked.style_length += style * style;
            asked.weight += search;
            if !self.specific.is_empty() {
                asked.specific.weight += weighted.style;
                match number.filter(|_| known).and_then(|number| self.specific.get(number as usize)) {
                    Some(specific) => asked.specific.sum += weighted.style * specific,
                    None => asked.specific.strange.push((weighted.term, weighted.style)),
                }
            }
            if let Some(number) = number {
                asked.known.push((number, search, if known { style } else { 0.0 }));
            }
        }
        asked.length = asked.length.sqrt();
        asked.style_length = asked.style_length.sqrt();
        asked
    }

    fn is_used(&self, term: u32) -> bool {
        !self.rows.range(term).is_empty() || !self.answers.range(term).is_empty()
    }

    /// Scores a text, without its phrasings, and adds what the classifier makes of it, as far as it sees this space,
    /// to `odds`.
    pub(super) fn score(&self, asked: &Asked, share: f32, odds: &mut [f32]) -> Scores {
        let mut scores = Scores {
            phrasing: vec![0.0; self.groups],
            pooled: vec![0.0; self.groups],
            answer: vec![0.0; self.groups],
        };
        let scale = if asked.weight > 0.0 { 1.0 / (asked.weight * Cell::SATURATED as f32) } else { 0.0 };
        let share = share / asked.style_length.max(f32::MIN_POSITIVE);
        // Both sums of a group lie side by side, as both are touched for every cell.
        let mut sums = vec![[0.0f32; 2]; self.groups];
        for (term, search, style) in &asked.known {
            let (search, style) = (search * scale, style * share);
            for cell in self.rows.of(*term) {
                if let Some([pooled, odds]) = sums.get_mut(cell.group()) {
                    *pooled += search * cell.often() as f32;
                    *odds += style * self.learned.0[usize::from(cell.learned())];
                }
            }
            for cell in self.answers.of(*term) {
                if let Some(answer) = scores.answer.get_mut(cell.group()) {
                    *answer += search * cell.often() as f32;
                }
            }
        }
        for ((pooled, odds), sums) in scores.pooled.iter_mut().zip(odds).zip(&sums) {
            (*pooled, *odds) = (sums[0], *odds + sums[1]);
        }
        scores
    }

    /// Makes a text ready to be compared with single phrasings.
    pub(super) fn closely(&self, asked: &Asked) -> Closely {
        Closely::new(asked, &self.idf)
    }

    /// The cosine of the best phrasing of a group.
    pub(super) fn phrasing(&self, closely: &Closely, group: usize) -> f32 {
        self.cosines(closely, group).fold(0.0f32, f32::max).min(1.0)
    }

    /// The cosine of each phrasing of a group.
    pub(super) fn cosines<'a>(
        &'a self,
        closely: &'a Closely,
        group: usize,
    ) -> impl Iterator<Item = f32> + 'a {
        let all = &self.phrasings;
        let ends = all.groups.get(group..group + 2).map_or(0..0, |ends| ends[0] as usize..ends[1] as usize);
        ends.map(move |phrasing| {
            let terms = all.starts[phrasing] as usize..all.starts[phrasing + 1] as usize;
            let mut dot = 0.0;
            for term in &all.terms[terms] {
                if closely.may_have(term >> 6) {
                    dot += closely.of(term >> 6) * weight_of(*term);
                }
            }
            dot * all.scales[phrasing]
        })
    }

    /// The number of phrasings of a group.
    pub(super) fn phrasings_of(&self, group: usize) -> usize {
        let groups = &self.phrasings.groups;
        groups.get(group..group + 2).map_or(0, |ends| (ends[1] - ends[0]) as usize)
    }

    /// The groups that have a term, and what the classifier learned about them.
    pub(super) fn row_weights(&self, term: u32) -> impl Iterator<Item = (u32, f32)> + '_ {
        let cells = self.rows.of(term).iter();
        cells.map(|cell| (cell.group() as u32, self.learned.0[usize::from(cell.learned())]))
    }

    /// Makes sure that weights up to `most` can be told.
    pub(super) fn make_room(&mut self, most: f32) {
        if most <= self.scale {
            return;
        }
        let (old, scale) = (std::mem::replace(&mut self.learned, Learned::new(most)), most);
        for cell in &mut self.rows.cells {
            *cell = cell.with_learned(Learned::step(scale, old.0[usize::from(cell.learned())]));
        }
        self.scale = scale;
    }

    /// Keeps what the classifier learned about the groups that have a term.
    pub(super) fn set_row(&mut self, term: u32, weights: &[(u32, f32)]) {
        let range = self.rows.range(term);
        for (cell, (_, weight)) in self.rows.cells[range].iter_mut().zip(weights) {
            *cell = cell.with_learned(Learned::step(self.scale, *weight));
        }
    }

    /// Whether the classifier was trained.
    pub(super) fn is_trained(&self) -> bool {
        self.scale > 0.0
    }
}

/// A text as it is compared with single phrasings: a small hash table of its terms.
#[derive(Debug)]
pub(super) struct Closely {
    slots: Vec<(u32, f32)>,
    /// Bits of the terms it has: most terms of a phrasing are not among them, and need no further look.
    bits: [u64; Self::BITS / 64],
}

impl Closely {
    const EMPTY: u32 = u32::MAX;
    const BITS: usize = 4096;

    fn new(asked: &Asked, idf: &[(f32, f32)]) -> Self {
        let size = (asked.known.len() * 4).next_power_of_two().max(4);
        let mut closely = Self { slots: vec![(Self::EMPTY, 0.0); size], bits: [0; Self::BITS / 64] };
        let scale = 1.0 / asked.length.max(f32::MIN_POSITIVE);
        for (term, search, _) in asked.known.iter().filter(|(_, search, _)| *search > 0.0) {
            let mut at = closely.place(*term);
            while closely.slots[at].0 != Self::EMPTY {
                at = (at + 1) & (size - 1);
            }
            let idf = idf.get(*term as usize).map_or(0.0, |idf| idf.0);
            closely.slots[at] = (*term, search * idf * scale);
            let bit = *term as usize % Self::BITS;
            closely.bits[bit / 64] |= 1 << (bit % 64);
        }
        closely
    }

    const fn place(&self, term: u32) -> usize {
        term.wrapping_mul(0x9e37_79b1) as usize >> 7 & (self.slots.len() - 1)
    }

    const fn may_have(&self, term: u32) -> bool {
        let bit = term as usize % Self::BITS;
        self.bits[bit / 64] >> (bit % 64) & 1 > 0
    }

    fn of(&self, term: u32) -> f32 {
        let mut at = self.place(term);
        loop {
            let (found, weight) = self.slots[at];
            if found == term {
                return weight;
            }
            if found == Self::EMPTY {
                return 0.0;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}
