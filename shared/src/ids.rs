//! Newtype ids. Every id that crosses the wire is checked where it is parsed, so that code behind the
//! edge never sees one with a slash, a space or a megabyte in it.

use serde::{Deserialize, Serialize};

/// Longest id, in bytes.
pub const ID_BYTES: usize = 64;

/// Why a text is no id: empty, longer than [`ID_BYTES`], or with a character outside `[A-Za-z0-9_.-]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 64 characters of A-Z a-z 0-9 _ . -")]
pub struct BadId;

fn check(text: &str) -> Result<(), BadId> {
    let sound = (1..=ID_BYTES).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    sound.then_some(()).ok_or(BadId)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks and wraps `text`.
            pub fn new(text: impl Into<String>) -> Result<Self, BadId> {
                let text = text.into();
                check(&text).map(|()| Self(text))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// An id of 128 random bits in 26 characters of Crockford's base 32, lower case.
            #[must_use]
            pub fn from_random(bits: u128) -> Self {
                Self(base32(bits))
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// One shop: the public key in its script tag.
    SiteKey,
    /// One shopper's browser, or one identified shopper.
    VisitorId,
    /// One conversation between a visitor and a site.
    ConversationId,
    /// One console account.
    AgentId,
    /// The sender's own id of one message; (sender, client id) is unique in a conversation.
    ClientId,
    /// One knowledge-base entry.
    EntryId,
    /// One skill group.
    GroupId,
    /// One trigger with its message.
    CampaignId,
    /// One console session.
    SessionId,
    /// One address elsewhere that is told what happens.
    EndpointId,
    /// One API token, by name; not its secret.
    TokenId,
}

fn base32(mut bits: u128) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut text = [0u8; 26];
    for place in text.iter_mut().rev() {
        *place = DIGITS[(bits & 31) as usize];
        bits >>= 5;
    }
    text.iter().map(|&b| char::from(b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_plain_text() {
        assert!(ConversationId::new("ok-1_2.x").is_ok());
        for bad in ["", "a b", "a/b", "ü", "../x\0", &"x".repeat(65)] {
            assert_eq!(ConversationId::new(bad), Err(BadId), "{bad:?}");
        }
    }

    #[test]
    fn random_ids_differ_in_every_bit() {
        assert_eq!(VisitorId::from_random(0).as_str(), "0".repeat(26));
        assert_ne!(VisitorId::from_random(1), VisitorId::from_random(1 << 127));
        assert_eq!(VisitorId::from_random(u128::MAX).as_str().len(), 26);
    }

    #[test]
    fn deserialising_checks_too() {
        assert!(serde_json::from_str::<SiteKey>("\"tidewater\"").is_ok());
        assert!(serde_json::from_str::<SiteKey>("\"a/../b\"").is_err());
    }
}
