//! What typing sets off: the agent may know of it, and questions like it are suggested.

use std::time::Duration;

use leptos::prelude::set_timeout_with_handle;
use leptos::task::spawn_local;
use shared::conversation::clean::is_blank;
use shared::lang::Lang;
use shared::limits::SUGGEST_MIN_CHARS;
use shared::link::Input;
use shared::protocol::Offered;
use shared::protocol::stage::Stage;

use crate::net::feed;
use crate::net::http;
use crate::persist;
use crate::state::App;

/// Rest between the last key and the question for suggestions.
const SUGGEST_REST: Duration = Duration::from_millis(120);
/// Longest text suggestions are asked for.
const SUGGEST_BYTES: usize = 300;
/// Suggestions remembered.
const SUGGEST_CACHE: usize = 60;

impl App {
    /// Something was typed: the agent may know, and questions like it are suggested.
    pub(crate) fn handle_typing(self, text: String) {
        let typing = !is_blank(&text);
        // A long text is a story, not the beginning of a question; in one of several lines the arrow keys move the caret.
        let story = text.len() > SUGGEST_BYTES || text.contains('\n');
        let words = if story { String::new() } else { text.trim().to_owned() };
        if self.begun.peek() {
            persist::set_draft(self.config().site.as_str(), &text);
            if typing {
                feed(self, Input::Typing);
            }
        }
        self.draft.set(text);
        self.hint.set(0);
        let with_bot = self.stage.peek_with(|stage| matches!(stage, Stage::Bot | Stage::Offline { .. }));
        let lang = self.lang.peek();
        let known = self.core.update(|core| {
            if let Some(timer) = core.ask_timer.take() {
                timer.clear();
            }
            core.asked.clone_from(&words);
            core.cache.iter().find(|(l, w, _)| *l == lang && *w == words).map(|(_, _, found)| found.clone())
        });
        if !with_bot || words.chars().count() < SUGGEST_MIN_CHARS {
            self.suggestions.set(vec![]);
        } else if let Some(found) = known {
            self.suggestions.set(found);
        } else {
            let timer = set_timeout_with_handle(move || self.suggest(words, lang), SUGGEST_REST);
            self.core.update(|core| core.ask_timer = timer.ok());
        }
    }

    fn suggest(self, words: String, lang: Lang) {
        self.fetch(
            http::SUGGEST,
            words.clone(),
            lang,
            Box::new(move |options: Vec<Offered>| {
                let fresh = self.core.update(|core| {
                    let fresh = core.asked == words;
                    if core.cache.len() >= SUGGEST_CACHE {
                        core.cache.remove(0);
                    }
                    core.cache.push((lang, words, options.clone()));
                    fresh
                });
                if fresh {
                    self.hint.set(0);
                    self.suggestions.set(options);
                }
            }),
        );
    }

    /// Fetches a list of entries. Suggestions are a help, not a promise: without an answer there are none.
    pub(crate) fn fetch(
        self,
        list: &'static str,
        words: String,
        lang: Lang,
        // Boxed, so that there is one future and not one for each caller.
        then: Box<dyn FnOnce(Vec<Offered>)>,
    ) {
        spawn_local(async move {
            match http::entries(&self.config(), list, &words, lang).await {
                Ok(found) => then(found.options),
                Err(_) => {
                    self.trouble.set(list == http::TOPIC || self.trouble.peek());
                }
            }
        });
    }

    pub(crate) fn clear_suggestions(self) {
        self.core.update(|core| {
            core.asked.clear();
            if let Some(timer) = core.ask_timer.take() {
                timer.clear();
            }
        });
        self.hint.set(0);
        self.suggestions.set(vec![]);
    }
}
