//! The demo shop's pages, on an origin of their own as a real shop's would be.

use std::fs;
use std::net::{Ipv6Addr, SocketAddr};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, anyhow};
use tiny_http::{Header, Request, Response, Server};

use super::{EDGE_PORT, port};
use crate::paths;

/// Threads that answer requests, per address.
const THREADS: usize = 4;

/// The running server of `public/shop`; it reads the files at each request, so changes show at once.
#[derive(Debug)]
pub(crate) struct Shop {
    port: u16,
}

impl Shop {
    /// Serves on both loopback addresses; the pages' script tag is made to point to `edge`.
    pub(super) fn start(port: u16, edge: String) -> Result<Self> {
        let first = listen(SocketAddr::from(([127, 0, 0, 1], port)))?;
        let port = first.server_addr().to_ip().map_or(port, |address| address.port());
        let mut servers = vec![Arc::new(first)];
        if port::has_ipv6() {
            servers.extend(listen(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).ok().map(Arc::new));
        }
        for server in servers {
            for _ in 0..THREADS {
                let (server, edge) = (Arc::clone(&server), edge.clone());
                std::thread::spawn(move || {
                    while let Ok(request) = server.recv() {
                        answer(request, &edge);
                    }
                });
            }
        }
        Ok(Self { port })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }
}

fn listen(address: SocketAddr) -> Result<Server> {
    Server::http(address).map_err(|error| anyhow!("the demo shop cannot listen on {address}: {error}"))
}

fn answer(request: Request, edge: &str) {
    let (status, kind, body) = match find(request.url()).and_then(|path| Some((fs::read(&path).ok()?, path)))
    {
        Some((content, path)) => (200, content_type(&path), content),
        None => (404, "text/plain; charset=utf-8", b"There is no such page in this shop.\n".to_vec()),
    };
    let body = if kind.starts_with("text/html") { point_to(edge, &body) } else { body };
    let headers = [("content-type", kind), ("cache-control", "no-cache")];
    let mut response = Response::from_data(body).with_status_code(status);
    for (name, value) in headers {
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    // A visitor who went away needs no answer.
    let _ = request.respond(response);
}

/// The file behind a request: `/`, `/name` and `/name/` find their pages; nothing outside the shop is ever found.
fn find(url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
    if !Path::new(path).components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let file = paths::root().join("public/shop").join(path);
    let candidates = [file.clone(), file.with_extension("html"), file.join("index.html")];
    candidates.into_iter().find(|candidate| candidate.is_file())
}

/// The pages name the usual edge, in script tags (`http:`) and content security policies (`ws:` too); this run's may
/// have another port.
fn point_to(edge: &str, page: &[u8]) -> Vec<u8> {
    let host = edge.trim_start_matches("http:");
    String::from_utf8_lossy(page).replace(&format!("//localhost:{EDGE_PORT}"), host).into_bytes()
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|e| e.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_shop_is_found() {
        for url in ["/../Cargo.toml", "/./../../Cargo.toml", "//etc/passwd/../passwd", "/..%2fCargo.toml"] {
            assert_eq!(find(url), None, "{url}");
        }
    }

    #[test]
    fn pages_point_to_the_running_edge() {
        let page = br#"connect-src ws://localhost:8787 src="http://localhost:8787/w/tidewater.js""#;
        let served = String::from_utf8(point_to("http://localhost:9000", page)).unwrap();
        assert!(served.contains("http://localhost:9000/w/tidewater.js"), "{served}");
        assert!(served.contains("ws://localhost:9000 "), "{served}");
    }
}
