//! Knowledge bases as files: reading them, with every problem by its line, and writing them.
//!
//! Reading never changes anything; what a file would change is [`super::diff`]'s to say. A file that has problems which
//! are no warnings is not imported at all.

mod collect;
mod csv;
mod faq_page;
mod html;
mod json;
mod json_lines;
mod markdown;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Content;
use super::check::{Field, Problem, Why, too_long};
use crate::ids::EntryId;
use crate::lang::Lang;
use crate::limits;

/// The kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A table with a row per entry and language.
    Csv,
    /// Everything, in our own form.
    Json,
    /// A line per entry and language: what the operator API takes.
    JsonLines,
    /// schema.org's FAQPage, as shops have it in their pages.
    FaqPage,
    /// Ours, or any text of headings that ask and paragraphs that answer.
    Markdown,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Csv, Self::Json, Self::JsonLines, Self::FaqPage, Self::Markdown];

    /// Its name in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::JsonLines => "json_lines",
            Self::FaqPage => "faq_page",
            Self::Markdown => "markdown",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// What a file's name ends in, and its media type.
    #[must_use]
    pub const fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Csv => ("csv", "text/csv; charset=utf-8"),
            Self::Json => ("json", "application/json"),
            Self::JsonLines => ("jsonl", "application/x-ndjson"),
            Self::FaqPage => ("jsonld", "application/ld+json"),
            Self::Markdown => ("md", "text/markdown; charset=utf-8"),
        }
    }

    /// Whether it has room for scheduled answers and slots. On import the others leave an entry's as they are.
    #[must_use]
    pub const fn carries_all(self) -> bool {
        matches!(self, Self::Csv | Self::Json | Self::Markdown)
    }

    /// The format a file is likely in, by its name and how it begins.
    #[must_use]
    pub fn guess(name: &str, text: &str) -> Self {
        let text = text.trim_start_matches('\u{FEFF}').trim_start();
        let name = name.to_lowercase();
        let ends = |ending: &str| name.ends_with(ending);
        let json = text.starts_with(['{', '[']);
        let first = text.lines().next().unwrap_or_default();
        if ends(".csv") || ends(".tsv") {
            Self::Csv
        } else if json && text.contains("\"FAQPage\"") || text.contains("application/ld+json") {
            Self::FaqPage
        } else if ends(".jsonl") || json && first.ends_with('}') && first.contains("\"questions\"") {
            Self::JsonLines
        } else if json {
            Self::Json
        } else if ends(".md") || ends(".markdown") || text.lines().any(|line| line.starts_with('#')) {
            Self::Markdown
        } else {
            Self::Csv
        }
    }
}

/// What a reader must know besides the file.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The language of texts that do not name theirs.
    pub lang: Lang,
    /// The languages the site offers; others are warned of. Empty for all.
    pub languages: &'a [Lang],
}

/// What stands in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    /// In the file's order, each id once. Not to be used while there are errors.
    pub entries: Vec<(EntryId, Content)>,
    pub problems: Problems,
}

/// What is wrong with a file: counted, and named as far as `limits::KB_PROBLEMS` allows, errors before warnings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Problems {
    /// Problems that keep the file from being imported.
    pub errors: u32,
    pub warnings: u32,
    pub named: Vec<Problem>,
}

impl Problems {
    /// Counts a problem, and names it when there is room.
    pub fn add(&mut self, problem: Problem) {
        let warning = problem.why.is_warning();
        *(if warning { &mut self.warnings } else { &mut self.errors }) += 1;
        if self.named.len() < limits::KB_PROBLEMS {
            self.named.push(problem);
        } else if !warning && let Some(place) = self.named.iter().rposition(|p| p.why.is_warning()) {
            self.named[place] = problem;
        }
    }

    fn sort(&mut self) {
        self.named.sort_by_key(|p| (p.why.is_warning(), p.line, p.column));
    }
}

/// Reads a file. Never panics, whatever the text; takes time in proportion to its length.
#[must_use]
pub fn read(format: Format, text: &str, reading: Reading<'_>) -> Read {
    let mut into = collect::Collector::default();
    if text.len() > limits::IMPORT_BYTES {
        into.problem(1, None, Field::File, None, too_long(limits::IMPORT_BYTES));
        return into.finish(reading.languages);
    }
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    match format {
        Format::Csv => csv::read(text, reading.lang, &mut into),
        Format::Json => json::read(text, &mut into),
        Format::JsonLines => json_lines::read(text, &mut into),
        Format::FaqPage => faq_page::read(text, reading.lang, &mut into),
        Format::Markdown => markdown::read(text, reading.lang, &mut into),
    }
    if into.is_empty() {
        into.problem(1, None, Field::File, None, Why::Missing);
    }
    into.finish(reading.languages)
}

/// Writes a file that [`read`] reads back to the same entries, as far as the format carries them.
#[must_use]
pub fn write(format: Format, entries: &[(EntryId, Content)]) -> String {
    match format {
        Format::Csv => csv::write(entries),
        Format::Json => json::write(entries),
        Format::JsonLines => json_lines::write(entries),
        Format::FaqPage => faq_page::write(entries),
        Format::Markdown => markdown::write(entries),
    }
}

/// What a file makes of the entries there are: where its format has no room for scheduled answers, slots or the rest, an
/// entry keeps its own.
#[must_use]
pub fn fitted(
    format: Format,
    before: &BTreeMap<EntryId, Content>,
    entries: Vec<(EntryId, Content)>,
) -> Vec<(EntryId, Content)> {
    if format.carries_all() {
        return entries;
    }
    let keep = |(id, mut content): (EntryId, Content)| {
        if let Some(former) = before.get(&id) {
            let said = |lang: &Lang| content.texts.contains_key(lang);
            let spoken = |langs: &BTreeMap<Lang, String>| langs.keys().all(said);
            content.variants = former.variants.iter().filter(|v| spoken(&v.answers)).cloned().collect();
            if content.ask.is_empty() {
                content.ask = former.ask.iter().filter(|s| spoken(&s.prompts)).cloned().collect();
            }
            if format == Format::JsonLines {
                if content.topic.is_empty() {
                    content.topic.clone_from(&former.topic);
                }
                content.tags.clone_from(&former.tags);
                content.valid = former.valid;
            }
        }
        (id, content)
    };
    entries.into_iter().map(keep).collect()
}
