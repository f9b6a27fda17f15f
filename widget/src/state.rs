//! What the components read: a handful of signals, and behind them the link and its shell.

use std::rc::Rc;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use shared::ids::CampaignId;
use shared::lang::Lang;
use shared::link::{Line, Link, Side};
use shared::protocol::http::SiteHello;
use shared::protocol::stage::Stage;
use shared::protocol::{Body, Message, Offered, Sender};
use shared::time::Millis;
use shared::trigger::PageWatch;

use crate::chat::{self, Chat};
use crate::host::{Api, Config};
use crate::i18n::Text;
use crate::persist::{self, Saved, Session};
use crate::{language, net};

/// What lies over the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layer {
    None,
    Languages,
    /// The form for a message to be answered later.
    LeaveMessage,
}

/// A campaign that has spoken on this page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Opener {
    pub(crate) campaign: CampaignId,
    pub(crate) text: String,
}

/// The widget's state; copied freely, it holds handles only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct App {
    /// The panel's language.
    pub(crate) lang: RwSignal<Lang>,
    /// The language to go back to, after the panel followed the shopper's words.
    pub(crate) back: RwSignal<Option<Lang>>,
    /// Greeting, availability, topics: absent until the edge has answered.
    pub(crate) hello: RwSignal<Option<SiteHello>>,
    pub(crate) chat: RwSignal<Chat>,
    pub(crate) open: RwSignal<bool>,
    pub(crate) layer: RwSignal<Layer>,
    /// What stands in the composer.
    pub(crate) draft: RwSignal<String>,
    pub(crate) suggestions: RwSignal<Vec<Offered>>,
    pub(crate) opener: RwSignal<Option<Opener>>,
    /// Whether the opener's bubble is shown beside the launcher.
    pub(crate) teasing: RwSignal<bool>,
    /// Whether the edge cannot be reached, or refuses.
    pub(crate) trouble: RwSignal<bool>,
    pub(crate) core: StoredValue<Core, LocalStorage>,
}

/// What no component sees.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) config: Rc<Config>,
    pub(crate) api: Api,
    pub(crate) link: Link,
    pub(crate) socket: Option<net::Socket>,
    pub(crate) timer: Option<TimeoutHandle>,
    pub(crate) session: Option<Session>,
    /// A conversation is being started.
    pub(crate) starting: bool,
    /// Failed starts in a row.
    pub(crate) failures: u32,
    /// The shopper chose the panel's language.
    pub(crate) pinned: bool,
    /// The conversation's language when last looked at.
    pub(crate) spoken: Lang,
    pub(crate) hello_at: Millis,
    pub(crate) page: PageWatch,
    pub(crate) page_timer: Option<TimeoutHandle>,
    /// The words suggestions were asked for last; answers to others come too late.
    pub(crate) asked: String,
    pub(crate) ask_timer: Option<TimeoutHandle>,
    /// Suggestions seen so far, by language and words.
    pub(crate) cache: Vec<(Lang, String, Vec<Offered>)>,
}

impl App {
    pub(crate) fn new(config: Rc<Config>, api: Api, saved: Option<Saved>) -> Self {
        let chosen = language::opening(language::wanted(), &config.languages());
        let saved = saved.unwrap_or_else(|| Saved::new(None, chosen, false, vec![]));
        let lang = saved.lang;
        let now = net::now();
        let core = Core {
            link: Link::new(Side::Visitor { lang }, saved.outbox),
            socket: None,
            timer: None,
            session: saved.session,
            starting: false,
            failures: 0,
            pinned: saved.pinned,
            spoken: lang,
            hello_at: Millis(0),
            page: PageWatch::new(now, false, None),
            page_timer: None,
            asked: String::new(),
            ask_timer: None,
            cache: vec![],
            config,
            api,
        };
        Self {
            lang: RwSignal::new(lang),
            back: RwSignal::new(None),
            hello: RwSignal::new(None),
            chat: RwSignal::new(Chat::default()),
            open: RwSignal::new(false),
            layer: RwSignal::new(Layer::None),
            draft: RwSignal::new(String::new()),
            suggestions: RwSignal::new(vec![]),
            opener: RwSignal::new(None),
            teasing: RwSignal::new(false),
            trouble: RwSignal::new(false),
            core: StoredValue::new_local(core),
        }
    }

    /// The config, to be used across awaits.
    pub(crate) fn config(self) -> Rc<Config> {
        self.core.with_value(|core| core.config.clone())
    }

    /// Tells the page's own handlers.
    pub(crate) fn emit(self, name: &str, detail: &wasm_bindgen::JsValue) {
        let api = self.core.with_value(|core| core.api.clone());
        api.emit(name, detail);
    }

    /// Writes down what must survive this page. Called only once the shopper has said something.
    pub(crate) fn save(self) {
        let lang = self.lang.get_untracked();
        self.core.with_value(|core| {
            let saved = Saved::new(core.session.clone(), lang, core.pinned, core.link.outbox());
            persist::store(core.config.site.as_str(), &saved);
        });
    }

    /// Makes the components' view of the conversation anew.
    pub(crate) fn refresh(self) {
        let (chat, spoken, seen) = self.core.with_value(|core| {
            let link = &core.link;
            let ahead = -(js_sys::Date::new_0().get_timezone_offset() as i64);
            let own = |m: &&Message| m.from == Sender::Visitor && m.client_id.is_some();
            let latest = match (link.pending().last(), link.messages().iter().rev().find(own)) {
                (Some(pending), _) => {
                    Some((pending.draft.client_id().clone(), link.pending_delivery(pending)))
                }
                (None, Some(m)) => m.client_id.clone().zip(link.delivery(m)),
                (None, None) => None,
            };
            let failed = link.pending().iter().filter(|p| p.failed.is_some());
            let answers = link.messages().iter().filter(|m| matches!(m.body, Body::Answer { .. }));
            let chat = Chat {
                begun: core.session.is_some() || core.starting || !link.pending().is_empty(),
                rows: chat::rows(link.messages(), link.pending(), ahead),
                stage: link.stage().clone(),
                line: link.line(),
                typing: link.typing(net::now()),
                latest,
                failed: failed.map(|p| p.draft.client_id().clone()).collect(),
                helpful: answers.filter_map(|m| Some((m.seq, link.helpful(m.seq)?))).collect(),
            };
            (chat, link.lang(), link.unread())
        });
        self.show_unread(if self.open.get_untracked() { 0 } else { seen });
        let stage = self.chat.with_untracked(|old| (old.stage != chat.stage).then(|| chat.stage.clone()));
        if self.chat.with_untracked(|old| *old != chat) {
            self.chat.set(chat);
        }
        if let Some(stage) = stage {
            self.handle_stage(&stage);
        }
        self.follow(spoken);
    }

    fn show_unread(self, count: usize) {
        let lang = self.lang.get_untracked();
        let label = match count {
            0 => Text::Launcher.in_lang(lang).to_owned(),
            n => Text::LauncherUnread.fill(lang, &[("n", &n.to_string())]),
        };
        let api = self.core.with_value(|core| core.api.clone());
        api.unread(u32::try_from(count).unwrap_or(u32::MAX), &label);
    }

    /// The conversation is in `spoken`: the panel follows once, and offers the way back.
    fn follow(self, spoken: Lang) {
        let changed = self.core.try_update_value(|core| {
            let changed = core.spoken != spoken;
            core.spoken = spoken;
            changed && !core.pinned
        });
        let before = self.lang.get_untracked();
        if changed == Some(true) && before != spoken {
            self.back.set(Some(before));
            self.set_language(spoken);
        }
    }

    fn handle_stage(self, stage: &Stage) {
        let detail = net::json::value(stage).unwrap_or_default();
        match stage {
            Stage::Queued { .. } => self.emit("queue:update", &detail),
            Stage::Assigned { .. } => self.emit("agent:assigned", &detail),
            Stage::Ended { .. } => self.emit("conversation:ended", &detail),
            _ => {}
        }
        // The person the form was an alternative to is here.
        if self.layer.get_untracked() == Layer::LeaveMessage
            && !matches!(stage, Stage::Queued { .. } | Stage::Offline | Stage::Bot)
        {
            self.layer.set(Layer::None);
        }
    }

    /// Something arrived while the shopper was here.
    pub(crate) fn handle_arrival(self, message: &Message) {
        self.emit("message:received", &net::json::value(message).unwrap_or_default());
        self.handle_sight();
    }

    /// Whether the line has been lost.
    pub(crate) fn is_down(self) -> bool {
        self.chat.with(|chat| matches!(chat.line, Line::Waiting { .. }))
    }
}
