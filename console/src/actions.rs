//! What a person, the desk or a conversation may do to the model. Components call these; these call `net`.

pub mod connections;
pub mod kb;
pub mod roster;
pub mod routing;
pub mod session;
pub mod waits;

use leptos::prelude::*;
use shared::ids::{ClientId, ConversationId};
use shared::limits::{ACTIVE_EVERY, TEXT_CHARS};
use shared::link::{Draft, Input};
use shared::protocol::desk::{AwayReason, Presence, TransferTo};
use shared::protocol::{Body, ClientFrame, DeskFrame, DeskRequest, ErrorCode, Message, close};
use shared::time::MINUTE;

use crate::net::{browser, clock, conversation, desk, uplink};
use crate::state::inbox::{Happened, neighbour};
use crate::state::model::{Model, Notice};
use crate::state::page::Page;
use crate::state::thread::{SHOWN, Thread};
use crate::state::{look, transcript};
use crate::texts::{Text, of_error};

pub use session::session_ended;

/// After an outage no longer than this an agent is put back to the presence it had chosen.
const PRESENCE_KEPT: u64 = 5 * MINUTE;
/// How long a notice stays.
const NOTICE_MS: u32 = 6_000;

/// Shows a notice for a while.
pub fn notice(model: Model, text: Text, bad: bool) {
    let id = (clock::random() * f64::from(u32::MAX)) as u32;
    model.notices.update(|all| {
        all.retain(|n| n.text != text);
        all.push(Notice { id, text, bad });
    });
    gloo_timers::callback::Timeout::new(NOTICE_MS, move || dismiss(model, id)).forget();
}

/// Somebody is at this console: the desk is told, not too often.
pub fn alive(model: Model) {
    let now = clock::now();
    let online = model.inbox.with_untracked(|i| i.me().is_some_and(|me| me.presence == Presence::Online));
    if online && now.since(model.alive.get_untracked()) >= ACTIVE_EVERY {
        model.alive.set(now);
        desk::send(&DeskRequest::Active);
    }
}

/// Takes a notice away.
pub fn dismiss(model: Model, id: u32) {
    model.notices.update(|all| all.retain(|n| n.id != id));
}

/// Takes in what the desk says.
pub fn desk_frame(model: Model, frame: DeskFrame) {
    let snapshot = matches!(frame, DeskFrame::Snapshot { .. });
    match &frame {
        DeskFrame::Error { code, conversation } => {
            if conversation.is_none() || model.asked.get_untracked() == *conversation {
                model.asked.set(None);
            }
            // What was shown ahead of the desk's answer may be wrong now: a snapshot puts it right.
            desk::send(&DeskRequest::Hello);
            notice(model, of_error(*code), true);
            return;
        }
        DeskFrame::Waiting { card } => answered(model, &card.conversation),
        DeskFrame::Assigned { card } => answered(model, &card.conversation),
        DeskFrame::Gone { conversation } => answered(model, conversation),
        DeskFrame::Snapshot { me, .. } => {
            restore_presence(model, me.presence);
            if model.page.with_untracked(|page| *page == Page::Routing) {
                routing::look(model);
            }
        }
        DeskFrame::SentAway { reason } => {
            // A later line must not go online by itself.
            model.wanted.set(Some(Presence::Away));
            model.owed.set(false);
            let text = match reason {
                AwayReason::NoAnswer => Text::SentAwayNoAnswer,
                AwayReason::Idle => Text::SentAwayIdle,
            };
            notice(model, text, true);
        }
        DeskFrame::Decisions { decisions, more } => {
            routing::take_decisions(model, decisions.clone(), *more);
        }
        DeskFrame::Explained { explanation, waiting, candidates, .. } => {
            routing::take_candidates(model, explanation, *waiting, candidates.clone());
        }
        DeskFrame::Agent { .. } => {}
    }
    let first = snapshot && model.inbox.with_untracked(|i| !i.ready);
    let happened = model.inbox.try_update(|inbox| inbox.apply(frame)).unwrap_or_default();
    for news in happened {
        match news {
            Happened::Mine(id) => {
                keep(model, &id);
                if !first {
                    announce(model, Text::NotifyAssigned, &id);
                }
            }
            Happened::NotMine(id) => drop_unneeded(model, &id),
            Happened::Waits(id) => {
                if model.inbox.with_untracked(|i| i.me().is_some_and(|me| me.presence != Presence::Offline)) {
                    announce(model, Text::NotifyWaiting, &id);
                }
            }
        }
    }
}

fn answered(model: Model, id: &ConversationId) {
    if model.asked.with_untracked(|asked| asked.as_ref() == Some(id)) {
        model.asked.set(None);
    }
}

fn restore_presence(model: Model, now_is: Presence) {
    let recently =
        model.uplink.with_untracked(|line| line.outage()).is_some_and(|outage| outage < PRESENCE_KEPT);
    match model.wanted.get_untracked() {
        Some(wanted)
            if wanted != now_is
                && (model.owed.get_untracked() || now_is == Presence::Offline && recently) =>
        {
            desk::send(&DeskRequest::Presence { presence: wanted });
            model.owed.set(false);
        }
        _ => model.wanted.set(Some(now_is)),
    }
}

fn announce(model: Model, text: Text, id: &ConversationId) {
    if model.attentive.get_untracked() {
        return;
    }
    let body = model.inbox.with_untracked(|i| {
        let assigned = i.assigned_card(id).map(|c| c.brief.preview.clone());
        assigned.or_else(|| i.waiting_card(id).map(|c| c.brief.preview.clone())).unwrap_or_default()
    });
    browser::notify(text.in_lang(model.lang.get_untracked()), &body, id.as_str());
}

/// A message of the other side arrived in an open conversation.
pub fn arrived(model: Model, thread: &Thread, message: &Message) {
    if !transcript::counts_as_unread(message) {
        return;
    }
    let mine = model.inbox.with_untracked(|i| i.is_mine(&thread.id));
    if mine
        && !model.attentive.get_untracked()
        && let Body::Text { text, .. } = &message.body
    {
        let title =
            Text::NotifyMessage.fill(model.lang.get_untracked(), &[("code", &look::short_code(&thread.id))]);
        browser::notify(&title, text, thread.id.as_str());
    }
}

/// The newest message of this conversation was seen. Only told of conversations assigned to this agent: a visitor
/// must not read "seen" because somebody looked over the queue.
pub fn seen(model: Model, thread: &Thread) {
    if model.inbox.with_untracked(|i| i.is_mine(&thread.id)) {
        conversation::tell(model, thread, Input::Seen);
    }
}

/// The line of this conversation was refused for good.
pub fn expelled(model: Model, id: &ConversationId, code: u16) {
    if code == close::UNAUTHENTICATED {
        session_ended(model);
        return;
    }
    notice(model, of_error(ErrorCode::NotFound), true);
    if model.open.with_untracked(|open| open.as_ref() == Some(id)) {
        open(model, None);
    }
}

/// A conversation refused something that is not a message (those say so themselves).
pub fn refused(model: Model, code: ErrorCode) {
    // Too many frames: the link slows down by itself, there is nothing to do for a person.
    if code != ErrorCode::RateLimited {
        notice(model, of_error(code), true);
    }
}

fn keep(model: Model, id: &ConversationId) {
    if model.threads.with_untracked(|all| !all.contains_key(id)) {
        let thread = conversation::start(model, id);
        model.threads.update(|all| drop(all.insert(id.clone(), thread)));
    }
}

fn drop_unneeded(model: Model, id: &ConversationId) {
    let needed = model.inbox.with_untracked(|i| i.is_mine(id))
        || model.open.with_untracked(|open| open.as_ref() == Some(id));
    if needed {
        return;
    }
    if let Some(thread) = model.threads.try_update(|all| all.remove(id)).flatten() {
        conversation::stop(model, &thread);
    }
}

/// Brings a conversation on screen, or none.
pub fn open(model: Model, id: Option<ConversationId>) {
    let former = model.open.get_untracked();
    let page = id.clone().map_or(Page::Conversations, Page::Conversation);
    browser::go_to(&page.hash());
    kb::show(model, page);
    if former == id {
        return;
    }
    model.context_shown.set(false);
    if let Some(id) = &id {
        keep(model, id);
        if let Some(thread) = model.threads.with_untracked(|all| all.get(id).cloned()) {
            thread.divider.set(None);
            thread.shown.set(SHOWN);
        }
    }
    model.open.set(id);
    if let Some(former) = former {
        drop_unneeded(model, &former);
    }
}

/// The page's address names this place now.
pub fn arrive(model: Model, page: Page) {
    match page {
        Page::Conversation(id) => open(model, Some(id)),
        Page::Conversations => open(model, None),
        other => kb::show(model, other),
    }
}

/// Brings the first in the queue on screen.
pub fn open_first(model: Model) {
    let first = model.inbox.with_untracked(|i| i.queue().first().map(|c| c.conversation.clone()));
    if first.is_some() {
        open(model, first);
    }
}

/// Goes `step` conversations down the lists.
pub fn step(model: Model, step: isize) {
    let next =
        model.inbox.with_untracked(|i| neighbour(&i.in_order(), model.open.get_untracked().as_ref(), step));
    if next.is_some() {
        open(model, next);
    }
}

/// Sends a request to the desk, or says that it cannot be reached. Whether it was sent.
fn request(model: Model, request: &DeskRequest) -> bool {
    let live = model.uplink.with_untracked(|line| line.status() == uplink::Status::Live);
    if live {
        desk::send(request);
    } else {
        notice(model, Text::ErrorOffline, true);
    }
    live
}

/// Changes the agent's presence.
pub fn set_presence(model: Model, presence: Presence) {
    let sent = request(model, &DeskRequest::Presence { presence });
    model.owed.set(!sent);
    model.wanted.set(Some(presence));
    model.inbox.update(|inbox| inbox.expect_presence(presence));
}

/// Takes a waiting conversation or left message.
pub fn take(model: Model, id: &ConversationId) {
    if request(model, &DeskRequest::Take { conversation: id.clone() }) {
        model.asked.set(Some(id.clone()));
    }
}

/// Gives a conversation back to the queue.
pub fn give_back(model: Model, id: &ConversationId) {
    if request(model, &DeskRequest::Return { conversation: id.clone() }) {
        model.asked.set(Some(id.clone()));
    }
}

/// Sends a conversation on. Whether the desk was asked.
pub fn transfer(model: Model, id: &ConversationId, to: TransferTo, note: Option<String>) -> bool {
    let sent = request(model, &DeskRequest::Transfer { conversation: id.clone(), to, note });
    if sent {
        model.asked.set(Some(id.clone()));
    }
    sent
}

/// Takes what a colleague has.
pub fn take_over(model: Model, id: &ConversationId) {
    if request(model, &DeskRequest::TakeOver { conversation: id.clone() }) {
        model.asked.set(Some(id.clone()));
    }
}

/// Wrapping up is done.
pub fn ready(model: Model) {
    request(model, &DeskRequest::Ready);
}

/// Ends the conversation.
pub fn end(model: Model, thread: &Thread) {
    conversation::tell(model, thread, Input::Tell(ClientFrame::End));
}

/// Sends what is being written. Whether anything was sent.
pub fn send(model: Model, thread: &Thread) -> bool {
    let text = thread.draft.get_untracked().trim().to_owned();
    if text.is_empty() || text.chars().count() > TEXT_CHARS {
        return false;
    }
    let client_id = clock::client_id();
    let draft = if thread.noting.get_untracked() {
        Draft::Note { client_id, text }
    } else {
        Draft::Text { client_id, text }
    };
    thread.draft.set(String::new());
    thread.divider.set(None);
    conversation::tell(model, thread, Input::Write(draft));
    true
}

/// Tries a message again.
pub fn retry(model: Model, thread: &Thread, client_id: ClientId) {
    conversation::tell(model, thread, Input::Retry { client_id });
}

/// A key was pressed in a reply.
pub fn typing(model: Model, thread: &Thread) {
    if !thread.noting.get_untracked() && model.inbox.with_untracked(|i| i.is_mine(&thread.id)) {
        conversation::tell(model, thread, Input::Typing);
    }
}

/// The page came back, or the network did.
pub fn wake(model: Model) {
    look_again(model);
    if model.session.with_untracked(|s| matches!(s, crate::state::model::Session::SignedIn(_))) {
        desk::tell(model, uplink::Input::Wake);
    }
    for thread in all_threads(model) {
        conversation::tell(model, &thread, Input::Wake);
    }
}

/// The page goes away: sockets close cleanly, so that the browser may keep the page for "back".
pub fn sleep(model: Model) {
    desk::tell(model, uplink::Input::Sleep);
    for thread in all_threads(model) {
        conversation::tell(model, &thread, Input::Sleep);
    }
}

/// The agent looks at the page again, or away.
pub fn look_again(model: Model) {
    model.attentive.set(browser::attentive());
}

fn all_threads(model: Model) -> Vec<Thread> {
    model.threads.with_untracked(|all| all.values().cloned().collect())
}
