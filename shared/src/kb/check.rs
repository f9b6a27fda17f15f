//! What an entry may say, and what is wrong with one that does not.

use serde::{Deserialize, Serialize};

use super::slots::is_name;
use super::{Content, Window};
use crate::lang::Lang;
use crate::limits;

/// Part of an entry, or the file around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    File,
    Id,
    Lang,
    Topic,
    Tags,
    Questions,
    Answer,
    Valid,
    Variant,
    Ask,
}

/// Something wrong, and where: everything its author needs to find it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The file's line, from 1; absent outside of files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The line's character, from 1, where the parser stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The entry's id, as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    pub field: Field,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    pub why: Why,
}

impl Problem {
    /// A problem whose place is not known yet.
    #[must_use]
    pub const fn new(field: Field, lang: Option<Lang>, why: Why) -> Self {
        Self { line: None, column: None, entry: None, field, lang, why }
    }
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Why {
    /// The file is not of this format; `detail` is what the parser says, in English.
    Syntax { detail: String },
    /// A quotation mark is opened here and never closed.
    UnclosedQuote,
    /// The table has a column that nobody knows; it is ignored.
    UnknownColumn { name: String },
    /// The table lacks a column.
    MissingColumn { name: String },
    /// Nothing stands where something must.
    Missing,
    /// No id: R-04.
    BadId,
    /// No language's tag.
    UnknownLanguage { tag: String },
    /// A text with nothing to see.
    Empty,
    /// More than `most` characters, or bytes for a whole entry or file.
    TooLong { most: u32 },
    /// More than `most` of them.
    TooMany { most: u32 },
    /// A character that cannot be seen, by its code point.
    ControlCharacter { code: u32 },
    /// The same entry and language, with the same texts, stands on `line` already.
    Duplicate { line: u32 },
    /// The same entry and language, with other texts, stands on `line` already.
    Contradicts { line: u32 },
    /// No date, or no date with a time.
    BadTime,
    /// It ends before it begins, or a scheduled answer has neither beginning nor end.
    BadWindow,
    /// Two scheduled answers are on at once in one language.
    Overlap { name: String },
    /// A scheduled answer or a prompt in a language in which the entry says nothing.
    NoText,
    /// A slot's kind is not one.
    BadSlot,
    /// A slot's name is not one: a lower-case letter, then letters, digits and `_`, 32 at most.
    BadSlotName { name: String },
    /// A slot is asked for in no language.
    NoPrompt { name: String },
    /// Two slots, or two scheduled answers, have one name.
    NameTwice { name: String },
    /// The same phrasing twice in an entry; one is kept.
    Repeated,
    /// Another entry has the same phrasing.
    AlsoIn { entry: String },
    /// The site's panel does not offer this language.
    NotOffered,
}

impl Why {
    /// Whether the rest is sound all the same, so that an author is told and may go on.
    #[must_use]
    pub const fn is_warning(&self) -> bool {
        matches!(self, Self::Repeated | Self::AlsoIn { .. } | Self::NotOffered | Self::UnknownColumn { .. })
    }
}

/// The first character that has no place in a text: controls other than newline and tab, and what turns the
/// direction of what follows (SPEC.md R-54).
#[must_use]
pub fn control_character(text: &str) -> Option<char> {
    text.chars().find(|c| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    })
}

/// Brings texts into the form they are kept in: line ends are newlines, nothing begins or ends with spaces, a phrasing
/// is one line and stands once, a tag has no comma. The languages in which a phrasing stood twice.
pub fn tidy(content: &mut Content) -> Vec<Lang> {
    content.topic = one_line(&content.topic);
    let tags = content.tags.iter().flat_map(|tag| tag.split([',', '，']));
    content.tags = tags.map(one_line).filter(|t| !t.is_empty()).collect();
    let mut seen = std::collections::BTreeSet::new();
    content.tags.retain(|tag| seen.insert(tag.clone()));
    let mut repeated = Vec::new();
    for (lang, text) in &mut content.texts {
        text.questions = text.questions.iter().map(|q| one_line(q)).collect();
        text.answer = lines(&text.answer);
        let before = text.questions.len();
        let mut seen = std::collections::BTreeSet::new();
        text.questions.retain(|q| q.is_empty() || seen.insert(q.clone()));
        if text.questions.len() < before {
            repeated.push(*lang);
        }
    }
    for variant in &mut content.variants {
        variant.name = one_line(&variant.name);
        variant.answers.values_mut().for_each(|answer| *answer = lines(answer));
    }
    for slot in &mut content.ask {
        slot.prompts.values_mut().for_each(|prompt| *prompt = one_line(prompt));
    }
    repeated
}

fn one_line(text: &str) -> String {
    text.trim().replace("\r\n", " ").replace(['\n', '\r', '\t'], " ")
}

fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}

/// Everything wrong with an entry that was [`tidy`]d.
#[must_use]
pub fn problems(content: &Content) -> Vec<Problem> {
    let mut found = Found(Vec::new());
    found.text(Field::Topic, None, &content.topic, limits::SHORT_CHARS, true);
    if content.tags.len() > limits::KB_TAGS {
        found.add(Field::Tags, None, too_many(limits::KB_TAGS));
    }
    content.tags.iter().for_each(|tag| found.text(Field::Tags, None, tag, limits::SHORT_CHARS, false));
    if content.texts.is_empty() {
        found.add(Field::Questions, None, Why::Missing);
    }
    for (&lang, text) in &content.texts {
        let lang = Some(lang);
        if text.questions.is_empty() {
            found.add(Field::Questions, lang, Why::Missing);
        }
        if text.questions.len() > limits::KB_PHRASINGS {
            found.add(Field::Questions, lang, too_many(limits::KB_PHRASINGS));
        }
        for question in text.questions.iter().take(limits::KB_PHRASINGS) {
            found.text(Field::Questions, lang, question, limits::KB_PHRASING_CHARS, false);
        }
        found.text(Field::Answer, lang, &text.answer, limits::TEXT_CHARS, false);
    }
    found.window(Field::Valid, content.valid);
    found.variants(content);
    found.slots(content);
    let size = serde_json::to_string(content).map_or(usize::MAX, |json| json.len());
    if found.0.is_empty() && size > limits::KB_ENTRY_BYTES {
        found.add(Field::Questions, None, too_long(limits::KB_ENTRY_BYTES));
    }
    found.0
}

pub(super) fn too_many(most: usize) -> Why {
    Why::TooMany { most: u32::try_from(most).unwrap_or(u32::MAX) }
}

pub(super) fn too_long(most: usize) -> Why {
    Why::TooLong { most: u32::try_from(most).unwrap_or(u32::MAX) }
}

struct Found(Vec<Problem>);

impl Found {
    fn add(&mut self, field: Field, lang: Option<Lang>, why: Why) {
        self.0.push(Problem::new(field, lang, why));
    }

    fn text(&mut self, field: Field, lang: Option<Lang>, text: &str, most: usize, may_be_empty: bool) {
        if text.is_empty() && !may_be_empty {
            self.add(field, lang, Why::Empty);
        }
        // Bytes first: a text of a megabyte is not worth counting.
        if text.len() > most * 4 || text.chars().count() > most {
            self.add(field, lang, too_long(most));
        }
        if let Some(c) = control_character(text) {
            self.add(field, lang, Why::ControlCharacter { code: c.into() });
        }
    }

    fn window(&mut self, field: Field, window: Window) {
        if window.from.zip(window.until).is_some_and(|(from, until)| from >= until) {
            self.add(field, None, Why::BadWindow);
        }
    }

    fn variants(&mut self, content: &Content) {
        if content.variants.len() > limits::KB_VARIANTS {
            self.add(Field::Variant, None, too_many(limits::KB_VARIANTS));
            return;
        }
        for (nth, variant) in content.variants.iter().enumerate() {
            self.text(Field::Variant, None, &variant.name, limits::SHORT_CHARS, false);
            self.window(Field::Variant, variant.valid);
            if content.variants[..nth].iter().any(|other| other.name == variant.name) {
                self.add(Field::Variant, None, Why::NameTwice { name: variant.name.clone() });
            }
            if variant.valid.is_always() {
                self.add(Field::Variant, None, Why::BadWindow);
            }
            if variant.answers.is_empty() {
                self.add(Field::Variant, None, Why::Missing);
            }
            for (&lang, answer) in &variant.answers {
                self.text(Field::Variant, Some(lang), answer, limits::TEXT_CHARS, false);
                if !content.texts.contains_key(&lang) {
                    self.add(Field::Variant, Some(lang), Why::NoText);
                }
                let at_once = content.variants[..nth]
                    .iter()
                    .find(|other| other.answers.contains_key(&lang) && other.valid.overlaps(&variant.valid));
                if let Some(other) = at_once {
                    self.add(Field::Variant, Some(lang), Why::Overlap { name: other.name.clone() });
                }
            }
        }
    }

    fn slots(&mut self, content: &Content) {
        if content.ask.len() > limits::KB_SLOTS {
            self.add(Field::Ask, None, too_many(limits::KB_SLOTS));
            return;
        }
        for (nth, slot) in content.ask.iter().enumerate() {
            let name = || slot.name.chars().take(limits::SHORT_CHARS).collect();
            if !is_name(&slot.name) {
                self.add(Field::Ask, None, Why::BadSlotName { name: name() });
            }
            if slot.prompts.is_empty() {
                self.add(Field::Ask, None, Why::NoPrompt { name: name() });
            }
            if content.ask[..nth].iter().any(|other| other.name == slot.name) {
                self.add(Field::Ask, None, Why::NameTwice { name: slot.name.clone() });
            }
            for (&lang, prompt) in &slot.prompts {
                self.text(Field::Ask, Some(lang), prompt, limits::SHORT_CHARS, false);
                if !content.texts.contains_key(&lang) {
                    self.add(Field::Ask, Some(lang), Why::NoText);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faq::EntryText;
    use crate::kb::{Slot, SlotKind, Variant};
    use crate::time::Millis;

    fn sound() -> Content {
        let text = EntryText { questions: vec!["How long?".into()], answer: "30 days".into() };
        Content { texts: [(Lang::En, text)].into(), ..Content::default() }
    }

    fn check(change: impl FnOnce(&mut Content), field: Field, why: Why) {
        let mut content = sound();
        change(&mut content);
        tidy(&mut content);
        let found = problems(&content);
        assert!(found.iter().any(|p| p.field == field && p.why == why), "{why:?} not in {found:?}");
    }

    fn english(content: &mut Content) -> &mut EntryText {
        content
            .texts
            .entry(Lang::En)
            .or_insert_with(|| EntryText { questions: vec![], answer: String::new() })
    }

    fn variant(from: u64, until: u64, lang: Lang) -> Variant {
        let valid = Window { from: Some(Millis(from)), until: Some(Millis(until)) };
        Variant { name: format!("v{from}"), valid, answers: [(lang, "7 days".into())].into() }
    }

    #[test]
    fn a_sound_entry_passes() {
        let mut content = sound();
        content.variants = vec![variant(1, 5, Lang::En), variant(5, 9, Lang::En)];
        content.ask = vec![Slot {
            name: "order".into(),
            kind: SlotKind::OrderNumber,
            prompts: [(Lang::En, "Which order?".into())].into(),
        }];
        assert_eq!(problems(&content), []);
    }

    #[test]
    fn unsound_entries_say_why() {
        check(|c| c.texts.clear(), Field::Questions, Why::Missing);
        check(|c| english(c).questions.clear(), Field::Questions, Why::Missing);
        check(|c| english(c).questions.push(" \n".into()), Field::Questions, Why::Empty);
        check(|c| english(c).questions.push("x".repeat(401)), Field::Questions, Why::TooLong { most: 400 });
        let many = |c: &mut Content| english(c).questions = (0..201).map(|n| n.to_string()).collect();
        check(many, Field::Questions, Why::TooMany { most: 200 });
        check(|c| english(c).answer.clear(), Field::Answer, Why::Empty);
        check(|c| english(c).answer = "x".repeat(1 << 20), Field::Answer, Why::TooLong { most: 4_000 });
        check(|c| english(c).answer.push('\u{7}'), Field::Answer, Why::ControlCharacter { code: 7 });
        check(|c| c.topic = "\u{202E}x".into(), Field::Topic, Why::ControlCharacter { code: 0x202E });
        check(|c| c.tags = (0..21).map(|n| n.to_string()).collect(), Field::Tags, Why::TooMany { most: 20 });
    }

    #[test]
    fn schedules_and_slots_must_make_sense() {
        let backwards = Window { from: Some(Millis(2)), until: Some(Millis(2)) };
        check(|c| c.valid = backwards, Field::Valid, Why::BadWindow);
        let twice = |c: &mut Content| c.variants = vec![variant(1, 6, Lang::En), variant(5, 9, Lang::En)];
        check(twice, Field::Variant, Why::Overlap { name: "v1".into() });
        check(|c| c.variants = vec![variant(1, 6, Lang::Ja)], Field::Variant, Why::NoText);
        let always = |c: &mut Content| {
            c.variants = vec![Variant { valid: Window::default(), ..variant(1, 2, Lang::En) }];
        };
        check(always, Field::Variant, Why::BadWindow);
        let slot = |name: &str| Slot { name: name.into(), kind: SlotKind::Text, prompts: [].into() };
        check(|c| c.ask = vec![slot("order")], Field::Ask, Why::NoPrompt { name: "order".into() });
        check(|c| c.ask = vec![slot("Order")], Field::Ask, Why::BadSlotName { name: "Order".into() });
        check(|c| c.ask = vec![slot("a"), slot("a")], Field::Ask, Why::NameTwice { name: "a".into() });
    }

    #[test]
    fn an_entry_may_be_sound_in_its_parts_and_too_large_as_a_whole() {
        let many = |c: &mut Content| {
            for lang in [Lang::En, Lang::Ja, Lang::ZhCn] {
                let long = |n: usize| format!("{n}{}", "长".repeat(395));
                let text = EntryText { questions: (0..200).map(long).collect(), answer: "x".into() };
                c.texts.insert(lang, text);
            }
        };
        check(many, Field::Questions, Why::TooLong { most: 256 * 1024 });
    }

    #[test]
    fn texts_are_tidied() {
        let mut content = sound();
        content.topic = " Returns ".into();
        content.tags = vec!["a".into(), " a ".into(), String::new()];
        english(&mut content).questions = vec![" How\r\nlong? ".into(), "How long?".into(), "x".into()];
        english(&mut content).answer = "\r\none\r\ntwo\r".into();
        assert_eq!(tidy(&mut content), [Lang::En]);
        assert_eq!((content.topic.as_str(), content.tags.len()), ("Returns", 1));
        assert_eq!(content.texts[&Lang::En].questions, ["How long?", "x"]);
        assert_eq!(content.texts[&Lang::En].answer, "one\ntwo");
    }
}
