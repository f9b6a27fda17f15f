//! What the shop has answers about, to be read without asking.

use shared::protocol::Offered;
use shared::protocol::http::Topic;

use super::icon::{self, icon};
use super::parts::{button, foreign, heading, text};
use crate::i18n::Text;
use crate::state::App;
use crate::view::{View, el, nothing, part};

/// The topics, or what is in one of them.
pub(crate) fn topics(app: App) -> View {
    let all = app.hello.with(|hello| hello.as_ref().map(|h| h.browse.clone()).unwrap_or_default());
    if all.is_empty() {
        return nothing();
    }
    part(move || match app.topic.get() {
        Some((topic, entries)) => inside(app, &topic, entries),
        None => {
            let one = |topic: Topic| {
                button("option", None, vec![foreign(&topic.title)], move || app.browse(topic.clone()))
            };
            let row = el("div", "options", all.iter().cloned().map(one).collect());
            el("section", "browse", vec![heading(text(app, Text::Browse)), row])
        }
    })
}

fn inside(app: App, topic: &Topic, entries: Vec<Offered>) -> View {
    let back = vec![icon(icon::BACK), foreign(&topic.title)];
    let back = button("topic back", None, back, move || {
        app.topic.set(None);
    });
    let mut rows = vec![back];
    rows.extend(entries.into_iter().map(|offered| entry(app, offered)));
    el("section", "topics", rows).live("aria-label", text(app, Text::Browse))
}

/// A question to be touched.
pub(crate) fn entry(app: App, offered: Offered) -> View {
    let inside = vec![foreign(&offered.title), icon(icon::NEXT)];
    button("topic", None, inside, move || app.pick(offered.clone()))
}
