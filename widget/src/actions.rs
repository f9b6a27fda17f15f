//! What the shopper can do. Components call these and nothing else.

use std::time::Duration;

use leptos::prelude::{document, request_animation_frame, set_timeout, window};
use leptos::task::spawn_local;
use shared::conversation::clean::{clean, is_blank};
use shared::ids::{ClientId, GroupId};
use shared::lang::Lang;
use shared::limits::TEXT_CHARS;
use shared::link::{Draft, Input, Pending};
use shared::protocol::conversation::Reason;
use shared::protocol::http::{StartConversation, Topic};
use shared::protocol::{ClientFrame, Offered};
use shared::time::MINUTE;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::i18n::Text;
use crate::net::http::{self, Failure};
use crate::net::{self, feed};
use crate::node::Node;
use crate::persist::Session;
use crate::state::{App, Core, Layer};
use crate::wire::map;
use crate::{page, persist};

/// Availability older than this is asked for again when the panel opens.
const HELLO_LASTS: u64 = MINUTE;
/// The first rest before a failed start is tried again; doubles up to 32 times this.
const START_REST: u64 = 1_000;

impl App {
    /// The panel was opened.
    pub(crate) fn handle_open(self) {
        self.open.set(true);
        self.teasing.set(false);
        self.core.update(|core| core.page.handle_engaged());
        self.greet();
        self.handle_sight();
        self.keep_open();
        self.focus_soon();
    }

    /// The panel was closed.
    pub(crate) fn handle_close(self) {
        self.open.set(false);
        self.layer.set(Layer::None);
        self.keep_open();
    }

    /// Lays something over the stream, or takes it away.
    pub(crate) fn show_layer(self, layer: Layer) {
        self.layer.set(layer);
        self.focus_soon();
    }

    /// The newest message comes into sight.
    pub(crate) fn show_latest(self) {
        if let Ok(Some(view)) = self.api().frame().query_selector(".view") {
            view.set_scroll_top(0);
        }
    }

    /// Puts the focus where it belongs, once what is to have it has been drawn. On a touch screen the composer would
    /// bring up the keyboard over what the shopper has not yet seen.
    fn focus_soon(self) {
        request_animation_frame(move || {
            let touch = window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|q| q.matches());
            let place = match self.layer.peek() {
                Layer::Languages => ".menu [aria-checked=true]",
                Layer::LeaveMessage => ".leave textarea",
                Layer::None if self.choosing.peek() => ".choices button",
                Layer::None if touch => return,
                Layer::None => ".write textarea",
            };
            let field = self.api().frame().query_selector(place).ok().flatten();
            if let Some(field) = field.and_then(|f| f.dyn_into::<HtmlElement>().ok()) {
                let _ = field.focus();
            }
        });
    }

    /// The teaser was sent away.
    pub(crate) fn dismiss_opener(self) {
        self.teasing.set(false);
        self.opener.set(None);
        persist::set_quiet(self.config().site.as_str());
    }

    /// Messages may have been seen by a person.
    pub(crate) fn handle_sight(self) {
        let here = self.open.peek() && !document().hidden();
        if here && self.begun.peek() {
            feed(self, Input::Seen);
        }
    }

    /// Continues the conversation of an earlier page, if there is one.
    pub(crate) fn resume(self) {
        self.refresh();
        let (session, waiting) = self.core.with(|c| (c.session.is_some(), !c.link.pending().is_empty()));
        if session {
            feed(self, Input::Start);
            self.tell_page();
        } else if waiting {
            self.begin();
        }
    }

    /// The page changed under the widget.
    pub(crate) fn handle_page(self) {
        self.tell_page();
        crate::proactive::begin(self);
    }

    fn tell_page(self) {
        if self.core.with(|core| core.session.is_some()) {
            feed(self, Input::Tell(ClientFrame::Page { page: page::current() }));
        }
    }

    /// The shopper says something.
    pub(crate) fn say(self, text: &str) {
        // As the edge keeps it, so that what is shown now is what is shown after a reload.
        let text: String = clean(text.trim()).chars().take(TEXT_CHARS).collect();
        if !is_blank(&text) {
            self.write(Draft::Text { client_id: new_id(), text });
        }
    }

    /// The shopper picks an offered question.
    pub(crate) fn pick(self, offered: Offered) {
        let Offered { entry, title } = offered;
        self.write(Draft::Pick { client_id: new_id(), entry, title });
    }

    /// The shopper leaves a message for later.
    pub(crate) fn leave_message(self, text: &str, contact: &str, call_back: bool) {
        let some = |text: &str| Some(clean(text.trim())).filter(|t| !is_blank(t));
        if let Some(text) = some(text) {
            self.layer.set(Layer::None);
            self.write(Draft::LeaveMessage { client_id: new_id(), text, contact: some(contact), call_back });
        }
    }

    fn write(self, draft: Draft) {
        self.draft.set(String::new());
        persist::set_draft(self.config().site.as_str(), "");
        self.clear_suggestions();
        self.emit("message:sent", Node::Nothing);
        feed(self, Input::Write(draft));
        self.begin();
        self.show_latest();
    }

    /// Asks for a person, or first for which one.
    pub(crate) fn ask_for_person(self) {
        let choices = self.hello.peek_with(|hello| hello.as_ref().map_or(0, |h| h.choices.len()));
        if choices > 0 && !self.choosing.peek() {
            self.choosing.set(true);
            return self.focus_soon();
        }
        self.ask_for(None);
    }

    /// Asks for a person of this group, or for anybody.
    pub(crate) fn ask_for(self, group: Option<GroupId>) {
        self.choosing.set(false);
        feed(self, Input::Tell(ClientFrame::Choose { group }));
        feed(self, Input::Tell(ClientFrame::Handoff));
        self.begin();
        self.focus_soon();
    }

    pub(crate) fn leave_queue(self) {
        feed(self, Input::Tell(ClientFrame::LeaveQueue));
    }

    pub(crate) fn end(self) {
        feed(self, Input::Tell(ClientFrame::End));
    }

    pub(crate) fn rate(self, score: u8, comment: &str) {
        let comment = Some(comment.trim().to_owned()).filter(|t| !t.is_empty());
        feed(self, Input::Tell(ClientFrame::Rate { score, comment }));
        self.emit("rating", Node::Number(score.into()));
    }

    pub(crate) fn mark_helpful(self, seq: u64, yes: bool) {
        self.tell_helpful(seq, yes, None, None);
    }

    /// Why an answer did not help.
    pub(crate) fn explain(self, seq: u64, reason: Reason) {
        self.explained.set(seq);
        self.tell_helpful(seq, false, Some(reason), None);
    }

    /// The same in the shopper's own words.
    pub(crate) fn comment(self, seq: u64, reason: Reason, comment: &str) {
        self.explained.set(0);
        let comment = Some(clean(comment.trim())).filter(|c| !is_blank(c));
        if comment.is_some() {
            self.tell_helpful(seq, false, Some(reason), comment);
        }
    }

    fn tell_helpful(self, seq: u64, yes: bool, reason: Option<Reason>, comment: Option<String>) {
        feed(self, Input::Tell(ClientFrame::Helpful { seq, yes, reason, comment }));
    }

    /// Looks into a topic.
    pub(crate) fn browse(self, topic: Topic) {
        let lang = self.lang.peek();
        self.fetch(
            http::TOPIC,
            topic.topic.clone(),
            lang,
            Box::new(move |options| {
                if self.lang.peek() == lang {
                    self.topic.set(Some((topic, options)));
                }
            }),
        );
    }

    pub(crate) fn retry(self, client_id: ClientId) {
        feed(self, Input::Retry { client_id });
    }

    /// The shopper chooses the panel's language; it stays.
    pub(crate) fn choose_language(self, lang: Lang) {
        self.show_layer(Layer::None);
        self.back.set(None);
        self.core.update(|core| core.pinned = true);
        if self.core.with(|core| core.session.is_some()) {
            feed(self, Input::Tell(ClientFrame::Language { lang: Some(lang) }));
        }
        self.set_language(lang);
    }

    /// Puts the panel into `lang`, and fetches the shop's texts in it.
    pub(crate) fn set_language(self, lang: Lang) {
        if self.lang.peek() == lang {
            return;
        }
        self.lang.set(lang);
        self.topic.set(None);
        self.name_dialog();
        self.clear_suggestions();
        if self.begun.peek() {
            self.save();
        }
        self.core.update(|core| core.hello_at.0 = 0);
        if self.open.peek() {
            self.greet();
        }
    }

    /// The loader's frame is a dialog since before there was a language to name it in.
    pub(crate) fn name_dialog(self) {
        let label = Text::Dialog.fill(self.lang.peek(), &[("shop", &self.config().name)]);
        let _ = self.api().frame().set_attribute("aria-label", &label);
    }

    /// Fetches greeting, availability and topics, unless they are fresh.
    pub(crate) fn greet(self) {
        let lang = self.lang.peek();
        if self.core.with(|core| net::now().since(core.hello_at) < HELLO_LASTS) {
            return;
        }
        spawn_local(async move {
            match http::hello(&self.config(), lang).await {
                Ok(hello) if self.lang.peek() == lang => {
                    self.core.update(|core| {
                        core.hello_at = net::now();
                        core.cache.clear();
                    });
                    self.emit("availability", map(vec![("online", Node::Flag(hello.availability.online))]));
                    self.trouble.set(false);
                    self.hello.set(Some(hello));
                    self.greet_later();
                }
                Ok(_) => {}
                // With greeting or conversation on the screen there is nothing to apologise for.
                Err(_) => {
                    self.trouble.set(self.hello.peek_with(Option::is_none));
                }
            }
        });
    }

    /// While somebody looks at the panel, its availability stays true.
    fn greet_later(self) {
        let again = move || {
            if self.open.peek() && !document().hidden() {
                self.greet();
            }
        };
        set_timeout(again, Duration::from_millis(HELLO_LASTS + 1_000));
    }

    /// Tries again whatever failed.
    pub(crate) fn try_again(self) {
        self.trouble.set(false);
        self.core.update(|core| core.failures = 0);
        self.greet();
        if self.core.with(|core| core.session.is_none() && !core.link.pending().is_empty()) {
            self.begin();
        }
        feed(self, Input::Wake);
    }

    /// Starts the conversation, at the first thing the shopper says or asks for.
    pub(crate) fn begin(self) {
        let busy = self.core.update(|core| {
            let busy = core.session.is_some() || core.starting;
            core.starting |= !busy;
            busy
        });
        if busy {
            return;
        }
        self.refresh();
        let lang = self.lang.peek();
        let campaign = self.opener.peek().map(|o| o.campaign);
        let body = StartConversation { lang, page: Some(page::current()), campaign, token: None };
        let config = self.config();
        persist::alone(config.clone().site.as_str(), async move {
            // Two tabs that have something to say say it in one conversation: that of the first.
            let answer = match self.core.with(Core::elsewhere) {
                Some(session) => Ok(session),
                None => {
                    // The next page finds what waits, should this one end before there is an answer.
                    self.write_down();
                    http::start(&config, &body).await.map(|started| {
                        let own = Session { conversation: started.conversation, token: started.token };
                        self.core.with(Core::elsewhere).unwrap_or(own)
                    })
                }
            };
            self.core.update(|core| core.starting = false);
            match answer {
                Ok(session) => {
                    self.adopt(session);
                    self.save();
                    self.emit("conversation:started", Node::Nothing);
                }
                Err(Failure::Refused(_)) => {
                    self.trouble.set(true);
                }
                Err(Failure::Line) => {
                    self.trouble.set(true);
                    let failures = self.core.update(|core| {
                        core.failures += 1;
                        core.failures
                    });
                    let rest = START_REST << failures.min(5);
                    set_timeout(move || self.begin(), Duration::from_millis(rest));
                }
            }
        });
    }

    /// Connects to a conversation that was started, here or in another tab.
    pub(crate) fn adopt(self, session: Session) {
        let pinned = self.core.update(|core| {
            core.session = Some(session);
            core.failures = 0;
            core.pinned
        });
        self.trouble.set(false);
        self.keep_open();
        feed(self, Input::Start);
        if pinned {
            feed(self, Input::Tell(ClientFrame::Language { lang: Some(self.lang.peek()) }));
        }
        self.refresh();
        self.handle_sight();
    }

    /// Another tab has a conversation: take part in it, unless this tab is in one of its own.
    pub(crate) fn join(self, session: Session) {
        let stays = self.core.update(|core| match &mut core.session {
            Some(own) if own.conversation == session.conversation => {
                own.token.clone_from(&session.token);
                true
            }
            Some(_) => true,
            None => core.has_left(&session),
        });
        if !stays {
            self.adopt(session);
        }
    }

    /// Another tab wrote a message: should that tab be closed, this one sends it.
    pub(crate) fn take_over(self, pending: Pending) {
        let new = self.core.update(|core| {
            let known = persist::find(&core.stored, pending.draft.client_id()).is_some();
            // What there is no room for stays where it is stored.
            let new = !known && core.link.has_room();
            if new {
                core.stored.push(pending.clone());
            }
            new
        });
        if new {
            feed(self, Input::Adopt { outbox: vec![pending] });
        }
    }

    /// Another tab of the same conversation chose a language. What the conversation itself does to the language,
    /// every tab hears from the edge.
    pub(crate) fn follow_tab(self, lang: Lang, pinned: bool) {
        self.core.update(|core| core.pinned = pinned);
        if pinned && self.lang.peek() != lang {
            self.back.set(None);
            self.set_language(lang);
        }
    }

    /// The line may be back.
    pub(crate) fn wake(self) {
        // A page that was put aside has not heard what other tabs wrote.
        persist::outbox(self.config().site.as_str()).into_iter().for_each(|p| self.take_over(p));
        if self.core.with(|core| core.session.is_some()) {
            feed(self, Input::Wake);
        } else if self.core.with(|core| core.failures > 0 || !core.link.pending().is_empty()) {
            self.begin();
        }
    }

    /// Lets this tab remember whether the panel is open; nothing is stored before a conversation exists.
    fn keep_open(self) {
        if self.core.with(|core| core.session.is_some()) {
            self.api().keep();
        }
    }

    /// The page says anew who the shopper is: a line says so when it is opened.
    pub(crate) fn identify(self) {
        if self.core.with(|core| core.session.is_some()) {
            feed(self, Input::Sleep);
            feed(self, Input::Wake);
        }
    }

    /// Closes the line; the widget is being taken away.
    pub(crate) fn sleep(self) {
        feed(self, Input::Sleep);
    }
}

fn new_id() -> ClientId {
    ClientId::from_random(net::random())
}
