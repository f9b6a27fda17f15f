//! Markdown: our own form, which has everything and reads well, and anybody's text of headings that ask and paragraphs
//! that answer.
//!
//! Both are read line by line. Ours needs no more: whatever an author wrote stands behind `- ` or `> `, so nothing in it
//! is taken for structure.

use super::collect::{About, Collector};
use crate::faq::EntryText;
use crate::ids::EntryId;
use crate::kb::check::{Field, Why};
use crate::kb::{Content, Window};
use crate::lang::Lang;
use crate::time::{Millis, iso};

/// The first line of our own form.
const MARK: &str = "<!-- edgedesk knowledge base 1 -->";

pub(super) fn read(text: &str, lang: Lang, into: &mut Collector) {
    if text.lines().find(|line| !line.trim().is_empty()).is_some_and(|line| line.trim() == MARK) {
        ours(text, into);
    } else {
        anybodys(text, lang, into);
    }
}

/// Which part of an entry the lines belong to.
enum Part {
    /// Before the first entry.
    Nothing,
    Entry,
    Text(Lang),
    Variant {
        name: String,
        valid: Window,
        lang: Option<Lang>,
    },
    Slot {
        name: String,
        kind: String,
    },
}

struct Reader<'a> {
    into: &'a mut Collector,
    id: Option<EntryId>,
    part: Part,
    part_line: u32,
    about: About,
    questions: Vec<String>,
    answer: Vec<String>,
}

fn ours(text: &str, into: &mut Collector) {
    let mut reader = Reader {
        into,
        id: None,
        part: Part::Nothing,
        part_line: 1,
        about: About::default(),
        questions: vec![],
        answer: vec![],
    };
    for (number, line) in (1u32..).zip(text.lines()) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        reader.line(number, line);
    }
    reader.end_entry();
}

impl Reader<'_> {
    fn line(&mut self, number: u32, line: &str) {
        if let Some(title) = line.strip_prefix("## ") {
            self.end_entry();
            self.id = self.into.id(number, title);
            (self.part, self.part_line) = (Part::Entry, number);
        } else if self.id.is_none() {
            // Before the first entry, or in one without a sound id, which was named.
        } else if let Some(title) = line.strip_prefix("### ") {
            self.end_part();
            self.part_line = number;
            self.begin_part(number, title.trim());
        } else if let Some(title) = line.strip_prefix("#### ") {
            self.answer_ends();
            self.part_line = number;
            let named = self.into.lang(number, id_of(&self.id), title);
            if let Part::Variant { lang, .. } = &mut self.part {
                *lang = named;
            } else {
                self.into.syntax(number, None, "a heading of the fourth level outside of a variant");
            }
        } else if let Some(item) = line.strip_prefix("- ").or(Some("").filter(|_| line == "-")) {
            self.item(number, item);
        } else if let Some(said) = line.strip_prefix("> ").or_else(|| line.strip_prefix('>')) {
            self.answer.push(said.to_owned());
        } else if !line.trim().is_empty() {
            self.into.syntax(number, None, "text outside of a list, quotation or heading");
        }
    }

    fn begin_part(&mut self, number: u32, title: &str) {
        self.part = if let Some(name) = title.strip_prefix("variant:") {
            Part::Variant { name: name.trim().to_owned(), valid: Window::default(), lang: None }
        } else if let Some((name, kind)) = title.strip_prefix("ask:").and_then(|rest| rest.split_once('(')) {
            Part::Slot { name: name.trim().to_owned(), kind: kind.trim_end_matches(')').to_owned() }
        } else {
            self.into.lang(number, id_of(&self.id), title).map_or(Part::Nothing, Part::Text)
        };
    }

    fn item(&mut self, number: u32, item: &str) {
        let (name, value) = item.split_once(':').unwrap_or((item, ""));
        let id = id_of(&self.id).to_owned();
        match &mut self.part {
            Part::Text(_) => self.questions.push(item.to_owned()),
            Part::Entry => match name {
                "topic" => self.about.topic = value.trim().to_owned(),
                "tag" => self.about.tags.push(value.trim().to_owned()),
                "from" => self.about.valid.from = self.into.time(number, &id, Field::Valid, value),
                "until" => self.about.valid.until = self.into.time(number, &id, Field::Valid, value),
                _ => self.into.syntax(number, None, "neither topic, tag, from nor until"),
            },
            Part::Variant { valid, .. } => match name {
                "from" => valid.from = self.into.time(number, &id, Field::Variant, value),
                "until" => valid.until = self.into.time(number, &id, Field::Variant, value),
                _ => self.into.syntax(number, None, "neither from nor until"),
            },
            Part::Slot { name: slot, kind } => {
                if let (Some(lang), Some(id)) = (self.into.lang(number, &id, name), self.id.as_ref()) {
                    self.into.slot(number, id, slot, kind, (lang, value.trim().to_owned()));
                }
            }
            Part::Nothing => {}
        }
    }

    /// A variant's answer in one language is complete.
    fn answer_ends(&mut self) {
        if let (Some(id), Part::Variant { name, valid, lang }) = (&self.id, &self.part) {
            let answer = std::mem::take(&mut self.answer).join("\n");
            match lang {
                Some(lang) => self.into.variant(self.part_line, id, name, *valid, Some((*lang, answer))),
                None => self.into.variant(self.part_line, id, name, *valid, None),
            }
        }
    }

    fn end_part(&mut self) {
        self.answer_ends();
        let (questions, answer) = (std::mem::take(&mut self.questions), std::mem::take(&mut self.answer));
        if let (Some(id), Part::Text(lang)) = (&self.id, &self.part) {
            self.into.text(self.part_line, id, *lang, EntryText { questions, answer: answer.join("\n") });
        }
        if let (Some(id), Part::Entry) = (&self.id, &self.part) {
            let about = std::mem::take(&mut self.about);
            self.into.about(self.part_line, id, about);
        }
    }

    fn end_entry(&mut self) {
        self.end_part();
        self.about = About::default();
        self.part = Part::Nothing;
        self.id = None;
    }
}

fn id_of(id: &Option<EntryId>) -> &str {
    id.as_ref().map_or("", EntryId::as_str)
}

/// Headings ask, what follows answers. A heading with nothing below it but deeper headings is their topic, except the page's title.
fn anybodys(text: &str, lang: Lang, into: &mut Collector) {
    let mut open: Option<(u32, usize, &str)> = None;
    let mut topics: Vec<(usize, &str)> = Vec::new();
    let mut body: Vec<&str> = Vec::new();
    let mut fenced = false;
    let mut close = |open: Option<(u32, usize, &str)>, body: &mut Vec<&str>, topic: Option<&str>| {
        let answer = std::mem::take(body).join("\n");
        let Some((line, _, title)) = open else { return };
        let id = into.slug(lang, title);
        into.text(line, &id, lang, EntryText { questions: vec![title.to_owned()], answer });
        into.about(line, &id, About { topic: topic.unwrap_or_default().to_owned(), ..About::default() });
    };
    for (number, line) in (1u32..).zip(text.lines()) {
        fenced ^= line.trim_start().starts_with("```");
        let depth = line.bytes().take_while(|b| *b == b'#').count();
        let title = line.get(depth..).filter(|rest| (1..=6).contains(&depth) && rest.starts_with(' '));
        let Some(title) = title.filter(|_| !fenced) else {
            if open.is_some() {
                body.push(line);
            }
            continue;
        };
        let blank = body.iter().all(|line| line.trim().is_empty());
        if let Some((_, above, words)) = open.filter(|(_, above, _)| blank && *above < depth) {
            // The first level is the page's own title.
            if above > 1 {
                topics.push((above, words));
            }
            body.clear();
        } else {
            close(open, &mut body, topics.last().map(|(_, words)| *words));
        }
        topics.retain(|(above, _)| *above < depth);
        open = Some((number, depth, title.trim().trim_end_matches('#').trim_end()));
    }
    if open.is_none() && !text.trim().is_empty() {
        into.problem(1, None, Field::File, None, Why::Missing);
        return;
    }
    close(open, &mut body, topics.last().map(|(_, words)| *words));
}

pub(super) fn write(entries: &[(EntryId, Content)]) -> String {
    let mut out = format!("{MARK}\n\n# Knowledge base\n");
    for (id, content) in entries {
        out.push_str(&format!("\n## {id}\n\n"));
        let meta = out.len();
        if !content.topic.is_empty() {
            out.push_str(&format!("- topic: {}\n", content.topic));
        }
        content.tags.iter().for_each(|tag| out.push_str(&format!("- tag: {tag}\n")));
        push_window(&mut out, content.valid);
        if out.len() > meta {
            out.push('\n');
        }
        for (lang, text) in &content.texts {
            out.push_str(&format!("### {lang}\n\n"));
            text.questions.iter().for_each(|question| out.push_str(&format!("- {question}\n")));
            out.push('\n');
            push_answer(&mut out, &text.answer);
        }
        for variant in &content.variants {
            out.push_str(&format!("### variant: {}\n\n", variant.name));
            push_window(&mut out, variant.valid);
            out.push('\n');
            for (lang, answer) in &variant.answers {
                out.push_str(&format!("#### {lang}\n\n"));
                push_answer(&mut out, answer);
            }
        }
        for slot in &content.ask {
            out.push_str(&format!("### ask: {} ({})\n\n", slot.name, slot.kind.name()));
            slot.prompts.iter().for_each(|(lang, prompt)| out.push_str(&format!("- {lang}: {prompt}\n")));
            out.push('\n');
        }
    }
    out
}

fn push_window(out: &mut String, window: Window) {
    let mut push = |name: &str, at: Option<Millis>| {
        if let Some(at) = at {
            out.push_str(&format!("- {name}: {}\n", iso::format(at)));
        }
    };
    push("from", window.from);
    push("until", window.until);
}

fn push_answer(out: &mut String, answer: &str) {
    for line in answer.split('\n') {
        out.push_str(if line.is_empty() { ">" } else { "> " });
        out.push_str(line);
        out.push('\n');
    }
    out.push('\n');
}
