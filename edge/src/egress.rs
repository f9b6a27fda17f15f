//! Requests to addresses that people of a site typed in: the only ones the edge sends on anybody's word.
//!
//! The core refuses what is not public by its own look ([`shared::hooks::address`]). Where a name leads is the platform's to
//! judge: workerd's plain network speaks to public addresses only, after resolving, and Cloudflare's `fetch` reaches
//! nothing private. What the operator named goes through a service of its own. Nothing is followed, little is read, and
//! nothing of it is logged.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use shared::hooks::signature::{self, sign};
use shared::hooks::{Outcome, address};
use shared::limits;
use worker::{AbortController, Delay, Env, Fetch, Request, Response};

use crate::clock;

/// A service that reaches the named origins, where plain `fetch` may not: addresses of this machine.
const SERVICE: &str = "WEBHOOK";
/// Origins that the operator names, separated by spaces.
const NAMED: &str = "WEBHOOK_ORIGINS";

/// The origins the operator names.
pub(crate) fn named(env: &Env) -> Vec<String> {
    let origins = env.var(NAMED).map(|origins| origins.to_string()).unwrap_or_default();
    origins.split_whitespace().map(str::to_owned).collect()
}

/// Sends a signed event; how that went, and how long it took.
pub(crate) async fn post(env: &Env, url: &str, secrets: &[&str], event: &str, body: &str) -> (Outcome, u64) {
    let started = clock::now();
    let outcome = match address::check(url, &named(env)) {
        Ok(allowed) => attempt(env, &allowed, secrets, event, body).await,
        Err(_) => Outcome::Refused,
    };
    (outcome, clock::now().since(started))
}

async fn attempt(env: &Env, to: &address::Allowed, secrets: &[&str], event: &str, body: &str) -> Outcome {
    let controller = AbortController::default();
    let signal = controller.signal();
    let sent = async {
        let request = request(&to.url, secrets, event, body, &signal)?;
        let mut response = match env.service(SERVICE) {
            Ok(service) if to.named => service.fetch_request(request).await?,
            _ => Fetch::Request(request).send_with_signal(&signal).await?,
        };
        let status = response.status_code();
        let retry_after = response.headers().get("retry-after").ok().flatten();
        let retry_after =
            retry_after.and_then(|s| s.trim().parse::<u64>().ok()).map(|s| s.saturating_mul(1_000));
        read_some(&mut response).await;
        Ok::<_, worker::Error>(Outcome::Status { status, retry_after })
    };
    let limit = Delay::from(Duration::from_millis(limits::HOOK_WITHIN));
    match select(pin!(sent), pin!(limit)).await {
        Either::Left((Ok(outcome), _)) => outcome,
        Either::Left((Err(_), _)) => Outcome::Unreachable,
        Either::Right(_) => {
            controller.abort();
            Outcome::Silent
        }
    }
}

fn request(
    url: &str,
    secrets: &[&str],
    event: &str,
    body: &str,
    signal: &web_sys::AbortSignal,
) -> worker::Result<Request> {
    let headers = web_sys::Headers::new()?;
    headers.set("content-type", "application/json")?;
    headers.set("user-agent", "Edgedesk")?;
    headers.set("edgedesk-event", event)?;
    headers.set(signature::HEADER, &sign(secrets, clock::now().0 / 1_000, body.as_bytes()))?;
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&body.into());
    init.set_redirect(web_sys::RequestRedirect::Manual);
    init.set_signal(Some(signal));
    Ok(web_sys::Request::new_with_str_and_init(url, &init)?.into())
}

/// A short answer is read, so that the connection can serve again; the rest of a long one is refused.
async fn read_some(response: &mut Response) {
    let Ok(mut stream) = response.stream() else { return };
    let mut read = 0;
    while read < limits::HOOK_REPLY_BYTES {
        match stream.next().await {
            Some(Ok(chunk)) => read += chunk.len(),
            Some(Err(_)) | None => return,
        }
    }
}
