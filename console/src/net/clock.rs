//! The clock, the random numbers and the local time zone: what the machines are told.

use shared::ids::ClientId;
use shared::time::Millis;
use wasm_bindgen::JsValue;

/// The present.
#[must_use]
pub fn now() -> Millis {
    Millis(js_sys::Date::now() as u64)
}

/// Uniform in 0..1.
#[must_use]
pub fn random() -> f64 {
    js_sys::Math::random()
}

/// 64 random bits, for jitter.
#[must_use]
pub fn entropy() -> u64 {
    (random() * f64::from(u32::MAX)) as u64 | ((random() * f64::from(u32::MAX)) as u64) << 32
}

/// A fresh id for a message of one's own.
#[must_use]
pub fn client_id() -> ClientId {
    let mut bytes = [0u8; 16];
    let filled = web_sys::window()
        .and_then(|w| w.crypto().ok())
        .is_some_and(|c| c.get_random_values_with_u8_array(&mut bytes).is_ok());
    let bits =
        if filled { u128::from_be_bytes(bytes) } else { u128::from(entropy()) << 64 | u128::from(entropy()) };
    ClientId::from_random(bits)
}

/// Local time minus UTC at an instant, in minutes.
#[must_use]
pub fn offset_minutes(at: Millis) -> i32 {
    let date = js_sys::Date::new(&JsValue::from_f64(at.0 as f64));
    let minutes = date.get_timezone_offset();
    if minutes.is_finite() { -(minutes as i32) } else { 0 }
}

/// The midnight with which the local day begins that is so many days from today.
#[must_use]
pub fn day_start(days: i32) -> Millis {
    let today = js_sys::Date::new_0();
    let (year, month) = (today.get_full_year(), today.get_month());
    let day = i32::try_from(today.get_date()).unwrap_or(1) + days;
    let start = js_sys::Date::new_with_year_month_day(year, i32::try_from(month).unwrap_or(0), day);
    Millis(start.get_time().max(0.0) as u64)
}
