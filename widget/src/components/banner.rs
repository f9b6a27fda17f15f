//! The strip under the head: the line is down, the edge is out of reach, or the language has changed.

use leptos::prelude::*;
use shared::lang::Lang;

use super::parts::{button, group, nothing, part, say, text, words};
use crate::i18n::Text;
use crate::state::App;

pub(crate) fn banner(app: App) -> AnyView {
    let line = part(move || {
        if app.trouble.get() {
            let again = button("way", None, vec![words(text(app, Text::Retry))], move || app.try_again());
            group("strip", vec![words(text(app, Text::Unavailable)), again])
        } else if app.down.get() {
            group("strip late", vec![words(text(app, Text::LineDown))])
        } else {
            nothing()
        }
    });
    let language = part(move || app.back.get().map_or_else(nothing, |back| switched(app, back)));
    view! { <div class="strips" role="status">{line}{language}</div> }.into_any()
}

fn switched(app: App, back: Lang) -> AnyView {
    let now = say(move || {
        let lang = app.lang.get();
        Text::Switched.fill(lang, &[("language", lang.own_name())])
    });
    // In the language one goes back to: its reader must understand it.
    let way = Text::BackTo.fill(back, &[("language", back.own_name())]);
    let way = view! { <span lang=back.tag()>{way}</span> }.into_any();
    group("strip", vec![words(now), button("way", None, vec![way], move || app.choose_language(back))])
}
