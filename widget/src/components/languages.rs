//! The panel's language, by hand.

use leptos::prelude::*;

use super::icon::{self, icon};
use super::parts::{choice, nothing, say, text};
use crate::i18n::Text;
use crate::state::{App, Layer};

pub(crate) fn languages(app: App) -> AnyView {
    let now = app.lang.peek();
    let config = app.config();
    let rows = config.languages.iter().map(|&lang| {
        let chosen = say(move || (lang == now).to_string());
        let name = view! { <span>{lang.own_name()}</span> }.into_any();
        let check = if lang == now { icon(icon::CHECK) } else { nothing() };
        choice(["hint", "menuitemradio"], Some(lang.tag()), None, chosen, vec![name, check], move || {
            app.choose_language(lang);
        })
    });
    view! {
        <div class="shade clear" on:click=move |_| app.show_layer(Layer::None)></div>
        <div class="menu" role="menu" aria-label=text(app, Text::Language)>{rows.collect::<Vec<_>>()}</div>
    }
    .into_any()
}
