//! What somebody writes down, and what is wrong with it.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::calendar::Calendar;
use crate::time::{DAY, Millis};

/// Shifts and exceptions of one plan, at most.
pub const MOST: usize = 400;
/// Hours that one exceptional day may have.
pub const MOST_HOURS: usize = 24;
/// Minutes of a day by the clock.
pub(super) const DAY_MINUTES: u16 = 24 * 60;
/// How far ahead a plan is searched for clocks that are turned in its hours.
const LOOK_AHEAD: u64 = 400 * DAY;

/// Hours by a wall clock: `09:00` to `18:00`; `24:00` is the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClockTime(pub(super) u16);

impl ClockTime {
    /// A time of the day; `None` past `24:00`.
    #[must_use]
    pub const fn new(hour: u16, minute: u16) -> Option<Self> {
        if minute > 59 || hour > 24 || (hour == 24 && minute > 0) {
            None
        } else {
            Some(Self(hour * 60 + minute))
        }
    }
}

/// A text that is no time or date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a time like 09:30 or a date like 2026-12-31")]
pub struct NotATime;

impl FromStr for ClockTime {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let (hour, minute) = text.split_once(':').ok_or(NotATime)?;
        let number = |text: &str| match text.as_bytes() {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
                Ok(u16::from(tens - b'0') * 10 + u16::from(ones - b'0'))
            }
            _ => Err(NotATime),
        };
        Self::new(number(hour)?, number(minute)?).ok_or(NotATime)
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// A day of somebody's calendar: `2026-12-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub(super) Date);

impl FromStr for Day {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        // By hand: the console would carry a whole parser for it.
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return Err(NotATime) };
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0i16, |n, digit| match digit {
                b'0'..=b'9' => Ok(n * 10 + i16::from(digit - b'0')),
                _ => Err(NotATime),
            })
        };
        let small = |digits: &[u8]| Ok(i8::try_from(number(digits)?).unwrap_or(0));
        Date::new(number(&[y1, y2, y3, y4])?, small(&[m1, m2])?, small(&[d1, d2])?)
            .map(Self)
            .map_err(|_| NotATime)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

macro_rules! as_text {
    ($($kind:ty),*) => {$(
        impl Serialize for $kind {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $kind {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}
as_text!(ClockTime, Day);

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    /// All of them, Monday first.
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    pub(super) fn of(date: Date) -> Self {
        let place = date.weekday().to_monday_zero_offset();
        Self::ALL[usize::try_from(place).unwrap_or(0) % 7]
    }
}

/// From one time to another of the same day, or with `overnight` of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    pub start: ClockTime,
    pub end: ClockTime,
    /// Said, not guessed: hours that end before they start without it are a mistake.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overnight: bool,
}

impl Hours {
    /// Minutes after the day's midnight at which they end.
    pub(super) const fn end_minutes(self) -> u16 {
        self.end.0 + if self.overnight { DAY_MINUTES } else { 0 }
    }
}

/// Hours on days of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    pub days: Vec<Weekday>,
    pub hours: Hours,
}

/// A day that is not like its weekday: a holiday, or a day with hours of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    pub date: Day,
    /// Empty: nobody is there.
    #[serde(default)]
    pub hours: Vec<Hours>,
    /// What the day is called.
    #[serde(default)]
    pub name: String,
}

/// When somebody, or a whole group, plans to be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// An IANA zone, such as `Asia/Shanghai`.
    pub zone: String,
    pub shifts: Vec<Shift>,
    #[serde(default)]
    pub exceptions: Vec<Exception>,
    /// The plan's first and last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// What is wrong with a plan, or worth knowing about it. Places count from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Problem {
    /// No such time zone.
    UnknownZone { zone: String },
    /// More shifts or exceptions than [`MOST`].
    TooMuch,
    /// The hours end when they start or before, and are not overnight.
    EndsBeforeStart { shift: usize },
    /// Overnight hours of more than a day.
    TooLong { shift: usize },
    /// The shift names more than seven days.
    TooManyDays { shift: usize },
    /// The day has more hours of its own than [`MOST_HOURS`].
    TooManyHours { date: Day },
    /// The shift is on no day.
    NoDays { shift: usize },
    /// The shifts have hours in common.
    Overlap { shift: usize, other: usize },
    /// The day's own hours have one of the mistakes above.
    BadException { date: Day },
    /// The day is named twice.
    ExceptionTwice { date: Day },
    /// The last day is before the first.
    NeverValid,
    /// Worth knowing: on this day the clock is turned while the hours begin or end.
    ClockTurned { shift: usize, date: Day },
}

impl Problem {
    /// Whether the plan works all the same.
    #[must_use]
    pub const fn is_notice(&self) -> bool {
        matches!(self, Self::ClockTurned { .. })
    }
}

impl Plan {
    /// Everything wrong with it; with notices about the time after `now` when nothing is.
    #[must_use]
    pub fn problems(&self, now: Millis) -> Vec<Problem> {
        let mut found = Vec::new();
        if jiff::tz::TimeZone::get(&self.zone).is_err() {
            found.push(Problem::UnknownZone { zone: self.zone.chars().take(100).collect() });
        }
        if self.shifts.len() > MOST || self.exceptions.len() > MOST {
            found.push(Problem::TooMuch);
            return found;
        }
        for (shift, Shift { days, hours }) in self.shifts.iter().enumerate() {
            if days.len() > Weekday::ALL.len() {
                found.push(Problem::TooManyDays { shift });
            }
            if days.is_empty() {
                found.push(Problem::NoDays { shift });
            }
            match mistake(*hours) {
                Some(Mistake::EndsBeforeStart) => found.push(Problem::EndsBeforeStart { shift }),
                Some(Mistake::TooLong) => found.push(Problem::TooLong { shift }),
                None => {}
            }
        }
        if found.is_empty() {
            self.find_overlaps(&mut found);
        }
        let mut dates: Vec<Day> = Vec::new();
        for Exception { date, hours, .. } in &self.exceptions {
            if dates.contains(date) {
                found.push(Problem::ExceptionTwice { date: *date });
            }
            dates.push(*date);
            // Each is compared with each.
            if hours.len() > MOST_HOURS {
                found.push(Problem::TooManyHours { date: *date });
                continue;
            }
            let pairs = |n: usize| hours.iter().skip(n + 1).map(move |other| (hours[n], *other));
            let overlap = (0..hours.len()).flat_map(pairs).any(|(a, b)| meet(a, b, 0));
            if overlap || hours.iter().any(|h| mistake(*h).is_some()) {
                found.push(Problem::BadException { date: *date });
            }
        }
        if let (Some(from), Some(until)) = (self.from, self.until)
            && until < from
        {
            found.push(Problem::NeverValid);
        }
        if found.is_empty()
            && let Ok(calendar) = Calendar::new(self)
        {
            found = calendar.turned_clocks(now, now.plus(LOOK_AHEAD));
        }
        found
    }

    /// Shifts that share a minute, over the end of a day and of the week too.
    fn find_overlaps(&self, found: &mut Vec<Problem>) {
        for (other, b) in self.shifts.iter().enumerate() {
            for (shift, a) in self.shifts.iter().enumerate().take(other + 1) {
                let clash = a.days.iter().enumerate().any(|(n, x)| {
                    // Within one shift each pair of days once.
                    let others = if shift == other { &b.days[n + 1..] } else { &b.days[..] };
                    others.iter().any(|y| {
                        let apart = (*y as i32 - *x as i32).rem_euclid(7);
                        meet(a.hours, b.hours, apart) || meet(a.hours, b.hours, apart - 7)
                    })
                });
                if clash {
                    found.push(Problem::Overlap { shift, other });
                }
            }
        }
    }
}

enum Mistake {
    EndsBeforeStart,
    TooLong,
}

const fn mistake(hours: Hours) -> Option<Mistake> {
    if !hours.overnight && hours.end.0 <= hours.start.0 {
        Some(Mistake::EndsBeforeStart)
    } else if hours.overnight && hours.end.0 > hours.start.0 {
        Some(Mistake::TooLong)
    } else {
        None
    }
}

/// Whether hours have a minute in common with others so many days later.
const fn meet(a: Hours, b: Hours, days: i32) -> bool {
    let later = days * DAY_MINUTES as i32;
    (a.start.0 as i32) < b.end_minutes() as i32 + later && (b.start.0 as i32) + later < a.end_minutes() as i32
}
