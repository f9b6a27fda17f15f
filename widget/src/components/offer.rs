//! The bot does not know: related questions, and a person.

use leptos::prelude::*;
use shared::protocol::Offered;

use super::icon::{self, icon};
use super::text::text;
use crate::i18n::Text;
use crate::state::App;

pub(crate) fn offer(app: App, options: Vec<Offered>) -> impl IntoView {
    let say = if options.is_empty() { Text::OfferNone } else { Text::Offer };
    let rows = options
        .into_iter()
        .map(|offered| {
            let title = offered.title.clone();
            view! {
                <button class="option" type="button" dir="auto" on:click=move |_| app.pick(offered.clone())>
                    {title}
                </button>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <p class="b">{text(app, say)}</p>
        <div class="options">
            {rows}
            <button class="option person" type="button" on:click=move |_| app.ask_for_person()>
                {icon(icon::PERSON)}
                {text(app, Text::Human)}
            </button>
        </div>
    }
}
