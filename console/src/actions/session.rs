//! Signing in and out, and what begins and ends with it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::lang::Lang;
use shared::protocol::desk::Presence;
use shared::protocol::http::{Me, SignIn};
use shared::protocol::{DeskRequest, ErrorCode};

use super::{all_threads, arrive};
use crate::net::api::{self, Failure};
use crate::net::{browser, conversation, desk, storage, uplink};
use crate::state::inbox::Inbox;
use crate::state::model::{Model, Session, Theme};
use crate::state::page::Page;

/// Asks the server who is signed in.
pub fn restore(model: Model) {
    model.session.set(Session::Asking);
    spawn_local(async move {
        match api::me().await {
            Ok(me) => begin(model, me),
            Err(Failure::Refused { code: ErrorCode::Internal, .. } | Failure::Offline) => {
                model.session.set(Session::Unreachable);
            }
            Err(Failure::Refused { .. }) => model.session.set(Session::SignedOut { expired: false }),
        }
    });
}

/// Signs in; `done` is told what went wrong.
pub fn sign_in(model: Model, body: SignIn, done: impl FnOnce(Option<Failure>) + 'static) {
    spawn_local(async move {
        match api::sign_in(&body).await {
            Ok(me) => {
                storage::set_choice("site", Some(me.site.as_str()));
                done(None);
                begin(model, me);
            }
            Err(failure) => done(Some(failure)),
        }
    });
}

fn begin(model: Model, me: Me) {
    model.session.set(Session::SignedIn(me));
    desk::tell(model, uplink::Input::Start);
    arrive(model, browser::addressed());
}

/// Signs out here and at the server.
pub fn sign_out(model: Model) {
    // Nothing may be assigned to somebody who just left; the frame goes out before the socket closes.
    desk::send(&DeskRequest::Presence { presence: Presence::Offline });
    leave(model, false);
    storage::forget_tab();
    spawn_local(async {
        // Offline, the cookie outlives this; it expires by itself.
        let _ = api::sign_out().await;
    });
}

/// The session ended by itself. Unsent messages stay for the next sign-in in this tab.
pub fn session_ended(model: Model) {
    leave(model, true);
}

fn leave(model: Model, expired: bool) {
    desk::tell(model, uplink::Input::Sleep);
    for thread in all_threads(model) {
        conversation::stop(model, &thread);
    }
    model.session.set(Session::SignedOut { expired });
    model.open.set(None);
    model.page.set(Page::Conversations);
    model.kb.forget();
    model.roster.forget();
    model.routes.forget();
    model.links.forget();
    model.threads.set(std::collections::BTreeMap::new());
    model.inbox.set(Inbox::default());
    model.asked.set(None);
    model.wanted.set(None);
    model.owed.set(false);
    model.notices.set(Vec::new());
}

/// Chooses the console's language.
pub fn set_lang(model: Model, lang: Lang) {
    storage::set_choice("lang", Some(lang.tag()));
    model.lang.set(lang);
}

/// Chooses the console's theme.
pub fn set_theme(model: Model, theme: Theme) {
    storage::set_choice("theme", theme.name());
    model.theme.set(theme);
}
