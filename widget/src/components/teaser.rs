//! The bubble beside the launcher, when the widget speaks first.

use super::icon::{self, icon};
use super::panel::direction;
use super::parts::{button, fill, foreign, text};
use crate::i18n::Text;
use crate::state::App;
use crate::view::{View, el, nothing, part, plain};

pub(crate) fn teaser(app: App) -> View {
    part(move || {
        let Some(opener) = app.opener.get().filter(|_| app.teasing.get()) else { return nothing() };
        let shop = app.config().name.clone();
        let says = vec![el("b", "", vec![plain(&shop)]), foreign(&opener.text)];
        let close = Some(text(app, Text::Close));
        el(
            "div",
            "teaser",
            vec![
                button("says", None, says, move || app.api().open()),
                button("away", close, vec![icon(icon::CLOSE)], move || app.dismiss_opener()),
            ],
        )
        .with("role", "complementary")
        .with("aria-live", "polite")
        .live("aria-label", fill(app, Text::Teaser, "shop", shop))
        .live("dir", direction(app))
    })
}
