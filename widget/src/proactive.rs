//! Speaking first: the page is watched by the machine of `shared::trigger`, its campaigns come with the hello.

use std::time::Duration;

use leptos::prelude::{document, set_timeout_with_handle};
use leptos::task::spawn_local;
use shared::time::Millis;
use shared::trigger::PageWatch;

use crate::net::{self, http};
use crate::state::{App, Opener};
use crate::{page, persist};

/// Longest product name in a teaser.
const TEASER_CHARS: usize = 80;

/// A page was entered.
pub(crate) fn begin(app: App) {
    if !app.config().speaks_first {
        return;
    }
    let product = page::current().product.map(|p| p.name.chars().take(TEASER_CHARS).collect());
    let visible = !document().hidden();
    let (seen, cart) = app.core.with(|core| (core.api.seen(), core.api.cart()));
    let now = net::now();
    // The time before the widget was here counts too.
    let mut watch = PageWatch::new(Millis(now.0.saturating_sub(seen as u64)), true, product);
    watch.handle_visibility(now, visible);
    if cart {
        watch.handle_cart();
    }
    if app.open.peek() {
        watch.handle_engaged();
    }
    app.core.update(|core| core.page = watch);
    app.teasing.set(false);
    let quiet = app.open.peek() || app.begun.peek() || persist::is_quiet(app.config().site.as_str());
    if !quiet && app.hello.peek_with(Option::is_none) {
        let lang = app.lang.peek();
        spawn_local(async move {
            // Without an answer nothing speaks first, which is no loss.
            if let Ok(hello) = http::hello(&app.config(), lang).await {
                app.core.update(|core| core.hello_at = net::now());
                app.hello.set(Some(hello));
                tick(app);
            }
        });
    } else if !quiet {
        tick(app);
    }
}

/// The page was shown or hidden.
pub(crate) fn handle_visibility(app: App, visible: bool) {
    app.core.update(|core| core.page.handle_visibility(net::now(), visible));
    tick(app);
}

/// Something was put in the cart.
pub(crate) fn handle_cart(app: App) {
    app.core.update(|core| core.page.handle_cart());
    app.teasing.set(false);
}

fn tick(app: App) {
    if app.open.peek() || app.begun.peek() {
        return;
    }
    let now = net::now();
    let (speak, next) = app.hello.peek_with(|hello| {
        let campaigns = hello.as_ref().map(|h| h.campaigns.as_slice()).unwrap_or_default();
        app.core.update(|core| {
            let speak = core.page.handle_tick(now, campaigns);
            let speak = speak.map(|(campaign, text)| Opener { campaign: campaign.id.clone(), text });
            (speak, core.page.next_tick(now, campaigns))
        })
    });
    if let Some(opener) = speak {
        app.opener.set(Some(opener));
        app.teasing.set(true);
    }
    let timer =
        next.and_then(|ms| set_timeout_with_handle(move || tick(app), Duration::from_millis(ms.max(1))).ok());
    app.core.update(|core| {
        if let Some(old) = std::mem::replace(&mut core.page_timer, timer) {
            old.clear();
        }
    });
}
