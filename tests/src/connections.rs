//! What supervisors do under "Connections", by HTTP, and what an outside agent does.

use serde_json::{Value, json};

use crate::http::{Reply, send};
use crate::receiver::Inbox;
use crate::site::Site;

/// Every kind of event.
pub const ALL: [&str; 6] = ["handoff", "assigned", "message", "message_left", "ended", "rated"];

/// A supervisor of a site.
#[derive(Debug)]
pub struct Supervisor<'a> {
    site: &'a Site,
    cookie: String,
}

impl<'a> Supervisor<'a> {
    /// One who is signed in.
    #[must_use]
    pub fn of(site: &'a Site) -> Self {
        Self { site, cookie: site.agent("sora", "supervisor", 0) }
    }

    /// A request below `/v1/console/connections`.
    #[must_use]
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> Reply {
        let url = format!("{}/v1/console/connections{path}", self.site.url());
        let headers = [("cookie", self.cookie.as_str()), ("origin", self.site.url())];
        send(method, &url, &headers, if body.is_null() { String::new() } else { body.to_string() }.as_bytes())
    }

    /// Makes an endpoint: its id and secret.
    ///
    /// # Panics
    /// When it is refused.
    #[must_use]
    pub fn endpoint(&self, inbox: &Inbox, kinds: &[&str]) -> (String, String) {
        let reply = self.ask("POST", "/endpoints", &json!({ "url": inbox.url, "kinds": kinds }));
        let made = reply.json();
        assert_eq!((reply.status, &made["type"]), (200, &json!("saved")), "{}", reply.text);
        let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
        (text("endpoint"), text("secret"))
    }

    /// Does something with an endpoint.
    ///
    /// # Panics
    /// When it is refused.
    pub fn act(&self, endpoint: &str, action: &str) -> Value {
        let reply = self.ask("POST", &format!("/endpoints/{endpoint}"), &json!({ "type": action }));
        assert!(matches!(reply.status, 200 | 204), "{}", reply.text);
        reply.json()
    }

    /// Endpoints, dead letters and tokens.
    #[must_use]
    pub fn list(&self) -> Value {
        self.ask("GET", "", &Value::Null).json()
    }

    /// Makes an API token of an account: its id and secret.
    ///
    /// # Panics
    /// When it is refused.
    #[must_use]
    pub fn token(&self, agent: &str) -> (String, String) {
        let reply = self.ask("POST", "/tokens", &json!({ "agent": agent, "label": "test" }));
        assert_eq!(reply.status, 201, "{}", reply.text);
        let text = |name: &str| reply.json()[name].as_str().unwrap_or_default().to_owned();
        (text("token"), text("secret"))
    }
}

/// An agent over the API.
#[derive(Debug, Clone)]
pub struct Outside {
    edge: String,
    pub secret: String,
}

impl Outside {
    /// The agent behind a token.
    #[must_use]
    pub fn with(site: &Site, secret: &str) -> Self {
        Self { edge: site.url().to_owned(), secret: secret.to_owned() }
    }

    /// A request below `/v1/outside`.
    #[must_use]
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> Reply {
        let url = format!("{}/v1/outside{path}", self.edge);
        let bearer = format!("Bearer {}", self.secret);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        send(method, &url, &[("authorization", &bearer)], body.as_bytes())
    }

    /// Comes on duty, or goes.
    #[must_use]
    pub fn presence(&self, presence: &str, lease: u64) -> Reply {
        self.ask("PUT", "/presence", &json!({ "presence": presence, "lease": lease }))
    }

    /// Writes.
    #[must_use]
    pub fn write(&self, conversation: &str, client_id: &str, text: &str) -> Reply {
        let body = json!({ "client_id": client_id, "text": text });
        self.ask("POST", &format!("/conversations/{conversation}/messages"), &body)
    }

    /// The log after a sequence.
    #[must_use]
    pub fn messages(&self, conversation: &str, after: u64) -> Reply {
        self.ask("GET", &format!("/conversations/{conversation}/messages?after={after}"), &Value::Null)
    }
}
