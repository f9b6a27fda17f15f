//! Questions like the one being typed.

use leptos::prelude::*;

use super::text::text;
use crate::i18n::Text;
use crate::state::App;

pub(crate) fn suggestions(app: App) -> impl IntoView {
    move || {
        let found = app.suggestions.get();
        (!found.is_empty()).then(|| {
            let rows = found
                .into_iter()
                .map(|offered| {
                    let title = offered.title.clone();
                    view! {
                        <button class="hint" type="button" dir="auto" on:click=move |_| app.pick(offered.clone())>
                            {title}
                        </button>
                    }
                })
                .collect::<Vec<_>>();
            view! {
                <section class="hints" aria-label=text(app, Text::Suggestions)>
                    {rows}
                </section>
            }
        })
    }
}
