//! How probable it is that the first ranked entry is the right one.

use super::matcher::Matcher;
use super::space::Scores;

/// From this probability on a question is answered rather than offered entries.
pub(super) const ANSWER: f32 = 0.85;
/// When the best entry is below this probability, nothing is offered: the question is about something else.
pub(super) const FAR: f32 = 0.06;
/// Entries below this probability are not offered beside better ones.
pub(super) const HOPELESS: f32 = 0.02;

/// How every entry stands to a question.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) totals: Vec<f32>,
    pub(super) words: Scores,
    pub(super) concepts: Scores,
    /// The classifier's probability of each entry.
    pub(super) learned: Vec<f32>,
    /// The share of the question the classifier knows the terms of.
    pub(super) known: f32,
    /// How near each entry comes to the question in the bank of intents.
    pub(super) kinship: Vec<f32>,
    /// How strongly the question comes near any intent of the bank.
    pub(super) strength: f32,
    /// How well the bank fits the knowledge base.
    pub(super) fit: f32,
    /// How much the question leans on what was said before.
    pub(super) lean: f32,
}

/// The pieces of evidence for and against the first ranked entry; each is near 0..=1.
pub(super) const EVIDENCE: usize = 24;

/// Fitted by logistic regression over a dozen public and own data sets, each counting as much as its neighbour.
const WEIGHTS: [f32; EVIDENCE] = [
    5.04, 4.25, -1.19, -0.30, -0.55, -0.89, 0.61, 1.13, 5.32, -0.72, 0.33, 2.53, -3.46, 1.15, -1.45, -1.32,
    0.81, -1.72, -1.76, 0.24, 0.75, 0.16, 0.93, -0.93,
];
const BIAS: f32 = -1.09;

/// See [`EVIDENCE`]. `order` is by total, best first.
pub(super) fn evidence(standing: &Standing, order: &[(usize, f32)], matcher: &Matcher) -> [f32; EVIDENCE] {
    let Some((first, top)) = order.first().copied() else { return [0.0; EVIDENCE] };
    let second = order.get(1).map_or(0.0, |(_, total)| *total);
    let words = &standing.words;
    let concepts = &standing.concepts;
    let fit = standing.fit;
    let most = |scores: &[f32]| scores.iter().copied().fold(0.0, f32::max);
    let learned = standing.learned[first];
    let others = standing.learned.iter().enumerate().filter(|(at, _)| *at != first);
    let rival = others.fold(0.0f32, |rival, (_, other)| rival.max(*other));
    let coverage = matcher.words.coverage(&words.telling, first);
    [
        top,
        top - second,
        words.phrasing[first],
        words.pooled[first],
        concepts.pooled[first],
        words.unseen,
        (words.weight / 60.0).min(1.0),
        learned,
        words.answer[first],
        concepts.unseen,
        (concepts.weight / 15.0).min(1.0),
        fit * standing.kinship[first],
        fit * standing.strength,
        // An intent that some other entry, or none, comes nearer to than the first speaks against it.
        fit * (most(&standing.kinship) - standing.kinship[first]),
        fit * top,
        fit * (top - second),
        learned.sqrt(),
        learned.sqrt().sqrt(),
        standing.known,
        coverage.any,
        coverage.own,
        coverage.strange,
        (learned - rival).max(0.0),
        rival,
    ]
}

/// The probability of each ranked entry to be the right one. The first one's is the confidence of the reply.
pub(super) fn of(standing: &Standing, order: &[(usize, f32)], matcher: &Matcher) -> Vec<f32> {
    let Some((_, top)) = order.first().copied() else { return Vec::new() };
    let evidence = evidence(standing, order, matcher);
    let sum: f32 = evidence.iter().zip(WEIGHTS).map(|(e, w)| e * w).sum::<f32>() + BIAS;
    let first = 1.0 / (1.0 + (-sum).exp());
    order
        .iter()
        .enumerate()
        .map(|(place, (_, total))| {
            if place == 0 {
                return first;
            }
            // What is left goes to the others, by how near they come to the first.
            let near = if top > 0.0 { (total / top).powi(3) } else { 0.0 };
            (near * first.min(0.9) * 0.8).min(1.0 - first).min(first)
        })
        .collect()
}
