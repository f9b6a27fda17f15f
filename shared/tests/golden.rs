//! The wire's form, pinned: `src/protocol/golden/<type>/<variant>.json` holds examples of every variant, the fullest first. A change
//! that makes one of these tests fail is a change of the protocol (SPEC.md R-01 … R-06).

#![allow(clippy::unwrap_used, missing_docs, reason = "a test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use shared::exchange::{FromDesk, ToDesk};
use shared::kb::check::Why;
use shared::protocol::{
    Body, ClientFrame, DeskFrame, DeskRequest, Event, MessageFrame, Sender, ServerFrame, Stage, WaitShown,
    http, kb,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/protocol/golden")
}

/// (variant, examples) of a type.
fn files(kind: &str) -> Vec<(String, Vec<Value>)> {
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    };
    let folder = std::fs::read_dir(root().join(kind)).unwrap();
    let mut files: Vec<_> = folder.map(|entry| read(entry.unwrap().path())).collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

/// Objects whose keys are languages, or reasons: they have no fields.
const MAPS: [&str; 4] = ["texts", "answers", "prompts", "reasons"];

/// Every object with fields inside of `value`, as JSON pointers.
fn objects(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if !MAPS.iter().any(|map| at.ends_with(&format!("/{map}"))) {
                found.push(at.to_string());
            }
            fields.iter().for_each(|(name, inner)| objects(inner, &format!("{at}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, inner)| objects(inner, &format!("{at}/{n}"), found));
        }
        _ => {}
    }
}

/// Checks an example; fields that may be absent go to `optional`.
fn check_example<T: Serialize + DeserializeOwned>(
    name: &str,
    example: &Value,
    optional: &mut BTreeSet<String>,
) {
    let parse = |value: &Value| serde_json::from_value::<T>(value.clone());
    let form = |value: &T| serde_json::to_value(value).unwrap();
    let parsed = parse(example).unwrap_or_else(|error| panic!("{name}: {error}\n{example}"));
    assert_eq!(form(&parsed), *example, "{name}: parses and serialises to the same");

    let mut places = Vec::new();
    objects(example, "", &mut places);
    for at in places {
        let mut more = example.clone();
        let object = more.pointer_mut(&at).unwrap().as_object_mut().unwrap();
        object.insert("a_field_of_tomorrow".into(), json!({"x": [1]}));
        let parsed = parse(&more).unwrap_or_else(|error| panic!("{name}{at}: {error}"));
        assert_eq!(form(&parsed), *example, "{name}{at}: unknown fields are ignored");

        let fields = example.pointer(&at).unwrap().as_object().unwrap().clone();
        for field in fields.keys() {
            let mut less = example.clone();
            less.pointer_mut(&at).unwrap().as_object_mut().unwrap().remove(field);
            if parse(&less).is_ok() {
                let steps = at.split('/').filter(|step| step.parse::<usize>().is_err());
                optional.insert(format!("{name}{}/{field}", steps.collect::<Vec<_>>().join("/")));
            }
        }
        if fields.contains_key("type") {
            let mut other = example.clone();
            other.pointer_mut(&at).unwrap()["type"] = json!("a_type_of_tomorrow");
            assert!(parse(&other).is_err(), "{name}{at}: an unknown type is refused");
        }
    }
    for wrong in [json!(null), json!([]), json!("x"), json!({}), json!({"type": 1}), json!([example])] {
        assert!(parse(&wrong).is_err(), "{name}: {wrong} is refused");
    }
}

/// Fields that may be absent are listed in `golden/optional.txt`; a missing field of any other kind is refused.
fn check_optional(kind: &str, found: &BTreeSet<String>) {
    let list = std::fs::read_to_string(root().join("optional.txt")).unwrap();
    let listed: BTreeSet<_> =
        list.lines().filter(|line| line.split('/').next() == Some(kind)).map(String::from).collect();
    assert_eq!(*found, listed);
}

/// Checks the examples of an enum, and that there are some of every variant: serde names them all when it refuses one.
fn check_enum<T: Serialize + DeserializeOwned>(kind: &str) {
    let refusal = serde_json::from_value::<T>(json!({"type": ""})).err().unwrap().to_string();
    let mut variants: Vec<&str> = refusal.split('`').skip(3).step_by(2).collect();
    variants.sort_unstable();
    let files = files(kind);
    assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), variants, "{kind}");
    let mut optional = BTreeSet::new();
    for (variant, examples) in &files {
        assert!(!examples.is_empty());
        for example in examples {
            assert_eq!(example["type"], json!(variant));
            check_example::<T>(&format!("{kind}/{variant}"), example, &mut optional);
        }
    }
    check_optional(kind, &optional);
}

#[test]
fn r_02_r_03_frames_of_the_conversation_socket() {
    check_enum::<ClientFrame>("client_frame");
    check_enum::<ServerFrame>("server_frame");
}

#[test]
fn r_03_frames_of_the_desk_socket() {
    check_enum::<DeskRequest>("desk_request");
    check_enum::<DeskFrame>("desk_frame");
}

#[test]
fn r_03_what_frames_contain() {
    check_enum::<Body>("body");
    check_enum::<Event>("event");
    check_enum::<Stage>("stage");
    check_enum::<WaitShown>("wait_shown");
    check_enum::<Sender>("sender");
}

#[test]
fn r_03_what_objects_tell_each_other() {
    check_enum::<ToDesk>("to_desk");
    check_enum::<FromDesk>("from_desk");
}

type Check = fn(&str, &Value, &mut BTreeSet<String>);

/// Checks the examples of the structs in a folder, one file each.
fn check_structs(kind: &str, checks: &[(&str, Check)]) {
    let files = files(kind);
    assert_eq!(files.len(), checks.len());
    let mut optional = BTreeSet::new();
    for ((file, examples), (name, check)) in files.iter().zip(checks) {
        assert_eq!(file, name);
        examples.iter().for_each(|example| check(&format!("{kind}/{name}"), example, &mut optional));
    }
    check_optional(kind, &optional);
}

#[test]
fn r_03_bodies_of_the_http_api() {
    check_structs(
        "http",
        &[
            ("error_body", check_example::<http::ErrorBody>),
            ("kb_line", check_example::<http::KbLine>),
            ("me", check_example::<http::Me>),
            ("put_agent", check_example::<http::PutAgent>),
            ("sign_in", check_example::<http::SignIn>),
            ("site_hello", check_example::<http::SiteHello>),
            ("start_conversation", check_example::<http::StartConversation>),
            ("started", check_example::<http::Started>),
            ("suggestions", check_example::<http::Suggestions>),
        ],
    );
}

#[test]
fn r_03_bodies_of_the_knowledge_base() {
    check_enum::<kb::EntryAction>("entry_action");
    check_enum::<kb::QuestionAction>("question_action");
    check_structs(
        "kb",
        &[
            ("import_preview", check_example::<kb::ImportPreview>),
            ("kb_entry", check_example::<kb::KbEntry>),
            ("kb_list", check_example::<kb::KbList>),
            ("publish_all", check_example::<kb::PublishAll>),
            ("published_all", check_example::<kb::PublishedAll>),
            ("question_list", check_example::<kb::QuestionList>),
            ("save_entry", check_example::<kb::SaveEntry>),
            ("test_question", check_example::<kb::TestQuestion>),
            ("test_reply", check_example::<kb::TestReply>),
            ("unsound", check_example::<kb::Unsound>),
            ("version", check_example::<shared::kb::Version>),
        ],
    );
}

#[test]
fn r_95_every_problem_has_a_form() {
    let refusal = serde_json::from_value::<Why>(json!({"type": ""})).err().unwrap().to_string();
    let variants: BTreeSet<&str> = refusal.split('`').skip(3).step_by(2).collect();
    let unsound = files("kb").into_iter().find(|(name, _)| name == "unsound").unwrap().1;
    let problems = unsound[0]["problems"].as_array().unwrap().clone();
    let shown: BTreeSet<&str> = problems.iter().map(|p| p["why"]["type"].as_str().unwrap()).collect();
    assert_eq!(shown, variants);
}

#[test]
fn r_04_ids_are_checked_where_they_are_parsed() {
    for id in ["", "a b", "a/b", "é", &"x".repeat(65)] {
        let frame = json!({"type": "send", "client_id": id, "text": "x"});
        assert!(serde_json::from_value::<ClientFrame>(frame).is_err(), "{id:?}");
    }
}

#[test]
fn r_05_numbers_are_whole_and_not_negative() {
    for after in [json!(-1), json!(1.5), json!("1"), json!(null), json!(1e30)] {
        let frame = json!({"type": "resume", "after": after});
        assert!(serde_json::from_value::<ClientFrame>(frame).is_err(), "{after}");
    }
}

#[test]
fn r_06_no_nesting_overflows_the_parser() {
    for start in [r#""type":"typing","on":true"#, r#""type":"send","client_id":"c","text":"x""#] {
        let deep = format!(r#"{{{start},"x":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
        assert!(ClientFrame::read(&deep).is_err());
    }
}

#[test]
fn r_05_a_message_is_read_as_any_other_frame() {
    let send = r#"{"type":"send","client_id":"c-1","text":"Hi \u4f60\n"}"#;
    assert!(ClientFrame::read(send).is_ok_and(|frame| matches!(frame, ClientFrame::Send { .. })));
    for json in [
        send,
        r#"{"type":"send","text":"Hi","client_id":"c-1","more":[1,{}]}"#,
        r#" { "client_id":"c-1", "type":"send", "text":"Hi" } "#,
        r#"{"type":"send","client_id":"c-1","text":"Hi","text":"Ho"}"#,
        r#"{"type":"send","client_id":"c-1","text":"Hi","type":"end"}"#,
        r#"{"type":"send","client_id":"c-1"}"#,
        r#"{"type":"send","client_id":"","text":"Hi"}"#,
        r#"{"type":"send","client_id":"c-1","text":"Hi"}x"#,
        r#"{"type":"send","client_id":"c-1","text":7}"#,
        r#"{"type":"send","#,
        r#"{"type":"sending","client_id":"c-1","text":"Hi"}"#,
        r#"{"type":"end"}"#,
        "",
    ] {
        let whole = serde_json::from_str::<ClientFrame>(json);
        assert_eq!(ClientFrame::read(json).ok(), whole.ok(), "{json}");
    }
}

#[test]
fn r_02_the_frame_of_an_entry_is_a_message_frame() {
    let Some((_, examples)) = files("server_frame").into_iter().find(|(name, _)| name == "message") else {
        panic!("no examples of a message frame");
    };
    for example in examples {
        let frame: ServerFrame = serde_json::from_value(example).unwrap();
        let ServerFrame::Message { prev, message } = &frame else { panic!("{frame:?}") };
        let of_entry = MessageFrame { prev: *prev, message };
        assert_eq!(serde_json::to_string(&of_entry).unwrap(), serde_json::to_string(&frame).unwrap());
    }
}
