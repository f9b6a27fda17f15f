//! What the page about waits shows, computed from the hours the desk has counted.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::desk::insights::staffing::{Asked, Day, HOURS, pools};
use shared::desk::insights::volume::Volume;
use shared::desk::insights::{Counts, GroupTimes, Hour, total};
use shared::ids::GroupId;
use shared::protocol::insights::Insights;
use shared::time::{HOUR, Millis};

/// Hours of a week.
pub const WEEK: u64 = 7 * 24;
/// Former days of the same weekday that staffing is read off.
const FORMER: u64 = 4;

/// What the page knows and what is chosen on it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waits {
    /// As long as hours are kept; absent until the server has answered.
    pub insights: RwSignal<Option<Insights>>,
    /// Days looked back on.
    pub days: RwSignal<u64>,
    /// One group, or all.
    pub group: RwSignal<Option<GroupId>>,
    pub question: RwSignal<Question>,
}

/// "What if so many more agents were there, that day, from one hour to another?" Hours are of the viewer's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Days from today.
    pub day: u64,
    pub agents: u32,
    pub from: usize,
    pub to: usize,
}

impl Default for Question {
    fn default() -> Self {
        Self { day: 1, agents: 1, from: 10, to: 12 }
    }
}

/// The hours of the last `days` days, of one group or all.
pub fn chosen<'a>(
    insights: &'a Insights,
    days: u64,
    group: Option<&'a GroupId>,
) -> impl Iterator<Item = &'a Hour> + Clone {
    let first = (insights.now.0 / HOUR).saturating_sub(days * 24);
    insights.hours.iter().filter(move |hour| hour.hour > first && group.is_none_or(|g| *g == hour.group))
}

/// The hour of the day on the viewer's clock, which is ahead of UTC by so many minutes.
#[must_use]
pub fn local_hour(hour: u64, ahead: i32) -> usize {
    let minutes = hour as i64 * 60 + i64::from(ahead);
    (minutes.div_euclid(60).rem_euclid(HOURS as i64)) as usize
}

/// Sums by the hour of the day on the viewer's clock.
pub fn by_hour<'a>(hours: impl Iterator<Item = &'a Hour>, ahead: i32) -> [Counts; HOURS] {
    let mut sums = [Counts::default(); HOURS];
    hours.for_each(|hour| sums[local_hour(hour.hour, ahead)].add(&hour.counts));
    sums
}

/// Sums by group, the one that is asked for most first.
pub fn by_group<'a>(hours: impl Iterator<Item = &'a Hour> + Clone) -> Vec<(GroupId, Counts)> {
    let mut groups: Vec<GroupId> = hours.clone().map(|hour| hour.group.clone()).collect();
    groups.sort();
    groups.dedup();
    let mut sums: Vec<(GroupId, Counts)> =
        groups.into_iter().map(|id| (id.clone(), total(hours.clone(), |hour| hour.group == id))).collect();
    sums.sort_by(|a, b| b.1.asked.total_cmp(&a.1.asked));
    sums
}

/// How many asked, hour by hour, of one group or all.
#[must_use]
pub fn volume(insights: &Insights, group: Option<&GroupId>) -> Volume {
    // The present hour is not over.
    let over = insights.now.0 / HOUR;
    let wanted = |hour: &&Hour| hour.hour < over && group.is_none_or(|g| *g == hour.group);
    Volume::new(insights.hours.iter().filter(wanted).map(|hour| (hour.hour, hour.counts.asked)))
}

/// The first hour, in UTC, of the viewer's day so many days from now.
#[must_use]
pub fn day_begin(now: Millis, day: u64, ahead: i32) -> u64 {
    let hour = now.0 / HOUR;
    hour - local_hour(hour, ahead) as u64 + day * 24
}

/// The room for conversations that is usual in the 24 hours from `begin`: the mean of the same weekdays before now.
#[must_use]
pub fn usual_slots(insights: &Insights, group: &GroupId, begin: u64) -> [f64; HOURS] {
    let now = insights.now.0 / HOUR;
    let staffed: BTreeMap<u64, f64> = insights
        .hours
        .iter()
        .filter(|hour| hour.group == *group)
        .map(|hour| (hour.hour, hour.counts.staffed))
        .collect();
    let first = insights.hours.first().map_or(now, |hour| hour.hour);
    std::array::from_fn(|n| {
        let hour = begin + n as u64;
        let former = (1..=52).map(|weeks| hour.saturating_sub(weeks * WEEK));
        let known: Vec<u64> = former.filter(|h| *h < now && *h >= first).take(FORMER as usize).collect();
        let seconds: f64 = known.iter().filter_map(|hour| staffed.get(hour)).sum();
        seconds / known.len().max(1) as f64 / 3_600.0
    })
}

/// The day so many days from now as it is expected to be, for the group of `times`; `None` while too little is known of it.
/// The other groups are played along, as those who serve several have to be shared.
#[must_use]
pub fn expected(insights: &Insights, times: &GroupTimes, day: u64, ahead: i32) -> Option<Day> {
    let begin = day_begin(insights.now, day, ahead);
    let now = insights.now.0 / HOUR;
    let asking = |times: &GroupTimes| -> Option<[f64; HOURS]> {
        let volume = volume(insights, Some(&times.group));
        let asked = volume.forecast(now, begin.saturating_sub(now) + HOURS as u64);
        asked.get(asked.len().checked_sub(HOURS)?..)?.try_into().ok()
    };
    let asked = |times: &GroupTimes, asking: [f64; HOURS]| Asked {
        group: times.group.clone(),
        asking,
        priorities: times.priorities.clone(),
        handle: times.handle.clone(),
        patience: times.patience.clone(),
    };
    let mut groups = vec![asked(times, asking(times)?)];
    for other in insights.groups.iter().filter(|other| other.group != times.group) {
        groups.push(asked(other, asking(other).unwrap_or([0.0; HOURS])));
    }
    let slots: Vec<[f64; HOURS]> =
        groups.iter().map(|asked| usual_slots(insights, &asked.group, begin)).collect();
    let place = |id: &GroupId| groups.iter().position(|asked| asked.group == *id);
    let skills = insights.staff.teams.iter();
    let teams: Vec<(Vec<usize>, u32)> =
        skills.map(|team| (team.groups.iter().filter_map(place).collect(), team.slots)).collect();
    let rooms = &insights.staff.rooms;
    let room = |asked: &Asked| rooms.iter().find(|(id, _)| *id == asked.group).map(|(_, most)| *most);
    let room = groups.iter().map(room).collect();
    Some(Day { pools: pools(&teams, &slots), groups, of: 0, point: insights.staff.point, room })
}

#[cfg(test)]
mod tests {
    use shared::desk::insights::Staff;

    use super::*;

    fn hour(group: &str, hour: u64, asked: f64, staffed: f64) -> Hour {
        let counts = Counts { asked, staffed, ..Counts::default() };
        Hour { group: GroupId::new(group).unwrap(), hour, counts }
    }

    fn insights(now: u64, hours: Vec<Hour>) -> Insights {
        Insights { now: Millis(now * HOUR + 5), hours, groups: vec![], staff: Staff::default() }
    }

    #[test]
    fn hours_are_those_of_the_viewers_clock() {
        assert_eq!(local_hour(1_000 * 24 + 22, 180), 1);
        assert_eq!(local_hour(1_000 * 24 + 2, -300), 21);
        assert_eq!(local_hour(1_000 * 24 + 2, 330), 7, "half an hour belongs to the hour it begins in");
        for ahead in [-720, -300, 0, 330, 840] {
            let now = Millis((20_000 * 24 + 13) * HOUR);
            let begin = day_begin(now, 0, ahead);
            assert!(begin <= 20_000 * 24 + 13 && begin + 24 > 20_000 * 24 + 13, "{ahead}");
            assert_eq!(local_hour(begin, ahead), 0, "{ahead}");
            assert_eq!(day_begin(now, 2, ahead), begin + 48);
        }
    }

    #[test]
    fn only_the_chosen_days_and_group_count() {
        let all = insights(
            1_000,
            vec![hour("a", 800, 1.0, 0.0), hour("a", 990, 2.0, 0.0), hour("b", 991, 4.0, 0.0)],
        );
        let asked =
            |days, group: Option<&GroupId>| chosen(&all, days, group).map(|h| h.counts.asked).sum::<f64>();
        assert_eq!((asked(1, None), asked(28, None)), (6.0, 7.0));
        assert_eq!(asked(28, Some(&GroupId::new("a").unwrap())), 3.0);
        let groups: Vec<_> =
            by_group(chosen(&all, 28, None)).into_iter().map(|(id, _)| id.to_string()).collect();
        assert_eq!(groups, ["b", "a"]);
        let sums = by_hour(chosen(&all, 28, None), 0);
        assert_eq!(sums[990 % 24].asked, 2.0);
    }

    #[test]
    fn staffing_is_that_of_the_same_weekdays() {
        let now = 5_000;
        let begin = day_begin(Millis(now * HOUR), 1, 0);
        // Two conversations' room at the third hour, two weeks running; a third one had nobody.
        let mut hours: Vec<Hour> = (1..=2).map(|n| hour("a", begin + 3 - n * WEEK, 0.0, 7_200.0)).collect();
        hours.push(hour("a", begin + 3 - 3 * WEEK, 1.0, 0.0));
        hours.sort_by_key(|h| h.hour);
        let slots = usual_slots(&insights(now, hours), &GroupId::new("a").unwrap(), begin);
        assert!((slots[3] - 4.0 / 3.0).abs() < 1e-9 && slots[4] == 0.0, "{slots:?}");
    }

    #[test]
    fn a_day_is_expected_once_a_week_is_known() {
        let times = |insights: &Insights| {
            let survival = shared::desk::estimate::durations::Survival::exponential(300.0);
            let group = GroupId::new("a").unwrap();
            let (handle, patience) = (survival.clone(), survival);
            let times = GroupTimes { group, handled: 9.0, handle, patience, slots: 2, priorities: vec![] };
            expected(insights, &times, 2, 60)
        };
        let known = |from: u64| insights(5_000, (from..5_000).map(|n| hour("a", n, 3.0, 3_600.0)).collect());
        assert_eq!(times(&known(4_990)), None);
        let day = times(&known(4_500)).unwrap();
        assert!(day.groups[0].asking.iter().all(|n| (n - 3.0).abs() < 1e-6), "{day:?}");
        assert_eq!(day.pools[0].slots, [1; HOURS]);
    }
}
