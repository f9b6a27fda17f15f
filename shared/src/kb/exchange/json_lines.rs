//! JSON Lines: an entry in one language on each line, as the operator API has always taken it.

use serde::Deserialize;

use super::collect::{About, Collector};
use crate::faq::EntryText;
use crate::ids::EntryId;
use crate::kb::{Content, Slot};
use crate::protocol::http::{KbLine, KbSlot};

/// [`KbLine`] before its ids are checked, so that what is wrong can be named.
#[derive(Deserialize)]
struct Line {
    id: String,
    lang: String,
    questions: Vec<String>,
    answer: String,
    #[serde(default)]
    topic: String,
    #[serde(default)]
    ask: Vec<KbSlot>,
}

pub(super) fn read(text: &str, into: &mut Collector) {
    for (number, line) in (1u32..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let line: Line = match serde_json::from_str(line) {
            Ok(line) => line,
            Err(error) => {
                into.syntax(number, u32::try_from(error.column()).ok(), super::json::detail(&error));
                continue;
            }
        };
        let Some(id) = into.id(number, &line.id) else { continue };
        let Some(lang) = into.lang(number, id.as_str(), &line.lang) else { continue };
        into.text(number, &id, lang, EntryText { questions: line.questions, answer: line.answer });
        into.about(number, &id, About { topic: line.topic, ..About::default() });
        for KbSlot { name, kind, prompt } in line.ask {
            into.slot(number, &id, &name, &kind, (lang, prompt));
        }
    }
}

pub(super) fn write(entries: &[(EntryId, Content)]) -> String {
    let mut out = String::new();
    for (id, content) in entries {
        for (lang, text) in &content.texts {
            let (questions, answer) = (text.questions.clone(), text.answer.clone());
            let slot = |slot: &Slot| {
                let prompt = slot.prompts.get(lang)?.clone();
                Some(KbSlot { name: slot.name.clone(), kind: slot.kind.name().into(), prompt })
            };
            let (topic, ask) = (content.topic.clone(), content.ask.iter().filter_map(slot).collect());
            let line = KbLine { id: id.clone(), lang: *lang, questions, answer, topic, ask };
            out.push_str(&serde_json::to_string(&line).unwrap_or_default());
            out.push('\n');
        }
    }
    out
}
