//! The Cloudflare Worker: thin shells around the machines of `shared`.

mod api;
mod assist;
mod auth;
mod bot;
mod clock;
mod config;
mod drafts;
mod egress;
mod error;
mod log;
mod objects;
mod password;
mod router;
mod sites;
mod storage;

use worker::{Context, Env, Request, Response, Result, event};

/// Every request enters here.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    router::serve(request, env).await
}
