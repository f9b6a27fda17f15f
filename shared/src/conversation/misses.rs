//! Questions the knowledge base did not answer, or not well: told to the archive, without what tells who asked.

use super::machine::Conversation;
use super::state::Answered;
use super::step::Step;
use super::{BotSays, Effect};
use crate::exchange::{Miss, Unanswered};
use crate::ids::EntryId;
use crate::protocol::conversation::Reason;
use crate::protocol::message::{Body, Message, Sender};
use crate::security::mask::mask;

/// Messages before an answer among which its question is looked for.
const LOOK_BACK: u64 = 40;

impl Conversation {
    /// The bot says this to the visitor's message `seq`.
    pub(super) fn note_reply(&mut self, step: &mut Step<'_>, seq: u64, say: &BotSays) {
        match say {
            // Nothing is answered yet.
            BotSays::Body(Body::Answer { ask: Some(_), .. }) => self.state.answered = None,
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

    /// The answer `seq` was marked as not helpful, and what is told of it later.
    pub(super) fn answer_did_not_help(
        &mut self,
        step: &mut Step<'_>,
        seq: u64,
        reason: Option<Reason>,
        comment: Option<String>,
    ) {
        let before = step.log.page(seq.saturating_sub(LOOK_BACK + 1), LOOK_BACK as usize + 1, true);
        let entry = before.iter().find(|m| m.seq == seq).and_then(|m| match &m.body {
            Body::Answer { entry, .. } => Some(entry.clone()),
            _ => None,
        });
        let mut question = None;
        for message in before.iter().rev().filter(|m| m.seq < seq) {
            match (&message.from, &message.body) {
                (Sender::Visitor, _) if question.is_none() => question = Some(message.clone()),
                // What came after it was said because the bot asked for it.
                (Sender::Bot, Body::Answer { ask: Some(_), entry: of, .. }) if entry.as_ref() == Some(of) => {
                    question = None;
                }
                _ if question.is_some() => break,
                _ => {}
            }
        }
        let Some(question) = question else { return };
        // Told once, as what it is: asking for a human next is not a second miss.
        if self.state.answered.as_ref().is_some_and(|a| a.seq == question.seq) {
            self.state.answered = None;
        }
        let miss = self.unanswered(&question, Miss::Unhelpful, entry);
        if let Some(miss) = miss {
            let comment = comment.as_deref().map(mask);
            step.durable(Effect::Miss(Unanswered { reason, comment, ..miss }));
        }
    }

    fn question_at(&self, step: &Step<'_>, seq: u64) -> Option<Message> {
        let appended = step.appended().find(|m| m.seq == seq).cloned();
        let stored = || step.log.page(seq.saturating_sub(1), 1, true).into_iter().next();
        appended.or_else(stored).filter(|m| m.seq == seq)
    }

    fn tell_miss(&mut self, step: &mut Step<'_>, question: &Message, miss: Miss, entry: Option<EntryId>) {
        if let Some(miss) = self.unanswered(question, miss, entry) {
            step.durable(Effect::Miss(miss));
        }
    }

    fn unanswered(&self, question: &Message, miss: Miss, entry: Option<EntryId>) -> Option<Unanswered> {
        let Body::Text { text, .. } = &question.body else { return None };
        let (at, lang, text) = (question.at, self.state.lang, mask(text));
        Some(Unanswered { at, lang, text, miss, entry, reason: None, comment: None })
    }
}
