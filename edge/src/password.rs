//! Salted slow password hashes: PBKDF2-HMAC-SHA-256 (RFC 8018 §5.2) through the host's WebCrypto.
//!
//! 100,000 rounds is the most the Workers platform allows in one call.

use js_sys::{Array, Object, Reflect, Uint8Array};
use shared::security::{base64url, from_base64url};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use crate::clock;
use crate::error::Result;

const ROUNDS: u32 = 100_000;
const SALT_BYTES: usize = 16;

/// `pbkdf2-sha256$rounds$salt$hash`, with a fresh salt.
pub(crate) async fn hash(password: &str) -> Result<String> {
    let salt = clock::random::<SALT_BYTES>();
    let hash = derive(password, &salt, ROUNDS).await?;
    Ok(format!("pbkdf2-sha256${ROUNDS}${}${}", base64url(&salt), base64url(&hash)))
}

/// Whether `password` is the one `stored` was made from. Takes as long for `None` (no such account), so that
/// accounts cannot be told from strangers by time.
pub(crate) async fn verify(password: &str, stored: Option<&str>) -> Result<bool> {
    let parsed = stored.and_then(parse);
    let (rounds, salt, expected) = parsed.unwrap_or((ROUNDS, vec![0; SALT_BYTES], Vec::new()));
    let hash = derive(password, &salt, rounds).await?;
    Ok(same(&hash, &expected))
}

fn parse(stored: &str) -> Option<(u32, Vec<u8>, Vec<u8>)> {
    let mut parts = stored.split('$');
    let (scheme, rounds) = (parts.next()?, parts.next()?.parse().ok()?);
    let (salt, hash) = (from_base64url(parts.next()?)?, from_base64url(parts.next()?)?);
    (scheme == "pbkdf2-sha256").then_some((rounds, salt, hash))
}

fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differ, (x, y)| differ | (x ^ y)) == 0
}

async fn derive(password: &str, salt: &[u8], rounds: u32) -> Result<Vec<u8>> {
    derive_js(password, salt, rounds).await.map_err(|e| worker::Error::from(e).into())
}

async fn derive_js(password: &str, salt: &[u8], rounds: u32) -> std::result::Result<Vec<u8>, JsValue> {
    let subtle = subtle()?;
    let secret: Object = Uint8Array::from(password.as_bytes()).unchecked_into();
    let usages = Array::of1(&"deriveBits".into());
    let key = subtle.import_key_with_str("raw", &secret, "PBKDF2", false, &usages)?;
    let key: CryptoKey = JsFuture::from(key).await?.dyn_into()?;
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"PBKDF2".into())?;
    Reflect::set(&algorithm, &"hash".into(), &"SHA-256".into())?;
    Reflect::set(&algorithm, &"salt".into(), &Uint8Array::from(salt))?;
    Reflect::set(&algorithm, &"iterations".into(), &rounds.into())?;
    let bits = JsFuture::from(subtle.derive_bits_with_object(&algorithm, &key, 256)?).await?;
    Ok(Uint8Array::new(&bits).to_vec())
}

fn subtle() -> std::result::Result<SubtleCrypto, JsValue> {
    let crypto: web_sys::Crypto = Reflect::get(&js_sys::global(), &"crypto".into())?.dyn_into()?;
    Ok(crypto.subtle())
}
