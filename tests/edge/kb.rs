//! R-92 … R-97: the knowledge base through the console's API, in real workerd.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::http::{Reply, send};
use tests::{ORIGIN, Site};

/// A supervisor's requests.
struct Author {
    site: Site,
    cookie: String,
}

impl Author {
    fn new() -> Self {
        let site = Site::create();
        let cookie = site.agent("sora", "supervisor", 3);
        Self { site, cookie }
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Reply {
        let url = format!("{}/v1/console/{path}", self.site.url());
        send(method, &url, &[("cookie", &self.cookie), ("origin", self.site.url())], body.as_bytes())
    }

    fn json(&self, method: &str, path: &str, body: &Value) -> Value {
        let reply = self.ask(method, path, &body.to_string());
        assert_eq!(reply.status, 200, "{method} {path}: {}", reply.text);
        reply.json()
    }

    fn save(&self, id: &str, base: u64, content: &Value, publish: bool) -> Reply {
        let body = json!({ "base": base, "content": content, "publish": publish });
        self.ask("PUT", &format!("kb/entries/{id}"), &body.to_string())
    }

    fn titles(&self, query: &str) -> Vec<String> {
        let list = self.ask("GET", &format!("kb?{query}"), "").json();
        let rows = list["entries"].as_array().cloned().unwrap_or_default();
        rows.iter().map(|row| row["id"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The ids that shoppers are suggested.
    fn suggested(&self, typed: &str) -> Vec<String> {
        let reply = self.site.page("GET", &format!("/suggest?q={typed}&lang=en"), ORIGIN, "").json();
        let options = reply["options"].as_array().cloned().unwrap_or_default();
        options.iter().map(|o| o["entry"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The answer that shoppers get to `text`, and the entry it is of.
    fn test(&self, text: &str, draft: bool) -> Value {
        self.json("POST", "kb/test", &json!({ "text": text, "draft": draft }))
    }

    fn import(&self, query: &str, file: &str) -> Value {
        let reply = self.ask("POST", &format!("kb/import?{query}"), file);
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    }
}

fn content(question: &str, answer: &str) -> Value {
    json!({ "texts": { "en": { "questions": [question], "answer": answer } } })
}

#[test]
fn a_draft_shows_to_nobody_and_what_is_published_shows_at_once() {
    let author = Author::new();
    let zorb = content("Do you offer zorbing balls?", "Yes, two sizes.");
    let saved = author.save("zorb", 0, &zorb, false);
    assert_eq!((saved.status, saved.json()["newest"].as_u64()), (200, Some(1)), "{}", saved.text);
    assert_eq!(author.titles("filter=unpublished"), ["zorb"]);
    assert_eq!(author.titles("q=ZORBING+sizes"), ["zorb"]);
    assert_eq!(author.suggested("zorbing"), [] as [&str; 0]);
    assert_eq!(author.test("zorbing balls", true)["ranked"][0]["entry"], "zorb");
    assert_ne!(author.test("zorbing balls", false)["ranked"][0]["entry"], "zorb");
    author.json("POST", "kb/entries/zorb", &json!({ "type": "publish", "base": 1 }));
    assert_eq!(author.suggested("zorbing"), ["zorb"], "at once, where it was published");
    assert_eq!(author.titles("filter=unpublished"), [] as [&str; 0]);
    assert_eq!(author.test("zorbing balls", false)["answer"]["text"], "Yes, two sizes.");
}

#[test]
fn r_45_a_test_question_says_why_entries_are_ranked() {
    let author = Author::new();
    let wrap = content("Do you offer gift wrapping?", "Yes, choose it at checkout.");
    assert_eq!(author.save("wrap", 0, &wrap, false).status, 200);
    let first = |reply: &Value| (reply["ranked"][0]["entry"].clone(), reply["ranked"][0]["why"].clone());
    let has = |list: &Value, name: &str| list.as_array().is_some_and(|list| list.contains(&json!(name)));
    let reply = author.test("could you gift wrap it", true);
    let (entry, why) = first(&reply);
    assert_eq!(entry, "wrap", "{reply}");
    assert_eq!(why["phrasing"]["text"], "Do you offer gift wrapping?");
    assert_eq!(why["phrasing"]["lang"], "en");
    assert!(has(&why["words"], "gift"), "{why}");
    assert!(reply["intent"]["name"].is_string() && reply["context"] == false, "{reply}");

    // No word in common, and another language: concepts and intents speak for it.
    let (entry, foreign) = first(&author.test("可以礼品包装吗", true));
    assert_eq!((&entry, &foreign["words"]), (&json!("wrap"), &json!([])), "{foreign}");
    assert!(!foreign["concepts"].as_array().is_none_or(Vec::is_empty), "{foreign}");
    assert!(foreign["kinship"].as_f64() > Some(0.5), "{foreign}");

    let later = json!({ "text": "要是过了时间呢", "before": ["怎么退定金"], "draft": true });
    let later = author.json("POST", "kb/test", &later);
    assert_eq!(
        (first(&later).0, &later["context"]),
        (json!("presale-deposit-refund"), &json!(true)),
        "{later}"
    );
}

#[test]
fn who_saw_an_older_version_is_told_and_changes_nothing() {
    let author = Author::new();
    assert_eq!(author.save("zorb", 0, &content("q", "one"), true).status, 200);
    let late = author.save("zorb", 0, &content("q", "two"), true);
    assert_eq!((late.status, late.error()), (409, "conflict".into()));
    let entry = author.ask("GET", "kb/entries/zorb", "").json();
    assert_eq!(entry["entry"]["published"]["texts"]["en"]["answer"], "one");
    assert_eq!(author.ask("POST", "kb/publish", &json!({ "revision": 0 }).to_string()).error(), "conflict");
}

#[test]
fn changes_are_recorded_and_undone() {
    let author = Author::new();
    let _ = author.save("zorb", 0, &content("q", "one"), true);
    let _ = author.save("zorb", 1, &content("q", "two"), true);
    let undone = author.json(
        "POST",
        "kb/entries/zorb",
        &json!({ "type": "revert", "base": 2, "to": 1, "publish": true }),
    );
    assert_eq!(undone["entry"]["published"]["texts"]["en"]["answer"], "one");
    assert_eq!(undone["versions"][0]["action"], json!({ "type": "reverted", "to": 1, "published": true }));
    assert_eq!(undone["versions"][0]["stamp"]["by"]["name"], "SORA");
    let second = author.ask("GET", "kb/entries/zorb/versions/2", "").json();
    assert_eq!(second["content"]["texts"]["en"]["answer"], "two");
    let gone =
        author.json("POST", "kb/entries/zorb", &json!({ "type": "remove", "base": 3, "publish": true }));
    assert_eq!((gone["entry"].clone(), gone["newest"].as_u64()), (Value::Null, Some(4)));
    let back = author.json("POST", "kb/entries/zorb", &json!({ "type": "revert", "base": 4, "to": 1 }));
    assert!(back["entry"]["pending"].is_object() && back["entry"]["published"].is_null());
    assert_eq!(author.ask("GET", "kb/entries/nobody", "").error(), "not_found");
}

#[test]
fn unsound_entries_are_refused_with_every_reason() {
    let author = Author::new();
    let refused = author.save("zorb", 0, &content(" ", ""), true);
    assert_eq!((refused.status, refused.error()), (400, "bad_value".into()));
    assert_eq!(refused.json()["problems"].as_array().map(Vec::len), Some(2), "{}", refused.text);
    assert_eq!(author.save("zorb", 0, &content("q", &"x".repeat(600_000)), true).error(), "too_large");
    assert_eq!(author.save("a%20b", 0, &content("q", "a"), true).error(), "not_found");
}

#[test]
fn what_is_scheduled_begins_and_ends_by_itself() {
    let author = Author::new();
    let now = || u64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
    let (from, until) = (now() + 1_500, now() + 4_500);
    let mut zorb = content("How long does a zorbing refund take?", "3 days.");
    zorb["variants"] =
        json!([{ "name": "618", "valid": { "from": from, "until": until }, "answers": { "en": "7 days." } }]);
    assert_eq!(author.save("zorb", 0, &zorb, true).status, 200);
    let mut seen: Vec<(String, u64)> = Vec::new();
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(15) && seen.len() < 3 {
        let answer =
            author.test("zorbing refund", false)["answer"]["text"].as_str().unwrap_or_default().to_owned();
        if seen.last().is_none_or(|(last, _)| *last != answer) {
            seen.push((answer, now()));
        }
        std::thread::park_timeout(Duration::from_millis(50));
    }
    let answers: Vec<&str> = seen.iter().map(|(answer, _)| answer.as_str()).collect();
    assert_eq!(answers, ["3 days.", "7 days.", "3 days."]);
    for ((_, at), due) in seen[1..].iter().zip([from, until]) {
        assert!((due..due + 5_000).contains(at), "{at} is not within 5 s of {due}");
    }
}

#[test]
fn agents_read_and_supervisors_write_from_the_consoles_own_page() {
    let author = Author::new();
    let agent = Author { cookie: author.site.agent("mei", "agent", 3), site: author.site.clone() };
    assert!(!agent.titles("").is_empty());
    assert_eq!(agent.ask("GET", "kb/export?format=csv", "").status, 200);
    assert_eq!(agent.ask("GET", "questions", "").status, 200);
    assert!(agent.test("track my order", true)["ranked"].is_array());
    let body = json!({ "base": 0, "content": content("q", "a") }).to_string();
    for (method, path) in [
        ("PUT", "kb/entries/zorb"),
        ("POST", "kb/entries/zorb"),
        ("POST", "kb/publish"),
        ("POST", "kb/import"),
        ("POST", "questions/1"),
    ] {
        assert_eq!(agent.ask(method, path, &body).error(), "forbidden", "{method} {path}");
        let url = format!("{}/v1/console/{path}", author.site.url());
        let evil = [("cookie", author.cookie.as_str()), ("origin", "https://evil.example")];
        assert_eq!(send(method, &url, &evil, body.as_bytes()).error(), "wrong_origin", "{method} {path}");
        assert_eq!(send(method, &url, &[("origin", author.site.url())], b"{}").error(), "unauthenticated");
    }
    assert_eq!(author.ask("DELETE", "kb", "").error(), "method_not_allowed");
    assert_eq!(author.ask("GET", "kb/nothing", "").error(), "not_found");
}

#[test]
fn an_import_is_previewed_confirmed_and_refused_when_something_changed_meanwhile() {
    let author = Author::new();
    let before = author.titles("");
    let file = "id,lang,questions,answer\nzorb,en,Do you offer zorbing?,Yes.\norder-tracking,en,Where is it?,Here.\n";
    let preview = author.import("format=csv", file);
    assert_eq!(
        (&preview["changes"]["added"], &preview["changes"]["changed"]),
        (&json!(1), &json!(1)),
        "{preview}"
    );
    assert_eq!(preview["imported"], false);
    assert_eq!(author.titles(""), before, "a preview changes nothing");
    let replaced = author.import("format=csv&mode=replace", file);
    assert_eq!(replaced["changes"]["removed"].as_u64(), Some(before.len() as u64 - 1));

    assert_eq!(author.save("other", 0, &content("q", "a"), true).status, 200);
    let confirm = format!("format=csv&publish=true&revision={}", preview["revision"]);
    assert_eq!(author.ask("POST", &format!("kb/import?{confirm}"), file).error(), "conflict");
    let again = author.import("format=csv", file);
    let done = author.import(&format!("format=csv&publish=true&revision={}", again["revision"]), file);
    assert_eq!(done["imported"], true);
    assert_eq!(author.suggested("zorbing"), ["zorb"]);
    assert_eq!(author.titles("").len(), before.len() + 2);
}

#[test]
fn a_bad_file_names_its_lines_and_changes_nothing_even_when_confirmed() {
    let author = Author::new();
    let before = author.ask("GET", "kb/export?format=json", "").text;
    let file = "id,lang,questions,answer\na b,en,q,a\nzorb,xx,q,a\nzorb,en,q,\n";
    let revision = author.ask("GET", "kb", "").json()["revision"].clone();
    let refused = author.import(&format!("format=csv&mode=replace&publish=true&revision={revision}"), file);
    assert_eq!((&refused["imported"], &refused["problems"]["errors"]), (&json!(false), &json!(3)));
    let lines: Vec<_> = (0..3).map(|n| refused["problems"]["named"][n]["line"].as_u64()).collect();
    assert_eq!(lines, [Some(2), Some(3), Some(4)]);
    let many: String = (0..100_000).map(|n| format!("e{n},en,q{n},a\n")).collect();
    let refused = author.import("format=csv", &format!("id,lang,questions,answer\n{many}"));
    assert_eq!(refused["problems"]["named"][0]["why"], json!({ "type": "too_many", "most": 5_000 }));
    assert_eq!(author.ask("GET", "kb/export?format=json", "").text, before);
    assert_eq!(author.ask("POST", "kb/import?format=zip", file).error(), "bad_value");
}

#[test]
fn what_is_exported_is_imported_without_a_change() {
    let author = Author::new();
    for format in ["csv", "json", "json_lines", "faq_page", "markdown"] {
        let file = author.ask("GET", &format!("kb/export?format={format}"), "");
        assert!(file.header("content-disposition").starts_with("attachment"), "{format}");
        let preview = author.import(&format!("format={format}&mode=replace"), &file.text);
        let counts = ["added", "changed", "removed"].map(|kind| preview["changes"][kind].as_u64());
        assert_eq!(counts, [Some(0); 3], "{format}: {preview}");
        assert_eq!(preview["problems"]["errors"], 0, "{format}: {preview}");
        let guessed = author.import("mode=replace", &file.text);
        assert_eq!(guessed["changes"], preview["changes"], "{format}");
    }
}

#[test]
fn everything_pending_is_published_together() {
    let author = Author::new();
    let _ = author.save("one", 0, &content("Do you offer zorbing?", "Yes."), false);
    let _ = author.save("two", 0, &content("Do you offer kayaks?", "No."), false);
    let revision = author.ask("GET", "kb", "").json()["revision"].clone();
    let published = author.json("POST", "kb/publish", &json!({ "revision": revision }));
    assert_eq!(published["entries"], 2);
    assert_eq!(author.suggested("zorbing"), ["one"]);
}
