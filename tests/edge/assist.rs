//! the optional language model, by a stand-in that speaks its protocol.

use std::time::Duration;

use serde_json::{Value, json};
use tests::model::{Model, Mood};
use tests::server::state_dir;
use tests::site::{ORIGIN, say};
use tests::{Edge, Site};

/// Questions of which the engine is not likely to be sure.
const ODD: [&str; 14] = [
    "deposit",
    "warranty",
    "zorb",
    "headphones",
    "my order",
    "something is wrong",
    "it says first words here",
    "I want to change it",
    "could the ear pads be swapped for velvet ones",
    "is there something with the strap for my daughter's school trip",
    "the box says one thing and the site another",
    "do you know whether my neighbour got the same one cheaper",
    "what would happen if the courier rang twice",
    "how do the two of them compare on a long flight",
];

fn edge(name: &str, args: &[&str]) -> &'static Edge {
    match Edge::start_with(&state_dir(name), args) {
        Ok(edge) => Box::leak(Box::new(edge)),
        Err(error) => panic!("{error:#}"),
    }
}

/// Lets a language model draft answers on this site.
fn allow_drafts(site: &Site) {
    let settings =
        json!({ "name": "Shop", "languages": ["en", "zh-CN", "ja"], "origins": [ORIGIN], "drafts": true });
    assert_eq!(site.operator("PUT", "", &json!({ "settings": settings }).to_string()).status, 204);
}

/// A question for which the engine by itself offers several entries, and what it says to it. Three at least: of two, the
/// other one stands out as soon as the model has been asked about the first.
async fn unsure() -> (&'static str, Value) {
    let site = Site::create();
    for question in ODD {
        let body = reply(&site, question).await;
        if body["type"] == "offer" && offered(&body).len() > 2 {
            return (question, body);
        }
    }
    panic!("the engine is sure of everything");
}

/// What the bot says to a question.
async fn reply(site: &Site, question: &str) -> Value {
    let mut visitor = site.visitor(&site.start()).await;
    visitor.send(&say("q", question)).await;
    let from_bot = |f: &Value| f["type"] == "message" && f["message"]["from"]["type"] == "bot";
    visitor.until_where(from_bot).await["message"]["body"].clone()
}

fn offered(body: &Value) -> Vec<String> {
    let options = body["options"].as_array().cloned().unwrap_or_default();
    options.iter().map(|option| option["entry"].as_str().unwrap_or_default().to_owned()).collect()
}

fn helpful(alike: &[&str], draft: &Value) -> Mood {
    Mood::Helpful { alike: alike.iter().map(|part| (*part).to_owned()).collect(), draft: draft.to_string() }
}

#[tokio::test]
async fn r_68_embeddings_help_where_the_engine_is_unsure_and_are_missed_silently() {
    let (question, alone) = unsure().await;
    let candidates = offered(&alone);
    let title = |n: usize| alone["options"][n]["title"].as_str().unwrap_or_default();

    for (name, option) in [("assist-endpoint", "--assist"), ("assist-workers-ai", "--workers-ai")] {
        let model = Model::start(helpful(&[question, title(0)], &Value::Null));
        let site = Site::create_on(edge(name, &[option, &model.url, "--assist-embedding-model", "m"]));
        let body = reply(&site, question).await;
        assert_eq!(
            (&body["type"], &body["entry"]),
            (&json!("answer"), &json!(candidates[0])),
            "{option}: {body}"
        );

        model.becomes(helpful(&["nothing"], &Value::Null));
        let before = model.asked().len();
        assert_eq!(reply(&site, question).await["type"], "offer", "{option}: nothing stands out");
        assert_eq!(model.asked().len(), before + 1, "{option}: asked once");

        let failures = [(500, "{}"), (200, "no JSON"), (200, "{}"), (200, "{\"data\":[]}"), (302, "")];
        for (status, text) in failures {
            model.becomes(Mood::Says(status, text.into()));
            assert_eq!(
                offered(&reply(&site, question).await),
                candidates,
                "{option}: as without it, {status} {text}"
            );
        }
        model.becomes(Mood::Silent(Duration::from_secs(20)));
        assert_eq!(offered(&reply(&site, question).await), candidates, "{option}: in time all the same");

        let asked = model.asked().len();
        let sure = reply(&site, "how to track my order").await;
        assert_eq!(
            (&sure["type"], model.asked().len()),
            (&json!("answer"), asked),
            "{option}: not asked when sure"
        );
    }
}

#[tokio::test]
async fn r_69_drafts_are_made_of_the_entries_they_name_or_not_shown() {
    let (question, _) = unsure().await;
    let draft = |answer: &str, sources: Value| json!({ "answer": answer, "sources": sources });
    let model = Model::start(helpful(&[], &draft("The depot will bring it round.", json!([1]))));
    let url = format!("{}/v1/", model.url);
    let edge = edge("assist-drafts", &["--assist", &url, "--assist-model", "m", "--assist-requests", "4"]);
    let site = Site::create_on(edge);
    assert_eq!(reply(&site, question).await["type"], "offer", "off unless the site allows it");
    assert_eq!(model.asked(), [], "and not even asked");

    allow_drafts(&site);
    let body = reply(&site, question).await;
    assert_eq!(
        (&body["type"], &body["text"]),
        (&json!("answer"), &json!("The depot will bring it round.")),
        "{body}"
    );
    assert_eq!(body["sources"][0]["entry"], body["entry"], "it names its entries: {body}");
    let asked = model.asked();
    assert_eq!((asked.len(), asked[0].path.as_str()), (1, "/v1/chat/completions"));
    assert!(asked[0].body["messages"][1]["content"].as_str().unwrap_or_default().contains(question));

    for unfounded in
        [draft("Within 12345 days.", json!([1])), draft("Tomorrow.", json!([])), json!({ "answer": null })]
    {
        model.becomes(helpful(&[], &unfounded));
        assert_eq!(reply(&site, question).await["type"], "offer", "{unfounded}");
    }
    model.becomes(helpful(&[], &draft("The depot will bring it round.", json!([1]))));
    assert_eq!(reply(&site, question).await["type"], "offer", "the day's four requests are used up");
    assert_eq!(model.asked().len(), 4);
}
