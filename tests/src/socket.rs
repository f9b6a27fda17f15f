//! A WebSocket as tests drive it.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// How long a frame may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// The stream under a [`Socket`].
pub type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// An open socket. Frames not asked for are kept in `seen`.
#[derive(Debug)]
pub struct Socket {
    stream: Stream,
    /// Every frame received so far.
    pub seen: Vec<Value>,
}

impl Socket {
    /// A visitor's.
    pub async fn visitor(edge: &str, conversation: &str, token: &str) -> Self {
        let protocols = format!("edgedesk.v1, {token}");
        let path = format!("/v1/conversations/{conversation}/socket");
        Self::must_open(edge, &path, &[("origin", crate::ORIGIN), ("sec-websocket-protocol", &protocols)])
            .await
    }

    /// An agent's, in one conversation.
    pub async fn agent(edge: &str, conversation: &str, cookie: &str) -> Self {
        let path = format!("/v1/conversations/{conversation}/socket");
        let headers = [("origin", edge), ("sec-websocket-protocol", "edgedesk.v1"), ("cookie", cookie)];
        Self::must_open(edge, &path, &headers).await
    }

    /// An agent's, to the desk.
    pub async fn desk(edge: &str, cookie: &str) -> Self {
        let headers = [("origin", edge), ("sec-websocket-protocol", "edgedesk.v1"), ("cookie", cookie)];
        Self::must_open(edge, "/v1/console/desk", &headers).await
    }

    async fn must_open(edge: &str, path: &str, headers: &[(&str, &str)]) -> Self {
        match Self::open(edge, path, headers).await {
            Ok(socket) => socket,
            Err((status, body)) => panic!("{path}: {status} {body}"),
        }
    }

    /// Opens a socket; the status and body when the upgrade is refused, status 0 when the server cannot be reached.
    pub async fn open(edge: &str, path: &str, headers: &[(&str, &str)]) -> Result<Self, (u16, String)> {
        let url = format!("{}{path}", edge.replacen("http", "ws", 1));
        let mut request = match url.into_client_request() {
            Ok(request) => request,
            Err(error) => panic!("{path}: {error}"),
        };
        for (name, value) in headers {
            let (Ok(name), Ok(value)) = (
                name.parse::<tokio_tungstenite::tungstenite::http::HeaderName>(),
                value.parse::<tokio_tungstenite::tungstenite::http::HeaderValue>(),
            ) else {
                panic!("header {name}: {value}")
            };
            request.headers_mut().insert(name, value);
        }
        // Small frames leave at once, as browsers send them.
        match tokio_tungstenite::connect_async_with_config(request, None, true).await {
            Ok((stream, _)) => Ok(Self { stream, seen: Vec::new() }),
            Err(Error::Http(response)) => {
                let body = response.body().as_deref().map(String::from_utf8_lossy).unwrap_or_default();
                Err((response.status().as_u16(), body.into_owned()))
            }
            Err(error) => Err((0, error.to_string())),
        }
    }

    /// The stream itself, for whoever must not keep every frame.
    #[must_use]
    pub fn into_stream(self) -> Stream {
        self.stream
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &Value) {
        self.send_raw(Message::text(frame.to_string())).await;
    }

    /// Sends anything.
    pub async fn send_raw(&mut self, message: Message) {
        let _ = self.stream.send(message).await;
    }

    /// The next frame, or `None` when the server closed; `pong` texts come as JSON strings.
    ///
    /// # Panics
    /// When nothing comes in time.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            let message = match tokio::time::timeout(PATIENCE, self.stream.next()).await {
                Ok(message) => message?.ok()?,
                Err(_) => panic!("no frame in time; seen: {:#?}", self.seen),
            };
            match message {
                Message::Text(text) => {
                    let frame: Value = serde_json::from_str(&text).unwrap_or(Value::String(text.to_string()));
                    self.seen.push(frame.clone());
                    return Some(frame);
                }
                Message::Close(frame) => {
                    let code = frame.map_or(1005, |f| u16::from(f.code));
                    self.seen.push(serde_json::json!({ "type": "closed", "code": code }));
                    return None;
                }
                _ => {}
            }
        }
    }

    /// Waits for the close and returns its code.
    pub async fn closed(&mut self) -> u64 {
        while self.next().await.is_some() {}
        self.seen.last().and_then(|f| f["code"].as_u64()).unwrap_or(1006)
    }

    /// The next frame of this type.
    pub async fn until(&mut self, kind: &str) -> Value {
        self.until_where(|frame| frame["type"] == kind).await
    }

    /// The next frame for which `fits` holds.
    ///
    /// # Panics
    /// When the socket closes before.
    pub async fn until_where(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        while let Some(frame) = self.next().await {
            if fits(&frame) {
                return frame;
            }
        }
        panic!("closed before the frame came; seen: {:#?}", self.seen)
    }

    /// Waits until this client's message is acknowledged, by its own copy or by `ack`: its sequence and time.
    ///
    /// # Panics
    /// When the socket closes before.
    pub async fn acknowledged(&mut self, client_id: &str) -> Value {
        let entry = |f: &Value| match f["type"].as_str() {
            Some("ack") => f.clone(),
            Some("message") => f["message"].clone(),
            _ => Value::Null,
        };
        let frame = self.until_where(|f| entry(f)["client_id"] == client_id).await;
        let entry = entry(&frame);
        serde_json::json!({ "seq": entry["seq"], "at": entry["at"] })
    }

    /// The next message whose body has this type: the whole message.
    pub async fn until_body(&mut self, kind: &str) -> Value {
        let frame =
            self.until_where(|f| f["type"] == "message" && f["message"]["body"]["type"] == kind).await;
        frame["message"].clone()
    }
}
