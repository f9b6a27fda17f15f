//! The Durable Objects: each forwards what happens to its machine and performs the effects.

pub(crate) mod alarm;
pub(crate) mod archive;
pub(crate) mod calls;
pub(crate) mod conversation;
pub(crate) mod desk;
pub(crate) mod hooks;
pub(crate) mod outbox;
pub(crate) mod site;
pub(crate) mod sockets;
