//! The sockets and timers there are, by line: the desk's, and one per conversation.

use std::cell::RefCell;
use std::collections::BTreeMap;

use gloo_timers::callback::Timeout;
use shared::ids::ConversationId;
use shared::time::Millis;

use super::clock::now;
use super::socket::{Report, Socket};

/// Which line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Line {
    Desk,
    Conversation(ConversationId),
}

impl Line {
    fn path(&self) -> String {
        match self {
            Self::Desk => "/v1/console/desk".into(),
            Self::Conversation(id) => format!("/v1/conversations/{id}/socket"),
        }
    }
}

thread_local! {
    static SOCKETS: RefCell<BTreeMap<Line, Socket>> = const { RefCell::new(BTreeMap::new()) };
    static TIMERS: RefCell<BTreeMap<Line, Timeout>> = const { RefCell::new(BTreeMap::new()) };
}

/// Opens the line's socket, in place of any it has.
pub fn open(line: &Line, report: impl Fn(Report) + Clone + 'static) {
    close(line);
    match Socket::open(&line.path(), report.clone()) {
        Some(socket) => drop(SOCKETS.with_borrow_mut(|all| all.insert(line.clone(), socket))),
        // A browser that refuses to open a socket at all is told as a socket that closed.
        None => {
            Timeout::new(0, move || report(Report::Closed { code: 1006 })).forget();
        }
    }
}

/// Closes the line's socket; nothing more is heard of it.
pub fn close(line: &Line) {
    // Dropped after the borrow: closing may run script.
    let socket = SOCKETS.with_borrow_mut(|all| all.remove(line));
    drop(socket);
}

/// Sends text on the line's socket.
pub fn send(line: &Line, text: &str) {
    SOCKETS.with_borrow(|all| {
        if let Some(socket) = all.get(line) {
            socket.send(text);
        }
    });
}

/// Calls `then` at this time, in place of any timer the line has.
pub fn set_timer(line: &Line, at: Option<Millis>, then: impl FnOnce() + 'static) {
    let timer = at.map(|at| {
        let ms = u32::try_from(at.since(now())).unwrap_or(u32::MAX / 2);
        Timeout::new(ms, then)
    });
    let former = TIMERS.with_borrow_mut(|all| match timer {
        Some(timer) => all.insert(line.clone(), timer),
        None => all.remove(line),
    });
    drop(former);
}
