//! How a receiver knows that a request is ours and new: `Edgedesk-Signature: t=<unix seconds>,v1=<hex>`, where the hex
//! is HMAC-SHA-256, keyed by the endpoint's secret as text, of `<t>.<body>` (RFC 2104).

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header's name.
pub const HEADER: &str = "edgedesk-signature";
/// How far a receiver's clock should let `t` be away, in seconds.
pub const TOLERANCE: u64 = 300;

/// Why a signature is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    #[error("no time or no signature in the header")]
    Malformed,
    #[error("too old, or from the future")]
    Stale,
    #[error("the signature does not fit")]
    Forged,
}

/// The header's value for `body`, sent at `seconds`: one signature by each secret, so that a receiver may change from one
/// to the other when it likes.
///
/// ```
/// use shared::hooks::signature::{TOLERANCE, sign, verify};
/// let header = sign(&["whsec_new", "whsec_x"], 1_700_000_000, b"{}");
/// assert_eq!(verify(&header, "whsec_x", b"{}", 1_700_000_007, TOLERANCE), Ok(()));
/// ```
#[must_use]
pub fn sign(secrets: &[&str], seconds: u64, body: &[u8]) -> String {
    let mut header = format!("t={seconds}");
    for secret in secrets {
        header.push_str(",v1=");
        for byte in mac(secret, seconds, body).finalize().into_bytes() {
            header.push_str(&format!("{byte:02x}"));
        }
    }
    header
}

/// Whether `header` is a signature of `body` by `secret`, no more than `tolerance` seconds from `now`. Parts of other
/// names, and further `v1`, are allowed: a later version may sign twice.
pub fn verify(header: &str, secret: &str, body: &[u8], now: u64, tolerance: u64) -> Result<(), BadSignature> {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let seconds = parts().find(|(name, _)| *name == "t").and_then(|(_, value)| value.parse::<u64>().ok());
    let seconds = seconds.ok_or(BadSignature::Malformed)?;
    let mut signatures = parts().filter(|(name, _)| *name == "v1").peekable();
    if signatures.peek().is_none() {
        return Err(BadSignature::Malformed);
    }
    if now.abs_diff(seconds) > tolerance {
        return Err(BadSignature::Stale);
    }
    let fits = |hex: &str| {
        from_hex(hex).is_some_and(|bytes| mac(secret, seconds, body).verify_slice(&bytes).is_ok())
    };
    if signatures.any(|(_, hex)| fits(hex)) { Ok(()) } else { Err(BadSignature::Forged) }
}

fn mac(secret: &str, seconds: u64, body: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of any length: the error cannot happen.
    #[allow(clippy::expect_used)]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key length");
    mac.update(format!("{seconds}.").as_bytes());
    mac.update(body);
    mac
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| if let [a, b] = pair { Some(digit(*a)? << 4 | digit(*b)?) } else { None }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn r_152_the_form_is_pinned() {
        let header = sign(&["whsec_test"], 1_600_000_000, br#"{"id":"x"}"#);
        // openssl: printf '1600000000.{"id":"x"}' | openssl dgst -sha256 -hmac whsec_test
        let hex = "8156d03c32a83072569f1ea19e498ece97f245b6869d477c3c04f9fb21d7a6ed";
        assert_eq!(header, format!("t=1600000000,v1={hex}"));
    }

    #[test]
    fn r_152_old_forged_and_malformed_ones_are_told_apart() {
        let header = sign(&["s"], 1_000, b"body");
        let check = |header: &str, secret, body: &[u8], now| verify(header, secret, body, now, 300);
        assert_eq!(check(&header, "s", b"body", 1_300), Ok(()));
        assert_eq!(check(&header, "s", b"body", 700), Ok(()));
        assert_eq!(check(&header, "s", b"body", 1_301), Err(BadSignature::Stale));
        assert_eq!(check(&header, "s", b"body", 699), Err(BadSignature::Stale));
        assert_eq!(check(&header, "other", b"body", 1_000), Err(BadSignature::Forged));
        assert_eq!(check(&header, "s", b"bodY", 1_000), Err(BadSignature::Forged));
        let later = header.replace("t=1000", "t=1001");
        assert_eq!(check(&later, "s", b"body", 1_001), Err(BadSignature::Forged), "the time is signed too");
        for bad in ["", "t=1000", "v1=00", "t=x,v1=00", "t=-1,v1=00", ",,,=,"] {
            assert_eq!(check(bad, "s", b"body", 1_000), Err(BadSignature::Malformed), "{bad:?}");
        }
        assert_eq!(check("t=1000,v1=zz", "s", b"body", 1_000), Err(BadSignature::Forged));
        assert_eq!(check(&format!("v0=x, v1=00,{header}"), "s", b"body", 1_000), Ok(()), "any that fits");
    }

    proptest! {
        #[test]
        fn what_is_signed_verifies_and_nothing_else(
            secret in ".{0,80}", body in proptest::collection::vec(any::<u8>(), 0..200), t in 0u64..1 << 40, flip in any::<usize>(),
        ) {
            let header = sign(&[secret.as_str()], t, &body);
            prop_assert_eq!(verify(&header, &secret, &body, t, 0), Ok(()));
            let mut other = body.clone();
            if other.is_empty() { other.push(0) } else { let at = flip % other.len(); other[at] ^= 1; }
            prop_assert_eq!(verify(&header, &secret, &other, t, 0), Err(BadSignature::Forged));
        }

        #[test]
        fn any_header_is_refused_without_panic(header in ".{0,120}") {
            prop_assert!(verify(&header, "s", b"", 0, u64::MAX).is_err());
        }
    }
}
