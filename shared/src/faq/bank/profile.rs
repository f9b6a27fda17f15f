//! Profiles: which intents a text or an entry comes near.

use crate::text::sort::sort;

/// Intents that a text comes less near to than this do not count.
const LEAST: f32 = 0.02;

/// Meeting in one that a question comes less near to than this would make no difference.
const FELT: f32 = 0.05;

/// How near a text comes to the intents, of length 1, and how strongly it does at all, in 0..=1.
#[derive(Debug, Default, Clone)]
pub(in super::super) struct Profile {
    near: Vec<(u16, f32)>,
    pub(in super::super) strength: f32,
}

impl Profile {
    /// From how near every intent is.
    pub(super) fn new(near: impl Iterator<Item = f32> + Clone, strength: f32) -> Self {
        let length = near.clone().map(|near| near * near).sum::<f32>().sqrt();
        if length <= 0.0 {
            return Self { near: Vec::new(), strength };
        }
        let near = (0u16..).zip(near.map(|near| near / length)).filter(|(_, near)| *near >= LEAST);
        Self { near: near.collect(), strength }
    }

    /// How near it comes to one intent.
    pub(super) fn of(&self, intent: u16) -> f32 {
        self.near.iter().find(|(at, _)| *at == intent).map_or(0.0, |(_, near)| *near)
    }

    /// The intents that make a difference when a text is met in them.
    fn felt(&self) -> impl Iterator<Item = &(u16, f32)> {
        self.near.iter().filter(|(_, near)| *near >= FELT)
    }

    /// The intent it comes nearest to.
    pub(super) fn nearest(&self) -> Option<(u16, f32)> {
        self.near.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))
    }

    pub(super) fn add_to(&self, sum: &mut [f32]) {
        for (intent, near) in &self.near {
            sum[usize::from(*intent)] += near * self.strength;
        }
    }

    /// How near a group of this profile comes to a text of another.
    pub(super) fn cosine(&self, other: &Self) -> f32 {
        other.felt().map(|(intent, near)| near * self.of(*intent)).sum()
    }
}

/// The profiles of all groups, by intent.
#[derive(Debug, Default, Clone, PartialEq)]
pub(in super::super) struct Profiles {
    /// In order of intent, then group; how near in 255ths.
    cells: Vec<(u16, u32, u8)>,
    /// Where each intent's cells start, and where the last one's end.
    starts: Vec<u32>,
}

impl Profiles {
    /// One profile for each group, in order.
    pub(in super::super) fn new(profiles: impl Iterator<Item = Profile>) -> Self {
        let mut cells = Vec::new();
        for (group, profile) in (0u32..).zip(profiles) {
            cells.extend(cells_of(group, &profile));
        }
        Self::from_cells(cells)
    }

    pub(in super::super) fn from_cells(mut cells: Vec<(u16, u32, u8)>) -> Self {
        // Stored ones are in order.
        if !cells.is_sorted() {
            let pack = |(intent, group, near): (u16, u32, u8)| {
                u64::from(intent) << 40 | u64::from(group) << 8 | u64::from(near)
            };
            let mut packed: Vec<u64> = cells.into_iter().map(pack).collect();
            sort(&mut packed);
            cells =
                packed.into_iter().map(|one| ((one >> 40) as u16, (one >> 8) as u32, one as u8)).collect();
        }
        let intents = cells.last().map_or(0, |(intent, ..)| usize::from(*intent) + 1);
        let mut starts = vec![0u32; intents + 1];
        for (intent, ..) in &cells {
            starts[usize::from(*intent) + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self { cells, starts }
    }

    pub(in super::super) fn cells(&self) -> &[(u16, u32, u8)] {
        &self.cells
    }

    /// How near each group comes to a text.
    pub(in super::super) fn kinship(&self, profile: &Profile, groups: usize) -> Vec<f32> {
        let mut kinship = vec![0.0f32; groups];
        for (intent, near) in profile.felt() {
            let at = usize::from(*intent);
            let (Some(from), Some(to)) = (self.starts.get(at), self.starts.get(at + 1)) else { continue };
            let times = near * profile.strength / 255.0;
            for (_, group, part) in &self.cells[*from as usize..*to as usize] {
                if let Some(kin) = kinship.get_mut(*group as usize) {
                    *kin += times * f32::from(*part);
                }
            }
        }
        kinship
    }

    /// Gives a group another profile, or none and moves those after it down by one.
    pub(in super::super) fn replace(&mut self, group: u32, profile: Option<&Profile>) {
        let old = std::mem::take(&mut self.cells);
        let mut cells = Vec::with_capacity(old.len() + profile.map_or(0, |profile| profile.near.len()));
        let mut own = profile.into_iter().flat_map(|profile| cells_of(group, profile)).peekable();
        for mut cell in old.into_iter().filter(|(_, other, _)| *other != group) {
            // Both are in order, and stay so.
            while let Some(earlier) = own.next_if(|own| *own < cell) {
                cells.push(earlier);
            }
            cell.1 -= u32::from(profile.is_none() && cell.1 > group);
            cells.push(cell);
        }
        cells.extend(own);
        *self = Self::from_cells(cells);
    }
}

fn cells_of(group: u32, profile: &Profile) -> impl Iterator<Item = (u16, u32, u8)> + '_ {
    profile.near.iter().map(move |(intent, near)| (*intent, group, (near * 255.0 + 0.5) as u8))
}
