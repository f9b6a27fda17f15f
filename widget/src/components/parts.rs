//! What components are made of.

use web_sys::MouseEvent;

use crate::i18n::Text;
use crate::state::App;
use crate::view::{Say, View, el, plain, words};

/// A computed text.
pub(crate) fn say(make: impl Fn() -> String + 'static) -> Say {
    Box::new(make)
}

/// A text of the locale files, in the panel's language.
pub(crate) fn text(app: App, key: Text) -> Say {
    say(move || key.in_lang(app.lang.get()).to_owned())
}

/// A text of the locale files with `{name}` replaced.
pub(crate) fn fill(app: App, key: Text, name: &'static str, value: String) -> Say {
    say(move || key.fill(app.lang.get(), &[(name, &value)]))
}

/// A text of the locale files as a child.
pub(crate) fn label(app: App, key: Text) -> View {
    el("span", "", vec![words(text(app, key))])
}

/// A paragraph.
pub(crate) fn para(class: &str, say: Say) -> View {
    el("p", class, vec![words(say)])
}

/// A heading.
pub(crate) fn heading(say: Say) -> View {
    el("h3", "", vec![words(say)])
}

/// Somebody else's words, in their own direction.
pub(crate) fn foreign(text: &str) -> View {
    el("span", "", vec![plain(text)]).with("dir", "auto")
}

/// A button; named where what it shows is no text.
pub(crate) fn button(class: &str, name: Option<Say>, inside: Vec<View>, act: impl FnMut() + 'static) -> View {
    pressed(class, name, inside, Box::new(act))
}

/// Compiled once, and not for each button.
fn pressed(class: &str, name: Option<Say>, inside: Vec<View>, mut act: Box<dyn FnMut()>) -> View {
    let button = el("button", class, inside).with("type", "button").on("click", move |_: MouseEvent| act());
    match name {
        Some(name) => button.live("aria-label", name),
        None => button,
    }
}
