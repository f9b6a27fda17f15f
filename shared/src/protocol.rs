//! Wire protocol v1: the types that cross a socket or an HTTP body. SPEC.md states the rules; golden files
//! in `protocol/golden` pin the form.
//!
//! JSON throughout. Enums carry a `type` tag. Absent optional fields are left out. Unknown fields are
//! ignored, unknown types are refused with `bad_frame`.

pub mod connections;
pub mod conversation;
pub mod desk;
pub mod error;
pub mod http;
pub mod insights;
pub mod kb;
pub mod message;
pub mod roster;
pub mod stage;

pub use conversation::{ClientFrame, ServerFrame};
pub use desk::{DeskFrame, DeskRequest};
pub use error::ErrorCode;
pub use message::{Body, Event, Message, MessageFrame, Offered, Sender};
pub use stage::{
    AgentCard, Availability, EndedBy, Fallback, Moved, PageContext, Product, QueuePlace, Risen, Stage,
    WaitShown,
};

/// The WebSocket subprotocol a client offers first; the second one offered by a visitor is its token.
pub const SUBPROTOCOL: &str = "edgedesk.v1";

/// The text a client sends to prove the line; answered with [`PONG`] without waking the object.
pub const PING: &str = "ping";
/// See [`PING`].
pub const PONG: &str = "pong";

/// Close codes a server uses (4000–4999 is the application's range of RFC 6455 §7.4.2).
pub mod close {
    /// The token or session is missing, forged or expired: do not reconnect with it.
    pub const UNAUTHENTICATED: u16 = 4401;
    /// The conversation does not exist.
    pub const NOT_FOUND: u16 = 4404;
    /// Too many frames, or too many sockets.
    pub const RATE_LIMITED: u16 = 4429;
    /// The client fell behind; reconnect and resume from the last seen sequence.
    pub const RESYNC: u16 = 4409;
    /// Our fault; reconnect after a while (RFC 6455 §7.4.1).
    pub const INTERNAL: u16 = 1011;
    /// A frame larger than `limits::FRAME_BYTES` (RFC 6455 §7.4.1).
    pub const TOO_LARGE: u16 = 1009;
}
