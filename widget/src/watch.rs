//! Listens to the window: the line coming back, the page shown and hidden, other tabs.

use shared::link::Input;
use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget, StorageEvent};

use crate::net::feed;
use crate::persist;
use crate::proactive;
use crate::state::App;

/// The listeners; dropping them ends the watch.
#[derive(Debug)]
pub(crate) struct Watching {
    handler: Closure<dyn FnMut(Event)>,
    targets: Vec<(EventTarget, &'static str)>,
}

/// Begins to listen.
pub(crate) fn watch(app: App) -> Watching {
    let window = leptos::prelude::window();
    let document = leptos::prelude::document();
    let handler = Closure::<dyn FnMut(Event)>::new(move |event: Event| match event.type_().as_str() {
        "online" | "pageshow" => app.wake(),
        "pagehide" => feed(app, Input::Sleep),
        "visibilitychange" => {
            let visible = !leptos::prelude::document().hidden();
            proactive::handle_visibility(app, visible);
            if visible {
                app.wake();
                app.handle_sight();
                if app.open.peek() {
                    app.greet();
                }
            }
        }
        "storage" => {
            if let Some(event) = event.dyn_ref::<StorageEvent>() {
                handle_storage(app, event);
            }
        }
        _ => {}
    });
    let targets: Vec<(EventTarget, &str)> = vec![
        (window.clone().into(), "online"),
        (window.clone().into(), "pageshow"),
        (window.clone().into(), "pagehide"),
        (window.into(), "storage"),
        (document.into(), "visibilitychange"),
    ];
    for (target, name) in &targets {
        // Adding a listener to window or document does not fail.
        let _ = target.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
    }
    Watching { handler, targets }
}

impl Drop for Watching {
    fn drop(&mut self) {
        for (target, name) in &self.targets {
            let _ = target.remove_event_listener_with_callback(name, self.handler.as_ref().unchecked_ref());
        }
    }
}

/// Another tab wrote: both show one conversation, and send what either of them has to say.
fn handle_storage(app: App, event: &StorageEvent) {
    let (Some(key), Some(text)) = (event.key(), event.new_value()) else { return };
    let config = app.config();
    let site = config.site.as_str();
    if persist::is_message(site, &key) {
        if let Some(pending) = persist::message(&text) {
            app.take_over(pending);
        }
    } else if key == persist::key(site)
        && let Some(saved) = persist::parse(&text)
    {
        if let Some(session) = saved.session {
            app.join(session);
        }
        app.follow_tab(saved.lang, saved.pinned);
    }
}
