//! What the components read: a handful of slots, and behind them the link and its shell.

use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;

use leptos::leptos_dom::helpers::TimeoutHandle;
use shared::ids::{CampaignId, ClientId};
use shared::lang::Lang;
use shared::link::{Delivery, Line, Link, Pending, Side};
use shared::protocol::conversation::Reason;
use shared::protocol::http::{SiteHello, Topic};
use shared::protocol::stage::{Fallback, Stage};
use shared::protocol::{Body, Message, Offered, Sender};
use shared::time::Millis;
use shared::trigger::PageWatch;

use crate::chat::{self, Row};
use crate::host::{Api, Config};
use crate::i18n::Text;
use crate::node::Node;
use crate::persist::{self, Left, Saved, Session};
use crate::slot::Slot;
use crate::wire::{map, text};
use crate::{language, net};

/// What lies over the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layer {
    None,
    Languages,
    /// The form for a message to be answered later.
    LeaveMessage,
}

/// Where the conversation stands, as far as it decides which controls are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Bot,
    Offline,
    Queued,
    Assigned,
    MessageLeft,
    /// Over, and not rated yet.
    Ended,
    Rated,
}

impl From<&Stage> for Kind {
    fn from(stage: &Stage) -> Self {
        match stage {
            Stage::Bot => Self::Bot,
            Stage::Offline { .. } => Self::Offline,
            Stage::Queued { .. } => Self::Queued,
            Stage::Assigned { .. } => Self::Assigned,
            Stage::MessageLeft => Self::MessageLeft,
            Stage::Ended { rating: None, .. } => Self::Ended,
            Stage::Ended { .. } => Self::Rated,
        }
    }
}

/// A campaign that has spoken on this page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Opener {
    pub(crate) campaign: CampaignId,
    pub(crate) text: String,
}

/// Handle of the one widget of a page; copied freely.
#[derive(Clone, Copy)]
pub(crate) struct App(&'static State);

impl Deref for App {
    type Target = State;
    fn deref(&self) -> &State {
        self.0
    }
}

/// What the components see.
pub(crate) struct State {
    /// The panel's language.
    pub(crate) lang: Slot<Lang>,
    /// The language to go back to, after the panel followed the shopper's words.
    pub(crate) back: Slot<Option<Lang>>,
    /// Greeting, availability, topics: absent until the edge has answered.
    pub(crate) hello: Slot<Option<SiteHello>>,
    /// Whether the shopper has said anything yet.
    pub(crate) begun: Slot<bool>,
    pub(crate) rows: Slot<Vec<Row>>,
    /// Whether nothing has been said yet.
    pub(crate) fresh: Slot<bool>,
    pub(crate) stage: Slot<Stage>,
    pub(crate) kind: Slot<Kind>,
    /// Whether the line is lost.
    pub(crate) down: Slot<bool>,
    /// Whether the other side is writing.
    pub(crate) typing: Slot<bool>,
    /// The newest own message, and how it stands.
    pub(crate) latest: Slot<Option<(ClientId, Delivery)>>,
    /// Own messages that were not sent.
    pub(crate) failed: Slot<Vec<ClientId>>,
    /// Answers marked as helpful or not.
    pub(crate) helpful: Slot<Vec<(u64, bool, Option<Reason>)>>,
    /// The answer whose reader has just said why it did not help, and may add a word; 0 for none.
    pub(crate) explained: Slot<u64>,
    /// The topic that is looked into, with its entries once they have come.
    pub(crate) topic: Slot<Option<(Topic, Vec<Offered>)>>,
    /// Whether the shopper is asked whom they wish to talk to.
    pub(crate) choosing: Slot<bool>,
    pub(crate) open: Slot<bool>,
    /// Whether the stream is scrolled away from its end.
    pub(crate) away: Slot<bool>,
    /// The rating about to be given; 0 until a face is touched.
    pub(crate) score: Slot<u8>,
    pub(crate) scored: Slot<bool>,
    pub(crate) layer: Slot<Layer>,
    /// What stands in the composer.
    pub(crate) draft: Slot<String>,
    pub(crate) suggestions: Slot<Vec<Offered>>,
    /// The suggestion the arrow keys have come to, counted from 1; 0 for none.
    pub(crate) hint: Slot<u8>,
    pub(crate) opener: Slot<Option<Opener>>,
    /// Whether the opener's bubble is shown beside the launcher.
    pub(crate) teasing: Slot<bool>,
    /// Whether the edge cannot be reached, or refuses.
    pub(crate) trouble: Slot<bool>,
    pub(crate) core: Hold<Core>,
}

/// A value that no view follows.
pub(crate) struct Hold<T>(RefCell<T>);

impl<T> Hold<T> {
    pub(crate) fn with<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.0.borrow())
    }

    pub(crate) fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        change(&mut self.0.borrow_mut())
    }
}

/// What no component sees.
pub(crate) struct Core {
    pub(crate) config: Rc<Config>,
    pub(crate) api: Api,
    pub(crate) link: Link,
    pub(crate) socket: Option<net::Socket>,
    pub(crate) timer: Option<TimeoutHandle>,
    pub(crate) session: Option<Session>,
    /// The conversation that this tab had to leave last.
    pub(crate) left: Option<Left>,
    /// The messages that this tab knows to be stored.
    pub(crate) stored: Vec<Pending>,
    /// A conversation is being started.
    pub(crate) starting: bool,
    /// Failed starts in a row.
    pub(crate) failures: u32,
    /// The shopper chose the panel's language.
    pub(crate) pinned: bool,
    /// The conversation's language when last looked at.
    pub(crate) spoken: Lang,
    /// When the hello was fetched.
    pub(crate) hello_at: Millis,
    pub(crate) page: PageWatch,
    pub(crate) page_timer: Option<TimeoutHandle>,
    /// The words suggestions were asked for last; answers to others come too late.
    pub(crate) asked: String,
    pub(crate) ask_timer: Option<TimeoutHandle>,
    /// Suggestions seen so far, by language and words.
    pub(crate) cache: Vec<(Lang, String, Vec<Offered>)>,
}

impl Core {
    /// The stored conversation, unless it is the one that this tab had to leave.
    pub(crate) fn elsewhere(&self) -> Option<Session> {
        let stored = persist::load(self.config.site.as_str())?.session?;
        (!self.has_left(&stored)).then_some(stored)
    }

    /// Whether this tab had to leave `session`.
    pub(crate) fn has_left(&self, session: &Session) -> bool {
        self.left.as_ref().is_some_and(|left| left.is(session))
    }
}

impl App {
    /// Makes the state, which lives as long as the page.
    pub(crate) fn new(config: Config, api: Api, saved: Option<Saved>) -> Self {
        let chosen = language::opening(language::wanted(), &config.languages);
        let saved = saved.unwrap_or(Saved { session: None, lang: chosen, pinned: false });
        let lang = saved.lang;
        let stored = persist::outbox(config.site.as_str());
        let core = Core {
            link: Link::new(Side::Visitor { lang }, stored.clone()),
            stored,
            socket: None,
            timer: None,
            session: saved.session,
            left: None,
            starting: false,
            failures: 0,
            pinned: saved.pinned,
            spoken: lang,
            hello_at: Millis(0),
            page: PageWatch::new(net::now(), false, None),
            page_timer: None,
            asked: String::new(),
            ask_timer: None,
            cache: vec![],
            config: Rc::new(config),
            api,
        };
        let state = State {
            lang: Slot::new(lang),
            back: Slot::new(None),
            hello: Slot::new(None),
            begun: Slot::new(false),
            rows: Slot::new(vec![]),
            fresh: Slot::new(true),
            stage: Slot::new(Stage::Bot),
            kind: Slot::new(Kind::Bot),
            down: Slot::new(false),
            typing: Slot::new(false),
            latest: Slot::new(None),
            failed: Slot::new(vec![]),
            helpful: Slot::new(vec![]),
            explained: Slot::new(0),
            topic: Slot::new(None),
            choosing: Slot::new(false),
            open: Slot::new(false),
            away: Slot::new(false),
            score: Slot::new(0),
            scored: Slot::new(false),
            layer: Slot::new(Layer::None),
            draft: Slot::new(String::new()),
            suggestions: Slot::new(vec![]),
            hint: Slot::new(0),
            opener: Slot::new(None),
            teasing: Slot::new(false),
            trouble: Slot::new(false),
            core: Hold(RefCell::new(core)),
        };
        Self(Box::leak(Box::new(state)))
    }

    /// The config, to be used across awaits.
    pub(crate) fn config(self) -> Rc<Config> {
        self.core.with(|core| core.config.clone())
    }

    /// The loader's side.
    pub(crate) fn api(self) -> Api {
        self.core.with(|core| core.api.clone())
    }

    /// Tells the page's own handlers.
    pub(crate) fn emit(self, name: &str, detail: Node) {
        self.api().emit(name, &detail.js());
    }

    /// Writes down what must survive this page. Called only once the shopper has said something.
    pub(crate) fn save(self) {
        if self.core.with(|core| core.session.is_some()) {
            return self.write_down();
        }
        // Without a conversation of its own, a tab must not overwrite the one that another tab starts at this moment.
        persist::alone(self.config().site.as_str(), async move { self.write_down() });
    }

    /// The same, for whoever is alone or has a conversation.
    pub(crate) fn write_down(self) {
        let lang = self.lang.peek();
        self.core.with(|core| {
            let site = core.config.site.as_str();
            let session = persist::kept(core.session.clone(), core.elsewhere());
            persist::store(site, &Saved { session, lang, pinned: core.pinned });
        });
    }

    /// Writes down what is not yet acknowledged.
    pub(crate) fn save_outbox(self) {
        self.core.update(|core| {
            let outbox = core.link.outbox();
            persist::store_outbox(core.config.site.as_str(), &core.stored, &outbox);
            core.stored = outbox;
        });
    }

    /// Lets the views follow what the link says.
    pub(crate) fn refresh(self) {
        let (stage, spoken, unread) = self.core.with(|core| {
            let link = &core.link;
            let ahead = -(js_sys::Date::new_0().get_timezone_offset() as i64);
            let own = |m: &&Message| m.from == Sender::Visitor && m.client_id.is_some();
            self.latest.set(match (link.pending().last(), link.messages().iter().rev().find(own)) {
                (Some(pending), _) => {
                    Some((pending.draft.client_id().clone(), link.pending_delivery(pending)))
                }
                (None, Some(m)) => m.client_id.clone().zip(link.delivery(m)),
                (None, None) => None,
            });
            let failed = link.pending().iter().filter(|p| p.failed.is_some());
            self.failed.set(failed.map(|p| p.draft.client_id().clone()).collect());
            let answers = link.messages().iter().filter(|m| matches!(m.body, Body::Answer { .. }));
            self.helpful.set(
                answers.filter_map(|m| Some((m.seq, link.helpful(m.seq)?, link.reason(m.seq)))).collect(),
            );
            self.begun.set(core.session.is_some() || core.starting || !link.pending().is_empty());
            self.down.set(matches!(link.line(), Line::Waiting { .. }));
            // The bot owes an answer to the newest message: dots are shown until it comes.
            let bot = *link.stage() == Stage::Bot
                && link.line() == Line::Live
                && link.messages().last().is_some_and(|m| own(&m));
            self.typing.set(bot || link.typing(net::now()));
            let rows = chat::rows(link.messages(), link.pending(), ahead);
            self.fresh.set(rows.is_empty());
            self.rows.set(rows);
            (link.stage().clone(), link.lang(), link.unread())
        });
        self.show_unread(if self.open.peek() { 0 } else { unread });
        self.kind.set(Kind::from(&stage));
        if self.stage.set(stage) {
            self.handle_stage();
        }
        self.follow(spoken);
    }

    fn show_unread(self, count: usize) {
        let lang = self.lang.peek();
        let label = match count {
            0 => Text::Launcher.in_lang(lang).to_owned(),
            n => Text::LauncherUnread.fill(lang, &[("n", &n.to_string())]),
        };
        self.api().unread(u32::try_from(count).unwrap_or(u32::MAX), &label);
    }

    /// The conversation is in `spoken`: the panel follows once, and offers the way back.
    fn follow(self, spoken: Lang) {
        let changed = self.core.update(|core| {
            let changed = core.spoken != spoken;
            core.spoken = spoken;
            changed && !core.pinned
        });
        let before = self.lang.peek();
        if changed && before != spoken {
            self.back.set(Some(before));
            self.set_language(spoken);
        }
    }

    /// What the shopper may do instead of waiting.
    pub(crate) fn offer(self) -> Fallback {
        match self.stage.get() {
            Stage::Offline { offer, .. } => offer,
            Stage::Queued { place: Some(place), .. } if place.call_back => Fallback::CallBack,
            _ => Fallback::LeaveMessage,
        }
    }

    fn handle_stage(self) {
        let stage = self.stage.peek();
        match &stage {
            Stage::Queued { place, .. } => {
                let position = place.as_ref().map_or(Node::Nothing, |p| Node::Number(p.position.into()));
                self.emit("queue:update", map(vec![("position", position)]));
            }
            Stage::Assigned { agent } => self.emit("agent:assigned", map(vec![("name", text(&agent.name))])),
            Stage::Ended { .. } => self.emit("conversation:ended", Node::Nothing),
            _ => {}
        }
        // The person the form was an alternative to is here.
        let waiting = matches!(stage, Stage::Queued { .. } | Stage::Offline { .. } | Stage::Bot);
        if self.layer.peek() == Layer::LeaveMessage && !waiting {
            self.layer.set(Layer::None);
        }
    }

    /// Something arrived while the shopper was here.
    pub(crate) fn handle_arrival(self, message: &Message) {
        let words = match &message.body {
            Body::Text { text: words, .. } | Body::Answer { text: words, .. } => text(words),
            _ => Node::Nothing,
        };
        self.emit("message:received", map(vec![("text", words)]));
        self.handle_sight();
    }
}
