//! Changing an entry: from what there was to what there is, and the version that records it.

use super::check::{Problem, problems, tidy};
use super::{Action, Content, Entry, Pending, Stamp, Version};
use crate::ids::EntryId;

/// Why an entry is not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Somebody else changed it since the version the author saw.
    #[error("the entry was changed meanwhile")]
    Conflict,
    #[error("there is no such entry or version")]
    NotFound,
    #[error("the entry is not sound")]
    Unsound(Vec<Problem>),
}

/// An entry as it stands, before a change.
#[derive(Debug, Clone, Copy)]
pub struct Before<'a> {
    pub id: &'a EntryId,
    pub entry: Option<&'a Entry>,
    /// The number of its newest version, 0 for none; an entry that is gone still has one.
    pub newest: u64,
}

/// What a change comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The entry; `None` when it is gone.
    pub entry: Option<Entry>,
    pub version: Version,
}

impl Before<'_> {
    fn expect(&self, base: u64) -> Result<(), EditError> {
        if base == self.newest { Ok(()) } else { Err(EditError::Conflict) }
    }

    fn published(&self) -> Option<Content> {
        self.entry.and_then(|entry| entry.published.clone())
    }

    /// Makes the entry say `content`, at once or as a draft.
    fn say(&self, content: Content, publish: bool, stamp: Stamp, action: Action) -> Edit {
        let version = self.newest + 1;
        let recorded = Some(content.clone());
        let (published, pending) = match self.published() {
            _ if publish => (Some(content), None),
            // A draft that says what is published is none.
            Some(published) if published == content => (Some(published), None),
            published => (published, Some(Pending::Content { content })),
        };
        let entry = Entry { id: self.id.clone(), version, published, pending, edited: stamp.clone() };
        Edit { entry: Some(entry), version: Version { version, stamp, action, content: recorded } }
    }

    fn go(&self, publish: bool, stamp: Stamp) -> Edit {
        let version = self.newest + 1;
        let published = self.published();
        // What no shopper has seen needs no publishing to go.
        let gone = publish || published.is_none();
        let entry = Entry {
            id: self.id.clone(),
            version,
            published,
            pending: Some(Pending::Removal),
            edited: stamp.clone(),
        };
        let action = Action::Removed { published: gone };
        Edit { entry: (!gone).then_some(entry), version: Version { version, stamp, action, content: None } }
    }
}

/// Saves what an author wrote who saw version `base` (0 for a new entry).
pub fn save(
    before: Before<'_>,
    base: u64,
    content: Content,
    publish: bool,
    stamp: Stamp,
) -> Result<Edit, EditError> {
    before.expect(base)?;
    let content = sound(content)?;
    let action = if publish { Action::Published } else { Action::Saved };
    Ok(before.say(content, publish, stamp, action))
}

/// The same for what came with a file: whoever confirmed its preview saw the whole knowledge base.
pub fn import(before: Before<'_>, content: Content, publish: bool, stamp: Stamp) -> Result<Edit, EditError> {
    let content = sound(content)?;
    Ok(before.say(content, publish, stamp, Action::Imported { published: publish }))
}

/// Publishes what is pending.
pub fn publish(before: Before<'_>, base: u64, stamp: Stamp) -> Result<Edit, EditError> {
    before.expect(base)?;
    match before.entry.and_then(|entry| entry.pending.clone()) {
        Some(Pending::Content { content }) => Ok(before.say(content, true, stamp, Action::Published)),
        Some(Pending::Removal) => Ok(before.go(true, stamp)),
        None => Err(EditError::NotFound),
    }
}

/// Marks an entry to go; one that was never published goes at once.
pub fn remove(before: Before<'_>, base: u64, publish: bool, stamp: Stamp) -> Result<Edit, EditError> {
    before.expect(base)?;
    if before.entry.is_none() {
        return Err(EditError::NotFound);
    }
    Ok(before.go(publish, stamp))
}

/// Undoes: makes the entry say again what `to` said, as a new version.
pub fn revert(
    before: Before<'_>,
    base: u64,
    to: &Version,
    publish: bool,
    stamp: Stamp,
) -> Result<Edit, EditError> {
    before.expect(base)?;
    match &to.content {
        Some(content) => {
            let action = Action::Reverted { to: to.version, published: publish };
            Ok(before.say(sound(content.clone())?, publish, stamp, action))
        }
        None if before.entry.is_some() => Ok(before.go(publish, stamp)),
        None => Err(EditError::NotFound),
    }
}

/// Adds a phrasing to what the author would go on writing. `None` when the entry says it already.
#[must_use]
pub fn with_phrasing(entry: &Entry, lang: crate::lang::Lang, phrasing: &str) -> Option<Content> {
    let mut content = entry.working()?.clone();
    let kin = content.texts.keys().copied().find(|known| known.is_kin(lang));
    // An entry without this language is asked for in it all the same: its first language takes the phrasing in.
    let home = kin.or_else(|| content.texts.keys().next().copied())?;
    let text = content.texts.get_mut(&home)?;
    if text.questions.iter().any(|known| known.trim() == phrasing.trim()) {
        return None;
    }
    text.questions.push(phrasing.to_owned());
    Some(content)
}

fn sound(mut content: Content) -> Result<Content, EditError> {
    tidy(&mut content);
    let found = problems(&content);
    if found.is_empty() { Ok(content) } else { Err(EditError::Unsound(found)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faq::EntryText;
    use crate::lang::Lang;
    use crate::time::Millis;

    fn content(answer: &str) -> Content {
        let text = EntryText { questions: vec!["How long?".into()], answer: answer.into() };
        Content { texts: [(Lang::En, text)].into(), ..Content::default() }
    }

    /// One entry with its versions, as the site object keeps them.
    struct Book {
        id: EntryId,
        entry: Option<Entry>,
        versions: Vec<Version>,
    }

    impl Book {
        fn new() -> Self {
            Self { id: EntryId::new("a").unwrap(), entry: None, versions: vec![] }
        }

        fn newest(&self) -> u64 {
            self.versions.last().map_or(0, |v| v.version)
        }

        fn before(&self) -> Before<'_> {
            Before { id: &self.id, entry: self.entry.as_ref(), newest: self.newest() }
        }

        fn take(&mut self, edit: Result<Edit, EditError>) -> Result<(), EditError> {
            let Edit { entry, version } = edit?;
            assert_eq!(version.version, self.newest() + 1);
            assert!(entry.as_ref().is_none_or(|e| e.version == version.version));
            self.entry = entry;
            self.versions.push(version);
            Ok(())
        }

        fn says(&self) -> (Option<&str>, Option<&str>) {
            let published = self.entry.as_ref().and_then(|e| e.published.as_ref());
            let working = self.entry.as_ref().and_then(Entry::working);
            (published.map(answer), working.map(answer))
        }
    }

    fn answer(content: &Content) -> &str {
        &content.texts[&Lang::En].answer
    }

    fn stamp() -> Stamp {
        Stamp { at: Millis(7), by: None }
    }

    #[test]
    fn r_94_drafts_are_published_and_undone() {
        let mut book = Book::new();
        book.take(save(book.before(), 0, content("one"), false, stamp())).unwrap();
        assert_eq!(book.says(), (None, Some("one")));
        book.take(publish(book.before(), 1, stamp())).unwrap();
        assert_eq!(book.says(), (Some("one"), Some("one")));
        book.take(save(book.before(), 2, content("two"), true, stamp())).unwrap();
        assert_eq!(book.says(), (Some("two"), Some("two")));
        let first = book.versions[0].clone();
        book.take(revert(book.before(), 3, &first, false, stamp())).unwrap();
        assert_eq!(book.says(), (Some("two"), Some("one")));
        assert_eq!(book.versions[3].action, Action::Reverted { to: 1, published: false });
        let second = book.versions[2].clone();
        book.take(revert(book.before(), 4, &second, false, stamp())).unwrap();
        assert_eq!(book.entry.as_ref().unwrap().pending, None, "a draft that says what is published is none");
    }

    #[test]
    fn r_93_who_saw_an_older_version_is_told() {
        let mut book = Book::new();
        book.take(save(book.before(), 0, content("one"), true, stamp())).unwrap();
        for base in [0, 2] {
            assert_eq!(save(book.before(), base, content("x"), true, stamp()), Err(EditError::Conflict));
            assert_eq!(publish(book.before(), base, stamp()), Err(EditError::Conflict));
            assert_eq!(remove(book.before(), base, true, stamp()), Err(EditError::Conflict));
        }
    }

    #[test]
    fn a_removal_waits_to_be_published_and_can_be_undone() {
        let mut book = Book::new();
        book.take(save(book.before(), 0, content("one"), true, stamp())).unwrap();
        book.take(remove(book.before(), 1, false, stamp())).unwrap();
        assert_eq!(book.says(), (Some("one"), None));
        book.take(publish(book.before(), 2, stamp())).unwrap();
        assert_eq!(book.entry, None);
        assert_eq!(remove(book.before(), 3, true, stamp()), Err(EditError::NotFound));
        let first = book.versions[0].clone();
        book.take(revert(book.before(), 3, &first, true, stamp())).unwrap();
        assert_eq!(book.says(), (Some("one"), Some("one")));
    }

    #[test]
    fn what_was_never_published_goes_at_once() {
        let mut book = Book::new();
        book.take(save(book.before(), 0, content("one"), false, stamp())).unwrap();
        book.take(remove(book.before(), 1, false, stamp())).unwrap();
        assert_eq!(book.entry, None);
    }

    #[test]
    fn unsound_contents_change_nothing() {
        let book = Book::new();
        let outcome = save(book.before(), 0, content(""), false, stamp());
        assert!(matches!(outcome, Err(EditError::Unsound(found)) if found.len() == 1));
    }

    #[test]
    fn a_phrasing_is_added_once_in_its_language_or_its_kin() {
        let mut book = Book::new();
        let mut both = content("30 days");
        let zh = EntryText { questions: vec!["多久".into()], answer: "30 天".into() };
        both.texts.insert(Lang::ZhCn, zh);
        book.take(save(book.before(), 0, both, true, stamp())).unwrap();
        let entry = book.entry.as_ref().unwrap();
        let with = with_phrasing(entry, Lang::ZhTw, "要多久").unwrap();
        assert_eq!(with.texts[&Lang::ZhCn].questions, ["多久", "要多久"]);
        assert_eq!(with_phrasing(entry, Lang::En, " How long? "), None);
    }
}
