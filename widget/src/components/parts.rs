//! What components are made of: one function, and so one piece of compiled code, for each thing drawn often.

use std::sync::Arc;

use leptos::prelude::*;

use crate::i18n::Text;
use crate::state::App;

/// A text that follows what it is made of, as a child or an attribute.
pub(crate) type Say = Arc<dyn Fn() -> String + Send + Sync>;

/// A computed text.
pub(crate) fn say(make: impl Fn() -> String + Send + Sync + 'static) -> Say {
    Arc::new(make)
}

/// A text of the locale files, in the panel's language.
pub(crate) fn text(app: App, key: Text) -> Say {
    say(move || key.in_lang(app.lang.get()).to_owned())
}

/// A text of the locale files with `{name}` replaced.
pub(crate) fn fill(app: App, key: Text, name: &'static str, value: String) -> Say {
    say(move || key.fill(app.lang.get(), &[(name, &value)]))
}

/// A view that follows what it is made of.
pub(crate) fn part(make: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let make: Box<dyn FnMut() -> AnyView + Send> = Box::new(make);
    make.into_any()
}

pub(crate) fn nothing() -> AnyView {
    ().into_any()
}

/// A paragraph.
pub(crate) fn para(class: &'static str, words: Say) -> AnyView {
    view! { <p class=class>{words}</p> }.into_any()
}

/// A box of views.
pub(crate) fn group(class: &'static str, inside: Vec<AnyView>) -> AnyView {
    view! { <div class=class>{inside}</div> }.into_any()
}

/// A card above the composer; readers are told of it.
pub(crate) fn card(class: &'static str, inside: Vec<AnyView>) -> AnyView {
    view! { <section class=class role="status">{inside}</section> }.into_any()
}

/// A heading.
pub(crate) fn heading(words: Say) -> AnyView {
    view! { <h3>{words}</h3> }.into_any()
}

/// A button that shows `inside`; with a label when that is no text.
pub(crate) fn button(
    class: &'static str,
    label: Option<Say>,
    inside: Vec<AnyView>,
    mut act: impl FnMut() + 'static,
) -> AnyView {
    let act: Box<dyn FnMut(web_sys::MouseEvent)> = Box::new(move |_| act());
    view! {
        <button type="button" class=class aria-label=label on:click=act>
            {inside}
        </button>
    }
    .into_any()
}

/// One of several of which one is chosen.
pub(crate) fn choice(
    [class, role]: [&'static str; 2],
    lang: Option<&'static str>,
    label: Option<Say>,
    chosen: Say,
    inside: Vec<AnyView>,
    mut act: impl FnMut() + 'static,
) -> AnyView {
    let act: Box<dyn FnMut(web_sys::MouseEvent)> = Box::new(move |_| act());
    view! {
        <button type="button" class=class role=role lang=lang aria-label=label aria-checked=chosen on:click=act>
            {inside}
        </button>
    }
    .into_any()
}

/// A text as a child.
pub(crate) fn words(say: Say) -> AnyView {
    view! { <span>{say}</span> }.into_any()
}

/// Somebody else's words, in their own direction.
pub(crate) fn foreign(words: String) -> AnyView {
    view! { <span dir="auto">{words}</span> }.into_any()
}
