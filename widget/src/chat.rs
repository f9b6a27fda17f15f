//! The rows of the stream, made from the log and the outbox.

use shared::ids::ClientId;
use shared::link::Pending;
use shared::protocol::{Body, Message, Sender};
use shared::time::Millis;

use crate::i18n;

/// One row. Its contents never change under one key; what does change about it (its delivery, its helpfulness) has
/// slots of its own.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) key: String,
    pub(crate) at: Millis,
    /// Whether the time is shown above.
    pub(crate) stamped: bool,
    pub(crate) from: Sender,
    pub(crate) body: Body,
    /// 0 until it is in the log.
    pub(crate) seq: u64,
    pub(crate) client_id: Option<ClientId>,
}

/// The rows of `messages`, then of what `pending` still holds. `ahead` is the local offset to UTC in minutes.
pub(crate) fn rows(messages: &[Message], pending: &[Pending], ahead: i64) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::with_capacity(messages.len() + pending.len());
    for message in messages.iter().filter(|m| m.is_public()) {
        let key = match (&message.from, &message.client_id) {
            // The same key before and after the acknowledgement: the bubble stays where it is.
            (Sender::Visitor, Some(id)) => id.as_str().to_owned(),
            _ => message.seq.to_string(),
        };
        rows.push(Row {
            key,
            at: message.at,
            stamped: i18n::is_stamped(rows.last().map(|r| r.at), message.at, ahead),
            from: message.from.clone(),
            body: message.body.clone(),
            seq: message.seq,
            client_id: message.client_id.clone(),
        });
    }
    for pending in pending {
        let id = pending.draft.client_id();
        if rows.iter().all(|r| r.key != id.as_str()) {
            rows.push(Row {
                key: id.as_str().to_owned(),
                at: pending.at,
                stamped: i18n::is_stamped(rows.last().map(|r| r.at), pending.at, ahead),
                from: Sender::Visitor,
                body: Body::Text { text: pending.draft.text().to_owned(), lang: None },
                seq: 0,
                client_id: Some(id.clone()),
            });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use shared::link::Draft;

    use super::*;

    #[test]
    fn a_pending_message_follows_the_log_and_keeps_its_key_when_acknowledged() {
        let id = ClientId::new("m1").unwrap();
        let body = |text: &str| Body::Text { text: text.into(), lang: None };
        let hello =
            Message { seq: 1, at: Millis(10), from: Sender::Bot, client_id: None, body: body("hello") };
        let note = Message { seq: 2, body: Body::Note { text: "secret".into() }, ..hello.clone() };
        let draft = Draft::Text { client_id: id.clone(), text: "hi".into() };
        let pending = Pending { draft, at: Millis(20), failed: None };
        let before = rows(&[hello.clone(), note], std::slice::from_ref(&pending), 0);
        assert_eq!(before.iter().map(|r| (r.key.as_str(), r.seq)).collect::<Vec<_>>(), [("1", 1), ("m1", 0)]);
        let logged =
            Message { seq: 3, at: Millis(30), from: Sender::Visitor, client_id: Some(id), body: body("hi") };
        let after = rows(&[hello, logged], &[pending], 0);
        assert_eq!(after.iter().map(|r| (r.key.as_str(), r.seq)).collect::<Vec<_>>(), [("1", 1), ("m1", 3)]);
        assert!(after[0].stamped && !after[1].stamped);
    }
}
