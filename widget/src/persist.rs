//! What the browser keeps between pages: one entry of `localStorage` per site, written only after the shopper has
//! said something. The loader looks whether it exists, nothing more.

use shared::ids::ConversationId;
use shared::lang::Lang;
use shared::link::Pending;

use crate::node::Node;
use crate::wire::{Read, Write};

/// A conversation to come back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) conversation: ConversationId,
    pub(crate) token: String,
}

/// Everything kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Saved {
    /// Absent while the first message waits for the line.
    pub(crate) session: Option<Session>,
    /// The panel's language.
    pub(crate) lang: Lang,
    /// Whether the shopper chose it.
    pub(crate) pinned: bool,
    /// Messages not yet acknowledged.
    pub(crate) outbox: Vec<Pending>,
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
        let draft = Draft::Text { client_id: ClientId::new("m1").unwrap(), text: "hi".into() };
        let outbox = vec![Pending { draft, at: Millis(7), failed: None }];
        let saved = Saved { session: Some(session), lang: Lang::ZhCn, pinned: true, outbox };
        let text = r#"{"v":1,"session":{"conversation":"c1","token":"t"},"lang":"zh-CN","pinned":true,"outbox":[{"draft":{"type":"text","client_id":"m1","text":"hi"},"at":7}]}"#;
        assert_eq!(saved.node().json(), text);
        assert_eq!(read(text), Some(saved));
    }

    #[test]
    fn what_is_not_ours_counts_as_nothing() {
        for text in ["1", "{}", "[]", r#"{"v":2,"lang":"en"}"#, r#"{"v":1,"lang":"xx"}"#, "\"<script>\""] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(read(r#"{"v":1,"lang":"en"}"#).is_some());
    }
}
