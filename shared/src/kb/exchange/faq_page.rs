//! schema.org's FAQPage as JSON-LD, alone or inside of a page's HTML. It has room for texts, topics, tags and validity.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::collect::{About, Collector, Lines};
use super::html;
use super::json::piece;
use crate::faq::EntryText;
use crate::ids::EntryId;
use crate::kb::check::{Field, Why};
use crate::kb::{Content, Window};
use crate::lang::Lang;
use crate::time::iso;

#[derive(Deserialize)]
struct Node<'a> {
    #[serde(rename = "@type", default)]
    kind: Value,
    #[serde(rename = "inLanguage", default)]
    lang: Value,
    #[serde(rename = "@graph", borrow, default)]
    graph: Option<&'a RawValue>,
    #[serde(rename = "mainEntity", borrow, default)]
    entity: Option<&'a RawValue>,
}

pub(super) fn read(text: &str, lang: Lang, into: &mut Collector) {
    let mut lines = Lines::new(text);
    let trimmed = text.trim_start();
    if !trimmed.starts_with('<') {
        return nodes(text, lang, &mut lines, into);
    }
    let mut rest = text;
    while let Some(start) = rest.find("application/ld+json") {
        rest = &rest[start..];
        let Some(open) = rest.find('>') else { break };
        rest = &rest[open + 1..];
        let end = rest.find("</script").unwrap_or(rest.len());
        nodes(&rest[..end], lang, &mut lines, into);
        rest = &rest[end..];
    }
}

/// One node, or a list of them.
fn nodes(part: &str, lang: Lang, lines: &mut Lines<'_>, into: &mut Collector) {
    for node in list(part, lines, into) {
        let Some(found) = piece::<Node<'_>>(node, lines, into) else { continue };
        if let Some(graph) = found.graph {
            for node in list(graph.get(), lines, into) {
                // A graph in a graph is not looked into.
                if let Some(found) = piece::<Node<'_>>(node, lines, into) {
                    page(&found, lang, lines, into);
                }
            }
        }
        page(&found, lang, lines, into);
    }
}

fn list<'a>(part: &'a str, lines: &mut Lines<'_>, into: &mut Collector) -> Vec<&'a str> {
    if part.trim_start().starts_with('[') {
        let items = piece::<Vec<&RawValue>>(part, lines, into).unwrap_or_default();
        items.into_iter().map(RawValue::get).collect()
    } else {
        vec![part]
    }
}

fn page(node: &Node<'_>, lang: Lang, lines: &mut Lines<'_>, into: &mut Collector) {
    let is_page = |kind: &Value| kind.as_str() == Some("FAQPage");
    if !is_page(&node.kind) && !node.kind.as_array().is_some_and(|kinds| kinds.iter().any(is_page)) {
        return;
    }
    let Some(entity) = node.entity else { return };
    let lang = node.lang.as_str().and_then(Lang::parse).unwrap_or(lang);
    for part in list(entity.get(), lines, into) {
        if let Some(value) = piece::<Value>(part, lines, into) {
            let (line, _) = lines.of(part);
            question(line, &value, lang, into);
        }
    }
}

fn question(line: u32, value: &Value, lang: Lang, into: &mut Collector) {
    let title = html::to_text(value["name"].as_str().or(value["text"].as_str()).unwrap_or_default());
    let tag = value["inLanguage"].as_str();
    let Some(lang) = tag.map_or(Some(lang), |tag| into.lang(line, &title, tag)) else { return };
    let own = value["identifier"].as_str();
    let fragment = value["@id"].as_str().and_then(|id| id.rsplit_once('#')).map(|(_, id)| id);
    let id = match own.or(fragment) {
        Some(id) => into.id(line, id),
        None if title.is_empty() => {
            into.problem(line, None, Field::Questions, Some(lang), Why::Missing);
            None
        }
        None => Some(into.slug(lang, &title)),
    };
    let Some(id) = id else { return };
    let answers = &value["acceptedAnswer"];
    let answer = answers.get(0).unwrap_or(answers);
    let answer = html::to_text(answer["text"].as_str().unwrap_or_default());
    let mut questions = vec![title];
    questions.extend(texts(&value["alternateName"]).map(html::to_text));
    into.text(line, &id, lang, EntryText { questions, answer });
    let (from, until) =
        value["temporalCoverage"].as_str().and_then(|t| t.split_once('/')).unwrap_or_default();
    let mut time =
        |text: &str| into.time(line, id.as_str(), Field::Valid, if text == ".." { "" } else { text });
    let valid = Window { from: time(from), until: time(until) };
    let topic = value["about"]["name"].as_str().or(value["about"].as_str()).unwrap_or_default();
    let tags = texts(&value["keywords"]).flat_map(|t| t.split(',')).map(|t| t.trim().to_owned()).collect();
    into.about(line, &id, About { topic: html::to_text(topic), tags, valid });
}

/// A text, or a list of texts.
fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let many = value.as_array().into_iter().flatten();
    value.as_str().into_iter().chain(many.filter_map(Value::as_str))
}

pub(super) fn write(entries: &[(EntryId, Content)]) -> String {
    let pages = Lang::ALL.iter().filter_map(|lang| {
        let questions: Vec<Value> =
            entries.iter().filter_map(|(id, content)| written(id, content, *lang)).collect();
        let page = json!({
            "@context": "https://schema.org", "@type": "FAQPage", "inLanguage": lang.tag(), "mainEntity": questions,
        });
        (!questions.is_empty()).then_some(page)
    });
    let pages: Vec<Value> = pages.collect();
    let mut out = serde_json::to_string_pretty(&pages).unwrap_or_default();
    // The text may be put into a script element, which nothing in it may close.
    out = out.replace("</", "<\\/");
    out.push('\n');
    out
}

fn written(id: &EntryId, content: &Content, lang: Lang) -> Option<Value> {
    let text = content.texts.get(&lang)?;
    let (first, others) = text.questions.split_first()?;
    let mut question = json!({
        "@type": "Question", "identifier": id, "name": html::from_text(first),
        "acceptedAnswer": { "@type": "Answer", "text": html::from_text(&text.answer) },
    });
    if !others.is_empty() {
        question["alternateName"] = others.iter().map(|q| html::from_text(q)).collect();
    }
    if !content.topic.is_empty() {
        question["about"] = json!({ "@type": "Thing", "name": html::from_text(&content.topic) });
    }
    if !content.tags.is_empty() {
        question["keywords"] = json!(content.tags);
    }
    if !content.valid.is_always() {
        let time = |at: Option<_>| at.map_or_else(|| "..".to_owned(), iso::format);
        let span = format!("{}/{}", time(content.valid.from), time(content.valid.until));
        question["temporalCoverage"] = span.into();
    }
    Some(question)
}
