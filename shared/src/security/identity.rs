//! Who a shop says its visitor is: a JSON Web Token (RFC 7519) that the shop's server signs with HMAC-SHA-256
//! (`HS256`), keyed by the secret the operator was shown.
//!
//! Claims: `aud` the site's key, `sub` the shop's own id of the customer, `exp` in seconds, and where there are any
//! `name` and `vip` (0 to `limits::VIP_MOST`).

use hmac::Mac;
use serde::{Deserialize, Serialize};

use super::secrets::Secrets;
use super::{from_base64url, mac};
use crate::conversation::clean;
use crate::ids::SiteKey;
use crate::limits;
use crate::protocol::ErrorCode;
use crate::time::Millis;

/// A customer, as the shop has signed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub customer: Customer,
    /// 0 for everybody who is nobody special.
    #[serde(default)]
    pub vip: u8,
    /// Until when the shop vouches for the level.
    #[serde(default)]
    pub until: Millis,
    /// The number of the secret that it was signed with.
    #[serde(default)]
    pub signed: u32,
}

/// What agents see of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// The shop's own.
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Why an identity is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadIdentity {
    #[error("not a token of this form, or a claim out of its bounds")]
    Malformed,
    #[error("the signature does not fit, or the site has no secret")]
    Forged,
    #[error("of another site")]
    Foreign,
    #[error("expired, or good for longer than it may be")]
    Expired,
}

impl BadIdentity {
    /// As the page is told: what mends it is all it needs to know.
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::Expired => ErrorCode::IdentityExpired,
            _ => ErrorCode::IdentityRefused,
        }
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    /// Extensions one must understand: there are none.
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Claims {
    aud: String,
    sub: String,
    exp: u64,
    name: Option<String>,
    #[serde(default)]
    vip: u64,
}

impl Identity {
    /// The identity in `token`, when it was signed with any of the site's secrets that are good.
    pub fn believed(
        token: &str,
        secrets: &Secrets,
        site: &SiteKey,
        now: Millis,
    ) -> Result<Self, BadIdentity> {
        for (signed, secret) in secrets.good(now) {
            match Self::verify(token, secret, site, now) {
                Err(BadIdentity::Forged) => {}
                other => return other.map(|identity| Self { signed, ..identity }),
            }
        }
        Self::verify(token, "", site, now)
    }

    /// The identity in `token`, when it was signed with `secret` for `site` and is good at `now`. An empty secret opens
    /// nothing. Signatures are compared in constant time.
    pub fn verify(token: &str, secret: &str, site: &SiteKey, now: Millis) -> Result<Self, BadIdentity> {
        if token.len() > limits::IDENTITY_BYTES {
            return Err(BadIdentity::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(BadIdentity::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(BadIdentity::Malformed)?;
        let signature = from_base64url(signature).ok_or(BadIdentity::Malformed)?;
        if secret.is_empty() {
            return Err(BadIdentity::Forged);
        }
        mac(secret.as_bytes(), signed.as_bytes())
            .verify_slice(&signature)
            .map_err(|_| BadIdentity::Forged)?;
        let header: Header = parse(header)?;
        if header.alg != "HS256" || header.crit.is_some() {
            return Err(BadIdentity::Malformed);
        }
        let Claims { aud, sub, exp, name, vip } = parse(payload)?;
        if aud != site.as_str() {
            return Err(BadIdentity::Foreign);
        }
        let until = Millis(exp.saturating_mul(1_000));
        if until <= now || until.since(now) > limits::IDENTITY_TOKEN {
            return Err(BadIdentity::Expired);
        }
        let id = clean::shortened(sub.trim(), limits::SHORT_CHARS);
        let vip = u8::try_from(vip).ok().filter(|vip| *vip <= limits::VIP_MOST);
        let name = name.map(|name| clean::shortened(name.trim(), limits::SHORT_CHARS));
        match vip {
            Some(vip) if !id.is_empty() => {
                let name = name.filter(|name| !name.is_empty());
                Ok(Self { customer: Customer { id, name }, vip, until, signed: 0 })
            }
            _ => Err(BadIdentity::Malformed),
        }
    }
}

fn parse<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, BadIdentity> {
    let json = from_base64url(part).ok_or(BadIdentity::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| BadIdentity::Malformed)
}

/// A token as a shop's server makes it.
#[cfg(any(test, feature = "testing"))]
#[must_use]
pub fn signed(claims: &serde_json::Value, secret: &str) -> String {
    let part = |json: &str| super::base64url(json.as_bytes());
    let signed = format!("{}.{}", part(r#"{"alg":"HS256","typ":"JWT"}"#), part(&claims.to_string()));
    let signature = super::base64url(&mac(secret.as_bytes(), signed.as_bytes()).finalize().into_bytes());
    format!("{signed}.{signature}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::security::base64url;
    use crate::time::{DAY, HOUR};

    const SECRET: &str = "eds_a secret of this test alone";
    const NOW: Millis = Millis(1_780_000_000_000);

    fn site() -> SiteKey {
        SiteKey::new("tidewater").unwrap()
    }

    fn claims() -> Value {
        let exp = NOW.plus(HOUR).0 / 1_000;
        json!({ "aud": "tidewater", "sub": "4711", "exp": exp, "name": "Ada", "vip": 2, "iat": 1 })
    }

    fn check(claims: &Value) -> Result<Identity, BadIdentity> {
        Identity::verify(&signed(claims, SECRET), SECRET, &site(), NOW)
    }

    #[test]
    fn r_168_a_signed_identity_is_believed() {
        let customer = Customer { id: "4711".into(), name: Some("Ada".into()) };
        assert_eq!(check(&claims()), Ok(Identity { customer, vip: 2, until: NOW.plus(HOUR), signed: 0 }));
        let plain = check(&json!({ "aud": "tidewater", "sub": "x", "exp": NOW.0 / 1_000 + 1 })).unwrap();
        assert_eq!((plain.vip, plain.customer.name), (0, None));
    }

    #[test]
    fn r_168_this_is_the_token_that_any_library_makes() {
        // Made by `openssl dgst -sha256 -hmac`, for a secret of "secret" and an `exp` of 1780003600.
        let token = concat!(
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
            ".eyJhdWQiOiJ0aWRld2F0ZXIiLCJzdWIiOiI0NzExIiwiZXhwIjoxNzgwMDAzNjAwLCJ2aXAiOjJ9",
            ".dDCDjS4l8xYeO2MglDzvu_JueH8EZjG8xid_4SvwEZU"
        );
        assert_eq!(Identity::verify(token, "secret", &site(), NOW).map(|i| i.vip), Ok(2));
    }

    #[test]
    fn r_168_what_is_forged_foreign_expired_or_of_another_form_is_told_apart() {
        let with = |name: &str, value: Value| {
            let mut claims = claims();
            claims[name] = value;
            check(&claims)
        };
        let seconds = |at: Millis| json!(at.0 / 1_000);
        for (name, value, why) in [
            ("aud", json!("another"), BadIdentity::Foreign),
            ("exp", seconds(NOW), BadIdentity::Expired),
            ("exp", seconds(NOW.plus(31 * DAY)), BadIdentity::Expired),
            ("exp", json!("soon"), BadIdentity::Malformed),
            ("vip", json!(limits::VIP_MOST + 1), BadIdentity::Malformed),
            ("vip", json!(-1), BadIdentity::Malformed),
            ("vip", json!(258), BadIdentity::Malformed),
            ("sub", json!(" "), BadIdentity::Malformed),
        ] {
            assert_eq!(with(name, value.clone()), Err(why), "{name} {value}");
        }
        let token = signed(&claims(), SECRET);
        let of = |token: &str, secret: &str| Identity::verify(token, secret, &site(), NOW);
        assert_eq!(of(&token, "eds_another"), Err(BadIdentity::Forged));
        assert_eq!(of(&signed(&claims(), ""), ""), Err(BadIdentity::Forged), "no secret, no identity");
        for bad in ["", ".", "..", "a.b.c", "ü.ü.ü", &"x.".repeat(5_000)] {
            assert!(of(bad, SECRET).is_err(), "{bad}");
        }
        assert_eq!(BadIdentity::Expired.code(), ErrorCode::IdentityExpired);
        assert_eq!(BadIdentity::Foreign.code(), ErrorCode::IdentityRefused);
    }

    #[test]
    fn r_202_during_an_overlap_both_secrets_are_believed() {
        let secrets = Secrets::default().replaced(SECRET.into(), NOW, false);
        let secrets = secrets.replaced("eds_the next".into(), NOW, false);
        let by = |secret: &str, now| {
            let identity = Identity::believed(&signed(&claims(), secret), &secrets, &site(), now);
            identity.map(|identity| identity.signed)
        };
        assert_eq!((by("eds_the next", NOW), by(SECRET, NOW)), (Ok(2), Ok(1)));
        assert_eq!(by("eds_a guess", NOW), Err(BadIdentity::Forged));
        let at_once = secrets.replaced("eds_another".into(), NOW, true);
        let token = signed(&claims(), "eds_the next");
        assert_eq!(Identity::believed(&token, &at_once, &site(), NOW), Err(BadIdentity::Forged));
        assert_eq!(by(SECRET, NOW.plus(HOUR)), Err(BadIdentity::Expired), "and told apart as ever");
    }

    #[test]
    fn r_168_other_algorithms_are_not_believed_however_they_are_signed() {
        let payload = base64url(claims().to_string().as_bytes());
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"HS512"}"#,
            r#"{"alg":"hs256"}"#,
            r#"{"alg":"HS256","crit":["x"]}"#,
            r#"{"typ":"JWT"}"#,
        ] {
            let signed = format!("{}.{payload}", base64url(header.as_bytes()));
            let signature = base64url(&mac(SECRET.as_bytes(), signed.as_bytes()).finalize().into_bytes());
            let verify = |token: &str| Identity::verify(token, SECRET, &site(), NOW);
            assert_eq!(verify(&format!("{signed}.{signature}")), Err(BadIdentity::Malformed), "{header}");
            assert_eq!(verify(&format!("{signed}.")), Err(BadIdentity::Forged), "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_changed_claim_is_noticed(place in 0usize..200, byte in 0u8..64) {
            let token = signed(&claims(), SECRET);
            let end = token.rfind('.').unwrap();
            let mut bytes = token.clone().into_bytes();
            let place = place % end;
            bytes[place] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[usize::from(byte)];
            let changed = String::from_utf8(bytes).unwrap();
            let verified = Identity::verify(&changed, SECRET, &site(), NOW);
            prop_assert_eq!(verified.is_ok(), changed == token);
        }

        #[test]
        fn any_text_is_refused_without_panic(text in ".{0,80}") {
            prop_assert!(Identity::verify(&text, SECRET, &site(), NOW).is_err());
        }
    }
}
