//! Changing one entry of an index, without building it anew.

use crate::ids::EntryId;

use super::super::bank::{BANK, Profile};
use super::super::features::Features;
use super::super::rank;
use super::super::space::Change;
use super::super::train::Training;
use super::super::{Entry, HOLLOW};
use super::places::Places;
use super::{Group, Index};

/// Phrasings of other entries that what is learned about a changed one is checked against, and of how many entries.
const RIVAL_PHRASINGS: usize = 24;
const RIVALS: usize = 6;
/// Phrasings of the changed entry that are learned at once. Learning all anew, see [`Index::relearn`], learns all.
const OWN_PHRASINGS: usize = 24;
/// Changes that are worth making one by one; a knowledge base smaller than twice this is built as quickly.
const CHANGES: usize = 8;
/// Rounds of that learning, and its steps beside those of learning everything.
const ROUNDS: usize = 10;
const RATE: f32 = 1.0;

impl Index {
    /// Puts an entry in the place of the one with its id, or adds it. A trained classifier learns the new phrasings
    /// beside those of the entries that come near them; after many changes learn all anew (see [`Index::relearn`]).
    pub fn put(&mut self, entry: &Entry) {
        let number = self.places.find(&self.entries, &entry.id).unwrap_or(self.entries.len());
        if HOLLOW {
            return self.keep(number, entry);
        }
        let group = Group::of(number, entry);
        let place = number as u32;
        let profiles: Vec<Profile> = group.texts.iter().map(|text| BANK.profile(text)).collect();
        self.ranker.profiles.replace(place, Some(&BANK.sum(&profiles)));
        let matcher = &mut self.ranker.matcher;
        matcher.words.change(place, Change::Replace(&group.words));
        matcher.concepts.change(place, Change::Replace(std::slice::from_ref(&group.concepts)));
        self.ranker.compare();
        self.terse.retain(|(_, of)| *of != place);
        self.terse.extend(group.terse.iter().map(|hash| (*hash, place)));
        self.keep(number, entry);
        if self.ranker.matcher.is_trained() {
            self.learn_group(number, &group.texts);
        }
    }

    /// Keeps an entry at a place, or as the last.
    fn keep(&mut self, number: usize, entry: &Entry) {
        match self.entries.get_mut(number) {
            Some(old) => *old = entry.clone(),
            None => {
                self.entries.push(entry.clone());
                self.places.add(&self.entries, number);
            }
        }
        self.titles.take();
    }

    /// The index of what the knowledge base is now: a copy of this one with the changed entries put and removed, or,
    /// when many are changed, one built anew.
    #[must_use]
    pub fn renewed(&self, entries: &[Entry]) -> Self {
        if HOLLOW {
            return Self::build(entries);
        }
        // Of entries with the same id the first counts.
        let mut theirs = Places::with_room(entries.len());
        let firsts: Vec<bool> = (0..entries.len()).map(|place| theirs.add(entries, place)).collect();
        let gone: Vec<&EntryId> = self
            .entries
            .iter()
            .map(|entry| &entry.id)
            .filter(|id| theirs.find(entries, id).is_none())
            .collect();
        let changed: Vec<&Entry> = entries
            .iter()
            .zip(&firsts)
            .filter(|(entry, first)| **first && self.get(&entry.id) != Some(entry))
            .map(|(entry, _)| entry)
            .collect();
        let count = firsts.iter().filter(|first| **first).count();
        // Each change is a pass over the whole index, and what is learned piecemeal is a little worse.
        if gone.len() + changed.len() > CHANGES || count < 2 * CHANGES {
            return Self::build(entries);
        }
        let mut index = self.clone();
        changed.into_iter().for_each(|entry| index.put(entry));
        for id in gone {
            index.remove(id);
        }
        index
    }

    /// Removes an entry. Whether there was one.
    pub fn remove(&mut self, entry: &EntryId) -> bool {
        let Some(number) = self.places.find(&self.entries, entry) else { return false };
        let place = number as u32;
        self.entries.remove(number);
        self.places = Places::of(&self.entries).unwrap_or_default();
        self.titles.take();
        if HOLLOW {
            return true;
        }
        self.ranker.profiles.replace(place, None);
        self.ranker.matcher.words.change(place, Change::Remove);
        self.ranker.matcher.concepts.change(place, Change::Remove);
        self.ranker.compare();
        self.terse.retain(|(_, of)| *of != place);
        self.terse.iter_mut().for_each(|(_, of)| *of -= u32::from(*of > place));
        true
    }

    /// Teaches the classifier the phrasings of one entry beside those of its rivals.
    fn learn_group(&mut self, number: usize, texts: &[Features]) {
        let texts: Vec<&Features> = texts.iter().take(OWN_PHRASINGS).collect();
        let mut most = vec![0.0f32; self.entries.len()];
        for text in texts.iter().take(RIVALS) {
            for (most, total) in most.iter_mut().zip(self.ranker.score(text).totals) {
                *most = most.max(total);
            }
        }
        if let Some(own) = most.get_mut(number) {
            *own = 0.0;
        }
        let others: Vec<(u32, Vec<Features>)> = rank::best(&most, RIVALS)
            .iter()
            .map(|(rival, _)| (*rival as u32, self.some_texts(*rival, RIVAL_PHRASINGS / RIVALS)))
            .collect();
        let own = texts.into_iter().map(|text| (number as u32, text));
        let others = others.iter().flat_map(|(rival, texts)| texts.iter().map(|text| (*rival, text)));
        let matcher = &mut self.ranker.matcher;
        let mut training = Training::new(matcher, own.chain(others)).shortened(ROUNDS, RATE);
        training.run(usize::MAX);
        matcher.adopt(&training);
    }

    /// A few of an entry's phrasings, of every language some.
    fn some_texts(&self, number: usize, count: usize) -> Vec<Features> {
        let Some(entry) = self.entries.get(number) else { return Vec::new() };
        let each = count.div_ceil(entry.texts.len().max(1));
        let texts = entry.texts.values().flat_map(|text| text.questions.iter().take(each));
        texts.map(|question| super::phrasing(question)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{EntryText, Question};
    use super::*;
    use crate::lang::Lang;

    fn entry(id: &str, questions: &[&str]) -> Entry {
        let questions = questions.iter().map(|q| (*q).to_owned()).collect();
        Entry {
            id: EntryId::new(id).unwrap(),
            texts: [(Lang::En, EntryText { questions, answer: "An answer.".into() })].into(),
        }
    }

    fn shop() -> Vec<Entry> {
        vec![
            entry("tracking", &["where is my parcel", "how do I track my order", "has it been shipped"]),
            entry("warranty", &["how long is the warranty", "is there a guarantee"]),
            entry("spain", &["do you ship to spain", "delivery to madrid"]),
            entry("gift", &["can you wrap it as a gift", "gift wrapping please"]),
        ]
    }

    fn first(index: &Index, text: &str) -> Option<String> {
        let reply = index.reply(&Question { text, context: &[], languages: &[] });
        reply.ranked.first().map(|ranked| ranked.entry.to_string())
    }

    #[test]
    fn a_changed_entry_is_found_by_its_new_words() {
        let mut index = Index::build(&shop());
        index.put(&entry("gift", &["can I add a handwritten card", "greeting card inside the box"]));
        index.put(&entry("trees", &["do you plant trees", "what do you do for the climate"]));
        assert_eq!(first(&index, "greeting card in the box").as_deref(), Some("gift"));
        assert_eq!(first(&index, "are trees planted").as_deref(), Some("trees"));
        assert_eq!(first(&index, "track my order please").as_deref(), Some("tracking"));
        assert_eq!(index.suggest("do you pl", Lang::En, 1)[0].entry.as_str(), "trees");
        assert_eq!(index.len(), 5);
    }

    #[test]
    fn a_renewed_index_has_exactly_the_new_entries() {
        let mut entries: Vec<Entry> = (0..20)
            .map(|n| entry(&format!("e{n}"), &[&format!("about subject{n}"), &format!("what of topic{n}")]))
            .chain(shop())
            .collect();
        let index = Index::build(&entries);
        entries[3] = entry("e3", &["how are llamas shorn"]);
        entries.remove(7);
        entries.push(entry("new", &["is the packaging recycled"]));
        let renewed = index.renewed(&entries);
        let sorted = |mut entries: Vec<Entry>| {
            entries.sort_by(|a, b| a.id.cmp(&b.id));
            entries
        };
        assert_eq!(sorted(renewed.entries().to_vec()), sorted(entries.clone()));
        assert_eq!(first(&renewed, "shorn llamas").as_deref(), Some("e3"));
        assert_eq!(first(&renewed, "recycled packaging").as_deref(), Some("new"));
        assert_eq!(first(&renewed, "about subject9").as_deref(), Some("e9"));
        assert_ne!(first(&renewed, "about subject7").as_deref(), Some("e7"));
        assert_eq!(index.renewed(&[]).len(), 0);
    }

    /// A shop with more phrasings than are learned at once.
    fn large() -> Vec<Entry> {
        const ACTS: [&str; 10] =
            ["return", "exchange", "track", "insure", "repair", "clean", "sell", "rent", "paint", "store"];
        const THINGS: [&str; 24] = [
            "sofa", "lamp", "kettle", "mirror", "carpet", "drill", "tent", "violin", "canoe", "helmet",
            "piano", "ladder", "camera", "clock", "vase", "bench", "drum", "kite", "sled", "fan", "oven",
            "shelf", "globe", "rug",
        ];
        let pairs = ACTS.iter().flat_map(|act| THINGS.iter().map(move |thing| (act, thing)));
        pairs
            .map(|(act, thing)| {
                let forms = [
                    format!("how do I {act} my {thing}"),
                    format!("can I {act} the {thing} after a week"),
                    format!("{act} a {thing} without a receipt"),
                    format!("what does it cost to {act} this {thing}"),
                    format!("I would like to {act} a {thing}"),
                    format!("is it possible to {act} the {thing} from abroad"),
                    format!("who will {act} my {thing} for me"),
                    format!("where can people {act} a {thing} today"),
                    format!("please {act} our {thing}"),
                ];
                entry(&format!("{act}-{thing}"), &forms.each_ref().map(String::as_str))
            })
            .collect()
    }

    #[test]
    fn a_changed_entry_is_as_sure_as_one_learned_with_all_others() {
        let mut entries = large();
        let learned = |entries: &[Entry]| {
            let mut index = Index::build(entries);
            let mut training = index.training().expect("too much to learn at once");
            while !training.run(usize::MAX) {}
            assert!(index.learn(&training));
            index
        };
        let mut changed = learned(&entries);
        let new = [
            entry(
                "sail-canoe",
                &["how do I rig the mast of a dinghy", "teach me to sail a dinghy", "dinghy sailing lessons"],
            ),
            entry(
                "tune-piano",
                &[
                    "my keys sound off, who tunes them",
                    "book somebody who tunes keys",
                    "how often is tuning due",
                ],
            ),
        ];
        for one in new {
            changed.put(&one);
            entries.push(one);
        }
        let built = learned(&entries);
        for (text, id) in [
            ("how do I rig the mast of a dinghy", "sail-canoe"),
            ("are there dinghy sailing lessons", "sail-canoe"),
            ("I want somebody who tunes keys", "tune-piano"),
            ("how often is a tuning due", "tune-piano"),
        ] {
            let question = Question { text, context: &[], languages: &[] };
            let [changed, built] = [&changed, &built].map(|index| index.reply(&question));
            assert_eq!(
                (changed.ranked[0].entry.as_str(), built.ranked[0].entry.as_str()),
                (id, id),
                "{text}"
            );
            let [now, then] = [changed, built].map(|reply| reply.ranked[0].confidence);
            assert!(now > then - 0.1, "{text}: {now}, learned with all others {then}");
        }
    }

    #[test]
    fn a_removed_entry_is_gone() {
        let mut index = Index::build(&shop());
        assert!(index.remove(&EntryId::new("tracking").unwrap()));
        assert!(!index.remove(&EntryId::new("tracking").unwrap()));
        assert_eq!(first(&index, "delivery to madrid").as_deref(), Some("spain"));
        assert_eq!(first(&index, "is there a guarantee").as_deref(), Some("warranty"));
        assert_ne!(first(&index, "where is my parcel").as_deref(), Some("tracking"));
        for id in ["warranty", "spain", "gift"] {
            assert!(index.remove(&EntryId::new(id).unwrap()));
        }
        assert!(index.is_empty() && first(&index, "is there a guarantee").is_none());
    }
}
