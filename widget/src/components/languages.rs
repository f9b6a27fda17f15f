//! The panel's language, by hand.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::icon::{self, icon};
use super::text::text;
use crate::i18n::Text;
use crate::state::{App, Layer};

pub(crate) fn languages(app: App) -> impl IntoView {
    let now = app.lang.get_untracked();
    let menu = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        let chosen = menu.get().and_then(|m| m.query_selector("[aria-checked=true]").ok().flatten());
        if let Some(button) = chosen.and_then(|b| b.dyn_into::<HtmlElement>().ok()) {
            let _ = button.focus();
        }
    });
    let rows = app
        .config()
        .languages()
        .into_iter()
        .map(|lang| {
            let chosen = lang == now;
            view! {
                <button
                    class="hint"
                    type="button"
                    role="menuitemradio"
                    aria-checked=if chosen { "true" } else { "false" }
                    lang=lang.tag()
                    on:click=move |_| app.choose_language(lang)
                >
                    <span>{lang.own_name()}</span>
                    {chosen.then(|| icon(icon::CHECK))}
                </button>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <div class="shade clear" on:click=move |_| app.layer.set(Layer::None)></div>
        <div class="menu" node_ref=menu role="menu" aria-label=text(app, Text::Language)>
            {rows}
        </div>
    }
}
