//! Where the entry with an id is: a small hash table beside the entries, whose keys are their ids.

use crate::ids::EntryId;
use crate::text::tokens;

use super::super::Entry;

/// What stands in a slot that is free.
const FREE: u32 = u32::MAX;

/// The places of entries by their ids.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    /// At least twice as many as entries.
    slots: Vec<u32>,
}

impl Places {
    /// Of these entries; `None` when two have the same id.
    pub(super) fn of(entries: &[Entry]) -> Option<Self> {
        let mut places = Self::with_room(entries.len());
        (0..entries.len()).all(|place| places.add(entries, place)).then_some(places)
    }

    /// Of no entries, with room for so many.
    pub(super) fn with_room(entries: usize) -> Self {
        Self { slots: vec![FREE; (entries * 2 + 2).next_power_of_two()] }
    }

    /// The slot of an id: its own, or the free one where it belongs.
    fn slot(&self, entries: &[Entry], id: &EntryId) -> usize {
        let mask = self.slots.len() - 1;
        // Ids that differ in their last letters only are to lie apart.
        let mut at = (tokens::hash(id.as_str()).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & mask;
        loop {
            let Some(entry) = self.slots.get(at).and_then(|place| entries.get(*place as usize)) else {
                return at;
            };
            if entry.id == *id {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    /// Where the entry with an id is.
    #[inline(never)]
    pub(super) fn find(&self, entries: &[Entry], id: &EntryId) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let place = *self.slots.get(self.slot(entries, id))? as usize;
        (place < entries.len()).then_some(place)
    }

    /// Adds the entry at a place, the last so far; not when an earlier one has its id.
    #[inline(never)]
    pub(super) fn add(&mut self, entries: &[Entry], place: usize) -> bool {
        if (place + 1) * 2 > self.slots.len() {
            *self = Self::with_room(entries.len() * 2);
            return (0..=place).all(|place| self.add(entries, place));
        }
        let Some((entry, before)) = entries.get(..=place).and_then(<[Entry]>::split_last) else {
            return false;
        };
        let slot = self.slot(before, &entry.id);
        match self.slots.get_mut(slot) {
            Some(free) if *free == FREE => {
                *free = place as u32;
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn entries(ids: &[&str]) -> Vec<Entry> {
        ids.iter().map(|id| Entry { id: EntryId::new(*id).unwrap(), texts: BTreeMap::new() }).collect()
    }

    #[test]
    fn every_entry_is_found() {
        let ids: Vec<String> = (0..500).map(|n| format!("e{n}")).collect();
        let all = entries(&ids.iter().map(String::as_str).collect::<Vec<_>>());
        let whole = Places::of(&all).unwrap();
        let mut grown = Places::default();
        for place in 0..all.len() {
            assert!(grown.find(&all[..place], &all[place].id).is_none());
            assert!(grown.add(&all, place) && !grown.add(&all, place));
        }
        for (place, entry) in all.iter().enumerate() {
            assert_eq!([&whole, &grown].map(|places| places.find(&all, &entry.id)), [Some(place); 2]);
        }
        assert_eq!(whole.find(&all, &EntryId::new("other").unwrap()), None);
    }

    #[test]
    fn an_id_is_taken_once() {
        assert!(Places::of(&entries(&["a", "b", "a"])).is_none());
        assert!(Places::of(&[]).is_some_and(|none| none.find(&[], &EntryId::new("a").unwrap()).is_none()));
    }
}
