//! Structured logs: one JSON object a line, with ids, never with message text, names or addresses.

use serde::Serialize;

#[derive(Serialize)]
struct Line<'a> {
    level: &'a str,
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<u64>,
}

fn write(line: &Line<'_>) {
    if let Ok(json) = serde_json::to_string(line) {
        if line.level == "error" {
            worker::console_error!("{json}");
        } else {
            worker::console_log!("{json}");
        }
    }
}

/// A request was served. `route` is the pattern of the path, not the path.
pub(crate) fn served(request: &str, route: &str, status: u16, ms: u64) {
    write(&Line {
        level: "info",
        event: "request",
        request: Some(request),
        conversation: None,
        detail: Some(route),
        status: Some(status),
        ms: Some(ms),
    });
}

/// Something of ours failed.
pub(crate) fn failure(event: &str, detail: &str) {
    write(&Line {
        level: "error",
        event,
        request: None,
        conversation: None,
        detail: Some(detail),
        status: None,
        ms: None,
    });
}

/// Something of ours failed in one conversation (or desk).
pub(crate) fn failure_in(event: &str, object: &str, detail: &str) {
    write(&Line {
        level: "error",
        event,
        request: None,
        conversation: Some(object),
        detail: Some(detail),
        status: None,
        ms: None,
    });
}

/// Somebody else's mistake that whoever looks for its cause should find.
pub(crate) fn note(event: &str, object: &str, detail: &str) {
    write(&Line {
        level: "info",
        event,
        request: None,
        conversation: Some(object),
        detail: Some(detail),
        status: None,
        ms: None,
    });
}
