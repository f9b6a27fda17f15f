//! The panel: what fills the loader's frame.

use leptos::prelude::*;
use shared::protocol::stage::Stage;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, KeyboardEvent};

use super::text::with_shop;
use super::{banner, composer, header, languages, leave, queue, rating, stream, suggestions};
use crate::i18n::Text;
use crate::state::{App, Layer};

/// Draws the panel into `frame`.
pub(crate) fn panel(app: App, frame: HtmlElement) -> impl IntoView {
    follow_keyboard(&frame);
    let label = with_shop(app, Text::Dialog);
    Effect::new(move |_| {
        // The frame is a dialog since before there was a language to name it in.
        let _ = frame.set_attribute("aria-label", &label());
    });
    let focus = NodeRef::<leptos::html::Textarea>::new();
    Effect::new(move |_| {
        if app.open.get()
            && let Some(field) = focus.get()
            && !is_touch()
        {
            let _ = field.focus();
        }
    });
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" && !event.is_composing() {
            event.stop_propagation();
            if app.layer.get_untracked() != Layer::None {
                app.layer.set(Layer::None);
            } else if app.suggestions.with_untracked(Vec::is_empty) {
                app.close();
            } else {
                app.clear_suggestions();
            }
        }
    };
    view! {
        <div
            class="ed"
            lang=move || app.lang.get().tag()
            dir=move || if app.lang.get().is_rtl() { "rtl" } else { "ltr" }
            on:keydown=escape
        >
            {header::header(app)}
            {banner::banner(app)}
            {stream::stream(app)}
            <div class={"dock"}>
                {move || dock(app)}
                {suggestions::suggestions(app)}
                {composer::composer(app, focus)}
            </div>
            {move || match app.layer.get() {
                Layer::None => ().into_any(),
                Layer::Languages => languages::languages(app).into_any(),
                Layer::LeaveMessage => leave::leave(app).into_any(),
            }}
        </div>
    }
}

/// The card above the composer that the stage calls for.
fn dock(app: App) -> AnyView {
    let stage = Memo::new(move |_| app.chat.with(|chat| chat.stage.clone()));
    match stage.get() {
        Stage::Queued { place, .. } => queue::queue(app, place).into_any(),
        Stage::Offline => queue::offline(app).into_any(),
        Stage::MessageLeft => queue::left(app).into_any(),
        Stage::Ended { rating: None, .. } => rating::rating(app).into_any(),
        _ => ().into_any(),
    }
}

/// On a touch screen the focus would bring up the keyboard over what the shopper has not yet seen.
fn is_touch() -> bool {
    window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|query| query.matches())
}

/// Keeps the full-screen sheet of a phone inside what its keyboard leaves visible; `dvh` knows no keyboard.
fn follow_keyboard(frame: &HtmlElement) {
    let Some(viewport) = window().visual_viewport() else { return };
    let frame = frame.clone();
    let seen = viewport.clone();
    let handler = Closure::<dyn FnMut()>::new(move || {
        let style = frame.style();
        let _ = style.set_property("--top", &format!("{}px", seen.offset_top() as i32));
        let _ = style.set_property("--tall", &format!("{}px", seen.height() as i32));
    });
    let function = handler.into_js_value();
    viewport.set_onresize(Some(function.unchecked_ref()));
    viewport.set_onscroll(Some(function.unchecked_ref()));
}
