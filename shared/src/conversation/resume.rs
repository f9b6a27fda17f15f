//! `hello` and `resume`: what a client has missed, in bounded pages.

use super::machine::Conversation;
use super::step::Step;
use super::{Principal, SocketId, clean};
use crate::lang::Lang;
use crate::limits;
use crate::protocol::ServerFrame;
use crate::protocol::conversation::Party;
use crate::protocol::message::{Body, Message};
use crate::protocol::stage::PageContext;

impl Conversation {
    #[allow(clippy::too_many_arguments)] // the fields of one frame
    #[inline(never)]
    pub(super) fn hello(
        &mut self,
        step: &mut Step<'_>,
        socket: SocketId,
        who: &Principal,
        after: u64,
        lang: Option<Lang>,
        page: Option<PageContext>,
        renewed: Option<String>,
    ) {
        let agent = who.party() == Party::Agent;
        if !agent {
            if let Some(page) = page {
                self.page_changed(step, page);
            }
            // Until the visitor has written, the panel's language is the best guess there is.
            if let Some(lang) = lang
                && !self.state.pinned
                && self.state.preview.is_empty()
            {
                self.set_lang(step, lang, false);
            }
        }
        let Some(about) = &self.state.about else { return };
        let welcome = ServerFrame::Welcome {
            conversation: about.conversation.clone(),
            last: self.newest(!agent),
            stage: self.state.stage.clone(),
            lang: self.state.lang,
            pinned: self.state.pinned,
            read: self.state.marks,
            token: renewed.filter(|_| !agent),
            page: self.state.page.clone().filter(|_| agent),
            visitor_here: agent && self.visitor_here(),
            helpful: self.state.helpful.clone(),
            reasons: self.state.reasons.iter().map(|why| (why.seq, why.reason)).collect(),
        };
        step.send(socket, welcome);
        self.pages(step, socket, after, !agent);
    }

    /// The newest sequence a reader may see.
    pub(super) const fn newest(&self, public: bool) -> u64 {
        if public { self.state.last_public } else { self.state.last }
    }

    #[inline(never)]
    pub(super) fn pages(&self, step: &mut Step<'_>, socket: SocketId, after: u64, public: bool) {
        let newest = self.newest(public);
        let mut after = after.min(newest);
        let mut bytes = 0;
        for page in 1..=limits::RESUME_PAGES {
            let messages = bounded(step.log.page(after, limits::PAGE_MESSAGES, public));
            let end = messages.last().map_or(newest, |m| m.seq);
            let more = end < newest;
            bytes += messages.iter().map(weight).sum::<usize>();
            let ask = more && (page == limits::RESUME_PAGES || bytes >= limits::RESUME_BYTES);
            step.send(socket, ServerFrame::Page { after, messages, more, ask });
            if !more || ask {
                return;
            }
            after = end;
        }
    }

    #[inline(never)]
    pub(super) fn page_changed(&mut self, step: &mut Step<'_>, page: PageContext) {
        let page = clean::page(page);
        if self.state.page.as_ref() != Some(&page) {
            self.broadcast(step, Some(Party::Agent), &ServerFrame::PageContext { page: page.clone() });
            self.state.page = Some(page);
            step.save = true;
            self.card_changed(step);
        }
    }

    #[inline(never)]
    pub(super) fn set_lang(&mut self, step: &mut Step<'_>, lang: Lang, pinned: bool) {
        if (self.state.lang, self.state.pinned) != (lang, pinned) {
            (self.state.lang, self.state.pinned) = (lang, pinned);
            step.save = true;
            self.broadcast(step, None, &ServerFrame::Language { lang, pinned });
            self.card_changed(step);
        }
    }
}

/// The first messages that fit in a page's bytes, at least one.
fn bounded(mut messages: Vec<Message>) -> Vec<Message> {
    let mut bytes = 0;
    let fit = messages.iter().take_while(|m| {
        let first = bytes == 0;
        bytes += weight(m);
        first || bytes <= limits::PAGE_BYTES
    });
    let fit = fit.count();
    messages.truncate(fit);
    messages
}

/// About how many bytes a message takes on the wire.
pub(crate) fn weight(message: &Message) -> usize {
    let text = match &message.body {
        Body::Text { text, .. }
        | Body::Answer { text, .. }
        | Body::Note { text }
        | Body::Opener { text, .. } => text.len(),
        Body::Offer { options } => options.iter().map(|o| o.title.len() + 64).sum(),
        Body::Social { .. } | Body::Event { .. } => 0,
    };
    text + 256
}
