//! The page around the console: its title, language and theme, its address, focus, notifications.

use shared::time::Millis;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Document, Notification, NotificationOptions, NotificationPermission, VisibilityState};

use crate::state::page::Page;

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The browser's languages, best first.
#[must_use]
pub fn languages() -> Vec<String> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    window.navigator().languages().iter().filter_map(|l| l.as_string()).collect()
}

/// Sets the page's title.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Sets `lang` and `data-theme` of the page.
pub fn set_page(lang: &str, theme: Option<&str>) {
    let Some(root) = document().and_then(|d| d.document_element()) else { return };
    let _ = root.set_attribute("lang", lang);
    let _ = match theme {
        Some(theme) => root.set_attribute("data-theme", theme),
        None => root.remove_attribute("data-theme"),
    };
}

/// Whether somebody is looking at the page.
#[must_use]
pub fn attentive() -> bool {
    document()
        .is_some_and(|d| d.visibility_state() == VisibilityState::Visible && d.has_focus().unwrap_or(true))
}

/// Whether the page is visible.
#[must_use]
pub fn visible() -> bool {
    document().is_some_and(|d| d.visibility_state() == VisibilityState::Visible)
}

/// Calls `then` for each of these events of the window, for the life of the page.
pub fn on_window(events: &[&str], then: impl Fn(&str) + 'static) {
    let Some(window) = web_sys::window() else { return };
    let listener = Closure::<dyn Fn(web_sys::Event)>::new(move |e: web_sys::Event| then(&e.type_()));
    for event in events {
        // `visibilitychange` is the document's and bubbles to the window.
        let _ = window.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    }
    listener.forget();
}

/// The site named in the page's address: `?site=…`.
#[must_use]
pub fn asked_site() -> Option<String> {
    let search = web_sys::window()?.location().search().ok()?;
    search.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix("site=").map(str::to_owned))
}

/// The place named in the page's address.
#[must_use]
pub fn addressed() -> Page {
    let hash = web_sys::window().and_then(|w| w.location().hash().ok());
    Page::parse(&hash.unwrap_or_default())
}

/// Names a place in the page's address, as a step the back button undoes.
pub fn go_to(hash: &str) {
    let Some(window) = web_sys::window() else { return };
    if Page::parse(&window.location().hash().unwrap_or_default()) != Page::parse(hash) {
        let _ = window.location().set_hash(hash);
    }
}

/// A file's text.
pub async fn read_file(file: &web_sys::File) -> Option<String> {
    wasm_bindgen_futures::JsFuture::from(file.text()).await.ok()?.as_string()
}

/// An instant as a field for local times has it: `2026-06-18T08:00`.
#[must_use]
pub fn local_field(at: Millis) -> String {
    let local = at.0.saturating_add_signed(i64::from(super::clock::offset_minutes(at)) * 60_000);
    shared::time::iso::format(Millis(local)).chars().take(16).collect()
}

/// The instant a field for local times names.
#[must_use]
pub fn from_local_field(text: &str) -> Option<Millis> {
    let at = js_sys::Date::new(&JsValue::from_str(text)).get_time();
    (at.is_finite() && at >= 0.0).then_some(Millis(at as u64))
}

/// An instant as people in `lang` write it, in a few letters: "18 Jun, 08:00".
#[must_use]
pub fn short_time(lang: &str, at: Millis) -> String {
    let options = js_sys::Object::new();
    for (name, value) in [("day", "numeric"), ("month", "short"), ("hour", "2-digit"), ("minute", "2-digit")]
    {
        let _ = js_sys::Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let date = js_sys::Date::new(&JsValue::from_f64(at.0 as f64));
    date.to_locale_string(lang, &options).into()
}

/// Whether and how desktop notifications may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notifying {
    Unsupported,
    NotAsked,
    Granted,
    Denied,
}

/// Whether and how desktop notifications may be shown.
#[must_use]
pub fn notifying() -> Notifying {
    let known = js_sys::Reflect::has(&js_sys::global(), &JsValue::from_str("Notification")).unwrap_or(false);
    if !known {
        return Notifying::Unsupported;
    }
    match Notification::permission() {
        NotificationPermission::Granted => Notifying::Granted,
        NotificationPermission::Denied => Notifying::Denied,
        _ => Notifying::NotAsked,
    }
}

/// Asks for leave to notify; only ever called from a click.
pub async fn ask_to_notify() -> Notifying {
    if let Ok(promise) = Notification::request_permission() {
        let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
    }
    notifying()
}

/// Shows a desktop notification, when permitted. One per `tag`: a newer one replaces it.
pub fn notify(title: &str, body: &str, tag: &str) {
    if notifying() != Notifying::Granted {
        return;
    }
    let options = NotificationOptions::new();
    options.set_body(body);
    options.set_tag(tag);
    // Some mobile browsers only notify through service workers and throw here.
    let Ok(notification) = Notification::new_with_options(title, &options) else { return };
    let target = notification.clone();
    let to_front = Closure::once_into_js(move || {
        if let Some(window) = web_sys::window() {
            let _ = window.focus();
        }
        target.close();
    });
    notification.set_onclick(Some(to_front.unchecked_ref()));
}

/// Puts text on the clipboard.
pub fn copy(text: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.navigator().clipboard().write_text(text);
    }
}

/// A day as people in `lang` write it: "Thursday, 20 November".
#[must_use]
pub fn day_name(lang: &str, at: Millis) -> String {
    let options = js_sys::Object::new();
    for (name, value) in [("weekday", "long"), ("day", "numeric"), ("month", "long")] {
        let _ = js_sys::Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let date = js_sys::Date::new(&JsValue::from_f64(at.0 as f64));
    date.to_locale_date_string(lang, &options).into()
}

fn options(pairs: &[(&str, &str)]) -> js_sys::Object {
    let options = js_sys::Object::new();
    for (name, value) in pairs {
        let _ = js_sys::Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    options
}

/// The time of day by the clock in a zone, or by the viewer's own; empty in a zone nobody knows.
#[must_use]
pub fn clock_in(lang: &str, zone: Option<&str>, at: Millis) -> String {
    let mut pairs = vec![("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23")];
    pairs.extend(zone.map(|zone| ("timeZone", zone)));
    let date = js_sys::Date::new(&JsValue::from_f64(at.0 as f64));
    // An unknown zone throws.
    let method = js_sys::Reflect::get(&date, &JsValue::from_str("toLocaleTimeString")).ok();
    let method = method.and_then(|method| method.dyn_into::<js_sys::Function>().ok());
    let said = method.and_then(|method| method.call2(&date, &JsValue::from_str(lang), &options(&pairs)).ok());
    said.and_then(|said| said.as_string()).unwrap_or_default()
}

/// A weekday's name, Monday being 0.
#[must_use]
pub fn weekday(lang: &str, day: usize, long: bool) -> String {
    // The first of January 2024 was a Monday.
    let date = js_sys::Date::new_with_year_month_day(2024, 0, 1 + i32::try_from(day).unwrap_or(0));
    let form = [("weekday", if long { "long" } else { "short" })];
    date.to_locale_date_string(lang, &options(&form)).into()
}

/// The viewer's local date: `2026-12-31`.
#[must_use]
pub fn today() -> String {
    local_field(super::clock::now()).chars().take(10).collect()
}

fn intl(name: &str) -> Option<js_sys::Function> {
    let intl = js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
    js_sys::Reflect::get(&intl, &JsValue::from_str(name)).ok()?.dyn_into().ok()
}

/// The viewer's time zone.
#[must_use]
pub fn zone() -> String {
    let find = || {
        let format = intl("DateTimeFormat")?.call0(&JsValue::UNDEFINED).ok()?;
        let resolve = js_sys::Reflect::get(&format, &JsValue::from_str("resolvedOptions")).ok()?;
        let resolved = resolve.dyn_into::<js_sys::Function>().ok()?.call0(&format).ok()?;
        js_sys::Reflect::get(&resolved, &JsValue::from_str("timeZone")).ok()?.as_string()
    };
    find().unwrap_or_else(|| "UTC".into())
}

/// The time zones that may be named; empty where the browser does not tell.
#[must_use]
pub fn zones() -> Vec<String> {
    let all = intl("supportedValuesOf")
        .and_then(|f| f.call1(&JsValue::UNDEFINED, &JsValue::from_str("timeZone")).ok());
    let all = all.and_then(|all| all.dyn_into::<js_sys::Array>().ok());
    all.iter().flat_map(js_sys::Array::iter).filter_map(|zone| zone.as_string()).collect()
}
