//! What a socket was sent and its client has not shown to hold, so that a reader who does not read costs bounded memory.
//!
//! Only a sequence shows that a client reads: one past what it has shown before, up to what it was sent. It shows that
//! everything sent before that message has arrived. What a client sends otherwise says nothing of what it reads.

use std::collections::VecDeque;

use super::resume::weight;
use crate::limits;
use crate::protocol::ServerFrame;

/// About how many bytes a frame without texts takes on the wire.
const FRAME: usize = 128;

/// What is on its way to one socket, as far as its client has said.
#[derive(Debug, Clone, Default)]
pub(super) struct Unread {
    /// The newest entry it was sent.
    newest: u64,
    /// The newest entry it was sent in a page.
    paged: u64,
    /// What is shown to have arrived by holding this sequence, in their order.
    waiting: VecDeque<(u64, Load)>,
    /// All of `waiting`.
    sum: Load,
    /// Bytes of messages it was paged before. Nothing makes them good: one who asks for them again and again and says
    /// now and then that they have arrived is not a reader either.
    repeated: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Load {
    bytes: usize,
    /// Live messages of others.
    messages: u32,
}

impl Load {
    const fn add(&mut self, more: Self) {
        self.bytes += more.bytes;
        self.messages += more.messages;
    }
}

impl Unread {
    /// A frame is sent; `own`: the message that this socket's own frame said.
    pub(super) fn sent(&mut self, frame: &ServerFrame, own: bool) {
        match frame {
            ServerFrame::Message { message, .. } => {
                self.newest = self.newest.max(message.seq);
                self.wait_for(message.seq, Load { bytes: weight(message), messages: u32::from(!own) });
            }
            ServerFrame::Page { messages, .. } => {
                for message in messages {
                    if message.seq <= self.paged {
                        self.repeated += weight(message);
                    }
                }
                let new = messages.iter().filter(|m| m.seq > self.paged);
                let bytes = new.map(weight).sum::<usize>();
                self.paged = self.paged.max(messages.last().map_or(0, |m| m.seq));
                self.newest = self.newest.max(self.paged);
                if bytes > 0 {
                    self.wait_for(self.paged, Load { bytes, messages: 0 });
                }
                self.pass(FRAME);
            }
            ServerFrame::Welcome { helpful, reasons, .. } => {
                self.pass(16 * FRAME + (helpful.len() + reasons.len()) * FRAME / 2)
            }
            ServerFrame::PageContext { page } => {
                self.pass(FRAME * 4 + page.url.len() + page.title.len());
            }
            _ => self.pass(FRAME),
        }
    }

    /// The client holds everything up to `seq`, it says.
    pub(super) fn holds(&mut self, seq: u64) {
        if seq > self.newest {
            return;
        }
        while let Some(&(held, load)) = self.waiting.front()
            && held <= seq
        {
            self.waiting.pop_front();
            self.sum.bytes -= load.bytes;
            self.sum.messages -= load.messages;
        }
    }

    pub(super) const fn is_too_much(&self) -> bool {
        self.sum.messages > limits::UNCONFIRMED_MESSAGES
            || self.sum.bytes + self.repeated > limits::UNCONFIRMED_BYTES
    }

    /// A frame without a sequence has arrived when anything newer has.
    fn pass(&mut self, bytes: usize) {
        self.wait_for(self.newest + 1, Load { bytes, messages: 0 });
    }

    fn wait_for(&mut self, seq: u64, load: Load) {
        self.sum.add(load);
        // Nearly always it is the newest.
        let place = match self.waiting.back() {
            Some((newest, _)) if *newest >= seq => self.waiting.partition_point(|(held, _)| *held < seq),
            _ => self.waiting.len(),
        };
        match self.waiting.get_mut(place) {
            Some((held, waiting)) if *held == seq => waiting.add(load),
            _ => self.waiting.insert(place, (seq, load)),
        }
    }
}
