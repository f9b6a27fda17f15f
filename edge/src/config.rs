//! The names of the bindings (see `wrangler.jsonc`), and the asset manifest.

use std::cell::RefCell;
use std::rc::Rc;

use serde::Deserialize;
use shared::conversation::Rate;
use worker::{Env, Fetcher, Response};

use crate::error::Result;

/// Static files: the build's `target/dist`.
pub(crate) const ASSETS: &str = "ASSETS";
/// Bearer token of the operator API.
pub(crate) const OPERATOR_TOKEN: &str = "OPERATOR_TOKEN";
/// Frames a second one conversation socket may send; absent, `limits::FRAMES_PER_SECOND`.
const FRAMES_PER_SECOND: &str = "FRAMES_PER_SECOND";

/// Which files of the build the loader names.
#[derive(Debug, Deserialize)]
pub(crate) struct Manifest {
    pub loader: String,
    pub widget_js: String,
    pub widget_wasm: String,
}

/// The manifest and the loader's source.
#[derive(Debug)]
pub(crate) struct Build {
    pub manifest: Manifest,
    pub loader: String,
}

thread_local! {
    // A build never changes while an isolate lives: a deploy or restart starts new isolates.
    static BUILD: RefCell<Option<Rc<Build>>> = const { RefCell::new(None) };
}

/// The rate at which conversation sockets may send frames. What is no number counts as absent.
pub(crate) fn frame_rate(env: &Env) -> Rate {
    let asked = env.var(FRAMES_PER_SECOND).ok().and_then(|frames| frames.to_string().parse().ok());
    asked.map_or_else(Rate::default, Rate::per_second)
}

/// The asset service.
pub(crate) fn assets(env: &Env) -> Result<Fetcher> {
    Ok(env.service(ASSETS)?)
}

/// One static file.
pub(crate) async fn asset(env: &Env, path: &str) -> Result<Response> {
    Ok(assets(env)?.fetch(format!("https://assets.invalid{path}"), None).await?)
}

/// The build this Worker serves.
pub(crate) async fn build(env: &Env) -> Result<Rc<Build>> {
    if let Some(build) = BUILD.with_borrow(Clone::clone) {
        return Ok(build);
    }
    let manifest: Manifest = serde_json::from_str(&asset(env, "/manifest.json").await?.text().await?)?;
    let loader = asset(env, &format!("/{}", manifest.loader.trim_start_matches('/'))).await?.text().await?;
    let build = Rc::new(Build { manifest, loader });
    BUILD.set(Some(build.clone()));
    Ok(build)
}
