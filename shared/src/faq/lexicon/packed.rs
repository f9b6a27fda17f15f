//! The form in which lexicons ship. Surface forms are never shown to anybody, so a key of some bits of their hash is
//! enough: about one unit in two hundred begins what is no form and is taken for one.

use super::forms::LONGEST;
use super::{Concept, Sense};
use crate::text::coder::{self, Bit, Coder, Decoder, Encoder, GAP, NUMBER, gap_bits};

/// Bits of a key, whatever the number of units: forms of few are many, and would need more bits to be as sure of, but
/// each of their bits costs as many times more.
pub(super) const KEY_BITS: u32 = 20;
/// No lexicon has more of anything than this.
const MOST: u32 = 1 << 15;

/// A surface form: a key of its hash, and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form {
    pub(super) key: u32,
    pub(super) sense: Sense,
}

impl Default for Form {
    fn default() -> Self {
        Self { key: 0, sense: Sense::Whole(0) }
    }
}

/// A lexicon as it ships.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Packed {
    pub(super) names: Vec<String>,
    pub(super) facet: Vec<bool>,
    pub(super) parents: Vec<Vec<Concept>>,
    /// The forms of one unit, of two, and so on, in order.
    pub(super) forms: Vec<Vec<Form>>,
}

/// What has been seen of concepts, and how many bits they take.
struct Concepts {
    bits: u32,
    models: Vec<Bit>,
}

impl Concepts {
    fn code(&mut self, coder: &mut impl Coder, concept: Concept) -> Concept {
        coder.symbol(&mut self.models, self.bits, u32::from(concept)) as Concept
    }
}

impl Packed {
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut packed = Self::default();
        packed.code(&mut Decoder::new(bytes)?)?;
        packed.is_sound().then_some(packed)
    }

    pub(super) fn write(mut self) -> Vec<u8> {
        let mut encoder = Encoder::new();
        self.code(&mut encoder);
        encoder.finish()
    }

    /// Every concept that is named must be there.
    fn is_sound(&self) -> bool {
        let known = |concept: &Concept| usize::from(*concept) < self.names.len();
        self.parents.iter().flatten().all(known)
            && self.forms.iter().flatten().all(|form| match &form.sense {
                Sense::Whole(concept) | Sense::First { concept, .. } => known(concept),
                Sense::Second(_) => true,
            })
    }

    /// Reads or writes all of it. `None` where more is said to follow than can be.
    fn code(&mut self, coder: &mut impl Coder) -> Option<()> {
        let mut counts = [Bit::NEW; NUMBER];
        let mut count = |coder: &mut _, len: usize| {
            let count = Coder::number(coder, &mut counts, len as u32);
            (count <= MOST).then_some(count as usize)
        };
        let concepts = count(coder, self.names.len())?;
        let bits = u32::BITS - (concepts as u32).leading_zeros();
        let mut known = Concepts { bits, models: vec![Bit::NEW; 1 << bits] };
        self.names.resize(concepts, String::new());
        coder::names(coder, &mut self.names);
        self.facet.resize(concepts, false);
        self.parents.resize(concepts, Vec::new());
        let (mut facet, mut more) = (Bit::NEW, Bit::NEW);
        for (is_facet, parents) in self.facet.iter_mut().zip(&mut self.parents) {
            *is_facet = coder.bit(&mut facet, *is_facet);
            let mut at = 0;
            while at < concepts && coder.bit(&mut more, at < parents.len()) {
                parents.resize(parents.len().max(at + 1), 0);
                parents[at] = known.code(coder, parents[at]);
                at += 1;
            }
        }
        known.models.fill(Bit::NEW);
        let lengths = count(coder, self.forms.len())?.min(LONGEST);
        self.forms.resize(lengths, Default::default());
        let seconds = self.forms.iter().flatten();
        let seconds = seconds.filter(|form| matches!(form.sense, Sense::Second(_))).count();
        let second_bits = u32::BITS - (count(coder, seconds)? as u32).leading_zeros();
        let mut kinds = [Bit::NEW; 2];
        let mut numbered = 0u16;
        for forms in &mut self.forms {
            forms.resize(count(coder, forms.len())?, Form::default());
            let low = gap_bits(KEY_BITS, forms.len());
            let mut gaps = [Bit::NEW; GAP];
            let mut last = 0u32;
            for form in forms {
                last = last.checked_add(coder.gap(&mut gaps, low, form.key.wrapping_sub(last)))?;
                form.key = last;
                if last >> KEY_BITS > 0 {
                    return None;
                }
                let (whole, first) =
                    (matches!(form.sense, Sense::Whole(_)), matches!(form.sense, Sense::First { .. }));
                let concept = match form.sense {
                    Sense::Whole(concept) | Sense::First { concept, .. } => concept,
                    Sense::Second(_) => 0,
                };
                form.sense = if coder.bit(&mut kinds[0], whole) {
                    Sense::Whole(known.code(coder, concept))
                } else if coder.bit(&mut kinds[1], first) {
                    let concept = known.code(coder, concept);
                    let second = if let Sense::First { second, .. } = form.sense { second } else { 0 };
                    Sense::First { concept, second: coder.even(second_bits, u32::from(second)) as u16 }
                } else {
                    numbered = numbered.checked_add(1)?;
                    Sense::Second(numbered - 1)
                };
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::source;
    use super::*;
    use crate::text::coder::noise;

    #[test]
    fn what_was_packed_is_read() {
        for (name, text) in source::ALL {
            let packed = source::parse(name, text);
            assert_eq!(Packed::read(&packed.clone().write()), Some(packed));
        }
    }

    #[test]
    fn noise_is_read_without_harm() {
        for len in 0..400 {
            // Whether it means anything is of no matter.
            drop(Packed::read(&noise(len)));
        }
        assert_eq!(Packed::read(b"no lexicon"), None);
    }
}
