//! The strip under the head: the line is down, the edge is out of reach, or the language has changed.

use leptos::prelude::*;

use super::text::text;
use crate::i18n::Text;
use crate::state::App;

pub(crate) fn banner(app: App) -> impl IntoView {
    view! {
        <div class="strips" role="status">
            {move || (app.is_down() && !app.trouble.get()).then(|| view! { <p class="strip late">{text(app, Text::LineDown)}</p> })}
            {move || app.trouble.get().then(|| view! {
                <p class="strip">
                    {text(app, Text::Unavailable)}
                    <button class="way" type="button" on:click=move |_| app.try_again()>
                        {text(app, Text::Retry)}
                    </button>
                </p>
            })}
            {move || app.back.get().map(|back| view! {
                <p class="strip">
                    {move || Text::Switched.fill(app.lang.get(), &[("language", app.lang.get().own_name())])}
                    <button class="way" type="button" lang=back.tag() on:click=move |_| app.choose_language(back)>
                        // In the language one goes back to: its reader must understand it.
                        {Text::BackTo.fill(back, &[("language", back.own_name())])}
                    </button>
                </p>
            })}
        </div>
    }
}
