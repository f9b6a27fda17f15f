//! The mood and urgency of a message, for routing: words that show them (`mood.txt`) and the form of the message,
//! with the reasons.
//!
//! Nothing is learned: every sign has a weight below, a mood needs enough of them, and what was found is told.

use serde::{Deserialize, Serialize};

use crate::text::normalize::normalize;

use super::HOLLOW;
use super::lexicon::{Lexicon, MOOD};
use crate::text::sort::sort;

/// How a visitor feels, as far as their words show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    Angry,
    Worried,
    #[default]
    Neutral,
    Happy,
}

impl Mood {
    /// Whether nothing shows.
    #[must_use]
    pub fn is_neutral(&self) -> bool {
        *self == Self::Neutral
    }
}

/// What a message shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tone {
    pub mood: Mood,
    /// A close deadline, a call for action at once, or a danger or loss that is going on.
    pub urgent: bool,
    /// The signs found, in order of the message; at most [`REASONS`].
    #[serde(default)]
    pub reasons: Vec<Reason>,
}

/// One sign and where it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub sign: Sign,
    /// The words in their normalised form (lower case, simplified characters); the characters themselves for emoji and
    /// marks.
    pub words: String,
}

/// The kinds of signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    Anger,
    Insult,
    /// A lawyer, a public complaint, the police.
    Threat,
    Complaint,
    /// "For the third time", "still waiting".
    Again,
    /// Impatience and reproach, weak by themselves.
    Nagging,
    Fear,
    Doubt,
    Joy,
    Praise,
    Thanks,
    /// Something is wrong; no mood by itself.
    Trouble,
    Haste,
    /// Haste that needs more beside it.
    Soon,
    Danger,
    /// Money or an account being lost.
    Loss,
    Deadline,
    Time,
    Need,
    /// Says that there is no haste, no worry.
    Calm,
    Emoji,
    Exclamation,
    Capitals,
    /// "Sooooo", 啊啊啊.
    Stretched,
}

/// Reasons kept at most.
pub const REASONS: usize = 16;

/// Characters read at the beginning and at the end; of a longer message the middle is not looked at.
const HEAD: usize = 1_500;
const TAIL: usize = 500;

/// From this weight on a mood is shown, and urgency.
const SHOWN: f32 = 0.6;
const URGENT: f32 = 0.95;

/// No unit of a message has a larger number.
const END: u64 = 0xff_ffff;

/// How far before and after a word its negation may stand, in units of the lexicon.
const NEGATION: usize = 2;
const NEGATION_AFTER: usize = 5;

const ANGRY_EMOJI: &str = "😡😠🤬👿💢🖕😤👎🙄😒💩";
const WORRIED_EMOJI: &str = "😟😰😨😱😢😭😥😓🥺😧😦😖😣😔😞😩😫😿🥹🆘";
const HAPPY_EMOJI: &str = "😊😀😁😃😄😆😍🥰❤♥💕💖💗💙💚💛💜🧡👍🎉🥳😘✨🙌💯🤩😻🤗👏💪🌟⭐☺😋🫶♡♪😎";
const WORRIED_FACES: [&str; 12] =
    [":(", ":'(", ":-(", "t_t", "t.t", "qaq", "qq", "；；", ";;", "orz", "><", "(泣)"];
const HAPPY_FACES: [&str; 10] = [":)", ":-)", ":d", "^^", "^_^", "<3", "(^^)", "(笑)", "（笑）", "xd"];
const ANGRY_FACES: [&str; 4] = [">:(", "(怒)", "（怒）", "#怒"];

/// What the signs of a message weigh.
#[derive(Debug, Default)]
struct Weights {
    angry: f32,
    worried: f32,
    happy: f32,
    urgent: f32,
    trouble: bool,
    calm: bool,
    reasons: Vec<Reason>,
}

impl Weights {
    fn reason(&mut self, sign: Sign, words: &str) {
        if self.reasons.len() < REASONS && !self.reasons.iter().any(|r| r.sign == sign && r.words == words) {
            self.reasons.push(Reason { sign, words: words.chars().take(60).collect() });
        }
    }

    fn add(&mut self, sign: Sign, negated: bool) {
        match (sign, negated) {
            (Sign::Anger, false) => self.angry += 1.2,
            (Sign::Insult, _) => self.angry += 1.5,
            (Sign::Threat, false) => self.angry += 1.4,
            (Sign::Complaint, false) => self.angry += 0.8,
            (Sign::Again, _) => self.angry += 0.7,
            (Sign::Nagging, _) => self.angry += 0.4,
            (Sign::Fear, false) => self.worried += 1.0,
            (Sign::Doubt, _) => self.worried += 0.35,
            (Sign::Joy, false) => self.happy += 1.0,
            (Sign::Praise, false) => self.happy += 0.55,
            (Sign::Thanks, false) => self.happy += 0.3,
            // "Not happy", "no good at all".
            (Sign::Joy | Sign::Praise, true) => self.angry += 0.8,
            (Sign::Trouble, _) => self.trouble = true,
            (Sign::Haste, false) => self.urgent += 1.0,
            (Sign::Soon | Sign::Need, false) => self.urgent += 0.4,
            (Sign::Danger, false) => {
                self.urgent += 1.0;
                self.worried += 0.5;
            }
            (Sign::Loss, _) => {
                self.urgent += 1.0;
                self.worried += 0.6;
            }
            (Sign::Deadline, _) => self.urgent += 1.0,
            (Sign::Time, false) => self.urgent += 0.55,
            (Sign::Calm, _) => self.calm = true,
            _ => {}
        }
    }
}

/// Reads mood and urgency off a message in any language the project knows. Pure; the time is bounded however long the
/// message is.
#[must_use]
pub fn read(message: &str) -> Tone {
    if HOLLOW {
        return Tone::default();
    }
    let text = excerpt(message);
    let mut weights = Weights::default();
    words(&mut weights, &text);
    form(&mut weights, &text);
    let Weights { mut angry, mut worried, happy, urgent, trouble, calm, reasons } = weights;
    // Something went wrong: impatience and doubt about it are meant.
    if trouble {
        angry += if angry > 0.0 { 0.25 } else { 0.0 };
        worried += if worried > 0.0 { 0.25 } else { 0.0 };
    }
    // Anger outweighs fear, and either outweighs a polite word; praise beside a complaint is sarcasm or a wish.
    let mood = if angry >= SHOWN && angry >= worried * 0.8 && angry >= happy * 0.8 {
        Mood::Angry
    } else if worried >= SHOWN && worried >= happy * 0.8 {
        Mood::Worried
    } else if happy >= SHOWN {
        Mood::Happy
    } else {
        Mood::Neutral
    };
    Tone { mood, urgent: urgent >= URGENT && !calm, reasons }
}

/// The beginning and the end of a message, words stretched for emphasis squeezed by [`words`].
fn excerpt(message: &str) -> String {
    let mut rest = message.chars();
    let mut text: String = rest.by_ref().take(HEAD).collect();
    let tail = rest.as_str();
    if !tail.is_empty() {
        let start = tail.char_indices().rev().nth(TAIL - 1).map_or(0, |(at, _)| at);
        text.push(' ');
        text.push_str(&tail[start..]);
    }
    text
}

/// Letters written three times or more, once.
fn squeezed(text: &str) -> (String, Option<String>) {
    let mut out = String::with_capacity(text.len());
    let mut stretched = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let mut times = 1;
        while chars.peek() == Some(&c) {
            chars.next();
            times += 1;
        }
        out.push(c);
        if times == 2 {
            out.push(c);
        } else if times > 2 && c.is_alphabetic() && !matches!(c, 'w' | 'W') {
            stretched.get_or_insert_with(|| std::iter::repeat_n(c, times.min(8)).collect());
        } else if times > 2 {
            out.extend(std::iter::repeat_n(c, times - 1));
        }
    }
    (out, stretched)
}

/// What the lexicon finds.
fn words(weights: &mut Weights, text: &str) {
    let (plain, stretched) = squeezed(text);
    let plain = normalize(&plain, HEAD + TAIL + 1);
    // The first unit of each, its last one, the larger the earlier, and the number of what it means.
    let mut found: Vec<u64> = Vec::new();
    let (mut before, mut after): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    MOOD.scan(&plain, |concept, start, end| match MOOD.name(concept) {
        "not" => before.push(end),
        "not-after" => after.push(start),
        _ => found.push((start as u64) << 40 | (END - end as u64) << 16 | u64::from(concept)),
    });
    // A form within a longer one is a part of it: the "満" of 不満 is no praise.
    sort(&mut found);
    let mut reach: Option<(usize, usize)> = None;
    for one in found {
        let (start, end) = ((one >> 40) as usize, (END - (one >> 16 & END)) as usize);
        let sign = sign(MOOD.name(one as u16));
        if let Some((from, to)) = reach
            && end <= to
            && (start, end) != (from, to)
        {
            continue;
        }
        reach = Some((start, end));
        let Some(sign) = sign else { continue };
        let negatable = !matches!(sign, Sign::Insult | Sign::Calm);
        let negated = negatable
            && (before.iter().any(|at| *at < start && at + NEGATION >= start)
                || after
                    .iter()
                    .any(|at| *at > end && end + NEGATION_AFTER >= *at && *at <= end + reach_after(sign)));
        weights.add(sign, negated);
        if !negated || matches!(sign, Sign::Joy | Sign::Praise) {
            weights.reason(sign, Lexicon::words(&plain, start, end));
        }
    }
    if let Some(stretched) = stretched {
        weights.reason(Sign::Stretched, &stretched);
        strengthen(weights, 0.3);
    }
}

/// How far after a word its negation may stand: the ending of an adjective of mood, not another clause's.
const fn reach_after(sign: Sign) -> usize {
    match sign {
        Sign::Joy | Sign::Praise | Sign::Fear | Sign::Haste => 3,
        _ => 0,
    }
}

/// The concepts of the lexicon that are signs.
static SIGNS: [(&str, Sign); 20] = [
    ("fury", Sign::Anger),
    ("insult", Sign::Insult),
    ("threat", Sign::Threat),
    ("complaint", Sign::Complaint),
    ("again", Sign::Again),
    ("nag", Sign::Nagging),
    ("fear", Sign::Fear),
    ("doubt", Sign::Doubt),
    ("joy", Sign::Joy),
    ("praise", Sign::Praise),
    ("thanks", Sign::Thanks),
    ("trouble", Sign::Trouble),
    ("haste", Sign::Haste),
    ("soon", Sign::Soon),
    ("danger", Sign::Danger),
    ("loss", Sign::Loss),
    ("deadline", Sign::Deadline),
    ("time", Sign::Time),
    ("need", Sign::Need),
    ("calm", Sign::Calm),
];

fn sign(name: &str) -> Option<Sign> {
    SIGNS.iter().find(|(of, _)| *of == name).map(|(_, sign)| *sign)
}

/// What strengthens whatever mood there is.
fn strengthen(weights: &mut Weights, by: f32) {
    let Weights { angry, worried, happy, .. } = weights;
    let most = angry.max(*worried).max(*happy);
    if most <= 0.0 {
        return;
    }
    for mood in [angry, worried, happy] {
        if *mood >= most {
            *mood += by;
        }
    }
}

/// Which of anger, worry and joy an emoji tells.
#[inline(never)]
fn felt(c: char) -> Option<usize> {
    let is = |set: &&str| set.chars().any(|other| other == c);
    if c.is_ascii() { None } else { [ANGRY_EMOJI, WORRIED_EMOJI, HAPPY_EMOJI].iter().position(is) }
}

/// What marks, capitals and emoji tell.
fn form(weights: &mut Weights, text: &str) {
    // All letters of faces are ASCII.
    let lower = text.to_ascii_lowercase();
    let faces = |faces: &[&'static str]| faces.iter().copied().find(|face| lower.contains(*face));
    if let Some(face) = faces(&ANGRY_FACES) {
        weights.angry += 1.0;
        weights.reason(Sign::Emoji, face);
    } else if let Some(face) = faces(&WORRIED_FACES) {
        weights.worried += 0.6;
        weights.reason(Sign::Emoji, face);
    } else if let Some(face) = faces(&HAPPY_FACES) {
        weights.happy += 0.5;
        weights.reason(Sign::Emoji, face);
    }
    let mut seen = [false; 3];
    let (mut calls, mut asks) = (0usize, 0usize);
    for c in text.chars() {
        match c {
            '!' | '！' | '‼' | '❗' | '❕' => calls += 1,
            '?' | '？' | '⁉' | '❓' => asks += 1,
            _ => {
                if let Some(at) = felt(c) {
                    if !seen[at] {
                        weights.reason(Sign::Emoji, &c.to_string());
                    }
                    seen[at] = true;
                }
            }
        }
    }
    let [angry, worried, happy] = seen.map(|seen| if seen { 0.8 } else { 0.0 });
    weights.angry += angry;
    weights.worried += worried;
    weights.happy += happy;
    if calls > 0 {
        strengthen(weights, if calls > 1 { 0.45 } else { 0.25 });
        if calls > 1 {
            weights.reason(Sign::Exclamation, &"!".repeat(calls.min(5)));
            // Calls over something that went wrong are anger.
            weights.angry += if weights.trouble { 0.5 } else { 0.0 };
            weights.urgent += 0.2;
        }
    }
    if asks > 2 || (asks > 0 && calls > 1) {
        weights.angry += 0.4;
        weights.reason(Sign::Exclamation, "??");
    }
    capitals(weights, text);
}

/// Shouting: most of several words in capitals.
fn capitals(weights: &mut Weights, text: &str) {
    let (mut shouted, mut other, mut first) = (0usize, 0usize, None);
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()) {
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        let upper = word.chars().filter(|c| c.is_uppercase()).count();
        let lower = word.chars().filter(|c| c.is_lowercase()).count();
        // Codes and abbreviations (USB-C, RMA, TW-100) are no shouting.
        if letters >= 4 && upper == letters {
            shouted += 1;
            first = first.or(Some(word));
        } else if lower > 0 {
            other += 1;
        }
    }
    if let Some(first) = first
        && shouted >= 2
    {
        weights.reason(Sign::Capitals, first);
        if shouted > other {
            weights.angry += if weights.happy > weights.angry { 0.0 } else { 0.6 };
        }
        strengthen(weights, 0.3);
    }
}

#[cfg(test)]
mod tests;
