//! What is known of the visitor beside the conversation.

use leptos::prelude::*;
use shared::protocol::stage::{PageContext, Product};
use shared::protocol::{Body, Event, Stage};

use super::avatar;
use super::card::{Shown, said_ago};
use super::icon::{Icon, icon};
use super::message::event::stars;
use crate::actions;
use crate::net::browser;
use crate::state::look::{readable_url, safe_image, safe_link, short_code};
use crate::state::model::{Model, use_model};
use crate::state::thread::Thread;
use crate::texts::Text;

/// The pane.
#[component]
pub fn ContextPane(thread: Thread) -> impl IntoView {
    let model = use_model();
    let id = thread.id.clone();
    let shown = {
        let id = id.clone();
        Memo::new(move |_| model.inbox.with(|inbox| Shown::of(inbox, &id)))
    };
    let lang = {
        let thread = thread.clone();
        Memo::new(move |_| thread.read(|link| link.lang()))
    };
    let here = {
        let thread = thread.clone();
        Memo::new(move |_| thread.read(|link| link.visitor_here()))
    };
    let page = {
        let thread = thread.clone();
        Memo::new(move |_| {
            let live = thread.read(|link| link.page().cloned());
            live.or_else(|| shown.with(|s| s.as_ref().and_then(|s| s.brief.page.clone())))
        })
    };
    let since = {
        let thread = thread.clone();
        Memo::new(move |_| thread.read(|link| link.messages().first().map(|m| m.at)))
    };
    let contact = {
        let thread = thread.clone();
        Memo::new(move |_| {
            let left = thread.read(|link| {
                link.messages().iter().rev().find_map(|m| match &m.body {
                    Body::Event { event: Event::MessageLeft { contact } } => contact.clone(),
                    _ => None,
                })
            });
            left.or_else(|| shown.with(|s| s.as_ref().and_then(|s| s.brief.contact.clone())))
        })
    };
    let topic = Memo::new(move |_| shown.with(|s| s.as_ref().and_then(|s| s.brief.topic.clone())));
    let customer = Memo::new(move |_| {
        shown.with(|s| {
            let brief = &s.as_ref()?.brief;
            let customer = brief.customer.clone()?;
            Some((customer.id, customer.name, brief.vip))
        })
    });
    let rating = {
        let thread = thread.clone();
        Memo::new(move |_| {
            thread.read(|link| {
                let ended = matches!(link.stage(), Stage::Ended { .. });
                let rated = link.messages().iter().rev().find_map(|m| match &m.body {
                    Body::Event { event: Event::Rated { score, comment } } => Some((*score, comment.clone())),
                    _ => None,
                });
                (ended, rated)
            })
        })
    };
    let code = short_code(&id);
    let mark_id = id.clone();
    view! {
        <aside class="context" aria-label=move || model.t(Text::About)>
            <header class="context-bar">
                <button
                    class="quiet-button"
                    type="button"
                    aria-label=move || model.t(Text::Close)
                    on:click=move |_| model.context_shown.set(false)
                >
                    {icon(Icon::Back)}
                </button>
                <h2>{move || model.t(Text::About)}</h2>
            </header>
            <div class="context-scroll">
                <section class="context-person">
                    {move || avatar::visitor(&mark_id, lang.get())}
                    <div>
                        <p class="context-name">{move || model.fill(Text::VisitorName, &[("code", &code)])}</p>
                        <p class="context-here" class:here=move || here.get()>
                            <span class="dot" class:online=move || here.get() class:offline=move || !here.get()></span>
                            {move || model.t(if here.get() { Text::VisitorHere } else { Text::VisitorAway })}
                        </p>
                    </div>
                </section>
                <dl class="facts">
                    <div>
                        <dt>{move || model.t(Text::Language)}</dt>
                        <dd lang=move || lang.get().tag()>
                            {move || lang.get().own_name()} " "
                            <span class="lang-tag">{move || lang.get().tag()}</span>
                        </dd>
                    </div>
                    {move || since.get().map(|at| view! {
                        <div>
                            <dt>{model.t(Text::Began)}</dt>
                            <dd>{move || said_ago(model, at)}</dd>
                        </div>
                    })}
                    {move || customer.get().map(|(id, name, vip)| view! {
                        <div>
                            <dt>{model.t(Text::Customer)}</dt>
                            <dd>
                                {name.map(|name| view! { <bdi>{name}</bdi> " " })}
                                {(vip > 0).then(|| view! {
                                    <span class="chip warm">
                                        {model.fill(Text::RoutingVipLevel, &[("n", &vip.to_string())])}
                                    </span>
                                })}
                            </dd>
                        </div>
                        <div>
                            <dt>{model.t(Text::CustomerId)}</dt>
                            <dd><bdi>{id}</bdi></dd>
                        </div>
                    })}
                    {move || topic.get().map(|topic| view! {
                        <div>
                            <dt>{model.t(Text::Topic)}</dt>
                            <dd><bdi>{topic}</bdi></dd>
                        </div>
                    })}
                </dl>
                {move || contact.get().map(|contact| contact_section(model, contact))}
                {move || match rating.get() {
                    (_, Some((score, comment))) => Some(view! {
                        <section class="context-section">
                            <h3>{model.t(Text::Rating)}</h3>
                            <p>{stars(model, score)}</p>
                            {comment.map(|c| view! { <blockquote dir="auto">{c}</blockquote> })}
                        </section>
                    }.into_any()),
                    (true, None) => Some(view! {
                        <section class="context-section">
                            <h3>{model.t(Text::Rating)}</h3>
                            <p class="context-none">{model.t(Text::RatingNone)}</p>
                        </section>
                    }.into_any()),
                    _ => None,
                }}
                <section class="context-section">
                    <h3>{move || model.t(Text::LooksAt)}</h3>
                    {move || match page.get() {
                        Some(page) => page_card(page).into_any(),
                        None => view! { <p class="context-none">{model.t(Text::PageUnknown)}</p> }.into_any(),
                    }}
                </section>
            </div>
        </aside>
    }
}

/// Whether it is an e-mail address of the plain kind, which may stand in a link as it is.
fn is_address(contact: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@._+-".contains(c);
    contact.chars().all(plain)
        && contact
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
}

fn contact_section(model: Model, contact: String) -> impl IntoView {
    let copied = contact.clone();
    view! {
        <section class="context-section">
            <h3>{model.t(Text::Contact)}</h3>
            <p class="contact">
                {match is_address(&contact) {
                    true => {
                        let href = format!("mailto:{contact}");
                        view! { <a href=href><bdi>{contact}</bdi></a> }.into_any()
                    }
                    false => view! { <bdi>{contact}</bdi> }.into_any(),
                }}
                <button
                    class="quiet-button"
                    type="button"
                    aria-label=model.t(Text::Copy)
                    title=model.t(Text::Copy)
                    on:click=move |_| {
                        browser::copy(&copied);
                        actions::notice(model, Text::Copied, false);
                    }
                >
                    {icon(Icon::Copy)}
                </button>
            </p>
        </section>
    }
}

fn page_card(page: PageContext) -> impl IntoView {
    let PageContext { url, title, product } = page;
    let title = if title.is_empty() { readable_url(&url).to_owned() } else { title };
    let address = readable_url(&url).to_owned();
    let link = safe_link(&url).map(str::to_owned);
    view! {
        {product.map(product_card)}
        <div class="page">
            {match link {
                Some(href) => view! {
                    <a href=href target="_blank" rel="noopener noreferrer nofollow">
                        <bdi>{title}</bdi> "\u{a0}" {icon(Icon::External)}
                    </a>
                }.into_any(),
                None => view! { <span><bdi>{title}</bdi></span> }.into_any(),
            }}
            <p class="page-address"><bdi dir="ltr">{address}</bdi></p>
        </div>
    }
}

fn product_card(product: Product) -> impl IntoView {
    let Product { name, sku, price, image } = product;
    let picture = image.as_deref().and_then(safe_image).map(str::to_owned);
    let picture = match picture {
        Some(src) => view! {
            <img src=src alt="" loading="lazy" referrerpolicy="no-referrer" width="64" height="64" />
        }
        .into_any(),
        None => view! { <span class="product-blank">{icon(Icon::Bag)}</span> }.into_any(),
    };
    view! {
        <div class="product">
            {picture}
            <div>
                <p class="product-name"><bdi>{name}</bdi></p>
                {price.map(|price| view! { <p class="product-price"><bdi>{price}</bdi></p> })}
                {sku.map(|sku| view! { <p class="product-sku"><bdi>{sku}</bdi></p> })}
            </div>
        </div>
    }
}
