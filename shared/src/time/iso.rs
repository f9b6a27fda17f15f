//! Instants as people write them in files: ISO 8601, in UTC unless they say otherwise.

use super::{DAY, HOUR, MINUTE, Millis, SECOND};

/// `2026-06-18T08:00:00Z`; with milliseconds where there are any. Years past 9999 are written as that one's last instant.
#[must_use]
pub fn format(at: Millis) -> String {
    let at = at.0.min(LAST);
    let (year, month, day) = civil(at / DAY);
    let (hour, minute, second) = (at % DAY / HOUR, at % HOUR / MINUTE, at % MINUTE / SECOND);
    let millis = match at % SECOND {
        0 => String::new(),
        some => format!(".{some:03}"),
    };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{millis}Z")
}

/// The instant of `2026-06-18`, `2026-06-18 08:00`, `2026-06-18T08:00:00.5Z` or `2026-06-18T16:00+08:00`. Without a
/// zone it is UTC. `None` for anything else, for days that are not in the calendar, and before 1970.
#[must_use]
pub fn parse(text: &str) -> Option<Millis> {
    let text = text.trim();
    if !text.is_ascii() || text.len() > 40 {
        return None;
    }
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(place) => (&text[..place], text[place + 1..].trim_start()),
        None => (text, ""),
    };
    let mut parts = date.split('-');
    let (year, month, day) =
        (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let sound = parts.next().is_none() && (1970..=9999).contains(&year) && (1..=12).contains(&month);
    if !sound || day == 0 || day > days_of(year, month) {
        return None;
    }
    let (time, offset) = zone(time)?;
    let of_day = if time.is_empty() { 0 } else { clock(time)? };
    let local = days(year, month, day) * DAY + of_day;
    let at = i64::try_from(local).ok()?.checked_sub(offset)?;
    u64::try_from(at).ok().filter(|at| *at <= LAST).map(Millis)
}

/// The last millisecond of the year 9999.
const LAST: u64 = 253_402_300_799_999;

fn digits(text: &str, count: usize) -> Option<u64> {
    let sound = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    sound.then(|| text.parse().ok()).flatten()
}

/// Splits the zone off: the clock's text, and how far it is ahead of UTC in milliseconds.
fn zone(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time, 0));
    }
    let Some(place) = time.find(['+', '-']) else { return Some((time, 0)) };
    let (time, zone) = time.split_at(place);
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let zone = &zone[1..];
    let (hours, minutes) = match zone.split_once(':') {
        Some((hours, minutes)) => (digits(hours, 2)?, digits(minutes, 2)?),
        None if zone.len() == 4 => (digits(&zone[..2], 2)?, digits(&zone[2..], 2)?),
        None => (digits(zone, 2)?, 0),
    };
    if hours > 15 || minutes > 59 || time.is_empty() {
        return None;
    }
    let ahead = i64::try_from(hours * HOUR + minutes * MINUTE).ok()?;
    Some((time.trim_end(), sign * ahead))
}

fn clock(time: &str) -> Option<u64> {
    let mut parts = time.split(':');
    let (hour, minute) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let (second, fraction) = match parts.next() {
        Some(text) => text.split_once('.').unwrap_or((text, "")),
        None => ("00", ""),
    };
    let second = digits(second, 2)?;
    if hour > 23 || minute > 59 || second > 59 || parts.next().is_some() {
        return None;
    }
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
    Some(hour * HOUR + minute * MINUTE + second * SECOND + millis.parse::<u64>().ok()?)
}

const fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn days_of(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970 to the beginning of a year.
const fn days_before(year: u64) -> u64 {
    let full = year - 1;
    // Leap years up to the year 1969 are 477.
    (year - 1970) * 365 + (full / 4 - full / 100 + full / 400) - 477
}

fn days(year: u64, month: u64, day: u64) -> u64 {
    days_before(year) + (1..month).map(|m| days_of(year, m)).sum::<u64>() + day - 1
}

fn civil(days: u64) -> (u64, u64, u64) {
    // A year is never longer than 366 days and never shorter than 365, so the guess is at most a few years early.
    let mut year = 1970 + days / 366;
    while days_before(year + 1) <= days {
        year += 1;
    }
    let mut left = days - days_before(year);
    let mut month = 1;
    while left >= days_of(year, month) {
        left -= days_of(year, month);
        month += 1;
    }
    (year, month, left + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn instants_as_people_write_them() {
        for (text, ms) in [
            ("1970-01-01", 0),
            ("2000-02-29", 951_782_400_000),
            ("2026-06-18T08:00:00Z", 1_781_769_600_000),
            ("2026-06-18 16:00+08:00", 1_781_769_600_000),
            (" 2026-06-18T16:00:00.25+0800 ", 1_781_769_600_250),
            ("2026-06-18T03:00:00-05", 1_781_769_600_000),
        ] {
            assert_eq!(parse(text), Some(Millis(ms)), "{text}");
        }
    }

    #[test]
    fn what_is_no_instant() {
        for text in [
            "",
            "now",
            "18.06.2026",
            "2026-6-18",
            "2026-02-29",
            "2026-13-01",
            "2026-06-18T25:00",
            "1969-12-31",
            "2026-06-18T08:00:00Z Z",
            "2026-06-18T08",
            "2026-06-18+08:00x",
            "٢٠٢٦-06-18",
            "99999-01-01",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(at in 0..=LAST) {
            prop_assert_eq!(parse(&format(Millis(at))), Some(Millis(at)));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}", digits in "[0-9T: .+-]{0,30}") {
            let _ = (parse(&text), parse(&digits));
        }
    }
}
