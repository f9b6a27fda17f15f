//! The index of a knowledge base that has changed.

use crate::faq::{Entry, Index};

/// Phrasings up to which building anew is soon done. It is preferred then: it teaches the classifier everything about a
/// changed entry, which putting the entry into the index does only in part.
const FEW: usize = 2_000;

/// The index of `entries`, made of `former` when there are many of them.
#[must_use]
pub fn reindexed(former: &Index, entries: &[Entry]) -> Index {
    let texts = entries.iter().flat_map(|entry| entry.texts.values());
    let phrasings: usize = texts.map(|text| text.questions.len()).sum();
    if phrasings <= FEW { Index::build(entries) } else { former.renewed(entries) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faq::{Decision, Question, entries_from_lines};
    use crate::lang::Lang;

    #[test]
    fn an_added_phrasing_is_answered_by_its_entry() {
        let lines = include_str!("../../../data/tidewater/kb.jsonl").lines();
        let before = entries_from_lines(lines.map(|line| serde_json::from_str(line).unwrap()).collect());
        let question = "do zorbing balls float";
        for number in [0, 12, 30] {
            let mut after = before.clone();
            after[number].texts.get_mut(&Lang::En).unwrap().questions.push(question.into());
            let index = reindexed(&Index::build(&before), &after);
            let reply = index.reply(&Question { text: question, context: &[], languages: &[] });
            assert_eq!((reply.decision, &reply.ranked[0].entry), (Decision::Answer, &after[number].id));
        }
    }
}
