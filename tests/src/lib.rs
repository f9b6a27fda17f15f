//! What edge tests share: a real workerd with the real build, a site of one's own on it, HTTP and sockets.
//!
//! The server is started once per test process with `xtask serve`; it ends with the process. Every test makes its own
//! site, so tests do not meet.

pub mod connections;
pub mod http;
pub mod model;
pub mod receiver;
pub mod schema;
pub mod server;
pub mod site;
pub mod socket;
pub mod token;

pub use http::Reply;
pub use server::Edge;
pub use site::{ORIGIN, Site};
pub use socket::Socket;
