//! How many will ask, by the hour of the week, from how many asked.
//!
//! The same hour of former weeks, newer weeks for more, leans on the same hour of all days as long as few weeks are
//! known, and all of it follows the level of the last seven days. How good that is, is told by doing it again for days
//! that have passed, from what was known before each of them.

use std::collections::BTreeMap;

/// Hours of a day and of a week.
const DAY: u64 = 24;
const WEEK: u64 = 7 * DAY;
/// Weeks looked back on, and how much less each counts than the one after it.
const WEEKS: u64 = 8;
const FADE: f64 = 0.75;
/// How many weeks the hour of all days weighs as much as.
const LEAN: f64 = 0.7;
/// How many asking the belief in an unchanged level weighs as much as.
const STEADY: f64 = 30.0;
/// Past days that the forecast is tried on, and days that must be known before each.
const TRIED: u64 = 14;
const KNOWN: u64 = 7;

/// How many asked in each hour since the epoch. Hours from `first` that are absent had nobody.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Volume {
    first: Option<u64>,
    asked: BTreeMap<u64, f64>,
}

/// How far past forecasts were off, as parts of what came: sums of absolute errors over sums of counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PastError {
    /// Hour by hour.
    pub hourly: f64,
    /// Day by day.
    pub daily: f64,
    /// Days it was tried on.
    pub days: u64,
}

impl Volume {
    /// The counts, hour and how many asked; hours may come twice, their counts are added.
    pub fn new(hours: impl IntoIterator<Item = (u64, f64)>) -> Self {
        let mut asked = BTreeMap::new();
        for (hour, count) in hours {
            if count.is_finite() && count >= 0.0 {
                *asked.entry(hour).or_insert(0.0) += count;
            }
        }
        Self { first: asked.keys().next().copied(), asked }
    }

    /// Whether a week is known, without which there is no forecast.
    #[must_use]
    pub fn is_enough(&self, now: u64) -> bool {
        self.first.is_some_and(|first| first + KNOWN * DAY <= now)
    }

    /// How many are expected to ask in each of the `hours` from the hour `now` on, from what was known before it;
    /// nothing before a week is known.
    #[must_use]
    pub fn forecast(&self, now: u64, hours: u64) -> Vec<f64> {
        if !self.is_enough(now) {
            return Vec::new();
        }
        let level = self.level(now);
        (now..now.saturating_add(hours)).map(|hour| self.usual(hour, now) * level).collect()
    }

    /// How good the forecast of a day was, at its begin, on the days before the hour `now`.
    #[must_use]
    pub fn past_error(&self, now: u64) -> Option<PastError> {
        let (mut hourly, mut daily, mut came, mut days) = (0.0, 0.0, 0.0, 0);
        for back in 1..=TRIED {
            let Some(begin) = now.checked_sub(back * DAY).filter(|begin| self.is_enough(*begin)) else {
                break;
            };
            let told = self.forecast(begin, DAY);
            let actual: Vec<f64> = (begin..begin + DAY).map(|hour| self.at(hour)).collect();
            hourly += told.iter().zip(&actual).map(|(t, a)| (t - a).abs()).sum::<f64>();
            daily += (told.iter().sum::<f64>() - actual.iter().sum::<f64>()).abs();
            came += actual.iter().sum::<f64>();
            days += 1;
        }
        (came > 0.0).then(|| PastError { hourly: hourly / came, daily: daily / came, days })
    }

    fn at(&self, hour: u64) -> f64 {
        self.asked.get(&hour).copied().unwrap_or(0.0)
    }

    /// Former hours known before `now`, `step` apart from `hour`, newest first.
    fn former(&self, hour: u64, now: u64, step: u64, most: u64) -> impl Iterator<Item = f64> {
        let first = self.first.unwrap_or(u64::MAX);
        // The newest one before `now`: a forecast further ahead than a step looks back further.
        let skip = if hour >= now { (hour - now) / step + 1 } else { 1 };
        (skip..skip + most)
            .map_while(move |n| hour.checked_sub(n * step).filter(|hour| *hour >= first))
            .map(|hour| self.at(hour))
    }

    /// What is usual at `hour`, as known before `now`.
    fn usual(&self, hour: u64, now: u64) -> f64 {
        let (mut sum, mut weight, mut fade) = (0.0, 0.0, 1.0);
        for count in self.former(hour, now, WEEK, WEEKS) {
            sum += fade * count;
            weight += fade;
            fade *= FADE;
        }
        let days: Vec<f64> = self.former(hour, now, DAY, KNOWN).collect();
        let any_day = days.iter().sum::<f64>() / days.len().max(1) as f64;
        (sum + LEAN * any_day) / (weight + LEAN)
    }

    /// How the last seven days compare with what was usual before them.
    fn level(&self, now: u64) -> f64 {
        let begin = now.saturating_sub(WEEK);
        if !self.is_enough(begin) {
            return 1.0;
        }
        let came: f64 = (begin..now).map(|hour| self.at(hour)).sum();
        let usual: f64 = (begin..now).map(|hour| self.usual(hour, begin)).sum();
        // The newest week is in what is usual already: only a part of the change is still to come.
        ((came + STEADY) / (usual + STEADY)).sqrt().clamp(0.5, 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shop with busy afternoons and quiet Sundays; `level` by week.
    fn shop(weeks: u64, level: impl Fn(u64) -> f64) -> Volume {
        Volume::new((0..weeks * WEEK).map(|hour| {
            let (day, of_day) = (hour / DAY % 7, hour % DAY);
            let busy = if (8..18).contains(&of_day) { 20.0 } else { 2.0 };
            (hour + 1_000 * WEEK, busy * if day == 6 { 0.25 } else { 1.0 } * level(hour / WEEK))
        }))
    }

    #[test]
    fn the_week_repeats_itself() {
        let volume = shop(6, |_| 1.0);
        let now = 1_006 * WEEK;
        let told = volume.forecast(now, WEEK);
        assert_eq!(told.len() as u64, WEEK);
        // Sunday stays quiet, whatever other days are like.
        assert!((told[12] - 20.0).abs() < 3.0 && told[2] < 3.0, "{} {}", told[12], told[2]);
        assert!(told[6 * 24 + 12] < 10.0, "{}", told[6 * 24 + 12]);
        let error = volume.past_error(now).unwrap();
        assert_eq!(error.days, TRIED);
        assert!(error.daily <= error.hourly && error.hourly < 0.25, "{error:?}");
    }

    #[test]
    fn the_level_is_followed() {
        let steady = shop(6, |_| 1.0).forecast(1_006 * WEEK, WEEK).iter().sum::<f64>();
        let grown = shop(6, |week| if week == 5 { 2.0 } else { 1.0 })
            .forecast(1_006 * WEEK, WEEK)
            .iter()
            .sum::<f64>();
        assert!(grown > 1.5 * steady && grown < 2.2 * steady, "{}", grown / steady);
    }

    #[test]
    fn without_a_week_there_is_no_forecast() {
        let young = Volume::new((0..6 * DAY).map(|hour| (hour, 1.0)));
        assert!(young.forecast(6 * DAY, 24).is_empty());
        assert_eq!(young.past_error(6 * DAY), None);
        assert!(Volume::default().forecast(u64::MAX, 24).is_empty());
        let odd = Volume::new([(5, f64::NAN), (6, -1.0), (7, f64::INFINITY)]);
        assert!(!odd.is_enough(u64::MAX));
    }

    #[test]
    fn the_past_is_judged_by_what_was_known_then() {
        // A shop that doubles every week: each day is underestimated, and the error says so.
        let volume = shop(5, |week| f64::from(1u32 << week));
        let error = volume.past_error(1_005 * WEEK).unwrap();
        assert!(error.daily > 0.2, "{error:?}");
        // What comes later changes nothing about what was told before.
        let longer = shop(6, |week| f64::from(1u32 << week.min(4)));
        assert_eq!(volume.forecast(1_004 * WEEK, 24), longer.forecast(1_004 * WEEK, 24));
    }
}
