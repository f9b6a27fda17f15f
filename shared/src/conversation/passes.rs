//! Agents' sockets rest on sessions: what is over is closed before anything is heard from it or told to it.

use super::SocketId;
use super::machine::Conversation;
use super::step::Step;
use crate::protocol::close;
use crate::security::pass::Pass;

impl Conversation {
    /// Before anything else of an input. No alarm is set for it: where nothing happens nothing is told.
    pub(super) fn expel_over(&mut self, step: &mut Step<'_>) {
        let now = step.now;
        self.expel_where(step, close::RESYNC, |pass| pass.is_over(now));
    }

    /// After an input: whoever is to be verified anew comes again before the time is up, with nothing on its way.
    pub(super) fn expel_old(&mut self, step: &mut Step<'_>) {
        let now = step.now;
        self.expel_where(step, close::RESYNC, |pass| pass.is_old(now));
    }

    /// These sessions have ended.
    #[inline(never)]
    pub(super) fn signed_out(&mut self, step: &mut Step<'_>, sessions: &[u64]) {
        self.expel_where(step, close::UNAUTHENTICATED, |pass| sessions.contains(&pass.session));
    }

    fn expel_where(&mut self, step: &mut Step<'_>, code: u16, fits: impl Fn(&Pass) -> bool) {
        let fit = self.sockets.iter().filter(|(_, socket)| socket.pass.as_ref().is_some_and(&fits));
        let fit: Vec<SocketId> = fit.map(|(&socket, _)| socket).collect();
        for socket in fit {
            self.expel(step, socket, code);
        }
    }
}
