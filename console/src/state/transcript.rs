//! From a log to the rows of a transcript: days, unread mark, quiet lines, and messages grouped by sender.

use shared::link::Pending;
use shared::protocol::{Body, Message, Sender};
use shared::time::{MINUTE, Millis};

use super::time::day;

/// Messages of one sender closer than this share one head.
const TOGETHER: u64 = 5 * MINUTE;

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// A new local day begins.
    Day { day: i64, at: Millis },
    /// What follows was new when the conversation was opened.
    Unread,
    /// A system event.
    Event(Message),
    /// A message; `first` and `last` within its group.
    Said { message: Message, first: bool, last: bool },
    /// A message of one's own on its way.
    Pending { pending: Pending, first: bool },
}

/// The rows for `messages` (oldest first) and the outbox. `divider` is the newest message that had been read when
/// the conversation was opened; `offset` is local time minus UTC in minutes at an instant.
#[must_use]
pub fn rows(
    messages: &[Message],
    outbox: &[Pending],
    divider: Option<u64>,
    offset: impl Fn(Millis) -> i32,
) -> Vec<Row> {
    let mut rows = Vec::with_capacity(messages.len() + outbox.len() + 4);
    let mut today = None;
    let mut divided = false;
    for (place, message) in messages.iter().enumerate() {
        let this_day = day(message.at, offset(message.at));
        let new_day = today != Some(this_day);
        if new_day {
            rows.push(Row::Day { day: this_day, at: message.at });
            today = Some(this_day);
        }
        // One never meets an unread mark above one's own first words, nor at the top of a new conversation.
        let mark = !divided
            && divider.is_some_and(|d| d > 0 && message.seq > d)
            && counts_as_unread(message)
            && place > 0;
        if mark {
            divided = true;
            rows.push(Row::Unread);
        }
        if matches!(message.body, Body::Event { .. }) {
            rows.push(Row::Event(message.clone()));
            continue;
        }
        let before = place.checked_sub(1).and_then(|p| messages.get(p));
        let first = new_day || mark || before.is_none_or(|b| !together(b, message));
        rows.push(Row::Said { message: message.clone(), first, last: true });
        if !first && let Some(Row::Said { last, .. }) = rows.iter_mut().nth_back(1) {
            *last = false;
        }
    }
    for (place, pending) in outbox.iter().enumerate() {
        rows.push(Row::Pending { pending: pending.clone(), first: place == 0 });
    }
    rows
}

fn together(a: &Message, b: &Message) -> bool {
    let note = |m: &Message| matches!(m.body, Body::Note { .. });
    a.from == b.from
        && note(a) == note(b)
        && b.at.since(a.at) < TOGETHER
        && !matches!(a.body, Body::Event { .. })
        && a.from != Sender::Bot
}

/// Whether an agent should be told of it: what a visitor says.
#[must_use]
pub fn counts_as_unread(message: &Message) -> bool {
    message.from == Sender::Visitor && !matches!(message.body, Body::Event { .. })
}

/// The newest words of a visitor or an agent, for a card in the list.
#[must_use]
pub fn last_words(messages: &[Message]) -> Option<(&Message, &str)> {
    messages.iter().rev().find_map(|m| match &m.body {
        Body::Text { text, .. } => Some((m, text.as_str())),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
