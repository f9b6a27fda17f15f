//! The HTTP API.

use shared::ids::SiteKey;
use shared::lang::Lang;
use shared::protocol::http::{SiteHello, StartConversation, Started, Suggestions};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::host::Config;
use crate::node::Node;
use crate::wire::{Read, Write};

/// Why a request did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No answer: worth another try.
    Line,
    /// The edge refused: `limits` and `error` say when that changes.
    Refused(u16),
}

/// What an opening panel needs.
pub(crate) async fn hello(config: &Config, lang: Lang) -> Result<SiteHello, Failure> {
    get(&site(config, &["?lang=", lang.tag()])).await
}

/// A list of entries that words stand for.
pub(crate) const SUGGEST: &str = "/suggest?q=";
pub(crate) const TOPIC: &str = "/topics?topic=";

/// Entries that may be meant by the first words of a question, or that a topic has.
pub(crate) async fn entries(
    config: &Config,
    list: &str,
    words: &str,
    lang: Lang,
) -> Result<Suggestions, Failure> {
    let words = String::from(js_sys::encode_uri_component(words));
    get(&site(config, &[list, &words, "&lang=", lang.tag()])).await
}

/// Starts a conversation.
pub(crate) async fn start(config: &Config, body: &StartConversation) -> Result<Started, Failure> {
    post(&site(config, &["/conversations"]), body).await
}

fn site(config: &Config, tail: &[&str]) -> String {
    let key: &SiteKey = &config.site;
    [&config.edge, "/v1/sites/", key.as_str()].into_iter().chain(tail.iter().copied()).collect()
}

async fn get<T: Read>(url: &str) -> Result<T, Failure> {
    read(fetch(url, &web_sys::RequestInit::new()).await?)
}

/// The body goes as plain text, which needs no preflight: one round trip less before the first answer.
async fn post<T: Read>(url: &str, body: &impl Write) -> Result<T, Failure> {
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_body(&body.node().json().into());
    read(fetch(url, &init).await?)
}

fn read<T: Read>(value: wasm_bindgen::JsValue) -> Result<T, Failure> {
    T::read(&Node::of(&value)).ok_or(Failure::Refused(0))
}

async fn fetch(url: &str, init: &web_sys::RequestInit) -> Result<wasm_bindgen::JsValue, Failure> {
    let line = |_| Failure::Line;
    let request = leptos::prelude::window().fetch_with_str_and_init(url, init);
    let response: web_sys::Response =
        JsFuture::from(request).await.map_err(line)?.dyn_into().map_err(line)?;
    if !response.ok() {
        let status = response.status();
        // Overload and our own faults pass.
        return Err(if status == 429 || status >= 500 { Failure::Line } else { Failure::Refused(status) });
    }
    JsFuture::from(response.json().map_err(line)?).await.map_err(line)
}
