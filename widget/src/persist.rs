//! What the browser keeps between pages: one entry of `localStorage` per site, written only after the shopper has
//! said something. The loader looks whether it exists, nothing more.

use serde::{Deserialize, Serialize};
use shared::ids::ConversationId;
use shared::lang::Lang;
use shared::link::Pending;

use crate::net::json;

/// The form that is stored; another version is not read.
const VERSION: u8 = 1;

/// A conversation to come back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) conversation: ConversationId,
    pub(crate) token: String,
}

/// Everything kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Saved {
    v: u8,
    /// Absent while the first message waits for the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) session: Option<Session>,
    /// The panel's language.
    pub(crate) lang: Lang,
    /// Whether the shopper chose it.
    #[serde(default)]
    pub(crate) pinned: bool,
    /// Messages not yet acknowledged.
    #[serde(default)]
    pub(crate) outbox: Vec<Pending>,
}

impl Saved {
    pub(crate) fn new(session: Option<Session>, lang: Lang, pinned: bool, outbox: Vec<Pending>) -> Self {
        Self { v: VERSION, session, lang, pinned, outbox }
    }

    /// What another page, tab or version wrote, if it can be used: anything unknown counts as nothing.
    pub(crate) fn read(text: &str) -> Option<Self> {
        json::parse(text).and_then(Self::checked)
    }

    fn checked(self) -> Option<Self> {
        (self.v == VERSION).then_some(self)
    }
}

/// The entry's name; the loader builds the same one.
pub(crate) fn key(site: &str) -> String {
    format!("edgedesk:{site}")
}

/// Reads the site's entry.
pub(crate) fn load(site: &str) -> Option<Saved> {
    Saved::read(&local()?.get_item(&key(site)).ok()??)
}

/// Writes it. A refused write (private window, full storage) leaves a conversation that lasts as long as the page.
pub(crate) fn store(site: &str, saved: &Saved) {
    if let (Some(storage), Some(text)) = (local(), json::text(saved)) {
        let _ = storage.set_item(&key(site), &text);
    }
}

/// Whether this tab was asked to be left alone by campaigns.
pub(crate) fn is_quiet(site: &str) -> bool {
    let item = tab().and_then(|s| s.get_item(&(key(site) + ":quiet")).ok());
    item.flatten().is_some()
}

/// The shopper sent a campaign's bubble away: nothing speaks first in this tab any more.
pub(crate) fn set_quiet(site: &str) {
    if let Some(storage) = tab() {
        let _ = storage.set_item(&(key(site) + ":quiet"), "1");
    }
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

    fn read(text: &str) -> Option<Saved> {
        serde_json::from_str(text).ok().and_then(Saved::checked)
    }

    #[test]
    fn the_stored_form_is_stable() {
        let session = Session { conversation: ConversationId::new("c1").unwrap(), token: "t".into() };
        let draft = Draft::Text { client_id: ClientId::new("m1").unwrap(), text: "hi".into() };
        let pending = Pending { draft, at: Millis(7), failed: None };
        let saved = Saved::new(Some(session), Lang::ZhCn, true, vec![pending]);
        let text = r#"{"v":1,"session":{"conversation":"c1","token":"t"},"lang":"zh-CN","pinned":true,"outbox":[{"draft":{"type":"text","client_id":"m1","text":"hi"},"at":7,"failed":null}]}"#;
        assert_eq!(serde_json::to_string(&saved).unwrap(), text);
        assert_eq!(read(text), Some(saved));
    }

    #[test]
    fn what_is_not_ours_counts_as_nothing() {
        for text in ["", "1", "{}", r#"{"v":2,"lang":"en"}"#, r#"{"v":1,"lang":"xx"}"#, "<script>"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(read(r#"{"v":1,"lang":"en"}"#).is_some());
    }
}
