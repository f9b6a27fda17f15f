//! Lexicons as they are written, and packing them beforehand: `cargo xtask train`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::terms::Terms;
use super::forms::{Hashes, extend, units_of};
use super::packed::{Form, KEY_BITS, Packed};
use super::{Concept, Sense, redundant};

/// What ships, by name.
pub(in super::super) const ALL: [(&str, &str); 5] = [
    ("lexicon", include_str!("../lexicon.txt")),
    ("common", include_str!("../common.txt")),
    ("mood", include_str!("../mood.txt")),
    ("smalltalk", include_str!("../smalltalk.txt")),
    ("leaning", include_str!("../leaning.txt")),
];

/// A form's number of units and hash.
pub(super) type Sequence = (usize, u64);
/// A form whose parts are some words apart.
pub(super) type Split = (Concept, Sequence, Sequence);

fn sequence(units: &Hashes) -> Sequence {
    (units.len(), units.iter().fold(0, |hash, (unit, _)| extend(hash, *unit)))
}

/// All lexicons as they ship: a name and what belongs into the file of it.
#[must_use]
pub fn pack_all() -> Vec<(&'static str, Vec<u8>)> {
    ALL.map(|(name, text)| (name, pack(name, text))).to_vec()
}

pub(super) fn pack(name: &str, text: &str) -> Vec<u8> {
    parse(name, text).write()
}

/// Reads the form described at the head of `lexicon.txt`. Forms without which the lexicon of this name would say the
/// same are left out.
pub(super) fn parse(name: &str, text: &str) -> Packed {
    let mut packed = Packed::default();
    let mut numbers: HashMap<&str, Concept> = HashMap::new();
    let mut wholes: BTreeMap<Sequence, (Hashes, BTreeSet<Concept>)> = BTreeMap::new();
    let mut splits: BTreeSet<Split> = BTreeSet::new();
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
                None => {
                    if let Some(units) = units_of(form) {
                        let whole = wholes.entry(sequence(&units)).or_insert((units, BTreeSet::new()));
                        whole.1.insert(concept);
                    }
                }
                Some((first, second)) => {
                    let parts = units_of(first).zip(units_of(second));
                    splits
                        .extend(parts.map(|(first, second)| (concept, sequence(&first), sequence(&second))));
                }
            }
        }
    }
    let splits: Vec<Split> = splits.into_iter().collect();
    let wholes = redundant::without(name, &mut packed, wholes, &splits);
    packed.forms = arrange(&wholes, &splits);
    packed
}

/// Gives every form its key, and every second part its number.
pub(super) fn arrange(wholes: &[(Concept, Sequence)], splits: &[Split]) -> Vec<Vec<Form>> {
    let parts = splits.iter().flat_map(|(_, first, second)| [first, second]);
    let lengths = wholes.iter().map(|(_, whole)| whole).chain(parts).map(|(units, _)| *units);
    let mut forms = vec![Vec::new(); lengths.max().unwrap_or(0)];
    let key = |(units, hash): Sequence| (units, Terms::key(KEY_BITS, hash));
    // Numbers of second parts are in the order in which they are stored.
    let seconds: BTreeSet<(usize, u32)> = splits.iter().map(|(.., second)| key(*second)).collect();
    let seconds: BTreeMap<(usize, u32), u16> = seconds.into_iter().zip(0..).collect();
    let mut put = |(units, key): (usize, u32), sense: Sense| forms[units - 1].push(Form { key, sense });
    wholes.iter().for_each(|(concept, whole)| put(key(*whole), Sense::Whole(*concept)));
    for (concept, first, second) in splits {
        put(key(*first), Sense::First { concept: *concept, second: seconds[&key(*second)] });
    }
    seconds.iter().for_each(|(at, number)| put(*at, Sense::Second(*number)));
    forms.iter_mut().for_each(|forms| forms.sort_unstable());
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
