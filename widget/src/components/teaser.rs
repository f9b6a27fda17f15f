//! The bubble beside the launcher, when the widget speaks first.

use leptos::prelude::*;

use super::icon::{self, icon};
use super::text::{text, with_shop};
use crate::i18n::Text;
use crate::state::App;

pub(crate) fn teaser(app: App) -> impl IntoView {
    move || {
        let opener = app.opener.get().filter(|_| app.teasing.get())?;
        Some(view! {
            <div
                class="teaser"
                role="complementary"
                aria-label=with_shop(app, Text::Teaser)
                lang=app.lang.get_untracked().tag()
                dir=if app.lang.get_untracked().is_rtl() { "rtl" } else { "ltr" }
            >
                <button class="says" type="button" aria-live="polite" on:click=move |_| app.accept_opener()>
                    <b>{app.config().name.clone()}</b>
                    <span>{opener.text}</span>
                </button>
                <button class="away" type="button" aria-label=text(app, Text::Close) on:click=move |_| app.dismiss_opener()>
                    {icon(icon::CLOSE)}
                </button>
            </div>
        })
    }
}
