//! Static files: the widget's assets, the console, and the health check.

use shared::protocol::ErrorCode;
use worker::{EncodeBody, Env, Request, Response, ResponseBuilder};

use crate::error::Result;
use crate::{auth, config};

/// What the console page may do: nothing but its own files and its own sockets.
const CONSOLE_CSP: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' https: data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

/// `GET /healthz`: the Worker runs and finds its build.
pub(crate) async fn health(env: &Env) -> Result<Response> {
    config::build(env).await?;
    let mut response = Response::from_json(&serde_json::json!({ "ok": true }))?;
    response.headers_mut().set("cache-control", "no-store")?;
    Ok(response)
}

/// A file of the build. Files under `/assets/` and hashed console files never change; precompressed ones are sent as
/// they are.
pub(crate) async fn file(env: &Env, request: &Request) -> Result<Response> {
    let path = request.path();
    if path == "/" || path == "/console" {
        let url = request.url()?.join("/console/").map_err(|e| worker::Error::RustError(e.to_string()))?;
        return Ok(Response::redirect(url)?);
    }
    let path = if path == "/console/" { "/console/index.html".to_owned() } else { path };
    let served = path.starts_with("/assets/") || path.starts_with("/console/");
    let kind = kind(&path).filter(|_| served && !path.contains("..")).ok_or(ErrorCode::NotFound)?;
    let accepts = auth::header(request, "accept-encoding").unwrap_or_default();
    let brotli = accepts.split(',').any(|e| e.trim().split(';').next() == Some("br"));
    let mut found = None;
    if brotli && compressible(&path) {
        let packed = config::asset(env, &format!("{path}.br")).await?;
        found = (packed.status_code() == 200).then_some((packed, true));
    }
    let (mut source, packed) = match found {
        Some(found) => found,
        None => (config::asset(env, &path).await?, false),
    };
    if source.status_code() != 200 {
        return Err(ErrorCode::NotFound.into());
    }
    let forever = is_hashed(&path);
    let cache = if forever { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut builder = ResponseBuilder::new()
        .with_header("content-type", kind)?
        .with_header("cache-control", cache)?
        .with_header("vary", "accept-encoding")?;
    builder = if path.starts_with("/assets/") {
        builder
            .with_header("access-control-allow-origin", "*")?
            .with_header("cross-origin-resource-policy", "cross-origin")?
    } else {
        builder
            .with_header("content-security-policy", CONSOLE_CSP)?
            .with_header("referrer-policy", "no-referrer")?
    };
    if packed {
        builder = builder.with_header("content-encoding", "br")?.with_encode_body(EncodeBody::Manual);
    }
    // `from_bytes` would set a content type of its own.
    Ok(builder.fixed(source.bytes().await?))
}

/// Whether the file's name carries a hash of its content: `widget-1f00ba4c….js`.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    let mut parts = name.split(['-', '.', '_']);
    parts.any(|part| part.len() >= 8 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn compressible(path: &str) -> bool {
    [".js", ".css", ".wasm", ".svg"].iter().any(|end| path.ends_with(end))
}

fn kind(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" | "webmanifest" => "application/json",
        "woff2" => "font/woff2",
        _ => return None,
    })
}
