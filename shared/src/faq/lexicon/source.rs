//! Lexicons as they are written, and packing them beforehand: `cargo xtask train`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::terms::Terms;
use super::forms::sequence;
use super::packed::{Form, Packed, bits};
use super::{Concept, Sense};

/// What ships, by name.
pub(in super::super) const ALL: [(&str, &str); 5] = [
    ("lexicon", include_str!("../lexicon.txt")),
    ("common", include_str!("../common.txt")),
    ("mood", include_str!("../mood.txt")),
    ("smalltalk", include_str!("../smalltalk.txt")),
    ("leaning", include_str!("../leaning.txt")),
];

/// A form's number of units and hash.
type Sequence = (usize, u64);

/// All lexicons as they ship: a name and what belongs into the file of it.
#[must_use]
pub fn pack_all() -> Vec<(&'static str, Vec<u8>)> {
    ALL.map(|(name, text)| (name, pack(text))).to_vec()
}

pub(super) fn pack(text: &str) -> Vec<u8> {
    parse(text).write()
}

/// Reads the form described at the head of `lexicon.txt`.
pub(super) fn parse(text: &str) -> Packed {
    let mut packed = Packed::default();
    let mut numbers: HashMap<&str, Concept> = HashMap::new();
    let mut wholes: Vec<(Concept, Sequence)> = Vec::new();
    let mut splits: Vec<(Concept, Sequence, Sequence)> = Vec::new();
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    for line in lines {
        let Some((head, forms)) = line.split_once('=') else { continue };
        let mut head = head.split_whitespace();
        let Some(name) = head.next() else { continue };
        let (name, facet) = name.strip_prefix('~').map_or((name, false), |n| (n, true));
        let next = packed.names.len() as Concept;
        let concept = *numbers.entry(name).or_insert(next);
        if concept == next {
            packed.names.push(name.to_owned());
            packed.facet.push(facet);
            packed.parents.push(Vec::new());
        }
        for parent in head.filter_map(|parent| numbers.get(parent)) {
            packed.parents[usize::from(concept)].push(*parent);
        }
        for form in forms.split(',').map(str::trim) {
            match form.split_once("..") {
                None => wholes.extend(sequence(form).map(|whole| (concept, whole))),
                Some((first, second)) => {
                    let parts = sequence(first).zip(sequence(second));
                    splits.extend(parts.map(|(first, second)| (concept, first, second)));
                }
            }
        }
    }
    packed.forms = arrange(&wholes, &splits);
    packed
}

/// Gives every form its key, and every second part its number.
fn arrange(
    wholes: &[(Concept, Sequence)],
    splits: &[(Concept, Sequence, Sequence)],
) -> Vec<(u32, Vec<Form>)> {
    let parts = splits.iter().flat_map(|(_, first, second)| [first, second]);
    let all: BTreeSet<Sequence> = wholes.iter().map(|(_, whole)| whole).chain(parts).copied().collect();
    let lengths = all.last().map_or(0, |(units, _)| *units);
    let mut forms: Vec<(u32, Vec<Form>)> = (1..=lengths)
        .map(|units| (bits(all.iter().filter(|form| form.0 == units).count()), Vec::new()))
        .collect();
    let keys: Vec<u32> = forms.iter().map(|(bits, _)| *bits).collect();
    let key = |(units, hash): Sequence| (units, Terms::key(keys[units - 1], hash));
    // Numbers of second parts are in the order in which they are stored.
    let seconds: BTreeSet<(usize, u32)> = splits.iter().map(|(.., second)| key(*second)).collect();
    let seconds: BTreeMap<(usize, u32), u16> = seconds.into_iter().zip(0..).collect();
    let mut put = |(units, key): (usize, u32), sense: Sense| forms[units - 1].1.push(Form { key, sense });
    wholes.iter().for_each(|(concept, whole)| put(key(*whole), Sense::Whole(*concept)));
    for (concept, first, second) in splits {
        put(key(*first), Sense::First { concept: *concept, second: seconds[&key(*second)] });
    }
    seconds.iter().for_each(|(at, number)| put(*at, Sense::Second(*number)));
    for (_, forms) in &mut forms {
        forms.sort_unstable();
    }
    forms
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_ships_is_what_is_written() {
        let shipped: [&[u8]; 5] = [
            include_bytes!("../lexicon.bin"),
            include_bytes!("../common.bin"),
            include_bytes!("../mood.bin"),
            include_bytes!("../smalltalk.bin"),
            include_bytes!("../leaning.bin"),
        ];
        for ((name, bytes), shipped) in super::pack_all().into_iter().zip(shipped) {
            assert!(bytes == shipped, "{name}: run `cargo xtask train` and commit what it writes");
        }
    }
}
