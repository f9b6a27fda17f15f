//! The strip under the head: the line is down, the edge is out of reach, or the language has changed.

use shared::lang::Lang;

use super::parts::{button, label, say};
use crate::i18n::Text;
use crate::state::App;
use crate::view::{View, el, nothing, part, plain, words};

pub(crate) fn banner(app: App) -> View {
    let line = part(move || {
        if app.trouble.get() {
            let again = button("way", None, vec![label(app, Text::Retry)], move || app.try_again());
            el("div", "strip", vec![label(app, Text::Unavailable), again])
        } else if app.down.get() {
            el("div", "strip late", vec![label(app, Text::LineDown)])
        } else {
            nothing()
        }
    });
    let language = part(move || app.back.get().map_or_else(nothing, |back| switched(app, back)));
    el("div", "strips", vec![line, language]).with("role", "status")
}

fn switched(app: App, back: Lang) -> View {
    let now = say(move || {
        let lang = app.lang.get();
        Text::Switched.fill(lang, &[("language", lang.own_name())])
    });
    // In the language one goes back to: its reader must understand it.
    let way = vec![plain(&Text::BackTo.fill(back, &[("language", back.own_name())]))];
    let way = button("way", None, way, move || app.choose_language(back)).with("lang", back.tag());
    el("div", "strip", vec![el("span", "", vec![words(now)]), way])
}
