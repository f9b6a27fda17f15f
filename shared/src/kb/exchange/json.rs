//! Our own JSON: everything an entry has.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::collect::{About, Collector, Lines};
use crate::faq::EntryText;
use crate::ids::EntryId;
use crate::kb::check::Field;
use crate::kb::{Content, Window};
use crate::time::{Millis, iso};

/// What the file says of itself.
const FORMAT: &str = "edgedesk-kb-1";

/// An object's members in their order, doubled ones included: a map would keep only the last of them.
struct Members<T>(Vec<(String, T)>);

impl<T> Default for Members<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
            type Value = Vec<(String, T)>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Reader(PhantomData)).map(Self)
    }
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    entries: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(default)]
    id: String,
    #[serde(default)]
    topic: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(borrow, default)]
    texts: Members<&'a RawValue>,
    #[serde(borrow, default)]
    variants: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    ask: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Text {
    #[serde(default)]
    questions: Vec<String>,
    #[serde(default)]
    answer: String,
}

#[derive(Deserialize)]
struct Variant {
    #[serde(default)]
    name: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    answers: Members<String>,
}

#[derive(Deserialize)]
struct Slot {
    #[serde(default)]
    name: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    prompts: Members<String>,
}

/// What a parser says, without the place, which we say ourselves.
pub(super) fn detail(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(what, _)| what.to_owned())
}

/// Parses a piece of the text; what is wrong is named with its place in the whole.
pub(super) fn piece<'a, T: Deserialize<'a>>(
    part: &'a str,
    lines: &mut Lines<'_>,
    into: &mut Collector,
) -> Option<T> {
    match serde_json::from_str(part) {
        Ok(value) => Some(value),
        Err(error) => {
            let (line, column) = lines.of(part);
            let down = u32::try_from(error.line()).unwrap_or(1).saturating_sub(1);
            let along = u32::try_from(error.column()).unwrap_or(1);
            let column = if down == 0 { (column + along).saturating_sub(1) } else { along };
            into.syntax(line + down, Some(column.max(1)), detail(&error));
            None
        }
    }
}

pub(super) fn read(text: &str, into: &mut Collector) {
    let mut lines = Lines::new(text);
    let entries = if text.trim_start().starts_with('[') {
        piece::<Vec<&RawValue>>(text, &mut lines, into)
    } else {
        piece::<File<'_>>(text, &mut lines, into).map(|file| file.entries)
    };
    for raw in entries.unwrap_or_default() {
        entry(raw.get(), &mut lines, into);
    }
}

fn entry(part: &str, lines: &mut Lines<'_>, into: &mut Collector) {
    let Some(entry) = piece::<Entry<'_>>(part, lines, into) else { return };
    let (line, _) = lines.of(part);
    let Some(id) = into.id(line, &entry.id) else { return };
    let name = id.as_str();
    let from = into.time(line, name, Field::Valid, &entry.from);
    let valid = Window { from, until: into.time(line, name, Field::Valid, &entry.until) };
    into.about(line, &id, About { topic: entry.topic, tags: entry.tags, valid });
    for (tag, raw) in &entry.texts.0 {
        let (line, _) = lines.of(raw.get());
        let (Some(lang), Some(text)) = (into.lang(line, name, tag), piece::<Text>(raw.get(), lines, into))
        else {
            continue;
        };
        into.text(line, &id, lang, EntryText { questions: text.questions, answer: text.answer });
    }
    for raw in &entry.variants {
        let (line, _) = lines.of(raw.get());
        let Some(variant) = piece::<Variant>(raw.get(), lines, into) else { continue };
        let from = into.time(line, name, Field::Variant, &variant.from);
        let valid = Window { from, until: into.time(line, name, Field::Variant, &variant.until) };
        into.variant(line, &id, &variant.name, valid, None);
        for (tag, answer) in variant.answers.0 {
            if let Some(lang) = into.lang(line, name, &tag) {
                into.variant(line, &id, &variant.name, valid, Some((lang, answer)));
            }
        }
    }
    for raw in &entry.ask {
        let (line, _) = lines.of(raw.get());
        let Some(slot) = piece::<Slot>(raw.get(), lines, into) else { continue };
        for (tag, prompt) in slot.prompts.0 {
            if let Some(lang) = into.lang(line, name, &tag) {
                into.slot(line, &id, &slot.name, &slot.kind, (lang, prompt));
            }
        }
    }
}

#[derive(Serialize)]
struct FileOut<'a> {
    format: &'a str,
    entries: Vec<EntryOut<'a>>,
}

#[derive(Serialize)]
struct EntryOut<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    topic: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    texts: BTreeMap<&'a str, &'a EntryText>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    variants: Vec<VariantOut<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ask: Vec<SlotOut<'a>>,
}

#[derive(Serialize)]
struct VariantOut<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    answers: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
struct SlotOut<'a> {
    name: &'a str,
    kind: &'a str,
    prompts: BTreeMap<&'a str, &'a str>,
}

pub(super) fn write(entries: &[(EntryId, Content)]) -> String {
    let time = |at: Option<Millis>| at.map(iso::format);
    let entries = entries.iter().map(|(id, content)| EntryOut {
        id: id.as_str(),
        topic: &content.topic,
        tags: &content.tags,
        from: time(content.valid.from),
        until: time(content.valid.until),
        texts: content.texts.iter().map(|(lang, text)| (lang.tag(), text)).collect(),
        variants: content
            .variants
            .iter()
            .map(|variant| VariantOut {
                name: &variant.name,
                from: time(variant.valid.from),
                until: time(variant.valid.until),
                answers: tagged(&variant.answers),
            })
            .collect(),
        ask: content
            .ask
            .iter()
            .map(|slot| SlotOut { name: &slot.name, kind: slot.kind.name(), prompts: tagged(&slot.prompts) })
            .collect(),
    });
    let file = FileOut { format: FORMAT, entries: entries.collect() };
    let mut out = serde_json::to_string_pretty(&file).unwrap_or_default();
    out.push('\n');
    out
}

fn tagged(texts: &BTreeMap<crate::lang::Lang, String>) -> BTreeMap<&'static str, &str> {
    texts.iter().map(|(lang, text)| (lang.tag(), text.as_str())).collect()
}
