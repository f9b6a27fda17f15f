//! What the edge, and an earlier page, has written.

use shared::ids::{ClientId, ConversationId};
use shared::lang::Lang;
use shared::link::{Draft, Pending};
use shared::protocol::conversation::{Marks, Party};
use shared::protocol::http::{SiteHello, Started, Suggestions};
use shared::protocol::message::Social;
use shared::protocol::{
    AgentCard, Availability, Body, EndedBy, ErrorCode, Event, Message, Offered, QueuePlace, Sender,
    ServerFrame, Stage, WaitShown,
};
use shared::time::Millis;
use shared::trigger::{Campaign, Trigger};

use crate::node::Node;
use crate::persist::{Saved, Session};

/// What can be read; anything of another form is `None`, and passed over by whoever asked.
pub(crate) trait Read: Sized {
    fn read(node: &Node) -> Option<Self>;
}

fn field<T: Read>(node: &Node, name: &str) -> Option<T> {
    T::read(node.get(name))
}

fn id<T: TryFrom<String>>(node: &Node) -> Option<T> {
    T::try_from(node.text()?.to_owned()).ok()
}

fn string(node: &Node, name: &str) -> Option<String> {
    node.get(name).text().map(str::to_owned)
}

fn small(node: &Node, name: &str) -> Option<u32> {
    u32::try_from(node.get(name).number()?).ok()
}

/// Items of another form are passed over: a newer edge may know more kinds.
fn list<T: Read>(node: &Node) -> Vec<T> {
    node.items().iter().filter_map(T::read).collect()
}

impl Read for Lang {
    fn read(node: &Node) -> Option<Self> {
        Self::parse(node.text()?)
    }
}

impl Read for Millis {
    fn read(node: &Node) -> Option<Self> {
        node.number().map(Self)
    }
}

impl Read for ClientId {
    fn read(node: &Node) -> Option<Self> {
        id(node)
    }
}

impl Read for ErrorCode {
    fn read(node: &Node) -> Option<Self> {
        Some(match node.text()? {
            "bad_frame" => Self::BadFrame,
            "bad_value" => Self::BadValue,
            "frame_too_large" => Self::FrameTooLarge,
            "too_large" => Self::TooLarge,
            "unauthenticated" => Self::Unauthenticated,
            "forbidden" => Self::Forbidden,
            "not_found" => Self::NotFound,
            "ended" => Self::Ended,
            "wrong_stage" => Self::WrongStage,
            "full" => Self::Full,
            "rate_limited" => Self::RateLimited,
            // The rest concerns other clients; a newer edge's own codes are its faults to us.
            _ => Self::Internal,
        })
    }
}

impl Read for ServerFrame {
    fn read(node: &Node) -> Option<Self> {
        Some(match node.get("type").text()? {
            "welcome" => Self::Welcome {
                conversation: id(node.get("conversation"))?,
                last: node.get("last").number()?,
                stage: field(node, "stage")?,
                lang: field(node, "lang")?,
                pinned: node.get("pinned").flag(),
                read: field(node, "read")?,
                token: string(node, "token"),
                page: None,
                visitor_here: false,
                helpful: node.get("helpful").items().iter().filter_map(mark).collect(),
            },
            "page" => Self::Page {
                after: node.get("after").number().unwrap_or(0),
                messages: list(node.get("messages")),
                more: node.get("more").flag(),
                ask: node.get("ask").flag(),
            },
            "message" => Self::Message { prev: node.get("prev").number()?, message: field(node, "message")? },
            "ack" => Self::Ack {
                client_id: field(node, "client_id")?,
                seq: node.get("seq").number()?,
                at: field(node, "at")?,
            },
            "error" => Self::Error {
                code: field(node, "code")?,
                client_id: field(node, "client_id"),
                retry_after: node.get("retry_after").number(),
            },
            "typing" => {
                let from = if node.get("from").text()? == "agent" { Party::Agent } else { Party::Visitor };
                Self::Typing { from, on: node.get("on").flag() }
            }
            "read" => Self::Read { read: field(node, "read")? },
            "stage" => Self::Stage { stage: field(node, "stage")? },
            "language" => Self::Language { lang: field(node, "lang")?, pinned: node.get("pinned").flag() },
            "helpful" => Self::Helpful { seq: node.get("seq").number()?, yes: node.get("yes").flag() },
            // What only agents are told, and what a newer edge may tell.
            _ => return None,
        })
    }
}

fn mark(node: &Node) -> Option<(u64, bool)> {
    let [seq, yes] = node.items() else { return None };
    Some((seq.number()?, yes.flag()))
}

impl Read for Marks {
    fn read(node: &Node) -> Option<Self> {
        Some(Self {
            visitor: node.get("visitor").number()?,
            visitor_delivered: node.get("visitor_delivered").number()?,
            agent: node.get("agent").number()?,
            agent_delivered: node.get("agent_delivered").number()?,
        })
    }
}

impl Read for Message {
    fn read(node: &Node) -> Option<Self> {
        Some(Self {
            seq: node.get("seq").number()?,
            at: field(node, "at")?,
            from: field(node, "from")?,
            client_id: field(node, "client_id"),
            body: field(node, "body")?,
        })
    }
}

impl Read for Sender {
    fn read(node: &Node) -> Option<Self> {
        Some(match node.get("type").text()? {
            "visitor" => Self::Visitor,
            "bot" => Self::Bot,
            "agent" => Self::Agent { agent: field(node, "agent")? },
            "system" => Self::System,
            _ => return None,
        })
    }
}

impl Read for AgentCard {
    fn read(node: &Node) -> Option<Self> {
        Some(Self { id: id(node.get("id"))?, name: string(node, "name")? })
    }
}

impl Read for Body {
    fn read(node: &Node) -> Option<Self> {
        let text = || string(node, "text");
        Some(match node.get("type").text()? {
            "text" => Self::Text { text: text()?, lang: field(node, "lang") },
            "answer" => Self::Answer {
                entry: id(node.get("entry"))?,
                title: string(node, "title")?,
                text: text()?,
                lang: field(node, "lang")?,
                asked: field(node, "asked"),
            },
            "offer" => Self::Offer { options: list(node.get("options")) },
            "social" => Self::Social {
                kind: match node.get("kind").text()? {
                    "greeting" => Social::Greeting,
                    "thanks" => Social::Thanks,
                    "are_you_bot" => Social::AreYouBot,
                    _ => return None,
                },
            },
            "opener" => Self::Opener {
                campaign: id(node.get("campaign"))?,
                text: text()?,
                lang: field(node, "lang")?,
            },
            "event" => Self::Event { event: field(node, "event")? },
            _ => return None,
        })
    }
}

impl Read for Offered {
    fn read(node: &Node) -> Option<Self> {
        Some(Self { entry: id(node.get("entry"))?, title: string(node, "title")? })
    }
}

impl Read for Event {
    fn read(node: &Node) -> Option<Self> {
        Some(match node.get("type").text()? {
            "handoff_requested" => Self::HandoffRequested,
            "nobody_online" => Self::NobodyOnline,
            "left_queue" => Self::LeftQueue,
            "agent_joined" => Self::AgentJoined { agent: field(node, "agent")? },
            "agent_lost" => Self::AgentLost { agent: field(node, "agent")? },
            "message_left" => Self::MessageLeft { contact: string(node, "contact") },
            "ended" => Self::Ended { by: field(node, "by")? },
            "reopened" => Self::Reopened,
            "rated" => Self::Rated {
                score: u8::try_from(small(node, "score")?).ok()?,
                comment: string(node, "comment"),
            },
            _ => return None,
        })
    }
}

impl Read for EndedBy {
    fn read(node: &Node) -> Option<Self> {
        Some(match node.text()? {
            "visitor" => Self::Visitor,
            "agent" => Self::Agent,
            "idle" => Self::Idle,
            _ => return None,
        })
    }
}

impl Read for Stage {
    fn read(node: &Node) -> Option<Self> {
        Some(match node.get("type").text()? {
            "bot" => Self::Bot,
            "offline" => Self::Offline,
            "queued" => Self::Queued { since: field(node, "since")?, place: field(node, "place") },
            "assigned" => Self::Assigned { agent: field(node, "agent")? },
            "message_left" => Self::MessageLeft,
            "ended" => Self::Ended {
                by: field(node, "by")?,
                at: field(node, "at")?,
                rating: small(node, "rating").and_then(|score| u8::try_from(score).ok()),
            },
            _ => return None,
        })
    }
}

impl Read for QueuePlace {
    fn read(node: &Node) -> Option<Self> {
        Some(Self { position: small(node, "position")?, wait: field(node, "wait")? })
    }
}

impl Read for WaitShown {
    fn read(node: &Node) -> Option<Self> {
        Some(match node.get("type").text()? {
            "unknown" => Self::Unknown,
            "range" => Self::Range { low_min: small(node, "low_min")?, high_min: small(node, "high_min")? },
            "over" => Self::Over { min: small(node, "min")? },
            _ => return None,
        })
    }
}

impl Read for SiteHello {
    fn read(node: &Node) -> Option<Self> {
        let availability = node.get("availability");
        Some(Self {
            site: id(node.get("site"))?,
            name: string(node, "name")?,
            lang: field(node, "lang")?,
            languages: list(node.get("languages")),
            greeting: string(node, "greeting")?,
            availability: Availability {
                online: availability.get("online").flag(),
                wait: field(availability, "wait"),
            },
            topics: list(node.get("topics")),
            campaigns: list(node.get("campaigns")),
        })
    }
}

impl Read for Campaign {
    fn read(node: &Node) -> Option<Self> {
        let trigger = node.get("trigger");
        Some(Self {
            id: id(node.get("id"))?,
            trigger: Trigger {
                on_product: trigger.get("on_product").flag(),
                dwell: trigger.get("dwell").number()?,
                unless_added_to_cart: trigger.get("unless_added_to_cart").flag(),
            },
            text: string(node, "text")?,
        })
    }
}

impl Read for Suggestions {
    fn read(node: &Node) -> Option<Self> {
        Some(Self { options: list(node.get("options")) })
    }
}

impl Read for Started {
    fn read(node: &Node) -> Option<Self> {
        Some(Self {
            conversation: id(node.get("conversation"))?,
            visitor: id(node.get("visitor"))?,
            token: string(node, "token")?,
        })
    }
}

impl Read for Draft {
    fn read(node: &Node) -> Option<Self> {
        let client_id = field(node, "client_id")?;
        Some(match node.get("type").text()? {
            "text" => Self::Text { client_id, text: string(node, "text")? },
            "pick" => Self::Pick { client_id, entry: id(node.get("entry"))?, title: string(node, "title")? },
            "leave_message" => Self::LeaveMessage {
                client_id,
                text: string(node, "text")?,
                contact: string(node, "contact"),
            },
            _ => return None,
        })
    }
}

impl Read for Pending {
    fn read(node: &Node) -> Option<Self> {
        Some(Self { draft: field(node, "draft")?, at: field(node, "at")?, failed: field(node, "failed") })
    }
}

impl Read for Session {
    fn read(node: &Node) -> Option<Self> {
        let conversation: ConversationId = id(node.get("conversation"))?;
        Some(Self { conversation, token: string(node, "token")? })
    }
}

impl Read for Saved {
    fn read(node: &Node) -> Option<Self> {
        Self::checked(
            node.get("v").number()?,
            Self {
                session: field(node, "session"),
                lang: field(node, "lang")?,
                pinned: node.get("pinned").flag(),
                outbox: list(node.get("outbox")),
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::*;
    use crate::node::from_json;

    /// What this module reads is what the derived code reads.
    fn same<T: Read + DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(value: Value) {
        let derived: T = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(T::read(&from_json(&value)), Some(derived), "{value}");
    }

    fn agent() -> Value {
        json!({"id": "mei", "name": "Mei"})
    }

    #[test]
    fn stages_and_waits() {
        same::<Stage>(json!({"type": "bot"}));
        same::<Stage>(json!({"type": "offline"}));
        same::<Stage>(json!({"type": "message_left"}));
        same::<Stage>(json!({"type": "queued", "since": 5}));
        same::<Stage>(json!({"type": "assigned", "agent": agent()}));
        for by in ["visitor", "agent", "idle"] {
            same::<Stage>(json!({"type": "ended", "by": by, "at": 7}));
        }
        same::<Stage>(json!({"type": "ended", "by": "idle", "at": 7, "rating": 4}));
        for wait in [
            json!({"type": "unknown"}),
            json!({"type": "over", "min": 60}),
            json!({"type": "range", "low_min": 3, "high_min": 7}),
        ] {
            same::<Stage>(json!({"type": "queued", "since": 5, "place": {"position": 2, "wait": wait}}));
        }
    }

    #[test]
    fn messages_of_every_kind() {
        let bodies = [
            json!({"type": "text", "text": "hi"}),
            json!({"type": "text", "text": "hi", "lang": "zh-CN"}),
            json!({"type": "answer", "entry": "e", "title": "t", "text": "a", "lang": "en", "asked": "ja"}),
            json!({"type": "offer", "options": [{"entry": "e", "title": "t"}]}),
            json!({"type": "social", "kind": "greeting"}),
            json!({"type": "social", "kind": "thanks"}),
            json!({"type": "social", "kind": "are_you_bot"}),
            json!({"type": "opener", "campaign": "c", "text": "t", "lang": "en"}),
            json!({"type": "event", "event": {"type": "handoff_requested"}}),
            json!({"type": "event", "event": {"type": "nobody_online"}}),
            json!({"type": "event", "event": {"type": "left_queue"}}),
            json!({"type": "event", "event": {"type": "agent_joined", "agent": agent()}}),
            json!({"type": "event", "event": {"type": "agent_lost", "agent": agent()}}),
            json!({"type": "event", "event": {"type": "message_left"}}),
            json!({"type": "event", "event": {"type": "message_left", "contact": "a@b"}}),
            json!({"type": "event", "event": {"type": "ended", "by": "agent"}}),
            json!({"type": "event", "event": {"type": "reopened"}}),
            json!({"type": "event", "event": {"type": "rated", "score": 5, "comment": "!"}}),
        ];
        for body in bodies {
            same::<Message>(json!({"seq": 3, "at": 9, "from": {"type": "bot"}, "body": body}));
        }
        for from in [
            json!({"type": "visitor"}),
            json!({"type": "system"}),
            json!({"type": "agent", "agent": agent()}),
        ] {
            let body = json!({"type": "text", "text": "x"});
            same::<Message>(json!({"seq": 3, "at": 9, "from": from, "client_id": "m", "body": body}));
        }
    }

    #[test]
    fn frames_of_every_kind() {
        let marks = json!({"visitor": 1, "visitor_delivered": 2, "agent": 3, "agent_delivered": 4});
        let message =
            json!({"seq": 3, "at": 9, "from": {"type": "bot"}, "body": {"type": "text", "text": "x"}});
        same::<ServerFrame>(
            json!({"type": "welcome", "conversation": "c", "last": 3, "stage": {"type": "bot"},
            "lang": "en", "pinned": true, "read": marks, "token": "t", "helpful": [[2, true], [3, false]]}),
        );
        same::<ServerFrame>(
            json!({"type": "page", "after": 2, "messages": [message], "more": true, "ask": true}),
        );
        same::<ServerFrame>(json!({"type": "message", "prev": 2, "message": message}));
        same::<ServerFrame>(json!({"type": "ack", "client_id": "m", "seq": 3, "at": 9}));
        same::<ServerFrame>(json!({"type": "error", "code": "full", "client_id": "m", "retry_after": 5}));
        same::<ServerFrame>(json!({"type": "typing", "from": "agent", "on": true}));
        same::<ServerFrame>(json!({"type": "typing", "from": "visitor", "on": false}));
        same::<ServerFrame>(json!({"type": "read", "read": marks}));
        same::<ServerFrame>(json!({"type": "stage", "stage": {"type": "offline"}}));
        same::<ServerFrame>(json!({"type": "language", "lang": "ja", "pinned": false}));
        same::<ServerFrame>(json!({"type": "helpful", "seq": 2, "yes": true}));
    }

    #[test]
    fn codes_that_a_visitor_is_told() {
        for code in ErrorCode::ALL {
            let value = serde_json::to_value(code).unwrap();
            let read = ErrorCode::read(&from_json(&value)).unwrap();
            assert!(read == *code || read == ErrorCode::Internal, "{value}");
        }
        for code in
            ["rate_limited", "ended", "full", "not_found", "too_large", "bad_value", "unauthenticated"]
        {
            same::<ErrorCode>(json!(code));
        }
    }

    #[test]
    fn answers_of_the_http_api() {
        same::<Started>(json!({"conversation": "c", "visitor": "v", "token": "t"}));
        same::<Suggestions>(json!({"options": [{"entry": "e", "title": "t"}]}));
        let trigger = json!({"on_product": true, "dwell": 9, "unless_added_to_cart": true});
        same::<SiteHello>(
            json!({"site": "s", "name": "n", "lang": "en", "languages": ["en", "zh-TW"], "greeting": "g",
            "availability": {"online": true, "wait": {"type": "unknown"}}, "topics": [{"entry": "e", "title": "t"}],
            "campaigns": [{"id": "c", "trigger": trigger, "text": "t"}]}),
        );
    }

    #[test]
    fn what_has_another_form_is_nothing() {
        for value in [
            json!(null),
            json!([]),
            json!({"type": "stage"}),
            json!({"type": "ack", "client_id": "a/b", "seq": 1, "at": 1}),
            json!({"type": "ack", "client_id": "a", "seq": -1, "at": 1}),
            json!({"type": "newer"}),
        ] {
            assert_eq!(ServerFrame::read(&from_json(&value)), None, "{value}");
        }
    }
}
