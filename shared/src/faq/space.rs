//! A space texts meet in: weighted terms, the phrasings and documents of each group (an entry, an intent) over them,
//! and the scores of a query against every group.
//!
//! Three scores per group, all in 0..=1: the cosine of the best single phrasing; BM25 over all phrasings of one
//! language together; BM25 over the answer of one language. The last two are divided by what a perfect match would
//! score, so they say which share of the query is covered.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map whose keys are hashes already.
pub(super) type Hashed<V> = HashMap<u64, V, BuildHasherDefault<Same>>;

/// Takes a `u64` key as its own hash.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    fn write_u64(&mut self, key: u64) {
        self.0 = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// Terms with weights, each once.
pub(super) type Bag = Vec<(u64, f32)>;

/// Adds up equal terms: the second and further occurrences count less.
pub(super) fn gather(bag: &mut Bag) {
    bag.sort_unstable_by_key(|(term, _)| *term);
    bag.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1 * 0.25;
        }
        same
    });
}

/// One group in one language.
#[derive(Debug, Default)]
pub(super) struct Doc {
    pub(super) group: u32,
    /// Docs of one class (language) are compared in length with each other only.
    pub(super) class: u8,
    pub(super) phrasings: Vec<Bag>,
    pub(super) answer: Bag,
}

/// Postings of every term, one after the other.
#[derive(Debug, Default)]
struct Postings {
    starts: Vec<u32>,
    posts: Vec<(u32, f32)>,
}

impl Postings {
    fn new(terms: usize, mut triples: Vec<(u32, u32, f32)>) -> Self {
        triples.sort_unstable_by_key(|(term, doc, _)| (*term, *doc));
        let mut starts = vec![0u32; terms + 1];
        for (term, ..) in &triples {
            starts[*term as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self { starts, posts: triples.into_iter().map(|(_, doc, weight)| (doc, weight)).collect() }
    }

    fn of(&self, term: u32) -> &[(u32, f32)] {
        let at = term as usize;
        &self.posts[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// The space itself. Built once, asked often.
#[derive(Debug, Default)]
pub(super) struct Space {
    ids: Hashed<u32>,
    idf: Vec<f32>,
    unseen: f32,
    phrasings: Postings,
    pooled: Postings,
    answers: Postings,
    phrasing_group: Vec<u32>,
    doc_group: Vec<u32>,
    groups: usize,
}

/// The scores of a query against every group.
#[derive(Debug, Default, Clone)]
pub(super) struct Scores {
    pub(super) phrasing: Vec<f32>,
    pub(super) pooled: Vec<f32>,
    pub(super) answer: Vec<f32>,
    /// The share of the query's weight that is in terms the space has never seen.
    pub(super) unseen: f32,
    /// The query's weight: how much there is to go by.
    pub(super) weight: f32,
}

const K1: f32 = 1.2;
const B: f32 = 0.2;

impl Space {
    pub(super) fn build(docs: &[Doc], groups: usize) -> Self {
        let mut space = Self { groups, ..Self::default() };
        let mut frequency: Vec<(u32, u32)> = Vec::new();
        // Once for phrasings, once for answers: a term of answers only is as rare as the answers that have it.
        for answers in [false, true] {
            let known = frequency.len();
            for doc in docs {
                let phrasings = doc.phrasings.iter().flatten().filter(|_| !answers);
                for (term, _) in phrasings.chain(doc.answer.iter().filter(|_| answers)) {
                    let next = frequency.len() as u32;
                    let id = *space.ids.entry(*term).or_insert(next);
                    if id == next {
                        frequency.push((0, u32::MAX));
                    }
                    let (count, last) = &mut frequency[id as usize];
                    if *last != doc.group && !(answers && (id as usize) < known) {
                        *count += 1;
                        *last = doc.group;
                    }
                }
            }
        }
        let n = groups as f32;
        let idf = |df: f32| (1.0 + (n - df + 0.5).max(0.5) / (df + 0.5)).ln();
        space.idf = frequency.iter().map(|(df, _)| idf(*df as f32)).collect();
        space.unseen = idf(0.7);
        space.fill(docs);
        space
    }

    fn fill(&mut self, docs: &[Doc]) {
        let mut phrasing = Vec::new();
        let pools: Vec<Bag> = docs.iter().map(|doc| pool(doc.phrasings.iter())).collect();
        for doc in docs {
            for bag in &doc.phrasings {
                let number = self.phrasing_group.len() as u32;
                self.phrasing_group.push(doc.group);
                let weights: Vec<(u32, f32)> =
                    self.known(bag).map(|(id, w)| (id, w * self.idf[id as usize])).collect();
                let norm = weights.iter().map(|(_, w)| w * w).sum::<f32>().sqrt();
                if norm > 0.0 {
                    phrasing.extend(weights.into_iter().map(|(id, w)| (id, number, w / norm)));
                }
            }
        }
        let pooled = self.bm25(docs, &pools);
        let answers: Vec<Bag> = docs.iter().map(|doc| doc.answer.clone()).collect();
        let answers = self.bm25(docs, &answers);
        self.doc_group = docs.iter().map(|doc| doc.group).collect();
        let terms = self.idf.len();
        self.phrasings = Postings::new(terms, phrasing);
        self.pooled = Postings::new(terms, pooled);
        self.answers = Postings::new(terms, answers);
    }

    fn known<'a>(&'a self, bag: &'a Bag) -> impl Iterator<Item = (u32, f32)> + 'a {
        bag.iter().filter_map(|(term, weight)| self.ids.get(term).map(|id| (*id, *weight)))
    }

    fn bm25(&self, docs: &[Doc], bags: &[Bag]) -> Vec<(u32, u32, f32)> {
        let length = |bag: &Bag| bag.iter().map(|(_, w)| w).sum::<f32>();
        let mut sums = [(0.0f32, 0.0f32); 256];
        for (doc, bag) in docs.iter().zip(bags).filter(|(_, bag)| !bag.is_empty()) {
            let sum = &mut sums[usize::from(doc.class)];
            *sum = (sum.0 + length(bag), sum.1 + 1.0);
        }
        let mut triples = Vec::new();
        for (number, (doc, bag)) in docs.iter().zip(bags).enumerate() {
            let (sum, count) = sums[usize::from(doc.class)];
            let relative = length(bag) * count / sum.max(f32::MIN_POSITIVE);
            let floor = K1 * (1.0 - B + B * relative);
            triples.extend(
                self.known(bag).map(|(id, tf)| {
                    (id, number as u32, self.idf[id as usize] * tf * (K1 + 1.0) / (tf + floor))
                }),
            );
        }
        triples
    }

    /// The number of terms.
    pub(super) fn terms(&self) -> usize {
        self.idf.len()
    }

    /// The known terms of a text, each with its share of the text's length over all its terms.
    pub(super) fn unit_vector(&self, bag: &Bag) -> Vec<(u32, f32)> {
        let mut square = 0.0f32;
        let mut known = Vec::with_capacity(bag.len());
        for (term, weight) in bag {
            let id = self.ids.get(term).copied();
            let weighed = weight * id.map_or(self.unseen, |id| self.idf[id as usize]);
            square += weighed * weighed;
            known.extend(id.map(|id| (id, weighed)));
        }
        let norm = square.sqrt().max(f32::MIN_POSITIVE);
        known.iter_mut().for_each(|(_, w)| *w /= norm);
        known
    }

    /// Scores a query.
    pub(super) fn score(&self, query: &Bag) -> Scores {
        let mut scores = Scores {
            phrasing: vec![0.0; self.groups],
            pooled: vec![0.0; self.groups],
            answer: vec![0.0; self.groups],
            ..Scores::default()
        };
        let mut phrasing = vec![0.0f32; self.phrasing_group.len()];
        let mut pooled = vec![0.0f32; self.doc_group.len()];
        let mut answer = vec![0.0f32; self.doc_group.len()];
        let (mut square, mut total, mut unseen) = (0.0f32, 0.0f32, 0.0f32);
        for (term, weight) in query {
            let id = self.ids.get(term).copied();
            let weighed = weight * id.map_or(self.unseen, |id| self.idf[id as usize]);
            square += weighed * weighed;
            total += weighed;
            let Some(id) = id else {
                unseen += weighed;
                continue;
            };
            for (doc, w) in self.phrasings.of(id) {
                phrasing[*doc as usize] += weighed * w;
            }
            for (doc, w) in self.pooled.of(id) {
                pooled[*doc as usize] += weight * w;
            }
            for (doc, w) in self.answers.of(id) {
                answer[*doc as usize] += weight * w;
            }
        }
        if total <= 0.0 {
            return scores;
        }
        let norm = square.sqrt();
        raise(&mut scores.phrasing, &phrasing, &self.phrasing_group, 1.0 / norm);
        raise(&mut scores.pooled, &pooled, &self.doc_group, 1.0 / (total * (K1 + 1.0)));
        raise(&mut scores.answer, &answer, &self.doc_group, 1.0 / (total * (K1 + 1.0)));
        scores.unseen = unseen / total;
        scores.weight = total;
        scores
    }
}

/// Each group gets the best of its documents.
fn raise(groups: &mut [f32], docs: &[f32], group_of: &[u32], scale: f32) {
    for (score, group) in docs.iter().zip(group_of) {
        let best = &mut groups[*group as usize];
        *best = best.max(score * scale);
    }
}

/// The terms of several bags together.
fn pool<'a>(bags: impl Iterator<Item = &'a Bag>) -> Bag {
    let mut all: Bag = bags.flatten().copied().collect();
    all.sort_unstable_by_key(|(term, _)| *term);
    all.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(group: u32, phrasings: &[&[u64]], answer: &[u64]) -> Doc {
        let bag = |terms: &[u64]| terms.iter().map(|t| (*t, 1.0)).collect::<Bag>();
        Doc { group, class: 0, phrasings: phrasings.iter().map(|p| bag(p)).collect(), answer: bag(answer) }
    }

    #[test]
    fn the_same_words_are_a_full_match() {
        let space = Space::build(&[doc(0, &[&[1, 2], &[1, 3]], &[7]), doc(1, &[&[4, 5]], &[8])], 2);
        let scores = space.score(&vec![(1, 1.0), (2, 1.0)]);
        assert!((scores.phrasing[0] - 1.0).abs() < 1e-5);
        assert!(scores.pooled[0] > 0.4 && scores.pooled[1] == 0.0 && scores.unseen == 0.0);
        assert!(space.score(&vec![(8, 1.0)]).answer[1] > 0.0);
    }

    #[test]
    fn nothing_known_scores_nothing() {
        let space = Space::build(&[doc(0, &[&[1]], &[])], 1);
        let scores = space.score(&vec![(9, 1.0)]);
        assert_eq!((scores.phrasing[0], scores.unseen), (0.0, 1.0));
        assert_eq!(space.score(&Vec::new()).weight, 0.0);
        assert_eq!(Space::build(&[], 0).score(&vec![(1, 1.0)]).phrasing, Vec::<f32>::new());
    }
}
