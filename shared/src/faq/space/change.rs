//! Replacing one group of a space: one pass over its memory, without looking at any other group's texts.
//!
//! Mean lengths, and where there are many groups the lengths of the others' phrasings, stay as they were when the space
//! was built; all else is as if it were built anew.

use super::super::terms::Terms;
use super::build::{Doc, Pooled, keys};
use super::{Cell, GROUPS, KEY_BITS, Phrasings, Rows, Space};

/// Among so many groups one more or less does not move what terms weigh: other groups' phrasings keep their lengths.
const MANY: usize = 256;

/// What becomes of a group.
#[derive(Debug, Clone, Copy)]
pub(in super::super) enum Change<'a> {
    /// It has these documents now; a group after the last one is new.
    Replace(&'a [Doc]),
    /// It goes, and those after it move down by one.
    Remove,
}

impl Space {
    /// Changes one group. What the classifier learned about the terms it keeps stays.
    pub(in super::super) fn change(&mut self, group: u32, change: Change<'_>) {
        if group as usize >= GROUPS || self.terms.bits() != KEY_BITS {
            return;
        }
        let docs = match change {
            Change::Replace(docs) => docs,
            Change::Remove => &[],
        };
        let pooled: Vec<Pooled> = docs.iter().map(Pooled::new).collect();
        let mut keys = keys(&pooled);
        keys.retain(|key| self.terms.number(*key).is_none());
        let moved = self.insert_terms(&keys);
        let mut packed = [Vec::new(), Vec::new()];
        for doc in &pooled {
            doc.pack(&self.means, |key| self.terms.number(key), &mut packed);
        }
        let count = self.terms.len();
        let [rows, answers] = packed.map(|packed| Rows::new(count, packed));
        let removes = matches!(change, Change::Remove);
        self.rows = self.rows.changed(group, removes, &moved, &rows);
        self.answers = self.answers.changed(group, removes, &moved, &answers);
        self.groups = match change {
            Change::Replace(_) => self.groups.max(group as usize + 1),
            Change::Remove => self.groups.saturating_sub(1),
        };
        self.phrasings.change(group, removes, docs, &moved, &self.terms);
        if self.groups < MANY {
            self.weigh();
        } else {
            self.weigh_terms();
            self.phrasings.scale(&self.idf);
        }
    }

    /// Adds terms. For each old term its new number.
    fn insert_terms(&mut self, new: &[u32]) -> Vec<u32> {
        if new.is_empty() {
            return (0..self.terms.len() as u32).collect();
        }
        let mut keys = Vec::with_capacity(self.terms.len() + new.len());
        let mut moved = Vec::with_capacity(self.terms.len());
        let mut new = new.iter().copied().peekable();
        for key in self.terms.keys() {
            while let Some(earlier) = new.next_if(|new| new < key) {
                keys.push(earlier);
            }
            moved.push(keys.len() as u32);
            keys.push(*key);
        }
        keys.extend(new);
        self.terms = Terms::new(KEY_BITS, keys);
        moved
    }
}

impl Rows {
    /// These rows with the cells of one group replaced by those of `new`. `moved` has the new numbers of old terms.
    fn changed(&self, group: u32, removes: bool, moved: &[u32], new: &Self) -> Self {
        let mut changed = Self {
            starts: Vec::with_capacity(new.starts.len()),
            cells: Vec::with_capacity(self.cells.len() + new.cells.len()),
        };
        let mut old = (0u32..).zip(moved).peekable();
        for term in 0..new.starts.len() as u32 - 1 {
            changed.starts.push(changed.cells.len() as u32);
            let row = old.next_if(|(_, moved)| **moved == term).map_or(&[][..], |(old, _)| self.of(old));
            let own = new.of(term);
            // Most rows are of other groups.
            let behind = row.last().is_some_and(|last| last.group() >= group as usize);
            if own.is_empty() && !behind {
                changed.cells.extend_from_slice(row);
                continue;
            }
            let at = row.partition_point(|cell| cell.group() < group as usize);
            let (before, after) = row.split_at(at);
            changed.cells.extend_from_slice(before);
            let old = after.first().filter(|cell| cell.group() == group as usize);
            let learned = old.map_or(0, |cell| cell.learned());
            changed.cells.extend(own.iter().map(|cell| cell.with_learned(learned)));
            let after = &after[usize::from(old.is_some())..];
            if removes {
                let down = |cell: &Cell| {
                    Cell::new(cell.group() as u32 - 1, cell.often()).with_learned(cell.learned())
                };
                changed.cells.extend(after.iter().map(down));
            } else {
                changed.cells.extend_from_slice(after);
            }
        }
        changed.starts.push(changed.cells.len() as u32);
        changed
    }
}

impl Phrasings {
    fn change(&mut self, group: u32, removes: bool, docs: &[Doc], moved: &[u32], terms: &Terms) {
        let old = std::mem::take(self);
        let (all, own) = (old.groups.len() - 1, group as usize);
        self.groups.reserve(all + 2);
        self.starts.reserve(old.starts.len());
        self.terms.reserve(old.terms.len());
        self.scales.reserve(old.scales.len());
        self.groups.push(0);
        self.starts.push(0);
        self.take_groups(&old, 0..own.min(all), moved);
        // Groups that nobody has yet are empty.
        while self.groups.len() <= own {
            self.groups.push(self.starts.len() as u32 - 1);
        }
        docs.iter().flat_map(|doc| &doc.phrasings).for_each(|bag| self.push(bag, terms));
        if !removes {
            self.groups.push(self.starts.len() as u32 - 1);
        }
        self.take_groups(&old, (own + 1).min(all)..all, moved);
    }

    /// Appends some groups of others.
    fn take_groups(&mut self, old: &Self, groups: std::ops::Range<usize>, moved: &[u32]) {
        let ends = &old.groups[groups.start..=groups.end];
        let (Some(first), Some(last)) = (ends.first(), ends.last()) else { return };
        let starts = &old.starts[*first as usize..=*last as usize];
        let (Some(from), Some(to)) = (starts.first(), starts.last()) else { return };
        // Places in the old memory become places in the new one.
        let (phrasings, terms) = (self.starts.len() as u32 - 1, self.terms.len() as u32);
        self.groups.extend(ends[1..].iter().map(|end| end - first + phrasings));
        self.starts.extend(starts[1..].iter().map(|start| start - from + terms));
        self.scales.extend(&old.scales[*first as usize..*last as usize]);
        let old = &old.terms[*from as usize..*to as usize];
        self.terms.extend(old.iter().map(|term| moved[(term >> 6) as usize] << 6 | term & 63));
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::features;
    use super::*;

    fn doc(group: u32, phrasings: &[&str], answer: &str) -> Doc {
        Doc {
            group,
            class: 0,
            phrasings: phrasings.iter().map(|text| features::of(text).words).collect(),
            answer: features::of(answer).words,
        }
    }

    /// As built, apart from terms nobody has any more and the mean lengths.
    fn assert_alike(changed: &Space, built: &Space, texts: &[&str]) {
        assert_eq!(changed.groups(), built.groups());
        for text in texts {
            let text = features::of(text).words;
            let scores = [changed, built].map(|space| {
                let asked = space.read(&text);
                let scores = space.score(&asked, 1.0, &mut vec![0.0; space.groups()]);
                let closely = space.closely(&asked);
                let phrasings = (0..space.groups()).map(|group| space.phrasing(&closely, group));
                [phrasings.collect(), scores.pooled, scores.answer, vec![asked.weight]].concat()
            });
            for (a, b) in scores[0].iter().zip(&scores[1]) {
                assert!((a - b).abs() < 0.03, "{scores:?}");
            }
        }
    }

    #[test]
    fn changes_are_like_building_anew() {
        let first = doc(0, &["where is my parcel", "track my order"], "see the link");
        let second = doc(1, &["how long is the warranty"], "two years");
        let third = doc(2, &["do you ship to spain"], "yes we do");
        let other = doc(1, &["what does the guarantee cover", "is water damage covered"], "all but water");
        let texts = ["track my parcel", "warranty", "guarantee for water", "years", "spain"];
        let build = |docs: &[&Doc]| {
            let docs: Vec<Doc> = docs.iter().map(|doc| (*doc).clone()).collect();
            Space::build(&docs, docs.len(), 0.4)
        };
        let mut space = build(&[&first, &second]);
        space.change(2, Change::Replace(std::slice::from_ref(&third)));
        assert_alike(&space, &build(&[&first, &second, &third]), &texts);
        space.change(1, Change::Replace(std::slice::from_ref(&other)));
        assert_alike(&space, &build(&[&first, &other, &third]), &texts);
        space.change(0, Change::Remove);
        let moved = [Doc { group: 0, ..other }, Doc { group: 1, ..third }];
        assert_alike(&space, &build(&[&moved[0], &moved[1]]), &texts);
        space.change(1, Change::Remove);
        space.change(0, Change::Remove);
        assert_alike(&space, &build(&[]), &texts);
    }
}
