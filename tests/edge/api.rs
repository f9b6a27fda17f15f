//! The HTTP API, one behaviour a test.

use serde_json::json;
use tests::http::send;
use tests::{ORIGIN, Site};

#[test]
fn healthz_is_well() {
    let site = Site::create();
    let reply = send("GET", &format!("{}/healthz", site.url()), &[], b"");
    assert_eq!((reply.status, reply.json()["ok"].as_bool()), (200, Some(true)));
    assert!(!reply.header("x-request-id").is_empty());
}

#[test]
fn the_loader_carries_the_sites_configuration_and_cannot_close_a_script_element() {
    let site = Site::create();
    let reply = send("GET", &format!("{}/w/{}.js", site.url(), site.key), &[], b"");
    assert_eq!(reply.status, 200);
    assert!(reply.header("content-type").starts_with("text/javascript"));
    assert!(reply.text.contains(&format!("\"site\":\"{}\"", site.key)));
    assert!(reply.text.contains("\\u003cb>shop") && !reply.text.contains("<b>shop"), "{}", reply.text);
    assert!(reply.text.contains("\"proactive\":1000"));
}

#[test]
fn an_opening_panel_gets_greeting_topics_and_availability_in_its_language() {
    let site = Site::create();
    let hello = site.page("GET", "?lang=zh-Hant-TW", ORIGIN, "");
    assert_eq!(hello.status, 200, "{}", hello.text);
    assert_eq!(hello.header("access-control-allow-origin"), ORIGIN);
    let hello = hello.json();
    assert_eq!((&hello["lang"], &hello["availability"]["online"]), (&json!("zh-CN"), &json!(false)));
    assert_eq!(hello["topics"][0]["entry"], "order-tracking");
    assert_eq!(hello["campaigns"][0]["text"], "Questions about {product}?");
}

#[test]
fn suggestions_come_while_typing() {
    let site = Site::create();
    let suggest = |q: &str, lang: &str| {
        let reply = site.page("GET", &format!("/suggest?q={q}&lang={lang}"), ORIGIN, "");
        reply.json()["options"].as_array().cloned().unwrap_or_default()
    };
    assert!(suggest("track", "en").iter().any(|o| o["entry"] == "order-tracking"));
    assert!(suggest("%E5%AE%9A%E9%87%91", "zh-CN").iter().any(|o| o["entry"] == "presale-deposit-refund"));
    assert!(suggest("t", "en").is_empty(), "one letter tells nothing");
}

#[test]
fn a_page_of_another_origin_is_refused_everywhere() {
    let site = Site::create();
    for origin in ["https://evil.example", "null", ""] {
        for (method, path) in [("GET", ""), ("GET", "/suggest?q=track"), ("POST", "/conversations")] {
            let reply = site.page(method, path, origin, "{\"lang\":\"en\"}");
            assert_eq!(
                (reply.status, reply.error()),
                (403, "wrong_origin".into()),
                "{method} {path} {origin:?}"
            );
            assert_eq!(reply.header("access-control-allow-origin"), "");
        }
    }
    assert_eq!(site.page("OPTIONS", "/conversations", "https://evil.example", "").status, 403);
    assert_eq!(site.page("OPTIONS", "/conversations", ORIGIN, "").status, 204);
}

#[test]
fn unknown_sites_paths_and_methods_have_their_codes() {
    let site = Site::create();
    let check = |method: &str, path: &str, status: u16, code: &str| {
        let reply = send(method, &format!("{}{path}", site.url()), &[("origin", ORIGIN)], b"");
        assert_eq!((reply.status, reply.error()), (status, code.into()), "{method} {path}");
    };
    check("GET", "/w/nobody.js", 404, "unknown_site");
    check("GET", "/w/bad%20key.js", 404, "unknown_site");
    check("GET", "/v1/sites/nobody?lang=en", 404, "unknown_site");
    check("GET", "/v1/nothing", 404, "not_found");
    check("GET", "/manifest.json", 404, "not_found");
    check("GET", "/assets/../manifest.json", 404, "not_found");
    check("GET", "/assets/", 404, "not_found");
    check("DELETE", "/v1/console/me", 405, "method_not_allowed");
    check("POST", "/", 405, "method_not_allowed");
}

#[test]
fn the_operator_api_needs_the_operators_token() {
    let site = Site::create();
    let url = format!("{}/v1/operator/sites/{}", site.url(), site.key);
    for bearer in ["", "Bearer ", "Bearer wrong", "Basic x"] {
        let reply = send("PUT", &url, &[("authorization", bearer)], b"{}");
        assert_eq!((reply.status, reply.error()), (401, "unauthenticated".into()), "{bearer:?}");
    }
}

#[test]
fn a_bad_knowledge_base_line_is_named_and_changes_nothing() {
    let site = Site::create();
    let good = r#"{"id":"a","lang":"en","questions":["Q"],"answer":"A"}"#;
    let reply = site.operator("PUT", "/kb", &format!("{good}\n\n{{\"id\":\"b\"}}\n"));
    assert_eq!((reply.status, reply.json()["line"].as_u64()), (400, Some(3)), "{}", reply.text);
    let empty = site.operator("PUT", "/kb", "\n");
    assert_eq!((empty.status, empty.error()), (400, "bad_value".into()), "an empty file wipes nothing");
    let still = site.page("GET", "/suggest?q=track&lang=en", ORIGIN, "").json();
    assert!(!still["options"].as_array().is_some_and(Vec::is_empty));
}

#[test]
fn unsound_settings_are_refused() {
    let site = Site::create();
    for settings in [
        json!({ "name": "", "languages": ["en"], "origins": [] }),
        json!({ "name": "x", "languages": [], "origins": [] }),
        json!({ "name": "x", "languages": ["en"], "origins": ["*"] }),
        json!({ "name": "x", "languages": ["en"], "origins": [], "accent": "red;} body{" }),
    ] {
        let reply = site.operator("PUT", "", &json!({ "settings": settings }).to_string());
        assert_eq!((reply.status, reply.error()), (400, "bad_value".into()), "{settings}");
    }
}

#[test]
fn the_widget_and_the_console_are_served_with_their_kinds_and_safe_headers() {
    let site = Site::create();
    let loader = send("GET", &format!("{}/w/{}.js", site.url(), site.key), &[], b"").text;
    assert!(loader.contains(&format!("\"edge\":\"{}\"", site.url())), "the loader knows where it came from");
    let start = loader.find("/assets/widget").unwrap();
    let script = &loader[start..start + loader[start..].find('"').unwrap()];
    let script = send("GET", &format!("{}{script}", site.url()), &[("accept-encoding", "identity")], b"");
    assert_eq!((script.status, script.header("content-type")), (200, "text/javascript; charset=utf-8"));
    assert!(script.header("cache-control").contains("immutable"));
    assert_eq!(script.header("access-control-allow-origin"), "*");
    let console = send("GET", &format!("{}/console/", site.url()), &[], b"");
    assert_eq!((console.status, console.header("content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!(console.header("cache-control"), "no-cache");
    let policy = console.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"), "{policy}");
}
