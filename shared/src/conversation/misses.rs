//! Questions the knowledge base did not answer, or not well: told to the archive, without what tells who asked.

use super::machine::{Conversation, Step};
use super::state::Answered;
use super::{BotSays, Effect};
use crate::exchange::{Miss, Unanswered};
use crate::ids::EntryId;
use crate::protocol::message::{Body, Message, Sender};
use crate::security::mask::mask;

/// Messages before an answer among which its question is looked for.
const LOOK_BACK: u64 = 8;

impl Conversation {
    /// The bot says this to the visitor's message `seq`.
    pub(super) fn note_reply(&mut self, step: &mut Step<'_>, seq: u64, say: &BotSays) {
        match say {
            BotSays::Body(Body::Answer { entry, .. }) => {
                self.state.answered = Some(Answered { seq, entry: entry.clone() });
            }
            BotSays::Body(Body::Offer { options }) => {
                self.state.answered = None;
                let nearest = options.first().map(|option| option.entry.clone());
                let miss = if nearest.is_some() { Miss::Offered } else { Miss::Nothing };
                if let Some(question) = self.question_at(step, seq) {
                    self.tell_miss(step, &question, miss, nearest);
                }
            }
            BotSays::Body(_) | BotSays::Handoff => {}
        }
    }

    /// A human is asked for: the answer before, if any, did not do.
    pub(super) fn answer_did_not_do(&mut self, step: &mut Step<'_>) {
        let Some(Answered { seq, entry }) = self.state.answered.take() else { return };
        if let Some(question) = self.question_at(step, seq) {
            self.tell_miss(step, &question, Miss::Handoff, Some(entry));
        }
    }

    /// The answer `seq` was marked as not helpful.
    pub(super) fn answer_did_not_help(&mut self, step: &mut Step<'_>, seq: u64) {
        let before = step.log.page(seq.saturating_sub(LOOK_BACK + 1), LOOK_BACK as usize + 1, true);
        let entry = before.iter().find(|m| m.seq == seq).and_then(|m| match &m.body {
            Body::Answer { entry, .. } => Some(entry.clone()),
            _ => None,
        });
        let question = before.iter().rev().find(|m| m.seq < seq && m.from == Sender::Visitor);
        let Some(question) = question.cloned() else { return };
        // Told once, as what it is: asking for a human next is not a second miss.
        if self.state.answered.as_ref().is_some_and(|a| a.seq == question.seq) {
            self.state.answered = None;
        }
        self.tell_miss(step, &question, Miss::Unhelpful, entry);
    }

    fn question_at(&self, step: &Step<'_>, seq: u64) -> Option<Message> {
        let appended = step.appended().find(|m| m.seq == seq).cloned();
        let stored = || step.log.page(seq.saturating_sub(1), 1, true).into_iter().next();
        appended.or_else(stored).filter(|m| m.seq == seq)
    }

    fn tell_miss(&mut self, step: &mut Step<'_>, question: &Message, miss: Miss, entry: Option<EntryId>) {
        if let Body::Text { text, .. } = &question.body {
            let text = mask(text);
            let (at, lang) = (question.at, self.state.lang);
            step.durable(Effect::Miss(Unanswered { at, lang, text, miss, entry }));
        }
    }
}
