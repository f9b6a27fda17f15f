//! What the visitor makes of answers: thumbs, and why.

use super::clean;
use super::machine::Conversation;
use super::state::Why;
use super::step::Step;
use crate::limits;
use crate::protocol::conversation::{Party, Reason};
use crate::protocol::message::{Body, Message};
use crate::protocol::{ErrorCode, ServerFrame};

impl Conversation {
    /// Marks the answer `seq`. A mark of no may come with its reason, or be followed by it, and the reason by a comment.
    #[inline(never)]
    pub(super) fn helpful(
        &mut self,
        step: &mut Step<'_>,
        seq: u64,
        yes: bool,
        reason: Option<Reason>,
        comment: Option<&str>,
    ) -> Result<(), ErrorCode> {
        let answer = |m: &Message| m.seq == seq && matches!(m.body, Body::Answer { ask: None, .. });
        if seq == 0 || seq > self.state.last || !step.log.page(seq - 1, 1, true).first().is_some_and(answer) {
            return Err(ErrorCode::BadValue);
        }
        let place = self.state.helpful.iter().position(|&(s, _)| s == seq);
        let marked = place.map(|place| self.state.helpful[place].1);
        let new = marked != Some(yes);
        if new {
            self.put_mark(seq, yes, place);
            if !yes {
                self.answer_did_not_help(step, seq, None, None);
            }
        }
        let explained = !yes && self.explain(step, seq, reason, comment);
        let reason = self.state.reasons.iter().find(|why| why.seq == seq).map(|why| why.reason);
        let frame = ServerFrame::Helpful { seq, yes, reason };
        if new || explained {
            (step.save, step.summary) = (true, true);
            self.broadcast(step, None, &frame);
        } else {
            // Unchanged; the sender may not know, as when it repeats the frame after a reconnect.
            self.broadcast(step, Some(Party::Visitor), &frame);
        }
        Ok(())
    }

    fn put_mark(&mut self, seq: u64, yes: bool, place: Option<usize>) {
        let state = &mut self.state;
        match place.map(|place| state.helpful.remove(place)) {
            Some((_, true)) => state.tally.helpful = state.tally.helpful.saturating_sub(1),
            Some((_, false)) => state.tally.unhelpful = state.tally.unhelpful.saturating_sub(1),
            None => {}
        }
        // A reason belongs to its mark.
        if let Some(at) = state.reasons.iter().position(|why| why.seq == seq) {
            let reason = state.reasons.remove(at).reason;
            if let Some(count) = state.tally.reasons.get_mut(&reason) {
                *count = count.saturating_sub(1);
            }
        }
        *(if yes { &mut state.tally.helpful } else { &mut state.tally.unhelpful }) += 1;
        if state.helpful.len() >= limits::HELPFUL_MARKS {
            let (oldest, _) = state.helpful.remove(0);
            state.reasons.retain(|why| why.seq != oldest);
        }
        state.helpful.push((seq, yes));
    }

    /// The first reason counts, and the first comment. Whether either was news.
    fn explain(
        &mut self,
        step: &mut Step<'_>,
        seq: u64,
        reason: Option<Reason>,
        comment: Option<&str>,
    ) -> bool {
        let known = self.state.reasons.iter_mut().find(|why| why.seq == seq);
        let comment = comment.map(clean::clean).filter(|comment| !clean::is_blank(comment));
        let comment = comment.map(|comment| clean::shortened(comment.trim(), limits::COMMENT_CHARS));
        let (news, comment) = match (known, reason) {
            (Some(why), _) => {
                let comment = comment.filter(|_| !why.commented);
                why.commented |= comment.is_some();
                (None, comment)
            }
            (None, Some(reason)) => {
                self.state.reasons.push(Why { seq, reason, commented: comment.is_some() });
                *self.state.tally.reasons.entry(reason).or_default() += 1;
                (Some(reason), comment)
            }
            (None, None) => return false,
        };
        let told = news.is_some() || comment.is_some();
        if told {
            self.answer_did_not_help(step, seq, news, comment);
        }
        told
    }
}
