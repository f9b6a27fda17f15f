//! A linear classifier over the phrasings: softmax regression by plain gradient steps in a fixed order, so that one
//! knowledge base always gives one classifier.
//!
//! Only groups whose phrasings have a term have a weight for it: a fraction of all pairs, which costs next to nothing
//! in accuracy and makes learning, storing and asking cheap. Learning may be cut into pieces of bounded work.

use super::features::Features;
use super::matcher::Matcher;
use super::rank::most;

const ROUNDS: usize = 20;
/// A knowledge base that is much work a round needs fewer of them: there are more examples to learn from in each.
const FEWEST_ROUNDS: usize = 5;
const MUCH_WORK: usize = 2_000_000_000;
const RATE: f32 = 3.0;
/// What the probabilities of one class cost beside a weight.
const CLASS_WORK: usize = 4;

/// A term's row and its value in one example.
#[derive(Debug, Clone, Copy)]
struct Value {
    from: u32,
    to: u32,
    x: f32,
}

/// A term's row in a space (0 words, 1 concepts), and where its weights start.
#[derive(Debug, Clone, Copy)]
struct Row {
    space: usize,
    term: u32,
    from: u32,
}

#[derive(Debug, Clone, Copy)]
struct Example {
    /// Where its values end; they start where those of the example before end.
    end: u32,
    class: u32,
}

/// Learning, from begin to end.
#[derive(Debug)]
pub(super) struct Training {
    /// The class and weight of every cell that some example needs.
    weights: Vec<(u32, f32)>,
    rows: Vec<Row>,
    values: Vec<Value>,
    examples: Vec<Example>,
    /// How much an example of each class counts: classes with few phrasings count as much as those with many.
    balance: Vec<f32>,
    odds: Vec<f32>,
    rounds: usize,
    rate: f32,
    round: usize,
    turn: usize,
    stride: usize,
}

impl Training {
    /// Begins with what the matcher has learned already. `texts` are phrasings with their groups.
    pub(super) fn new<'a>(matcher: &Matcher, texts: impl Iterator<Item = (u32, &'a Features)>) -> Self {
        let spaces = [&matcher.words, &matcher.concepts];
        let mut weights = Vec::new();
        let mut rows: Vec<Row> = Vec::new();
        // Where the weights of each space's terms start.
        let mut places = spaces.map(|space| vec![u32::MAX; space.terms.len()]);
        let classes = matcher.words.groups();
        let mut values = Vec::new();
        let mut examples = Vec::new();
        let mut counts = vec![0u32; classes];
        for (class, text) in texts.filter(|(class, _)| (*class as usize) < classes) {
            matcher.example(text, |space, term, x| {
                let Some(place) = places[space].get_mut(term as usize) else { return };
                if *place == u32::MAX {
                    *place = weights.len() as u32;
                    rows.push(Row { space, term, from: *place });
                    weights.extend(spaces[space].row_weights(term));
                }
                let to = *place + spaces[space].rows.range(term).len() as u32;
                values.push(Value { from: *place, to, x });
            });
            examples.push(Example { end: values.len() as u32, class });
            counts[class as usize] += 1;
        }
        let used = counts.iter().filter(|count| **count > 0).count();
        let mean = examples.len() as f32 / used.max(1) as f32;
        let balance = counts.iter().map(|count| (mean / (*count).max(1) as f32).sqrt()).collect();
        let stride = stride(examples.len());
        let mut training = Self {
            weights,
            rows,
            values,
            examples,
            balance,
            odds: vec![0.0; classes],
            rounds: 0,
            rate: RATE,
            round: 0,
            turn: 0,
            stride,
        };
        training.rounds = (MUCH_WORK / training.round_work().max(1)).clamp(FEWEST_ROUNDS, ROUNDS);
        if used < 2 {
            training.rounds = 0;
        }
        training
    }

    /// Learns with larger steps.
    pub(super) fn quickened(mut self, times: f32) -> Self {
        self.rate *= times;
        self
    }

    /// Learns for fewer rounds, with smaller steps: for what was learned already and has changed a little.
    pub(super) fn shortened(mut self, rounds: usize, rate: f32) -> Self {
        self.rounds = self.rounds.min(rounds);
        self.rate *= rate;
        self
    }

    /// The work of one round, in weights touched.
    fn round_work(&self) -> usize {
        let values: usize = self.values.iter().map(|value| (value.to - value.from) as usize * 2).sum();
        values + self.examples.len() * self.odds.len() * CLASS_WORK
    }

    /// The work that is left, in weights touched.
    pub(super) fn work(&self) -> usize {
        (self.rounds - self.round) * self.round_work()
    }

    /// Learns on until about so many weights were touched. Whether nothing is left to learn.
    pub(super) fn run(&mut self, mut work: usize) -> bool {
        while self.round < self.rounds {
            let rate = self.rate * (1.0 - 0.8 * self.round as f32 / self.rounds as f32);
            while self.turn < self.examples.len() {
                let touched = self.learn((self.turn * self.stride + self.round) % self.examples.len(), rate);
                self.turn += 1;
                work = match work.checked_sub(touched) {
                    Some(left) => left,
                    None => return false,
                };
            }
            self.turn = 0;
            self.round += 1;
        }
        true
    }

    /// One step towards one example; the weights touched.
    fn learn(&mut self, at: usize, rate: f32) -> usize {
        let start = at.checked_sub(1).map_or(0, |before| self.examples[before].end);
        let Example { end, class } = self.examples[at];
        let values = &self.values[start as usize..end as usize];
        let odds = &mut self.odds;
        odds.fill(0.0);
        for value in values {
            let mut add = |(class, weight): &(u32, f32)| odds[*class as usize] += value.x * weight;
            // By hand, as `shared` is compiled for size.
            let (fours, rest) = self.weights[value.from as usize..value.to as usize].as_chunks::<4>();
            for [a, b, c, d] in fours {
                add(a);
                add(b);
                add(c);
                add(d);
            }
            rest.iter().for_each(add);
        }
        softmax(odds);
        odds[class as usize] -= 1.0;
        let mut touched = odds.len() * CLASS_WORK;
        for value in values {
            let pull = rate * self.balance[class as usize] * value.x;
            touched += (value.to - value.from) as usize * 2;
            let add = |(class, weight): &mut (u32, f32)| *weight -= pull * odds[*class as usize];
            let (fours, rest) = self.weights[value.from as usize..value.to as usize].as_chunks_mut::<4>();
            for [a, b, c, d] in fours {
                add(a);
                add(b);
                add(c);
                add(d);
            }
            rest.iter_mut().for_each(add);
        }
        touched
    }

    /// What was learned: a space (0 words, 1 concepts), a term, and the weights of its row.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, u32, &[(u32, f32)])> {
        let ends = self.rows.iter().skip(1).map(|row| row.from).chain([self.weights.len() as u32]);
        self.rows.iter().zip(ends).map(|(row, end)| {
            (row.space, row.term, self.weights.get(row.from as usize..end as usize).unwrap_or_default())
        })
    }
}

/// Makes probabilities of weights. The logarithm of the sum of what they stand for: how much speaks for any at all.
pub(super) fn softmax(odds: &mut [f32]) -> f32 {
    let most = most(odds);
    odds.iter_mut().for_each(|odd| *odd = exp(*odd - most));
    // Four sums do not wait for each other.
    let (fours, rest) = odds.as_chunks::<4>();
    let mut sums = [0.0f32; 4];
    for four in fours {
        let ([a, b, c, d], [e, f, g, h]) = (sums, *four);
        sums = [a + e, b + f, c + g, d + h];
    }
    let sum = sums.iter().chain(rest).sum::<f32>();
    let scale = 1.0 / sum;
    odds.iter_mut().for_each(|odd| *odd *= scale);
    most + sum.ln()
}

/// e to a power of 0 or less, to five digits, and the same on every machine.
fn exp(x: f32) -> f32 {
    // Numbers of this size have no digits after the point, and what was added is in their last bits.
    const ROUNDING: f32 = 12_582_912.0;
    let power = (x * std::f32::consts::LOG2_E).max(-126.0);
    let rounded = power + ROUNDING;
    let part = power - (rounded - ROUNDING);
    let curve = 1.0
        + part
            * (std::f32::consts::LN_2
                + part * (0.240_226_5 + part * (0.055_504_1 + part * (0.009_618_1 + part * 0.001_333_4))));
    f32::from_bits((rounded.to_bits() << 23).wrapping_add(1.0f32.to_bits())) * curve
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
    use super::super::features;
    use super::super::space::Doc;
    use super::*;

    fn learned(phrasings: &[&[&str]]) -> Matcher {
        let texts: Vec<Vec<Features>> =
            phrasings.iter().map(|group| group.iter().map(|text| features::of(text)).collect()).collect();
        let docs: Vec<Doc> = (0u32..)
            .zip(&texts)
            .map(|(group, texts)| Doc {
                group,
                phrasings: texts.iter().map(|text| text.words.clone()).collect(),
                ..Doc::default()
            })
            .collect();
        let mut matcher = Matcher::build(&docs, &[], texts.len());
        let flat: Vec<(u32, &Features)> = (0u32..)
            .zip(&texts)
            .flat_map(|(group, texts)| texts.iter().map(move |text| (group, text)))
            .collect();
        let mut training = Training::new(&matcher, flat.into_iter());
        // In pieces.
        while !training.run(1_000) {}
        matcher.adopt(&training);
        matcher
    }

    #[test]
    fn learns_what_separates() {
        let matcher = learned(&[&["return shoes", "return boots"], &["track shoes", "track boots"]]);
        let odds = matcher.score(&features::of("return")).learned;
        assert!(odds[0] > 0.8, "{odds:?}");
        let odds = matcher.score(&features::of("shoes")).learned;
        assert!((0.3..0.7).contains(&odds[0]), "{odds:?}");
    }

    #[test]
    fn too_little_is_left_alone() {
        for phrasings in [&[][..], &[&["return shoes"][..]], &[&["return shoes"], &[]]] {
            let odds = learned(phrasings).score(&features::of("return")).learned;
            assert!(odds.iter().all(|odd| (odd - 1.0 / odds.len() as f32).abs() < 1e-6), "{odds:?}");
        }
    }

    #[test]
    fn powers_of_e() {
        for x in [0.0f32, -0.1, -1.0, -3.7, -20.0] {
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-4, "{x}");
        }
        assert!(exp(-1e9) < 1e-30);
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
