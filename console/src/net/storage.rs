//! What this browser remembers: choices for good, unsent messages for the tab's life.

use serde::{Serialize, de::DeserializeOwned};
use shared::ids::ConversationId;
use shared::link::Pending;
use web_sys::Storage;

const PREFIX: &str = "edgedesk.";

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

fn tab() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// A remembered choice.
#[must_use]
pub fn choice(name: &str) -> Option<String> {
    local()?.get_item(&format!("{PREFIX}{name}")).ok()?
}

/// Remembers a choice; `None` forgets it.
pub fn set_choice(name: &str, value: Option<&str>) {
    let Some(storage) = local() else { return };
    let key = format!("{PREFIX}{name}");
    let _ = match value {
        Some(value) => storage.set_item(&key, value),
        None => storage.remove_item(&key),
    };
}

fn outbox_key(id: &ConversationId) -> String {
    format!("{PREFIX}outbox.{id}")
}

/// The unsent messages of a conversation.
#[must_use]
pub fn outbox(id: &ConversationId) -> Vec<Pending> {
    read(&outbox_key(id)).unwrap_or_default()
}

/// Stores the unsent messages of a conversation.
pub fn set_outbox(id: &ConversationId, outbox: &[Pending]) {
    let Some(storage) = tab() else { return };
    let _ = if outbox.is_empty() {
        storage.remove_item(&outbox_key(id))
    } else {
        write(&storage, &outbox_key(id), outbox)
    };
}

/// Forgets everything of this tab, when the agent signs out.
pub fn forget_tab() {
    if let Some(storage) = tab() {
        let _ = storage.clear();
    }
}

fn read<T: DeserializeOwned>(key: &str) -> Option<T> {
    serde_json::from_str(&tab()?.get_item(key).ok()??).ok()
}

fn write<T: Serialize + ?Sized>(
    storage: &Storage,
    key: &str,
    value: &T,
) -> Result<(), wasm_bindgen::JsValue> {
    storage.set_item(key, &serde_json::to_string(value).unwrap_or_default())
}
