//! A site of one test's own.

use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use shared::protocol::http::Started;

use crate::http::{Reply, send};
use crate::server::Edge;
use crate::socket::Socket;

/// The storefront's origin in tests.
pub const ORIGIN: &str = "https://shop.example";
/// The password of every test account.
pub const PASSWORD: &str = "a password of tests";

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A site with the demo shop's knowledge base.
#[derive(Debug, Clone)]
pub struct Site {
    pub key: String,
    edge: &'static Edge,
}

impl Site {
    /// Creates a site with a fresh key: languages en, zh-CN and ja, one allowed origin, the demo knowledge base.
    ///
    /// # Panics
    /// When the operator API refuses it.
    #[must_use]
    pub fn create() -> Self {
        Self::create_on(Edge::shared())
    }

    /// [`Site::create`] on a server of one's own.
    ///
    /// # Panics
    /// When the operator API refuses it.
    #[must_use]
    pub fn create_on(edge: &'static Edge) -> Self {
        let key = format!("site-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let site = Self { key, edge };
        let settings = json!({
            "name": "Test <b>shop</b>", "languages": ["en", "zh-CN", "ja"], "origins": [ORIGIN],
            "greeting": {"en": "Hello"}, "topics": ["order-tracking"],
            "campaigns": [{"id": "dwell", "trigger": {"on_product": true, "dwell": 1000, "unless_added_to_cart": true},
                           "text": {"en": "Questions about {product}?"}}],
        });
        let made = site.operator("PUT", "", &json!({ "settings": settings }).to_string());
        assert_eq!(made.status, 204, "{}", made.text);
        let kb = include_str!("../../data/tidewater/kb.jsonl");
        assert_eq!(site.operator("PUT", "/kb", kb).status, 204);
        site
    }

    /// The edge's origin.
    #[must_use]
    pub fn url(&self) -> &'static str {
        &self.edge.url
    }

    /// A call of the operator API below this site.
    #[must_use]
    pub fn operator(&self, method: &str, path: &str, body: &str) -> Reply {
        let url = format!("{}/v1/operator/sites/{}{path}", self.url(), self.key);
        let bearer = format!("Bearer {}", self.edge.token);
        send(
            method,
            &url,
            &[("authorization", &bearer), ("content-type", "application/json")],
            body.as_bytes(),
        )
    }

    /// Creates a console account and signs it in: the session cookie.
    ///
    /// # Panics
    /// When either is refused.
    #[must_use]
    pub fn agent(&self, id: &str, role: &str, capacity: u32) -> String {
        let account = json!({
            "name": id.to_uppercase(), "email": format!("{id}@shop.example"), "role": role, "password": PASSWORD,
            "capacity": capacity, "groups": ["support"], "languages": ["en", "zh-CN"],
        });
        let made = self.operator("PUT", &format!("/agents/{id}"), &account.to_string());
        assert_eq!(made.status, 204, "{}", made.text);
        let signed_in = self.sign_in(&format!("{id}@shop.example"), PASSWORD);
        assert_eq!(signed_in.status, 200, "{}", signed_in.text);
        cookie(&signed_in)
    }

    /// Signs in.
    #[must_use]
    pub fn sign_in(&self, email: &str, password: &str) -> Reply {
        let body = json!({ "site": self.key, "email": email, "password": password }).to_string();
        let headers = [("origin", self.url()), ("content-type", "application/json")];
        send("POST", &format!("{}/v1/console/sign-in", self.url()), &headers, body.as_bytes())
    }

    /// A request of a storefront page.
    #[must_use]
    pub fn page(&self, method: &str, path: &str, origin: &str, body: &str) -> Reply {
        let url = format!("{}/v1/sites/{}{path}", self.url(), self.key);
        let headers = [("origin", origin), ("content-type", "application/json")];
        send(method, &url, if origin.is_empty() { &headers[1..] } else { &headers }, body.as_bytes())
    }

    /// Starts a conversation in English.
    ///
    /// # Panics
    /// When it is refused.
    #[must_use]
    pub fn start(&self) -> Started {
        let reply = self.page("POST", "/conversations", ORIGIN, &json!({ "lang": "en" }).to_string());
        match serde_json::from_str(&reply.text) {
            Ok(started) => started,
            Err(error) => panic!("{error}: {} {}", reply.status, reply.text),
        }
    }

    /// The visitor's socket, greeted.
    pub async fn visitor(&self, started: &Started) -> Socket {
        let mut socket = Socket::visitor(self.url(), started.conversation.as_str(), &started.token).await;
        socket.send(&json!({ "type": "hello", "after": 0 })).await;
        socket.until("welcome").await;
        socket
    }

    /// An agent's socket of a conversation, greeted.
    pub async fn agent_in(&self, cookie: &str, conversation: &str) -> Socket {
        let mut socket = Socket::agent(self.url(), conversation, cookie).await;
        socket.send(&json!({ "type": "hello", "after": 0 })).await;
        socket.until("welcome").await;
        socket
    }

    /// An agent's desk socket, greeted; the agent is online.
    pub async fn desk(&self, cookie: &str) -> Socket {
        let mut socket = Socket::desk(self.url(), cookie).await;
        socket.send(&json!({ "type": "hello" })).await;
        socket.until("snapshot").await;
        socket.send(&json!({ "type": "presence", "presence": "online" })).await;
        socket.until_where(|f| f["type"] == "agent" && f["agent"]["presence"] == "online").await;
        socket
    }
}

/// The session cookie a sign-in sets, as a `cookie` header.
#[must_use]
pub fn cookie(reply: &Reply) -> String {
    reply.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
}

/// A message frame.
#[must_use]
pub fn say(client_id: &str, text: &str) -> Value {
    json!({ "type": "send", "client_id": client_id, "text": text })
}
