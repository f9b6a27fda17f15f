//! The panel's language, by hand.

use web_sys::MouseEvent;

use super::icon::{self, icon};
use super::parts::{button, text};
use crate::i18n::Text;
use crate::state::{App, Layer};
use crate::view::{View, el, nothing, plain};

pub(crate) fn languages(app: App) -> View {
    let now = app.lang.peek();
    let config = app.config();
    let rows = config.languages.iter().map(|&lang| {
        let name = el("span", "", vec![plain(lang.own_name())]);
        let check = if lang == now { icon(icon::CHECK) } else { nothing() };
        button("hint", None, vec![name, check], move || app.choose_language(lang))
            .with("role", "menuitemradio")
            .with("lang", lang.tag())
            .with("aria-checked", if lang == now { "true" } else { "false" })
    });
    let menu =
        el("div", "menu", rows.collect()).with("role", "menu").live("aria-label", text(app, Text::Language));
    let shade =
        el("div", "shade clear", vec![]).on("click", move |_: MouseEvent| app.show_layer(Layer::None));
    el("div", "", vec![shade, menu])
}
