//! Visitor tokens: `base64url(claims).base64url(HMAC-SHA-256)`, keyed per site (RFC 2104, RFC 4648 §5).

pub mod identity;
pub mod mask;
pub mod pass;
pub mod secrets;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::ids::{ConversationId, SiteKey, VisitorId};
use crate::limits;
use crate::time::Millis;

/// What a visitor token says. It opens one conversation of one site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    #[serde(rename = "s")]
    pub site: SiteKey,
    #[serde(rename = "v")]
    pub visitor: VisitorId,
    #[serde(rename = "c")]
    pub conversation: ConversationId,
    #[serde(rename = "i")]
    pub issued: Millis,
}

/// Why a token is refused. Peers are told `unauthenticated` for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    #[error("not a token")]
    Malformed,
    #[error("the signature does not fit")]
    Forged,
    #[error("too old, or from the future")]
    Expired,
}

/// Longest token accepted, in bytes.
pub const TOKEN_BYTES: usize = 512;

impl Claims {
    /// The signed token.
    #[must_use]
    pub fn sign(&self, key: &[u8]) -> String {
        let payload = base64url(&serde_json::to_vec(self).unwrap_or_default());
        let signature = base64url(&mac(key, payload.as_bytes()).finalize().into_bytes());
        format!("{payload}.{signature}")
    }

    /// The claims of `token`, when it was signed with `key` and is younger than `limits::VISITOR_TOKEN`.
    pub fn verify(token: &str, key: &[u8], now: Millis) -> Result<Self, BadToken> {
        if token.len() > TOKEN_BYTES {
            return Err(BadToken::Malformed);
        }
        let (payload, signature) = token.split_once('.').ok_or(BadToken::Malformed)?;
        let signature = from_base64url(signature).ok_or(BadToken::Malformed)?;
        mac(key, payload.as_bytes()).verify_slice(&signature).map_err(|_| BadToken::Forged)?;
        let json = from_base64url(payload).ok_or(BadToken::Malformed)?;
        let claims: Self = serde_json::from_slice(&json).map_err(|_| BadToken::Malformed)?;
        let from_future = claims.issued > now.plus(crate::time::MINUTE * 5);
        if from_future || now.since(claims.issued) > limits::VISITOR_TOKEN {
            return Err(BadToken::Expired);
        }
        Ok(claims)
    }

    /// The site a token claims to be of, unverified: only to find the key it must be verified with.
    #[must_use]
    pub fn site_of(token: &str) -> Option<SiteKey> {
        let (payload, _) = token.split_once('.').filter(|_| token.len() <= TOKEN_BYTES)?;
        serde_json::from_slice::<Self>(&from_base64url(payload)?).ok().map(|c| c.site)
    }
}

fn mac(key: &[u8], data: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of any length: the error cannot happen.
    #[allow(clippy::expect_used)]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key length");
    mac.update(data);
    mac
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Unpadded base64url of `bytes`.
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |w, &b| w << 8 | u32::from(b)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(word >> (18 - 6 * place) & 63) as usize]));
        }
    }
    text
}

/// The bytes of an unpadded base64url text; `None` when it is none.
#[must_use]
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    for chunk in text.as_bytes().chunks(4) {
        if chunk.len() == 1 {
            return None;
        }
        let mut word = 0u32;
        for &b in chunk {
            let digit = ALPHABET.iter().position(|&a| a == b)?;
            word = word << 6 | u32::try_from(digit).ok()?;
        }
        word <<= 6 * (4 - chunk.len());
        bytes.extend_from_slice(&word.to_be_bytes()[1..chunk.len()]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KEY: &[u8] = b"a key of this test alone";

    fn claims() -> Claims {
        Claims {
            site: SiteKey::new("tidewater").unwrap(),
            visitor: VisitorId::from_random(7),
            conversation: ConversationId::from_random(9),
            issued: Millis(1_000_000),
        }
    }

    #[test]
    fn a_token_opens_what_it_was_signed_for() {
        let token = claims().sign(KEY);
        assert_eq!(Claims::verify(&token, KEY, Millis(1_000_001)), Ok(claims()));
        assert_eq!(Claims::site_of(&token), Some(claims().site));
        assert!(token.len() < 256, "{}", token.len());
    }

    #[test]
    fn forged_expired_and_malformed_tokens_are_told_apart() {
        let token = claims().sign(KEY);
        assert_eq!(Claims::verify(&token, b"other", Millis(1_000_001)), Err(BadToken::Forged));
        let late = Millis(1_000_000 + limits::VISITOR_TOKEN + 1);
        assert_eq!(Claims::verify(&token, KEY, late), Err(BadToken::Expired));
        assert_eq!(Claims::verify(&token, KEY, Millis(0)), Err(BadToken::Expired));
        for bad in ["", ".", "a.b.c", "ü.ü", &"x".repeat(9_999)] {
            assert!(Claims::verify(bad, KEY, Millis(0)).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn any_changed_character_is_noticed(place in 0usize..200, byte in 0u8..64) {
            let token = claims().sign(KEY);
            let place = place % token.len();
            let mut bytes = token.clone().into_bytes();
            bytes[place] = ALPHABET[usize::from(byte)];
            let changed = String::from_utf8(bytes).unwrap();
            let same_bytes = changed.split_once('.').map(|(p, s)| (p.to_owned(), from_base64url(s)))
                == token.split_once('.').map(|(p, s)| (p.to_owned(), from_base64url(s)));
            prop_assert_eq!(Claims::verify(&changed, KEY, Millis(1_000_001)).is_ok(), same_bytes);
        }

        #[test]
        fn base64url_round_trips(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            prop_assert_eq!(from_base64url(&base64url(&bytes)), Some(bytes));
        }

        #[test]
        fn any_text_is_refused_without_panic(text in ".{0,80}") {
            prop_assert!(Claims::verify(&text, KEY, Millis(0)).is_err());
        }
    }
}
