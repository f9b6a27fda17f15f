//! The sign-in page.

use leptos::prelude::*;
use shared::ids::SiteKey;
use shared::protocol::ErrorCode;
use shared::protocol::http::SignIn;
use shared::time::MINUTE;

use crate::actions::session;
use crate::components::icon::{Icon, icon};
use crate::components::menu::Choices;
use crate::net::api::Failure;
use crate::net::{browser, storage};
use crate::state::model::{Model, Session, use_model};
use crate::texts::{Text, of_error};

/// Site key, email, password.
#[component]
pub fn SignInPage() -> impl IntoView {
    let model = use_model();
    let known = browser::asked_site().or_else(|| storage::choice("site")).unwrap_or_default();
    let site = RwSignal::new(known);
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let wrong = RwSignal::new(None::<Wrong>);

    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let Ok(key) = SiteKey::new(site.get_untracked().trim()) else {
            wrong.set(Some(Wrong::Site));
            return;
        };
        if email.with_untracked(|e| e.trim().is_empty()) || password.with_untracked(String::is_empty) {
            wrong.set(Some(Wrong::Missing));
            return;
        }
        wrong.set(None);
        busy.set(true);
        let body = SignIn {
            site: key,
            email: email.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
        };
        session::sign_in(model, body, move |failure| {
            busy.set(false);
            if let Some(failure) = failure {
                wrong.set(Some(Wrong::Failed(failure)));
            }
        });
    };
    let expired = move || model.session.with(|s| matches!(s, Session::SignedOut { expired: true }));
    let words = Memo::new(move |_| match wrong.get() {
        Some(wrong) => Some(wrong.said(model)),
        None if expired() => Some(model.t(Text::ErrorUnauthenticated).to_owned()),
        None => None,
    });
    view! {
        <main class="sign-in">
            <form class="sign-in-card" on:submit=submit novalidate>
                <header>
                    {brand()}
                    <h1>{move || model.t(Text::SignInTitle)}</h1>
                    <p>{move || model.t(Text::SignInLead)}</p>
                </header>
                <div class="sign-in-error" role="alert">
                    {move || words.get().map(|words| view! { {icon(Icon::Alert)} <span>{words}</span> })}
                </div>
                <label class="field">
                    <span>{move || model.t(Text::SiteKey)}</span>
                    <input
                        name="site"
                        autocomplete="organization"
                        autocapitalize="none"
                        spellcheck="false"
                        required
                        prop:value=site
                        aria-invalid=move || (wrong.get() == Some(Wrong::Site)).to_string()
                        on:input=move |event| site.set(event_target_value(&event))
                    />
                </label>
                <label class="field">
                    <span>{move || model.t(Text::Email)}</span>
                    <input
                        name="email"
                        type="email"
                        autocomplete="username"
                        required
                        prop:value=email
                        on:input=move |event| email.set(event_target_value(&event))
                    />
                </label>
                <label class="field">
                    <span>{move || model.t(Text::Password)}</span>
                    <input
                        name="password"
                        type="password"
                        autocomplete="current-password"
                        required
                        prop:value=password
                        on:input=move |event| password.set(event_target_value(&event))
                    />
                </label>
                <button class="button primary wide" type="submit" prop:disabled=busy aria-busy=move || busy.get().to_string()>
                    {move || model.t(if busy.get() { Text::SigningIn } else { Text::SignIn })}
                </button>
            </form>
            <div class="sign-in-choices">
                <Choices />
            </div>
        </main>
    }
}

/// What is wrong with the attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Site,
    Missing,
    Failed(Failure),
}

impl Wrong {
    fn said(self, model: Model) -> String {
        match self {
            Self::Site => model.t(Text::ErrorSiteKey).to_owned(),
            Self::Missing => model.t(Text::ErrorMissing).to_owned(),
            Self::Failed(Failure::Offline) => model.t(Text::ErrorOffline).to_owned(),
            Self::Failed(Failure::Refused { code: ErrorCode::Locked, retry_after: Some(ms) }) => {
                let minutes = ms.div_ceil(MINUTE).max(1);
                model.fill(Text::ErrorLockedMinutes, &[("n", &minutes.to_string())])
            }
            Self::Failed(Failure::Refused { code, .. }) => model.t(of_error(code)).to_owned(),
        }
    }
}

/// The product's mark, as on the page's icon.
fn brand() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 32 32" width="40" height="40" aria-hidden="true" focusable="false">
            <rect class="brand-ground" width="32" height="32" rx="9" />
            <path
                class="brand-bubble"
                d="M8.5 11.5a3 3 0 0 1 3-3h9a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3h-4.7l-4.1 3.4a.7.7 0 0 1-1.2-.5v-2.9a2 2 0 0 1-2-2z"
            />
            <path class="brand-lines" d="M12.5 13h7M12.5 16.4h4.4" />
        </svg>
    }
}
