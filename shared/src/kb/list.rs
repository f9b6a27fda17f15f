//! Lists of entries: what a row shows, and which rows a search finds.

use serde::{Deserialize, Serialize};

use super::{Content, Entry, Pending, Stamp, active_variant};
use crate::ids::EntryId;
use crate::lang::Lang;
use crate::text::normalize::normalize;
use crate::time::Millis;

/// Whether shoppers get an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// Never published.
    Draft,
    /// Published and valid.
    Live,
    /// Published, its time has not come.
    Scheduled,
    /// Published, its time is over.
    Expired,
}

/// What waits to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    Change,
    Removal,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRow {
    pub id: EntryId,
    pub version: u64,
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub topic: String,
    pub languages: Vec<Lang>,
    pub state: EntryState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<Waiting>,
    /// The scheduled answer that is on now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    pub edited: Stamp,
}

/// Whether shoppers get the entry at `now`.
#[must_use]
pub fn state(entry: &Entry, now: Millis) -> EntryState {
    match &entry.published {
        None => EntryState::Draft,
        Some(content) if content.valid.contains(now) => EntryState::Live,
        Some(content) if content.valid.from.is_some_and(|from| now < from) => EntryState::Scheduled,
        Some(_) => EntryState::Expired,
    }
}

/// What waits to be published of the entry.
#[must_use]
pub const fn waiting(entry: &Entry) -> Option<Waiting> {
    match (&entry.pending, &entry.published) {
        (Some(Pending::Removal), _) => Some(Waiting::Removal),
        (Some(Pending::Content { .. }), Some(_)) => Some(Waiting::Change),
        _ => None,
    }
}

/// The entry's row at `now`, its title in the first of `languages` that it has.
#[must_use]
pub fn row(entry: &Entry, languages: &[Lang], now: Millis) -> EntryRow {
    let content = entry.working().or(entry.published.as_ref());
    let title = content.and_then(|content| {
        let wanted = languages.iter().find_map(|lang| content.texts.get(lang)?.questions.first());
        wanted.map(String::as_str).or_else(|| content.title())
    });
    let variant = entry.published.as_ref().and_then(|content| active_variant(content, now));
    EntryRow {
        id: entry.id.clone(),
        version: entry.version,
        title: title.unwrap_or_else(|| entry.id.as_str()).to_owned(),
        topic: content.map(|content| content.topic.clone()).unwrap_or_default(),
        languages: content.map(|content| content.texts.keys().copied().collect()).unwrap_or_default(),
        state: state(entry, now),
        waiting: waiting(entry),
        variant: variant.map(|variant| variant.name.clone()),
        edited: entry.edited.clone(),
    }
}

/// Which entries a list is narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    #[default]
    All,
    /// Drafts, and what waits to be published.
    Unpublished,
    /// Scheduled, expired, or with a scheduled answer.
    Scheduled,
}

impl Filter {
    /// Whether the entry stays at `now`.
    #[must_use]
    pub fn keeps(self, entry: &Entry) -> bool {
        match self {
            Self::All => true,
            Self::Unpublished => entry.pending.is_some(),
            Self::Scheduled => entry
                .working()
                .or(entry.published.as_ref())
                .is_some_and(|content| !content.valid.is_always() || !content.variants.is_empty()),
        }
    }
}

/// Characters of a search.
const SEARCH_CHARS: usize = 200;

/// A search made ready: an entry is found when everything that was typed stands somewhere in it.
#[derive(Debug)]
pub struct Search(Vec<String>);

impl Search {
    /// The search for `typed`; nothing typed finds everything.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        Self(normalize(typed, SEARCH_CHARS).split_whitespace().map(str::to_owned).collect())
    }

    /// Whether it finds the entry.
    #[must_use]
    pub fn finds(&self, entry: &Entry) -> bool {
        let Some(content) = entry.working().or(entry.published.as_ref()) else { return false };
        let id = entry.id.as_str().to_lowercase();
        self.0.iter().all(|word| id.contains(word) || says(content, word))
    }
}

fn says(content: &Content, word: &str) -> bool {
    let has = |text: &str| normalize(text, crate::limits::TEXT_CHARS).contains(word);
    has(&content.topic)
        || content.tags.iter().any(|tag| has(tag))
        || content.texts.values().any(|text| text.questions.iter().any(|q| has(q)) || has(&text.answer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faq::EntryText;
    use crate::kb::Window;

    fn entry() -> Entry {
        let zh = EntryText { questions: vec!["定金怎麼退".into()], answer: "联系客服".into() };
        let en = EntryText { questions: vec!["Deposit refund".into()], answer: "Ask us.".into() };
        let published = Content {
            texts: [(Lang::ZhTw, zh), (Lang::En, en)].into(),
            topic: "Money".into(),
            ..Content::default()
        };
        Entry {
            id: EntryId::new("deposit-refund").unwrap(),
            version: 3,
            published: Some(published),
            pending: None,
            edited: Stamp { at: Millis(5), by: None },
        }
    }

    #[test]
    fn a_search_reads_every_text_and_folds_scripts_and_case() {
        for typed in ["", "DEPOSIT", "定金", "客服", "money ask", "定金 refund", "deposit-ref"] {
            assert!(Search::new(typed).finds(&entry()), "{typed}");
        }
        for typed in ["parcel", "deposit parcel"] {
            assert!(!Search::new(typed).finds(&entry()), "{typed}");
        }
    }

    #[test]
    fn rows_say_what_shoppers_get() {
        let mut entry = entry();
        let titled = row(&entry, &[Lang::Ja, Lang::En], Millis(10));
        assert_eq!(
            (titled.title.as_str(), titled.state, titled.waiting),
            ("Deposit refund", EntryState::Live, None)
        );
        let window = Window { from: Some(Millis(20)), until: Some(Millis(30)) };
        if let Some(content) = &mut entry.published {
            content.valid = window;
        }
        for (now, expected) in
            [(10, EntryState::Scheduled), (20, EntryState::Live), (30, EntryState::Expired)]
        {
            assert_eq!(state(&entry, Millis(now)), expected, "{now}");
        }
        assert!(Filter::Scheduled.keeps(&entry) && !Filter::Unpublished.keeps(&entry));
        entry.pending = Some(Pending::Removal);
        assert_eq!(row(&entry, &[], Millis(1)).waiting, Some(Waiting::Removal));
    }
}
