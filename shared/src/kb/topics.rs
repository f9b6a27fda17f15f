//! Topics to browse by: what shoppers may read without asking.

use serde::{Deserialize, Serialize};

use super::Slot;
use crate::ids::EntryId;
use crate::limits;

/// What the edge knows of a live entry besides its texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extra {
    pub id: EntryId,
    /// What it is about; empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub topic: String,
    /// What it asks for before it answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ask: Vec<Slot>,
}

/// The topics in the order in which the knowledge base first names them, each with its entries, as many as are shown.
#[must_use]
pub fn topics(extras: &[Extra]) -> Vec<(&str, Vec<&EntryId>)> {
    let mut topics: Vec<(&str, Vec<&EntryId>)> = Vec::new();
    for Extra { id, topic, .. } in extras.iter().filter(|extra| !extra.topic.is_empty()) {
        let place = topics.iter().position(|(known, _)| known == topic);
        let room = topics.len() < limits::TOPICS;
        match place.and_then(|place| topics.get_mut(place)) {
            Some((_, entries)) if entries.len() < limits::TOPIC_ENTRIES => entries.push(id),
            None if room => topics.push((topic, vec![id])),
            Some(_) | None => {}
        }
    }
    topics
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_keep_the_order_of_the_knowledge_base_and_are_bounded() {
        let extra = |n: usize, topic: &str| Extra {
            id: EntryId::new(format!("e{n}")).unwrap(),
            topic: topic.into(),
            ask: vec![],
        };
        let few = [extra(1, "returns"), extra(2, ""), extra(3, "delivery"), extra(4, "returns")];
        let found: Vec<_> = topics(&few)
            .into_iter()
            .map(|(topic, ids)| (topic, ids.iter().map(|id| id.as_str()).collect::<Vec<_>>()))
            .collect();
        assert_eq!(found, [("returns", vec!["e1", "e4"]), ("delivery", vec!["e3"])]);
        let many: Vec<_> = (0..5_000).map(|n| extra(n, &format!("t{}", n % 60))).collect();
        let found = topics(&many);
        assert_eq!(found.len(), limits::TOPICS);
        assert!(found.iter().all(|(_, ids)| ids.len() == limits::TOPIC_ENTRIES));
    }
}
