//! Where in the console somebody is, as the page's address says it.

use shared::ids::{ConversationId, EntryId};

/// A place with an address of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Page {
    #[default]
    Conversations,
    Conversation(ConversationId),
    Knowledge,
    /// An entry of the knowledge base.
    Entry(EntryId),
    /// An entry that is not there yet; made of an unanswered question, when there is a number.
    NewEntry(Option<u64>),
    Questions,
    /// Who is there when.
    Roster,
    /// Which group gets what.
    Routing,
    /// Webhooks and API tokens.
    Connections,
    /// Waits, told and come true.
    Waits,
}

impl Page {
    /// The place an address' fragment names; an unknown one is the conversations.
    #[must_use]
    pub fn parse(hash: &str) -> Self {
        let path = hash.trim_start_matches('#').trim_start_matches('/');
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            ["c", id] => ConversationId::new(*id).map_or(Self::Conversations, Self::Conversation),
            ["kb"] => Self::Knowledge,
            ["kb", "new"] => Self::NewEntry(None),
            ["kb", "new", question] => Self::NewEntry(question.parse().ok()),
            ["kb", "e", id] => EntryId::new(*id).map_or(Self::Knowledge, Self::Entry),
            ["questions"] => Self::Questions,
            ["roster"] => Self::Roster,
            ["routing"] => Self::Routing,
            ["connections"] => Self::Connections,
            ["waits"] => Self::Waits,
            _ => Self::Conversations,
        }
    }

    /// The fragment that names the place.
    #[must_use]
    pub fn hash(&self) -> String {
        match self {
            Self::Conversations => "#/".into(),
            Self::Conversation(id) => format!("#/c/{id}"),
            Self::Knowledge => "#/kb".into(),
            Self::Entry(id) => format!("#/kb/e/{id}"),
            Self::NewEntry(None) => "#/kb/new".into(),
            Self::NewEntry(Some(question)) => format!("#/kb/new/{question}"),
            Self::Questions => "#/questions".into(),
            Self::Roster => "#/roster".into(),
            Self::Routing => "#/routing".into(),
            Self::Connections => "#/connections".into(),
            Self::Waits => "#/waits".into(),
        }
    }

    /// Whether it belongs to the knowledge base.
    #[must_use]
    pub const fn is_knowledge(&self) -> bool {
        matches!(self, Self::Knowledge | Self::Entry(_) | Self::NewEntry(_))
    }

    /// Whether it belongs to the conversations.
    #[must_use]
    pub const fn is_inbox(&self) -> bool {
        matches!(self, Self::Conversations | Self::Conversation(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_round_trip_through_their_addresses() {
        for page in [
            Page::Conversations,
            Page::Conversation(ConversationId::new("c1").unwrap()),
            Page::Knowledge,
            Page::Entry(EntryId::new("new").unwrap()),
            Page::NewEntry(None),
            Page::NewEntry(Some(7)),
            Page::Questions,
            Page::Roster,
            Page::Routing,
            Page::Connections,
            Page::Waits,
        ] {
            assert_eq!(Page::parse(&page.hash()), page);
        }
        for unknown in ["", "#", "#/x", "#/c/a b", "#/c"] {
            assert_eq!(Page::parse(unknown), Page::Conversations, "{unknown}");
        }
    }
}
