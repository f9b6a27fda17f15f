//! Building a space, and replacing one group of it.

use super::super::terms::{Bag, Terms};
use super::{B, Cell, GROUPS, K1, KEY_BITS, Phrasings, Rows, Space, idf, step_of, weight_of};
use crate::text::sort::sort;

/// One group in one language.
#[derive(Debug, Default, Clone)]
pub(in super::super) struct Doc {
    pub(in super::super) group: u32,
    /// Docs of one class (language) are compared in length with each other only.
    pub(in super::super) class: u8,
    pub(in super::super) phrasings: Vec<Bag>,
    pub(in super::super) answer: Bag,
}

/// The keys of a text's terms with their search weights added up.
type Pool = Vec<(u32, f32)>;

fn pool(bags: &[Bag]) -> Pool {
    // Weights are no less than 0, and so in the order of their bits.
    let mut all: Vec<u64> = Vec::with_capacity(bags.iter().map(Vec::len).sum());
    for term in bags.iter().flatten() {
        all.push(u64::from(Terms::key(KEY_BITS, term.term)) << 32 | u64::from(term.search.to_bits()));
    }
    sort(&mut all);
    let mut pool = Pool::new();
    for one in all {
        let (key, weight) = ((one >> 32) as u32, f32::from_bits(one as u32));
        match pool.last_mut() {
            Some((last, sum)) if *last == key => *sum += weight,
            _ => pool.push((key, weight)),
        }
    }
    pool
}

/// The keys of all terms, each once, in order.
#[inline(never)]
pub(super) fn keys(docs: &[Pooled]) -> Vec<u32> {
    let mut all: Vec<u64> = Vec::new();
    for doc in docs {
        all.extend(doc.phrasings.iter().chain(&doc.answer).map(|(key, _)| u64::from(*key)));
    }
    sort(&mut all);
    all.dedup();
    all.into_iter().map(|key| key as u32).collect()
}

fn length(pool: &Pool) -> f32 {
    pool.iter().map(|(_, weight)| weight).sum()
}

/// A group's count of a term, saturated as BM25 does it, as one of 64 steps.
fn often(count: f32, length: f32, mean: f32) -> u32 {
    if count <= 0.0 {
        return 0;
    }
    let relative = if mean > 0.0 { length / mean } else { 1.0 };
    let saturated = count / (count + K1 * (1.0 - B + B * relative));
    ((saturated * Cell::SATURATED as f32 + 0.5) as u32).clamp(1, Cell::SATURATED)
}

/// A document with what is needed to put it into rows.
pub(super) struct Pooled {
    group: u32,
    class: usize,
    phrasings: Pool,
    answer: Pool,
}

impl Pooled {
    pub(super) fn new(doc: &Doc) -> Self {
        Self {
            group: doc.group,
            class: usize::from(doc.class),
            phrasings: pool(&doc.phrasings),
            answer: pool(std::slice::from_ref(&doc.answer)),
        }
    }

    /// Packs term, group and count of the phrasings and of the answer.
    pub(super) fn pack(
        &self,
        means: &[(f32, f32)],
        number: impl Fn(u32) -> Option<u32>,
        out: &mut [Vec<u64>; 2],
    ) {
        let (phrasings, answer) = means.get(self.class).copied().unwrap_or_default();
        for (part, (pool, mean)) in [(&self.phrasings, phrasings), (&self.answer, answer)].iter().enumerate()
        {
            let length = length(pool);
            for (key, count) in *pool {
                let often = often(*count, length, *mean);
                // The classifier sees terms that search does not; in answers nobody sees them.
                if let Some(term) = number(*key).filter(|_| part == 0 || often > 0) {
                    out[part].push(u64::from(term) << 32 | u64::from(Cell::new(self.group, often).0));
                }
            }
        }
    }
}

/// The mean lengths of each class.
fn means(docs: &[Pooled]) -> Vec<(f32, f32)> {
    let classes = docs.iter().map(|doc| doc.class + 1).max().unwrap_or(0);
    let mean = |class: usize, pool: fn(&Pooled) -> &Pool| {
        let (mut sum, mut count) = (0.0, 0.0f32);
        for doc in docs.iter().filter(|doc| doc.class == class && !pool(doc).is_empty()) {
            sum += length(pool(doc));
            count += 1.0;
        }
        sum / count.max(1.0)
    };
    (0..classes).map(|class| (mean(class, |doc| &doc.phrasings), mean(class, |doc| &doc.answer))).collect()
}

impl Space {
    /// A space without a trained classifier. `docs` are in order of their groups, which are below `groups`.
    pub(in super::super) fn build(docs: &[Doc], groups: usize, flatten: f32) -> Self {
        let groups = groups.min(GROUPS);
        let docs: Vec<&Doc> = docs.iter().filter(|doc| (doc.group as usize) < groups).collect();
        let pooled: Vec<Pooled> = docs.iter().map(|doc| Pooled::new(doc)).collect();
        let terms = Terms::new(KEY_BITS, keys(&pooled));
        let means = means(&pooled);
        let mut packed = [Vec::new(), Vec::new()];
        for doc in &pooled {
            doc.pack(&means, |key| terms.number(key), &mut packed);
        }
        let [rows, answers] = packed.map(|packed| Rows::new(terms.len(), packed));
        let phrasings = Phrasings::new(&docs, &terms, groups);
        let mut space = Self { terms, rows, answers, phrasings, groups, flatten, means, ..Self::default() };
        space.weigh();
        space
    }

    /// Derives the weights of terms and the lengths of phrasings from the rows.
    pub(super) fn weigh(&mut self) {
        self.weigh_terms();
        self.phrasings.scales = vec![0.0; self.phrasings.starts.len().saturating_sub(1)];
        self.phrasings.scale(&self.idf);
    }

    /// Derives the weights of terms from the rows.
    pub(super) fn weigh_terms(&mut self) {
        let weights = |count: f32| {
            let idf = idf(self.groups, count);
            (idf, idf.powf(self.flatten))
        };
        // Few counts are different.
        let mut known: Vec<Option<(f32, f32)>> = vec![None; self.groups + 1];
        self.idf = (0..self.terms.len() as u32)
            .map(|term| {
                let count = match self.rows.range(term).len() {
                    // A term of answers only is as rare as the answers that have it.
                    0 => self.answers.range(term).len(),
                    count => count,
                };
                *known[count.min(self.groups)].get_or_insert_with(|| weights(count as f32))
            })
            .collect();
        self.unseen = weights(0.7);
    }
}

impl Phrasings {
    fn new(docs: &[&Doc], terms: &Terms, groups: usize) -> Self {
        let mut phrasings = Self { groups: vec![0], starts: vec![0], ..Self::default() };
        for doc in docs {
            while phrasings.groups.len() <= doc.group as usize {
                phrasings.groups.push(phrasings.starts.len() as u32 - 1);
            }
            for bag in &doc.phrasings {
                phrasings.push(bag, terms);
            }
        }
        while phrasings.groups.len() <= groups {
            phrasings.groups.push(phrasings.starts.len() as u32 - 1);
        }
        phrasings
    }

    pub(super) fn push(&mut self, bag: &Bag, terms: &Terms) {
        let mut known: Vec<u64> = Vec::with_capacity(bag.len());
        for weighted in bag.iter().filter(|weighted| weighted.search > 0.0) {
            if let Some(term) = terms.find(weighted.term) {
                known.push(u64::from(term << 6 | step_of(weighted.search)));
            }
        }
        // In ascending order, which stores well.
        sort(&mut known);
        self.terms.extend(known.into_iter().map(|term| term as u32));
        self.starts.push(self.terms.len() as u32);
        self.scales.push(0.0);
    }

    /// Derives the scales that are not known yet.
    pub(super) fn scale(&mut self, idf: &[(f32, f32)]) {
        let square = |term: &u32| (idf[(term >> 6) as usize].0 * weight_of(*term)).powi(2);
        for (ends, scale) in self.starts.windows(2).zip(&mut self.scales) {
            if *scale <= 0.0 {
                let terms = &self.terms[ends[0] as usize..ends[1] as usize];
                *scale = 1.0 / terms.iter().map(square).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            }
        }
    }
}
