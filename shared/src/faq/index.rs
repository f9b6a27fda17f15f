//! The index of a knowledge base and its answers to questions.

mod change;
mod places;
mod store;
mod texts;

pub use store::version;

use std::sync::OnceLock;

use crate::ids::EntryId;
use crate::text::language;
use crate::text::normalize::normalize;
use crate::text::tokens;

use super::bank::BANK;
use super::context::Before;
use super::explain::{self, BestPhrasing, Explanation, Reasons};
use super::features::{self, Features};
use super::rank::{self, Ranker};
use super::smalltalk::{self, Talk};
use super::space::Doc;
use super::suggest::Titles;
use super::terms;
use super::train;
use super::{Decision, Entry, HOLLOW, Question, Ranked, Reply, Turn, confidence};
use places::Places;

/// Characters of a question that are read; the rest of a longer one is ignored.
const QUESTION_CHARS: usize = 1_500;
/// Characters of a phrasing and of an answer that are matched.
const PHRASING_CHARS: usize = 400;
const ANSWER_CHARS: usize = 2_000;
/// Entries ranked at most.
const RANKED: usize = 10;

/// What a classifier may cost when an index is built, in weights touched: some 50 ms of WebAssembly. A knowledge base
/// of a few hundred phrasings is below it; for a larger one see [`Index::training`].
const AT_ONCE: usize = 60_000_000;

/// A knowledge base made ready for questions. Built or loaded once, asked often, from anywhere.
///
/// ```
/// use shared::faq::{Decision, Entry, EntryText, Index, Question};
/// use shared::ids::EntryId;
/// use shared::lang::Lang;
///
/// let entry = |id: &str, questions: &[&str]| Entry {
///     id: EntryId::new(id).unwrap(),
///     texts: [(Lang::En, EntryText { questions: questions.iter().map(|q| q.to_string()).collect(), answer: "…".into() })].into(),
/// };
/// let index = Index::build(&[
///     entry("tracking", &["How do I track my order?", "Where is my parcel?"]),
///     entry("warranty", &["How long is the warranty?"]),
/// ]);
/// let reply = index.reply(&Question { text: "where is my parcel", context: &[], languages: &[] });
/// assert_eq!(reply.ranked[0].entry.as_str(), "tracking");
/// // Stored, and loaded in another place.
/// let same = Index::load(&index.store()).unwrap();
/// assert_eq!(same.reply(&Question { text: "where is my parcel", context: &[], languages: &[] }), reply);
/// ```
#[derive(Debug, Default, Clone)]
pub struct Index {
    entries: Vec<Entry>,
    places: Places,
    ranker: Ranker,
    /// Made when they are first asked for.
    titles: OnceLock<Titles>,
    /// Hashes of the phrasings, as they are matched, that ask so little that they are answered only when they are asked
    /// in these very words; and whose they are.
    terse: Vec<(u64, u32)>,
}

/// Teaching the classifier of an [`Index`], in pieces. See [`Index::training`].
#[derive(Debug)]
pub struct Training {
    inner: train::Training,
    /// Of which index it is.
    terms: usize,
}

impl Training {
    /// Goes on, for about `work` steps of which WebAssembly does some thousand a microsecond. Whether it is finished;
    /// then the index may [`Index::learn`] it.
    pub fn run(&mut self, work: usize) -> bool {
        HOLLOW || self.inner.run(work)
    }

    /// The steps that are left.
    #[must_use]
    pub fn work(&self) -> usize {
        self.inner.work()
    }
}

/// An entry in terms of the engine.
#[derive(Debug, Default)]
struct Group {
    /// One for each language.
    words: Vec<Doc>,
    concepts: Doc,
    texts: Vec<Features>,
    terse: Vec<u64>,
}

impl Group {
    fn of(number: usize, entry: &Entry) -> Self {
        let number = number as u32;
        let mut group = Self { concepts: Doc { group: number, ..Doc::default() }, ..Self::default() };
        for (lang, text) in &entry.texts {
            let mut doc = Doc { group: number, class: *lang as u8, ..Doc::default() };
            for question in &text.questions {
                let question = normalize(question, PHRASING_CHARS);
                if is_terse(&question) {
                    group.terse.push(tokens::hash(question.trim()));
                }
                let found = features::of(&question);
                doc.phrasings.push(found.words.clone());
                group.concepts.phrasings.push(found.concepts.clone());
                group.texts.push(found);
            }
            let found = features::of(&normalize(&text.answer, ANSWER_CHARS));
            doc.answer = found.words;
            group.concepts.answer.extend(found.concepts);
            group.words.push(doc);
        }
        terms::unite(&mut group.concepts.answer);
        group
    }
}

/// A phrasing as it is matched.
fn phrasing(question: &str) -> Features {
    features::of(&normalize(question, PHRASING_CHARS))
}

/// Whether normalised text is one word ("refund"), which names a subject that many entries may be about, or nothing
/// but words of grammar ("what is it").
fn is_terse(text: &str) -> bool {
    tokens::is_lone_word(text) || tokens::is_grammar(text)
}

impl Index {
    /// Builds the index. Entries without phrasings or with an empty answer are kept: they can be picked, and match by
    /// what they have. Of entries with the same id the first is kept. A classifier is trained at once when that is
    /// little work; otherwise see [`Index::training`].
    #[must_use]
    pub fn build(entries: &[Entry]) -> Self {
        let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
        let mut places = Places::with_room(entries.len());
        for entry in entries {
            if places.find(&kept, &entry.id).is_none() {
                kept.push(entry.clone());
                places.add(&kept, kept.len() - 1);
            }
        }
        if HOLLOW {
            return Self { entries: kept, places, ..Self::default() };
        }
        let (mut words, mut concepts, mut texts, mut terse) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (number, entry) in kept.iter().enumerate() {
            let group = Group::of(number, entry);
            words.extend(group.words);
            concepts.push(group.concepts);
            texts.push(group.texts);
            terse.extend(group.terse.iter().map(|hash| (*hash, number as u32)));
        }
        let mut ranker = Ranker::build(&words, &concepts, &texts);
        let mut training = ranker.training(&texts);
        if training.work() <= AT_ONCE && training.run(usize::MAX) {
            ranker.matcher.adopt(&training);
        }
        Self { entries: kept, places, ranker, titles: OnceLock::new(), terse }
    }

    /// Teaching the classifier, when there is something to learn and [`Index::build`] found it too much work. Until
    /// then the index ranks by its other scores, which costs some accuracy.
    ///
    /// ```
    /// # use shared::faq::Index;
    /// # let mut index = Index::build(&[]);
    /// if let Some(mut training) = index.training() {
    ///     while !training.run(5_000_000) { /* let others have the processor */ }
    ///     index.learn(&training);
    /// }
    /// ```
    #[must_use]
    pub fn training(&self) -> Option<Training> {
        if HOLLOW || self.ranker.matcher.is_trained() { None } else { self.relearn() }
    }

    /// Teaching the classifier again from what it knows, after many changes ([`Index::put`]).
    #[must_use]
    pub fn relearn(&self) -> Option<Training> {
        if HOLLOW {
            return None;
        }
        let texts: Vec<Vec<Features>> =
            self.entries.iter().enumerate().map(|(number, entry)| Group::of(number, entry).texts).collect();
        let inner = self.ranker.training(&texts);
        (inner.work() > 0).then(|| Training { inner, terms: self.ranker.matcher.cells() })
    }

    /// Takes in what was learned, unless the index has changed since the training began. Whether it did.
    pub fn learn(&mut self, training: &Training) -> bool {
        let fits = !HOLLOW && training.terms == self.ranker.matcher.cells();
        if fits {
            self.ranker.matcher.adopt(&training.inner);
        }
        fits
    }

    /// What to do with a question, and the entries that come near it.
    #[must_use]
    pub fn reply(&self, question: &Question<'_>) -> Reply {
        if HOLLOW {
            return Reply { lang: None, decision: Decision::Offer, ranked: Vec::new() };
        }
        let lang = language::detect(question.text, question.languages);
        let text = normalize(question.text, QUESTION_CHARS);
        let talk = smalltalk::recognise(&text);
        if talk == Talk::Abuse {
            // Nothing to answer, and no entry is about it: what is left to offer is a human.
            return Reply { lang, decision: Decision::Offer, ranked: Vec::new() };
        }
        let standing = self.standing(&text, question.context);
        let lone = self.asks_nothing(&text, question);
        let ranked = self.ranked(&standing, lone);
        let sure = ranked.first().is_some_and(|first| first.confidence >= confidence::ANSWER);
        let decision = match talk {
            Talk::Handoff => Decision::Handoff,
            Talk::Social(kind) => Decision::Social(kind),
            Talk::Other | Talk::Abuse if sure && !lone => Decision::Answer,
            Talk::Other | Talk::Abuse => Decision::Offer,
        };
        Reply { lang, decision, ranked }
    }

    /// Whether a message asks nothing by itself. One that is a phrasing of some entry is asked on purpose, and so is one
    /// with a question mark in the middle of a talk.
    fn asks_nothing(&self, text: &str, question: &Question<'_>) -> bool {
        let goes_on = !question.context.is_empty() && question.text.contains(['?', '？']);
        if goes_on || !is_terse(text) {
            return false;
        }
        let hash = tokens::hash(text.trim());
        self.terse.iter().all(|(known, _)| *known != hash)
    }

    /// How every entry stands to the question, and to what was said before.
    fn standing(&self, text: &str, context: &[Turn]) -> confidence::Standing {
        let asked = features::of(text);
        let own = self.ranker.score(&asked);
        match Before::of(context, &self.ranker, |entry| self.placed(entry)) {
            Some(before) => before.standing(text, &asked, own, &self.ranker),
            None => own,
        }
    }

    /// An entry and its place.
    fn placed(&self, id: &EntryId) -> Option<(usize, &Entry)> {
        let place = self.places.find(&self.entries, id)?;
        Some((place, self.entries.get(place)?))
    }

    /// The entries worth showing, best first. `related`: also those that no answer can be hoped from.
    fn ranked(&self, standing: &confidence::Standing, related: bool) -> Vec<Ranked> {
        let order = rank::best(&standing.totals, RANKED);
        let confidences = confidence::of(standing, &order);
        if !related && confidences.first().is_none_or(|first| *first < confidence::FAR) {
            return Vec::new();
        }
        order
            .iter()
            .zip(confidences)
            .map(|((place, _), confidence)| Ranked { entry: self.entries[*place].id.clone(), confidence })
            .filter(|ranked| ranked.confidence >= confidence::HOPELESS)
            .collect()
    }

    /// What [`Index::reply`] replies, and why: for whoever edits the knowledge base. Takes longer than the reply.
    #[must_use]
    pub fn explain(&self, question: &Question<'_>) -> Explanation {
        let reply = self.reply(question);
        if HOLLOW {
            return Explanation { reply, reasons: Vec::new(), lean: 0.0, intent: None };
        }
        let text = normalize(question.text, QUESTION_CHARS);
        let asked = features::of(&text);
        let standing = self.standing(&text, question.context);
        let reasons = reply.ranked.iter().filter_map(|ranked| {
            let (place, entry) = self.placed(&ranked.entry)?;
            let phrasings = || {
                let texts = entry.texts.iter();
                texts.flat_map(|(lang, text)| {
                    text.questions.iter().map(move |question| (*lang, question.as_str()))
                })
            };
            let best = self.ranker.matcher.best_phrasing(&asked, place).and_then(|(at, similarity)| {
                let (lang, text) = phrasings().nth(at)?;
                Some(BestPhrasing { text: text.to_owned(), lang, similarity: similarity.min(1.0) })
            });
            let answers = entry.texts.values().map(|text| text.answer.as_str());
            let of = |scores: &[f32]| scores.get(place).copied().unwrap_or_default().min(1.0);
            Some(Reasons {
                entry: ranked.entry.clone(),
                phrasing: best,
                words: explain::words_in_common(&text, phrasings().map(|(_, text)| text)),
                concepts: explain::concepts_in_common(
                    &asked,
                    phrasings().map(|(_, text)| text).chain(answers),
                ),
                kinship: of(&standing.kinship),
                answer: of(&standing.words.answer),
                learned: of(&standing.learned),
            })
        });
        Explanation { reasons: reasons.collect(), lean: standing.lean, intent: BANK.nearest(&asked), reply }
    }

    /// The first entry and the raw evidence behind its confidence, for fitting it (see `bench`).
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn evidence(&self, question: &Question<'_>) -> Option<(EntryId, Vec<f32>)> {
        if HOLLOW {
            return None;
        }
        let standing = self.standing(&normalize(question.text, QUESTION_CHARS), question.context);
        let order = rank::best(&standing.totals, RANKED);
        let first = self.entries[order.first()?.0].id.clone();
        Some((first, confidence::evidence(&standing, &order).to_vec()))
    }
}
