//! The only place that reads the clock and draws random bits; machines are handed both.

use shared::time::Millis;
use wasm_bindgen::{JsCast, JsValue};

/// Now.
pub(crate) fn now() -> Millis {
    Millis(js_sys::Date::now() as u64)
}

/// `N` random bytes from the host's cryptographic generator.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let array = js_sys::Uint8Array::new_with_length(u32::try_from(N).unwrap_or(0));
    let global = js_sys::global();
    let crypto = js_sys::Reflect::get(&global, &JsValue::from_str("crypto"));
    if let Ok(crypto) = crypto.and_then(JsCast::dyn_into::<web_sys::Crypto>) {
        let _ = crypto.get_random_values_with_array_buffer_view(&array);
    }
    let mut bytes = [0; N];
    array.copy_to(&mut bytes);
    bytes
}

/// 128 random bits.
pub(crate) fn random_bits() -> u128 {
    u128::from_be_bytes(random())
}

/// A random number below 2^53, which survives JavaScript numbers.
pub(crate) fn random_number() -> u64 {
    u64::from_be_bytes(random()) >> 11
}
