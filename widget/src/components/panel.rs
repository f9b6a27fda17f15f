//! The panel: what fills the loader's frame.

use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, KeyboardEvent};

use super::parts::say;
use super::{banner, composer, header, languages, leave, queue, rating, stream, suggestions};
use crate::state::{App, Kind, Layer};
use crate::view::{Say, View, el, nothing, part};

/// Draws the panel into `frame`.
pub(crate) fn panel(app: App, frame: &HtmlElement) -> View {
    follow_keyboard(frame);
    let dock = vec![part(move || card(app)), suggestions::suggestions(app), composer::composer(app)];
    let layer = part(move || match app.layer.get() {
        Layer::None => nothing(),
        Layer::Languages => languages::languages(app),
        Layer::LeaveMessage => leave::leave(app),
    });
    let inside =
        vec![header::header(app), banner::banner(app), stream::stream(app), el("div", "dock", dock), layer];
    el("div", "ed", inside)
        .live("lang", say(move || app.lang.get().tag().to_owned()))
        .live("dir", direction(app))
        .on("keydown", move |event: KeyboardEvent| escape(app, &event))
}

/// The writing direction of the panel's language.
pub(crate) fn direction(app: App) -> Say {
    say(move || if app.lang.get().is_rtl() { "rtl" } else { "ltr" }.to_owned())
}

/// The card above the composer that the stage calls for.
fn card(app: App) -> View {
    let kind = app.kind.get();
    if app.choosing.get() && !matches!(kind, Kind::Queued | Kind::Assigned) {
        return queue::choices(app);
    }
    match kind {
        Kind::Queued => queue::queue(app),
        Kind::Offline => queue::offline(app),
        Kind::MessageLeft => queue::left(app),
        Kind::Ended => rating::rating(app),
        Kind::Bot | Kind::Assigned | Kind::Rated => nothing(),
    }
}

/// Escape closes what lies on top.
fn escape(app: App, event: &KeyboardEvent) {
    if event.key() != "Escape" || event.is_composing() {
        return;
    }
    event.stop_propagation();
    if app.layer.peek() != Layer::None {
        app.show_layer(Layer::None);
    } else if app.choosing.peek() {
        app.choosing.set(false);
        app.show_layer(Layer::None);
    } else if app.suggestions.peek_with(Vec::is_empty) {
        app.api().close();
    } else {
        app.clear_suggestions();
    }
}

/// Keeps the full-screen sheet of a phone inside what its keyboard leaves visible; `dvh` knows no keyboard.
fn follow_keyboard(frame: &HtmlElement) {
    let Some(viewport) = window().visual_viewport() else { return };
    let frame = frame.clone();
    let seen = viewport.clone();
    let handler = Closure::<dyn FnMut()>::new(move || {
        let set = |name: &str, pixels: f64| {
            let _ = frame.style().set_property(name, &((pixels as i32).to_string() + "px"));
        };
        set("--top", seen.offset_top());
        set("--tall", seen.height());
    });
    let function = handler.into_js_value();
    viewport.set_onresize(Some(function.unchecked_ref()));
    viewport.set_onscroll(Some(function.unchecked_ref()));
}
