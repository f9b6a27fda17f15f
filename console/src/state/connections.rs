//! The page "Connections" on screen.

use leptos::prelude::*;
use shared::hooks::Kind;
use shared::ids::{EndpointId, TokenId};
use shared::protocol::connections::{Connections, RefusedAddress};

/// Everything the page shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Links {
    /// `None` while it loads.
    pub seen: RwSignal<Option<Connections>>,
    /// Something is on its way to the server: buttons wait.
    pub busy: RwSignal<bool>,
    /// What is shown once, until it is put away.
    pub secret: RwSignal<Option<Secret>>,
    /// The webhook being written.
    pub form: RwSignal<Option<HookForm>>,
    /// Why its address was refused.
    pub refused: RwSignal<Option<RefusedAddress>>,
    /// What is to be removed, if confirmed.
    pub removing: RwSignal<Option<EndpointId>>,
    pub revoking: RwSignal<Option<TokenId>>,
}

/// A secret, to be copied now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    pub text: String,
    pub of: SecretOf,
}

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretOf {
    Hook,
    Token,
    Identity,
}

/// A webhook being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HookForm {
    /// Which one is changed; none: a new one.
    pub id: StoredValue<Option<EndpointId>>,
    pub url: RwSignal<String>,
    pub kinds: RwSignal<Vec<Kind>>,
}

impl HookForm {
    /// A form that begins with this.
    #[must_use]
    pub fn of(id: Option<EndpointId>, url: &str, kinds: &[Kind]) -> Self {
        Self {
            id: StoredValue::new(id),
            url: RwSignal::new(url.to_owned()),
            kinds: RwSignal::new(kinds.to_vec()),
        }
    }

    /// Asks for a kind of event, or no longer.
    pub fn toggle(self, kind: Kind) {
        self.kinds.update(|kinds| {
            if kinds.contains(&kind) {
                kinds.retain(|known| *known != kind);
            } else {
                kinds.push(kind);
            }
        });
    }
}

impl Links {
    /// Somebody else may sign in next.
    pub fn forget(&self) {
        self.seen.set(None);
        self.secret.set(None);
        self.form.set(None);
        self.refused.set(None);
        self.removing.set(None);
        self.revoking.set(None);
    }
}
