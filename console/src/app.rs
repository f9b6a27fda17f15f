//! The root: restores the session, keeps the clock, follows the page, chooses between sign-in and workspace.

use gloo_timers::callback::Interval;
use leptos::prelude::*;

use crate::actions::{self, session};
use crate::net::{browser, clock, storage};
use crate::pages::connections::ConnectionsPage;
use crate::pages::knowledge::KnowledgePage;
use crate::pages::questions::QuestionsPage;
use crate::pages::roster::RosterPage;
use crate::pages::routing::RoutingPage;
use crate::pages::sign_in::SignInPage;
use crate::pages::waits::WaitsPage;
use crate::pages::workspace::Workspace;
use crate::state::model::{Model, Session, Theme, first_lang, use_model};
use crate::state::page::Page;
use crate::texts::Text;

/// The console.
pub fn app() -> impl IntoView {
    let lang = first_lang(storage::choice("lang").as_deref(), &browser::languages());
    let theme = Theme::parse(storage::choice("theme").as_deref());
    let model = Model::new(lang, theme, clock::now());
    provide_context(model);

    Interval::new(1_000, move || model.now.set(clock::now())).forget();
    Effect::new(move || browser::set_page(model.lang.get().tag(), model.theme.get().name()));
    Effect::new(move || browser::set_title(&title(model)));
    follow_page(model);
    session::restore(model);

    let stage = Memo::new(move |_| {
        model.session.with(|session| match session {
            Session::Asking => Stage::Asking,
            Session::Unreachable => Stage::Unreachable,
            Session::SignedOut { .. } => Stage::SignIn,
            Session::SignedIn(_) => Stage::Work,
        })
    });
    move || match stage.get() {
        Stage::Asking => view! { <div class="splash" role="status" aria-busy="true"></div> }.into_any(),
        Stage::Unreachable => view! {
            <div class="splash">
                <p>{move || model.t(Text::ErrorOffline)}</p>
                <button class="button" type="button" on:click=move |_| session::restore(model)>
                    {move || model.t(Text::TryAgain)}
                </button>
            </div>
        }
        .into_any(),
        Stage::SignIn => view! { <SignInPage /> }.into_any(),
        Stage::Work => view! { <Work /> }.into_any(),
    }
}

/// The page of whoever is signed in.
#[component]
fn Work() -> impl IntoView {
    let model = use_model();
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Part {
        Inbox,
        Knowledge,
        Questions,
        Roster,
        Routing,
        Connections,
        Waits,
    }
    let part = Memo::new(move |_| {
        model.page.with(|page| match page {
            _ if page.is_inbox() => Part::Inbox,
            Page::Questions => Part::Questions,
            Page::Roster => Part::Roster,
            Page::Routing => Part::Routing,
            Page::Connections => Part::Connections,
            Page::Waits => Part::Waits,
            _ => Part::Knowledge,
        })
    });
    move || match part.get() {
        Part::Inbox => view! { <Workspace /> }.into_any(),
        Part::Knowledge => view! { <KnowledgePage /> }.into_any(),
        Part::Questions => view! { <QuestionsPage /> }.into_any(),
        Part::Roster => view! { <RosterPage /> }.into_any(),
        Part::Routing => view! { <RoutingPage /> }.into_any(),
        Part::Connections => view! { <ConnectionsPage /> }.into_any(),
        Part::Waits => view! { <WaitsPage /> }.into_any(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Asking,
    Unreachable,
    SignIn,
    Work,
}

fn title(model: Model) -> String {
    let name = model.me().map(|me| me.site_name);
    let place = name.map_or_else(|| "Edgedesk".to_owned(), |name| format!("{name} · Edgedesk"));
    match model.unread_total() {
        0 => place,
        unread => format!("({unread}) {place}"),
    }
}

fn follow_page(model: Model) {
    browser::on_window(&["focus", "blur"], move |_| actions::look_again(model));
    browser::on_window(&["online", "pageshow", "visibilitychange"], move |_| {
        if browser::visible() {
            actions::wake(model);
        } else {
            actions::look_again(model);
        }
    });
    browser::on_window(&["pagehide"], move |_| actions::sleep(model));
    browser::on_window(&["hashchange"], move |_| {
        if model.session.with_untracked(|s| matches!(s, Session::SignedIn(_))) {
            actions::arrive(model, browser::addressed());
        }
    });
    // What was written and not saved lives in this page alone.
    window_event_listener(leptos::ev::beforeunload, move |event| {
        if untrack(move || model.roster.is_changed() || model.routes.is_changed()) {
            event.prevent_default();
        }
    });
    window_event_listener(leptos::ev::pointerdown, move |_| actions::alive(model));
    window_event_listener(leptos::ev::keydown, move |event| {
        actions::alive(model);
        let step = match (event.alt_key(), event.key().as_str()) {
            (true, "ArrowDown") => 1,
            (true, "ArrowUp") => -1,
            _ => return,
        };
        event.prevent_default();
        actions::step(model, step);
    });
}
