//! How probable it is that the first ranked entry is the right one.

use super::rank;
use super::space::Scores;

/// From this probability on a question is answered rather than offered entries.
pub(super) const ANSWER: f32 = 0.8;
/// When the best entry is below this probability, nothing is offered: the question is about something else.
pub(super) const FAR: f32 = 0.04;
/// Entries below this probability are not offered beside better ones.
pub(super) const HOPELESS: f32 = 0.02;

/// How every entry stands to a question.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) totals: Vec<f32>,
    pub(super) words: Scores,
    /// The classifier's probability of each entry.
    pub(super) learned: Vec<f32>,
    /// How much speaks for any entry at all, as the classifier sees it.
    pub(super) clear: f32,
    /// How much more the question is of this knowledge base than of shops in general: on average, and altogether.
    pub(super) specific: (f32, f32),
    /// How much there is in the question that tells what it is about.
    pub(super) telling: f32,
    /// How near each entry comes to the question in the bank of intents.
    pub(super) kinship: Vec<f32>,
    /// How well the bank fits the knowledge base.
    pub(super) fit: f32,
    /// How much the question leans on what was said before.
    pub(super) lean: f32,
}

/// The pieces of evidence for and against the first ranked entry.
pub(super) const EVIDENCE: usize = 14;

/// Two logistic regressions, one for shops and one for everything else, fitted over a dozen public and own data sets,
/// each counting as much as its neighbour, and a question that another entry answers three tenths of one that none
/// does. There are few weights: with more, sets that were left out did worse. A fifth was taken off the sum, so that
/// what is said to be sure is.
const WEIGHTS: [f32; EVIDENCE] =
    [0.28, -3.32, 5.21, 0.23, 23.49, 3.19, -0.66, 1.18, 5.61, 3.97, 9.93, -0.45, 0.06, -0.97];
const BIAS: f32 = -2.51;
/// Below the first fit of the bank a knowledge base is no shop's, from the second on it is.
const SHOPS: [f32; 2] = [0.75, 0.9];
/// A lead over the second entry of more than this says no more.
const LEAD: f32 = 0.05;

/// How sure it is of what is asked in the very words of a phrasing, and from which cosine on that begins to count.
const VERBATIM: f32 = 0.9;
const ALMOST: f32 = 0.9;

/// How sure it is in a shop, at most, of what shares most words with a phrasing though the bank knows nothing of it; and
/// the cosines from which on that begins and ceases to count. Enough to be offered, not to be answered.
const ALIKE: f32 = 0.5;
const ALIKE_FROM: [f32; 2] = [0.55, 0.9];

/// How much a knowledge base is a shop's.
fn shop(fit: f32) -> f32 {
    let part = ((fit - SHOPS[0]) / (SHOPS[1] - SHOPS[0])).clamp(0.0, 1.0);
    part * part * (3.0 - 2.0 * part)
}

/// See [`EVIDENCE`]. `order` is by total, best first. In a shop, standing near an entry in the bank of intents counts;
/// elsewhere, being of the knowledge base rather than of shops.
pub(super) fn evidence(standing: &Standing, order: &[(usize, f32)]) -> [f32; EVIDENCE] {
    let Some((first, top)) = order.first().copied() else { return [0.0; EVIDENCE] };
    let second = order.get(1).map_or(0.0, |(_, total)| *total);
    let shop = shop(standing.fit);
    let other = 1.0 - shop;
    let kin = standing.kinship[first];
    let most = rank::most(&standing.kinship).max(0.0);
    let (mean, all) = standing.specific;
    [
        other * standing.clear,
        other * mean,
        other * standing.fit * mean,
        other * all,
        other * (top - second).min(LEAD),
        other * standing.learned[first],
        shop * top,
        shop * (top - second),
        shop * kin,
        // An intent that some other entry comes nearer to than the first speaks against it, and yet says what is asked.
        shop * (most - kin),
        shop * standing.words.answer[first],
        shop * standing.clear,
        shop * standing.telling,
        shop,
    ]
}

/// How nearly the question is one of the first entry's phrasings, word by word: nothing need be learned to know then.
fn verbatim(standing: &Standing, order: &[(usize, f32)]) -> f32 {
    let Some((first, _)) = order.first() else { return 0.0 };
    ((standing.words.phrasing[*first] - ALMOST) / (1.0 - ALMOST)).clamp(0.0, 1.0)
}

/// See [`ALIKE`].
fn alike(standing: &Standing, order: &[(usize, f32)]) -> f32 {
    let Some((first, _)) = order.first() else { return 0.0 };
    let [from, to] = ALIKE_FROM;
    let part = ((standing.words.phrasing[*first] - from) / (to - from)).clamp(0.0, 1.0);
    ALIKE * shop(standing.fit) * part.powf(1.5)
}

/// The probability of each ranked entry to be the right one. The first one's is the confidence of the reply.
pub(super) fn of(standing: &Standing, order: &[(usize, f32)]) -> Vec<f32> {
    let Some((_, top)) = order.first().copied() else { return Vec::new() };
    let evidence = evidence(standing, order);
    let sum: f32 = evidence.iter().zip(WEIGHTS).map(|(e, w)| e * w).sum::<f32>() + BIAS;
    let learned = 1.0 / (1.0 + (-sum).exp());
    let first = learned.max(VERBATIM * verbatim(standing, order)).max(alike(standing, order));
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
