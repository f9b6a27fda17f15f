//! The optional language model of a server on this machine: the same variables as edge/wrangler.jsonc names.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};

use super::config::quoted;
use crate::args::Args;

/// The variable of this process that holds the endpoint's key, if it has one.
pub(crate) const KEY: &str = "ASSIST_KEY";

/// Where a language model is reached, and what it is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Assist {
    endpoint: Option<Address>,
    /// A server that speaks the protocol behind Workers AI's binding.
    workers_ai: Option<Address>,
    /// Variables of the Worker.
    variables: Vec<(&'static str, String)>,
    has_key: bool,
}

/// `http[s]://host[:port]/path`, taken apart.
#[derive(Debug, Clone)]
pub(super) struct Address {
    host: String,
    tls: bool,
}

impl Assist {
    /// Reads `--assist URL`, `--assist-model`, `--assist-embedding-model`, `--assist-requests` and `--workers-ai URL`.
    pub(crate) fn read(args: &mut Args) -> Result<Self> {
        let mut assist =
            Self { has_key: std::env::var_os(KEY).is_some_and(|key| !key.is_empty()), ..Self::default() };
        if let Some(url) = args.option("--assist")? {
            assist.endpoint = Some(Address::parse(&url).context("--assist")?);
            assist.variables.push(("ASSIST_URL", url));
        }
        let options = [
            ("--assist-model", "ASSIST_MODEL"),
            ("--assist-embedding-model", "ASSIST_EMBEDDING_MODEL"),
            ("--assist-requests", "ASSIST_REQUESTS_A_DAY"),
        ];
        for (option, variable) in options {
            assist.variables.extend(args.option(option)?.map(|value| (variable, value)));
        }
        if let Some(url) = args.option("--workers-ai")? {
            assist.workers_ai = Some(Address::parse(&url).context("--workers-ai")?);
        }
        Ok(assist)
    }

    /// Services and bindings of workerd's configuration.
    pub(super) fn config(&self) -> (String, String) {
        let (mut services, mut bindings) = (String::new(), String::new());
        for (variable, value) in &self.variables {
            let _ = writeln!(bindings, "    (name = \"{variable}\", text = {}),", quoted(value));
        }
        if let Some(endpoint) = &self.endpoint {
            // Plain `fetch` reaches public addresses only; the operator has named this one.
            services.push_str(&endpoint.service("assist"));
            let _ = writeln!(bindings, "    (name = \"ASSIST\", service = \"assist\"),");
            if self.has_key {
                let _ = writeln!(bindings, "    (name = \"{KEY}\", fromEnvironment = \"{KEY}\"),");
            }
        }
        if let Some(address) = &self.workers_ai {
            services.push_str(&address.service("workers-ai"));
            let module = r#"moduleName = "cloudflare-internal:ai-api""#;
            let inner = r#"innerBindings = [(name = "fetcher", service = "workers-ai")]"#;
            let _ = writeln!(bindings, "    (name = \"AI\", wrapped = ({module}, {inner})),");
        }
        (services, bindings)
    }
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self> {
        let (scheme, rest) = url.split_once("://").context("an address begins with http:// or https://")?;
        let tls = scheme == "https";
        ensure!(tls || scheme == "http", "an address begins with http:// or https://");
        let host = rest.split('/').next().unwrap_or_default();
        ensure!(!host.is_empty() && !host.contains('@'), "an address names a host, and no user");
        let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let host = if has_port { host.to_owned() } else { format!("{host}:{}", if tls { 443 } else { 80 }) };
        Ok(Self { host, tls })
    }

    pub(super) fn service(&self, name: &str) -> String {
        let host = quoted(&self.host);
        let how = if self.tls {
            let name = quoted(self.host.rsplit_once(':').map_or("", |(host, _)| host));
            format!("https = (certificateHost = {name}, tlsOptions = (trustBrowserCas = true))")
        } else {
            "http = ()".into()
        };
        format!("    (name = \"{name}\", external = (address = {host}, {how})),\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_a_host() {
        let check =
            |url, host: Option<&str>| assert_eq!(Address::parse(url).ok().map(|a| a.host).as_deref(), host);
        check("http://127.0.0.1:11434/v1", Some("127.0.0.1:11434"));
        check("https://api.example/v1", Some("api.example:443"));
        check("http://[::1]:8080", Some("[::1]:8080"));
        check("http://api.example", Some("api.example:80"));
        check("ftp://api.example", None);
        check("https://me@api.example/", None);
        check("https:///v1", None);
        check("api.example", None);
    }

    #[test]
    fn nothing_asked_for_binds_nothing() {
        assert_eq!(Assist::default().config(), (String::new(), String::new()));
    }
}
