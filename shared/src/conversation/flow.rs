//! Entries that ask for something before they answer: an order number, a product.
//!
//! What has been asked for and told so far is a [`Flow`], kept in the conversation's row. Everything else is worked out
//! anew for each message from the entry as it is published then, so that whoever edits it meanwhile breaks nothing.
//! SPEC.md are the rules.

use serde::{Deserialize, Serialize};

use super::BotSays;
use crate::faq::{Decision, Reply};
use crate::ids::EntryId;
use crate::kb::{Slot, SlotKind};
use crate::lang::Lang;
use crate::limits;
use crate::protocol::message::{Ask, Body, Offered, Social};
use crate::text::markdown::escaped;

/// An answer that waits for what the visitor is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// The visitor's message it began with.
    pub seq: u64,
    pub entry: EntryId,
    /// What was told, by the slots' names.
    pub filled: Vec<(String, String)>,
    /// How often the visitor's reply was no such thing.
    pub again: u32,
}

/// What a message says to a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// It tells what was asked for, or something to be asked for again: [`next`] goes on.
    Next(Flow),
    /// Small talk; what was asked for still is.
    Social(Social),
    /// It was no such thing too often.
    GivenUp,
    /// It is about something else: the flow is over.
    Else,
}

/// A flow for the visitor's message `seq`, which may tell already what would be asked for.
#[must_use]
pub fn begin(seq: u64, entry: EntryId, slots: &[Slot], words: &str) -> Flow {
    // A number or any words would be found in everything.
    let told = |slot: &&Slot| matches!(slot.kind, SlotKind::OrderNumber | SlotKind::Email);
    let filled = slots.iter().filter(told);
    let filled = filled.filter_map(|slot| Some((slot.name.clone(), slot.kind.find(words)?)));
    Flow { seq, entry, filled: filled.collect(), again: 0 }
}

/// What `words` say to the flow; `found` is what the engine makes of them.
#[must_use]
pub fn hear(flow: Flow, slots: &[Slot], words: &str, found: &Reply) -> Heard {
    let Some(slot) = open(&flow, slots) else { return Heard::Else };
    if found.decision == Decision::Handoff {
        return Heard::Else;
    }
    let told = slot.kind.find(words);
    let exact = matches!(slot.kind, SlotKind::OrderNumber | SlotKind::Email | SlotKind::Phone);
    let elsewhere = found.decision == Decision::Answer
        && found.ranked.first().is_some_and(|ranked| ranked.entry != flow.entry);
    match (told, found.decision) {
        (Some(told), _) if exact => fill(flow, slot, told),
        _ if elsewhere => Heard::Else,
        (_, Decision::Social(kind)) => Heard::Social(kind),
        (Some(told), _) => fill(flow, slot, told),
        (None, _) if flow.again >= limits::SLOT_RETRIES => Heard::GivenUp,
        (None, _) => Heard::Next(Flow { again: flow.again + 1, ..flow }),
    }
}

fn fill(mut flow: Flow, slot: &Slot, told: String) -> Heard {
    flow.filled.push((slot.name.clone(), told));
    Heard::Next(Flow { again: 0, ..flow })
}

/// The first slot that is not filled.
fn open<'a>(flow: &Flow, slots: &'a [Slot]) -> Option<&'a Slot> {
    slots.iter().find(|slot| flow.filled.iter().all(|(name, _)| *name != slot.name))
}

/// What the bot says next: a question for the first slot that is not filled, in place of the answer, or the answer with
/// what was told in it. `answer` is the entry's answer; anything else stays as it is.
#[must_use]
pub fn next(flow: Flow, slots: &[Slot], answer: Body) -> (BotSays, Option<Flow>) {
    let Body::Answer { entry, title, text, lang, asked, sources, .. } = answer else {
        return (BotSays::Body(answer), None);
    };
    if let Some((slot, (prompt, lang))) =
        open(&flow, slots).and_then(|slot| Some((slot, prompt(slot, lang)?)))
    {
        let ask = Some(Ask { kind: slot.kind, again: flow.again });
        let body = Body::Answer { entry, title, text: prompt, lang, asked, sources, ask };
        return (BotSays::Body(body), Some(flow));
    }
    let text = filled(&text, &flow.filled, slots);
    (BotSays::Body(Body::Answer { entry, title, text, lang, asked, sources, ask: None }), None)
}

/// What is said when the flow is given up: the entry may be asked for again, or a person.
#[must_use]
pub fn give_up(answer: &Body) -> BotSays {
    let again = match answer {
        Body::Answer { entry, title, .. } => vec![Offered { entry: entry.clone(), title: title.clone() }],
        _ => Vec::new(),
    };
    BotSays::Body(Body::Offer { options: again })
}

fn prompt(slot: &Slot, lang: Lang) -> Option<(String, Lang)> {
    let kin = || slot.prompts.iter().find(|(l, _)| l.is_kin(lang));
    let (lang, text) =
        slot.prompts.get_key_value(&lang).or_else(kin).or_else(|| slot.prompts.iter().next())?;
    Some((text.clone(), *lang))
}

/// The answer with `{name}` replaced by what was told. That is the visitor's own words: marks in it mean nothing, and
/// what looks like another slot is not filled.
fn filled(text: &str, told: &[(String, String)], slots: &[Slot]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let name = after.split_once('}').filter(|(name, _)| slots.iter().any(|slot| slot.name == *name));
        match name {
            Some((name, after)) => {
                let value = told.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value);
                out.push_str(&escaped(value));
                rest = after;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
