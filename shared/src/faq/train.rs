//! A linear classifier over the phrasings, learned when the index is built: softmax regression by plain gradient
//! steps in a fixed order, so that one knowledge base always gives one classifier.

/// Work allowed for learning, in multiplications; a larger knowledge base gets fewer rounds, a huge one none.
const BUDGET: usize = 400_000_000;
/// Weights allowed in all; a larger knowledge base goes without.
const WEIGHTS: usize = 6_000_000;
const ROUNDS: usize = 14;
const RATE: f32 = 2.0;

/// A text as the classifier sees it: features and their weights, of length 1 or less.
pub(super) type Example = Vec<(u32, f32)>;

/// What was learned; without weights when there was too little or too much to learn from.
#[derive(Debug, Default)]
pub(super) struct Classifier {
    classes: usize,
    /// One row of weights per feature, one per class.
    weights: Vec<f32>,
}

impl Classifier {
    /// Learns which class each example belongs to.
    pub(super) fn train(features: usize, classes: usize, examples: &[(Example, u32)]) -> Self {
        let size = features.saturating_mul(classes);
        let work: usize = examples.iter().map(|(x, _)| (x.len() + 2) * classes * 2).sum();
        let rounds = (BUDGET / work.max(1)).min(ROUNDS);
        if classes < 2 || size > WEIGHTS || rounds < 3 {
            return Self::default();
        }
        let mut model = Self { classes, weights: vec![0.0; size] };
        let mut odds = vec![0.0f32; classes];
        // Classes with few phrasings count as much as those with many.
        let mut count = vec![0usize; classes];
        examples.iter().for_each(|(_, class)| count[*class as usize] += 1);
        let mean = examples.len() as f32 / count.iter().filter(|c| **c > 0).count().max(1) as f32;
        let step = stride(examples.len());
        for round in 0..rounds {
            let rate = RATE * (1.0 - 0.8 * round as f32 / rounds as f32);
            for turn in 0..examples.len() {
                let (example, class) = &examples[(turn * step + round) % examples.len()];
                model.odds(example, &mut odds);
                let balance = (mean / count[*class as usize].max(1) as f32).sqrt();
                odds[*class as usize] -= 1.0;
                for (feature, x) in example {
                    let pull = rate * balance * x;
                    for (weight, odd) in model.row_mut(*feature).iter_mut().zip(&odds) {
                        *weight -= pull * odd;
                    }
                }
            }
        }
        model
    }

    fn row_mut(&mut self, feature: u32) -> &mut [f32] {
        let at = feature as usize * self.classes;
        self.weights.get_mut(at..at + self.classes).unwrap_or_default()
    }

    /// The probability of each class. All alike when nothing was learned.
    pub(super) fn odds(&self, example: &Example, odds: &mut [f32]) {
        odds.fill(0.0);
        if self.weights.is_empty() {
            odds.fill(1.0 / odds.len().max(1) as f32);
            return;
        }
        for (feature, x) in example {
            let at = *feature as usize * self.classes;
            let Some(row) = self.weights.get(at..at + self.classes) else { continue };
            for (odd, weight) in odds.iter_mut().zip(row) {
                *odd += x * weight;
            }
        }
        let most = odds.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut sum = 0.0;
        for odd in odds.iter_mut() {
            *odd = (*odd - most).exp();
            sum += *odd;
        }
        odds.iter_mut().for_each(|odd| *odd /= sum);
    }
}

/// A step that visits all of `len` places before repeating one, far from its neighbours.
fn stride(len: usize) -> usize {
    let gcd = |mut a: usize, mut b: usize| {
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    let start = (len as f64 * 0.618) as usize;
    (start.max(1)..start + len + 2).find(|step| gcd(*step, len) == 1).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learns_what_separates() {
        let examples = vec![
            (vec![(0, 0.7), (1, 0.7)], 0),
            (vec![(0, 0.7), (2, 0.7)], 1),
            (vec![(1, 1.0)], 0),
            (vec![(2, 1.0)], 1),
        ];
        let model = Classifier::train(3, 2, &examples);
        let mut odds = [0.0; 2];
        model.odds(&vec![(1, 1.0)], &mut odds);
        assert!(odds[0] > 0.9, "{odds:?}");
        model.odds(&vec![(0, 1.0)], &mut odds);
        assert!((0.3..0.7).contains(&odds[0]), "{odds:?}");
    }

    #[test]
    fn too_little_or_too_much_is_left_alone() {
        let mut odds = [0.0; 2];
        Classifier::train(0, 0, &[]).odds(&vec![(9, 1.0)], &mut odds);
        assert_eq!(odds, [0.5, 0.5]);
        assert!(Classifier::train(usize::MAX, 9, &[]).weights.is_empty());
    }

    #[test]
    fn strides_visit_every_place() {
        for len in 1..50 {
            let mut seen: Vec<usize> = (0..len).map(|turn| turn * stride(len) % len).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..len).collect::<Vec<_>>());
        }
    }
}
