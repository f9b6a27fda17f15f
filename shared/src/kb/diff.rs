//! What changes between two knowledge bases, for previews.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Content;
use super::check::Field;
use crate::ids::EntryId;
use crate::lang::Lang;
use crate::limits;

/// What a file does to one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    Added,
    Changed,
    Removed,
    Unchanged,
}

/// One entry's change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub id: EntryId,
    pub kind: ChangeKind,
    /// The title after the change; of a removed entry the one it had.
    pub title: String,
    /// What differs, of a changed entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// A part of an entry that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub field: Field,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
}

/// All changes, counted, and named as far as `limits::KB_CHANGES` allows; unchanged entries are only counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Changes {
    pub added: u32,
    pub changed: u32,
    pub removed: u32,
    pub unchanged: u32,
    pub entries: Vec<Change>,
}

impl Changes {
    fn count(&mut self, change: Change) {
        match change.kind {
            ChangeKind::Added => self.added += 1,
            ChangeKind::Changed => self.changed += 1,
            ChangeKind::Removed => self.removed += 1,
            ChangeKind::Unchanged => self.unchanged += 1,
        }
        if change.kind != ChangeKind::Unchanged && self.entries.len() < limits::KB_CHANGES {
            self.entries.push(change);
        }
    }

    /// Whether nothing changes.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.added == 0 && self.changed == 0 && self.removed == 0
    }
}

/// What turning `before` into `after` changes, in the order of `after`; then what is removed, when whatever `after` does
/// not name goes (`replace`).
#[must_use]
pub fn changes(before: &BTreeMap<EntryId, Content>, after: &[(EntryId, Content)], replace: bool) -> Changes {
    let mut found = Changes::default();
    for (id, content) in after {
        let parts = before.get(id).map(|former| parts(former, content));
        let kind = match &parts {
            None => ChangeKind::Added,
            Some(parts) if parts.is_empty() => ChangeKind::Unchanged,
            Some(_) => ChangeKind::Changed,
        };
        found.count(change(id, kind, content, parts.unwrap_or_default()));
    }
    if replace {
        let kept: std::collections::BTreeSet<&EntryId> = after.iter().map(|(id, _)| id).collect();
        for (id, content) in before.iter().filter(|(id, _)| !kept.contains(id)) {
            found.count(change(id, ChangeKind::Removed, content, vec![]));
        }
    }
    found
}

fn change(id: &EntryId, kind: ChangeKind, content: &Content, parts: Vec<Part>) -> Change {
    let title = content.title().unwrap_or_else(|| id.as_str()).to_owned();
    Change { id: id.clone(), kind, title, parts }
}

/// The parts in which two contents differ; none when they are equal.
#[must_use]
pub fn parts(before: &Content, after: &Content) -> Vec<Part> {
    let mut found = Vec::new();
    let mut note = |differs: bool, field, lang| {
        if differs {
            found.push(Part { field, lang });
        }
    };
    note(before.topic != after.topic, Field::Topic, None);
    note(before.tags != after.tags, Field::Tags, None);
    for &lang in Lang::ALL {
        let (former, text) = (before.texts.get(&lang), after.texts.get(&lang));
        note(former.map(|t| &t.questions) != text.map(|t| &t.questions), Field::Questions, Some(lang));
        note(former.map(|t| &t.answer) != text.map(|t| &t.answer), Field::Answer, Some(lang));
    }
    note(before.valid != after.valid, Field::Valid, None);
    note(before.variants != after.variants, Field::Variant, None);
    note(before.ask != after.ask, Field::Ask, None);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faq::EntryText;

    fn content(answer: &str) -> Content {
        let text = EntryText { questions: vec!["q".into()], answer: answer.into() };
        Content { texts: [(Lang::En, text)].into(), ..Content::default() }
    }

    fn id(text: &str) -> EntryId {
        EntryId::new(text).unwrap()
    }

    #[test]
    fn r_95_a_merge_adds_and_changes_and_a_replacement_also_removes() {
        let before =
            [(id("same"), content("1")), (id("old"), content("1")), (id("gone"), content("1"))].into();
        let after = [(id("new"), content("1")), (id("same"), content("1")), (id("old"), content("2"))];
        let merged = changes(&before, &after, false);
        assert_eq!((merged.added, merged.changed, merged.removed, merged.unchanged), (1, 1, 0, 1));
        let replaced = changes(&before, &after, true);
        assert_eq!((replaced.removed, replaced.entries.len()), (1, 3));
        assert_eq!(replaced.entries[1].parts, [Part { field: Field::Answer, lang: Some(Lang::En) }]);
        assert_eq!(replaced.entries[2].id, id("gone"));
    }

    #[test]
    fn equal_contents_differ_in_nothing_and_others_in_something() {
        assert_eq!(parts(&content("1"), &content("1")), []);
        let topic = Content { topic: "t".into(), ..content("1") };
        assert_eq!(parts(&content("1"), &topic), [Part { field: Field::Topic, lang: None }]);
        assert!(changes(&[(id("a"), content("1"))].into(), &[(id("a"), content("1"))], true).is_empty());
    }
}
