//! A plan as instants.

use jiff::civil::Date;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span as Days, Timestamp};
use serde::{Deserialize, Serialize};

use super::plan::{Day, Hours, Plan, Problem, Weekday};
use crate::time::{DAY, Millis};

/// How far ahead the next opening is looked for, and in which steps.
const HORIZON: u64 = 400 * DAY;
const WINDOW: u64 = 10 * DAY;

/// From an instant until just before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub start: Millis,
    pub end: Millis,
}

impl Span {
    /// Whether the instant is in it.
    #[must_use]
    pub fn has(&self, at: Millis) -> bool {
        self.start <= at && at < self.end
    }
}

/// A plan with its time zone.
#[derive(Debug, Clone)]
pub struct Calendar<'a> {
    plan: &'a Plan,
    zone: TimeZone,
}

impl<'a> Calendar<'a> {
    /// The calendar of a plan. Hours that are a mistake are never.
    ///
    /// # Errors
    /// [`Problem::UnknownZone`].
    pub fn new(plan: &'a Plan) -> Result<Self, Problem> {
        let zone = TimeZone::get(&plan.zone).map_err(|_| Problem::UnknownZone { zone: plan.zone.clone() })?;
        Ok(Self { plan, zone })
    }

    /// When somebody is there between two instants: in order, apart from each other, cut at both ends.
    #[must_use]
    pub fn spans(&self, from: Millis, to: Millis) -> Vec<Span> {
        let (Some(first), Some(last)) = (self.date(from), self.date(to)) else { return Vec::new() };
        let mut spans: Vec<Span> = Vec::new();
        // Hours of the day before may reach into the first.
        let mut date = first.yesterday().unwrap_or(first);
        while date <= last {
            for hours in self.hours(date) {
                if let Some(Span { start, end }) = self.span(date, hours) {
                    let cut = Span { start: start.max(from), end: end.min(to) };
                    if cut.start < cut.end {
                        spans.push(cut);
                    }
                }
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        joined(spans)
    }

    /// Whether somebody is there.
    #[must_use]
    pub fn is_on(&self, at: Millis) -> bool {
        !self.spans(at, at.plus(1)).is_empty()
    }

    /// When somebody who is there at `now` leaves, or else when the next one comes: the next change. `None` when
    /// nothing changes for over a year.
    #[must_use]
    pub fn next_change(&self, now: Millis) -> Option<Millis> {
        let on = self.is_on(now);
        let mut from = now;
        while from < now.plus(HORIZON) {
            let to = from.plus(WINDOW);
            let spans = self.spans(from, to);
            let change = match spans.first() {
                Some(first) if on && first.start == from => Some(first.end).filter(|end| *end < to),
                Some(first) if on => Some(from.min(first.start)),
                Some(first) => Some(first.start),
                None => on.then_some(from),
            };
            if change.is_some() {
                return change;
            }
            from = to;
        }
        None
    }

    /// When somebody is there next; `now` itself when somebody is. `None` when nobody is for over a year.
    #[must_use]
    pub fn next_opening(&self, now: Millis) -> Option<Millis> {
        if self.is_on(now) { Some(now) } else { self.next_change(now) }
    }

    /// Days on which the clock is turned while a shift begins or ends.
    pub(super) fn turned_clocks(&self, from: Millis, to: Millis) -> Vec<Problem> {
        let (Some(mut date), Some(last)) = (self.date(from), self.date(to)) else { return Vec::new() };
        let mut found = Vec::new();
        while date <= last {
            for (shift, hours) in self.shifts_of(date) {
                let turned = |minutes| {
                    let offset =
                        self.wall(date, minutes).map(|w| self.zone.to_ambiguous_timestamp(w).offset());
                    offset.is_some_and(|o| !matches!(o, AmbiguousOffset::Unambiguous { .. }))
                };
                if turned(hours.start.0) || turned(hours.end_minutes()) {
                    found.push(Problem::ClockTurned { shift, date: Day(date) });
                }
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        found
    }

    fn date(&self, at: Millis) -> Option<Date> {
        let at = Timestamp::from_millisecond(i64::try_from(at.0).ok()?).ok()?;
        Some(at.to_zoned(self.zone.clone()).date())
    }

    /// Hours of the day's weekday, with the place of their shift; none on a day with hours of its own.
    fn shifts_of(&self, date: Date) -> impl Iterator<Item = (usize, Hours)> + use<'a> {
        let plan = self.plan;
        let plain = is_valid(plan, date) && !plan.exceptions.iter().any(|e| e.date.0 == date);
        let weekday = Weekday::of(date);
        let shifts = plan.shifts.iter().enumerate().filter(move |(_, s)| plain && s.days.contains(&weekday));
        shifts.map(|(place, shift)| (place, shift.hours))
    }

    fn hours(&self, date: Date) -> Vec<Hours> {
        match self.plan.exceptions.iter().find(|e| e.date.0 == date) {
            Some(own) if is_valid(self.plan, date) => own.hours.clone(),
            Some(_) => Vec::new(),
            None => self.shifts_of(date).map(|(_, hours)| hours).collect(),
        }
    }

    fn span(&self, date: Date, hours: Hours) -> Option<Span> {
        if hours.end_minutes() <= hours.start.0 {
            return None;
        }
        let start = self.instant(date, hours.start.0, false)?;
        let end = self.instant(date, hours.end_minutes(), true)?;
        (start < end).then_some(Span { start, end })
    }

    /// What the wall shows so many minutes after the day's midnight.
    fn wall(&self, date: Date, minutes: u16) -> Option<jiff::civil::DateTime> {
        date.to_datetime(jiff::civil::Time::midnight())
            .checked_add(Days::new().minutes(i64::from(minutes)))
            .ok()
    }

    /// The instant at which the wall shows it; of two the first, or with `later` the second.
    fn instant(&self, date: Date, minutes: u16, later: bool) -> Option<Millis> {
        let shown = self.zone.to_ambiguous_timestamp(self.wall(date, minutes)?);
        let at = match shown.offset() {
            AmbiguousOffset::Unambiguous { .. } => shown.compatible().ok()?,
            AmbiguousOffset::Fold { .. } if later => shown.later().ok()?,
            AmbiguousOffset::Fold { .. } => shown.earlier().ok()?,
            // Never shown: the clock is turned past it, at the one moment between the two readings.
            AmbiguousOffset::Gap { .. } => {
                let before = shown.earlier().ok()?;
                self.zone.following(before).next()?.timestamp()
            }
        };
        u64::try_from(at.as_millisecond()).ok().map(Millis)
    }
}

fn is_valid(plan: &Plan, date: Date) -> bool {
    plan.from.is_none_or(|from| from.0 <= date) && plan.until.is_none_or(|until| date <= until.0)
}

/// Spans in order; what touches or overlaps is one.
pub(super) fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}
