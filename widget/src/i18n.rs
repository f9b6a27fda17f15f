//! The panel's texts, compiled from `locales/`, and how numbers and instants read in a language.

use shared::lang::Lang;
use shared::protocol::WaitShown;
use shared::time::{DAY, MINUTE, Millis};
use wasm_bindgen::JsValue;

pub(crate) use self::texts::{LOCALES, Text};

// Generated for crates that publish their texts, too.
#[allow(unreachable_pub)]
mod texts {
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

/// Messages further apart than this get the time between them.
const PAUSE: u64 = 20 * MINUTE;

/// What a waiting shopper reads about the time.
pub(crate) fn wait(lang: Lang, wait: WaitShown) -> String {
    match wait {
        WaitShown::Unknown => Text::WaitUnknown.in_lang(lang).to_owned(),
        WaitShown::Over { min } => Text::WaitOver.fill(lang, &[("low", &min.to_string())]),
        WaitShown::Range { low_min, high_min } if low_min == high_min => {
            Text::WaitOne.fill(lang, &[("low", &low_min.to_string())])
        }
        WaitShown::Range { low_min, high_min } => {
            Text::WaitRange.fill(lang, &[("low", &low_min.to_string()), ("high", &high_min.to_string())])
        }
    }
}

/// A place in a line: `2nd` in English, the bare number where the sentence around it does the work.
pub(crate) fn ordinal(lang: Lang, place: u32) -> String {
    // Languages without texts of their own read the English ones.
    if LOCALES.iter().any(|l| *l != Lang::En && l.is_kin(lang)) {
        return place.to_string();
    }
    let suffix = match (place % 10, place % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    place.to_string() + suffix
}

/// Whether the time is shown above a message at `at` that follows one at `before`. `ahead` is the local offset to
/// UTC in minutes.
pub(crate) fn is_stamped(before: Option<Millis>, at: Millis, ahead: i64) -> bool {
    let day = |t: Millis| t.0.saturating_add_signed(ahead * MINUTE as i64) / DAY;
    before.is_none_or(|before| at.since(before) >= PAUSE || day(before) != day(at))
}

/// The time of `at` as a reader of `lang` writes it; with the day unless it is today.
pub(crate) fn clock(lang: Lang, at: Millis) -> String {
    local(lang, at, false)
}

/// The same of a time to come: within a week by its weekday.
pub(crate) fn ahead(lang: Lang, at: Millis) -> String {
    let soon = (at.0 as f64) < js_sys::Date::now() + (6 * DAY) as f64;
    local(lang, at, soon)
}

fn local(lang: Lang, at: Millis, weekday: bool) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(at.0 as f64));
    let today = js_sys::Date::new_0().to_date_string() == date.to_date_string();
    let options = js_sys::Object::new();
    let set = |name: &str, value: &str| {
        // Setting a field of a plain object does not fail.
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    };
    set("hour", "numeric");
    set("minute", "2-digit");
    if today {
    } else if weekday {
        set("weekday", "long");
    } else {
        set("month", "short");
        set("day", "numeric");
    }
    date.to_locale_string(lang.tag(), &options).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_read_naturally() {
        let range = WaitShown::Range { low_min: 3, high_min: 7 };
        assert_eq!(wait(Lang::En, range), "about 3–7 min");
        assert_eq!(wait(Lang::ZhCn, range), "约 3–7 分钟");
        assert_eq!(wait(Lang::En, WaitShown::Range { low_min: 1, high_min: 1 }), "about 1 min");
        assert_eq!(wait(Lang::Ja, WaitShown::Over { min: 60 }), "60分以上");
    }

    #[test]
    fn english_places_have_their_suffix() {
        for (place, text) in
            [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd"), (113, "113th")]
        {
            assert_eq!(ordinal(Lang::En, place), text);
        }
        assert_eq!(ordinal(Lang::ZhTw, 2), "2");
        assert_eq!(ordinal(Lang::De, 2), "2nd", "shown inside an English sentence");
    }

    #[test]
    fn a_stamp_marks_the_start_a_pause_and_a_new_local_day() {
        let noon = Millis(DAY / 2);
        assert!(is_stamped(None, noon, 0));
        assert!(!is_stamped(Some(noon), noon.plus(PAUSE - 1), 0));
        assert!(is_stamped(Some(noon), noon.plus(PAUSE), 0));
        let (before, after) = (Millis(DAY - 1), Millis(DAY + 1));
        assert!(is_stamped(Some(before), after, 0));
        assert!(!is_stamped(Some(before), after, 480), "both are morning in Shanghai");
    }
}
