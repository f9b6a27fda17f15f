//! The one model of the console: signals that live as long as the page.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::ids::{AgentId, ConversationId};
use shared::lang::Lang;
use shared::protocol::desk::Presence;
use shared::protocol::http::Me;
use shared::site::Role;
use shared::time::Millis;

use super::connections::Links;
use super::inbox::Inbox;
use super::kb::Kb;
use super::page::Page;
use super::roster::Planning;
use super::routing::Routes;
use super::thread::Thread;
use super::waits::Waits;
use crate::net::uplink::Uplink;
use crate::texts::{LOCALES, Text};

/// Who works here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Session {
    /// Not known yet: the server is being asked.
    #[default]
    Asking,
    SignedOut {
        /// The session ended by itself, so say so.
        expired: bool,
    },
    /// The server could not be asked.
    Unreachable,
    SignedIn(Me),
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// All themes, as offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The value stored and set on the page; none for the system's.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// The theme of that name.
    #[must_use]
    pub fn parse(name: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|t| t.name() == name).unwrap_or_default()
    }
}

/// Something told to the agent for a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: u32,
    pub text: Text,
    pub bad: bool,
}

/// Everything the console shows.
#[derive(Debug, Clone, Copy)]
pub struct Model {
    pub session: RwSignal<Session>,
    pub lang: RwSignal<Lang>,
    pub theme: RwSignal<Theme>,
    /// The present; moves once a second.
    pub now: RwSignal<Millis>,
    pub inbox: RwSignal<Inbox>,
    pub uplink: RwSignal<Uplink>,
    /// Where in the console this is.
    pub page: RwSignal<Page>,
    pub kb: Kb,
    pub roster: Planning,
    pub routes: Routes,
    pub links: Links,
    pub waits: Waits,
    /// The conversation on screen.
    pub open: RwSignal<Option<ConversationId>>,
    pub threads: RwSignal<BTreeMap<ConversationId, Thread>>,
    pub notices: RwSignal<Vec<Notice>>,
    /// The presence this agent chose, restored after a short outage.
    pub wanted: RwSignal<Option<Presence>>,
    /// Whether that was chosen while the desk could not be told.
    pub owed: RwSignal<bool>,
    /// Requests to the desk that are not answered yet, by conversation: their buttons wait.
    pub asked: RwSignal<Option<ConversationId>>,
    /// When the desk was told last that somebody is here.
    pub alive: RwSignal<Millis>,
    /// Whether the page is visible and has the focus.
    pub attentive: RwSignal<bool>,
    /// Whether the pane about the visitor is shown, where there is no room for it beside the conversation.
    pub context_shown: RwSignal<bool>,
}

impl Model {
    /// An empty model.
    #[must_use]
    pub fn new(lang: Lang, theme: Theme, now: Millis) -> Self {
        Self {
            session: RwSignal::default(),
            lang: RwSignal::new(lang),
            theme: RwSignal::new(theme),
            now: RwSignal::new(now),
            inbox: RwSignal::default(),
            uplink: RwSignal::default(),
            page: RwSignal::default(),
            kb: Kb { at_once: RwSignal::new(true), test_draft: RwSignal::new(true), ..Kb::default() },
            roster: Planning::default(),
            routes: Routes::default(),
            links: Links::default(),
            waits: Waits { days: RwSignal::new(28), ..Waits::default() },
            open: RwSignal::new(None),
            threads: RwSignal::default(),
            notices: RwSignal::default(),
            wanted: RwSignal::new(None),
            owed: RwSignal::new(false),
            asked: RwSignal::new(None),
            alive: RwSignal::new(Millis(0)),
            attentive: RwSignal::new(true),
            context_shown: RwSignal::new(false),
        }
    }

    /// A text in the agent's language; follows the language.
    #[must_use]
    pub fn t(self, text: Text) -> &'static str {
        text.in_lang(self.lang.get())
    }

    /// A text with its placeholders filled; follows the language.
    #[must_use]
    pub fn fill(self, text: Text, pairs: &[(&str, &str)]) -> String {
        text.fill(self.lang.get(), pairs)
    }

    /// Who is signed in.
    #[must_use]
    pub fn me(self) -> Option<Me> {
        self.session.with(|s| if let Session::SignedIn(me) = s { Some(me.clone()) } else { None })
    }

    /// Whether this is the signed-in agent; asked once, since it cannot change while a view stands.
    #[must_use]
    pub fn is_me(self, id: &AgentId) -> bool {
        self.session.with_untracked(|s| matches!(s, Session::SignedIn(me) if me.agent.id == *id))
    }

    /// Whether this agent may act on colleagues' conversations.
    #[must_use]
    pub fn is_supervisor(self) -> bool {
        self.me().is_some_and(|me| me.role >= Role::Supervisor)
    }

    /// The thread of a conversation, when its line is kept open.
    #[must_use]
    pub fn thread(self, id: &ConversationId) -> Option<Thread> {
        self.threads.with(|all| all.get(id).cloned())
    }

    /// Visitor's messages not yet seen, over all conversations of mine.
    #[must_use]
    pub fn unread_total(self) -> usize {
        let mine: Vec<ConversationId> =
            self.inbox.with(|i| i.mine().iter().map(|c| c.conversation.clone()).collect());
        mine.iter().filter_map(|id| self.thread(id)).map(|t| t.unread()).sum()
    }
}

/// The model of this page.
#[must_use]
pub fn use_model() -> Model {
    // Provided by the root component before anything else is built; a fresh one would only show an empty console.
    use_context::<Model>().unwrap_or_else(|| Model::new(Lang::En, Theme::System, Millis(0)))
}

/// The language to start in: the remembered one, or the first of the browser's that there are texts in.
#[must_use]
pub fn first_lang(remembered: Option<&str>, of_browser: &[String]) -> Lang {
    let known = |tag: &str| Lang::parse(tag).filter(|l| LOCALES.contains(l));
    remembered.and_then(known).or_else(|| of_browser.iter().find_map(|tag| known(tag))).unwrap_or(Lang::En)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_is_remembered_or_the_browsers() {
        let browser = ["fr-FR".to_owned(), "zh-HK".into(), "en".into()];
        assert_eq!(first_lang(Some("ja"), &browser), Lang::Ja);
        assert_eq!(first_lang(Some("xx"), &browser), Lang::ZhTw);
        assert_eq!(first_lang(None, &[]), Lang::En);
    }

    #[test]
    fn themes_round_trip() {
        for theme in Theme::ALL {
            assert_eq!(Theme::parse(theme.name()), theme);
        }
        assert_eq!(Theme::parse(Some("plaid")), Theme::System);
    }
}
