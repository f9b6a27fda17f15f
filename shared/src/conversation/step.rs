//! One step of the machine.

use std::rc::Rc;

use super::{Attachment, Effect, Log, SocketId};
use crate::protocol::message::Message;
use crate::protocol::{ErrorCode, ServerFrame};
use crate::time::Millis;

/// One call of `handle`: what it may read, and the effects so far.
pub(super) struct Step<'a> {
    pub(super) now: Millis,
    pub(super) log: &'a dyn Log,
    /// Posts and attachments, and what [`super::Conversation`]'s `append` appends.
    pub(super) durable: Vec<Effect>,
    pub(super) sends: Vec<Effect>,
    /// The state changed by more than what the log tells.
    pub(super) save: bool,
    /// The archive should know.
    pub(super) summary: bool,
}

impl<'a> Step<'a> {
    pub(super) fn new(now: Millis, log: &'a dyn Log) -> Self {
        Self { now, log, durable: Vec::new(), sends: Vec::new(), save: false, summary: false }
    }

    pub(super) fn durable(&mut self, effect: Effect) {
        self.save = true;
        self.durable.push(effect);
    }

    /// For what must survive hibernation, but need not survive a crash.
    pub(super) fn attach(&mut self, attachment: Attachment) {
        self.durable.push(Effect::Attach(attachment));
    }

    pub(super) fn send(&mut self, socket: SocketId, frame: ServerFrame) {
        self.send_shared(socket, Rc::new(frame));
    }

    pub(super) fn send_shared(&mut self, socket: SocketId, frame: Rc<ServerFrame>) {
        self.sends.push(Effect::Send { socket, frame });
    }

    /// Something for after the sends.
    pub(super) fn afterwards(&mut self, effect: Effect) {
        self.sends.push(effect);
    }

    pub(super) fn refuse(
        &mut self,
        socket: SocketId,
        code: ErrorCode,
        client_id: Option<crate::ids::ClientId>,
    ) {
        self.send(socket, ServerFrame::Error { code, client_id, retry_after: None });
    }

    /// Entries this step appends: the log does not have them yet.
    pub(super) fn appended(&self) -> impl Iterator<Item = &Message> {
        self.durable.iter().filter_map(|e| if let Effect::Append(m) = e { Some(m) } else { None })
    }
}
