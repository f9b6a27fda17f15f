//! Webhooks: what is told to systems elsewhere, signed how, to which addresses, and what happens when they do not answer.
//!
//! What happens in a conversation after a human was asked for is in its log; [`event`] words those entries for others.
//! An [`Endpoint`] is one address that wants some of them. It gets them at least once and, of one conversation, in order:
//! [`Endpoint::after`] decides from the outcome of a try what is next. Nothing here performs anything: the edge's hooks
//! object does, and [`address`] says whom it may speak to.

pub mod address;
pub mod delivery;
pub mod event;
pub mod signature;

pub use delivery::{Endpoint, Next, Off, Outcome, Tried, Why};
pub use event::{Happened, HookEvent, Kind};
