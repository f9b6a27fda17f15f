//! The conversation machine: one thread between a visitor and a site.
//!
//! `Conversation::handle(now, Input, &dyn Log) -> Vec<Effect>`. The shell performs the effects in order: first
//! everything durable ([`Effect::Append`], [`Effect::Save`], [`Effect::Post`], [`Effect::Summarise`],
//! [`Effect::Miss`]) in one
//! synchronous block, then the sends. Nothing is told to anybody before it is durable. SPEC.md states the rules
//! that the tests cite.

mod bot;
pub mod clean;
mod desk;
pub mod flow;
mod frames;
mod helpful;
mod machine;
mod misses;
mod passes;
mod rate;
mod resume;
mod state;
mod step;
#[cfg(test)]
mod tests;
mod unread;
mod watch;
mod words;

pub use flow::Flow;
pub use machine::Conversation;
pub use rate::Rate;
pub(crate) use resume::weight;
pub use state::{About, State};
pub use watch::Watch;

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::exchange::{FromDesk, Summary, ToDesk, Unanswered};
use crate::faq::Turn;
use crate::ids::{ClientId, ConversationId, EntryId, SiteKey, VisitorId};
use crate::lang::Lang;
use crate::protocol::message::{Body, Message, Sender};
use crate::protocol::stage::{AgentCard, PageContext};
use crate::protocol::{ClientFrame, ServerFrame};
use crate::security::identity::Identity;
use crate::security::pass::Pass;

/// A socket, as the shell numbers them, each higher than those before; kept in the socket's attachment, so it
/// survives hibernation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SocketId(pub u64);

/// Who is behind a socket; the Worker has checked it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Principal {
    /// The visitor of this conversation.
    Visitor { visitor: VisitorId },
    /// An agent of this conversation's site; `supervisor` may act on anybody's conversation.
    Agent { agent: AgentCard, supervisor: bool },
}

/// A socket's state that must survive hibernation (the shell stores it as the socket's attachment).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub socket: SocketId,
    pub who: Principal,
    /// Whether `hello` was received: only then does it get live frames.
    pub greeted: bool,
    /// What its client confirmed as delivered. This mark alone is not worth a write: it is saved with whatever is next.
    #[serde(default)]
    pub delivered: u64,
    /// An agent's session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pass: Option<Pass>,
}

/// What happens to a conversation.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// The conversation begins; first input of its life, ignored when repeated.
    Create {
        site: SiteKey,
        conversation: ConversationId,
        visitor: VisitorId,
        lang: Lang,
        page: Option<PageContext>,
        opener: Option<Body>,
    },
    /// A socket was accepted. An agent without a pass is no window, but a request that is over before anything else
    /// happens.
    Connect { socket: SocketId, who: Principal, pass: Option<Pass> },
    /// Sessions of agents have ended.
    SignedOut { sessions: Vec<u64> },
    /// The visitor came, on this socket, with an identity that the shop has signed.
    Identified { socket: SocketId, identity: Identity },
    /// A frame arrived. `renewed` is a fresh token to hand to a visitor in `welcome`.
    Frame { socket: SocketId, frame: ClientFrame, renewed: Option<String> },
    /// A frame arrived that is no frame (does not parse, or too large).
    BadFrame { socket: SocketId, code: crate::protocol::ErrorCode },
    /// A socket closed.
    Disconnect { socket: SocketId },
    /// The bot's reply to the visitor's message `seq` (answer to [`Effect::AskBot`]).
    Bot { seq: u64, reply: BotReply },
    /// The desk speaks.
    Desk(FromDesk),
    /// When the lines to sockets were proved last (a ping was answered); a socket without any ping is left out. Told
    /// before every [`Input::Tick`].
    Alive { proved: Vec<(SocketId, crate::time::Millis)> },
    /// The time [`Conversation::next_due`] named has come (or the alarm fired anyway).
    Tick,
}

/// What the FAQ engine and the site's texts make of a visitor's message.
#[derive(Debug, Clone, PartialEq)]
pub struct BotReply {
    /// The language of the visitor's words, when they tell.
    pub lang: Option<Lang>,
    pub say: BotSays,
    /// What the visitor is asked for, when `say` is a question to them; absent, nothing is asked any more.
    pub flow: Option<Flow>,
}

/// What the bot does about a message.
#[derive(Debug, Clone, PartialEq)]
pub enum BotSays {
    /// Append this body from the bot (answer, offer or social).
    Body(Body),
    /// A human is asked for.
    Handoff,
}

/// What the shell must do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Persist: one new log entry. `seq` is always the highest so far plus one.
    Append(Message),
    /// Persist: the machine's state ([`Conversation::state`]) changed.
    Save,
    /// Persist: put into the outbox for the site's desk.
    Post(ToDesk),
    /// Persist: put into the outbox for the site's archive (replaces an unsent one).
    Summarise(Summary),
    /// Persist: put into the outbox for the site's archive, besides summaries.
    Miss(Unanswered),
    /// Send to one socket. What goes to several is one frame, to be written once.
    Send { socket: SocketId, frame: Rc<ServerFrame> },
    /// Store the socket's attachment.
    Attach(Attachment),
    /// Close a socket with a code of `protocol::close`.
    Close { socket: SocketId, code: u16 },
    /// Ask the bot about the visitor's message `seq`; the answer comes back as [`Input::Bot`]. Asked again after a
    /// crash (by [`Input::Tick`]), answered once.
    AskBot(BotQuestion),
}

impl Effect {
    /// Whether it is written before anything is sent. The writes of one input come true together or not at all.
    #[must_use]
    pub const fn is_durable(&self) -> bool {
        matches!(self, Self::Append(_) | Self::Save | Self::Post(_) | Self::Summarise(_) | Self::Miss(_))
    }
}

/// A question for the bot.
#[derive(Debug, Clone, PartialEq)]
pub struct BotQuestion {
    pub seq: u64,
    pub text: String,
    /// The visitor picked this entry: answer it, do not match.
    pub picked: Option<EntryId>,
    pub context: Vec<Turn>,
    /// The conversation's language so far.
    pub lang: Lang,
    /// What the visitor was asked for last, if anything: this may be the reply.
    pub flow: Option<Flow>,
}

/// What the machine reads of the log. Two adapters: SQLite in `edge`, a vector in tests; one contract suite.
pub trait Log {
    /// The message of this sender with this client id. Senders are told apart as [`sender_key`] does.
    fn find(&self, sender: &str, client_id: &ClientId) -> Option<Message>;
    /// Up to `limit` messages after `after`, oldest first; with `public`, without notes.
    fn page(&self, after: u64, limit: usize, public: bool) -> Vec<Message>;
    /// The newest sequence at or below `at_most`; with `public`, of a message that is no note. 0 when there is none.
    fn last(&self, at_most: u64, public: bool) -> u64;
}

/// The dedupe key of a sender: the visitor (all tabs and devices), each agent, the bot, the system.
#[must_use]
pub fn sender_key(sender: &Sender) -> String {
    match sender {
        Sender::Visitor => "visitor".into(),
        Sender::Bot => "bot".into(),
        Sender::System => "system".into(),
        Sender::Agent { agent } => format!("agent:{}", agent.id),
    }
}
