//! Questions to the bot: one at a time, in order, each answered once.

use super::machine::Conversation;
use super::state::Question;
use super::step::Step;
use super::{BotReply, BotSays, Effect};
use crate::ids::EntryId;
use crate::limits;
use crate::protocol::message::{Body, Message, Sender};
use crate::protocol::stage::Stage;
use crate::time::Millis;

/// Messages looked at for a question's context.
const LOOK_BACK: usize = 16;

impl Conversation {
    /// The visitor's message `seq` wants an answer.
    #[inline(never)]
    pub(super) fn ask(&mut self, step: &mut Step<'_>, seq: u64, picked: Option<EntryId>) {
        if self.state.questions.len() >= limits::QUESTIONS {
            self.state.questions.remove(0);
        }
        self.state.questions.push(Question { seq, picked, asked: None, tries: 0 });
        step.save = true;
        self.ask_next(step);
    }

    /// Asks the first question unless it has been. One at a time, so that answers come in order and each
    /// question is asked knowing the answer before it.
    fn ask_next(&mut self, step: &mut Step<'_>) {
        if self.state.questions.first().is_some_and(|q| q.asked.is_none()) {
            self.ask_first(step);
        }
    }

    fn ask_first(&mut self, step: &mut Step<'_>) {
        let Some(first) = self.state.questions.first_mut() else { return };
        first.asked = Some(step.now);
        first.tries += 1;
        step.save = true;
        let Some(first) = self.state.questions.first() else { return };
        let recent = self.recent(step);
        let words = recent.iter().find(|m| m.seq == first.seq).cloned();
        let words = words.or_else(|| step.log.page(first.seq - 1, 1, true).into_iter().next());
        if let Some(words) = words {
            step.afterwards(Effect::AskBot(self.state.question(first, &words, &recent)));
        }
    }

    fn recent(&self, step: &Step<'_>) -> Vec<Message> {
        let after = self.state.last.saturating_sub(LOOK_BACK as u64);
        let mut recent = step.log.page(after, LOOK_BACK, true);
        recent.extend(step.appended().filter(|m| m.is_public()).cloned());
        recent
    }

    /// When the first question is asked again.
    pub(super) fn question_due(&self) -> Option<Millis> {
        let first = self.state.questions.first()?;
        let wait = limits::ASK_AGAIN << first.tries.saturating_sub(1).min(16);
        Some(first.asked?.plus(wait))
    }

    #[inline(never)]
    pub(super) fn retry_question(&mut self, step: &mut Step<'_>) {
        if self.question_due().is_none_or(|due| step.now < due) {
            return;
        }
        if self.state.questions.first().is_some_and(|q| q.tries < limits::ASK_TIMES) {
            self.ask_first(step);
            return;
        }
        // The bot cannot be reached: say what is true, that it does not know, and offer a human.
        self.state.questions.remove(0);
        self.state.flow = None;
        self.say(step, Body::Offer { options: Vec::new() });
        self.ask_next(step);
    }

    #[inline(never)]
    pub(super) fn bot_replied(&mut self, step: &mut Step<'_>, seq: u64, reply: BotReply) {
        // Late and double replies find their question gone.
        if self.state.questions.first().is_none_or(|q| q.seq != seq) {
            return;
        }
        let picked = self.state.questions.remove(0).picked.is_some();
        step.save = true;
        if let Some(lang) = reply.lang
            && !self.state.pinned
        {
            self.set_lang(step, lang, false);
        }
        let asked = std::mem::replace(&mut self.state.flow, reply.flow);
        let goes_on = matches!((&reply.say, &asked),
            (BotSays::Body(Body::Answer { entry, .. }), Some(flow)) if flow.entry == *entry);
        if !picked && !goes_on && !self.state.bot_listens() {
            // To somebody who waits for a human, the bot says what it was going to say and nothing else.
            return self.ask_next(step);
        }
        // What the visitor was asked for is no question of theirs: that is the one it began with.
        let question = match (&reply.say, asked) {
            (BotSays::Body(Body::Offer { .. }), Some(flow)) => flow.seq,
            (_, Some(flow)) if goes_on => flow.seq,
            _ => seq,
        };
        self.note_reply(step, question, &reply.say);
        match reply.say {
            BotSays::Body(body) => self.say(step, body),
            // A full log cannot take the events of a handoff; the visitor's next words are refused with `full`.
            BotSays::Handoff => drop(self.handoff_asked(step)),
        }
        self.ask_next(step);
    }

    fn say(&mut self, step: &mut Step<'_>, body: Body) {
        // Whoever adds a line to the message they left is not asking the bot for anything.
        let unasked = matches!(self.state.stage, Stage::MessageLeft) && !matches!(body, Body::Answer { .. });
        step.save = true;
        if unasked {
            return;
        }
        match &body {
            Body::Answer { entry, title, ask, .. } => {
                self.state.tally.answers += u32::from(ask.is_none());
                self.state.topic = Some(title.clone());
                self.state.entry = Some(entry.clone());
            }
            Body::Offer { options } => {
                if let Some(first) = options.first() {
                    self.state.topic = Some(first.title.clone());
                    self.state.entry = Some(first.entry.clone());
                }
            }
            _ => {}
        }
        self.append(step, Sender::Bot, None, body);
        self.card_changed(step);
    }

    /// The bot falls silent; entries the visitor picked are still answered with `keep_picks`.
    pub(super) fn questions_cease(&mut self, step: &mut Step<'_>, keep_picks: bool) {
        self.state.questions.retain(|q| keep_picks && q.picked.is_some());
        step.save = true;
        self.ask_next(step);
    }
}
