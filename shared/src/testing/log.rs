//! The log in a vector, and the contract of [`Log`].

use crate::conversation::{Log, sender_key};
use crate::ids::{AgentId, ClientId};
use crate::protocol::message::{Body, Message, Sender};
use crate::protocol::stage::AgentCard;
use crate::time::Millis;

/// A log in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryLog(Vec<Message>);

impl MemoryLog {
    /// Performs `Effect::Append`. Says so when the entry breaks the rules: a gap, or a second message of one
    /// sender under one client id.
    pub fn append(&mut self, message: Message) -> Result<(), String> {
        let last = self.0.last().map_or(0, |m| m.seq);
        if message.seq != last + 1 {
            return Err(format!("appended {} after {last}", message.seq));
        }
        if let Some(id) = &message.client_id
            && self.find(&sender_key(&message.from), id).is_some()
        {
            return Err(format!("appended {id} twice"));
        }
        self.0.push(message);
        Ok(())
    }

    /// Every message, oldest first.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.0
    }
}

impl Log for MemoryLog {
    fn find(&self, sender: &str, client_id: &ClientId) -> Option<Message> {
        let is = |m: &&Message| m.client_id.as_ref() == Some(client_id) && sender_key(&m.from) == sender;
        self.0.iter().find(is).cloned()
    }

    fn page(&self, after: u64, limit: usize, public: bool) -> Vec<Message> {
        // Sequences count from 1 without gaps, so the entry after `after` stands at that place.
        let start = usize::try_from(after).unwrap_or(usize::MAX).min(self.0.len());
        self.0[start..].iter().filter(|m| !public || m.is_public()).take(limit).cloned().collect()
    }

    fn last(&self, at_most: u64, public: bool) -> u64 {
        let end = usize::try_from(at_most).unwrap_or(usize::MAX).min(self.0.len());
        self.0[..end].iter().rev().find(|m| !public || m.is_public()).map_or(0, |m| m.seq)
    }
}

/// What every adapter of [`Log`] must do, for tests of adapters: `make` gives an adapter that holds these messages.
/// Panics with the rule that does not hold.
#[allow(clippy::missing_panics_doc)] // it is made to
pub fn log_contract<L: Log>(make: impl Fn(&[Message]) -> L) {
    let agent = |id: u128| Sender::Agent {
        agent: AgentCard { id: AgentId::from_random(id), name: "Mei \"M\" <b>".into() },
    };
    let text = |text: &str| Body::Text { text: text.into(), lang: None };
    let note = || Body::Note { text: "n\u{1F600}\n'; DROP TABLE messages; --".into() };
    let id = |n: u128| Some(ClientId::from_random(n));
    let rows = [
        (Sender::Visitor, id(1), text("one")),
        (Sender::Bot, None, text("zwei \u{0}\u{FFFD} é 漢字")),
        (agent(1), id(1), note()),
        (agent(2), id(1), text("")),
        (agent(1), id(2), note()),
        (Sender::Visitor, id(2), text("six")),
        (agent(2), id(3), note()),
    ];
    let messages: Vec<Message> = (1u64..)
        .zip(rows)
        .map(|(seq, (from, client_id, body))| {
            let at = Millis((1 << 53) - 10 + seq);
            Message { seq, at, from, client_id, body }
        })
        .collect();
    let seqs = |page: Vec<Message>| page.iter().map(|m| m.seq).collect::<Vec<u64>>();
    const NONE: [u64; 0] = [];

    let empty = make(&[]);
    assert_eq!(empty.page(0, 10, false), [], "an empty log has empty pages");
    assert_eq!(empty.last(u64::MAX >> 11, false), 0, "an empty log's last is 0");
    assert_eq!(empty.find("visitor", &ClientId::from_random(1)), None, "an empty log finds nothing");

    let log = make(&messages);
    assert_eq!(log.page(0, 100, false), messages, "a page gives back exactly what was appended, in order");
    assert_eq!(seqs(log.page(0, 3, false)), [1, 2, 3], "the limit limits");
    assert_eq!(seqs(log.page(3, 2, false)), [4, 5], "a page begins after `after`");
    assert_eq!(seqs(log.page(7, 5, false)), NONE, "after the last there is nothing");
    assert_eq!(seqs(log.page(1 << 52, 5, false)), NONE, "nor far after it");
    assert_eq!(seqs(log.page(0, 0, false)), NONE, "a page of nothing is empty");
    assert_eq!(seqs(log.page(0, 100, true)), [1, 2, 4, 6], "a public page has no notes");
    assert_eq!(seqs(log.page(2, 1, true)), [4], "the limit counts what is shown, not what is skipped");
    for (at_most, all, public) in [(0, 0, 0), (1, 1, 1), (3, 3, 2), (5, 5, 4), (7, 7, 6), (1 << 52, 7, 6)] {
        assert_eq!(log.last(at_most, false), all, "last at or below {at_most}");
        assert_eq!(log.last(at_most, true), public, "last public at or below {at_most}");
    }
    for message in &messages {
        if let Some(client_id) = &message.client_id {
            let found = log.find(&sender_key(&message.from), client_id);
            assert_eq!(found.as_ref(), Some(message), "senders are told apart, notes are found too");
        }
    }
    for (sender, id) in [("visitor", 3), ("bot", 1), ("system", 1), ("agent:", 1), ("", 1)] {
        assert_eq!(log.find(sender, &ClientId::from_random(id)), None, "{sender} has no {id}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(messages: &[Message]) -> MemoryLog {
        let mut log = MemoryLog::default();
        messages.iter().for_each(|m| log.append(m.clone()).unwrap());
        log
    }

    #[test]
    fn the_memory_log_keeps_the_contract() {
        log_contract(filled);
    }

    #[test]
    fn r_10_the_memory_log_refuses_gaps_and_doubles() {
        let message = |seq| Message {
            seq,
            at: Millis(0),
            from: Sender::Visitor,
            client_id: Some(ClientId::from_random(1)),
            body: Body::Note { text: "x".into() },
        };
        let mut log = filled(&[message(1)]);
        assert!(log.append(message(3)).is_err());
        assert!(log.append(message(2)).is_err());
        assert!(log.append(Message { client_id: None, ..message(2) }).is_ok());
    }
}
