//! Texts that follow the panel's language.
//!
//! One function for all of them means one closure type: the compiler makes the code for such a text once.

use leptos::prelude::*;

use crate::i18n::Text;
use crate::state::App;

/// The text as a child or attribute.
pub(crate) fn text(app: App, key: Text) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || key.in_lang(app.lang.get())
}

/// A text that is computed.
pub(crate) type Computed = Box<dyn Fn() -> String + Send + Sync>;

/// The text with the shop's name.
pub(crate) fn with_shop(app: App, key: Text) -> Computed {
    let name = app.config().name.clone();
    Box::new(move || key.fill(app.lang.get(), &[("shop", &name)]))
}
