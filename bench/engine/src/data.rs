//! Reading the files of a data set. A bad line is an error that names file and line.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::faq::Turn;
use shared::ids::EntryId;
use shared::lang::Lang;
use shared::protocol::http::KbLine;

/// One line of `kb.jsonl`. Ids of public data sets may have characters that ids of ours may not.
#[derive(Debug, Deserialize)]
pub struct Line {
    pub id: String,
    pub lang: Lang,
    pub questions: Vec<String>,
    pub answer: String,
}

/// A line that cannot be read, or an id that cannot be.
#[derive(Debug, thiserror::Error)]
pub enum BadData {
    #[error("{file}, line {line}: {reason}")]
    Line { file: String, line: usize, reason: String },
    #[error("{0} has no such lines")]
    Empty(String),
}

/// One question of `queries.jsonl`, `out_of_scope.jsonl` or `followups.jsonl`. What the right entry is stays unread:
/// the engine must not see it.
#[derive(Debug, Deserialize)]
pub struct Query {
    pub text: String,
    #[serde(default)]
    context: Vec<Said>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "role", rename_all = "snake_case")]
enum Said {
    Visitor { text: String },
    Bot { id: String },
}

/// The data set's ids beside the ones the engine is given.
#[derive(Debug, Default)]
pub struct Names {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

impl Names {
    /// The engine's id of a data set's id, made when it is new.
    fn id(&mut self, name: &str) -> Option<EntryId> {
        let at = *self.places.entry(name.to_owned()).or_insert_with(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        EntryId::new(format!("entry-{at}")).ok()
    }

    /// The data set's id of an engine's id.
    #[must_use]
    pub fn name(&self, id: &EntryId) -> &str {
        let at = id.as_str().strip_prefix("entry-").and_then(|n| n.parse::<usize>().ok());
        at.and_then(|at| self.names.get(at)).map_or("", String::as_str)
    }

    /// The line as the engine takes it.
    pub fn kb_line(&mut self, line: Line) -> Option<KbLine> {
        Some(KbLine {
            topic: String::new(),
            ask: Vec::new(),
            id: self.id(&line.id)?,
            lang: line.lang,
            questions: line.questions,
            answer: line.answer,
        })
    }

    /// What was said before a question.
    pub fn turns(&mut self, query: &Query) -> Vec<Turn> {
        let turn = |said: &Said| {
            Some(match said {
                Said::Visitor { text } => Turn::Visitor(text.clone()),
                Said::Bot { id } => Turn::Bot(self.id(id)?),
            })
        };
        query.context.iter().filter_map(turn).collect()
    }
}

/// The values of a JSON Lines file with their line numbers.
pub fn lines<T: DeserializeOwned>(file: &str, text: &str) -> Result<Vec<(usize, T)>, BadData> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            let bad = |error: serde_json::Error| BadData::Line {
                file: file.to_owned(),
                line: at + 1,
                reason: error.to_string(),
            };
            Ok((at + 1, serde_json::from_str(line).map_err(bad)?))
        })
        .collect()
}
