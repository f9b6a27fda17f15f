//! What readers of all formats have in common: rows become entries, and problems get their lines.

use std::collections::BTreeMap;

use super::{Problems, Read};
use crate::faq::EntryText;
use crate::ids::EntryId;
use crate::kb::check::{self, Field, Problem, Why, too_many};
use crate::kb::{Content, Slot, SlotKind, Variant, Window};
use crate::lang::Lang;
use crate::limits;
use crate::text::normalize::normalize;
use crate::text::tokens;
use crate::time::{Millis, iso};

/// Longest id made from a title, without what makes it unique.
const SLUG_BYTES: usize = 48;

#[derive(Debug, Default)]
pub(super) struct Collector {
    drafts: Vec<Draft>,
    places: BTreeMap<EntryId, usize>,
    problems: Problems,
    full: bool,
}

#[derive(Debug)]
struct Draft {
    id: EntryId,
    content: Content,
    line: u32,
    /// Where parts stand, when not on the entry's line.
    lines: BTreeMap<(Field, Option<Lang>), u32>,
}

impl Draft {
    fn line(&self, field: Field, lang: Option<Lang>) -> u32 {
        let of = |key| self.lines.get(&key).copied();
        // Phrasings and answer of a language stand together where nothing else is known.
        let text = || of((Field::Questions, lang)).filter(|_| lang.is_some());
        of((field, lang)).or_else(|| of((field, None))).or_else(text).unwrap_or(self.line)
    }
}

/// What an entry says in no language.
#[derive(Debug, Default)]
pub(super) struct About {
    pub topic: String,
    pub tags: Vec<String>,
    pub valid: Window,
}

impl Collector {
    pub(super) fn is_empty(&self) -> bool {
        self.drafts.is_empty() && self.problems.errors == 0
    }

    pub(super) fn problem(
        &mut self,
        line: u32,
        entry: Option<&str>,
        field: Field,
        lang: Option<Lang>,
        why: Why,
    ) {
        let entry = entry.map(|id| id.chars().take(limits::SHORT_CHARS).collect());
        self.problems.add(Problem { line: Some(line), column: None, entry, field, lang, why });
    }

    pub(super) fn syntax(&mut self, line: u32, column: Option<u32>, detail: impl Into<String>) {
        let why = Why::Syntax { detail: detail.into().chars().take(limits::SHORT_CHARS).collect() };
        self.problems.add(Problem {
            line: Some(line),
            column,
            entry: None,
            field: Field::File,
            lang: None,
            why,
        });
    }

    /// Checks an id.
    pub(super) fn id(&mut self, line: u32, text: &str) -> Option<EntryId> {
        let text = text.trim();
        match EntryId::new(text) {
            Ok(id) => Some(id),
            Err(_) => {
                let why = if text.is_empty() { Why::Missing } else { Why::BadId };
                self.problem(line, Some(text), Field::Id, None, why);
                None
            }
        }
    }

    /// Checks a language's tag.
    pub(super) fn lang(&mut self, line: u32, entry: &str, tag: &str) -> Option<Lang> {
        let tag = tag.trim();
        let lang = Lang::parse(tag);
        if lang.is_none() {
            let tag = tag.chars().take(limits::SHORT_CHARS).collect();
            self.problem(line, Some(entry), Field::Lang, None, Why::UnknownLanguage { tag });
        }
        lang
    }

    /// Checks an instant; nothing written is no instant.
    pub(super) fn time(&mut self, line: u32, entry: &str, field: Field, text: &str) -> Option<Millis> {
        let at = iso::parse(text);
        if at.is_none() && !text.trim().is_empty() {
            self.problem(line, Some(entry), field, None, Why::BadTime);
        }
        at
    }

    /// An id for an entry without one: its title in plain letters, or a number made from it.
    pub(super) fn slug(&mut self, lang: Lang, title: &str) -> EntryId {
        let mut slug = String::new();
        for c in title.chars().take(400) {
            match c.to_ascii_lowercase() {
                c @ ('a'..='z' | '0'..='9') if slug.len() < SLUG_BYTES => slug.push(c),
                '\'' | '’' => {}
                _ if !slug.is_empty() && !slug.ends_with('-') && slug.len() < SLUG_BYTES => slug.push('-'),
                _ => {}
            }
        }
        let slug = slug.trim_end_matches('-');
        let number = tokens::hash(&normalize(title, limits::KB_PHRASING_CHARS)) & 0xFFFF_FFFF;
        let taken = |id: &EntryId| {
            let text = self.places.get(id).and_then(|place| self.drafts[*place].content.texts.get(&lang));
            text.is_some_and(|text| text.questions.first().is_none_or(|q| q.trim() != title.trim()))
        };
        let plain = EntryId::new(slug).ok().filter(|id| slug.len() >= 3 && !taken(id));
        plain.unwrap_or_else(|| {
            let start = if slug.is_empty() { "q" } else { slug };
            EntryId::new(format!("{start}-{number:08x}"))
                .unwrap_or_else(|_| EntryId::from_random(number.into()))
        })
    }

    fn draft(&mut self, line: u32, id: &EntryId) -> Option<&mut Draft> {
        if let Some(place) = self.places.get(id) {
            return self.drafts.get_mut(*place);
        }
        if self.drafts.len() >= limits::KB_ENTRIES {
            if !std::mem::replace(&mut self.full, true) {
                self.problem(line, Some(id.as_str()), Field::File, None, too_many(limits::KB_ENTRIES));
            }
            return None;
        }
        self.places.insert(id.clone(), self.drafts.len());
        self.drafts.push(Draft { id: id.clone(), content: Content::default(), line, lines: BTreeMap::new() });
        self.drafts.last_mut()
    }

    /// The entry in one language.
    pub(super) fn text(&mut self, line: u32, id: &EntryId, lang: Lang, text: EntryText) {
        let Some(draft) = self.draft(line, id) else { return };
        match draft.content.texts.get(&lang) {
            None => {
                draft.lines.insert((Field::Questions, Some(lang)), line);
                draft.content.texts.insert(lang, text);
            }
            Some(former) => {
                let at = draft.line(Field::Questions, Some(lang));
                let why = match *former == text {
                    true => Why::Duplicate { line: at },
                    false => Why::Contradicts { line: at },
                };
                self.problem(line, Some(id.as_str()), Field::Lang, Some(lang), why);
            }
        }
    }

    /// Names the line of a part, where it is known better than by its entry's.
    pub(super) fn part_at(&mut self, line: u32, id: &EntryId, field: Field, lang: Option<Lang>) {
        if let Some(draft) = self.draft(line, id) {
            draft.lines.entry((field, lang)).or_insert(line);
        }
    }

    /// What the entry says in no language. Said again, it must be the same.
    pub(super) fn about(&mut self, line: u32, id: &EntryId, about: About) {
        let Some(draft) = self.draft(line, id) else { return };
        let mut twice = Vec::new();
        let mut settle = |field, said: bool, known: bool, same: bool| {
            if said && known && !same {
                twice.push((field, draft.lines.get(&(field, None)).copied().unwrap_or(draft.line)));
            }
            if said && !known {
                draft.lines.insert((field, None), line);
            }
            said && !known
        };
        let content = &mut draft.content;
        let topic = about.topic.trim();
        if settle(Field::Topic, !topic.is_empty(), !content.topic.is_empty(), content.topic == topic) {
            content.topic = topic.to_owned();
        }
        let same = content.tags == about.tags;
        if settle(Field::Tags, !about.tags.is_empty(), !content.tags.is_empty(), same) {
            content.tags = about.tags;
        }
        let same = content.valid == about.valid;
        if settle(Field::Valid, !about.valid.is_always(), !content.valid.is_always(), same) {
            content.valid = about.valid;
        }
        for (field, at) in twice {
            self.problem(line, Some(id.as_str()), field, None, Why::Contradicts { line: at });
        }
    }

    /// A scheduled answer; its languages come one by one, by its name.
    pub(super) fn variant(
        &mut self,
        line: u32,
        id: &EntryId,
        name: &str,
        valid: Window,
        answer: Option<(Lang, String)>,
    ) {
        let Some(draft) = self.draft(line, id) else { return };
        draft.lines.entry((Field::Variant, None)).or_insert(line);
        let name = name.trim();
        let place = draft.content.variants.iter().position(|v| v.name == name).unwrap_or_else(|| {
            let variant = Variant { name: name.to_owned(), valid, answers: BTreeMap::new() };
            draft.content.variants.push(variant);
            draft.content.variants.len() - 1
        });
        let variant = &mut draft.content.variants[place];
        let lang = answer.as_ref().map(|(lang, _)| *lang);
        let mut sound = variant.valid == valid;
        if let Some((lang, answer)) = answer {
            draft.lines.entry((Field::Variant, Some(lang))).or_insert(line);
            sound &= variant.answers.insert(lang, answer).is_none();
        }
        let at = draft.line(Field::Variant, lang);
        if !sound {
            self.problem(line, Some(id.as_str()), Field::Variant, lang, Why::Contradicts { line: at });
        }
    }

    /// Something to ask for; its prompts come one by one, by its name.
    pub(super) fn slot(&mut self, line: u32, id: &EntryId, name: &str, kind: &str, prompt: (Lang, String)) {
        let Some(kind) = SlotKind::parse(kind.trim()) else {
            return self.problem(line, Some(id.as_str()), Field::Ask, None, Why::BadSlot);
        };
        let Some(draft) = self.draft(line, id) else { return };
        let (lang, prompt) = prompt;
        draft.lines.entry((Field::Ask, None)).or_insert(line);
        draft.lines.entry((Field::Ask, Some(lang))).or_insert(line);
        let name = name.trim();
        let place = draft.content.ask.iter().position(|s| s.name == name).unwrap_or_else(|| {
            draft.content.ask.push(Slot { name: name.to_owned(), kind, prompts: BTreeMap::new() });
            draft.content.ask.len() - 1
        });
        let slot = &mut draft.content.ask[place];
        if slot.kind != kind || slot.prompts.insert(lang, prompt).is_some() {
            let at = draft.line(Field::Ask, Some(lang));
            self.problem(line, Some(id.as_str()), Field::Ask, Some(lang), Why::Contradicts { line: at });
        }
    }

    /// Checks every entry and what they have in common.
    pub(super) fn finish(mut self, languages: &[Lang]) -> Read {
        let mut phrasings: BTreeMap<String, EntryId> = BTreeMap::new();
        let drafts = std::mem::take(&mut self.drafts);
        let mut entries = Vec::with_capacity(drafts.len());
        for mut draft in drafts {
            for lang in check::tidy(&mut draft.content) {
                let line = draft.line(Field::Questions, Some(lang));
                self.problem(line, Some(draft.id.as_str()), Field::Questions, Some(lang), Why::Repeated);
            }
            for mut problem in check::problems(&draft.content) {
                problem.line = Some(draft.line(problem.field, problem.lang));
                problem.entry = Some(draft.id.to_string());
                self.problems.add(problem);
            }
            for (&lang, text) in &draft.content.texts {
                let line = draft.line(Field::Questions, Some(lang));
                if !languages.is_empty() && !languages.iter().any(|known| known.is_kin(lang)) {
                    self.problem(line, Some(draft.id.as_str()), Field::Lang, Some(lang), Why::NotOffered);
                }
                for question in &text.questions {
                    let key = normalize(question, limits::KB_PHRASING_CHARS);
                    let key: String = key.chars().filter(|c| c.is_alphanumeric()).collect();
                    if key.is_empty() {
                        continue;
                    }
                    match phrasings.get(&key) {
                        Some(other) if *other != draft.id => {
                            let why = Why::AlsoIn { entry: other.to_string() };
                            self.problem(line, Some(draft.id.as_str()), Field::Questions, Some(lang), why);
                        }
                        Some(_) => {}
                        None => drop(phrasings.insert(key, draft.id.clone())),
                    }
                }
            }
            entries.push((draft.id, draft.content));
        }
        self.problems.sort();
        Read { entries, problems: self.problems }
    }
}

/// Counts lines while a reader goes forward through a text.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The line on which `part`, a piece of the text, begins; and its first character's column.
    pub(super) fn of(&mut self, part: &str) -> (u32, u32) {
        let start = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len());
        let bytes = self.text.as_bytes();
        if start < self.at {
            (self.at, self.line) = (0, 1);
        }
        let passed = bytes[self.at..start].iter().filter(|b| **b == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        self.at = start;
        let line_start = bytes[..start].iter().rposition(|b| *b == b'\n').map_or(0, |place| place + 1);
        let column = self.text.get(line_start..start).map_or(0, |before| before.chars().count());
        (self.line, u32::try_from(column + 1).unwrap_or(u32::MAX))
    }
}
