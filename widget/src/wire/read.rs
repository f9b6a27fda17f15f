//! What the edge, and an earlier page, has written.

use shared::ids::{ClientId, ConversationId};
use shared::kb::SlotKind;
use shared::lang::Lang;
use shared::link::{Draft, Pending};
use shared::protocol::conversation::{Marks, Party, Reason};
use shared::protocol::http::{Choice, SiteHello, Started, Suggestions, Topic};
use shared::protocol::message::{Ask, Social};
use shared::protocol::{
    AgentCard, Availability, Body, EndedBy, ErrorCode, Event, Fallback, Message, Moved, Offered, QueuePlace,
    Risen, Sender, ServerFrame, Stage, WaitShown,
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
            "identity_expired" => Self::IdentityExpired,
            "identity_refused" => Self::IdentityRefused,
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
                reasons: node.get("reasons").items().iter().filter_map(why).collect(),
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
            "helpful" => Self::Helpful {
                seq: node.get("seq").number()?,
                yes: node.get("yes").flag(),
                reason: field(node, "reason"),
            },
            // What only agents are told, and what a newer edge may tell.
            _ => return None,
        })
    }
}

fn mark(node: &Node) -> Option<(u64, bool)> {
    let [seq, yes] = node.items() else { return None };
    Some((seq.number()?, yes.flag()))
}

fn why(node: &Node) -> Option<(u64, Reason)> {
    let [seq, reason] = node.items() else { return None };
    Some((seq.number()?, Reason::read(reason)?))
}

impl Read for Reason {
    fn read(node: &Node) -> Option<Self> {
        let name = node.text()?;
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

impl Read for Ask {
    fn read(node: &Node) -> Option<Self> {
        Some(Self {
            kind: SlotKind::parse(node.get("kind").text()?)?,
            again: small(node, "again").unwrap_or(0),
        })
    }
}

impl Read for Topic {
    fn read(node: &Node) -> Option<Self> {
        Some(Self { topic: string(node, "topic")?, title: string(node, "title")? })
    }
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
                ask: field(node, "ask"),
                sources: list(node.get("sources")),
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
            "queue_full" => Self::QueueFull,
            "left_queue" => Self::LeftQueue,
            "agent_joined" => Self::AgentJoined { agent: field(node, "agent")? },
            "agent_lost" => Self::AgentLost { agent: field(node, "agent")? },
            "handed_back" => Self::HandedBack { agent: field(node, "agent")? },
            "message_left" => Self::MessageLeft { contact: string(node, "contact") },
            "message_not_taken" => Self::MessageNotTaken,
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
            "offline" => Self::Offline {
                opens: field(node, "opens"),
                full: node.get("full").flag(),
                offer: field(node, "offer").unwrap_or_default(),
            },
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

impl Read for Fallback {
    fn read(node: &Node) -> Option<Self> {
        Some(match node.text()? {
            "call_back" => Self::CallBack,
            "email" => Self::Email,
            "bot_only" => Self::BotOnly,
            _ => return None,
        })
    }
}

impl Read for QueuePlace {
    fn read(node: &Node) -> Option<Self> {
        Some(Self {
            position: small(node, "position")?,
            wait: field(node, "wait")?,
            closes: field(node, "closes"),
            call_back: node.get("call_back").flag(),
            followed: node.get("followed").flag(),
            risen: field(node, "risen"),
            moved: field(node, "moved"),
        })
    }
}

impl Read for Moved {
    fn read(node: &Node) -> Option<Self> {
        Some(Self { times: small(node, "times")?, to: string(node, "to") })
    }
}

impl Read for Risen {
    fn read(node: &Node) -> Option<Self> {
        Some(match node.text()? {
            "staff" => Self::Staff,
            "overtaken" => Self::Overtaken,
            "slower" => Self::Slower,
            _ => return None,
        })
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
                opens: field(availability, "opens"),
                closes: field(availability, "closes"),
            },
            topics: list(node.get("topics")),
            browse: list(node.get("browse")),
            campaigns: list(node.get("campaigns")),
            choices: list(node.get("choices")),
        })
    }
}

impl Read for Choice {
    fn read(node: &Node) -> Option<Self> {
        Some(Self { group: id(node.get("group"))?, title: string(node, "title")? })
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
                call_back: node.get("call_back").flag(),
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
            },
        )
    }
}

#[cfg(test)]
mod tests;
