//! What an index tells of its entries: titles, answers, suggestions while typing.

use crate::ids::EntryId;
use crate::lang::Lang;
use crate::protocol::message::Offered;

use super::super::suggest::Titles;
use super::super::{Answered, Entry, EntryText, HOLLOW};
use super::Index;

impl Index {
    /// Entries whose phrasings in `lang` go on as typed so far, best first, with their titles in that language.
    #[must_use]
    pub fn suggest(&self, typed: &str, lang: Lang, limit: usize) -> Vec<Offered> {
        if HOLLOW {
            return Vec::new();
        }
        let places = self.titles.get_or_init(|| Titles::new(&self.entries)).suggest(typed, lang, limit);
        places
            .into_iter()
            .filter_map(|place| {
                let entry = self.entries.get(place)?;
                let title = title_of(text_in(entry, lang, &[])?.1)?;
                Some(Offered { entry: entry.id.clone(), title })
            })
            .collect()
    }

    /// The entry's answer in the shopper's language, else its kin script, else the first of `fallback` it has, else
    /// any language it has. `None` when the entry is unknown or has no answer at all.
    #[must_use]
    pub fn answer(&self, entry: &EntryId, lang: Lang, fallback: &[Lang]) -> Option<Answered> {
        let entry = self.get(entry)?;
        let (lang, text) =
            preferred(entry, lang, fallback).find(|(_, text)| !text.answer.trim().is_empty())?;
        let title = title_of(text).unwrap_or_else(|| entry.id.to_string());
        Some(Answered { entry: entry.id.clone(), title, text: text.answer.clone(), lang })
    }

    /// The entry's first phrasing, in the language [`Index::answer`] would choose.
    #[must_use]
    pub fn title(&self, entry: &EntryId, lang: Lang, fallback: &[Lang]) -> Option<String> {
        preferred(self.get(entry)?, lang, fallback).find_map(|(_, text)| title_of(text))
    }

    /// The entries, in the order they came.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn get(&self, entry: &EntryId) -> Option<&Entry> {
        Some(self.placed(entry)?.1)
    }
}

/// The entry's texts, the best language first.
fn preferred<'a>(
    entry: &'a Entry,
    lang: Lang,
    fallback: &'a [Lang],
) -> impl Iterator<Item = (Lang, &'a EntryText)> + 'a {
    let kin = Lang::ALL.iter().copied().filter(move |other| *other != lang && other.is_kin(lang));
    let named = std::iter::once(lang).chain(kin).chain(fallback.iter().copied());
    let named = named.filter_map(|lang| entry.texts.get_key_value(&lang));
    named.chain(entry.texts.iter()).map(|(lang, text)| (*lang, text))
}

/// The text in a language or its kin.
fn text_in<'a>(entry: &'a Entry, lang: Lang, fallback: &'a [Lang]) -> Option<(Lang, &'a EntryText)> {
    preferred(entry, lang, fallback).next().filter(|(found, _)| found.is_kin(lang))
}

fn title_of(text: &EntryText) -> Option<String> {
    text.questions.iter().find(|q| !q.trim().is_empty()).cloned()
}
