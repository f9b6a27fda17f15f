//! Storing an index and loading it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::ids::EntryId;
use crate::lang::Lang;

use super::super::bank::Profiles;
use super::super::bytes::{Damaged, Reader, Writer};
use super::super::matcher::Matcher;
use super::super::rank::Ranker;
use super::super::space::GROUPS;
use super::super::{Entry, EntryText, HOLLOW, bank};
use super::Index;
use super::places::Places;

/// The number of the form; a new one when the form or the code of features changes.
const FORM: u64 = 4;

/// What must be the same for a stored index to be of use: the form, and the lexicon and bank, whose concepts and
/// profiles it has.
#[must_use]
pub fn version() -> u64 {
    if HOLLOW { FORM } else { bank::version().rotate_left(8) ^ FORM }
}

impl Index {
    /// The index as bytes, with its entries and what its classifier learned.
    #[must_use]
    pub fn store(&self) -> Vec<u8> {
        if HOLLOW {
            return Vec::new();
        }
        let mut writer = Writer::default();
        writer.u64(version());
        writer.number(self.entries.len() as u32);
        for entry in &self.entries {
            write_entry(&mut writer, entry);
        }
        writer.number(self.terse.len() as u32);
        for (hash, place) in &self.terse {
            writer.u64(*hash);
            writer.number(*place);
        }
        writer.f32(self.ranker.fit);
        let profiles = self.ranker.profiles.cells();
        writer.fixed(profiles.iter().map(|(intent, ..)| u32::from(*intent)));
        writer.fixed(profiles.iter().map(|(_, group, _)| *group));
        writer.fixed(profiles.iter().map(|(.., near)| u32::from(*near)));
        self.ranker.matcher.write_quick(&mut writer);
        writer.checked()
    }

    /// The index that was stored.
    ///
    /// # Errors
    /// When the bytes are no index, one of another build, or damaged: the caller builds it anew from the entries.
    pub fn load(bytes: &[u8]) -> Result<Self, Damaged> {
        if HOLLOW {
            return Err(Damaged::Foreign);
        }
        let mut reader = Reader::checked(bytes)?;
        if reader.u64()? != version() {
            return Err(Damaged::Version);
        }
        let mut entries = Vec::new();
        for _ in 0..reader.count()? {
            entries.push(read_entry(&mut reader)?);
        }
        let places = Places::of(&entries).ok_or(Damaged::Broken)?;
        let mut terse = Vec::new();
        for _ in 0..reader.count()? {
            terse.push((reader.u64()?, reader.number()?));
        }
        let fit = reader.f32()?;
        let (intents, groups, nearness) = (reader.fixed()?, reader.fixed()?, reader.fixed()?);
        if intents.len() != groups.len() || intents.len() != nearness.len() {
            return Err(Damaged::Broken);
        }
        let cells = intents.into_iter().zip(groups).zip(nearness);
        let profiles = Profiles::from_cells(
            cells.map(|((intent, group), near)| (intent as u16, group, near as u8)).collect(),
        );
        let matcher = Matcher::read_quick(&mut reader)?;
        reader.finish()?;
        if matcher.words.groups() != entries.len().min(GROUPS) {
            return Err(Damaged::Broken);
        }
        let mut ranker = Ranker { matcher, profiles, fit };
        ranker.compare();
        Ok(Self { entries, places, ranker, titles: OnceLock::new(), terse })
    }
}

fn write_entry(writer: &mut Writer, entry: &Entry) {
    writer.text(entry.id.as_str());
    writer.number(entry.texts.len() as u32);
    for (lang, text) in &entry.texts {
        writer.text(lang.tag());
        writer.number(text.questions.len() as u32);
        text.questions.iter().for_each(|question| writer.text(question));
        writer.text(&text.answer);
    }
}

fn read_entry(reader: &mut Reader<'_>) -> Result<Entry, Damaged> {
    let id = EntryId::new(reader.text()?).map_err(|_| Damaged::Broken)?;
    let mut texts = BTreeMap::new();
    for _ in 0..reader.count()? {
        let lang = Lang::parse(&reader.text()?).ok_or(Damaged::Broken)?;
        let mut questions = Vec::new();
        for _ in 0..reader.count()? {
            questions.push(reader.text()?);
        }
        texts.insert(lang, EntryText { questions, answer: reader.text()? });
    }
    Ok(Entry { id, texts })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::{Question, entries_from_lines};
    use super::*;
    use crate::protocol::http::KbLine;

    fn index() -> &'static (Index, Vec<u8>) {
        static INDEX: std::sync::LazyLock<(Index, Vec<u8>)> = std::sync::LazyLock::new(|| {
            let lines = include_str!("../../../../data/tidewater/kb.jsonl").lines();
            let lines: Vec<KbLine> = lines.map(|l| serde_json::from_str(l).unwrap()).collect();
            let index = Index::build(&entries_from_lines(lines));
            let bytes = index.store();
            (index, bytes)
        });
        &INDEX
    }

    #[test]
    fn a_stored_index_replies_as_before() {
        let (index, bytes) = index();
        let loaded = Index::load(bytes).unwrap();
        assert_eq!(loaded.entries(), index.entries());
        assert_eq!(loaded.store(), *bytes);
        for text in ["怎么退定金", "how to track my order", "返品の送料は誰が払いますか", "refund", ""]
        {
            let question = Question { text, context: &[], languages: &[] };
            assert_eq!(loaded.reply(&question), index.reply(&question), "{text}");
        }
    }

    #[test]
    fn another_version_is_told_from_damage() {
        let (_, bytes) = index();
        let mut writer = Writer::default();
        writer.u64(version() + 1);
        assert_eq!(Index::load(&writer.checked()).unwrap_err(), Damaged::Version);
        assert_eq!(Index::load(&bytes[..bytes.len() - 1]).unwrap_err(), Damaged::Broken);
        assert_eq!(Index::load(b"").unwrap_err(), Damaged::Foreign);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn damage_is_refused(at in any::<prop::sample::Index>(), bit in 0u8..8, cut in any::<prop::sample::Index>()) {
            let (_, bytes) = index();
            let mut flipped = bytes.clone();
            flipped[at.index(bytes.len())] ^= 1 << bit;
            prop_assert!(Index::load(&flipped).is_err());
            prop_assert!(Index::load(&bytes[..cut.index(bytes.len())]).is_err());
        }

        /// Bytes whose checksum is right, as a forger's would be: an error or an index, never a panic.
        #[test]
        fn forgery_does_no_harm(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
            random in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let (_, bytes) = index();
            let mut forged = bytes[8..bytes.len() - 8].to_vec();
            for (at, byte) in changes {
                let at = at.index(forged.len());
                forged[at] = byte;
            }
            let wrap = |inner: &[u8]| {
                let mut writer = Writer::default();
                inner.iter().for_each(|byte| writer.u8(*byte));
                writer.checked()
            };
            if let Ok(mut index) = Index::load(&wrap(&forged)) {
                let _ = index.reply(&Question { text: "how do I track my order", context: &[], languages: &[] });
                let entry = index.entries().first().cloned();
                entry.iter().for_each(|entry| index.put(entry));
            }
            let mut versioned = version().to_le_bytes().to_vec();
            versioned.extend(random);
            prop_assert!(Index::load(&wrap(&versioned)).is_err());
        }
    }
}
