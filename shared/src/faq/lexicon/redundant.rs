//! Leaves out forms without which a lexicon says the same, because the forms within them say it: "track my parcel" where
//! "track" and "parcel" are forms of the same concepts. Beforehand: `cargo xtask train`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::forms::Hashes;
use super::packed::Packed;
use super::source::{Sequence, Split, arrange};
use super::{Concept, Lexicon};

/// Concepts with the first and last unit of their forms.
type Found = Vec<(Concept, usize, usize)>;

/// The forms that a lexicon needs, by how the lexicon of this name is used; of others all.
pub(super) fn without(
    name: &str,
    packed: &mut Packed,
    wholes: BTreeMap<Sequence, (Hashes, BTreeSet<Concept>)>,
    splits: &[Split],
) -> Vec<(Concept, Sequence)> {
    let mut needed: Vec<(Concept, Sequence)> = Vec::new();
    let mut shorter = Lexicon::default();
    let mut length = 0;
    // Shorter ones come first, and of its own length there is no other form within one.
    for (sequence, (units, own)) in wholes {
        if sequence.0 > length {
            length = sequence.0;
            let within = |part: &Sequence| part.0 < length;
            let splits: Vec<Split> =
                splits.iter().filter(|(_, first, second)| within(first) && within(second)).copied().collect();
            packed.forms = arrange(&needed, &splits);
            shorter = Lexicon::new(packed.clone());
        }
        let is_part = splits.iter().any(|(_, first, second)| *first == sequence || *second == sequence);
        if is_part || !is_said(name, &shorter, &units, &own) {
            needed.extend(own.iter().map(|concept| (*concept, sequence)));
        }
    }
    needed
}

/// Whether a lexicon of shorter forms says of a form's text what the form would make it say.
fn is_said(name: &str, shorter: &Lexicon, units: &Hashes, own: &BTreeSet<Concept>) -> bool {
    let last = units.len() - 1;
    let mut without = Found::new();
    shorter.scan_units(units, &mut |concept, start, end| without.push((concept, start, end)));
    // It would hide what shorter ones say that start where it does.
    let mut with: Found = without.iter().filter(|(_, start, _)| *start > 0).copied().collect();
    with.extend(own.iter().map(|concept| (*concept, 0, last)));
    match name {
        "lexicon" => weights(shorter, &with) == weights(shorter, &without),
        "common" => {
            let mut all = Vec::new();
            shorter.all(units, |concept| all.push(concept));
            own.iter().all(|concept| all.contains(concept))
        }
        "mood" => {
            let own: Vec<Concept> = own.iter().copied().collect();
            let negates = |(concept, ..): &(Concept, usize, usize)| shorter.name(*concept).starts_with("not");
            !with.iter().chain(&without).any(negates) && outermost(without) == own
        }
        "smalltalk" => {
            let mut covered = vec![false; units.len()];
            without.iter().for_each(|(_, start, end)| covered[*start..=*end].fill(true));
            let said: BTreeSet<Concept> = without.iter().map(|(concept, ..)| *concept).collect();
            // Of these it matters where they begin and end.
            let placed = ["deny", "deny-after", "negated", "about-human"];
            !covered.contains(&false)
                && said == *own
                && !own.iter().any(|concept| placed.contains(&shorter.name(*concept)))
        }
        "leaning" => {
            let cues = |found: &Found| -> BTreeSet<String> {
                let counts = |(concept, start, end): &&(Concept, usize, usize)| match shorter.name(*concept) {
                    "opener" | "bare" => *start == 0,
                    "ending" => *end == last,
                    _ => true,
                };
                found.iter().filter(counts).map(|(concept, ..)| shorter.name(*concept).to_owned()).collect()
            };
            cues(&with) == cues(&without)
        }
        _ => false,
    }
}

/// Concepts with what they weigh, those that others imply among them.
fn weights(lexicon: &Lexicon, found: &Found) -> Vec<(Concept, f32)> {
    let mut all = Vec::new();
    found.iter().for_each(|(concept, ..)| lexicon.add(*concept, &mut all));
    all.sort_unstable_by_key(|(concept, _)| *concept);
    all
}

/// The concepts of forms that are not within a longer one, in order.
fn outermost(mut found: Found) -> Vec<Concept> {
    found.sort_unstable_by_key(|(_, start, end)| (*start, Reverse(*end)));
    let mut reach: Option<(usize, usize)> = None;
    found.retain(|(_, start, end)| {
        let is_outer = reach.is_none_or(|(from, to)| *end > to || (*start, *end) == (from, to));
        if is_outer {
            reach = Some((*start, *end));
        }
        is_outer
    });
    let mut concepts: Vec<Concept> = found.into_iter().map(|(concept, ..)| concept).collect();
    concepts.sort_unstable();
    concepts
}

#[cfg(test)]
mod tests {
    use super::super::source;

    #[test]
    fn what_others_say_is_left_out() {
        let forms =
            |name: &str, text: &str| source::parse(name, text).forms.iter().map(Vec::len).sum::<usize>();
        let text = "track = track, track order, follow my order\norder = order, sale order";
        // "sale order" says what "order" does, and "track order" both concepts either way, which is a mood too many.
        assert_eq!(forms("lexicon", text), 3);
        assert_eq!(forms("mood", text), 4);
        assert_eq!(forms("other", text), 5);
    }
}
