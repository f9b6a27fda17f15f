//! Whether the visitor who waits for a human is still there: the desk is told when they have been gone for a while,
//! and when they are back.
//!
//! All of it is in the row. A visitor's sockets may be lost together with the object, without anybody telling: so a
//! conversation whose visitor waits looks after them once in `limits::ABSENT_AFTER`. Then it also closes sockets that
//! only seem to be open: of a phone without a network nobody is told either. One closed in error connects again.

use serde::{Deserialize, Serialize};

use super::machine::Conversation;
use super::step::Step;
use super::{Effect, SocketId};
use crate::exchange::ToDesk;
use crate::limits::ABSENT_AFTER;
use crate::protocol::conversation::Party;
use crate::protocol::stage::Stage;
use crate::protocol::{ServerFrame, close};
use crate::time::Millis;

/// What is known of a visitor who waits for a human and is not away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Watch {
    /// Nobody waits, or the desk knows already that they are away.
    #[default]
    Off,
    /// Was there `at` that time; looked after again `ABSENT_AFTER` later.
    Here { at: Millis },
    /// Has been gone since `at`.
    Gone { at: Millis },
}

impl Conversation {
    /// Closes the visitor's sockets that have been silent for too long, when it is time to look.
    #[inline(never)]
    pub(super) fn expel_silent(&mut self, step: &mut Step<'_>, proved: &[(SocketId, Millis)]) {
        let Watch::Here { at } = self.state.watch else { return };
        if step.now.since(at) < ABSENT_AFTER {
            return;
        }
        for (socket, at) in proved {
            let visitors = self.sockets.get(socket).is_some_and(|s| s.who.party() == Party::Visitor);
            if visitors && step.now.since(*at) >= ABSENT_AFTER {
                self.expel(step, *socket, close::RESYNC);
            }
        }
    }

    /// After every input: notes whether the visitor is there, and tells the desk what it must know. `looks`: it is a
    /// tick, before which the silent have been expelled.
    pub(super) fn watch_visitor(&mut self, step: &mut Step<'_>, looks: bool) {
        let (now, here) = (step.now, self.visitor_here());
        if here && self.state.absent && self.state.with_desk() {
            self.tell_presence(step, true);
        }
        let waits = self.state.waits_live() && !self.state.absent;
        let watch = match self.state.watch {
            _ if !waits => Watch::Off,
            // A time in the future means that the clock went backwards: it is noted anew.
            Watch::Here { at } if here && at <= now && !(looks && now.since(at) >= ABSENT_AFTER) => {
                Watch::Here { at }
            }
            Watch::Gone { at } if !here && at <= now => Watch::Gone { at },
            _ if here => Watch::Here { at: now },
            _ => Watch::Gone { at: now },
        };
        if self.state.watch != watch {
            self.state.watch = watch;
            step.save = true;
        }
        if let Watch::Gone { at } = watch
            && now.since(at) >= ABSENT_AFTER
        {
            self.state.watch = Watch::Off;
            self.tell_presence(step, false);
            self.hide_place(step);
        }
    }

    /// When the visitor who waits is looked after next.
    pub(super) fn watch_due(&self) -> Option<Millis> {
        match self.state.watch {
            Watch::Off => None,
            Watch::Here { at } | Watch::Gone { at } => Some(at.plus(ABSENT_AFTER)),
        }
    }

    #[inline(never)]
    fn tell_presence(&mut self, step: &mut Step<'_>, here: bool) {
        self.state.absent = !here;
        if let Some(conversation) = self.id() {
            let handoff = self.state.handoff;
            step.durable(Effect::Post(ToDesk::Visitor { conversation, handoff, here }));
        }
    }

    /// Whoever is away has no place; back, they are told one anew.
    #[inline(never)]
    fn hide_place(&mut self, step: &mut Step<'_>) {
        if let Stage::Queued { since, place: Some(_) } = self.state.stage {
            self.state.stage = Stage::Queued { since, place: None };
            // The archive need not hear of it.
            self.broadcast(step, None, &ServerFrame::Stage { stage: self.state.stage.clone() });
        }
    }
}
