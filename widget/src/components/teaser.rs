//! The bubble beside the launcher, when the widget speaks first.

use leptos::prelude::*;

use super::icon::{self, icon};
use super::panel::direction;
use super::parts::{button, fill, nothing, part, text};
use crate::i18n::Text;
use crate::state::App;

pub(crate) fn teaser(app: App) -> AnyView {
    part(move || {
        let Some(opener) = app.opener.get().filter(|_| app.teasing.get()) else { return nothing() };
        let shop = app.config().name.clone();
        let says = view! { <b>{shop.clone()}</b><span dir="auto">{opener.text}</span> }.into_any();
        view! {
            <div
                class="teaser"
                role="complementary"
                aria-live="polite"
                aria-label=fill(app, Text::Teaser, "shop", shop)
                dir=direction(app)
            >
                {button("says", None, vec![says], move || app.api().open())}
                {button("away", Some(text(app, Text::Close)), vec![icon(icon::CLOSE)], move || app.dismiss_opener())}
            </div>
        }
        .into_any()
    })
}
