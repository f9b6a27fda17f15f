//! Storing a space so that it loads at once: numbers of a fixed width, read in bulk. Larger than the form of
//! [`super::bytes`] before compression.

use super::super::bytes::{Damaged, Reader, Writer};
use super::super::terms::Terms;
use super::{Cell, GROUPS, KEY_BITS, Learned, Phrasings, Rows, Space};

type Read<T> = Result<T, Damaged>;

impl Rows {
    fn write_quick(&self, writer: &mut Writer) {
        writer.fixed(self.starts.iter().copied());
        writer.fixed(self.cells.iter().map(|cell| cell.0));
    }

    fn read_quick(reader: &mut Reader<'_>, terms: usize, groups: usize) -> Read<Self> {
        let starts = reader.fixed()?;
        let cells: Vec<Cell> = reader.fixed()?.into_iter().map(Cell).collect();
        grows(&starts, terms + 1, cells.len())?;
        let most = cells.iter().map(|cell| cell.0).max();
        match most {
            Some(most) if Cell(most).group() >= groups => Err(Damaged::Broken),
            _ => Ok(Self { starts, cells }),
        }
    }
}

impl Phrasings {
    fn write_quick(&self, writer: &mut Writer) {
        writer.fixed(self.groups.iter().copied());
        writer.fixed(self.starts.iter().copied());
        writer.fixed(self.terms.iter().copied());
    }

    fn read_quick(reader: &mut Reader<'_>, terms: usize, groups: usize) -> Read<Self> {
        let (numbers, starts, all) = (reader.fixed()?, reader.fixed()?, reader.fixed()?);
        grows(&starts, starts.len(), all.len())?;
        grows(&numbers, groups + 1, starts.len() - 1)?;
        match all.iter().max() {
            Some(most) if (most >> 6) as usize >= terms => Err(Damaged::Broken),
            _ => Ok(Self { groups: numbers, starts, terms: all, scales: Vec::new() }),
        }
    }
}

/// Whether these are `count` places in something of `len`, from its beginning to its end.
fn grows(places: &[u32], count: usize, len: usize) -> Read<()> {
    let ends = places.first() == Some(&0) && places.last().is_some_and(|last| *last as usize == len);
    if places.len() == count && ends && places.is_sorted() { Ok(()) } else { Err(Damaged::Broken) }
}

impl Space {
    pub(in super::super) fn write_quick(&self, writer: &mut Writer) {
        writer.fixed(self.terms.keys().iter().copied());
        writer.number(self.groups as u32);
        writer.f32(self.flatten);
        writer.f32(self.scale);
        writer.number(self.means.len() as u32);
        for (phrasings, answer) in &self.means {
            writer.f32(*phrasings);
            writer.f32(*answer);
        }
        self.rows.write_quick(writer);
        self.answers.write_quick(writer);
        self.phrasings.write_quick(writer);
    }

    pub(in super::super) fn read_quick(reader: &mut Reader<'_>) -> Read<Self> {
        let keys = reader.fixed()?;
        let ascend = keys.windows(2).all(|keys| keys[0] < keys[1]);
        if !ascend || keys.last().is_some_and(|last| last >> KEY_BITS > 0) || keys.len() >= 1 << 26 {
            return Err(Damaged::Broken);
        }
        let groups = reader.number()? as usize;
        if groups > GROUPS {
            return Err(Damaged::Broken);
        }
        let (flatten, scale) = (reader.f32()?, reader.f32()?);
        let mut means = Vec::new();
        for _ in 0..reader.count()? {
            means.push((reader.f32()?, reader.f32()?));
        }
        let rows = Rows::read_quick(reader, keys.len(), groups)?;
        let answers = Rows::read_quick(reader, keys.len(), groups)?;
        let phrasings = Phrasings::read_quick(reader, keys.len(), groups)?;
        let (terms, learned) = (Terms::new(KEY_BITS, keys), Learned::new(scale));
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
