//! What the browser keeps between pages, in `localStorage`, written only after the shopper has said something: one
//! entry per site, at which the loader looks whether it exists and nothing more, and one per message that is not yet
//! acknowledged. Tabs share all of them. No tab keeps a list, so none overwrites what another one just wrote: a
//! message's entry is made by the tab it was written in and taken away by whichever first sees it acknowledged.

use shared::ids::{ClientId, ConversationId};
use shared::lang::Lang;
use shared::link::Pending;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::node::Node;
use crate::wire::{Read, Write};

/// Milliseconds after which what one tab stores is seen by all others.
const SEEN_ELSEWHERE: i32 = 250;

/// A conversation to come back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) conversation: ConversationId,
    pub(crate) token: String,
}

/// A conversation that a tab had to leave: its token was refused, or it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) session: Session,
    pub(crate) over: bool,
}

impl Left {
    /// Whether going on in `stored` would be the same again. Another tab may have got a newer token since, which does
    /// not help where the conversation itself is over.
    pub(crate) fn is(&self, stored: &Session) -> bool {
        self.session.conversation == stored.conversation && (self.over || self.session.token == stored.token)
    }
}

/// The session to write down: a tab that is in no conversation, or still in its former one, does not undo what another
/// tab started.
pub(crate) fn kept(own: Option<Session>, elsewhere: Option<Session>) -> Option<Session> {
    let Some(own) = own else { return elsewhere };
    Some(elsewhere.filter(|stored| stored.conversation != own.conversation).unwrap_or(own))
}

/// The site's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Saved {
    /// Absent while the first message waits for the line.
    pub(crate) session: Option<Session>,
    /// The panel's language.
    pub(crate) lang: Lang,
    /// Whether the shopper chose it.
    pub(crate) pinned: bool,
}

impl Saved {
    /// The form that is stored.
    pub(crate) const VERSION: u64 = 1;

    /// Another version's form is not read.
    pub(crate) fn checked(version: u64, saved: Self) -> Option<Self> {
        (version == Self::VERSION).then_some(saved)
    }
}

/// The entry's name; the loader builds the same one.
pub(crate) fn key(site: &str) -> String {
    ["edgedesk:", site].concat()
}

/// Reads the site's entry: what is not ours counts as nothing.
pub(crate) fn load(site: &str) -> Option<Saved> {
    parse(&local()?.get_item(&key(site)).ok()??)
}

/// Reads what another page or tab wrote.
pub(crate) fn parse(text: &str) -> Option<Saved> {
    Saved::read(&Node::parse(text)?)
}

/// Writes it. A refused write (private window, full storage) leaves a conversation that lasts as long as the page.
pub(crate) fn store(site: &str, saved: &Saved) {
    if let Some(storage) = local() {
        let _ = storage.set_item(&key(site), &saved.node().json());
    }
}

/// The messages of all tabs, oldest first.
pub(crate) fn outbox(site: &str) -> Vec<Pending> {
    let mut outbox: Vec<Pending> = vec![];
    let Some(storage) = local() else { return outbox };
    for n in 0..storage.length().unwrap_or(0) {
        let key = storage.key(n).ok().flatten().filter(|key| is_message(site, key));
        let text = key.and_then(|key| storage.get_item(&key).ok()?);
        if let Some(pending) = text.and_then(|text| message(&text)) {
            // They are few, and a sort would cost every shopper kilobytes.
            let place = outbox.iter().take_while(|p| p.at <= pending.at).count();
            outbox.insert(place, pending);
        }
    }
    outbox
}

/// Brings the entries from what this tab knows to be stored, to what is to be.
pub(crate) fn store_outbox(site: &str, stored: &[Pending], outbox: &[Pending]) {
    let Some(storage) = local() else { return };
    let entry = |id: &ClientId| [&messages(site), id.as_str()].concat();
    for pending in outbox {
        let id = pending.draft.client_id();
        // What was written never changes; whether it failed, and since when it waits, does.
        if find(stored, id).is_none_or(|former| (former.at, former.failed) != (pending.at, pending.failed)) {
            let _ = storage.set_item(&entry(id), &pending.node().json());
        }
    }
    for former in stored {
        let id = former.draft.client_id();
        if find(outbox, id).is_none() {
            let _ = storage.remove_item(&entry(id));
        }
    }
}

/// The message of this id.
pub(crate) fn find<'a>(list: &'a [Pending], id: &ClientId) -> Option<&'a Pending> {
    list.iter().find(|p| p.draft.client_id() == id)
}

/// Reads a message's entry.
pub(crate) fn message(text: &str) -> Option<Pending> {
    Pending::read(&Node::parse(text)?)
}

/// Whether an entry is a message's.
pub(crate) fn is_message(site: &str, key: &str) -> bool {
    key.starts_with(&messages(site))
}

fn messages(site: &str) -> String {
    key(site) + ":m:"
}

/// Does something that only one tab of the site may do at a time. Pages without TLS know no locks and do it at once.
pub(crate) fn alone(site: &str, task: impl Future<Output = ()> + 'static) {
    let part = |whole: &JsValue, name: &str| js_sys::Reflect::get(whole, &name.into()).ok();
    let locks = part(&leptos::prelude::window().navigator(), "locks").unwrap_or_default();
    let request = part(&locks, "request").and_then(|request| request.dyn_into::<js_sys::Function>().ok());
    // Where storage is refused, locks are as well.
    let Some(request) = request.filter(|_| local().is_some()) else { return spawn_local(task) };
    let mut task = Some(task);
    let held = Closure::once_into_js(move |_lock: JsValue| {
        js_sys::Promise::new(&mut |done, _| {
            let task = task.take();
            spawn_local(async move {
                if let Some(task) = task {
                    task.await;
                }
                // What a tab stores, tabs in other processes see a moment later, which may be after they have the lock.
                let window = leptos::prelude::window();
                let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, SEEN_ELSEWHERE);
            });
        })
    });
    let _ = request.call2(&locks, &key(site).into(), &held);
}

/// Whether this tab was asked to be left alone by campaigns.
pub(crate) fn is_quiet(site: &str) -> bool {
    let item = tab().and_then(|s| s.get_item(&quiet(site)).ok());
    item.flatten().is_some()
}

/// The shopper sent a campaign's bubble away: nothing speaks first in this tab any more.
pub(crate) fn set_quiet(site: &str) {
    if let Some(storage) = tab() {
        let _ = storage.set_item(&quiet(site), "1");
    }
}

/// What this tab's shopper has half written.
pub(crate) fn draft(site: &str) -> String {
    tab().and_then(|s| s.get_item(&draft_key(site)).ok()).flatten().unwrap_or_default()
}

/// Keeps it over the next page; called only when a conversation exists.
pub(crate) fn set_draft(site: &str, text: &str) {
    let Some(storage) = tab() else { return };
    let _ = if text.is_empty() {
        storage.remove_item(&draft_key(site))
    } else {
        storage.set_item(&draft_key(site), text)
    };
}

fn draft_key(site: &str) -> String {
    key(site) + ":draft"
}

fn quiet(site: &str) -> String {
    key(site) + ":quiet"
}

fn local() -> Option<web_sys::Storage> {
    leptos::prelude::window().local_storage().ok()?
}

fn tab() -> Option<web_sys::Storage> {
    leptos::prelude::window().session_storage().ok()?
}

#[cfg(test)]
mod tests {
    use shared::ids::ClientId;
    use shared::link::Draft;
    use shared::time::Millis;

    use super::*;
    use crate::node::from_json;

    fn read(text: &str) -> Option<Saved> {
        Saved::read(&from_json(&serde_json::from_str(text).unwrap()))
    }

    #[test]
    fn the_stored_form_is_stable() {
        let session = Session { conversation: ConversationId::new("c1").unwrap(), token: "t".into() };
        let saved = Saved { session: Some(session), lang: Lang::ZhCn, pinned: true };
        let text = r#"{"v":1,"session":{"conversation":"c1","token":"t"},"lang":"zh-CN","pinned":true}"#;
        assert_eq!(saved.node().json(), text);
        assert_eq!(read(text), Some(saved));
        let draft = Draft::Text { client_id: ClientId::new("m1").unwrap(), text: "hi".into() };
        let pending = Pending { draft, at: Millis(7), failed: None };
        let text = r#"{"draft":{"type":"text","client_id":"m1","text":"hi"},"at":7}"#;
        assert_eq!(pending.node().json(), text);
        assert_eq!(Pending::read(&from_json(&serde_json::from_str(text).unwrap())), Some(pending));
    }

    fn session(conversation: &str, token: &str) -> Session {
        Session { conversation: ConversationId::new(conversation).unwrap(), token: token.into() }
    }

    #[test]
    fn a_tab_does_not_go_back_to_what_it_had_to_leave() {
        for over in [false, true] {
            let left = Left { session: session("c1", "old"), over };
            assert!(left.is(&session("c1", "old")));
            assert_eq!(left.is(&session("c1", "new")), over, "a newer token opens what is not over");
            assert!(!left.is(&session("c2", "old")));
        }
    }

    #[test]
    fn a_tab_in_its_former_conversation_does_not_undo_a_new_one() {
        let (own, newer, other) = (session("c1", "old"), session("c1", "new"), session("c2", "t"));
        assert_eq!(kept(Some(own.clone()), Some(other.clone())), Some(other.clone()));
        assert_eq!(kept(Some(newer.clone()), Some(own)), Some(newer.clone()));
        assert_eq!(kept(Some(newer.clone()), None), Some(newer));
        assert_eq!(kept(None, Some(other.clone())), Some(other));
        assert_eq!(kept(None, None), None);
    }

    #[test]
    fn a_messages_entry_is_told_from_the_sites() {
        let check = |key, expect| assert_eq!(is_message("shop", key), expect, "{key}");
        check("edgedesk:shop:m:m-1", true);
        check("edgedesk:shop", false);
        check("edgedesk:shop:draft", false);
        check("edgedesk:shop2:m:m-1", false);
    }

    #[test]
    fn what_is_not_ours_counts_as_nothing() {
        for text in ["1", "{}", "[]", r#"{"v":2,"lang":"en"}"#, r#"{"v":1,"lang":"xx"}"#, "\"<script>\""] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(read(r#"{"v":1,"lang":"en"}"#).is_some());
    }
}
