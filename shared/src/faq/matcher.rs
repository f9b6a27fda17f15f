//! Two spaces, words with their grams and concepts, and a classifier learned over both.

use super::bytes::{Damaged, Reader, Writer};
use super::features::Features;
use super::space::{Closely, Doc, Scores, Space, Specific};
use super::train::{Training, softmax};
use crate::text::coder::Coder;

/// The share of words and of concepts in what the classifier sees.
const WORD_SHARE: f32 = 0.8;
const CONCEPT_SHARE: f32 = 0.07;
/// The power idf is raised to for the classifier.
const WORDS_FLATTENED: f32 = 0.4;
const CONCEPTS_FLATTENED: f32 = 1.0;

#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Matcher {
    pub(super) words: Space,
    pub(super) concepts: Space,
}

/// What a text scores in every group.
#[derive(Debug)]
pub(super) struct Matched {
    pub(super) words: Scores,
    pub(super) concepts: Scores,
    /// The classifier's probabilities; all alike when nothing was learned.
    pub(super) learned: Vec<f32>,
    /// How much speaks for any group at all, as the classifier sees it: 0 when nothing does.
    pub(super) clear: f32,
    /// How much more the words are of this knowledge base than of another.
    pub(super) specific: Specific,
    words_closely: Closely,
    concepts_closely: Closely,
}

impl Matcher {
    /// A matcher that has learned nothing yet. `docs` are in order of their groups; `concepts` has one document per
    /// group, `words` may have several.
    pub(super) fn build(words: &[Doc], concepts: &[Doc], groups: usize) -> Self {
        Self {
            words: Space::build(words, groups, WORDS_FLATTENED),
            concepts: Space::build(concepts, groups, CONCEPTS_FLATTENED),
        }
    }

    /// Scores a text, without its phrasings.
    pub(super) fn score(&self, text: &Features) -> Matched {
        let (words, concepts) = (self.words.read(&text.words), self.concepts.read(&text.concepts));
        let mut learned = vec![0.0; self.words.groups()];
        let word_scores = self.words.score(&words, WORD_SHARE, &mut learned);
        let concept_scores = self.concepts.score(&concepts, CONCEPT_SHARE, &mut learned);
        let mut clear = 0.0;
        if self.is_trained() {
            clear = softmax(&mut learned) - (learned.len().max(1) as f32).ln();
        } else {
            let alike = 1.0 / learned.len().max(1) as f32;
            learned.fill(alike);
        }
        Matched {
            words: word_scores,
            concepts: concept_scores,
            learned,
            clear,
            words_closely: self.words.closely(&words),
            concepts_closely: self.concepts.closely(&concepts),
            specific: words.specific,
        }
    }

    /// Compares a text with every single phrasing of a group.
    pub(super) fn look_closely(&self, matched: &mut Matched, group: usize) {
        matched.words.phrasing[group] = self.words.phrasing(&matched.words_closely, group);
        matched.concepts.phrasing[group] = self.concepts.phrasing(&matched.concepts_closely, group);
    }

    /// The place of the phrasing of a group that is most like a text, and how like.
    pub(super) fn best_phrasing(&self, text: &Features, group: usize) -> Option<(usize, f32)> {
        let closely = self.words.closely(&self.words.read(&text.words));
        let cosines: Vec<f32> = self.words.cosines(&closely, group).collect();
        let best = cosines.into_iter().enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
        best.filter(|(_, cosine)| *cosine > 0.0)
    }

    /// Calls `value` with the space (0 words, 1 concepts), the term and the value of all that the classifier sees.
    pub(super) fn example(&self, text: &Features, mut value: impl FnMut(usize, u32, f32)) {
        let words = self.words.read(&text.words);
        words.example(WORD_SHARE).for_each(|(term, x)| value(0, term, x));
        let concepts = self.concepts.read(&text.concepts);
        concepts.example(CONCEPT_SHARE).for_each(|(term, x)| value(1, term, x));
    }

    /// Keeps what a training of this very matcher learned.
    pub(super) fn adopt(&mut self, training: &Training) {
        for (number, space) in [&mut self.words, &mut self.concepts].into_iter().enumerate() {
            let rows = || training.rows().filter(|(of, ..)| *of == number);
            let most =
                rows().flat_map(|(.., row)| row).fold(0.0f32, |most, (_, weight)| most.max(weight.abs()));
            space.make_room(most);
            rows().for_each(|(_, term, row)| space.set_row(term, row));
        }
    }

    /// The number of cells.
    pub(super) fn cells(&self) -> usize {
        self.words.rows.cells().len() + self.concepts.rows.cells().len()
    }

    /// Reads or writes what ships: two coarse spaces of so many groups.
    pub(super) fn code(&mut self, coder: &mut impl Coder, groups: usize) -> Option<()> {
        self.words.code(coder, groups)?;
        self.concepts.code(coder, groups)
    }

    pub(super) fn write_quick(&self, writer: &mut Writer) {
        self.words.write_quick(writer);
        self.concepts.write_quick(writer);
    }

    pub(super) fn read_quick(reader: &mut Reader<'_>) -> Result<Self, Damaged> {
        Self { words: Space::read_quick(reader)?, concepts: Space::read_quick(reader)? }.sound()
    }

    fn sound(self) -> Result<Self, Damaged> {
        if self.words.groups() == self.concepts.groups() { Ok(self) } else { Err(Damaged::Broken) }
    }

    /// Whether the classifier was trained.
    pub(super) fn is_trained(&self) -> bool {
        self.words.is_trained() || self.concepts.is_trained()
    }
}
