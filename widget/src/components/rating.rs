//! How was it? Five faces and, if one likes, a word.

use leptos::prelude::*;
use leptos::svg;
use shared::limits::TEXT_CHARS;

use super::text::text;
use crate::i18n::Text;
use crate::state::App;

/// The faces' names, worst first.
const FACES: [Text; 5] = [Text::Rate1, Text::Rate2, Text::Rate3, Text::Rate4, Text::Rate5];
/// Where the middle of each mouth is pulled to.
const MOUTHS: [&str; 5] = [
    "M8 16.6q4-4.6 8 0",
    "M8.2 15.8q3.8-2.4 7.6 0",
    "M8.2 15.2h7.6",
    "M8.2 14.4q3.8 2.6 7.6 0",
    "M7.8 13.6q4.2 5.6 8.4 0",
];

pub(crate) fn rating(app: App) -> impl IntoView {
    let score = RwSignal::new(0);
    let comment = RwSignal::new(String::new());
    let faces = (0..5)
        .map(|i| {
            let value = i + 1;
            view! {
                <button
                    class="smile"
                    type="button"
                    role="radio"
                    aria-label=text(app, FACES[i])
                    aria-checked=move || if score.get() == value { "true" } else { "false" }
                    on:click=move |_| score.set(value)
                >
                    {svg::svg().attr("viewBox", "0 0 24 24").attr("class", "icon").attr("aria-hidden", "true").child((
                        svg::path().attr("d", "M12 2.8a9.2 9.2 0 1 0 0 18.4a9.2 9.2 0 1 0 0-18.4M9 9.6v.6M15 9.6v.6"),
                        svg::path().attr("d", MOUTHS[i]),
                    ))}
                </button>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <section class="card rate">
            <h3>{text(app, Text::RateTitle)}</h3>
            <div class="smiles" role="radiogroup" aria-label=text(app, Text::RateTitle)>
                {faces}
            </div>
            {move || (score.get() > 0).then(|| view! {
                <textarea
                    rows="2"
                    maxlength=TEXT_CHARS.to_string()
                    dir="auto"
                    placeholder=text(app, Text::RateComment)
                    aria-label=text(app, Text::RateComment)
                    on:input=move |event| comment.set(event_target_value(&event))
                ></textarea>
                <div class="acts">
                    <button class="main" type="button" on:click=move |_| {
                        app.rate(u8::try_from(score.get_untracked()).unwrap_or(5), &comment.get_untracked());
                    }>
                        {text(app, Text::RateSend)}
                    </button>
                </div>
            })}
        </section>
    }
}
