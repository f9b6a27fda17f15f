//! What is said on a socket: Edgedesk's frames, or the minimal sequence of the reference and of other servers.

use serde::Deserialize;
use serde_json::json;

/// What the messages of a measurement say: about what a shopper writes.
const TEXT: &str = "Hello, my headphones arrived today but the left side stays silent. What can I do?";

/// A server's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Edgedesk,
    /// `{"id","text"}` in, `{"id",…}` out to every socket of the room, the sender's included.
    Plain,
}

/// What a frame from the server means here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard<'a> {
    /// A message sent again is durable.
    Ack { id: &'a str },
    /// Somebody's message; its sender's own copy acknowledges it.
    Message { id: &'a str, seq: u64 },
    /// The server refused something.
    Refused,
    /// Anything else.
    Other,
}

#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(rename = "type", borrow, default)]
    kind: Option<&'a str>,
    #[serde(borrow, default)]
    client_id: Option<&'a str>,
    #[serde(borrow, default)]
    message: Option<Logged<'a>>,
    #[serde(borrow, default)]
    id: Option<&'a str>,
    #[serde(default)]
    seq: u64,
}

#[derive(Deserialize)]
struct Logged<'a> {
    #[serde(borrow, default)]
    client_id: Option<&'a str>,
    seq: u64,
}

impl Dialect {
    /// A message, in the order in which clients write it.
    pub(crate) fn message(self, id: &str) -> String {
        match self {
            Self::Edgedesk => format!(r#"{{"type":"send","client_id":"{id}","text":"{TEXT}"}}"#),
            Self::Plain => format!(r#"{{"id":"{id}","text":"{TEXT}"}}"#),
        }
    }

    /// What a client says now and then, when it must, so that the server knows it still listens.
    pub(crate) fn confirmation(self, seq: u64) -> Option<String> {
        match self {
            Self::Edgedesk => Some(json!({ "type": "delivered", "seq": seq }).to_string()),
            Self::Plain => None,
        }
    }

    /// What a frame means.
    pub(crate) fn heard(self, text: &str) -> Heard<'_> {
        let Ok(frame) = serde_json::from_str::<Frame<'_>>(text) else { return Heard::Other };
        match (self, frame) {
            (Self::Plain, Frame { id: Some(id), seq, .. }) => Heard::Message { id, seq },
            (Self::Edgedesk, Frame { kind: Some("ack"), client_id: Some(id), .. }) => Heard::Ack { id },
            (
                Self::Edgedesk,
                Frame { kind: Some("message"), message: Some(Logged { client_id: Some(id), seq }), .. },
            ) => Heard::Message { id, seq },
            (Self::Edgedesk, Frame { kind: Some("error"), .. }) => Heard::Refused,
            _ => Heard::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::ids::ClientId;
    use shared::protocol::message::{Body, Message, Sender};
    use shared::protocol::{ClientFrame, ErrorCode, ServerFrame};
    use shared::time::Millis;

    use super::*;

    #[test]
    fn edgedesk_frames_are_those_of_the_protocol() {
        let client_id = ClientId::new("m-1").unwrap();
        let sent: ClientFrame = serde_json::from_str(&Dialect::Edgedesk.message("m-1")).unwrap();
        assert_eq!(sent.client_id(), Some(&client_id));
        assert_eq!(serde_json::to_string(&sent).unwrap(), Dialect::Edgedesk.message("m-1"));
        let confirmed: ClientFrame =
            serde_json::from_str(&Dialect::Edgedesk.confirmation(7).unwrap()).unwrap();
        assert_eq!(confirmed, ClientFrame::Delivered { seq: 7 });

        let check = |frame: &ServerFrame, heard: Heard<'_>| {
            let json = serde_json::to_string(frame).unwrap();
            assert_eq!(Dialect::Edgedesk.heard(&json), heard, "{json}");
        };
        let body = Body::Text { text: "\"quoted\" 你好".into(), lang: None };
        let message = Message {
            seq: 4,
            at: Millis(1),
            from: Sender::Visitor,
            client_id: Some(client_id.clone()),
            body,
        };
        check(&ServerFrame::Message { prev: 3, message }, Heard::Message { id: "m-1", seq: 4 });
        check(&ServerFrame::Ack { client_id, seq: 4, at: Millis(1) }, Heard::Ack { id: "m-1" });
        let code = ErrorCode::RateLimited;
        check(&ServerFrame::Error { code, client_id: None, retry_after: None }, Heard::Refused);
        check(&ServerFrame::VisitorHere { here: true }, Heard::Other);
    }

    #[test]
    fn the_plain_sequence_is_two_frames() {
        let heard = |json| Dialect::Plain.heard(json);
        assert_eq!(heard(r#"{"seq":3,"id":"m-1","at":1,"text":"x"}"#), Heard::Message { id: "m-1", seq: 3 });
        assert_eq!(heard(r#"{"id":"m-1"}"#), Heard::Message { id: "m-1", seq: 0 });
        assert_eq!(heard("hello"), Heard::Other);
        assert_eq!(Dialect::Plain.confirmation(1), None);
    }
}
