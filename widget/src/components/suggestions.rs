//! Questions like the one being typed.

use super::parts::{button, foreign, text};
use crate::i18n::Text;
use crate::state::App;
use crate::view::{View, el, nothing, part};

pub(crate) fn suggestions(app: App) -> View {
    part(move || {
        let found = app.suggestions.get();
        if found.is_empty() {
            return nothing();
        }
        let rows = found.into_iter().map(|offered| {
            button("hint", None, vec![foreign(&offered.title)], move || app.pick(offered.clone()))
        });
        el("section", "hints", rows.collect()).live("aria-label", text(app, Text::Suggestions))
    })
}
