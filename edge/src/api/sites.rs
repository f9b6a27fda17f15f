//! What storefront pages ask: the loader, the opening panel, suggestions, a new conversation.

use std::cell::RefCell;

use serde_json::json;
use shared::ids::{ConversationId, VisitorId};
use shared::kb;
use shared::lang::Lang;
use shared::limits;
use shared::pace::Paces;
use shared::protocol::http::{Choice, SiteHello, StartConversation, Started, Suggestions, Topic};
use shared::protocol::message::Offered;
use shared::protocol::{ErrorCode, PageContext};
use shared::security::Claims;
use shared::time::Millis;
use shared::trigger::{campaigns_in, fill};
use worker::{Env, Request, Response};

use super::{json as json_body, query};
use crate::error::{Error, Result};
use crate::objects::calls::{self, Create};
use crate::router::site_key;
use crate::sites::Site;
use crate::{auth, clock, config, sites};

thread_local! {
    /// Of addresses that begin conversations, by site.
    static STARTS: RefCell<Paces> = const { RefCell::new(Paces::new(limits::START_PACE, limits::PACES)) };
}

/// Characters of a typed text that suggestions look at.
const TYPED_CHARS: usize = 200;

/// `GET /w/{site}.js`: the loader with the site's configuration inside.
pub(crate) async fn loader(env: &Env, request: &Request, file: &str) -> Result<Response> {
    let key = site_key(file.strip_suffix(".js").ok_or(ErrorCode::NotFound)?)?;
    let site = sites::get(env, &key).await?;
    let build = config::build(env).await?;
    let triggers = site.settings.campaigns.iter().map(|c| &c.trigger);
    let config = json!({
        "site": key,
        "edge": request.url()?.origin().ascii_serialization(),
        "name": site.settings.name,
        "accent": site.settings.accent,
        "js": build.manifest.widget_js,
        "wasm": build.manifest.widget_wasm,
        "proactive": triggers.clone().map(|t| t.dwell).min(),
        "anywhere": triggers.clone().any(|t| !t.on_product),
        "languages": site.settings.languages,
    });
    // The page may carry the script from anywhere in an HTML document: nothing in it may close a script element.
    let config = config.to_string().replace('<', "\\u003c");
    let source = format!("{}({config})", build.loader.trim().trim_end_matches(';'));
    let mut response = Response::ok(source)?;
    let headers = response.headers_mut();
    headers.set("content-type", "text/javascript; charset=utf-8")?;
    headers.set("cache-control", "public, max-age=60, stale-while-revalidate=86400")?;
    headers.set("cross-origin-resource-policy", "cross-origin")?;
    headers.set("access-control-allow-origin", "*")?;
    Ok(response)
}

/// `OPTIONS`: what a browser asks before a request with a JSON body.
pub(crate) async fn preflight(env: &Env, request: &Request, site: &str) -> Result<Response> {
    let site = sites::get(env, &site_key(site)?).await?;
    let response = Response::empty()?.with_status(204);
    let mut response = shared_with(&site, request, response)?;
    let headers = response.headers_mut();
    headers.set("access-control-allow-methods", "GET, POST")?;
    headers.set("access-control-allow-headers", "content-type")?;
    headers.set("access-control-max-age", "86400")?;
    Ok(response)
}

/// `GET /v1/sites/{site}`.
pub(crate) async fn hello(env: &Env, request: &Request, site: &str) -> Result<Response> {
    let site = sites::get(env, &site_key(site)?).await?;
    auth::allowed_origin(request, &site.settings)?;
    let settings = &site.settings;
    let asked = query(request, "lang").and_then(|tag| Lang::parse(&tag));
    let lang = settings.nearest_language(asked);
    let topics = settings.topics.iter().filter_map(|entry| {
        let title = site.index.title(entry, lang, &settings.languages)?;
        Some(Offered { entry: entry.clone(), title })
    });
    let topic_in =
        |topic: &str| Topic { topic: topic.to_owned(), title: settings.topic_name(topic, lang).to_owned() };
    let greeting = settings
        .greeting
        .get(&lang)
        .or_else(|| settings.greeting.iter().find(|(l, _)| l.is_kin(lang)).map(|(_, text)| text));
    let own = settings.first_language();
    let choices = settings.routing.choices.iter().map(|choice| Choice {
        group: choice.group.clone(),
        title: settings.routing.choice_name(choice, lang, own).to_owned(),
    });
    let hello = SiteHello {
        site: site.key.clone(),
        name: settings.name.clone(),
        lang,
        languages: settings.languages.clone(),
        greeting: greeting.cloned().unwrap_or_default(),
        availability: sites::availability(env, &site.key).await?,
        topics: topics.collect(),
        browse: kb::topics::topics(&site.extras).into_iter().map(|(topic, _)| topic_in(topic)).collect(),
        campaigns: campaigns_in(settings, lang),
        choices: choices.collect(),
    };
    let mut response = Response::from_json(&hello)?;
    response.headers_mut().set("cache-control", "private, max-age=3")?;
    shared_with(&site, request, response)
}

/// `GET /v1/sites/{site}/suggest`.
pub(crate) async fn suggest(env: &Env, request: &Request, site: &str) -> Result<Response> {
    let site = sites::get(env, &site_key(site)?).await?;
    auth::allowed_origin(request, &site.settings)?;
    let typed: String = query(request, "q").unwrap_or_default().chars().take(TYPED_CHARS).collect();
    let asked = query(request, "lang").and_then(|tag| Lang::parse(&tag));
    let lang = site.settings.nearest_language(asked);
    let options = if typed.trim().chars().count() < limits::SUGGEST_MIN_CHARS {
        Vec::new()
    } else {
        site.index.suggest(&typed, lang, limits::SUGGESTIONS)
    };
    listed(&site, request, lang, options)
}

/// `GET /v1/sites/{site}/topics`: the entries of one topic.
pub(crate) async fn topics(env: &Env, request: &Request, site: &str) -> Result<Response> {
    let site = sites::get(env, &site_key(site)?).await?;
    auth::allowed_origin(request, &site.settings)?;
    let wanted = query(request, "topic").unwrap_or_default();
    let asked = query(request, "lang").and_then(|tag| Lang::parse(&tag));
    let lang = site.settings.nearest_language(asked);
    let found = kb::topics::topics(&site.extras).into_iter().find(|(topic, _)| *topic == wanted);
    let options = found.into_iter().flat_map(|(_, entries)| entries).filter_map(|entry| {
        let title = site.index.title(entry, lang, &site.settings.languages)?;
        Some(Offered { entry: entry.clone(), title })
    });
    listed(&site, request, lang, options.collect())
}

/// Entries to choose from. They follow from the published version and the address alone, so a browser may keep them for
/// a minute, and ask afterwards whether there is another version.
fn listed(site: &Site, request: &Request, lang: Lang, options: Vec<Offered>) -> Result<Response> {
    let tag = format!("W/\"{}-{}\"", site.version(), lang.tag());
    let known = auth::header(request, "if-none-match").is_some_and(|known| known == tag);
    let mut response = if known {
        Response::empty()?.with_status(304)
    } else {
        Response::from_json(&Suggestions { options })?
    };
    let headers = response.headers_mut();
    headers.set("cache-control", "private, max-age=60")?;
    headers.set("etag", &tag)?;
    shared_with(site, request, response)
}

/// `POST /v1/sites/{site}/conversations`.
pub(crate) async fn start(env: &Env, mut request: Request, site: &str) -> Result<Response> {
    let site = sites::get(env, &site_key(site)?).await?;
    auth::allowed_origin(&request, &site.settings)?;
    let now = clock::now();
    let asked = match admit(&site, &request, now) {
        Ok(()) => json_body(&mut request, limits::BODY_BYTES).await,
        Err(error) => Err(error),
    };
    let asked: StartConversation = match asked {
        Ok(asked) => asked,
        // The page may read why.
        Err(error) => return shared_with(&site, &request, error.response()?),
    };
    let earlier = asked.token.as_deref().and_then(|t| Claims::verify(t, &site.token_key, now).ok());
    let visitor = earlier.filter(|c| c.site == site.key).map(|c| c.visitor);
    let visitor = visitor.unwrap_or_else(|| VisitorId::from_random(clock::random_bits()));
    let conversation = ConversationId::from_random(clock::random_bits());
    let lang = site.settings.nearest_language(Some(asked.lang));
    let opener = asked.campaign.as_ref().and_then(|id| {
        let campaign = campaigns_in(&site.settings, lang).into_iter().find(|c| c.id == *id)?;
        Some((campaign.id, fill(&campaign.text, product(asked.page.as_ref()).as_deref())))
    });
    let create = Create {
        site: site.key.clone(),
        conversation: conversation.clone(),
        visitor: visitor.clone(),
        lang,
        page: asked.page,
        opener,
    };
    calls::call(env, conversation.as_str(), create).await?;
    let claims = Claims { site: site.key.clone(), visitor, conversation, issued: now };
    let token = claims.sign(&site.token_key);
    let started = Started { conversation: claims.conversation, visitor: claims.visitor, token };
    shared_with(&site, &request, super::private(&started)?)
}

/// Counts a conversation that begins against its address; where nobody says which that is, nobody is counted.
fn admit(site: &Site, request: &Request, now: Millis) -> Result<()> {
    let address = auth::address(request);
    if address.is_empty() {
        return Ok(());
    }
    let who = format!("{} {address}", site.key);
    STARTS.with_borrow_mut(|starts| starts.take(&who, now)).map_err(Error::too_fast)
}

fn product(page: Option<&PageContext>) -> Option<String> {
    let product = page?.product.as_ref()?;
    Some(product.name.chars().filter(|c| !c.is_control()).take(limits::SHORT_CHARS).collect())
}

/// Lets the page that asked read the response.
fn shared_with(site: &Site, request: &Request, mut response: Response) -> Result<Response> {
    let origin = auth::allowed_origin(request, &site.settings)?;
    let headers = response.headers_mut();
    headers.set("access-control-allow-origin", &origin)?;
    headers.set("vary", "origin")?;
    Ok(response)
}
