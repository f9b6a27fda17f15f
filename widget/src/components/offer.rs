//! The bot does not know: related questions, and a person.

use shared::protocol::Offered;

use super::icon::{self, icon};
use super::parts::{button, foreign, label, para, text};
use crate::i18n::Text;
use crate::state::App;
use crate::view::{View, el};

pub(crate) fn offer(app: App, options: Vec<Offered>) -> View {
    let says = if options.is_empty() { Text::OfferNone } else { Text::Offer };
    let pick = |offered: Offered| {
        button("option", None, vec![foreign(&offered.title)], move || app.pick(offered.clone()))
    };
    let mut rows: Vec<View> = options.into_iter().map(pick).collect();
    let person = vec![icon(icon::PERSON), label(app, Text::Human)];
    rows.push(button("option person", None, person, move || app.ask_for_person()));
    el("div", "", vec![para("b", text(app, says)), el("div", "options", rows)])
}
