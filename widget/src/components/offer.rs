//! The bot does not know: related questions, and a person.

use leptos::prelude::*;
use shared::protocol::Offered;

use super::icon::{self, icon};
use super::parts::{button, foreign, group, para, text, words};
use crate::i18n::Text;
use crate::state::App;

pub(crate) fn offer(app: App, options: Vec<Offered>) -> AnyView {
    let says = if options.is_empty() { Text::OfferNone } else { Text::Offer };
    let mut rows: Vec<AnyView> = options
        .into_iter()
        .map(|offered| {
            button("option", None, vec![foreign(offered.title.clone())], move || app.pick(offered.clone()))
        })
        .collect();
    let person = vec![icon(icon::PERSON), words(text(app, Text::Human))];
    rows.push(button("option person", None, person, move || app.ask_for_person()));
    vec![para("b", text(app, says)), group("options", rows)].into_any()
}
