//! Storing a space: every number small and next to its like, so that it also compresses.

use super::super::bytes::{Damaged, Reader, Writer};
use super::super::terms::Terms;
use super::{Cell, GROUPS, Learned, Phrasings, Rows, Space};

type Read<T> = Result<T, Damaged>;

/// Numbers that only grow, each as the difference to the one before.
fn write_growing(writer: &mut Writer, numbers: impl Iterator<Item = u32>) {
    let mut last = 0;
    for number in numbers {
        writer.number(number - last);
        last = number;
    }
}

/// `count` of them, each at most `most`.
fn read_growing(reader: &mut Reader<'_>, count: usize, most: u32) -> Read<Vec<u32>> {
    let mut last = 0u32;
    let mut numbers = Vec::with_capacity(count);
    for _ in 0..count {
        last = last.checked_add(reader.number()?).filter(|n| *n <= most).ok_or(Damaged::Broken)?;
        numbers.push(last);
    }
    Ok(numbers)
}

impl Rows {
    fn write(&self, writer: &mut Writer, learned: bool) {
        writer.number(self.cells.len() as u32);
        write_growing(writer, self.starts.iter().copied());
        for ends in self.starts.windows(2) {
            let row = &self.cells[ends[0] as usize..ends[1] as usize];
            write_growing(writer, row.iter().map(|cell| cell.group() as u32));
        }
        writer.bytes(self.cells.iter().map(|cell| cell.often() as u8));
        if learned {
            writer.bytes(self.cells.iter().map(|cell| cell.learned()));
        }
    }

    fn read(reader: &mut Reader<'_>, terms: usize, groups: usize, learned: bool) -> Read<Self> {
        let count = reader.count()?;
        let starts = read_growing(reader, terms + 1, count as u32)?;
        if starts.first() != Some(&0) || starts.last() != Some(&(count as u32)) {
            return Err(Damaged::Broken);
        }
        let mut cells = Vec::with_capacity(count);
        for ends in starts.windows(2) {
            let mut last = 0u32;
            for _ in ends[0]..ends[1] {
                last = last
                    .checked_add(reader.number()?)
                    .filter(|g| (*g as usize) < groups)
                    .ok_or(Damaged::Broken)?;
                cells.push(Cell::new(last, 0));
            }
        }
        for (cell, often) in cells.iter_mut().zip(reader.bytes(count)?) {
            *cell = Cell::new(cell.group() as u32, u32::from(often & 63));
        }
        if learned {
            for (cell, learned) in cells.iter_mut().zip(reader.bytes(count)?) {
                *cell = cell.with_learned(*learned);
            }
        }
        Ok(Self { starts, cells })
    }
}

impl Phrasings {
    fn write(&self, writer: &mut Writer) {
        writer.number(self.terms.len() as u32);
        writer.number(self.starts.len() as u32);
        write_growing(writer, self.starts.iter().copied());
        write_growing(writer, self.groups.iter().copied());
        for ends in self.starts.windows(2) {
            let terms = &self.terms[ends[0] as usize..ends[1] as usize];
            write_growing(writer, terms.iter().map(|term| term >> 6));
        }
        writer.bytes(self.terms.iter().map(|term| (term & 63) as u8));
    }

    fn read(reader: &mut Reader<'_>, terms: usize, groups: usize) -> Read<Self> {
        let count = reader.count()?;
        let phrasings = reader.count()?;
        let starts = read_growing(reader, phrasings, count as u32)?;
        if starts.first() != Some(&0) || starts.last() != Some(&(count as u32)) {
            return Err(Damaged::Broken);
        }
        let last = phrasings as u32 - 1;
        let groups = read_growing(reader, groups + 1, last)?;
        if groups.first() != Some(&0) || groups.last() != Some(&last) {
            return Err(Damaged::Broken);
        }
        let mut all = Vec::with_capacity(count);
        for ends in starts.windows(2) {
            let mut last = 0u32;
            for _ in ends[0]..ends[1] {
                last = last
                    .checked_add(reader.number()?)
                    .filter(|t| (*t as usize) < terms)
                    .ok_or(Damaged::Broken)?;
                all.push(last << 6);
            }
        }
        for (term, step) in all.iter_mut().zip(reader.bytes(count)?) {
            *term |= u32::from(step & 63);
        }
        Ok(Self { groups, starts, terms: all, scales: Vec::new() })
    }
}

impl Space {
    pub(in super::super) fn write(&self, writer: &mut Writer) {
        writer.u8(self.terms.bits() as u8);
        writer.number(self.terms.len() as u32);
        write_growing(writer, self.terms.keys().iter().copied());
        writer.number(self.groups as u32);
        writer.f32(self.flatten);
        writer.f32(self.scale);
        writer.number(self.means.len() as u32);
        for (phrasings, answer) in &self.means {
            writer.f32(*phrasings);
            writer.f32(*answer);
        }
        self.rows.write(writer, self.scale > 0.0);
        self.answers.write(writer, false);
        self.phrasings.write(writer);
    }

    pub(in super::super) fn read_from(reader: &mut Reader<'_>) -> Read<Self> {
        let bits = u32::from(reader.u8()?);
        if !(1..=super::KEY_BITS).contains(&bits) {
            return Err(Damaged::Broken);
        }
        let count = reader.count()?;
        if count >= 1 << 26 {
            return Err(Damaged::Broken);
        }
        let keys = read_growing(reader, count, (1 << bits) - 1)?;
        if keys.windows(2).any(|keys| keys[0] == keys[1]) {
            return Err(Damaged::Broken);
        }
        let groups = reader.number()? as usize;
        if groups > GROUPS {
            return Err(Damaged::Broken);
        }
        let (flatten, scale) = (reader.f32()?, reader.f32()?);
        let means = (0..reader.count()?).map(|_| Ok((reader.f32()?, reader.f32()?))).collect::<Read<_>>()?;
        let rows = Rows::read(reader, count, groups, scale > 0.0)?;
        let answers = Rows::read(reader, count, groups, false)?;
        let phrasings = Phrasings::read(reader, count, groups)?;
        let terms = Terms::new(bits, keys);
        let learned = Learned::new(scale);
        let mut space = Self {
            terms,
            rows,
            answers,
            phrasings,
            groups,
            flatten,
            means,
            scale,
            learned,
            ..Self::default()
        };
        space.weigh();
        Ok(space)
    }
}
