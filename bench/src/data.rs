//! Reading the files of a data set. A bad line is an error that names file and line.

use std::path::Path;

use anyhow::Context;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::faq::Turn;
use shared::ids::EntryId;
use shared::lang::Lang;
use shared::protocol::http::KbLine;

/// One line of `kb.jsonl`. Ids of public data sets may have characters that ids of ours may not.
#[derive(Debug, Deserialize)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) lang: Lang,
    questions: Vec<String>,
    answer: String,
}

/// One question of `queries.jsonl`, `out_of_scope.jsonl` or `followups.jsonl`. What the right entry is stays unread:
/// the engine must not see it.
#[derive(Debug, Deserialize)]
pub(crate) struct Query {
    pub(crate) text: String,
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
pub(crate) struct Names {
    names: Vec<String>,
}

impl Names {
    /// The engine's id of a data set's id, made when it is new.
    fn id(&mut self, name: &str) -> anyhow::Result<EntryId> {
        let at = self.names.iter().position(|n| n == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        Ok(EntryId::new(format!("entry-{at}"))?)
    }

    /// The data set's id of an engine's id.
    pub(crate) fn name(&self, id: &EntryId) -> &str {
        let at = id.as_str().strip_prefix("entry-").and_then(|n| n.parse::<usize>().ok());
        at.and_then(|at| self.names.get(at)).map_or("", String::as_str)
    }

    pub(crate) fn kb_line(&mut self, line: Line) -> anyhow::Result<KbLine> {
        Ok(KbLine { id: self.id(&line.id)?, lang: line.lang, questions: line.questions, answer: line.answer })
    }

    pub(crate) fn turns(&mut self, query: &Query) -> anyhow::Result<Vec<Turn>> {
        let turn = |said: &Said| {
            Ok(match said {
                Said::Visitor { text } => Turn::Visitor(text.clone()),
                Said::Bot { id } => Turn::Bot(self.id(id)?),
            })
        };
        query.context.iter().map(turn).collect()
    }
}

/// The values of a JSON Lines file with their line numbers; nothing when the file does not exist.
pub(crate) fn lines<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<(usize, T)>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            let value =
                serde_json::from_str(line).with_context(|| format!("{}, line {}", path.display(), at + 1))?;
            Ok((at + 1, value))
        })
        .collect()
}
