//! Tables (RFC 4180): a row per entry and language, further rows for scheduled answers and slots.
//!
//! Read here rather than by a library, because a quotation mark that is never closed must be named with the line it
//! stands on, and so must a cell in the middle of a row of many lines.

use super::collect::{About, Collector};
use crate::faq::EntryText;
use crate::ids::EntryId;
use crate::kb::check::{Field, Why};
use crate::kb::{Content, Window};
use crate::lang::Lang;
use crate::time::{Millis, iso};

/// The columns as they are written, and the other names they are known by.
const COLUMNS: [(&str, &[&str]); 11] = [
    ("id", &["entry", "key"]),
    ("kind", &["row"]),
    ("lang", &["language", "locale"]),
    ("questions", &["question", "phrasings", "title"]),
    ("answer", &["answers", "reply"]),
    ("topic", &["category"]),
    ("tags", &["tag", "keywords"]),
    ("name", &[]),
    ("slot", &[]),
    ("from", &["valid_from"]),
    ("until", &["valid_until"]),
];

/// A cell, and the line it begins on.
type Cell = (String, u32);

pub(super) fn read(text: &str, lang: Lang, into: &mut Collector) {
    let mut rows =
        Rows { text: text.char_indices().peekable(), source: text, line: 1, mark: delimiter(text) };
    let Some(head) = rows.next_row(into) else { return };
    let mut columns: [Option<usize>; COLUMNS.len()] = [None; COLUMNS.len()];
    for (nth, (name, line)) in head.iter().enumerate() {
        let name = name.trim().to_lowercase();
        let known = COLUMNS.iter().position(|(own, others)| *own == name || others.contains(&name.as_str()));
        match known {
            Some(column) if columns[column].is_none() => columns[column] = Some(nth),
            _ if name.is_empty() => {}
            _ => into.problem(*line, None, Field::File, None, Why::UnknownColumn { name }),
        }
    }
    for (column, name) in [(3, "questions"), (4, "answer")] {
        if columns[column].is_none() {
            into.problem(1, None, Field::File, None, Why::MissingColumn { name: name.into() });
            return;
        }
    }
    while let Some(row) = rows.next_row(into) {
        if row.iter().all(|(cell, _)| cell.trim().is_empty()) {
            continue;
        }
        let first = row.first().map_or(1, |(_, line)| *line);
        let row = Row { cells: row, columns, first };
        row.read(lang, into);
    }
}

struct Row {
    cells: Vec<Cell>,
    columns: [Option<usize>; COLUMNS.len()],
    first: u32,
}

impl Row {
    fn cell(&self, name: &str) -> (&str, u32) {
        let column = COLUMNS.iter().position(|(own, _)| *own == name).and_then(|nth| self.columns[nth]);
        let cell = column.and_then(|nth| self.cells.get(nth));
        cell.map_or(("", self.first), |(text, line)| (plain(text), *line))
    }

    fn read(&self, lang: Lang, into: &mut Collector) {
        let (questions, at_questions) = self.cell("questions");
        let (answer, at_answer) = self.cell("answer");
        let (tag, at_lang) = self.cell("lang");
        let (id, at_id) = self.cell("id");
        let Some(lang) = (if tag.trim().is_empty() { Some(lang) } else { into.lang(at_lang, id, tag) })
        else {
            return;
        };
        let has_ids = self.columns[0].is_some();
        let id = match id.trim() {
            "" if !has_ids && !questions.trim().is_empty() => {
                Some(into.slug(lang, questions.lines().next().unwrap_or_default()))
            }
            id => into.id(at_id, id),
        };
        let Some(id) = id else { return };
        let mut window = |field| {
            let ((from, at_from), (until, at_until)) = (self.cell("from"), self.cell("until"));
            let from = into.time(at_from, id.as_str(), field, from);
            Window { from, until: into.time(at_until, id.as_str(), field, until) }
        };
        match self.cell("kind").0.trim().to_lowercase().as_str() {
            "" | "text" => {
                let valid = window(Field::Valid);
                let written = if questions.is_empty() { vec![] } else { questions.lines().collect() };
                // An empty line between phrasings is spacing; a cell of nothing but space is an empty phrasing.
                let mut said: Vec<String> =
                    written.iter().filter(|q| !q.trim().is_empty()).map(|q| (*q).to_owned()).collect();
                if said.is_empty() && !written.is_empty() {
                    said.push(String::new());
                }
                into.text(at_questions, &id, lang, EntryText { questions: said, answer: answer.to_owned() });
                into.part_at(at_answer, &id, Field::Answer, Some(lang));
                let (topic, tags) = (self.cell("topic"), self.cell("tags"));
                let tags = tags.0.split([',', '，', '\n']).map(str::trim).filter(|t| !t.is_empty());
                let about =
                    About { topic: topic.0.trim().into(), tags: tags.map(str::to_owned).collect(), valid };
                into.about(topic.1, &id, about);
            }
            "variant" => {
                let valid = window(Field::Variant);
                into.variant(at_answer, &id, self.cell("name").0, valid, Some((lang, answer.to_owned())));
            }
            "ask" => {
                let (name, line) = self.cell("name");
                into.slot(line, &id, name, self.cell("slot").0, (lang, answer.to_owned()));
            }
            _ => into.problem(self.cell("kind").1, Some(id.as_str()), Field::File, None, Why::Missing),
        }
    }
}

/// Spreadsheets run what begins like a formula: such cells are written with an apostrophe before them, which is taken
/// away again here.
fn plain(cell: &str) -> &str {
    if is_formula(cell) && cell.starts_with('\'') { &cell[1..] } else { cell }
}

fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t'])
}

/// What separates the first row's cells: the one of comma, semicolon and tab that it has most of.
fn delimiter(text: &str) -> char {
    let head = text.lines().next().unwrap_or_default();
    let count = |mark: &char| head.matches(*mark).count();
    [',', ';', '\t'].into_iter().rev().max_by_key(count).unwrap_or(',')
}

struct Rows<'a> {
    text: std::iter::Peekable<std::str::CharIndices<'a>>,
    source: &'a str,
    line: u32,
    mark: char,
}

impl Rows<'_> {
    fn next_row(&mut self, into: &mut Collector) -> Option<Vec<Cell>> {
        self.text.peek()?;
        let mut row = Vec::new();
        loop {
            let line = self.line;
            let quoted = matches!(self.text.peek(), Some((_, '"')));
            let cell = if quoted { self.quoted(into) } else { self.bare() };
            row.push((cell, line));
            let stray =
                self.text.peek().copied().filter(|(_, c)| *c != self.mark && !matches!(c, '\n' | '\r'));
            if let Some((place, _)) = stray {
                // A bare cell ends at a mark or line end, so this follows a closing quotation mark.
                let column = self.source[..place].rsplit('\n').next().map_or(1, |l| l.chars().count() + 1);
                into.syntax(self.line, u32::try_from(column).ok(), "text after a closing quotation mark");
                self.bare();
            }
            match self.text.next() {
                Some((_, '\r')) => {
                    self.text.next_if(|(_, c)| *c == '\n');
                    self.line += 1;
                    return Some(row);
                }
                Some((_, '\n')) => {
                    self.line += 1;
                    return Some(row);
                }
                Some(_) => {}
                None => return Some(row),
            }
        }
    }

    fn bare(&mut self) -> String {
        let mark = self.mark;
        let mut cell = String::new();
        while let Some((_, c)) = self.text.next_if(|(_, c)| *c != mark && !matches!(c, '\n' | '\r')) {
            cell.push(c);
        }
        cell
    }

    fn quoted(&mut self, into: &mut Collector) -> String {
        let opened = self.line;
        self.text.next();
        let mut cell = String::new();
        loop {
            match self.text.next() {
                Some((_, '"')) => {
                    if self.text.next_if(|(_, c)| *c == '"').is_none() {
                        return cell;
                    }
                    cell.push('"');
                }
                Some((_, c)) => {
                    self.line += u32::from(c == '\n');
                    cell.push(c);
                }
                None => {
                    into.problem(opened, None, Field::File, None, Why::UnclosedQuote);
                    return cell;
                }
            }
        }
    }
}

pub(super) fn write(entries: &[(EntryId, Content)]) -> String {
    // Spreadsheets take a file without this mark for one in another encoding.
    let mut out = String::from("\u{FEFF}");
    let head: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    push_row(&mut out, &head);
    for (id, content) in entries {
        let id = id.as_str();
        let (from, until) = times(content.valid);
        let tags = content.tags.join(", ");
        for (lang, text) in &content.texts {
            let questions = text.questions.join("\n");
            let cells = [
                id,
                "text",
                lang.tag(),
                &questions,
                &text.answer,
                &content.topic,
                &tags,
                "",
                "",
                &from,
                &until,
            ];
            push_row(&mut out, &cells);
        }
        for variant in &content.variants {
            let (from, until) = times(variant.valid);
            for (lang, answer) in &variant.answers {
                let cells = [id, "variant", lang.tag(), "", answer, "", "", &variant.name, "", &from, &until];
                push_row(&mut out, &cells);
            }
        }
        for slot in &content.ask {
            for (lang, prompt) in &slot.prompts {
                let cells = [id, "ask", lang.tag(), "", prompt, "", "", &slot.name, slot.kind.name(), "", ""];
                push_row(&mut out, &cells);
            }
        }
    }
    out
}

fn times(window: Window) -> (String, String) {
    let time = |at: Option<Millis>| at.map(iso::format).unwrap_or_default();
    (time(window.from), time(window.until))
}

fn push_row(out: &mut String, cells: &[&str]) {
    for (nth, cell) in cells.iter().enumerate() {
        if nth > 0 {
            out.push(',');
        }
        let guard = if is_formula(cell) { "'" } else { "" };
        let outer_space = cell.starts_with(char::is_whitespace) || cell.ends_with(char::is_whitespace);
        if cell.contains([',', ';', '"', '\n', '\r', '\t']) || outer_space {
            out.push('"');
            out.push_str(guard);
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(guard);
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}
