//! The inbound API: an agent over HTTP, for a team that answers from a system elsewhere.
//!
//! A request carries an API token of an agent's account and may do what that agent may, no more. Presence is leased: an
//! integration that is not heard of any more goes offline by itself, and its conversations return to the queue. The edge
//! hands each request to the same machines as a console's frames. `docs/openapi.json` describes it; a test compares the
//! two.

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, ClientId, ConversationId};
use crate::lang::Lang;
use crate::limits;
use crate::protocol::desk::{AssignedCard, Presence, TransferTo};
use crate::protocol::message::Message;
use crate::protocol::stage::{AgentCard, Stage};
use crate::protocol::{DeskRequest, ErrorCode, ServerFrame};
use crate::time::Millis;

/// A request, by its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route<'a> {
    /// Whether the agent is on duty, and until when.
    GetPresence,
    /// Comes on duty, or goes.
    PutPresence,
    /// What the agent has.
    Conversations,
    /// The log after a sequence.
    Messages(&'a str),
    /// Writes.
    Write(&'a str),
    End(&'a str),
    Transfer(&'a str),
}

/// Method and path of everything, as `docs/openapi.json` names them.
pub const ROUTES: [(&str, &str); 7] = [
    ("GET", "/v1/outside/presence"),
    ("PUT", "/v1/outside/presence"),
    ("GET", "/v1/outside/conversations"),
    ("GET", "/v1/outside/conversations/{conversation}/messages"),
    ("POST", "/v1/outside/conversations/{conversation}/messages"),
    ("POST", "/v1/outside/conversations/{conversation}/end"),
    ("POST", "/v1/outside/conversations/{conversation}/transfer"),
];

/// The request of this method and of what follows `/v1/outside/`, with its pattern.
#[must_use]
pub fn route<'a>(method: &str, path: &[&'a str]) -> Option<(&'static str, Route<'a>)> {
    let found = match (method, path) {
        ("GET", ["presence"]) => (0, Route::GetPresence),
        ("PUT", ["presence"]) => (1, Route::PutPresence),
        ("GET", ["conversations"]) => (2, Route::Conversations),
        ("GET", ["conversations", id, "messages"]) => (3, Route::Messages(id)),
        ("POST", ["conversations", id, "messages"]) => (4, Route::Write(id)),
        ("POST", ["conversations", id, "end"]) => (5, Route::End(id)),
        ("POST", ["conversations", id, "transfer"]) => (6, Route::Transfer(id)),
        _ => return None,
    };
    ROUTES.get(found.0).map(|(_, pattern)| (*pattern, found.1))
}

/// Whether the path exists, with whichever method.
#[must_use]
pub fn knows(path: &[&str]) -> bool {
    ["GET", "PUT", "POST"].iter().any(|method| route(method, path).is_some())
}

/// `PUT /v1/outside/presence`: holds until changed, or for `lease` seconds. `offline` gives back what one has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutPresence {
    pub presence: Presence,
    #[serde(default = "usual_lease")]
    pub lease: u64,
}

const fn usual_lease() -> u64 {
    120
}

impl PutPresence {
    /// How long it holds, in milliseconds: not at all when offline.
    pub fn lasts(&self) -> Result<Option<u64>, ErrorCode> {
        let (least, most) = limits::LEASE_SECONDS;
        if !(least..=most).contains(&self.lease) {
            return Err(ErrorCode::BadValue);
        }
        Ok((self.presence != Presence::Offline).then_some(self.lease * 1_000))
    }
}

/// Whether the agent is on duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceState {
    pub agent: AgentCard,
    pub presence: Presence,
    /// How many conversations at once, and now.
    pub capacity: u32,
    pub load: u32,
    /// When the lease ends; absent without one (offline, or on duty in the console).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Millis>,
}

/// `GET /v1/outside/conversations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mine {
    pub conversations: Vec<AssignedCard>,
}

/// `GET /v1/outside/conversations/{conversation}/messages?after=`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Messages {
    pub stage: Stage,
    pub lang: Lang,
    /// Whether the visitor is connected.
    pub visitor_here: bool,
    /// Oldest first, notes among them, without a gap.
    pub messages: Vec<Message>,
    /// Whether there is more after the last one.
    pub more: bool,
}

/// `POST /v1/outside/conversations/{conversation}/messages`. Sent again with the same `client_id`, it is answered with
/// what was stored first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Write {
    pub client_id: ClientId,
    pub text: String,
    /// For colleagues only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub note: bool,
}

/// Answer to [`Write`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    pub client_id: ClientId,
    pub seq: u64,
    pub at: Millis,
}

/// `POST /v1/outside/conversations/{conversation}/transfer`: to an agent or a group, with a note for them; without `to`
/// back to the queue, at its old place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Transfer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<TransferTo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Transfer {
    /// What it asks of the desk. The queue takes no notes.
    pub fn request(self, conversation: ConversationId) -> Result<DeskRequest, ErrorCode> {
        match (self.to, self.note) {
            (Some(to), note) => Ok(DeskRequest::Transfer { conversation, to, note }),
            (None, None) => Ok(DeskRequest::Return { conversation }),
            (None, Some(_)) => Err(ErrorCode::BadValue),
        }
    }
}

/// Whether an agent may read a conversation over the API: their own, also after its end; a supervisor anybody's. Stricter
/// than the console, where colleagues see each other's, since a token lies on a machine elsewhere.
#[must_use]
pub fn may_read(agent: &AgentId, supervisor: bool, stage: &Stage, last: Option<&AgentCard>) -> bool {
    let had = || last.is_some_and(|last| last.id == *agent);
    supervisor
        || match stage {
            Stage::Assigned { agent: holder } => holder.id == *agent,
            Stage::Ended { .. } => had(),
            Stage::Bot | Stage::Offline { .. } | Stage::Queued { .. } | Stage::MessageLeft => false,
        }
}

/// What a conversation tells an agent that follows it: from the frames that answer a `hello`.
#[must_use]
pub fn told(frames: Vec<ServerFrame>) -> Option<Messages> {
    let mut told: Option<Messages> = None;
    for frame in frames {
        match (frame, &mut told) {
            (ServerFrame::Welcome { stage, lang, visitor_here, .. }, None) => {
                told = Some(Messages { stage, lang, visitor_here, messages: Vec::new(), more: false });
            }
            (ServerFrame::Page { mut messages, more, .. }, Some(told)) => {
                told.messages.append(&mut messages);
                told.more = more;
            }
            _ => {}
        }
    }
    told
}

/// What came of a frame, from the frames that answer it: where the message stands, when it carried one.
pub fn done(
    frames: &[ServerFrame],
    client_id: Option<&ClientId>,
) -> Result<Option<(u64, Millis)>, ErrorCode> {
    for frame in frames {
        match frame {
            ServerFrame::Error { code, .. } => return Err(*code),
            ServerFrame::Ack { client_id: id, seq, at } if client_id == Some(id) => {
                return Ok(Some((*seq, *at)));
            }
            ServerFrame::Message { message, .. }
                if client_id.is_some() && message.client_id.as_ref() == client_id =>
            {
                return Ok(Some((message.seq, message.at)));
            }
            _ => {}
        }
    }
    if client_id.is_some() { Err(ErrorCode::Internal) } else { Ok(None) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::stage::EndedBy;

    #[test]
    fn every_route_is_found_by_its_own_pattern() {
        for (method, pattern) in ROUTES {
            let path = pattern.trim_start_matches("/v1/outside/").replace("{conversation}", "c1");
            let segments: Vec<&str> = path.split('/').collect();
            assert_eq!(route(method, &segments).map(|(found, _)| found), Some(pattern));
            assert!(knows(&segments));
            assert_eq!(route("DELETE", &segments), None);
        }
        assert!(!knows(&["conversations", "c1"]));
    }

    #[test]
    fn r_161_an_agent_reads_their_own_and_a_supervisor_all() {
        let card = |id: &str| AgentCard { id: AgentId::new(id).unwrap(), name: id.into() };
        let (mei, jonas) = (card("mei"), card("jonas"));
        let mine = Stage::Assigned { agent: mei.clone() };
        assert!(may_read(&mei.id, false, &mine, Some(&mei)));
        assert!(!may_read(&jonas.id, false, &mine, Some(&mei)));
        assert!(may_read(&jonas.id, true, &mine, Some(&mei)));
        let ended = Stage::Ended { by: EndedBy::Visitor, at: Millis(0), rating: None };
        assert!(may_read(&mei.id, false, &ended, Some(&mei)));
        assert!(!may_read(&jonas.id, false, &ended, Some(&mei)));
        assert!(!may_read(&mei.id, false, &Stage::Bot, Some(&mei)), "it has gone on without them");
    }

    #[test]
    fn r_162_what_came_of_a_message() {
        let id = ClientId::new("a").unwrap();
        let ack = ServerFrame::Ack { client_id: id.clone(), seq: 4, at: Millis(9) };
        assert_eq!(done(std::slice::from_ref(&ack), Some(&id)), Ok(Some((4, Millis(9)))));
        assert_eq!(done(&[ack], None), Ok(None));
        let code = ErrorCode::NotAssigned;
        let error = ServerFrame::Error { code, client_id: Some(id.clone()), retry_after: None };
        assert_eq!(done(&[error], Some(&id)), Err(code));
        assert_eq!(done(&[], Some(&id)), Err(ErrorCode::Internal));
    }

    #[test]
    fn r_160_a_lease_has_bounds() {
        let lasts = |presence, lease| PutPresence { presence, lease }.lasts();
        assert_eq!(lasts(Presence::Online, 30), Ok(Some(30_000)));
        assert_eq!(lasts(Presence::Away, 3_600), Ok(Some(3_600_000)));
        assert_eq!(lasts(Presence::Offline, 120), Ok(None));
        for lease in [0, 29, 3_601, u64::MAX] {
            assert_eq!(lasts(Presence::Online, lease), Err(ErrorCode::BadValue), "{lease}");
        }
    }
}
