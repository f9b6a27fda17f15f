//! The index of a knowledge base and its answers to questions.

use std::collections::HashMap;

use crate::ids::EntryId;
use crate::lang::Lang;
use crate::protocol::message::Offered;
use crate::text::language;
use crate::text::normalize::normalize;

use super::features::{self, Features};
use super::rank::Ranker;
use super::smalltalk::{self, Talk};
use super::space::Doc;
use super::suggest::Titles;
use super::{Answered, Decision, Entry, EntryText, Question, Ranked, Reply, Turn, confidence};

/// Characters of a question that are read; the rest of a longer one is ignored.
const QUESTION_CHARS: usize = 1_500;
/// Characters of a phrasing and of an answer that are matched.
const PHRASING_CHARS: usize = 400;
const ANSWER_CHARS: usize = 2_000;
/// Entries ranked at most.
const RANKED: usize = 10;
/// Previous visitor turns read, and what the newest one weighs.
const TURNS: usize = 2;
const TURN_WEIGHT: f32 = 0.35;
/// What the entry answered last gains in a follow-up.
const SAME_ENTRY: f32 = 0.1;

/// A knowledge base made ready for questions. Built once, asked often, from anywhere.
#[derive(Debug)]
pub struct Index {
    entries: Vec<Entry>,
    places: HashMap<EntryId, usize>,
    ranker: Ranker,
    titles: Titles,
}

impl Index {
    /// Builds the index. Entries without phrasings or with an empty answer are kept: they can be picked, and match by
    /// what they have. Of entries with the same id the first is kept.
    #[must_use]
    pub fn build(entries: &[Entry]) -> Self {
        let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
        let mut places = HashMap::with_capacity(entries.len());
        for entry in entries {
            if let std::collections::hash_map::Entry::Vacant(place) = places.entry(entry.id.clone()) {
                place.insert(kept.len());
                kept.push(entry.clone());
            }
        }
        let mut words: Vec<Doc> = Vec::new();
        let mut concepts: Vec<Doc> = Vec::new();
        for (number, entry) in kept.iter().enumerate() {
            let mut meaning = Doc { group: number as u32, ..Doc::default() };
            for (lang, text) in &entry.texts {
                let mut doc = Doc { group: number as u32, class: *lang as u8, ..Doc::default() };
                for question in &text.questions {
                    let found = features::of(&normalize(question, PHRASING_CHARS));
                    doc.phrasings.push(found.words);
                    meaning.phrasings.push(found.concepts);
                }
                let found = features::of(&normalize(&text.answer, ANSWER_CHARS));
                doc.answer = found.words;
                meaning.answer.extend(found.concepts);
                words.push(doc);
            }
            features::unite(&mut meaning.answer);
            concepts.push(meaning);
        }
        let groups = kept.len();
        let ranker = Ranker::build(&words, &concepts, groups);
        let titles = Titles::new(&kept);
        Self { entries: kept, places, ranker, titles }
    }

    /// What to do with a question, and the entries that come near it.
    #[must_use]
    pub fn reply(&self, question: &Question<'_>) -> Reply {
        let lang = language::detect(question.text, question.languages);
        let text = normalize(question.text, QUESTION_CHARS);
        let asked = features::of(&text);
        let standing = self.standing(&asked, question.context);
        let ranked = self.ranked(&standing);
        let sure = ranked.first().is_some_and(|first| first.confidence >= confidence::ANSWER);
        let decision = match smalltalk::recognise(&text) {
            Talk::Handoff => Decision::Handoff,
            Talk::Social(kind) => Decision::Social(kind),
            Talk::Other if sure => Decision::Answer,
            Talk::Other => Decision::Offer,
        };
        Reply { lang, decision, ranked }
    }

    /// How every entry stands to the question, and to what was said before.
    fn standing(&self, asked: &Features, context: &[Turn]) -> confidence::Standing {
        let mut own = self.ranker.score(asked);
        let best = own.totals.iter().copied().fold(0.0f32, f32::max);
        // A question that stands by itself needs no context, and a change of topic is not to be dragged back.
        let need = (1.0 - best).clamp(0.0, 1.0);
        let mut weight = TURN_WEIGHT * need;
        let visitor = context.iter().rev().filter_map(|turn| match turn {
            Turn::Visitor(text) => Some(text),
            Turn::Bot(_) => None,
        });
        for text in visitor.take(TURNS) {
            let before = self.ranker.score(&features::of(&normalize(text, PHRASING_CHARS)));
            for (total, before) in own.totals.iter_mut().zip(&before.totals) {
                *total += weight * before;
            }
            weight *= 0.5;
        }
        let answered = context.iter().rev().find_map(|turn| match turn {
            Turn::Bot(entry) => self.places.get(entry),
            Turn::Visitor(_) => None,
        });
        if let Some(place) = answered {
            own.totals[*place] += SAME_ENTRY * need;
        }
        own
    }

    fn ranked(&self, standing: &confidence::Standing) -> Vec<Ranked> {
        let mut order: Vec<(usize, f32)> =
            standing.totals.iter().copied().enumerate().filter(|(_, total)| *total > 0.0).collect();
        let by_score = |a: &(usize, f32), b: &(usize, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if order.len() > RANKED {
            order.select_nth_unstable_by(RANKED, by_score);
            order.truncate(RANKED);
        }
        order.sort_by(by_score);
        let confidences = confidence::of(standing, &order);
        if confidences.first().is_none_or(|first| *first < confidence::FAR) {
            return Vec::new();
        }
        order
            .iter()
            .zip(confidences)
            .map(|((place, _), confidence)| Ranked { entry: self.entries[*place].id.clone(), confidence })
            .filter(|ranked| ranked.confidence >= confidence::HOPELESS)
            .collect()
    }

    /// The raw evidence behind the confidence of a question, for fitting it (see `bench`).
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn evidence(&self, question: &Question<'_>) -> Vec<f32> {
        let asked = features::of(&normalize(question.text, QUESTION_CHARS));
        let standing = self.standing(&asked, question.context);
        let mut order: Vec<(usize, f32)> = standing.totals.iter().copied().enumerate().collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        confidence::evidence(&standing, &order).to_vec()
    }

    /// Entries whose phrasings in `lang` go on as typed so far, best first, with their titles in that language.
    #[must_use]
    pub fn suggest(&self, typed: &str, lang: Lang, limit: usize) -> Vec<Offered> {
        let places = self.titles.suggest(typed, lang, limit);
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

    fn get(&self, entry: &EntryId) -> Option<&Entry> {
        self.entries.get(*self.places.get(entry)?)
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
