//! What was said before, and how much a message leans on it.
//!
//! "And who pays for that?" says little by itself; "is the speaker waterproof?" needs nobody's help, whatever the talk
//! was about. How much a message leans on what was said is weighed from its form (`leaning.txt`: how it begins, ends,
//! points at things), its length, how clearly it is about something of its own, and whether the entries it comes near
//! are those that what was said comes near. A message that leans is read together with the previous one, and the
//! neighbours of the entry that was answered gain; it itself does as far as it says something of what the message is
//! about.

use crate::ids::EntryId;
use crate::text::normalize::normalize;
use crate::text::tokens::{self, Script};

use super::confidence::Standing;
use super::features::{self, Features};
use super::lexicon::LEANING;
use super::rank::Ranker;
use super::{Entry, Turn};

/// Characters of a previous turn that are read.
const TURN_CHARS: usize = 400;
/// What the previous turn's words weigh when a message is read together with it.
const SHARE: f32 = 0.35;
/// A turn with less weight of concepts than this is itself read with the one before it.
const THIN: f32 = 1.2;
/// What an entry near to what the talk is about gains: times its score, and a little in any case.
const NEAR_TIMES: f32 = 2.0;
const NEAR_PLUS: f32 = 0.15;

/// What being answered just now counts less for a message about something the answered entry says nothing of.
const AWAY: f32 = 0.9;
/// A concept that weighs less only says how something is asked, or is implied by another.
const CONCEPT: f32 = 0.9;
/// Characters of an answer whose concepts count.
const ANSWER_CHARS: usize = 2_000;

/// What was said before a message, as far as it matters.
#[derive(Debug)]
pub(super) struct Before {
    said: Features,
    /// How near every entry comes to what the talk is about, 0..=1.
    near: Vec<f32>,
    /// The entry that was answered: its place, and the concepts of its phrasings and answers.
    answered: Option<(usize, Vec<u64>)>,
}

impl Before {
    /// Reads the turns, oldest first; `entry` gives an entry and its place. `None` when there was nothing to lean on.
    pub(super) fn of<'a>(
        context: &[Turn],
        ranker: &Ranker,
        entry: impl Fn(&EntryId) -> Option<(usize, &'a Entry)>,
    ) -> Option<Self> {
        let mut said: Option<Features> = None;
        let mut answered = None;
        for turn in context.iter().rev() {
            match (turn, &said) {
                // Only the answer to the newest turn counts: later turns without one were about something else.
                (Turn::Bot(id), None) => answered = answered.or_else(|| entry(id)),
                (Turn::Bot(_), Some(_)) => {}
                (Turn::Visitor(text), None) => {
                    said = Some(features::of(&normalize(text, TURN_CHARS)));
                }
                (Turn::Visitor(text), Some(newest)) => {
                    if weight(newest) < THIN {
                        let older = features::of(&normalize(text, TURN_CHARS));
                        said = Some(features::joined(newest, &older, SHARE));
                    }
                    break;
                }
            }
        }
        let phrasings = answered.map(|(_, entry)| {
            let texts = entry.texts.values().flat_map(|text| &text.questions);
            texts
                .map(|question| features::of(&normalize(question, TURN_CHARS)))
                .reduce(|all, next| features::joined(&all, &next, 1.0))
                .unwrap_or_default()
        });
        let about = phrasings.as_ref().or(said.as_ref())?;
        let mut near = ranker.score(about).totals;
        let most = near.iter().copied().fold(0.0f32, f32::max);
        if most <= 0.0 {
            return None;
        }
        // The root lets neighbours count beside the entry itself.
        near.iter_mut().for_each(|total| *total = (*total / most).sqrt());
        let answered = answered.map(|(place, entry)| {
            let answers =
                entry.texts.values().map(|text| features::of(&normalize(&text.answer, ANSWER_CHARS)));
            let all = answers.chain(phrasings).flat_map(|text| text.concepts);
            (place, all.map(|concept| concept.term).collect())
        });
        Some(Self { said: said.unwrap_or_default(), near, answered })
    }

    /// How every entry stands to a message that is read with what was said. `own` is how they stand to it alone.
    pub(super) fn standing(&self, text: &str, asked: &Features, own: Standing, ranker: &Ranker) -> Standing {
        let lean = self.lean(text, asked, &own.totals);
        if lean < 0.02 {
            return own;
        }
        let both = ranker.score(&features::joined(asked, &self.said, SHARE));
        let plain = |at: usize| (1.0 - lean) * own.totals[at] + lean * both.totals[at];
        let away = self.answered.as_ref().map(|(place, concepts)| (*place, away(asked, concepts)));
        let near = |at: usize| match away {
            Some((place, away)) if place == at => self.near[at] * (1.0 - AWAY * away),
            _ => self.near[at],
        };
        let mut totals: Vec<f32> = (0..own.totals.len().min(both.totals.len()).min(self.near.len()))
            .map(|at| plain(at) + lean * near(at) * (NEAR_TIMES * both.totals[at] + NEAR_PLUS))
            .collect();
        // Being near is a reason to be preferred more than to be surer: the first keeps about the score of its words.
        let first = (0..totals.len()).max_by(|a, b| totals[*a].total_cmp(&totals[*b]));
        if let Some(first) = first.filter(|first| totals[*first] > 0.0) {
            let scale = (plain(first) / totals[first]).sqrt();
            totals.iter_mut().for_each(|total| *total *= scale);
        }
        // The evidence for the confidence is that of the reading which prevails.
        if lean > 0.5 { Standing { totals, lean, ..both } } else { Standing { totals, lean, ..own } }
    }

    /// How much a message leans on what was said, 0..=1. A logistic regression over follow-ups and changes of topic.
    fn lean(&self, text: &str, asked: &Features, own: &[f32]) -> f32 {
        let cues = Cues::of(text);
        let (mut top, mut second) = (0.0f32, 0.0f32);
        for total in own.iter().copied() {
            if total > top {
                (top, second) = (total, top);
            } else {
                second = second.max(total);
            }
        }
        let margin = if top > 0.0 { (top - second) / top } else { 0.0 };
        let said = |on: bool, weight: f32| if on { weight } else { 0.0 };
        let sum = said(cues.opener, 1.7)
            + said(cues.bare && !cues.opener, 1.0)
            + said(cues.pointer, 1.0)
            + said(cues.ending, 1.9)
            + said(cues.turn, -1.5)
            - 1.9 * (cues.length / 20.0).min(3.0)
            - 1.6 * (weight(asked) / 2.0).min(2.5)
            + 1.7 * top.min(1.5)
            - 1.8 * margin
            + 7.0 * self.agreement(own)
            - 1.1;
        1.0 / (1.0 + (-1.5 * sum).exp())
    }

    /// Whether a message comes near the entries that what was said comes near: the cosine of both.
    fn agreement(&self, own: &[f32]) -> f32 {
        let (mut dot, mut mine, mut theirs) = (0.0f32, 0.0f32, 0.0f32);
        for (own, near) in own.iter().zip(&self.near) {
            let near = near * near;
            dot += own * near;
            mine += own * own;
            theirs += near * near;
        }
        let norms = (mine * theirs).sqrt();
        if norms > 0.0 { dot / norms } else { 0.0 }
    }
}

/// The share of a message's concepts that are not among these.
fn away(asked: &Features, concepts: &[u64]) -> f32 {
    let (mut all, mut new) = (0.0f32, 0.0);
    for concept in asked.concepts.iter().filter(|concept| concept.search >= CONCEPT) {
        all += 1.0;
        new += f32::from(u8::from(!concepts.contains(&concept.term)));
    }
    if all > 0.0 { new / all } else { 0.0 }
}

/// The weight of what a text is about.
fn weight(text: &Features) -> f32 {
    text.concepts.iter().map(|concept| concept.search).sum()
}

/// What the form of a message tells.
#[derive(Debug, Default, Clone, Copy)]
struct Cues {
    /// Begins as something that goes on does.
    opener: bool,
    /// Begins as a question does that leaves out what it is about: with who, how long, must, can.
    bare: bool,
    /// Points at something named before.
    pointer: bool,
    /// Ends as a question about the last word alone does.
    ending: bool,
    /// Says that the talk turns to something else.
    turn: bool,
    /// Words count 3, characters of unspaced scripts 1.
    length: f32,
}

impl Cues {
    fn of(text: &str) -> Self {
        let mut cues = Self::default();
        let mut last = 0;
        let units = LEANING.scan(text, |concept, start, end| match LEANING.name(concept) {
            "opener" => cues.opener |= start == 0,
            "bare" => cues.bare |= start == 0,
            "pointer" => cues.pointer = true,
            "ending" => last = last.max(end + 1),
            _ => cues.turn = true,
        });
        cues.ending = last > 0 && last == units;
        let length: u16 = tokens::units(text)
            .take(1_000)
            .map(|unit| if unit.script == Script::Spaced { 3u16 } else { 1 })
            .sum();
        cues.length = f32::from(length);
        cues
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cues(text: &str) -> Cues {
        Cues::of(&normalize(text, 200))
    }

    #[test]
    fn the_form_of_a_follow_up_is_seen() {
        for text in [
            "and if it's broken?",
            "what about black",
            "那运费呢",
            "要是过了时间呢",
            "そうすると送料は?",
            "じゃあ返金はいつ",
            "y si no me gusta",
            "und wenn nicht",
            "а если нет",
        ] {
            let cues = cues(text);
            assert!(cues.opener || cues.ending, "{text}: {cues:?}");
        }
        for text in ["does that cost extra", "这个要钱吗", "それは無料ですか"] {
            let cues = cues(text);
            assert!(cues.pointer || cues.opener, "{text}: {cues:?}");
        }
        for text in ["by the way, do you ship to Spain", "换个问题，怎么开发票", "ところで防水ですか"]
        {
            assert!(cues(text).turn, "{text}");
        }
    }

    #[test]
    fn what_an_entry_says_nothing_of_leads_away_from_it() {
        let of = |text: &str| features::of(&normalize(text, 200));
        let shipping: Vec<u64> =
            of("下单后几天能到，现货当天发出").concepts.iter().map(|concept| concept.term).collect();
        assert!(away(&of("那运费呢"), &shipping) > 0.9);
        for text in ["那几天能到", "要是超过三天呢", "嗯"] {
            assert!(away(&of(text), &shipping) < 0.1, "{text}");
        }
    }

    #[test]
    fn a_question_of_its_own_has_no_such_form() {
        for text in ["where is my order", "怎么退定金", "返品の送料を教えてください"] {
            let cues = cues(text);
            assert!(!cues.opener && !cues.ending && !cues.turn, "{text}: {cues:?}");
        }
    }
}
