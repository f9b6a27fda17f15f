//! Questions like the one being typed.

use leptos::prelude::*;

use super::parts::{button, foreign, nothing, part, text};
use crate::i18n::Text;
use crate::state::App;

pub(crate) fn suggestions(app: App) -> AnyView {
    part(move || {
        let found = app.suggestions.get();
        if found.is_empty() {
            return nothing();
        }
        let rows = found.into_iter().map(|offered| {
            button("hint", None, vec![foreign(offered.title.clone())], move || app.pick(offered.clone()))
        });
        view! {
            <section class="hints" aria-label=text(app, Text::Suggestions)>{rows.collect::<Vec<_>>()}</section>
        }
        .into_any()
    })
}
