//! An answer from the knowledge base, and whether it helped.

use leptos::prelude::*;
use shared::lang::Lang;

use super::bubble::prose;
use super::icon::{self, icon};
use super::text::text;
use crate::i18n::Text;
use crate::state::App;

pub(crate) fn answer(app: App, seq: u64, words: &str, lang: Lang, asked: Option<Lang>) -> impl IntoView {
    // Said only when the reader's own language is missing.
    let elsewhere = asked.is_some_and(|asked| !asked.is_kin(lang));
    view! {
        <div class={"answer"} lang=lang.tag()>{prose(words)}</div>
        {elsewhere.then(|| view! {
            <p class="aside">{move || Text::OnlyIn.fill(app.lang.get(), &[("language", lang.own_name())])}</p>
        })}
        {move || {
            let mark = app.chat.with(|chat| chat.helpful.iter().find(|(s, _)| *s == seq).map(|(_, yes)| *yes));
            match mark {
                None => ask(app, seq).into_any(),
                Some(true) => view! { <p class="aside good">{icon(icon::CHECK)}{text(app, Text::HelpfulThanks)}</p> }.into_any(),
                Some(false) => view! { <p class="aside">{text(app, Text::HelpfulSorry)}</p> }.into_any(),
            }
        }}
    }
}

fn ask(app: App, seq: u64) -> impl IntoView {
    let thumb = move |yes: bool, path: &'static str, key: Text| {
        view! {
            <button class="thumb" type="button" aria-label=text(app, key) on:click=move |_| app.mark_helpful(seq, yes)>
                {icon(path)}
            </button>
        }
    };
    view! {
        <div class="helped">
            <span>{text(app, Text::Helpful)}</span>
            {thumb(true, icon::UP_THUMB, Text::HelpfulYes)}
            {thumb(false, icon::DOWN_THUMB, Text::HelpfulNo)}
        </div>
    }
}
