//! A stand-in for systems elsewhere: takes webhooks on loopback, and behaves as badly as it is told.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long a webhook may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(90);

/// How one request is answered.
#[derive(Debug, Clone)]
pub enum Answer {
    Status(u16),
    /// 302 to this address.
    Redirect(String),
    /// Takes the request and says nothing.
    Hang,
    /// 200, and a body that goes on until the other side has had enough.
    Endless,
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Heard {
    pub at: Instant,
    pub headers: BTreeMap<String, String>,
    pub body: String,
    /// With [`Answer::Endless`]: the bytes that were taken before the other side had enough.
    pub taken: Option<usize>,
}

impl Heard {
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// The type of the event.
    #[must_use]
    pub fn kind(&self) -> String {
        self.json()["event"]["type"].as_str().unwrap_or_default().to_owned()
    }
}

struct Line {
    answers: VecDeque<Answer>,
    heard: UnboundedSender<Heard>,
}

/// The server. Every path is an endpoint of its own.
#[derive(Clone)]
pub struct Hub {
    pub url: String,
    lines: Arc<Mutex<BTreeMap<String, Line>>>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").field("url", &self.url).finish_non_exhaustive()
    }
}

/// What comes on one path.
#[derive(Debug)]
pub struct Inbox {
    pub url: String,
    path: String,
    hub: Hub,
    heard: UnboundedReceiver<Heard>,
}

impl Hub {
    /// Starts one; it ends with the process.
    ///
    /// # Panics
    /// When there is no port for it.
    #[must_use]
    pub fn start() -> Self {
        let listener = match TcpListener::bind("127.0.0.1:0") {
            Ok(listener) => listener,
            Err(error) => panic!("no port: {error}"),
        };
        let url = listener.local_addr().map(|address| format!("http://{address}")).unwrap_or_default();
        let hub = Self { url, lines: Arc::default() };
        let shared = hub.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let hub = shared.clone();
                std::thread::spawn(move || hub.serve(stream));
            }
        });
        hub
    }

    /// A path of one's own, that answers 200 unless told otherwise.
    #[must_use]
    pub fn inbox(&self, name: &str) -> Inbox {
        let (heard, inbox) = unbounded_channel();
        let path = format!("/{name}");
        let line = Line { answers: VecDeque::new(), heard };
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone(), line);
        Inbox { url: format!("{}{path}", self.url), path, hub: self.clone(), heard: inbox }
    }

    /// Answers requests on one connection until it ends.
    fn serve(&self, mut stream: TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        loop {
            let (path, headers, body) = request(&mut reader)?;
            let mut heard = Heard { at: Instant::now(), headers, body, taken: None };
            let (answer, line) = {
                let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
                let line = lines.get_mut(&path)?;
                (line.answers.pop_front().unwrap_or(Answer::Status(200)), line.heard.clone())
            };
            let head = |status: u16, more: &str| format!("HTTP/1.1 {status} Status\r\n{more}\r\n");
            match answer {
                Answer::Status(status) => {
                    stream.write_all(head(status, "content-length: 2\r\n").as_bytes()).ok()?;
                    stream.write_all(b"ok").ok()?;
                    let _ = line.send(heard);
                }
                Answer::Redirect(to) => {
                    let more = format!("location: {to}\r\ncontent-length: 0\r\n");
                    stream.write_all(head(302, &more).as_bytes()).ok()?;
                    let _ = line.send(heard);
                }
                Answer::Hang => {
                    let _ = line.send(heard);
                    // Until the other side gives up.
                    let _ = reader.read_to_end(&mut Vec::new());
                    return None;
                }
                Answer::Endless => {
                    stream.write_all(head(200, "connection: close\r\n").as_bytes()).ok()?;
                    let mut taken = 0;
                    while stream.write_all(&[b'x'; 64 * 1024]).is_ok() {
                        taken += 64 * 1024;
                    }
                    heard.taken = Some(taken);
                    let _ = line.send(heard);
                    return None;
                }
            }
        }
    }
}

impl Inbox {
    /// Answers the next requests like this, later ones with 200.
    pub fn answers(&self, answers: impl IntoIterator<Item = Answer>) {
        let mut lines = self.hub.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.get_mut(&self.path) {
            line.answers.extend(answers);
        }
    }

    /// The next request.
    ///
    /// # Panics
    /// When none comes in time.
    pub async fn next(&mut self) -> Heard {
        match tokio::time::timeout(PATIENCE, self.heard.recv()).await {
            Ok(Some(heard)) => heard,
            _ => panic!("no webhook in time at {}", self.url),
        }
    }

    /// The next request with an event of this type.
    pub async fn until(&mut self, kind: &str) -> Heard {
        loop {
            let heard = self.next().await;
            if heard.kind() == kind {
                return heard;
            }
        }
    }

    /// Whether nothing has come that was not asked for.
    pub fn is_empty(&mut self) -> bool {
        self.heard.try_recv().is_err()
    }
}

fn request(reader: &mut impl BufRead) -> Option<(String, BTreeMap<String, String>, String)> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|&read| read > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|n| n.parse().ok()).unwrap_or(0);
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body).ok()?;
    Some((path, headers, String::from_utf8_lossy(&body).into_owned()))
}
