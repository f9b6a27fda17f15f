//! The one address of one's own network that webhooks of a server on this machine may reach.

use anyhow::{Context, Result};

use super::assist::Address;
use super::config::quoted;
use crate::args::Args;

/// What `--allow-webhook URL` names.
#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    origin: String,
    address: Address,
}

impl Webhook {
    pub(crate) fn read(args: &mut Args) -> Result<Option<Self>> {
        let Some(url) = args.option("--allow-webhook")? else { return Ok(None) };
        let address = Address::parse(&url).context("--allow-webhook")?;
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        let host = rest.split('/').next().unwrap_or_default().to_lowercase();
        // As the Worker writes origins: without the port that goes without saying.
        let usual = if scheme == "https" { ":443" } else { ":80" };
        let origin = format!("{scheme}://{}", host.strip_suffix(usual).unwrap_or(&host));
        Ok(Some(Self { origin, address }))
    }

    /// Plain `fetch` reaches public addresses only; the operator has named this one.
    pub(super) fn service(&self) -> String {
        self.address.service("webhook")
    }

    pub(super) fn bindings(&self) -> String {
        let origin = quoted(&self.origin);
        format!(
            "    (name = \"WEBHOOK_ORIGINS\", text = {origin}),\n    (name = \"WEBHOOK\", service = \"webhook\"),\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_named_without_its_path() {
        let webhook = Webhook {
            origin: "http://127.0.0.1:9".into(),
            address: Address::parse("http://127.0.0.1:9/x").unwrap(),
        };
        assert!(webhook.bindings().contains(r#"text = "http://127.0.0.1:9""#));
        assert!(webhook.service().contains(r#"address = "127.0.0.1:9""#));
    }
}
