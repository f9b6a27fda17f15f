//! The optional language model: embeddings by Workers AI or an endpoint that speaks OpenAI's protocol, drafts by the
//! latter. Nothing bound, no key, no time or no budget left: then the engine's own word stands, and a log line says why.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::assist::{self, Draft, Source};
use shared::ids::SiteKey;
use shared::lang::Lang;
use shared::time::SECOND;
use worker::{Ai, Delay, Env, Fetch, Headers, Method, Request, RequestInit, Response};

use crate::error::Result;
use crate::objects::calls::{self, Spend};

/// A Workers AI binding.
const AI: &str = "AI";
/// The model it embeds with, which knows many languages, unless [`EMBEDDING_MODEL`] names another.
const AI_MODEL: &str = "@cf/baai/bge-m3";
/// A service through which the endpoint is reached, where plain `fetch` may not: an address of this machine.
const SERVICE: &str = "ASSIST";
/// The endpoint's base address, such as `https://api.example/v1`, and its key.
const URL: &str = "ASSIST_URL";
const KEY: &str = "ASSIST_KEY";
/// The models it is asked for; each kind of help is off without one.
const EMBEDDING_MODEL: &str = "ASSIST_EMBEDDING_MODEL";
const DRAFT_MODEL: &str = "ASSIST_MODEL";
/// Requests of one site in a day.
const A_DAY: &str = "ASSIST_REQUESTS_A_DAY";
const A_DAY_DEFAULT: u32 = 1_000;

/// How long a shopper is kept waiting for help.
const EMBED_WITHIN: u64 = 2 * SECOND;
const DRAFT_WITHIN: u64 = 8 * SECOND;
/// Longest reply that is read, in bytes: embeddings of eleven texts are far smaller.
const REPLY_BYTES: usize = 1024 * 1024;
/// Texts whose embeddings an isolate keeps.
const KEPT: usize = 2_000;

/// Why there is no help.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoHelp {
    #[error("nothing is bound for it")]
    Unbound,
    #[error("today's requests are used up")]
    Spent,
    #[error("no answer in time")]
    TooLate,
    #[error("status {0}")]
    Status(u16),
    #[error("the reply is not of the expected form")]
    Form,
    #[error("{0}")]
    Failed(String),
}

impl From<worker::Error> for NoHelp {
    fn from(error: worker::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

type Helped<T> = std::result::Result<T, NoHelp>;

#[derive(Deserialize)]
struct Embedded {
    data: Vec<Embedding>,
}

#[derive(Deserialize)]
struct Embedding {
    index: usize,
    embedding: Vec<f32>,
}

/// What Workers AI is asked. (A JSON map would cross as a JavaScript `Map`.)
#[derive(Serialize)]
struct AiEmbed<'a> {
    text: &'a [String],
}

/// What Workers AI replies.
#[derive(Deserialize)]
struct AiEmbedded {
    data: Vec<Vec<f32>>,
}

thread_local! {
    static EMBEDDINGS: RefCell<BTreeMap<String, Vec<f32>>> = const { RefCell::new(BTreeMap::new()) };
}

/// How alike each text is to `question`, as far as embeddings tell.
pub(crate) async fn likeness(
    env: &Env,
    site: &SiteKey,
    question: &str,
    texts: &[String],
) -> Helped<Vec<Option<f32>>> {
    let mut missing: Vec<String> = EMBEDDINGS
        .with_borrow(|known| texts.iter().filter(|text| !known.contains_key(*text)).cloned().collect());
    missing.sort();
    missing.dedup();
    missing.push(question.to_owned());
    let mut embedded = within(EMBED_WITHIN, embed(env, site, &missing)).await?;
    if embedded.len() != missing.len() {
        return Err(NoHelp::Form);
    }
    let asked = embedded.pop().unwrap_or_default();
    missing.pop();
    EMBEDDINGS.with_borrow_mut(|known| {
        if known.len() + missing.len() > KEPT {
            known.clear();
        }
        known.extend(missing.into_iter().zip(embedded));
        Ok(texts.iter().map(|text| assist::cosine(&asked, known.get(text)?)).collect())
    })
}

/// An answer drafted from these entries alone; `None` when the model knows none, or none that could be shown.
pub(crate) async fn draft(
    env: &Env,
    site: &SiteKey,
    lang: Lang,
    question: &str,
    sources: &[Source],
) -> Helped<Option<Draft>> {
    let model = variable(env, DRAFT_MODEL).ok_or(NoHelp::Unbound)?;
    let request = assist::draft_request(&model, lang, question, sources);
    let reply = within(DRAFT_WITHIN, post(env, site, "/chat/completions", &request)).await?;
    match assist::read_draft(&reply, sources) {
        Ok(draft) => Ok(Some(draft)),
        Err(why) => {
            crate::log::failure_in("draft_refused", site.as_str(), &why.to_string());
            Ok(None)
        }
    }
}

/// Whether anything is bound that embeds.
pub(crate) fn embeds(env: &Env) -> bool {
    ai(env).is_some() || (variable(env, URL).is_some() && variable(env, EMBEDDING_MODEL).is_some())
}

async fn embed(env: &Env, site: &SiteKey, texts: &[String]) -> Helped<Vec<Vec<f32>>> {
    let model = variable(env, EMBEDDING_MODEL);
    if let Some(ai) = ai(env) {
        spend(env, site).await?;
        let model = model.unwrap_or_else(|| AI_MODEL.to_owned());
        let reply: AiEmbedded = ai.run(model, AiEmbed { text: texts }).await?;
        return Ok(reply.data);
    }
    let model = model.ok_or(NoHelp::Unbound)?;
    let reply = post(env, site, "/embeddings", &json!({ "model": model, "input": texts })).await?;
    let mut reply: Embedded = serde_json::from_value(reply).map_err(|_| NoHelp::Form)?;
    reply.data.sort_by_key(|embedding| embedding.index);
    Ok(reply.data.into_iter().map(|embedding| embedding.embedding).collect())
}

async fn post(env: &Env, site: &SiteKey, path: &str, body: &Value) -> Helped<Value> {
    let url = variable(env, URL).ok_or(NoHelp::Unbound)?;
    spend(env, site).await?;
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    if let Some(key) = variable(env, KEY) {
        headers.set("authorization", &format!("Bearer {key}"))?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers).with_body(Some(body.to_string().into()));
    // A redirect could carry the key elsewhere.
    init.with_redirect(worker::RequestRedirect::Manual);
    let request = Request::new_with_init(&format!("{}{path}", url.trim_end_matches('/')), &init)?;
    let mut response: Response = match env.service(SERVICE) {
        Ok(service) => service.fetch_request(request).await?,
        Err(_) => Fetch::Request(request).send().await?,
    };
    if response.status_code() != 200 {
        return Err(NoHelp::Status(response.status_code()));
    }
    let length =
        response.headers().get("content-length").ok().flatten().and_then(|n| n.parse::<usize>().ok());
    if length.is_some_and(|length| length > REPLY_BYTES) {
        return Err(NoHelp::Form);
    }
    let bytes = bounded(&mut response).await?;
    serde_json::from_slice(&bytes).map_err(|_| NoHelp::Form)
}

/// The body, as long as it is not too long.
async fn bounded(response: &mut Response) -> Helped<Vec<u8>> {
    use futures_util::StreamExt as _;

    let mut stream = response.stream()?;
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        bytes.extend(chunk?);
        if bytes.len() > REPLY_BYTES {
            return Err(NoHelp::Form);
        }
    }
    Ok(bytes)
}

/// Every request counts against the site's day, whatever comes of it.
async fn spend(env: &Env, site: &SiteKey) -> Helped<()> {
    let most = variable(env, A_DAY).and_then(|most| most.parse().ok()).unwrap_or(A_DAY_DEFAULT);
    let allowed: Result<bool> = calls::call(env, site.as_str(), Spend { most }).await;
    match allowed {
        Ok(true) => Ok(()),
        Ok(false) => Err(NoHelp::Spent),
        Err(error) => Err(NoHelp::Failed(error.to_string())),
    }
}

async fn within<T>(limit: u64, help: impl Future<Output = Helped<T>>) -> Helped<T> {
    match select(pin!(help), pin!(Delay::from(Duration::from_millis(limit)))).await {
        Either::Left((helped, _)) => helped,
        Either::Right(_) => Err(NoHelp::TooLate),
    }
}

fn ai(env: &Env) -> Option<Ai> {
    env.ai(AI).ok()
}

/// A variable or a secret; an empty one counts as absent.
fn variable(env: &Env, name: &str) -> Option<String> {
    env.var(name).ok().map(|value| value.to_string()).filter(|value| !value.is_empty())
}
