//! A stand-in for a language model: the protocols of OpenAI's API and of Workers AI's binding, on loopback.

use std::io::{BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

/// What the stand-in was asked: the path, the `authorization` header and the body.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub path: String,
    pub authorization: Option<String>,
    pub body: Value,
}

/// How it behaves.
#[derive(Debug, Clone)]
pub enum Mood {
    /// Embeds these texts alike, all others alike in another direction, and completes chats with
    /// this content.
    Helpful { alike: Vec<String>, draft: String },
    /// Answers with this status and this body.
    Says(u16, String),
    /// Takes the request and does not answer for this long.
    Silent(Duration),
}

/// A running stand-in; it ends with the process.
#[derive(Debug, Clone)]
pub struct Model {
    pub url: String,
    mood: Arc<Mutex<Mood>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Model {
    /// Starts one.
    ///
    /// # Panics
    /// When there is no port for it.
    #[must_use]
    pub fn start(mood: Mood) -> Self {
        let listener = match TcpListener::bind("127.0.0.1:0") {
            Ok(listener) => listener,
            Err(error) => panic!("no port: {error}"),
        };
        let url = listener.local_addr().map(|address| format!("http://{address}")).unwrap_or_default();
        let model = Self { url, mood: Arc::new(Mutex::new(mood)), asked: Arc::default() };
        let shared = model.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let model = shared.clone();
                std::thread::spawn(move || model.serve(stream));
            }
        });
        model
    }

    /// Behaves like this from now on.
    pub fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    /// Everything it was asked.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Answers requests on one connection until it ends.
    fn serve(&self, mut stream: TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        loop {
            let asked = request(&mut reader)?;
            let path = asked.path.clone();
            let body = asked.body.clone();
            self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
            let mood = self.mood.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let (status, reply) = match mood {
                Mood::Helpful { alike, draft } => (200, reply(&path, &body, &alike, &draft).to_string()),
                Mood::Says(status, text) => (status, text),
                Mood::Silent(time) => {
                    std::thread::sleep(time);
                    return None;
                }
            };
            let head = format!(
                "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                reply.len()
            );
            stream.write_all(head.as_bytes()).ok()?;
            stream.write_all(reply.as_bytes()).ok()?;
        }
    }
}

fn request(reader: &mut impl std::io::BufRead) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|&read| read > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let (mut length, mut authorization) = (0, None);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "authorization" => authorization = Some(value.to_owned()),
            _ => {}
        }
    }
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body).ok()?;
    Some(Asked { path, authorization, body: serde_json::from_slice(&body).unwrap_or(Value::Null) })
}

fn reply(path: &str, body: &Value, alike: &[String], draft: &str) -> Value {
    let embed = |text: &Value| {
        let is_alike = text.as_str().is_some_and(|text| alike.iter().any(|one| one == text));
        if is_alike { [1.0, 0.1] } else { [0.1, 1.0] }
    };
    let texts = |value: &Value| value.as_array().map(|texts| texts.iter().map(embed).collect::<Vec<_>>());
    if path.ends_with("/embeddings") {
        let embeddings = texts(&body["input"]).unwrap_or_default();
        // The order of the reply is that of its indices, not of its lines.
        let data = embeddings.into_iter().enumerate().rev();
        let data: Vec<Value> =
            data.map(|(index, e)| json!({ "object": "embedding", "index": index, "embedding": e })).collect();
        return json!({ "object": "list", "data": data, "model": body["model"] });
    }
    if path.contains("/run") {
        let data = texts(&body["inputs"]["text"]).unwrap_or_default();
        return json!({ "shape": [data.len(), 2], "data": data, "pooling": "cls" });
    }
    let message = json!({ "role": "assistant", "content": draft });
    json!({ "id": "c", "object": "chat.completion", "choices": [{ "index": 0, "message": message, "finish_reason": "stop" }] })
}
