//! workerd's configuration: the same bindings as edge/wrangler.jsonc, with state on the local disk.

use std::fmt::Write as _;
use std::path::Path;

use super::assist::Assist;
use super::webhook::Webhook;

/// The platform behaviour the Worker is written for; edge/wrangler.jsonc names the same (`xtask check` compares).
pub(crate) const COMPATIBILITY_DATE: &str = "2026-10-01";

/// Binding and class of every Durable Object.
pub(crate) const OBJECTS: [(&str, &str); 5] = [
    ("SITE", "Site"),
    ("DESK", "Desk"),
    ("CONVERSATION", "Conversation"),
    ("ARCHIVE", "Archive"),
    ("HOOKS", "Hooks"),
];

/// The text of the configuration. It stands in one folder with copies of the Worker's modules; the operator's token
/// comes from the environment, so that no file holds it twice. Behind a proxy with TLS, that proxy's
/// `X-Forwarded-Proto` makes URLs `https:`.
pub(super) fn text(
    modules: &[String],
    dist: &Path,
    objects: &Path,
    addresses: &[String],
    frames_per_second: Option<u32>,
    assist: &Assist,
    webhook: Option<&Webhook>,
) -> String {
    let mut sockets = String::new();
    for (n, address) in addresses.iter().enumerate() {
        let _ = writeln!(
            sockets,
            "    (name = \"http{n}\", address = {}, http = (forwardedProtoHeader = \"X-Forwarded-Proto\"), service = \"edge\"),",
            quoted(address)
        );
    }
    let mut embedded = String::new();
    for name in modules {
        let kind = if name.ends_with(".wasm") { "wasm" } else { "esModule" };
        let _ = writeln!(embedded, "    (name = {0}, {kind} = embed {0}),", quoted(name));
    }
    let mut bindings = String::new();
    if let Some(frames) = frames_per_second {
        let _ = writeln!(bindings, "    (name = \"FRAMES_PER_SECOND\", text = \"{frames}\"),");
    }
    let (mut services, assist) = assist.config();
    bindings.push_str(&assist);
    if let Some(webhook) = webhook {
        services.push_str(&webhook.service());
        bindings.push_str(&webhook.bindings());
    }
    let mut namespaces = String::new();
    for (binding, class) in OBJECTS {
        let _ = writeln!(bindings, "    (name = \"{binding}\", durableObjectNamespace = \"{class}\"),");
        let _ = writeln!(
            namespaces,
            "    (className = \"{class}\", uniqueKey = \"edgedesk-{}\", enableSql = true),",
            class.to_lowercase()
        );
    }
    format!(
        r#"using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "edge", worker = .edge),
    (name = "assets", disk = (path = {dist})),
    (name = "objects", disk = (path = {objects}, writable = true)),
{services}  ],
  sockets = [
{sockets}  ],
);

const edge :Workerd.Worker = (
  modules = [
{embedded}  ],
  compatibilityDate = "{COMPATIBILITY_DATE}",
  bindings = [
    (name = "ASSETS", service = "assets"),
    (name = "OPERATOR_TOKEN", fromEnvironment = "OPERATOR_TOKEN"),
{bindings}  ],
  durableObjectNamespaces = [
{namespaces}  ],
  durableObjectStorage = (localDisk = "objects"),
);
"#,
        dist = quoted(&dist.display().to_string()),
        objects = quoted(&objects.display().to_string()),
    )
}

/// A capnp string; its escapes are those of JSON for everything a path may hold.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_all_that_the_worker_binds() {
        let modules = ["index.js".to_owned(), "index_bg.wasm".to_owned()];
        let addresses = ["127.0.0.1:8787".to_owned()];
        let text = text(
            &modules,
            Path::new("/d \"q\""),
            Path::new("/o"),
            &addresses,
            Some(50),
            &Assist::default(),
            None,
        );
        for (binding, class) in OBJECTS {
            assert!(text.contains(&format!("name = \"{binding}\", durableObjectNamespace = \"{class}\"")));
        }
        assert!(text.contains(r#"(name = "index_bg.wasm", wasm = embed "index_bg.wasm")"#), "{text}");
        assert!(text.contains(r#"path = "/d \"q\"""#), "{text}");
        assert!(text.contains(r#"(name = "FRAMES_PER_SECOND", text = "50")"#), "{text}");
    }
}
